"""What anybody can put into a ZIP of their own, with a key of their own: refused in one sentence, or kept harmless."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Executable

from bot.badges.did import MEDIA_TYPE, PublishedKey, did_web_url, document
from bot.badges.documents import subject_id
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import Ed25519Public, SigningKey, generate
from bot.badges.proof import secure
from bot.badges.reads import MAX_WANTED, Reads
from bot.badges.statement import sign_statement
from bot.badges.verdict import Verdict, unknown
from bot.domain.people import Consent
from bot.errors import Problem
from bot.services import bringing, statements, turns
from bot.services.bringing import Brought
from bot.services.verifier import Verifier
from scenarios.conftest import Shared
from scenarios.test_bringing import Far, brings, exported, far, refused
from scenarios.test_forgetting import is_forgotten
from scenarios.town import FLOWER, Town, say
from scenarios.web import Web
from storage import tables as t
from storage.scope import Scope

__all__ = ["far"]

KEY = generate(b"h" * 32)


def zipped(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def statement(completions: Sequence[Any] = (), credentials: Sequence[Any] = (), key: SigningKey = KEY) -> str:
    payload = {
        "iss": key.did,
        "version": 1,
        "on": "2026-06-01",
        "school": {"ja": "隣", "en": "Next door"},
        "credentials": list(credentials),
        "completions": list(completions),
        "endorsements": [],
    }
    return sign_statement(payload, key)


def done(unit: str, **more: object) -> dict[str, object]:
    title = {"ja": "題", "en": "Title"}
    stated = {"unit": unit, "title": title, "on": "2026-06-01", "minutes": 5, "route": "opened", "self_assessed": False}
    return stated | more


@pytest.mark.parametrize(
    "completion",
    [
        done("u", route=["opened"]),
        done("u", route={}),
        done("u\0"),
        done("u\u202e\nx"),
        done(""),
        done("u", minutes="5"),
    ],
)
async def test_a_completion_that_no_school_states_is_refused(town: Town, completion: dict[str, object]) -> None:
    await refused(town, zipped(**{"statements/a.jws": statement([completion])}), "bring_altered")


@pytest.mark.parametrize(
    ("written", "kept"),
    [("a\ud800b", "ab"), ("a\0b\u202ec", "a bc"), ("一行目\n二行目", "一行目 二行目"), ("\u200b", None)],
)
async def test_ones_own_words_are_kept_as_one_line_that_can_be_shown(town: Town, written: str, kept: str) -> None:
    words = json.dumps({"completions": [{"unit": "u", "reflection": written}]})
    assert await brings(town, zipped(**{"statements/a.jws": statement([done("u")]), "record.json": words})) == Brought(
        0, 1
    )
    (row,) = await town.rows(t.brought_completion)
    assert row.reflection == kept


async def test_completions_are_kept_in_portions_each_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    portions: list[int] = []
    each = Scope.each

    async def counted(self: Scope, of: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
        portions.append(len(rows))
        return await each(self, of, rows)

    monkeypatch.setattr(Scope, "each", counted)
    twice = [done(f"u{number % 600}") for number in range(1_200)]
    data = zipped(**{"statements/a.jws": statement(twice)})
    assert await brings(town, data) == Brought(0, 600)
    assert portions == [500, 100]
    assert await brings(town, data) == Brought(0, 0)


async def test_no_more_completions_than_can_be_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_COMPLETIONS", 3)
    monkeypatch.setattr(bringing, "MOST_COMPLETIONS", 3)
    other = generate(b"o" * 32)
    halves = {
        "statements/a.jws": statement([done("a"), done("b")]),
        "statements/b.jws": statement([done("c")] * 2, key=other),
    }
    await refused(town, zipped(**halves), "bring_too_many_units")
    assert await brings(town, zipped(**{"statements/a.jws": statement([done("a"), done("b")])})) == Brought(0, 2)
    with pytest.raises(Problem, match="bring_too_many_units"):
        await brings(town, zipped(**{"statements/a.jws": statement([done("c"), done("d")])}))


def forged(badge: JsonObject) -> bytes:
    """Somebody else's badge, signed anew with a key of one's own under the same id."""
    mine = {name: value for name, value in badge.items() if name not in ("proof", "endorsement", "credentialStatus")}
    mine["issuer"] = {**mine["issuer"], "id": KEY.did}
    mine["issuer"].pop("endorsement", None)
    achievement = {**mine["credentialSubject"]["achievement"], "creator": {"id": KEY.did, "type": ["Profile"]}}
    mine["credentialSubject"] = {
        **mine["credentialSubject"],
        "id": subject_id(KEY.did, badge["id"]),
        "achievement": achievement,
    }
    return to_text(secure(mine, KEY, datetime.fromisoformat(badge["validFrom"]))).encode()


async def test_a_forged_badge_keeps_nobody_from_bringing_the_true_one(far: Far) -> None:
    with zipfile.ZipFile(io.BytesIO(far.data)) as archive:
        name = next(name for name in archive.namelist() if name.startswith("credentials/"))
        badge = json.loads(archive.read(name))
    mine = forged(badge)
    listed = {"id": badge["id"], "sha256": sha256(mine).hexdigest()}
    stated = statement(credentials=[listed])
    data = zipped(**{"statements/a.jws": stated, "credentials/a.json": mine})
    assert await brings(far.town, data, "mori") == Brought(1, 0)
    assert await brings(far.town, far.data) == Brought(1, 1)


async def test_a_file_brings_nothing_back_that_was_signed_here(shared_badge: Shared) -> None:
    """Neither a badge that its holder gave up, nor an endorsement that was withdrawn: with them came names."""
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    await mori.reacts(shared_badge.post, FLOWER)
    files = [await exported(actor) for actor in (shared_badge.holder, mori)]
    assert b"endorsements-given/" in files[1]
    assert await brings(town, files[1], "mori") == Brought(0, 0)
    await is_forgotten(shared_badge.holder)
    for data in files:
        await brings(town, data, "mori")
    assert not await town.rows(t.brought, t.brought.c.kind != "statement")


async def test_words_on_one_unit_at_two_schools_stay_where_they_were_said(town: Town) -> None:
    other, silent = generate(b"o" * 32), generate(b"s" * 32)
    brought = [
        {"unit": "u", "issuer": other.did, "reflection": "昔"},
        {"unit": "u", "issuer": silent.did, "reflection": None},
    ]
    words = {"completions": [{"unit": "u", "reflection": "今"}], "brought": brought}
    files = {f"statements/{at}.jws": statement([done("u")], key=key) for at, key in enumerate((KEY, other, silent))}
    assert await brings(town, zipped(**files, **{"record.json": json.dumps(words)})) == Brought(0, 3)
    rows = await town.rows(t.brought_completion)
    assert {row.issuer: row.reflection for row in rows} == {KEY.did: "今", other.did: "昔", silent.did: None}


# ---------------------------------------------------------------- keys that are read elsewhere


def career(town: Town, number: int) -> bytes:
    """Statements by so many schools, each with an address of its own at which its key can be read."""
    files = {}
    for at in range(number):
        key = generate(bytes([at]) * 32, f"did:web:school{at}.example")
        published = document(key.did, [PublishedKey(Ed25519Public(key.public))])
        web_of(town).puts(did_web_url(key.did), to_text(published).encode(), MEDIA_TYPE)
        files[f"statements/{at}.jws"] = statement([done(f"u{at}")], key=key)
    return zipped(**files)


def web_of(town: Town) -> Web:
    fetch = town.house.world.fetch
    assert isinstance(fetch, Web)
    return fetch


async def test_a_career_of_many_schools_is_brought(town: Town) -> None:
    many = MAX_WANTED + 2
    assert await brings(town, career(town, many)) == Brought(0, many)
    assert len(web_of(town).asked) == many


async def test_reading_who_signed_takes_the_persons_turns(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_AN_HOUR", 3)
    data = career(town, 5)
    for _ in range(2):
        await refused(town, data, "foreign_enough")
    assert len(web_of(town).asked) == 3


async def test_a_badge_that_names_too_many_addresses_is_left_out_and_named(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Verifier.verify

    async def verify(self: Verifier, data: bytes, reads: Reads, trusted: frozenset[str] = frozenset()) -> Verdict:
        for number in range(MAX_WANTED + 1):
            reads.ask(f"https://a.example/{sha256(data).hexdigest()}/{number}")
        found = await check(self, data, reads, trusted)
        return replace(found, checks=(*found.checks, unknown("status", "elsewhere")))

    monkeypatch.setattr(Verifier, "verify", verify)
    brought = await brings(far.town, far.data)
    assert (brought.badges, brought.completions) == (0, 1)
    assert {each.refusal.reason for each in brought.left_out} == {"bring_many_addresses"}
    assert say("ja", "refused.bring_many_addresses")
