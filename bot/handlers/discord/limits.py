"""What Discord takes at most. Characters are counted as UTF-16 does, which is never less than Discord counts.

Sources: docs.discord.com, "Create Message", component reference, "Using Message Components"; discord.py 2.7.1's source.
"""

CONTENT = 2_000
TEXT_IN_LAYOUT = 4_000
"""Of all text displays of a message together."""
COMPONENTS = 40
"""Of a layout, whatever stands within them counted, too."""
ROWS = 5
BUTTONS_IN_A_ROW = 5
BUTTON = 80
URL = 512
OPTIONS = 25
OPTION = 100
"""Of an option's label, and of its value."""
PLACEHOLDER = 150
FILES = 10
PICTURES = 10
"""In one gallery."""
PICTURE_ALT = 256
"""In a gallery; of an attachment `ALT`."""
ALT = 1_024
MODAL_TITLE = 45
FIELDS = 5
"""All that stands in a modal counted, words too."""
FIELD_LABEL = 45
FIELD_HINT = 100
INPUT = 4_000
