"""What anybody can put into a ZIP of their own, with a key of their own: refused in one sentence, or kept harmless."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Executable

from bot.badges.keys import SigningKey, generate
from bot.badges.statement import sign_statement
from bot.errors import Problem
from bot.services import bringing, statements
from bot.services.bringing import Brought
from scenarios.test_bringing import brings, refused
from scenarios.town import Town
from storage import tables as t
from storage.scope import Scope

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
