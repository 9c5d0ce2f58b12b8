"""A verification in words: the same for the command line and for the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.badges.verdict import SEEN, CheckResult, Outcome, Validity, Verdict
from bot.domain.language import LANGS
from bot.wording.wording import Wording

ROLES = frozenset({"colleague", "leader"})
SUSPENSION = frozenset({"suspended", "not_suspended", "suspension_unread"})


@dataclass(frozen=True)
class ToldCheck:
    """One check: what it looked at, how that went, and the reason."""

    outcome: Outcome
    name: str
    sentence: str


@dataclass(frozen=True)
class Told:
    """The conclusion, what was read, who endorsed, and every check in its order."""

    validity: Validity
    conclusion: str
    rehearsal: bool
    """The issuer calls itself a rehearsal: no school issued this in earnest."""
    facts: tuple[str, ...]
    checks: tuple[ToldCheck, ...]


def told(verdict: Verdict, voice: Wording) -> Told:
    """A verdict for people. Whatever comes from the badge is text, never to be read as anything else."""
    checks = tuple(
        ToldCheck(
            check.outcome,
            voice.say(f"verify.name.{_looked_at(check)}"),
            voice.say(f"verify.{check.name}.{check.code}", **check.params),
        )
        for check in verdict.checks
    )
    seen = next((check.params for check in verdict.checks if check.name == SEEN), None)
    conclusion = voice.say("cli.verify.unknown_since", **seen) if seen else voice.say(f"cli.verify.{verdict.validity}")
    return Told(verdict.validity, conclusion, _is_rehearsal(verdict), tuple(_facts(verdict, voice)), checks)


def _looked_at(check: CheckResult) -> str:
    """Suspension is asked for beside revocation: two checks of one sort, and two names for people."""
    return "suspension" if check.name == "status" and check.code in SUSPENSION else check.name


def _is_rehearsal(verdict: Verdict) -> bool:
    """Whether the issuer's name ends as that of every rehearsal school does, in either language."""
    marks = tuple(Wording(lang).say("credential.rehearsal_name", school="").strip() for lang in LANGS)
    return verdict.summary is not None and verdict.summary.issuer.endswith(marks)


def _facts(verdict: Verdict, voice: Wording) -> Iterator[str]:
    """Who endorsed, and what stands inside, is told of a valid badge only: in another it may be part of the forgery."""
    summary = verdict.summary
    if summary is None:
        return
    if summary.achievement:
        yield voice.say("cli.verify.badge", name=summary.achievement, issuer=summary.issuer, on=summary.awarded)
    if verdict.validity is Validity.VALID:
        for role, count in sorted(summary.endorsements_by_role().items()):
            yield voice.say(f"cli.verify.endorsed.{role if role in ROLES else 'other'}", n=count)
        for part in summary.parts:
            yield voice.say("cli.verify.part", name=part.achievement, issuer=part.issuer, on=part.awarded)
