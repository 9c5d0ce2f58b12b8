"""What every platform's sender does, as the port `Sender` says: each platform's tests bring a `Place` of their own."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.conversation.card import Button, Card, File
from bot.conversation.views import Notice, View
from bot.domain.language import Lang
from bot.services.ports import Live, MessageRef, Unsendable

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
BADGE = File("badge.png", "image/png", PNG, "知識バッジの絵")
NEW, WITH_FILE = Notice("new"), Notice("file")


def edition(number: object) -> bytes:
    """A badge's picture as it was issued for the n-th time."""
    return PNG + bytes(int(str(number)))


class Cards:
    """A notice's key as its title; `file` comes with a picture, of its `edition`."""

    def draw(self, view: View, lang: Lang) -> Card:
        assert isinstance(view, Notice)
        files = (replace(BADGE, data=edition(view.params.get("edition", 0))),) if view.key == "file" else ()
        return Card(view.key, (f"in {lang}",), buttons=(Button("開く", "open:o1"),), files=files)


class Place:
    """A platform as a test of the contract sees it: a workspace `home`, in it a person `one`, a `channel`, a `bot`."""

    sender: Any
    home: str
    one: str
    channel: str
    bot: str

    def said(self, *, direct: bool) -> list[str]:
        """Titles of what Sukima said there and did not take back."""
        raise NotImplementedError

    async def react(self, ref: MessageRef, user: str, emoji: str) -> None:
        raise NotImplementedError

    async def take_away(self, ref: MessageRef) -> None:
        """Somebody else deletes a message."""
        raise NotImplementedError


def say(place: Place, view: View = NEW, token: str = "t1", *, direct: bool = True) -> Awaitable[MessageRef]:
    to = place.one if direct else place.channel
    sent: Awaitable[MessageRef] = place.sender.send(place.home, to, view, direct=direct, token=token, lang="ja")
    return sent


def look(
    place: Place, token: str = "t1", *, direct: bool = True, since: datetime | None = None
) -> Awaitable[MessageRef | None]:
    to = place.one if direct else place.channel
    found: Awaitable[MessageRef | None] = place.sender.find(place.home, to, direct=direct, token=token, since=since)
    return found


class SenderContract:
    """To be inherited by the tests of a platform, which have a fixture `place`."""

    @pytest.mark.parametrize("direct", [True, False])
    async def test_what_is_sent_is_found_by_its_token_edited_and_deleted(self, place: Place, direct: bool) -> None:
        assert await look(place, direct=direct) is None
        ref = await say(place, direct=direct)
        assert ref.workspace_key == place.home
        assert place.said(direct=direct) == ["new"]
        assert await look(place, direct=direct) == ref
        assert await look(place, "t2", direct=direct) is None
        await place.sender.edit(ref, Notice("changed"), lang="en")
        assert place.said(direct=direct) == ["changed"]
        assert await look(place, direct=direct) == ref
        await place.sender.delete(ref)
        assert place.said(direct=direct) == []

    async def test_what_is_gone_can_never_be_sent_or_edited(self, place: Place) -> None:
        with pytest.raises(Unsendable):
            await place.sender.send(place.home, "U0NOBODY", NEW, direct=True, token="t", lang="ja")
        with pytest.raises(Unsendable):
            await place.sender.send(place.home, "C0NOWHERE", NEW, direct=False, token="t", lang="ja")
        ref = await say(place)
        await place.take_away(ref)
        with pytest.raises(Unsendable):
            await place.sender.edit(ref, NEW, lang="ja")

    async def test_reactions_are_those_of_people(self, place: Place) -> None:
        ref = await say(place, direct=False)
        assert await place.sender.reactions(ref) == Live(frozenset())
        for user in (place.one, place.bot):
            await place.react(ref, user, "white_flower")
        assert await place.sender.reactions(ref) == Live(frozenset({(place.one, "white_flower")}))
        await place.take_away(ref)
        assert await place.sender.reactions(ref) is None

    async def test_all_that_was_said_to_somebody_is_taken_back_and_nothing_else(self, place: Place) -> None:
        for number, view in enumerate((NEW, WITH_FILE, NEW)):
            await say(place, view, f"t{number}")
        await say(place, token="t9", direct=False)
        await place.sender.clear(place.home, place.one)
        await place.sender.clear(place.home, place.one)
        assert place.said(direct=True) == []
        assert place.said(direct=False) == ["new"]
