"""Mail addresses that people prove to be theirs by a code, beside those that their chat platform vouches for. Pure.

An address proves only for whom the code was typed. It binds badges from elsewhere, and gives no role: a mailbox may be
shared, and a former school's address may be given to somebody else.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

CODE_DIGITS = 8
CODE_BYTES = 16
"""Of chance for one code: so many that no digit is likelier than another."""
DASHES = "-‐‒–—―−ー"
"""What stands between the halves of a code, as keyboards type it: after NFKC, the Japanese long vowel mark included."""
CODE_LIVES = timedelta(minutes=15)
MOST_TRIES = 5
"""Wrong codes, before a new one must be asked for."""
DAY = timedelta(days=1)
MOST_A_DAY = 5
"""Codes that one person may ask for in a day."""
MOST_TO_ONE = 3
"""Codes that one person may ask for to one address in a day."""
MOST_TO_ONE_FOR_ALL = 12
"""Codes that go to one address in a day, for whomever: colleagues who ask for it do not keep its owner from it."""
MOST_KEPT = 10
"""Addresses that one person may prove."""
LONGEST_NAME = 40
"""Of whoever asks, in a mail to an address that may be anybody's."""


@dataclass(frozen=True)
class MailAddress:
    """An address that its person proved by a code."""

    public_id: str
    address: str
    proved_at: datetime


@dataclass(frozen=True)
class AskedCode:
    """A code that was sent and can still be typed. The code itself is kept nowhere."""

    id: int
    address: str
    until: datetime
    wrong: int
    """How often another one was typed."""

    def minutes(self, now: datetime) -> int:
        """How long it can still be typed: begun minutes count."""
        return max(1, -((now - self.until) // timedelta(minutes=1)))


def code_from(chance: bytes) -> str:
    """A code of digits: they can be typed on every keyboard, and read out."""
    return f"{int.from_bytes(chance) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_shown(code: str) -> str:
    """In two groups, to be copied by eye."""
    half = CODE_DIGITS // 2
    return f"{code[:half]}-{code[half:]}"


def code_typed(typed: str) -> str | None:
    """The code in what somebody typed: full-width digits, blanks and dashes do not matter. None where it is none."""
    digits = "".join(char for char in unicodedata.normalize("NFKC", typed) if char.isalnum() and char not in DASHES)
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else None


def name_in_mail(name: str) -> str:
    """A name as it stands in a mail to a stranger: letters and digits, so that nobody writes them a link by it."""
    kept = "".join(char if unicodedata.category(char)[0] in "LMN" or char in "-'・" else " " for char in name)
    return " ".join(kept.split())[:LONGEST_NAME]
