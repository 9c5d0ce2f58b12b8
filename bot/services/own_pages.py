"""Badges by the addresses of our own pages, had from the rows: nobody asks themselves over the network, and what is not
shown is not had."""

from http import HTTPStatus
from urllib.parse import urlsplit

from bot.domain.outcomes import Refused
from bot.domain.stops import StopKind
from bot.services.addresses import Addresses
from bot.services.collections import CollectionTokens
from bot.services.ports import OpenCollection, Showing, Store
from bot.services.public import NOBODYS, PublicThing, look_at_collection, look_at_published

STATUS = {
    "link_not_shown": HTTPStatus.NOT_FOUND,
    "link_signing": HTTPStatus.SERVICE_UNAVAILABLE,
    "link_revoked": HTTPStatus.GONE,
    "link_suspended": HTTPStatus.GONE,
}
"""What our pages answer in the place of a badge, by the reason of the refusal."""
_FILES = (".json", ".png", ".svg", ".jwt")


class OwnPages:
    """What stands under `addresses`, as their pages would hand it out now."""

    def __init__(self, store: Store, addresses: Addresses, tokens: CollectionTokens) -> None:
        self._store = store
        self._base = addresses.base
        self._tokens = tokens

    async def find(self, link: str) -> bytes | Refused | None:
        """The credential that an address of ours leads to, or why it is not handed out; None for another site's."""
        found = await self.badge(link)
        return Refused("link_not_shown") if found is None and self._path(link) is not None else found

    async def badge(self, link: str) -> bytes | Refused | None:
        """The same; None for every address that is not of a badge's page or file of ours."""
        match self._parts(link):
            case ["badges", name]:
                return _handed_out(await self.published(_stem(name)), name)
            case ["w", token, name]:
                return _handed_out(await self.collected(token, _stem(name)), name)
            case _:
                return None

    def page(self, link: str) -> str | None:
        """The path of the page of a badge that an address of ours leads to; None for every other address."""
        match self._parts(link):
            case ["badges", name]:
                return f"/badges/{_stem(name)}"
            case ["w", token, name]:
                return f"/w/{token}/{_stem(name)}"
            case _:
                return None

    def _parts(self, link: str) -> list[str]:
        return [part for part in (self._path(link) or "").split("/") if part]

    async def published(self, badge: str) -> Showing | None:
        """A published badge by its public id."""
        return await self._store.look(look_at_published, PublicThing(public_id=badge))

    async def collected(self, token: str, badge: str) -> Showing | None:
        """A badge in the collection that a token opens today."""
        found = await opened(self._store, self._tokens, token)
        return chosen(found, badge) if found else None

    def _path(self, link: str) -> str | None:
        """The path below our own address; None for another site's."""
        if self._base is None:
            return None
        try:
            ours, theirs = urlsplit(self._base), urlsplit(link)
        except ValueError:
            return None
        below = ours.path.rstrip("/")
        if ours.netloc.lower() != theirs.netloc.lower() or not f"{theirs.path}/".startswith(f"{below}/"):
            return None
        return theirs.path[len(below) :]


async def opened(store: Store, tokens: CollectionTokens, token: str) -> OpenCollection | None:
    """The collection that a token opens today. Whatever the token is, the same is asked of the database."""
    return await store.look(look_at_collection, PublicThing(public_id=tokens.read(token) or NOBODYS))


def chosen(found: OpenCollection, public_id: str) -> Showing | None:
    """A badge of the collection."""
    return next((showing for showing in found.showings if showing.award.public_id == public_id), None)


def handed_out(showing: Showing | None) -> bytes | Refused:
    """The credential of a badge that is shown, byte for byte as it is kept; or why there is none to hand out."""
    return _handed_out(showing, "")


def _handed_out(showing: Showing | None, name: str) -> bytes | Refused:
    if showing is None:
        return Refused("link_not_shown")
    if showing.award.stop is not None:
        is_over = showing.award.stop.kind is StopKind.REVOKED
        return Refused("link_revoked") if is_over else Refused("link_suspended")
    text = showing.revision.token if name.endswith(".jwt") else showing.revision.text
    return text.encode() if showing.is_settled and text is not None else Refused("link_signing")


def _stem(name: str) -> str:
    """A badge's id from the name of its page or of one of its files."""
    return next((name.removesuffix(ending) for ending in _FILES if name.endswith(ending)), name)
