"""A town of two schools in one real house, so that a test reads like a story.

Everything is the product's own: migrations, store, relay, engine, router, cards, the room and its sender. Only the
time stands still until a test moves it. People have the same keys in both schools; their names differ.
"""

import functools
import random
import re
import shutil
import stat
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Table, select

from bot.app import House, StaffRoom, World, open_house
from bot.badges import artwork
from bot.badges.keys import LEAST_RSA_BITS
from bot.conversation import pictures
from bot.conversation.intents import Origin, Pressed, Submitted
from bot.conversation.router import Answer
from bot.domain.catalogue import ChoiceCheck
from bot.domain.language import Bilingual, Lang
from bot.domain.people import Consent, Role, School, Workspace
from bot.handlers.local.adapter import LocalAdapter
from bot.handlers.local.cardbox import buttons_of
from bot.handlers.local.chairs import Chairs, Place
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import PLATFORM, Message
from bot.handlers.local.sender import LocalSender
from bot.handlers.local.stage import Actor, Stage
from bot.services import arrivals, experts, preferences
from bot.services.commands import OfNoSchool
from bot.services.ports import Work
from bot.settings import Settings
from bot.wording import Wording
from scenarios.shelf import NAMES, UNITS, catalogue
from scenarios.web import Web
from storage import admin
from storage import tables as t
from tests.prepared import prepare

MORNING = datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
"""Wednesday, 10 June 2026, 08:00 in Tokyo."""
TOKYO = ZoneInfo("Asia/Tokyo")
EMOJI = ("white_flower", "white_check_mark")
FLOWER, CHECK = "💮", "✅"
EAST, WEST = "east", "west"
LETTERS = "ABC"

PEOPLE: tuple[tuple[str, str, Lang, Role], ...] = (
    ("aoki", "青木", "ja", Role.TEACHER),
    ("mori", "森", "ja", Role.TEACHER),
    ("hall", "Hall", "en", Role.TEACHER),
    ("sato", "佐藤", "ja", Role.LEADER),
)
NEWCOMER = ("nishi", "西", "ja")
GIVEN: dict[str, str] = {EAST: "あさひ", WEST: "ゆうひ"}
"""What tells a name in one school from the same person key in the other."""


@functools.cache
def _drawn(face: artwork.BadgeFace) -> bytes:
    return artwork.draw_badge(face)


def draw_once() -> None:
    """Real badge pictures, each drawn once in a run of tests."""
    pictures.draw_badge = _drawn  # type: ignore[attr-defined]


def short_rsa() -> bytes:
    """A new RSA key, as short as is allowed: it is made in a tenth of a second."""
    key = rsa.generate_private_key(65537, LEAST_RSA_BITS)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def settings(folder: Path, public_url: str = "", smtp_url: str = "") -> Settings:
    given = {"SUKIMA_DATA_DIR": str(folder), "SUKIMA_PUBLIC_URL": public_url, "SUKIMA_SMTP_URL": smtp_url}
    return Settings.from_env(given | {"SUKIMA_MAIL_FROM": "Sukima <sukima@post.example>"}, env_file=None)


@dataclass(frozen=True)
class Town:
    """The open house with its room; `east` and `west` are the stages of its two schools."""

    folder: Path
    house: House
    room: Room
    adapter: LocalAdapter
    east: Stage
    west: Stage

    async def settle(self) -> None:
        await self.east.chairs.settle()

    async def clock(self, when: str) -> None:
        """Put the clock forward to a local time, `10:30` or `06-11 10:30`, and let happen what is due."""
        day, _, hour = when.rpartition(" ")
        local = self.room.now().astimezone(TOKYO)
        moment = (
            datetime.fromisoformat(f"2026-{day}T{hour}")
            if day
            else datetime.combine(
                local.date(),
                datetime.strptime(hour, "%H:%M").time(),  # noqa: DTZ007 - a time of day
            )
        )
        self.room.put_clock(moment.replace(tzinfo=TOKYO))
        await self.settle()

    def token(self, verb: str, subject: str = "", argument: str = "", **more: Any) -> str:
        """A genuine token, as a button would carry it."""
        return self.house.router._actions.token(verb, subject, argument, **more)

    async def press(self, actor: Actor, token: str, values: dict[str, str] | None = None) -> Answer:
        """What the router answers to a press (or form) by this token; what follows has happened."""
        origin = actor.chair.at(Place.DIRECT).origin
        answer = await self.house.router.handle(intent(origin, token, values))
        await self.settle()
        return answer

    def said(self, answer: Answer) -> str:
        """An answer in words."""
        return "\n".join(self.house.cards.draw(view, answer.lang).text() for view in answer.views)

    async def rows(self, table: Table, *where: Any) -> list[Any]:
        """Rows of the database, in the order of their keys."""
        query = select(table).where(*where).order_by(*table.primary_key.columns)
        return list(await self.house.store.read(lambda scope: scope.all(query)))

    async def person(self, stage: Stage, key: str) -> Any:
        workspace = await self.workspace(stage)
        account = await self.rows(t.account, t.account.c.workspace_id == workspace.id, t.account.c.user_key == key)
        return (await self.rows(t.person, t.person.c.id == account[0].person_id))[0]

    async def workspace(self, stage: Stage) -> Any:
        return (await self.rows(t.workspace, t.workspace.c.key == stage.chairs.space.key))[0]

    async def award(self, stage: Stage, key: str, badge: str) -> Any:
        """The one award of this badge to this person."""
        person = await self.person(stage, key)
        found = await self.rows(t.award, t.award.c.person_id == person.id, t.award.c.achievement_key == badge)
        assert len(found) == 1, f"{len(found)} awards of {badge}"
        return found[0]

    async def editions(self, award_id: int) -> list[Any]:
        return await self.rows(t.revision, t.revision.c.award_id == award_id)

    async def standing(self, award_id: int) -> list[Any]:
        return await self.rows(
            t.endorsement,
            t.endorsement.c.target_kind == "award",
            t.endorsement.c.target_id == award_id,
            t.endorsement.c.withdrawn_at.is_(None),
        )

    async def reload(self, **changes: Any) -> None:
        """Load another edition of the catalogue."""
        await self.house.load_catalogues([(catalogue(**changes), {})])
        await self.settle()

    def miss(self) -> None:
        """What the room would deliver is lost, as in an outage longer than a platform's patience."""
        for event in self.room.waiting():
            self.room.acknowledge(event.id)

    def check_database(self) -> None:
        """The file, its links and the audit chains are whole."""
        found = admin.check(self.house.settings.database_url.get_secret_value())
        assert not found.complaints, found.complaints


def intent(origin: Origin, token: str, values: dict[str, str] | None = None) -> Pressed | Submitted:
    return Pressed(origin, token) if values is None else Submitted(origin, token, values)


@asynccontextmanager
async def open_town(
    folder: Path, *, seed: int = 1, now: datetime = MORNING, public_url: str = "", smtp_url: str = ""
) -> AsyncIterator[Town]:
    """Open the town kept in `folder`, made by `found_town`; with `public_url` it has pages, with `smtp_url` mail."""
    experts.snapshots = experts.Snapshots()
    room = Room(folder / "room", lambda: now, lambda: str(uuid.uuid4()))
    world = World(now=room.now, rng=random.Random(seed), fetch=Web(), stands=True, new_rsa=short_rsa)

    async def move_clock(moment: datetime) -> None:
        room.put_clock(moment)

    try:
        async with open_house(settings(folder, public_url, smtp_url), world, move_clock) as house:
            adapter = LocalAdapter(room, house.router, house.cards)
            house.connect(PLATFORM, LocalSender(room, house.cards), adapter.tick)

            async def settle() -> None:
                await StaffRoom(house, room, adapter, stages[EAST].chairs).settle()

            async def advance(moment: datetime) -> None:
                await StaffRoom(house, room, adapter, stages[EAST].chairs).advance(moment)

            await house.start()
            await house.load_catalogues([(catalogue(), {})])
            stages = {key: Stage(Chairs(room, adapter, settle, key, advance), room.now) for key in (EAST, WEST)}
            town = Town(folder, house, room, adapter, stages[EAST], stages[WEST])
            await town.settle()
            yield town
    finally:
        room.close()


async def found_town(folder: Path, deployment: str = "other") -> None:
    """Lay out the two schools with their people; tests work on folders of their own.

    Towns of one deployment have the same secret, keys and rows, those of two deployments nothing in common. A
    deployment is founded once in a process, then laid out as it was.
    """
    if deployment not in _FOUNDED:
        with tempfile.TemporaryDirectory() as made:
            await _found(Path(made) / "town")
            _FOUNDED[deployment] = _parts_of(Path(made) / "town")
    for part in _FOUNDED[deployment]:
        part.lay(folder)


@dataclass(frozen=True)
class _Part:
    """A file or a folder of a deployment that is closed."""

    name: Path
    mode: int
    content: bytes | None

    @classmethod
    def of(cls, path: Path, base: Path) -> Self:
        mode = stat.S_IMODE(path.stat().st_mode)
        return cls(path.relative_to(base), mode, None if path.is_dir() else path.read_bytes())

    def lay(self, folder: Path) -> None:
        path = folder / self.name
        if self.content is None:
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(self.content)
        path.chmod(self.mode)


def _parts_of(folder: Path) -> list[_Part]:
    return [_Part.of(path, folder) for path in (folder, *sorted(folder.rglob("*")))]


_FOUNDED: dict[str, list[_Part]] = {}


async def _found(folder: Path) -> None:
    room = Room(folder / "room", lambda: MORNING, lambda: str(uuid.uuid4()))
    world = World(now=lambda: MORNING, rng=random.Random(0), fetch=Web(), stands=True)
    try:
        async with open_house(prepare(settings(folder)), world) as house:
            await house.load_catalogues([(catalogue(), {})])
            for key in (EAST, WEST):
                school, workspace = await house.store.run(_open_school, Founding(key=key))
                room.add_workspace(key, school.name, zone=school.zone, lang=school.lang, staff_channel="staff")
                await house.keys.ensure(school.id)
                for user_key, family, lang, role in PEOPLE:
                    await _settle_in(house, room, workspace, user_key, name_in(key, family), lang, role)
                nobody = Bilingual("", "")
                room.add_user(key, NEWCOMER[0], name_in(key, NEWCOMER[1]), lang="ja", title=nobody)
                room.add_user(key, "robot", "Robot", lang="en", title=nobody, is_bot=True)
    finally:
        room.close()


def name_in(school: str, family: str) -> str:
    return f"{family} {GIVEN[school]}"


@dataclass(frozen=True, kw_only=True)
class Founding(OfNoSchool):
    key: str


async def _open_school(work: Work, command: Founding) -> tuple[School, Workspace]:
    name = Bilingual(f"{GIVEN[command.key]}小学校", f"{command.key.title()} School")
    periods = ((1, 530, 575), (2, 585, 630))
    school = await work.directory.add_school(
        command.key, name, zone="Asia/Tokyo", lang="ja", country="JP", period_times=periods, rehearsal=True
    )
    workspace = await work.directory.add_workspace(
        school.id, PLATFORM, command.key, staff_channel="staff", lang="ja", emoji=EMOJI
    )
    return school, workspace


async def _settle_in(
    house: House, room: Room, workspace: Workspace, key: str, name: str, lang: Lang, role: Role
) -> None:
    room.add_user(workspace.key, key, name, lang=lang, title=Bilingual("", ""))
    person, _ = await house.store.run(
        arrivals.arrive,
        arrivals.Arrive(school_id=workspace.school_id, workspace_id=workspace.id, user_key=key, name=name, locale=lang),
    )
    me = {"school_id": workspace.school_id, "person_id": person.id}
    await house.store.run(preferences.grant_roles, preferences.GrantRoles(**me, roles=frozenset({role})))
    await house.store.run(preferences.welcome, preferences.SetConsent(**me, consent=Consent.DELIVERY, given=False))


def copy_town(template: Path, to: Path) -> Path:
    shutil.copytree(template, to)
    return to


# ---------------------------------------------------------------- what people do


def say(lang: Lang, key: str, **params: Any) -> str:
    return Wording(lang).say(key, **params)


def label(actor: Actor, name: str) -> str:
    return say(actor.lang, f"label.{name}")


async def is_offered(actor: Actor, key: str) -> Message:
    """Ask for a unit by its title; the message that brought it."""
    title = UNITS[key].title.in_(actor.lang)
    await actor.commands(f"learn {title}")
    found = [
        message for message in actor.direct() if message.card.title == title and button(message, label(actor, "open"))
    ]
    assert found, f"{title} is not offered but: {actor.newest().card.text()}"
    return found[-1]


def offers(actor: Actor) -> list[Message]:
    """The messages that brought a unit."""
    return [message for message in actor.direct() if button(message, label(actor, "another"))]


def button(message: Message, wanted: str) -> str | None:
    """The token of a message's button."""
    return next((one.action for one in buttons_of(message.card) if one.label == wanted), None)


async def asks_to_be_checked(actor: Actor, key: str) -> None:
    """Up to the check question."""
    await is_offered(actor, key)
    await actor.presses(label(actor, "open"))
    await actor.presses(label(actor, "done"))


async def answers(actor: Actor, key: str, *, right: bool = True) -> None:
    """Answer the newest choice question."""
    await actor.chair.press_action(answer_token(actor, key, right=right))


def answer_token(actor: Actor, key: str, *, right: bool) -> str:
    """The token of the right (or a wrong) choice of the newest question of a unit."""
    check = UNITS[key].check
    assert isinstance(check, ChoiceCheck)
    question = next(
        message for message in reversed(actor.direct()) if check.question.in_(actor.lang) in message.card.text()
    )
    texts = [each.in_(actor.lang) for each in check.choices]
    shown = [line for line in question.card.lines if any(text in line for text in texts)]
    place = next(i for i, line in enumerate(shown) if (texts[check.answer] in line) is right)
    token = button(question, LETTERS[place])
    assert token is not None
    return token


OWN_WORDS: dict[Lang, str] = {
    "ja": "一つずつ短く伝えてから黒板に書きます",
    "en": "One short step at a time, on the board.",
}


async def studies(actor: Actor, *keys: str) -> None:
    """Open each unit, do it and pass its check."""
    for key in keys:
        await asks_to_be_checked(actor, key)
        if isinstance(UNITS[key].check, ChoiceCheck):
            await answers(actor, key)
        else:
            await actor.fills(text=OWN_WORDS[actor.lang])


async def shares(actor: Actor, badge: str) -> Message:
    """Show one's badge to colleagues; the post in the staff channel."""
    name = NAMES[badge].in_(actor.lang)
    wanted = label(actor, "share")
    message = next(
        message for message in reversed(actor.direct()) if button(message, wanted) and name in message.card.text()
    )
    await actor.chair.at(Place.DIRECT).press_action(button(message, wanted) or "")
    return post_of(actor, actor, badge)


def post_of(reader: Actor, holder: Actor, badge: str) -> Message:
    """The one post of somebody's badge."""
    found = posts_of(reader, holder, badge)
    assert len(found) == 1, f"{len(found)} posts"
    return found[0]


def posts_of(reader: Actor, holder: Actor, badge: str) -> list[Message]:
    name = NAMES[badge].ja
    return [one for one in reader.staff() if holder.name in one.card.text() and name in one.card.text()]


def texts(messages: Iterable[Message]) -> str:
    return "\n".join(message.card.text() for message in messages)


def counted(lang: Lang, *, colleagues: int = 0, leaders: int = 0) -> tuple[str, ...]:
    """How a post says who endorsed."""
    wording = Wording(lang)
    said = []
    if colleagues:
        said.append(wording.say_n("count.colleagues", colleagues))
    if leaders:
        said.append(wording.say_n("count.leaders", leaders))
    return tuple(said) or (wording.say("count.none"),)


def leaks(text: str) -> list[str]:
    """What looks like a key of the wording, or like a parameter that was not filled in."""
    return re.findall(r"\b[a-z_]+\.[a-z_]+\.[a-z_]+\b|\{\w*\}|\blabel\.\w+|\bnotice\.\w+|\brefused\.\w+", text)
