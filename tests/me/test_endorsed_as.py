"""With an endorsement is kept what exactly was endorsed: posts vanish from a chat, badges are issued again."""

import hashlib
import io
import json
import zipfile

from scenarios.conftest import Shared, shared_badge, town_folder, town_with_a_post
from scenarios.shelf import FIRST, NAMES
from scenarios.test_bringing import exported
from scenarios.town import FLOWER, Town, is_offered, studies

from me.own_pages import doors_of, text_of
from storage import tables as t

__all__ = ["shared_badge", "town_folder", "town_with_a_post"]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_the_digest_is_of_the_edition_that_stood_and_stays_when_the_post_is_gone(shared_badge: Shared) -> None:
    town = shared_badge.town
    for key in ("mori", "sato"):
        await town.east[key].reacts(shared_badge.post, FLOWER)
    first, second, third = await town.editions(await shared_badge.award())
    given = await town.rows(t.endorsement)
    assert [each.seen_digest for each in given] == [_digest(first.text), _digest(second.text)]
    assert third.text != second.text
    await shared_badge.holder.presses("自分だけ")
    (kept, _) = await town.rows(t.endorsement)
    assert kept.seen_version == 1
    assert NAMES[FIRST].ja in kept.seen_words["ja"]
    assert NAMES[FIRST].en in kept.seen_words["en"]
    assert shared_badge.holder.name not in json.dumps(kept.seen_words, ensure_ascii=False)
    async with doors_of(town).in_as(town.east, "mori") as browser:
        page = await browser.get("/me/endorsements")
        assert _digest(first.text) in page.text
        assert NAMES[FIRST].ja in text_of(page)


async def test_given_again_it_is_of_what_stands_then(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.unreacts(shared_badge.post, FLOWER)
    *_, newest = await town.editions(await shared_badge.award())
    await mori.reacts(shared_badge.post, FLOWER)
    (given,) = await town.rows(t.endorsement)
    assert given.seen_digest == _digest(newest.text)


async def test_of_content_it_is_of_what_defines_it_and_comes_along_in_the_export(town: Town) -> None:
    mori = town.east["mori"]
    message = await is_offered(mori, "u-board")
    await studies(mori, "u-board")
    await mori.reacts(message, FLOWER)
    (given,) = await town.rows(t.endorsement)
    (achievement,) = await town.rows(t.achievement, t.achievement.c.id == given.target_id)
    plain = json.dumps(achievement.definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert given.seen_digest == _digest(plain)
    with zipfile.ZipFile(io.BytesIO(await exported(mori))) as bundle:
        assert any(given.seen_digest.encode() in bundle.read(name) for name in bundle.namelist())
