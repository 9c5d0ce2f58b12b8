"""A credential that lies at an address, such as a newer edition or a list: read, bounded, and not yet believed."""

from bot.badges.jsontext import JsonObject, from_text, require_modest
from bot.badges.jwt import Token, is_compact, opened
from bot.badges.reads import Read, Reads
from bot.badges.verdict import CheckResult, unknown
from bot.errors import Problem

_OK = 200


def credential_at(url: str, check: str, accept: str, reads: Reads) -> tuple[JsonObject, Token | None] | CheckResult:
    """The document, and the token that secures it if it came in one; or what `check` says for want of it."""
    answer = reads.ask(url, accept)
    if not isinstance(answer, Read) or answer.status != _OK:
        return unknown(check, "unread")
    try:
        token = opened(answer.body) if is_compact(answer.body) else None
        found = token.credential if token else from_text(answer.body)
        require_modest(found)
    except Problem:
        return unknown(check, "unusable")
    return found, token
