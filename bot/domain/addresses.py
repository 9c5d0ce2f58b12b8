"""Mail addresses as proofs of who somebody is: one spelling of each, never shown to anybody else."""

import re
import unicodedata

LONGEST_ADDRESS = 254
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")


def normalised(address: str) -> str | None:
    """The address in its one spelling (NFKC, small letters); None for what cannot be one."""
    plain = unicodedata.normalize("NFKC", address).strip().lower()
    return plain if len(plain) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(plain) else None
