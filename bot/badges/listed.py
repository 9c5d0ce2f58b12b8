"""Whose list of trusted issuers a verification looked at: said beside whether the issuer is on it."""

from dataclasses import replace

from bot.badges.verdict import Verdict, noted


def by_list_of(verdict: Verdict, school: str | None) -> Verdict:
    """The verdict with a note of whose list it was; None: of nobody's. Where no issuer was looked at, as it is."""
    if not any(check.name == "issuer" for check in verdict.checks):
        return verdict
    note = noted("list", "none") if school is None else noted("list", "of", school=school)
    return replace(verdict, checks=(*verdict.checks, note))
