"""Verifying with what has to be read elsewhere: read what is wanted, verify again, until nothing is new."""

import asyncio
from typing import Any

import pytest
from scenarios.web import Web

from bot.badges.reads import MAX_WANTED, Read, Reads, Unread
from bot.badges.verdict import CheckResult, Outcome, Validity, Verdict, passed, unknown
from bot.services.verification import MAX_HOSTS, is_beyond, until_read, verify_link, verify_reading

A, B = "https://a.example/1", "https://b.example/2"


def following(chain: dict[str, str]) -> Any:
    """A check that starts at A and goes where each answer leads."""
    runs = []

    async def check(data: bytes, reads: Reads) -> Verdict:
        runs.append(data)
        url: str | None = A
        while url is not None:
            read = reads.ask(url)
            if not isinstance(read, Read):
                return Verdict((unknown("status", "elsewhere"),))
            url = chain.get(read.body.decode())
        return Verdict((passed("status", "good"),))

    check.runs = runs  # type: ignore[attr-defined]
    return check


async def test_what_is_wanted_is_read_and_the_checks_run_again() -> None:
    web = Web()
    web.puts(A, b"one")
    web.puts(B, b"two")
    check = following({"one": B})
    verdict = await verify_reading(b"badge", check, web)
    assert verdict.validity is Validity.VALID
    assert web.asked == [A, B]
    assert check.runs == [b"badge"] * 3


async def test_what_was_read_already_is_not_read_again() -> None:
    web = Web()
    known: dict[str, Read | Unread] = {A: Read(A, 200, "text/plain", b"x")}
    assert (await verify_reading(b"", following({}), web, known)).validity is Validity.VALID
    assert web.asked == []


async def test_what_gives_no_answer_leaves_the_check_open_and_says_why() -> None:
    verdict = await verify_reading(b"", following({}), Web({A: Unread("fetch.not_public")}))
    assert verdict.validity is Validity.UNKNOWN
    assert verdict.checks[-1] == CheckResult("fetch", Outcome.NOTE, "not_public", {"host": "a.example"})


async def test_a_chain_without_end_ends() -> None:
    class Endless:
        def __init__(self) -> None:
            self.asked = 0

        async def get(self, url: str, accept: str) -> Read | Unread:
            self.asked += 1
            return Read(url, 200, "text/plain", f"{self.asked}".encode())

    chain = {f"{n}": f"https://a.example/{n + 1}" for n in range(1, 100)}
    web = Endless()
    verdict = await verify_reading(b"", following(chain), web)
    assert verdict.validity is Validity.UNKNOWN
    assert web.asked == MAX_WANTED


async def test_only_so_many_hosts_are_asked() -> None:
    async def check(data: bytes, reads: Reads) -> Verdict:
        for number in range(MAX_HOSTS + 2):
            reads.ask(f"https://h{number}.example/")
        return Verdict(())

    web = Web()
    verdict = await verify_reading(b"", check, web)
    assert len(web.asked) == MAX_HOSTS
    assert [check.code for check in verdict.checks][MAX_HOSTS:] == ["too_many"] * 2


async def test_a_link_that_waits_for_its_turn_is_not_waited_for() -> None:
    class Never:
        async def get(self, url: str, accept: str) -> Read | Unread:
            await asyncio.Event().wait()
            raise AssertionError

    assert [check.code for check in (await verify_link(A, _whole, Never(), seconds=0.05)).checks] == ["too_slow"]


async def test_when_time_is_up_nothing_is_tried_again_and_again() -> None:
    runs = 0

    async def check(data: bytes, reads: Reads) -> Verdict:
        nonlocal runs
        runs += 1
        reads.ask(f"https://a.example/{runs}")
        return Verdict(())

    await verify_reading(b"", check, Web(), seconds=0)
    assert runs == 2


async def test_slow_servers_are_not_waited_for() -> None:
    class Never:
        async def get(self, url: str, accept: str) -> Read | Unread:
            await asyncio.Event().wait()
            raise AssertionError

    verdict = await verify_reading(b"", following({}), Never(), seconds=0.05)
    assert verdict.checks[-1].code == "too_slow"


async def test_what_is_wanted_at_once_is_read_at_once() -> None:
    both = asyncio.Barrier(2) if hasattr(asyncio, "Barrier") else None

    class Together:
        async def get(self, url: str, accept: str) -> Read | Unread:
            assert both is not None
            await both.wait()
            return Read(url, 200, "text/plain", b"")

    async def check(data: bytes, reads: Reads) -> Verdict:
        found = [reads.ask(A), reads.ask(B)]
        return Verdict((passed("status", "good") if all(found) else unknown("status", "elsewhere"),))

    assert (await verify_reading(b"", check, Together(), seconds=5)).validity is Validity.VALID


# ---------------------------------------------------------------- a link


async def _whole(data: bytes, reads: Reads) -> Verdict:
    return Verdict((passed("form", "read", format=data.decode()),))


async def test_a_link_leads_to_a_badge() -> None:
    web = Web()
    web.puts(A, b"JSON")
    verdict = await verify_link(A, _whole, web)
    assert verdict.checks == (passed("form", "read", format="JSON"),)


@pytest.mark.parametrize(
    ("read", "code", "validity"),
    [
        (Unread("fetch.too_slow"), "too_slow", Validity.UNKNOWN),
        (Read(A, 410, "text/html", b""), "gone", Validity.INVALID),
        (Read(A, 404, "text/html", b""), "status", Validity.UNKNOWN),
        (Read(A, 500, "application/json", b"{}"), "status", Validity.UNKNOWN),
        (Read(A, 200, "text/html", b"<html>"), "page", Validity.UNKNOWN),
    ],
)
async def test_a_link_to_something_else(read: Read | Unread, code: str, validity: Validity) -> None:
    verdict = await verify_link(A, _whole, Web({A: read}))
    assert [check.code for check in verdict.checks] == [code]
    assert verdict.checks[0].params["host"] == "a.example"
    assert verdict.validity is validity


async def test_a_hostile_name_of_a_host_is_safe_to_show() -> None:
    for url in ("https://a\u202eb.example/", "http://[", "https://" + "x" * 500):
        (check,) = (await verify_link(url, _whole, Web())).checks
        host = str(check.params["host"])
        assert "\u202e" not in host
        assert len(host) <= 100


async def test_a_site_that_answers_with_its_own_error_gives_no_verdict() -> None:
    verdict = await verify_link(A, _whole, Web({A: Read(A, 200, "application/json", b'{"error":"no such record"}')}))
    assert verdict.checks == (unknown("published", "refused", host="a.example"),)


async def test_what_others_asked_for_counts_for_no_bound() -> None:
    """Of one verification after the other, each may ask for as much; what one might not, the next one may."""
    web = Web()
    url = "https://last.example/"
    web.puts(url, b"")
    known: dict[str, Read | Unread] = {
        f"https://h{number}.example/": Read("", 200, "text/plain", b"") for number in range(MAX_WANTED)
    }
    known[url] = Unread("fetch.too_many")

    async def attempt(reads: Reads) -> bool:
        return isinstance(reads.ask(url), Read)

    assert (await until_read(attempt, web, known))[0]


async def test_an_address_that_is_one_too_many_is_told_as_that() -> None:
    async def attempt(reads: Reads) -> None:
        for number in range(MAX_WANTED + 1):
            reads.ask(f"https://a.example/{number}")

    _, answers = await until_read(attempt, Web())
    assert [url for url, read in answers.items() if is_beyond(read)] == [f"https://a.example/{MAX_WANTED}"]
