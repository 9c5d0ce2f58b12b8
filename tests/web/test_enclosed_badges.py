"""A badge with others inside, as whoever has its file finds it: on its page, when it is verified, and after a stop."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from scenarios.shelf import CARE, NAMES, WHOLE_CARE
from scenarios.test_stopping import change
from scenarios.town import Town, open_town, say, studies

from bot.badges.enclosing import enclosed
from bot.badges.verdict import Validity, Verdict
from bot.domain.stops import StopChange
from web.site import BASE, Site, open_site, verdict_of


async def earned(town: Town) -> None:
    """Aoki has a competence badge, with its knowledge badge inside."""
    aoki = town.east["aoki"]
    await studies(aoki, "u-breath")
    whole, care = [await town.award(town.east, "aoki", badge) for badge in (WHOLE_CARE, CARE)]
    await town.press(aoki, town.token("enclose", whole.public_id, f"in.{care.public_id}"))


@pytest.fixture
async def site(town_folder: Path) -> AsyncIterator[Site]:
    """With an address, so that badges name their status; with the clock of now for the independent reader."""
    async with open_town(town_folder, public_url=BASE, now=datetime.now(UTC)) as town:
        await earned(town)
        async with open_site(town) as opened:
            yield opened


def parts(verdict: Verdict) -> list[str]:
    return [check.code for check in verdict.checks if check.name == "part"]


async def test_its_page_names_what_is_inside_and_its_file_verifies_everywhere(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", WHOLE_CARE)
    page = (await site.get(f"/badges/{award}")).text
    assert say("ja", "web.badge.inside") in page
    assert page.count(say("ja", "parts.chip") + "</span>") == 1
    for form in ("json", "png", "svg", "jwt"):
        verdict = await verdict_of(site, (await site.get(f"/badges/{award}.{form}")).content)
        assert (verdict.validity, parts(verdict)) == (Validity.VALID, ["good"]), form
    told = (await site.get(f"/verify?badge={award}")).text
    assert say("ja", "verify.part.good", number="1", name=f"{NAMES[CARE].ja} / {NAMES[CARE].en}") in told
    document = (await site.get(f"/badges/{award}.json")).text
    (part,) = enclosed(json.loads(document))
    assert (await verdict_of(site, part)).validity is Validity.VALID, "it is a badge of its own"
    assert (await site.get(f"/badges/{json.loads(part)['id'].rpartition(':')[2]}")).status_code == 404


async def test_a_file_from_before_tells_that_a_part_was_revoked_and_stays_what_it_was(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", WHOLE_CARE)
    before = (await site.get(f"/badges/{award}.json")).content
    await change(site.town, (await site.town.award(site.town.east, "aoki", CARE)).public_id, StopChange.REVOKE)
    verdict = await verdict_of(site, before)
    assert (verdict.validity, parts(verdict)) == (Validity.VALID, ["revoked"])
    assert verdict.summary is not None
    assert not verdict.summary.parts
    after = await verdict_of(site, (await site.get(f"/badges/{award}.json")).content)
    assert (after.validity, parts(after)) == (Validity.VALID, [])
    assert say("ja", "web.badge.inside") not in (await site.get(f"/badges/{award}")).text


async def test_an_independent_reader_accepts_it(town: Town) -> None:
    await earned(town)
    edition = (await town.editions((await town.award(town.east, "aoki", WHOLE_CARE)).id))[-1]
    (part,) = enclosed(json.loads(edition.text))
    for text in (edition.text, part.decode()):
        assert OB3LdpVerifier().verify(text).recipient_id
