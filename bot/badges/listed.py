"""Whose list of trusted issuers a verification looked at: said beside whether the issuer is on it."""

from dataclasses import replace

from bot.badges.verdict import CheckResult, Outcome, Verdict, noted

_LATER = frozenset({"dates", "status"})
"""What fails in these is the issuer's own word: who they are is sure all the same."""


def by_list_of(verdict: Verdict, school: str | None) -> Verdict:
    """The verdict with a note of whose list it was; None: of nobody's. Where no issuer was looked at, as it is."""
    issuer = next((check for check in verdict.checks if check.name == "issuer"), None)
    if issuer is None:
        return verdict
    note = noted("list", "none") if school is None else noted("list", _found(verdict, issuer), school=school)
    return replace(verdict, checks=(*verdict.checks, note))


def _found(verdict: Verdict, issuer: CheckResult) -> str:
    """Whether the issuer is on it; of one who is not known to be who it says that cannot be told."""
    if issuer.code == "trusted":
        return "of"
    open_ = {check.name for check in verdict.checks if check.outcome in (Outcome.FAIL, Outcome.UNKNOWN)}
    return "not_on" if open_ <= _LATER else "unsure"
