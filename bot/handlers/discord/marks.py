"""By what a message of ours is known again where its nonce is not told: a number that its first component carries.

Discord keeps the `id` of a component as it was given (32 bits, reference of components); those that it gives by itself
are small. A mark says for which server a message in a direct conversation was said, and which delivery said it, if one
did.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

_OURS = 1 << 30
"""Set in every mark, so that no number of Discord's own is one."""
_SERVER_BITS = 10
_SERVERS = (1 << _SERVER_BITS) - 1
_TOKENS = (1 << (30 - _SERVER_BITS)) - 1


def mark_of(workspace_key: str, token: str) -> int:
    """The mark of what a delivery says for a server."""
    return _OURS | (_hash(workspace_key, _SERVERS) << (30 - _SERVER_BITS)) | _hash(token, _TOKENS)


def mark_of_answer(workspace_key: str) -> int:
    """The mark of what is answered for a server: answers are looked for by nobody, so theirs is the same."""
    return mark_of(workspace_key, "")


def is_for(mark: int, workspace_key: str) -> bool:
    """Whether a mark may be of a message for that server: of the others, one in a thousand may, too."""
    return (mark >> (30 - _SERVER_BITS)) & _SERVERS == _hash(workspace_key, _SERVERS)


def mark_on(components: Iterable[Any]) -> int:
    """The mark among components as the library reads them, however deep; 0 where there is none."""
    return next((number for each in components for number in _numbers(each) if number & _OURS), 0)


def _numbers(component: Any) -> Iterator[int]:
    number = getattr(component, "id", None)
    if isinstance(number, int):
        yield number
    for child in getattr(component, "children", None) or ():
        yield from _numbers(child)


def _hash(text: str, most: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big") & most
