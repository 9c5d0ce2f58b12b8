"""How the house is doing, in numbers over all schools: no ids, no names, nothing about anybody's learning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class Vitals:
    """What a monitor is told."""

    promises: dict[str, int] = field(default_factory=dict)
    """How many there are, by state: `new`, `claimed`, `failed`."""
    overdue: timedelta = timedelta(0)
    """How long the promise that is due first has been waiting for its turn."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """What became of promises since the process began: kept, delayed, failed, paused, left waiting for their person."""
    rows: dict[str, int] = field(default_factory=dict)
    """How many rows of a kind there are: awards, events, sessions …"""


@dataclass(frozen=True)
class Check:
    """One thing that must be so for requests to be taken. `name` and `why` are codes; `why` is empty when it is.

    `state` says more of it to those who look after the house, by names that are codes.
    """

    name: str
    why: str = ""
    state: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        return not self.why
