"""Asking a colleague to endorse, from a badge's own page."""

import asyncio

from scenarios.shelf import FIRST
from scenarios.test_inviting import asked
from scenarios.town import say, studies

from me.own_pages import Doors, csrf_of, text_of
from storage import tables as t


async def test_a_colleague_is_asked_once_from_two_windows_and_taken_back(doors: Doors) -> None:
    town, mori = doors.town, doors.town.east["mori"]
    await studies(town.east["aoki"], "u-board")
    await town.clock("12:00")
    path = f"/me/badges/{(await town.award(town.east, 'aoki', FIRST)).public_id}"
    person = await town.person(town.east, "mori")
    async with (
        doors.in_as(town.east, "aoki") as one,
        doors.in_as(town.east, "aoki") as two,
        doors.in_as(town.east, "hall") as other,
        doors.in_as(town.west, "aoki") as twin,
    ):
        page = await one.get(path)
        assert mori.name in page.text
        assert town.west["mori"].name not in page.text, "only colleagues of one's own school"
        form = {"csrf": csrf_of(page), "person": person.public_id}
        assert (await one.post(f"{path}/invite", {**form, "csrf": "wrong"})).status_code == 403
        tokens = [{"csrf": csrf_of(await each.get(path)), "person": person.public_id} for each in (one, two)]
        answers = await asyncio.gather(one.post(f"{path}/invite", tokens[0]), two.post(f"{path}/invite", tokens[1]))
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        await town.settle()
        assert len(asked(mori)) == 1
        for stranger in (other, twin):
            assert (await stranger.send("/me/settings", f"{path}/invite", person=person.public_id)).status_code == 404
        (row,) = await town.rows(t.invitation)
        said = text_of(await one.get(path))
        assert mori.name in said
        assert say("ja", "label.invite_back") in said
        for stranger in (other, twin):
            gone = await stranger.send("/me/settings", f"{path}/uninvite", invitation=row.public_id)
            assert gone.status_code == 404
        for window in (one, two):
            back = await window.send(path, f"{path}/uninvite", invitation=row.public_id)
            assert back.status_code == 303
        await town.settle()
        assert not asked(mori)
        assert (await one.send(path, f"{path}/invite", person=person.public_id)).status_code == 409, "asked before"
        wrong = await one.send(path, f"{path}/invite", person="")
        assert say("ja", "refused.invite_nobody") in text_of(wrong)
