"""Presses of one person that arrive at once, as they do with several processes: none undoes another."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from storage_world import Place, Surroundings, in_school

from bot.domain.awards import Award, Level
from bot.domain.catalogue import BadgeSpec, Catalogue, ChoiceCheck, Course, Issuer, Module, Unit, UnitKind
from bot.domain.language import Bilingual
from bot.domain.learning import Attempt, Progress, Route
from bot.domain.outcomes import Refused
from bot.domain.people import Consent
from bot.domain.recognition import TargetKind
from bot.services import awards, catalogue, endorsements, learning, preferences
from bot.services.ports import MessageRef, Work
from storage.store import RowStore

B = Bilingual
WRONG, RIGHT = 0, 1
CHECK = ChoiceCheck(B("問", "Q"), (B("一", "one"), B("二", "two")), RIGHT, B("理由", "why"))


def _unit(key: str) -> Unit:
    return Unit(key, B("教材", "Unit"), 5, UnitKind.READING, f"https://units.example/{key}", CHECK)


CATALOGUE = Catalogue(
    Issuer("issuer", B("発行者", "Issuer"), "https://issuer.example"),
    (
        Course(
            "c1",
            B("区分", "Category"),
            B("題", "Title"),
            B("要旨", "Summary"),
            BadgeSpec("comp-1", B("能力", "Competence"), (), ()),
            (Module("m1", BadgeSpec("know-1", B("知識", "Knowledge"), (), ()), (_unit("u1"), _unit("u2"))),),
            (),
        ),
    ),
    None,
    (),
)


@dataclass
class Desk:
    """Ann before an open catalogue, with both units opened."""

    store: RowStore
    place: Place

    async def asked(self, unit_key: str) -> Attempt:
        person_id = self.place.ann.id
        attempt: Attempt = await in_school(
            self.store, self.place, lambda work: work.learning.add_attempt(person_id, unit_key, Route.OPENED, (0, 1))
        )
        return attempt

    def choice(self, attempt: Attempt, choice: int) -> learning.Choose:
        ann = self.place.ann
        return learning.Choose(school_id=ann.school_id, person_id=ann.id, attempt=attempt.public_id, choice=choice)

    async def earned(self) -> Award:
        """Ann has done everything; the knowledge badge."""
        for key in ("u1", "u2"):
            await self.store.run(learning.choose, self.choice(await self.asked(key), RIGHT))
        held: tuple[Award, ...] = await in_school(
            self.store, self.place, lambda work: work.awards.of_person(self.place.ann.id)
        )
        return next(award for award in held if award.achievement_key == "know-1")


@pytest.fixture
async def desk(store: RowStore, here: Place) -> Desk:
    await store.run(catalogue.load, catalogue.Load(catalogue=CATALOGUE, pages={}))

    async def opened(work: Work) -> None:
        for key in ("u1", "u2"):
            await work.learning.save_progress(here.ann.id, key, Progress(work.now))

    await in_school(store, here, opened)
    return Desk(store, here)


async def test_wrong_answers_at_once_are_all_counted(desk: Desk) -> None:
    attempts = [await desk.asked("u1") for _ in range(8)]
    outcomes = await asyncio.gather(
        *(desk.store.run(learning.choose, desk.choice(attempt, WRONG)) for attempt in attempts)
    )
    assert sum(isinstance(outcome, learning.Mistaken) for outcome in outcomes) == 2
    assert outcomes.count(Refused("open_again")) == 6

    async def kept(work: Work) -> None:
        assert (await work.learning.progress(desk.place.ann.id, "u1")).wrong_tries == 2
        after = [await work.learning.attempt(attempt.public_id) for attempt in attempts]
        assert sum(attempt is not None and attempt.right is False for attempt in after) == 2

    await in_school(desk.store, desk.place, kept)


async def test_an_answer_pressed_many_times_at_once_counts_once(desk: Desk) -> None:
    attempt = await desk.asked("u1")
    outcomes = await asyncio.gather(*(desk.store.run(learning.choose, desk.choice(attempt, WRONG)) for _ in range(6)))
    assert all(isinstance(outcome, learning.Mistaken) for outcome in outcomes)
    progress = await in_school(desk.store, desk.place, lambda work: work.learning.progress(desk.place.ann.id, "u1"))
    assert progress.wrong_tries == 1


async def test_two_last_completions_at_once_award_once(desk: Desk) -> None:
    attempts = [await desk.asked("u1"), await desk.asked("u2")]
    outcomes = await asyncio.gather(
        *(desk.store.run(learning.choose, desk.choice(attempt, RIGHT)) for attempt in attempts)
    )
    assert all(isinstance(outcome, learning.Completed) and not outcome.already for outcome in outcomes)

    async def kept(work: Work) -> None:
        held = await work.awards.of_person(desk.place.ann.id)
        made = [await work.shelves.achievement(award.achievement_id) for award in held]
        assert [(each.key, each.level) for each in made] == [
            ("know-1", Level.KNOWLEDGE),
            ("comp-1", Level.COMPETENCE),
        ]

    await in_school(desk.store, desk.place, kept)


async def test_share_and_findable_at_once_both_stick(desk: Desk) -> None:
    award, ann = await desk.earned(), desk.place.ann
    about = awards.AboutAward(school_id=ann.school_id, person_id=ann.id, award=award.public_id)
    findable = awards.SetFindable(school_id=ann.school_id, person_id=ann.id, award=award.public_id, findable=True)
    shared, *_ = await asyncio.gather(
        *(desk.store.run(awards.share, about) for _ in range(3)), desk.store.run(awards.set_findable, findable)
    )
    assert isinstance(shared, awards.Shared)
    kept = await in_school(desk.store, desk.place, lambda work: work.awards.get(award.id))
    assert kept.displayed_at is not None
    assert kept.findable_at is not None


async def test_settings_changed_at_once_all_stick(desk: Desk, world: Surroundings) -> None:
    ann = desk.place.ann
    by_ann: dict[str, Any] = {"school_id": ann.school_id, "person_id": ann.id}
    consents = (Consent.DELIVERY, Consent.NAMED)
    await asyncio.gather(
        desk.store.run(preferences.set_language, preferences.SetLanguage(**by_ann, lang="ja")),
        *(
            desk.store.run(preferences.welcome, preferences.SetConsent(**by_ann, consent=consent, given=True))
            for consent in consents
        ),
        *(
            desk.store.run(preferences.set_windows, preferences.SetWindows(**by_ann, words=words, add=True))
            for words in ("Mon 10:00-10:30", "Wed 11:00-11:30", "Fri 12:00-12:30")
        ),
    )

    async def kept(work: Work) -> None:
        person = await work.people.get(ann.id)
        assert (person.lang, person.consents, person.welcomed_at) == ("ja", frozenset(consents), world.now)
        days = {window.weekday for window in (await work.people.rhythm(ann.id)).windows}
        assert days == {0, 1, 2, 4}
        assert await work.people.planned(ann.id) is not None

    await in_school(desk.store, desk.place, kept)


async def test_a_reaction_and_a_press_at_once_make_one_endorsement(desk: Desk) -> None:
    award, place = await desk.earned(), desk.place
    ann, (ben, account) = place.ann, place.people[1]
    about = awards.AboutAward(school_id=ann.school_id, person_id=ann.id, award=award.public_id)
    await desk.store.run(awards.share, about)
    ref = MessageRef("local", place.workspace.key, "C1", "m1")
    await in_school(desk.store, place, lambda work: work.messages.add(place.workspace.id, ref, "share", award.id, None))
    press = endorsements.PressEndorse(school_id=ben.school_id, person_id=ben.id, award=award.public_id)
    reacted = [
        endorsements.React(
            school_id=ben.school_id,
            workspace_id=place.workspace.id,
            user_key=account.user_key,
            name=ben.name,
            locale=None,
            platform="local",
            event_id=f"E-{emoji}",
            message=ref,
            emoji=emoji,
            added=True,
            is_bot=False,
        )
        for emoji in ("white_flower", "white_check_mark")
    ]
    await asyncio.gather(
        desk.store.run(endorsements.press_endorse, press),
        *(desk.store.run(endorsements.react, each) for each in reacted),
    )

    async def kept(work: Work) -> None:
        (given,) = await work.endorsements.given_by(ben.id)
        await work.moves.hold_endorser(given)
        assert given.target.kind is TargetKind.AWARD
        assert given.stands
        assert given.held_by_button

    await in_school(desk.store, place, kept)
