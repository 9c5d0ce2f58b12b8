"""A badge from elsewhere is looked at again: what is good no more counts for nothing, and may be good again later."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from badges import badge_samples as samples

from bot.badges import did
from bot.badges.keys import SigningKey
from bot.badges.proof import secure
from bot.badges.status import StatusPurpose, compose_list
from bot.domain.foreign import Fault
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.pathways import All, Earned, Imported
from bot.services.foreign import AboutForeign
from bot.services.foreign_showing import SetForeignFindable, set_findable
from scenarios.lms import hashed, lms_of
from scenarios.shelf import FIRST, WAY, pathway
from scenarios.test_bringing import exported
from scenarios.test_export_page import page_of
from scenarios.test_taking_in import holds, school_of, trusts
from scenarios.town import Town, say, studies
from scenarios.web import Web
from storage import tables as t

HOST = "uni.example"
DID = f"did:web:{HOST}"
NAME = "海洋気象の観測"
SIGNED = datetime(2026, 4, 10, tzinfo=UTC)
NOBODYS = "11111111-0000-4000-8000-000000000001"


def credential(issuer: str, award: str = NOBODYS, address: str = "aoki@example.school") -> dict[str, Any]:
    named = {"type": "IdentityObject", "hashed": False, "identityHash": address, "identityType": "emailAddress"}
    achievement = {"id": f"https://{HOST}/a/1", "type": ["Achievement"], "name": NAME, "description": NAME}
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": f"urn:uuid:{award}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": NAME,
        "issuer": {"id": issuer, "type": ["Profile"], "name": "例示大学"},
        "validFrom": "2026-04-10T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [named],
            "achievement": achievement | {"criteria": {"narrative": "c"}},
        },
    }


@dataclass
class University:
    """Signs one badge under a did:web, and can suspend it, revoke its key and lose its pages."""

    web: Web
    key: SigningKey
    url: str = f"https://{HOST}/b/1.json"
    list_url: str = f"https://{HOST}/status/1"

    def publish(self, award: str = NOBODYS) -> None:
        self.keys()
        self.suspends(False)
        status = {
            "id": f"{self.list_url}#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "suspension",
            "statusListIndex": "7",
            "statusListCredential": self.list_url,
        }
        badge = secure(credential(DID, award) | {"credentialStatus": status}, self.key, SIGNED)
        self.web.puts(self.url, samples.as_bytes(badge), "application/vc+ld+json")

    def keys(self, revoked: datetime | None = None) -> None:
        document = did.document(DID, [did.PublishedKey(self.key.verifier, revoked)])
        self.web.puts(did.did_web_url(DID), json.dumps(document).encode(), "application/did+json")

    def loses_keys(self) -> None:
        self.web.puts(did.did_web_url(DID), b"<html>not found</html>", "text/html", status=404)

    def suspends(self, yes: bool) -> None:
        until = SIGNED + timedelta(days=900)
        status = compose_list(self.list_url, DID, StatusPurpose.SUSPENSION, [7] if yes else [], SIGNED, until)
        self.web.puts(self.list_url, samples.as_bytes(secure(status, self.key, SIGNED)), "application/vc+ld+json")


@pytest.fixture
async def university(town: Town) -> University:
    """Aoki has taken its badge in on 10 June."""
    web = town.house.world.fetch
    assert isinstance(web, Web)
    made = University(web, SigningKey(b"u" * 32, DID))
    made.publish()
    await town.east["aoki"].says(f"取り込む {made.url}")
    town.east["aoki"].sees(say("ja", "foreign.taken"))
    return made


async def again(town: Town, day: str) -> Any:
    """The row after the check of that morning."""
    await town.clock(f"{day} 09:00")
    await town.house.foreign.check_again(await school_of(town))
    (row,) = await town.rows(t.foreign_badge)
    return row


async def finds(town: Town, badge: str, findable: bool) -> object:
    person = await town.person(town.east, "aoki")
    command = SetForeignFindable(school_id=person.school_id, person_id=person.id, badge=badge, findable=findable)
    return await town.house.store.run(set_findable, command)


@pytest.mark.parametrize(
    ("fault", "key"), [(Fault.SUSPENDED, "foreign.suspended"), (Fault.INVALID, "foreign.not_valid")]
)
async def test_what_is_good_no_more_counts_for_nothing_until_it_is_good_again(
    town: Town, university: University, fault: Fault, key: str
) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    (row,) = await town.rows(t.foreign_badge)
    assert not isinstance(await finds(town, row.public_id, True), Refused)
    if fault is Fault.SUSPENDED:
        university.suspends(True)
    else:
        university.keys(revoked=datetime(2026, 6, 17, tzinfo=UTC))
    assert (await again(town, "06-18")).fault == fault
    row = await again(town, "06-26")
    assert (row.fault, row.revoked_at) == (fault, datetime(2026, 6, 18, tzinfo=UTC)), "since it was first seen"
    await aoki.commands("wallet")
    aoki.sees(say("ja", key, day="2026-06-18"), "確認日 2026-06-10", last=1)
    page, _, _ = page_of(await exported(aoki))
    assert say("ja", key, day="2026-06-18") in page.words, "the export says the same, and not that it was revoked"
    await mori.commands(f"who {NAME}")
    assert aoki.name not in mori.newest().card.text()
    await finds(town, row.public_id, False)
    assert await finds(town, row.public_id, True) == Refused("foreign_not_findable")
    await town.reload(pathways=(pathway(All((Earned(FIRST), Imported(Bilingual("研修", "A training"), (), ())))),))
    await trusts(town, HOST)
    await studies(aoki, "u-board")
    assert not await holds(town, WAY)
    university.publish()
    assert (await again(town, "07-04")).fault is None
    await town.settle()
    assert await holds(town, WAY)
    town.check_database()


async def test_an_issuer_whose_keys_are_not_found_has_taken_nothing_back(town: Town, university: University) -> None:
    aoki = town.east["aoki"]
    university.loses_keys()
    row = await again(town, "06-18")
    assert (row.fault, row.revoked_at) == (None, None)
    await aoki.commands("wallet")
    aoki.sees("確認日 2026-06-10", say("ja", "foreign.unconfirmed", day="2026-06-18"), last=1)
    await aoki.says(f"取り込む {university.url}")
    aoki.sees(say("ja", "refused.foreign_unknown"))
    university.keys()
    row = await again(town, "06-26")
    assert row.checked_at == datetime(2026, 6, 26, tzinfo=UTC)


async def test_what_names_somebody_else_by_now_is_not_renewed(town: Town) -> None:
    lms = lms_of(town).publish()
    await town.east["aoki"].says(f"取り込む {lms.url}")
    lms.address = "mori@example.school"
    lms.publish()
    row = await again(town, "06-18")
    assert row.checked_at < row.tried_at
    assert json.loads(row.copy)["recipient"]["identity"] == hashed("aoki@example.school")


async def test_what_a_colleague_keeps_is_not_taken_over(town: Town) -> None:
    """The site names somebody else by now: the badge stays with whom it was proved to be given to."""
    lms, aoki, mori = lms_of(town).publish(), town.east["aoki"], town.east["mori"]
    await aoki.says(f"取り込む {lms.url}")
    (row,) = await town.rows(t.foreign_badge)
    lms.address = "mori@example.school"
    lms.publish()
    await town.clock("06-11 09:00")
    await mori.says(f"取り込む {lms.url}")
    mori.sees(say("ja", "refused.foreign_taken"), last=1)
    assert await town.rows(t.foreign_badge) == [row], "nothing of it is renewed from another's badge"


async def test_taking_in_tells_nothing_of_another_school(town: Town) -> None:
    """Somebody signs badges of their own that bear the id of an award of another school, and one that nobody has."""
    aoki, mori, own = town.east["aoki"], town.west["mori"], SigningKey(b"e" * 32)
    await studies(aoki, "u-board")
    award = await town.award(town.east, "aoki", FIRST)
    for number, uuid in enumerate((award.public_id, NOBODYS)):
        badge = secure(credential(own.did, uuid, "mori@example.school"), own, SIGNED)
        lms_of(town).web.puts(f"https://e.example/{number}.json", samples.as_bytes(badge))
        await mori.says(f"取り込む https://e.example/{number}.json")
        mori.sees(say("ja", "foreign.taken"), last=1)
    (edition,) = await town.editions(award.id)
    lms_of(town).web.puts("https://e.example/real.json", edition.text.encode())
    for held in (True, False):
        await mori.says("取り込む https://e.example/real.json")
        mori.sees(say("ja", "refused.foreign_not_yours"), last=1)
        if held:
            await aoki.commands("forget me")
            await aoki.presses(say("ja", "label.forget_yes"))


async def test_a_site_that_is_gone_keeps_no_other_waiting(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of its seven badges five are tried in a night and the rest in the next; the other site's is looked at first."""
    monkeypatch.setattr("bot.services.foreign.share_of_a_night", lambda kept: kept)
    gone = [lms_of(town, number=number, host="gone.example") for number in range(1, 8)]
    alive = lms_of(town, number=9)
    for lms in (*gone, alive):
        await town.east["aoki"].says(f"取り込む {lms.publish().url}")
    for lms in gone:
        for url in (lms.url, lms.profile):
            del lms.web.pages[url]
    tried = []
    for day in ("06-20", "06-21"):
        await town.clock(f"{day} 09:00")
        now = town.room.now()
        alive.web.asked.clear()
        assert await town.house.foreign.check_again(await school_of(town)) == (day == "06-20")
        tried.append(sorted(row.host for row in await town.rows(t.foreign_badge) if row.tried_at == now))
    assert tried == [["gone.example"] * 5 + [alive.host], ["gone.example"] * 2]
    kept = await town.rows(t.foreign_badge, t.foreign_badge.c.host == "gone.example")
    fifth = sorted(kept, key=lambda row: (row.tried_at, row.public_id))[4]
    next(lms for lms in gone if lms.badge_id == fifth.badge_id).publish()
    await town.clock("06-29 09:00")
    assert await town.house.foreign.check_again(await school_of(town)) == 2
    assert {row.tried_at for row in await town.rows(t.foreign_badge)} == {town.room.now()}, "never five in a row"


async def test_what_fails_for_no_known_reason_goes_to_the_end_of_the_row(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    aoki, first, second = town.east["aoki"], lms_of(town, number=1), lms_of(town, number=2)
    for lms in (first, second):
        await aoki.says(f"取り込む {lms.publish().url}")
    desk, look = town.house.foreign, town.house.store.look
    broken = min(row.public_id for row in await town.rows(t.foreign_badge))

    async def breaks(use_case: Any, command: Any) -> Any:
        if isinstance(command, AboutForeign) and command.badge == broken:
            raise RuntimeError("a fault of ours")
        return await look(use_case, command)

    monkeypatch.setattr(town.house.store, "look", breaks)
    await town.clock("06-20 09:00")
    assert await desk.check_again(await school_of(town)) == 1
    assert await desk.check_again(await school_of(town)) == 0
    assert {row.tried_at for row in await town.rows(t.foreign_badge)} == {town.room.now()}
