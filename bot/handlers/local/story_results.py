"""What a played story leaves: the transcript, every badge and credential, and a wallet, for anybody to verify."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.conversation.pictures import Baked, Pictures
from bot.domain.awards import Achievement, Award
from bot.domain.catalogue import Shelf
from bot.domain.people import School
from bot.domain.recognition import Endorsement, Target
from bot.errors import Problem
from bot.handlers.local.chairs import Chairs
from bot.handlers.local.rehearsal import WORKSPACE
from bot.handlers.local.room_types import PLATFORM
from bot.handlers.local.stage import Stage, StepFailed, Transcript
from bot.handlers.local.story import Seen, play
from bot.services import schools
from bot.services.commands import OfSchool
from bot.services.definitions import definition_of
from bot.services.ports import Revision, Store, Work

RESULTS = frozenset({"transcript.md", "transcript.jsonl", "badges", "credentials", "wallet.json"})
"""Everything that a story leaves."""


@dataclass(frozen=True)
class Issued:
    """An award as it stands, with everything signed about it."""

    holder: str
    award: Award
    achievement: Achievement
    school: School
    revision: Revision
    endorsements: tuple[tuple[Endorsement, str], ...]


async def play_into(out: Path, chairs: Chairs, store: Store, pictures: Pictures) -> str | None:
    """Play the story, write what it made into the empty folder `out`; None when every step held, else what did not.

    The transcript is written in both cases.
    """
    home = await store.look(schools.find_home, schools.FindHome(platform=PLATFORM, key=WORKSPACE))
    if home is None:
        return "the school is there"
    school = OfSchool(school_id=home[1].id)

    async def editions(person_and_badge: str) -> int:
        person, badge = person_and_badge.split("/")
        return await store.look(count_editions, Editions(school_id=school.school_id, person=person, badge=badge))

    stage = Stage(chairs, chairs.room.now)
    failure: str | None = None
    try:
        await play(stage, Seen(await store.look(read_shelf, school), editions))
    except StepFailed as failed:
        failure = str(failed)
    except Problem as problem:
        failure = problem.code + "".join(f" {value}" for value in problem.params.values())
    write_transcript(out, stage.transcript)
    if failure is None:
        failure = _write(out, await store.look(issued, school), await store.look(content, school), pictures, stage)
    return failure


async def read_shelf(work: Work, command: OfSchool) -> Shelf:
    return await work.shelves.current()


@dataclass(frozen=True, kw_only=True)
class Editions(OfSchool):
    """The badge of one person, by their keys in the room and the catalogue."""

    person: str
    badge: str


async def count_editions(work: Work, command: Editions) -> int:
    """How many editions of its credential there are; 0 without the badge."""
    workspace = await work.directory.workspace(PLATFORM, WORKSPACE)
    found = await work.people.by_account(workspace.id, command.person) if workspace else None
    for award in await work.awards.of_person(found[0].id) if found else ():
        newest = await work.credentials.newest(award.id)
        if award.achievement_key == command.badge and newest is not None:
            return newest.number
    return 0


async def issued(work: Work, command: OfSchool) -> tuple[Issued, ...]:
    """Every award of the school with its newest credential."""
    school = await work.school()
    found: list[Issued] = []
    for person in await work.people.all():
        for award in await work.awards.of_person(person.id):
            revision = await work.credentials.newest(award.id)
            if revision is None:
                raise StepFailed(f"{award.achievement_key} of {person.name} is signed")
            achievement = await work.shelves.achievement(award.achievement_id)
            standing = await work.endorsements.standing(Target.of_award(award.id))
            texts = [(item, await work.credentials.endorsement_text(item.id) or "") for item in standing]
            found.append(Issued(person.public_id, award, achievement, school, revision, tuple(texts)))
    return tuple(found)


async def content(work: Work, command: OfSchool) -> tuple[tuple[Endorsement, str], ...]:
    """Every endorsement of content."""
    found: list[tuple[Endorsement, str]] = []
    for person in await work.people.all():
        for endorsement in await work.endorsements.given_by(person.id):
            text = await work.credentials.endorsement_text(endorsement.id)
            if endorsement.stands and endorsement.target.is_content and text is not None:
                found.append((endorsement, text))
    return tuple(found)


def write_transcript(out: Path, transcript: Transcript) -> None:
    """`transcript.jsonl` for programs, `transcript.md` for people."""
    lines = [json.dumps(line, ensure_ascii=False) for line in transcript.lines]
    (out / "transcript.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (out / "transcript.md").write_text("\n".join(_told(line) for line in transcript.lines) + "\n", "utf-8")


def _told(line: dict[str, Any]) -> str:
    if "chapter" in line:
        return f"\n## {line['chapter']}\n"
    time = str(line["at"])[11:16]
    if "act" in line:
        facts = " ".join(str(value) for key, value in line.items() if key not in {"at", "who", "act"})
        return f"**{time} {line['who']}** {line['act']} {facts}  "
    text = "\n".join(f"> {part}" for part in str(line["text"]).splitlines())
    buttons = " ".join(f"`{label}`" for label in line["buttons"])
    note = " (edited)" if line["edited"] else " (taken down)" if line["deleted"] else ""
    return f"\n→ {line['to']}, {line['where']}{note}\n{text}\n>\n> {buttons}\n"


def _write(
    out: Path,
    awards: tuple[Issued, ...],
    contents: tuple[tuple[Endorsement, str], ...],
    pictures: Pictures,
    stage: Stage,
) -> str | None:
    for folder in ("badges", "credentials"):
        (out / folder).mkdir()
    wallet: dict[str, list[dict[str, Any]]] = {}
    for one in awards:
        name = f"{one.award.achievement_key}-{one.award.public_id[:8]}"
        picture = pictures.draw(Baked(one.award, one.achievement, one.school, one.revision))
        (out / "badges" / f"{name}.png").write_bytes(picture.data)
        (out / "credentials" / f"award-{name}.json").write_text(one.revision.text, "utf-8")
        for endorsement, text in one.endorsements:
            (out / "credentials" / f"endorsement-{endorsement.public_id}.json").write_text(text, "utf-8")
        wallet.setdefault(one.holder, []).append(_line(one))
        verdict = verify(picture.data, now=stage.local_now())
        if verdict.validity is not Validity.VALID:
            failed = [check.name for check in verdict.checks if check.outcome == "fail"]
            return f"{name} verifies: {failed}"
    for endorsement, text in contents:
        (out / "credentials" / f"content-{endorsement.public_id}.json").write_text(text, "utf-8")
    issuer = json.loads(awards[0].revision.text)["issuer"]
    _dump(out / "credentials" / "issuer.json", issuer)
    _dump(out / "wallet.json", [{"holder": holder, "badges": badges} for holder, badges in wallet.items()])
    return None


def _line(one: Issued) -> dict[str, Any]:
    facts = definition_of(one.achievement)
    zone = ZoneInfo(one.school.zone)
    return {
        "award": one.award.public_id,
        "badge": one.award.achievement_key,
        "name": {"ja": facts.name.ja, "en": facts.name.en},
        "level": facts.level,
        "awarded_on": one.award.awarded_at.astimezone(zone).date().isoformat(),
        "editions": one.revision.number,
        "endorsements": [endorsement.role for endorsement, _ in one.endorsements],
        "displayed": one.award.displayed_at is not None,
        "findable": one.award.findable_at is not None,
    }


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
