"""Linking, unlinking, endorsing, earning and forgetting in any order: one human being never endorses themselves."""

import asyncio
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from storage_rows import EVIDENCE
from storage_world import Surroundings, add_achievement, found_school, in_school

from bot.domain.learning import Route
from bot.domain.outcomes import Refused
from bot.domain.people import Account, Person
from bot.services import endorsements, linking, privacy
from bot.services.arrivals import Arrive, arrive
from bot.services.commands import ByPerson
from bot.services.linking import Linked, Unlinked
from bot.services.ports import Work
from storage import tables as t

R = TypeVar("R")
KEYS = ("U1", "U2", "U3")
ACCOUNTS = st.sampled_from(KEYS)
BADGES = st.sampled_from(("badge-1", "badge-2"))
UNITS = st.sampled_from(("unit-1", "unit-2"))


class SmallTown(RuleBasedStateMachine):
    """One school, three accounts, and a model of whose they are."""

    template: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sukima-linking-"))
        shutil.copy(self.template, self.folder / "sukima.db")
        self.runner = asyncio.Runner()
        self.world = Surroundings()
        self.store = self._run(self.world.open(f"sqlite:///{self.folder / 'sukima.db'}"))
        self.place = self._run(found_school(self.store, "here"))
        self.badges = {key: self._run(add_achievement(self.store, key)) for key in ("badge-1", "badge-2")}
        self.whose = {key: frozenset({key}) for key in KEYS}
        """The accounts that are one person now."""
        self.human = dict(self.whose)
        """The accounts that were one person at any time."""
        self.held: dict[str, set[str]] = defaultdict(set)
        self.done: dict[str, set[str]] = defaultdict(set)
        for key in KEYS:
            self._earns(key, "badge-1")

    def _run(self, doing: Coroutine[Any, Any, R]) -> R:
        return self.runner.run(doing)

    def _who(self, key: str) -> tuple[Person, Account]:
        """A day later, somebody acts: whoever was forgotten begins anew."""
        self.world.passes(days=1, minutes=1)
        school, workspace = self.place.school.id, self.place.workspace.id
        found: tuple[Person, Account] = self._run(
            self.store.run(
                arrive, Arrive(school_id=school, workspace_id=workspace, user_key=key, name=f"Name {key}", locale="en")
            )
        )
        return found

    def _me(self, person: Person) -> dict[str, int]:
        return {"school_id": self.place.school.id, "person_id": person.id}

    @rule(key=ACCOUNTS, badge=BADGES)
    def earns(self, key: str, badge: str) -> None:
        self._earns(key, badge)

    def _earns(self, key: str, badge: str) -> None:
        person, _ = self._who(key)

        async def award(work: Work) -> None:
            new = await work.awards.add(person.id, self.badges[badge], EVIDENCE)
            if new is not None:
                await work.awards.save(replace(new, displayed_at=work.now))

        self._run(in_school(self.store, self.place, award))
        for one in self.whose[key]:
            self.held[one].add(badge)

    @rule(key=ACCOUNTS, unit=UNITS)
    def completes(self, key: str, unit: str) -> None:
        person, _ = self._who(key)

        async def complete(work: Work) -> None:
            await work.learning.complete(person.id, unit, Route.OPENED, self_assessed=False)

        self._run(in_school(self.store, self.place, complete))
        for one in self.whose[key]:
            self.done[one].add(unit)

    @rule(key=ACCOUNTS, badge=BADGES)
    def endorses_everybody(self, key: str, badge: str) -> None:
        self._endorses_all(key, badge)

    def _endorses_all(self, key: str, badge: str) -> None:
        for holder in KEYS:
            self._endorses(key, holder, badge)

    def _endorses(self, key: str, holder: str, badge: str) -> None:
        (person, _), (other, _) = self._who(key), self._who(holder)

        async def named(work: Work) -> str | None:
            return next(
                (one.public_id for one in await work.awards.of_person(other.id) if one.achievement_key == badge), None
            )

        public_id = self._run(in_school(self.store, self.place, named))
        if public_id is not None:
            press = endorsements.PressEndorse(**self._me(person), award=public_id)
            decision = self._run(self.store.run(endorsements.press_endorse, press))
            if holder in self.human[key]:
                assert isinstance(decision, Refused)

    @rule(shows=ACCOUNTS, types=ACCOUNTS, parts=st.booleans())
    def links(self, shows: str, types: str, parts: bool) -> None:
        """For good, or for a while."""
        self._links(shows, types)
        if parts:
            self._unlinks(types)
        for key in KEYS:
            self._endorses_all(key, "badge-1")

    def _links(self, shows: str, types: str) -> None:
        (one, account), (other, there) = self._who(shows), self._who(types)
        begun = self._run(self.store.run(linking.begin, linking.BeginLink(**self._me(one), account_id=account.id)))
        assert not isinstance(begun, Refused)
        ahead = self._run(self.store.run(linking.look_ahead, linking.LookAhead(**self._me(other), code=begun.code)))
        if types in self.whose[shows]:
            assert ahead == Refused("link_same")
            return
        assert not isinstance(ahead, Refused)
        confirm = linking.ConfirmLink(**self._me(other), link=ahead.link, account_id=there.id)
        assert isinstance(self._run(self.store.run(linking.link, confirm)), Linked)
        _join(self.whose, shows, types)
        _join(self.human, shows, types)
        for facts in (self.held, self.done):
            union = set().union(*(facts[key] for key in self.whose[shows]))
            for key in self.whose[shows]:
                facts[key] = set(union)

    @rule(key=ACCOUNTS)
    def unlinks(self, key: str) -> None:
        self._unlinks(key)

    def _unlinks(self, key: str) -> None:
        person, account = self._who(key)
        about = linking.AboutAccount(**self._me(person), account_id=account.id)
        parted = self._run(self.store.run(linking.unlink, about))
        if len(self.whose[key]) == 1:
            assert parted == Refused("unlink_only")
            return
        assert isinstance(parted, Unlinked)
        self._alone(key)

    @rule(key=ACCOUNTS)
    def is_forgotten(self, key: str) -> None:
        person, _ = self._who(key)
        self._run(self.store.run(privacy.forget, ByPerson(**self._me(person))))
        for one in self.whose[key]:
            self._alone(one)

    def _alone(self, key: str) -> None:
        for other in self.whose[key] - {key}:
            self.whose[other] -= {key}
        self.whose[key] = frozenset({key})
        self.held[key], self.done[key] = set(), set()

    # ------------------------------------------------------------ what always holds

    def _rows(self, table: Any) -> list[Any]:
        return list(self._run(self.store.read(lambda scope: scope.all(select(table).order_by(*table.primary_key)))))

    @invariant()
    def nobody_endorses_themselves_nor_anything_twice(self) -> None:
        if not hasattr(self, "store"):
            return
        keys = {row.person_id: row.user_key for row in self._rows(t.account)}
        holders = {row.id: row.person_id for row in self._rows(t.award)}
        seen = set()
        for row in self._rows(t.endorsement):
            if row.withdrawn_at is not None or row.endorser_id is None:
                continue
            human = self.human[keys[row.endorser_id]]
            assert keys[holders[row.target_id]] not in human
            assert (human, row.target_id) not in seen
            seen.add((human, row.target_id))

    @invariant()
    def everything_is_where_it_belongs(self) -> None:
        if not hasattr(self, "store"):
            return
        accounts = {row.user_key: row.person_id for row in self._rows(t.account)}
        awards, completions = self._rows(t.award), self._rows(t.completion)
        for key, person_id in accounts.items():
            together = {other for other, its in accounts.items() if its == person_id}
            assert together <= self.whose[key]
            assert {row.achievement_key for row in awards if row.person_id == person_id} == self.held[key]
            assert {row.unit_key for row in completions if row.person_id == person_id} == self.done[key]
        assert {row.person_id for row in (*awards, *completions)} <= set(accounts.values())

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self._run(self.store.close())
            self.runner.close()
            shutil.rmtree(self.folder)


def _join(groups: dict[str, frozenset[str]], one: str, other: str) -> None:
    together = groups[one] | groups[other]
    for key in together:
        groups[key] = together


def test_linking_in_any_order(sqlite_template: Path, quiet_log: None) -> None:
    machine = type("Machine", (SmallTown,), {"template": sqlite_template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40 if os.environ.get("SUKIMA_THOROUGH") else 3,
            stateful_step_count=10,
            deadline=None,
            phases=(Phase.generate,),
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
