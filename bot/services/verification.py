"""Verifying with what has to be read elsewhere: verify, read what the checks want, verify again, until nothing is new.

The checks never read by themselves (`badges.reads`); who verifies hands in how to read (`Fetch`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit

from bot.badges.jsontext import from_text
from bot.badges.ob2 import is_refusal
from bot.badges.ob2_source import assertion_behind
from bot.badges.reads import MAX_WANTED, TOO_MANY, Read, Reads, Unread
from bot.badges.text import clean
from bot.badges.verdict import CheckResult, Verdict, failed, noted, unknown
from bot.errors import Problem
from bot.services.ports import Fetch

T = TypeVar("T")

SECONDS = 20.0
"""For all reading of one verification, waiting for a turn included."""
MAX_HOSTS = 8
"""Hosts that one verification may ask."""
AT_ONCE = 4
LONGEST_HOST = 100
LONGEST_LINK = 2000
"""Characters of an address that somebody writes; what is longer is cut, and leads nowhere."""
BADGES = "application/vc+ld+json, application/ld+json, application/json, image/png, image/svg+xml, text/plain;q=0.5"
"""What a link to a badge may lead to."""

Check = Callable[[bytes, Reads], Awaitable[Verdict]]
"""One run of all checks over a badge, with what was read so far."""
Answers = Mapping[str, Read | Unread]


@dataclass(frozen=True)
class Looked:
    """A verdict, the file that it is about (empty: none could be had), and what other addresses answered."""

    verdict: Verdict
    data: bytes = field(default=b"", repr=False)
    answers: Answers = field(default_factory=dict, repr=False)


async def verify_link(url: str, check: Check, fetch: Fetch, *, seconds: float = SECONDS) -> Verdict:
    """What can be said about the badge at an address that somebody wrote. Never raises for any `url`."""
    return (await look_at_link(url, check, fetch, seconds=seconds)).verdict


async def look_at_link(url: str, check: Check, fetch: Fetch, *, seconds: float = SECONDS) -> Looked:
    """The same, with what was read. Never raises for any `url`."""
    until = _now() + seconds
    read = await _in_time(fetch, url, BADGES, until)
    behind = assertion_behind(url) if _is_page(read) else None
    if behind is not None:
        return await look_at_link(behind, check, fetch, seconds=until - _now())
    trouble = _trouble(url, read)
    if trouble is not None or isinstance(read, Unread):
        return Looked(Verdict((trouble,) if trouble else ()))
    return await look_at_file(read.body, check, fetch, {url: read, read.url: read}, seconds=until - _now())


async def verify_reading(
    data: bytes, check: Check, fetch: Fetch, known: Answers | None = None, *, seconds: float = SECONDS
) -> Verdict:
    """What can be said about a badge file of unknown origin with the network's help. Never raises for any `data`."""
    return (await look_at_file(data, check, fetch, known, seconds=seconds)).verdict


async def look_at_file(
    data: bytes, check: Check, fetch: Fetch, known: Answers | None = None, *, seconds: float = SECONDS
) -> Looked:
    """The same, with what was read. Never raises for any `data`.

    `known` was read already. What does not answer in time is as if it had not answered: the check that wanted it cannot
    tell now, and a note says why.
    """
    verdict, answers = await until_read(lambda reads: check(data, reads), fetch, known, seconds=seconds)
    return Looked(Verdict((*verdict.checks, *_notes(answers)), verdict.summary), data, answers)


async def until_read(
    attempt: Callable[[Reads], Awaitable[T]], fetch: Fetch, known: Answers | None = None, *, seconds: float = SECONDS
) -> tuple[T, Answers]:
    """Try, read what was wanted, and try again until nothing new is wanted, or time is up.

    The last try's result, and all answers. `known` is what others asked for, and counts for no bound of this one.
    """
    earlier = {url: read for url, read in (known or {}).items() if not is_beyond(read)}
    answers: Answers = earlier
    until = _now() + seconds
    # Each round reads something new, of which there is a bounded number.
    for _ in range(MAX_WANTED):
        reads = Reads(answers, others=len(earlier))
        result = await attempt(reads)
        if not reads.wanted:
            return result, {**answers, **reads.beyond}
        asked = [url for url in answers if url not in earlier]
        answers = {**answers, **await _read_all(fetch, reads.wanted, asked, until)}
        if _now() >= until:
            break
    reads = Reads(answers, others=len(earlier))
    return await attempt(reads), {**answers, **reads.beyond}


def is_beyond(read: Read | Unread) -> bool:
    """Whether an address was not asked, since it was more than one verification may ask for."""
    return isinstance(read, Unread) and read.code == TOO_MANY


def _trouble(url: str, read: Read | Unread) -> CheckResult | None:
    """Why there is no badge at an address, as the one check that could be made."""
    host = host_of(url)
    if isinstance(read, Unread):
        return unknown("fetch", _short(read), host=host)
    if read.status == HTTPStatus.GONE:
        return failed("fetch", "gone", host=host)
    if read.status != HTTPStatus.OK:
        return unknown("fetch", "status", host=host, status=read.status)
    if _is_page(read):
        return unknown("fetch", "page", host=host)
    return unknown("published", "refused", host=host) if _is_refusal(read.body) else None


def _is_page(read: Read | Unread) -> bool:
    """Whether an address answers with a page for people."""
    if isinstance(read, Unread) or read.status != HTTPStatus.OK:
        return False
    return read.media_type in ("text/html", "application/xhtml+xml")


def _is_refusal(body: bytes) -> bool:
    try:
        return is_refusal(from_text(body))
    except Problem:
        return False


def _notes(answers: Answers) -> tuple[CheckResult, ...]:
    """Why an address was not read, once for each host and reason."""
    reasons = dict.fromkeys((_short(read), host_of(url)) for url, read in answers.items() if isinstance(read, Unread))
    return tuple(noted("fetch", code, host=host) for code, host in reasons)


def host_of(url: str) -> str:
    """The host that an address names, safe and short enough to show."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return clean(host)[:LONGEST_HOST] or "?"


def _short(read: Unread) -> str:
    return read.code.removeprefix("fetch.")


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _in_time(fetch: Fetch, url: str, accept: str, until: float) -> Read | Unread:
    try:
        async with asyncio.timeout_at(until):
            return await fetch.get(url, accept)
    except TimeoutError:
        return Unread("fetch.too_slow")


async def _read_all(fetch: Fetch, wanted: Mapping[str, str], asked: Sequence[str], until: float) -> Answers:
    turns = asyncio.Semaphore(AT_ONCE)
    hosts = list(dict.fromkeys(map(host_of, (*asked, *wanted))))[:MAX_HOSTS]

    async def read(url: str, accept: str) -> Read | Unread:
        if host_of(url) not in hosts:
            return Unread(TOO_MANY)
        async with turns:
            return await _in_time(fetch, url, accept, until)

    found = await asyncio.gather(*(read(url, accept) for url, accept in wanted.items()))
    return dict(zip(wanted, found, strict=True))
