"""Whether a badge was given to somebody whose mail address is known (Open Badges 3.0, the last step of a displayer):
asked by who verifies, and never part of what a badge is by itself.
"""

from collections.abc import Collection
from dataclasses import replace

from bot.badges.verdict import BadgeSummary, CheckResult, Verdict, failed, passed, unknown
from bot.domain.foreign import GivenTo, is_given_to

_MAIL = frozenset({"email", "emailaddress"})


def for_recipient(verdict: Verdict, addresses: Collection[str]) -> Verdict:
    """The verdict with one check more. No address, or a badge that could not be read, leaves it as it is."""
    if not addresses or verdict.summary is None:
        return verdict
    return replace(verdict, checks=(*verdict.checks, _compared(verdict.summary, addresses)))


def _compared(summary: BadgeSummary, addresses: Collection[str]) -> CheckResult:
    named = tuple(GivenTo(one.identity, one.identity_type, one.hashed, one.salt) for one in summary.recipients)
    if is_given_to(named, summary.subject_id, addresses):
        return passed("recipient", "same")
    is_mailed = summary.subject_id.lower().startswith("mailto:")
    is_named = is_mailed or any(recipient.kind.lower() in _MAIL for recipient in named)
    return failed("recipient", "other") if is_named else unknown("recipient", "unnamed")
