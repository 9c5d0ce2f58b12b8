"""Which language a reader without an account reads: what the address says, then what the browser says. No cookie."""

import re

from starlette.requests import HTTPConnection

from bot.domain.language import LANGS, Lang

PARAM = "lang"
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
LONGEST_HEADER = 1000
"""Characters. Browsers send a few dozen; the rest of a longer one is not read."""


def of(request: HTTPConnection, default: Lang) -> Lang:
    """`?lang=` if it names one of ours, else the one of ours that `Accept-Language` likes most, else `default`."""
    return asked_for(request) or preferred(request.headers.get("accept-language", ""), default)


def asked_for(request: HTTPConnection) -> Lang | None:
    """The language that the address asks for."""
    wanted = request.query_params.get(PARAM)
    return _ours(wanted)


def preferred(header: str, default: Lang) -> Lang:
    """What an `Accept-Language` header (RFC 9110 12.5.4) likes most; the first of equals; `*` stands for `default`."""
    liked: dict[str, float] = {}
    for part in header[:LONGEST_HEADER].split(","):
        if match := _RANGE.fullmatch(part):
            name = default if match[1] == "*" else match[1].lower()
            liked.setdefault(name, float(match[2] or 1))
    known = [name for name, weight in liked.items() if name in LANGS and weight > 0]
    return _ours(max(known, key=lambda name: liked[name], default=None)) or default


def _ours(name: str | None) -> Lang | None:
    return next((lang for lang in LANGS if lang == name), None)
