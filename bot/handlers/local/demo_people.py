"""The invented people of a rehearsal school (`bot/demo/people.yaml`), read into values.

`app` opens the school from them through the same services that real people use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from bot.domain.language import LANGS, Bilingual, Lang
from bot.domain.people import Consent, Role
from bot.errors import Problem

SCHEMA = "sukima.demo_people/1"


@dataclass(frozen=True)
class DemoChannel:
    """A channel that everybody reads."""

    key: str
    name: Bilingual
    about: Bilingual


@dataclass(frozen=True)
class DemoBoard:
    """The board that the school is under, until somebody puts it under another."""

    key: str
    name: Bilingual


@dataclass(frozen=True)
class DemoSchool:
    """`period_times` are (number, start, end) in minutes after local midnight, as on `domain.people.School`."""

    key: str
    name: Bilingual
    zone: str
    country: str
    lang: Lang
    board: DemoBoard
    period_times: tuple[tuple[int, int, int], ...]
    channels: tuple[DemoChannel, ...] = ()


@dataclass(frozen=True)
class DemoCompletion:
    """A unit done some days ago."""

    unit: str
    days_ago: int
    reflection: str = ""


@dataclass(frozen=True)
class DemoBadge:
    """What became of a badge that followed from the units done. `endorsed_by` are keys of people."""

    badge: str
    shared: bool
    findable: bool
    endorsed_by: tuple[str, ...]


@dataclass(frozen=True)
class DemoPerson:
    """`free` and `quiet` are in the person's own words."""

    key: str
    name: str
    lang: Lang
    title: Bilingual
    roles: frozenset[Role]
    stage: str
    free: str
    quiet: str
    consents: frozenset[Consent]
    welcomed: bool
    completions: tuple[DemoCompletion, ...]
    badges: tuple[DemoBadge, ...]
    is_admin: bool = False
    """Runs the workspace."""


@dataclass(frozen=True)
class DemoPeople:
    school: DemoSchool
    people: tuple[DemoPerson, ...]


def read_people(text: str, file: str) -> DemoPeople:
    """The people in a YAML text. Raises `Problem("people.unreadable")`; `file` says which, in its sentence."""
    try:
        box = yaml.safe_load(text)
        if box["schema"] != SCHEMA:
            raise ValueError(box["schema"])
        people = tuple(_person(person) for person in box["people"])
        if len({person.key for person in people}) != len(people):
            raise ValueError("two people with one key")
        return DemoPeople(_school(box["school"]), people)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Problem("people.unreadable", file=file, reason=_reason(error)) from error


def _school(box: Mapping[str, Any]) -> DemoSchool:
    periods = tuple((int(each["number"]), _minutes(each["start"]), _minutes(each["end"])) for each in box["periods"])
    channels = tuple(
        DemoChannel(each["key"], _bilingual(each["name"]), _bilingual(each["about"]))
        for each in box.get("channels", ())
    )
    board = DemoBoard(box["board"]["key"], _bilingual(box["board"]["name"]))
    name, lang = _bilingual(box["name"]), _lang(box["lang"])
    return DemoSchool(box["key"], name, box["zone"], box["country"], lang, board, periods, channels)


def _person(box: Mapping[str, Any]) -> DemoPerson:
    history = box.get("history", {})
    return DemoPerson(
        key=box["key"],
        name=box["name"],
        lang=_lang(box["lang"]),
        title=_bilingual(box["title"]),
        roles=frozenset(Role(role) for role in box["roles"]),
        stage=box["stage"],
        free=box["free"],
        quiet=box["quiet"],
        consents=frozenset(Consent(consent) for consent in box.get("consents", ())),
        welcomed=box.get("welcomed", True),
        completions=tuple(
            DemoCompletion(each["unit"], int(each["days_ago"]), each.get("reflection", ""))
            for each in history.get("units", ())
        ),
        badges=tuple(
            DemoBadge(each["badge"], each["shared"], each["findable"], tuple(each["endorsed_by"]))
            for each in history.get("badges", ())
        ),
        is_admin=box.get("is_admin", False),
    )


def _bilingual(box: Mapping[str, str]) -> Bilingual:
    return Bilingual(box["ja"], box["en"])


def _lang(text: str) -> Lang:
    if text not in LANGS:
        raise ValueError(f"lang: {text}")
    return text


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _reason(error: Exception) -> str:
    """In short, for whoever edits the file."""
    return " ".join(str(error).split())[:200]
