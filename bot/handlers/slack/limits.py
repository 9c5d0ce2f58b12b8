"""What Slack takes at most. Characters are counted as UTF-16 does, which is never less than Slack counts.

Sources: docs.slack.dev, reference of blocks, block elements, composition objects and views; what all blocks of a
message may hold together is documented nowhere and was found by others (slackapi/bolt-js#2509, #2867).
"""

from dataclasses import dataclass

BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
TEXT_IN_ALL_BLOCKS = 12_000
BLOCK_WEIGHS = 125
"""What a block takes of all the text, whatever it holds."""
MESSAGE_TEXT = 4_000
SECTION = 3_000
HEADER = 150
BUTTON = 75
VALUE = 2_000
URL = 3_000
BUTTONS = 25
BUTTONS_IN_A_ROW = 5
ALT = 2_000
LABEL = 2_000
HINT = 2_000
INPUT = 3_000
OPTION = 75
OPTION_VALUE = 150
OPTIONS = 100
GROUPS = 100
BLOCK_ID = 255
VIEW_TITLE = 24
VIEW_BUTTON = 24
METADATA = 3_000
FIELD_ERROR = 1_000


@dataclass(frozen=True)
class Room:
    """How much one message or view may hold: blocks, and text in all of them."""

    blocks: int
    text: int


MESSAGE = Room(BLOCKS_IN_MESSAGE, TEXT_IN_ALL_BLOCKS)
VIEW = Room(BLOCKS_IN_VIEW, 3 * TEXT_IN_ALL_BLOCKS)
"""A view may be 250 kB; longer ones nobody reads."""
