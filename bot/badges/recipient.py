"""Whether a badge was given to somebody whose mail address is known (Open Badges 3.0, the last step of a displayer):
asked by who verifies, and never part of what a badge is by itself.
"""

from collections.abc import Collection
from dataclasses import replace
from hashlib import md5, sha256

from bot.badges.verdict import BadgeSummary, CheckResult, Recipient, Verdict, failed, passed, unknown
from bot.domain.addresses import normalised

_MAIL = frozenset({"email", "emailaddress"})
_MAILTO = "mailto:"
_DIGESTS = {"sha256": sha256, "md5": lambda text: md5(text, usedforsecurity=False)}


def for_recipient(verdict: Verdict, addresses: Collection[str]) -> Verdict:
    """The verdict with one check more. No address, or a badge that could not be read, leaves it as it is."""
    if not addresses or verdict.summary is None:
        return verdict
    return replace(verdict, checks=(*verdict.checks, _compared(verdict.summary, addresses)))


def _compared(summary: BadgeSummary, addresses: Collection[str]) -> CheckResult:
    # Hashes are made of an address as it was typed at the issuer: as it is spelt here, or in small letters.
    spelt = {*addresses, *(address.lower() for address in addresses)}
    is_mailed = summary.subject_id.lower().startswith(_MAILTO)
    by_mail = [recipient for recipient in summary.recipients if recipient.identity_type.lower() in _MAIL]
    if is_mailed and _is_one_of(summary.subject_id[len(_MAILTO) :], spelt):
        return passed("recipient", "same")
    if any(_names(recipient, spelt) for recipient in by_mail):
        return passed("recipient", "same")
    return failed("recipient", "other") if is_mailed or by_mail else unknown("recipient", "unnamed")


def _names(recipient: Recipient, spelt: Collection[str]) -> bool:
    if not recipient.hashed:
        return _is_one_of(recipient.identity, spelt)
    name, _, value = recipient.identity.partition("$")
    digest = _DIGESTS.get(name.lower())
    return digest is not None and any(
        digest((address + recipient.salt).encode()).hexdigest() == value.lower() for address in spelt
    )


def _is_one_of(identity: str, spelt: Collection[str]) -> bool:
    wanted = normalised(identity)
    return wanted is not None and any(normalised(address) == wanted for address in spelt)
