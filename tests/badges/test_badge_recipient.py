"""Whether a badge was given to the owner of an address: asked by who verifies."""

from hashlib import md5, sha256
from typing import Any

import pytest
from badge_samples import ACHIEVEMENT, AWARD, ISSUER, ISSUER_KEY, MIDNIGHT, NOW, as_bytes, plain_badge

from bot.badges.compose import compose
from bot.badges.proof import secure
from bot.badges.recipient import for_recipient
from bot.badges.verdict import Validity, Verdict
from bot.badges.verify import CODES, verify

AOKI = "aoki@midori.example"


def badge(**subject: Any) -> Verdict:
    document = compose(AWARD, ACHIEVEMENT, ISSUER)
    document["credentialSubject"] |= subject
    return verify(as_bytes(secure(document, ISSUER_KEY, MIDNIGHT)), now=NOW)


def hashed(address: str, salt: str = "s", digest: str = "sha256") -> dict[str, Any]:
    made = {"sha256": sha256, "md5": md5}[digest]((address + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"{digest}${made}",
        "identityType": "emailAddress",
        "salt": salt,
    }


def said(verdict: Verdict, *addresses: str) -> tuple[Validity, list[str]]:
    found = for_recipient(verdict, addresses)
    assert {f"verify.{check.name}.{check.code}" for check in found.checks} <= set(dict(CODES))
    return found.validity, [check.code for check in found.checks if check.name == "recipient"]


@pytest.mark.parametrize(
    "identity",
    [
        hashed(AOKI),
        hashed(AOKI, salt=""),
        hashed(AOKI, digest="md5"),
        hashed(AOKI) | {"hashed": False, "identityHash": AOKI},
    ],
)
def test_a_badge_is_for_whom_it_names(identity: dict[str, Any]) -> None:
    verdict = badge(identifier=[identity])
    assert said(verdict, AOKI) == (Validity.VALID, ["same"])
    assert said(verdict, "other@midori.example", AOKI) == (Validity.VALID, ["same"])
    assert said(verdict, "Aoki@midori.example") == (Validity.VALID, ["same"])
    assert said(verdict, "mori@midori.example") == (Validity.INVALID, ["other"])
    assert said(verdict) == (Validity.VALID, [])


def test_a_badge_that_names_nobody_leaves_it_open() -> None:
    """As ours do: the subject is an opaque id."""
    assert said(verify(as_bytes(plain_badge()), now=NOW), AOKI) == (Validity.UNKNOWN, ["unnamed"])


def test_a_forged_name_helps_nobody() -> None:
    document = plain_badge()
    document["credentialSubject"] |= {"identifier": [hashed(AOKI)]}
    verdict = verify(as_bytes(document), now=NOW)
    assert said(verdict, AOKI) == (Validity.INVALID, ["same"])


def test_what_could_not_be_read_is_for_nobody() -> None:
    assert said(verify(b"{", now=NOW), AOKI) == (Validity.INVALID, [])
