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
from bot.domain.people import Person, School, Workspace
from bot.domain.recognition import Endorsement, Target
from bot.handlers.local.script import Stage, StepFailed
from bot.handlers.local.story import play
from bot.handlers.local.story_parts import Seen
from bot.handlers.local.transcript import Teller, Transcript
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


async def play_into(out: Path, stage: Stage, store: Store, pictures: Pictures) -> str | None:
    """Play the story on a stage, and write what it made into the empty folder `out`.

    None when every step held, else what did not. The transcript is written in both cases.
    """
    try:
        school = (await home_of(stage, store))[1]
        stage.transcript.head(stage.local_now(), school.name, stage.listed())
        failure = await play(stage, await behind(stage, store))
        if failure is None:
            about = OfSchool(school_id=school.id)
            failure = _write(out, await store.look(issued, about), await store.look(content, about), pictures, stage)
    except StepFailed as failed:
        failure = str(failed)
    finally:
        write_transcript(out, stage.transcript)
    return failure


async def home_of(stage: Stage, store: Store) -> tuple[Workspace, School]:
    """The workspace that a stage is, and its school."""
    found = await store.look(schools.find_home, schools.FindHome(platform=stage.platform, key=stage.workspace))
    if found is None:
        raise StepFailed("the school is there")
    return found


async def behind(stage: Stage, store: Store) -> Seen:
    """The rows behind a stage."""
    workspace, school = await home_of(stage, store)

    def of(person: str) -> dict[str, Any]:
        return {"school_id": school.id, "workspace_id": workspace.id, "account": stage[person].account}

    async def editions(person: str, badge: str) -> int:
        return await store.look(count_editions, Editions(**of(person), badge=badge))

    async def done(person: str) -> frozenset[str]:
        return await store.look(units_done, OfPerson(**of(person)))

    return Seen(await store.look(read_shelf, OfSchool(school_id=school.id)), editions, done)


async def read_shelf(work: Work, command: OfSchool) -> Shelf:
    return await work.shelves.current()


@dataclass(frozen=True, kw_only=True)
class OfPerson(OfSchool):
    """Somebody by what their platform calls them."""

    workspace_id: int
    account: str


@dataclass(frozen=True, kw_only=True)
class Editions(OfPerson):
    """The badge of one person, by its key in the catalogue."""

    badge: str


async def count_editions(work: Work, command: Editions) -> int:
    """How many editions of its credential there are; 0 without the badge."""
    person = await _person(work, command)
    for award in await work.awards.of_person(person.id) if person else ():
        newest = await work.credentials.newest(award.id)
        if award.achievement_key == command.badge and newest is not None:
            return newest.number
    return 0


async def units_done(work: Work, command: OfPerson) -> frozenset[str]:
    """The keys of the units that somebody completed."""
    person = await _person(work, command)
    done = await work.learning.completions(person.id) if person else ()
    return frozenset(completion.unit_key for completion in done)


async def _person(work: Work, command: OfPerson) -> Person | None:
    found = await work.people.by_account(command.workspace_id, command.account)
    return found[0] if found else None


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
    """`transcript.jsonl` for programs, `transcript.md` for people, with the badges that lie beside it."""
    lines = [json.dumps(line, ensure_ascii=False) for line in transcript.lines]
    (out / "transcript.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    pictures = {path.name for path in (out / "badges").glob("*.png")}
    (out / "transcript.md").write_text(Teller(pictures).told(transcript), "utf-8")


def _write(
    out: Path,
    awards: tuple[Issued, ...],
    contents: tuple[tuple[Endorsement, str], ...],
    pictures: Pictures,
    stage: Stage,
) -> str | None:
    """Write everything; None, or what does not verify."""
    for folder in ("badges", "credentials"):
        (out / folder).mkdir()
    wallet: dict[str, list[dict[str, Any]]] = {}
    for one in awards:
        data = pictures.draw(Baked(one.award, one.achievement, one.school, one.revision)).data
        _write_award(out, one, data)
        wallet.setdefault(one.holder, []).append(_line(one))
        failure = _verified(one, data, stage)
        if failure is not None:
            return failure
    for endorsement, text in contents:
        (out / "credentials" / f"content-{endorsement.public_id}.json").write_text(text, "utf-8")
    _dump(out / "credentials" / "issuer.json", json.loads(awards[0].revision.text)["issuer"])
    _dump(out / "wallet.json", [{"holder": holder, "badges": badges} for holder, badges in wallet.items()])
    return None


def _name(one: Issued) -> str:
    return f"{one.award.achievement_key}-{one.award.public_id[:8]}"


def _write_award(out: Path, one: Issued, picture: bytes) -> None:
    (out / "badges" / f"{_name(one)}.png").write_bytes(picture)
    (out / "credentials" / f"award-{_name(one)}.json").write_text(one.revision.text, "utf-8")
    for endorsement, text in one.endorsements:
        (out / "credentials" / f"endorsement-{endorsement.public_id}.json").write_text(text, "utf-8")


def _verified(one: Issued, picture: bytes, stage: Stage) -> str | None:
    """None, or what is wrong with the badge: it verifies, and embeds the endorsements that stand."""
    verdict = verify(picture, now=stage.local_now())
    if verdict.validity is not Validity.VALID:
        return f"{_name(one)} verifies: {[check.name for check in verdict.checks if check.outcome == 'fail']}"
    embedded = len(json.loads(one.revision.text).get("endorsement", ()))
    if embedded != len(one.endorsements):
        return f"{_name(one)} embeds {len(one.endorsements)} endorsements (it has {embedded})"
    return None


def _line(one: Issued) -> dict[str, Any]:
    facts = definition_of(one.achievement)
    zone = ZoneInfo(one.school.zone)
    return {
        "award": one.award.public_id,
        "picture": f"badges/{_name(one)}.png",
        "credential": f"credentials/award-{_name(one)}.json",
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
