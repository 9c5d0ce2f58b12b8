"""What a verification wants from our own address, answered from the rows: nobody asks themselves over the network."""

from http import HTTPStatus
from urllib.parse import urlsplit

from bot.badges.did import MEDIA_TYPE, did_web_url
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.jwt import is_compact
from bot.badges.reads import Read, Unread
from bot.badges.status import LIST_MEDIA_TYPE, StatusPurpose, suspensions_url
from bot.domain.outcomes import Refused
from bot.services.issuers import web_document
from bot.services.own_pages import STATUS, OwnPages
from bot.services.ports import Fetch, Store
from bot.services.public import PublicThing, look_at_signer
from bot.services.status import ListDesk

_CREDENTIAL, _TOKEN = "application/vc+ld+json", "text/plain"


class AtHome:
    """A `Fetch`: badges that are shown, lists and keys of ours by their own addresses, everything else by `abroad`.

    Lists and keys are known by the address that was published with them, whatever the address of the site is today.
    """

    def __init__(self, store: Store, lists: ListDesk, pages: OwnPages, abroad: Fetch) -> None:
        self._store = store
        self._lists = lists
        self._pages = pages
        self._abroad = abroad

    async def get(self, url: str, accept: str) -> Read | Unread:
        return await self._own(url) or await self._abroad.get(url, accept)

    async def _own(self, url: str) -> Read | None:
        match _steps(url)[-3:]:
            case [*_, "status", public_id]:
                return await self._list(url, public_id, StatusPurpose.REVOCATION)
            case ["status", public_id, "suspension"]:
                return await self._list(url, public_id, StatusPurpose.SUSPENSION)
            case ["issuers", public_id, "did.json"]:
                return await self._keys(url, public_id)
            case _:
                return await self._badge(url)

    async def _badge(self, url: str) -> Read | None:
        """As our page would answer: also that there is none to hand out."""
        found = await self._pages.badge(url)
        if isinstance(found, Refused):
            return Read(url, STATUS[found.reason], "text/plain", b"")
        if found is None:
            return None
        return Read(url, HTTPStatus.OK, _TOKEN if is_compact(found) else _CREDENTIAL, found)

    async def _list(self, url: str, public_id: str, purpose: StatusPurpose) -> Read | None:
        found = await self._lists.find(public_id)
        if found is None:
            return None
        own = found.seen.url if purpose is StatusPurpose.REVOCATION else suspensions_url(found.seen.url)
        return _read(url, LIST_MEDIA_TYPE, await self._lists.signed(found, purpose)) if url == own else None

    async def _keys(self, url: str, public_id: str) -> Read | None:
        seen = await self._store.look(look_at_signer, PublicThing(public_id=public_id))
        document: JsonObject | None = web_document(seen) if seen else None
        if document is None or did_web_url(document["id"]) != url:
            return None
        return _read(url, MEDIA_TYPE, to_text(document))


def _read(url: str, media_type: str, text: str) -> Read:
    return Read(url, 200, media_type, text.encode())


def _steps(url: str) -> list[str]:
    try:
        return urlsplit(url).path.split("/")
    except ValueError:
        return []
