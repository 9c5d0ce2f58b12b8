"""The answer of a verification: checks by name, each with a code for its sentence, and what was read."""

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

MAX_SALT = 200


class Outcome(StrEnum):
    """What one check found. A note informs and decides nothing."""

    PASS = "pass"  # noqa: S105 — an outcome, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOTE = "note"


class Validity(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


EXIT_CODES = {Validity.VALID: 0, Validity.INVALID: 1, Validity.UNKNOWN: 3}


@dataclass(frozen=True)
class CheckResult:
    """One check. Its sentence is `verify.<name>.<code>` in `wording`, filled with `params`."""

    name: str
    outcome: Outcome
    code: str
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class EndorsementSummary:
    """An endorsement that was found good: the role's key (or nothing) and the endorser's name."""

    role: str
    endorser: str


@dataclass(frozen=True)
class PartSummary:
    """A badge inside the badge that was found good. Dates are ISO dates."""

    achievement: str
    issuer: str
    issuer_id: str
    awarded: str
    credential_id: str


@dataclass(frozen=True)
class Recipient:
    """One `identifier` of a badge's subject: who it was given to, most often as a salted hash."""

    identity: str
    """The identity itself, or `sha256$` or `md5$` and the hexadecimal digest of identity and salt."""
    identity_type: str
    """What sort it is: `emailAddress`, `identifier` …"""
    hashed: bool
    salt: str = ""


def salt_of(recipient: dict[str, Any]) -> str:
    """What an identity was hashed with: any characters, as they are."""
    salt = recipient.get("salt")
    return salt if isinstance(salt, str) and len(salt) <= MAX_SALT else ""


@dataclass(frozen=True)
class BadgeSummary:
    """What the badge says, made safe to show; empty where it says nothing. Dates are ISO dates."""

    achievement: str
    achievement_type: str
    issuer: str
    issuer_id: str
    awarded: str
    valid_from: str
    valid_until: str
    endorsements: tuple[EndorsementSummary, ...]
    subject_id: str = ""
    credential_id: str = ""
    """The id of the credential, or of an older badge's assertion: the same in every edition. Exact, or empty."""
    achievement_id: str = ""
    """The id of what was achieved (of the badge class, in an older badge): the same for everybody who has it."""
    recipients: tuple[Recipient, ...] = ()
    address: str = ""
    """Where an older badge is published: what that address answers is all that counts."""
    description: str = ""
    criteria: str = ""
    """For what it is given, in words; or the address that says so."""
    tags: tuple[str, ...] = ()
    ends: str = ""
    """The moment from which on it is not valid any more, in ISO 8601 and UTC."""
    parts: tuple[PartSummary, ...] = ()
    """The badges inside it that are good, those inside these among them."""

    def endorsements_by_role(self) -> dict[str, int]:
        """How many good endorsements there are of each role."""
        return dict(Counter(endorsement.role for endorsement in self.endorsements))


@dataclass(frozen=True)
class Verdict:
    """All checks in the order they were made, and the summary where a badge could be read."""

    checks: tuple[CheckResult, ...]
    summary: BadgeSummary | None = None

    @property
    def validity(self) -> Validity:
        """Invalid where a check failed, else unknown where one could not be made, else valid."""
        outcomes = {check.outcome for check in self.checks}
        if Outcome.FAIL in outcomes:
            return Validity.INVALID
        return Validity.UNKNOWN if Outcome.UNKNOWN in outcomes else Validity.VALID

    @property
    def exit_code(self) -> int:
        """What `sukima verify` exits with: 0 valid, 1 not valid, 3 cannot tell."""
        return EXIT_CODES[self.validity]

    def to_json(self) -> dict[str, object]:
        """The verdict for programs."""
        return {
            "validity": self.validity,
            "checks": [asdict(check) for check in self.checks],
            "badge": asdict(self.summary) if self.summary else None,
        }


SEEN = "seen"
"""The name of the note that says when a badge was last found valid."""


def seen_valid(verdict: Verdict, day: str) -> Verdict:
    """A verdict that cannot tell, with the ISO day on which the badge was last found valid."""
    return replace(verdict, checks=(*verdict.checks, noted(SEEN, "valid_on", day=day)))


def passed(name: str, code: str, **params: str | int) -> CheckResult:
    return CheckResult(name, Outcome.PASS, code, params)


def failed(name: str, code: str, **params: str | int) -> CheckResult:
    return CheckResult(name, Outcome.FAIL, code, params)


def unknown(name: str, code: str, **params: str | int) -> CheckResult:
    return CheckResult(name, Outcome.UNKNOWN, code, params)


def noted(name: str, code: str, **params: str | int) -> CheckResult:
    return CheckResult(name, Outcome.NOTE, code, params)


UNREAD = (
    "bad_address",
    "garbled",
    "no_name",
    "no_site",
    "not_https",
    "not_public",
    "not_trusted",
    "sent_on",
    "too_big",
    "too_many",
    "too_slow",
    "unreachable",
)
"""Why an address gave no answer: the codes of `Unread`, after `fetch.`."""

PART = (
    "good",
    "vouched",
    "altered",
    "unsigned",
    "other_key",
    "other_person",
    "malformed",
    "revoked",
    "suspended",
    "expired",
    "not_yet",
    "endorsement",
    "unread",
)
"""What can be found of a badge inside a badge."""

CODES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("verify.form.read", ("format",)),
    ("verify.form.read_endorsement", ("format",)),
    ("verify.form.json_too_big", ("limit",)),
    ("verify.form.json_too_deep", ("limit",)),
    ("verify.form.json_duplicate_key", ("key",)),
    ("verify.form.json_bad_text", ()),
    ("verify.form.json_not_object", ()),
    ("verify.form.not_a_badge", ()),
    ("verify.form.not_json", ()),
    ("verify.form.jwt_unreadable", ()),
    ("verify.form.document_too_complex", ()),
    ("verify.form.picture_too_big", ("limit",)),
    ("verify.form.picture_broken", ()),
    ("verify.form.picture_without_badge", ()),
    ("verify.form.picture_several_badges", ()),
    ("verify.form.picture_compressed_badge", ()),
    ("verify.form.picture_unsafe", ()),
    ("verify.contexts.known", ()),
    ("verify.contexts.missing", ()),
    ("verify.contexts.order", ()),
    ("verify.contexts.nested", ("path",)),
    ("verify.contexts.inline", ()),
    ("verify.contexts.unknown", ("context",)),
    ("verify.terms.defined", ()),
    ("verify.terms.undefined", ("term",)),
    ("verify.terms.undefined_in_token", ("term",)),
    ("verify.terms.disguised", ("path",)),
    ("verify.terms.anonymous", ("path",)),
    ("verify.terms.redescribed", ("path",)),
    ("verify.terms.control", ("path",)),
    ("verify.terms.unreadable", ()),
    ("verify.terms.too_complex", ()),
    ("verify.schema.met", ()),
    ("verify.schema.loose", ()),
    ("verify.schema.violated", ("path", "rule")),
    ("verify.schema.older_met", ()),
    ("verify.schema.older_words", ()),
    ("verify.schema.older_violated", ("path",)),
    ("verify.published.found", ("host",)),
    ("verify.published.issuers", ("host", "issuer")),
    ("verify.published.out_of_scope", ("host", "issuer")),
    ("verify.published.other_id", ("host",)),
    ("verify.published.nowhere", ()),
    ("verify.published.insecure", ("host",)),
    ("verify.published.unread", ("host",)),
    ("verify.published.unusable", ("host",)),
    ("verify.published.refused", ("host",)),
    ("verify.proof.holds", ("method",)),
    ("verify.proof.missing", ()),
    ("verify.proof.unread", ()),
    ("verify.proof.unsupported", ("suite",)),
    ("verify.proof.too_many", ("limit",)),
    ("verify.proof.malformed", ()),
    ("verify.proof.purpose", ()),
    ("verify.proof.expired", ("date",)),
    ("verify.proof.no_key", ("method",)),
    ("verify.proof.altered", ()),
    ("verify.proof.algorithm", ("algorithm",)),
    ("verify.key.issuers", ()),
    ("verify.key.others", ("issuer",)),
    ("verify.key.published", ("issuer",)),
    ("verify.key.gone", ("address",)),
    ("verify.key.unreachable", ("address",)),
    ("verify.key.unreadable", ("address",)),
    ("verify.key.absent", ("issuer",)),
    ("verify.key.withdrawn", ("issuer",)),
    ("verify.key.unsupported", ()),
    ("verify.claims.agree", ()),
    ("verify.claims.missing", ("claim",)),
    ("verify.claims.disagree", ("claim",)),
    ("verify.dates.current", ("date",)),
    ("verify.dates.not_yet", ("date",)),
    ("verify.dates.expired", ("date",)),
    ("verify.dates.reversed", ()),
    ("verify.dates.malformed", ("field",)),
    ("verify.refresh.newer", ("date",)),
    ("verify.refresh.current", ()),
    ("verify.refresh.unread", ()),
    ("verify.refresh.unproved", ()),
    ("verify.refresh.other", ()),
    ("verify.refresh.unusable", ()),
    ("verify.refresh.unsupported", ("type",)),
    ("verify.status.none", ()),
    ("verify.status.not_revoked", ()),
    ("verify.status.not_suspended", ()),
    ("verify.status.revoked", ()),
    ("verify.status.revoked_because", ("reason",)),
    ("verify.status.suspended", ()),
    ("verify.status.other", ("purpose",)),
    ("verify.status.unread", ()),
    ("verify.status.suspension_unread", ()),
    ("verify.status.unproved", ()),
    ("verify.status.unusable", ()),
    ("verify.status.unsupported", ("type",)),
    ("verify.endorsement.good", ("number", "endorser")),
    ("verify.endorsement.altered", ("number", "endorser")),
    ("verify.endorsement.unsigned", ("number", "endorser")),
    ("verify.endorsement.other_key", ("number", "endorser")),
    ("verify.endorsement.other_target", ("number", "endorser")),
    ("verify.endorsement.unbound", ("number", "endorser")),
    ("verify.endorsement.content", ("number", "endorser")),
    ("verify.endorsement.of_issuer", ("number", "endorser")),
    ("verify.endorsement.malformed", ("number", "endorser")),
    ("verify.endorsement.withdrawn", ("number", "endorser")),
    ("verify.endorsement.expired", ("number", "endorser")),
    ("verify.endorsement.not_yet", ("number", "endorser")),
    ("verify.endorsement.unread", ("number", "endorser")),
    *((f"verify.part.{code}", ("number", "name")) for code in PART),
    ("verify.part.too_many", ("limit",)),
    *((f"verify.fetch.{code}", ("host",)) for code in (*UNREAD, "gone", "page")),
    ("verify.fetch.status", ("host", "status")),
    ("verify.endorsement.older", ("count",)),
    ("verify.recipient.same", ()),
    ("verify.recipient.other", ()),
    ("verify.recipient.unnamed", ()),
    ("verify.issuer.trusted", ("issuer",)),
    ("verify.seen.valid_on", ("day",)),
    ("verify.list.none", ()),
    ("verify.list.of", ("school",)),
    ("verify.list.not_on", ("school",)),
    ("verify.list.unsure", ("school",)),
    ("verify.issuer.of_host", ("issuer", "host")),
    ("verify.issuer.self_declared", ("issuer",)),
    ("verify.issuer.unproved", ("issuer",)),
)
"""Every sentence that a verification may need, with its parameters."""

PROBLEMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("problem.json_too_big", ("limit",)),
    ("problem.json_too_deep", ("limit",)),
    ("problem.json_duplicate_key", ("key",)),
    ("problem.json_bad_text", ()),
    ("problem.json_not_object", ()),
    ("problem.not_json", ()),
    ("problem.document_too_complex", ()),
    ("problem.document_unreadable", ()),
    ("problem.picture_not_png", ()),
    ("problem.picture_too_big", ("limit",)),
    ("problem.picture_broken", ()),
    ("problem.picture_without_badge", ()),
    ("problem.picture_several_badges", ()),
    ("problem.picture_compressed_badge", ()),
    ("problem.picture_unsafe", ()),
    ("problem.picture_old_badge", ()),
    ("problem.credential_malformed", ("path", "rule")),
    ("problem.sign_control_character", ("path",)),
    ("problem.sign_empty", ("path",)),
    ("problem.sign_undefined_term", ("term",)),
    ("problem.sign_disagreement", ()),
    ("problem.proof_unreadable", ()),
    ("problem.key_unreadable", ()),
    ("problem.jwt_unreadable", ()),
    ("problem.did_unreadable", ()),
)
"""Every `Problem` that this room raises, with its parameters."""
