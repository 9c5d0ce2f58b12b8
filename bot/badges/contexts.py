"""The JSON-LD contexts that documents may name, from package data; nothing is ever fetched.

The documents are package data of openbadgeslib, pinned by hash there, and for the older data model of PyLD.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from openbadgeslib.ob3.contexts import load_context
from pyld.documentloader.frozen import BUNDLED_CONTEXTS

from bot.badges.jsontext import JsonObject

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
"""Of VC Data Model 1.1, the older form of Open Badges 3.0."""
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ISSUED: tuple[str, str] = (CREDENTIALS_V2, OPEN_BADGES)
"""What our own credentials name, in the order that OB 3.0 fixes."""
OPEN_BADGES_ANY = "https://purl.imsglobal.org/spec/ob/v3p0/context"
_KNOWN = (
    *ISSUED,
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
)
_OLDER = (CREDENTIALS_V1, "https://w3id.org/security/suites/ed25519-2020/v1")

Contexts = Mapping[str, JsonObject]
"""Context documents by address."""
Loader = Callable[[str, Any], JsonObject]


@cache
def shipped() -> Contexts:
    """The contexts that come with the product."""
    older = {url: json.loads(BUNDLED_CONTEXTS[url].read_text("utf-8")) for url in _OLDER}
    return MappingProxyType({url: load_context(url) for url in _KNOWN} | older)


def loader(contexts: Contexts) -> Loader:
    """A PyLD document loader over `contexts` alone. It raises `LookupError` for any other address."""

    def load(url: str, _options: Any = None) -> JsonObject:
        if url not in contexts:
            raise LookupError(url)
        answer = {"contextUrl": None, "documentUrl": url, "document": contexts[url]}
        # PyLD keeps a context tagged "static" for the life of the process: right for ours only.
        return answer | {"tag": "static"} if contexts[url] is shipped().get(url) else answer

    return load


def inlined(value: Any, contexts: Contexts) -> Any:
    """The document with the content of every context it names, for processors that take no loader.

    Raises `LookupError` for a context that is not in `contexts`.
    """
    if isinstance(value, list):
        return [inlined(item, contexts) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _content(item, contexts) if key == "@context" else inlined(item, contexts) for key, item in value.items()
    }


def _content(context: Any, contexts: Contexts) -> Any:
    if isinstance(context, list):
        return [_content(item, contexts) for item in context]
    return contexts[context]["@context"] if isinstance(context, str) else context
