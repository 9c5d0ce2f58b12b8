"""Endorsing content from one's own pages: what one did a part of, with words at once, and taking it back."""

import json

from scenarios.shelf import FIRST, NAMES
from scenarios.town import say, studies

from me.own_pages import Doors, text_of
from storage import tables as t

WORDS = "一つずつ短く示すところが、すぐ使えました"


async def test_it_is_endorsed_with_words_and_taken_back(doors: Doors) -> None:
    town, name = doors.town, NAMES[FIRST].ja
    async with doors.in_as(town.east, "mori") as mori:
        assert say("ja", "me.content.none") in text_of(await mori.get("/me/content"))
        await studies(town.east["mori"], "u-board")
        assert name in text_of(await mori.get("/me/content"))
        content = (await town.rows(t.achievement, t.achievement.c.key == FIRST))[0].public_id
        long = await mori.send("/me/content", "/me/content", content=content, words="あ" * 281)
        assert say("ja", "refused.comment_long", most=280) in text_of(long)
        assert await town.rows(t.endorsement) == [], "with its words or not at all"
        for words in (WORDS, "", " "):
            assert (await mori.send("/me/content", "/me/content", content=content, words=words)).status_code == 303
        await town.settle()
        (row,) = await town.rows(t.endorsement)
        assert (row.target_kind, row.role, row.comment, row.held_by_button) == ("achievement", "colleague", WORDS, True)
        assert json.loads(row.document)["credentialSubject"]["endorsementComment"] == WORDS
        assert say("ja", "me.shown.given") in text_of(await mori.get("/me/content"))
        await mori.send("/me/endorsements", "/me/endorsements", endorsement=row.public_id)
        await town.settle()
        assert say("ja", "me.shown.given") not in text_of(await mori.get("/me/content"))
    async with doors.in_as(town.east, "aoki") as aoki:
        refused = await aoki.send("/me/settings", "/me/content", content=content)
        assert say("ja", "refused.complete_first") in text_of(refused)
        assert (await aoki.send("/me/settings", "/me/content", content="nothing")).status_code == 404
    assert [row.withdrawn_at is None for row in await town.rows(t.endorsement)] == [False]
    town.check_database()
