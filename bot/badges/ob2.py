"""Judging a badge of Open Badges 2.0, with the words of 1.x that Moodle still writes.

A hosted badge is what its own address answers, and nothing that a file says; a signed one is what a key that its
issuer publishes has signed. Both need what other sites answer, which is asked of `Reads`. That an address answers
shows only that its site says so: who the issuer is stays for people to judge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.badges import jwt, keys
from bot.badges.jsontext import JsonObject, as_list, from_text, id_of, require_modest
from bot.badges.ob2_source import Source, is_old, picture_in
from bot.badges.reads import Read, Reads
from bot.badges.text import criteria_of, exact, shown, tags_of, told
from bot.badges.verdict import (
    BadgeSummary,
    CheckResult,
    Outcome,
    Recipient,
    Verdict,
    failed,
    noted,
    passed,
    salt_of,
    unknown,
)
from bot.domain.trust import names_of
from bot.errors import Problem

ACCEPT = "application/ld+json, application/json;q=0.9"
PROFILES = frozenset({"Profile", "Issuer"})
"""Moodle calls a profile `Issuer`, as Open Badges 1 did."""
MAX_KEYS = 4
MAX_REVOKED = 100_000
"""Entries of a revocation list that are looked at."""
OK, GONE = 200, 410

_SIGNED = frozenset({"signed", "SignedBadge"})
_VOUCHING = frozenset({"published", "proof", "key"})
"""The checks that tell whether it was this issuer who spoke."""
_OLD_WORDS = ("verify", "uid")


class _Stop(Exception):
    """What ends the checks early: the one that could not be made, or failed."""

    def __init__(self, result: CheckResult) -> None:
        super().__init__(result.code)
        self.result = result


@dataclass(frozen=True)
class _Profile:
    """An issuer: what it says of itself, and the address that said it (none: the badge itself did).

    Others know it by that address alone: on a host that many share, a page may claim any neighbour's id.
    """

    stated: JsonObject
    address: str

    @property
    def name(self) -> str:
        return shown(self.stated.get("name")) or shown(self.address) or "?"

    @property
    def home(self) -> str:
        """The host that the issuer is known by."""
        return _host(self.address or _text(self.stated.get("url")))


def judge(source: Source, now: datetime, trusted: frozenset[str], reads: Reads) -> Verdict:
    """All that can be said of an older badge now. `trusted` holds issuers that the caller knows, by id or host."""
    checks = [passed("form", "read", format=source.format)]
    summary = None
    try:
        if source.token is not None and _is_signed(source.stated):
            assertion, address = source.stated, ""
        else:
            address = _address(source)
            assertion = _published(address, reads)
            checks.append(passed("published", "found", host=_place(address)))
        badge = _badge(assertion, reads)
        profile = _profile(badge, reads)
        summary = _summary(assertion, badge, profile, address)
        checks.append(_form(assertion, badge, profile))
        if source.token is not None and not address:
            checks += _signature(source.token, profile, reads)
            checks.append(_dates(assertion, now))
            checks.append(_listed(assertion, profile, reads))
        else:
            checks.append(_scope(address, profile))
            checks.append(_dates(assertion, now))
            checks.append(_revoked(assertion) or passed("status", "not_revoked"))
        checks += _endorsements(assertion, badge)
        vouched = not any(check.outcome is Outcome.FAIL and check.name in _VOUCHING for check in checks)
        known = vouched and not trusted.isdisjoint(names_of(profile.address))
        checks.append(_issuer(profile, known))
    except _Stop as stop:
        checks.append(stop.result)
    return Verdict(tuple(checks), summary)


def is_refusal(document: JsonObject) -> bool:
    """Whether a site answered with an error of its own and not with a badge (Moodle does, with status 200)."""
    return "error" in document and not is_old(document)


# ---------------------------------------------------------------- what other sites answer


def _read(url: str, reads: Reads) -> JsonObject:
    """The JSON at an address. Raises `_Stop`."""
    host = _place(url)
    answer = reads.ask(url, ACCEPT)
    if not isinstance(answer, Read):
        if answer is not None and url.lower().startswith("http://"):
            raise _Stop(unknown("published", "insecure", host=host))
        raise _Stop(unknown("published", "unread", host=host))
    if answer.status == GONE:
        raise _Stop(failed("status", "revoked"))
    if answer.status != OK:
        raise _Stop(unknown("published", "unread", host=host))
    if answer.media_type not in ("application/json", "text/json") and not answer.media_type.endswith("+json"):
        raise _Stop(unknown("published", "unusable", host=host))
    try:
        found = from_text(answer.body)
        require_modest(found)
    except Problem:
        raise _Stop(unknown("published", "unusable", host=host)) from None
    if is_refusal(found):
        raise _Stop(unknown("published", "refused", host=host))
    return found


def _published(address: str, reads: Reads) -> JsonObject:
    """The assertion that an address publishes as its own."""
    found = _read(address, reads)
    own = _id(found) or _text(_verification(found).get("url"))
    if not _same(own, address):
        raise _Stop(failed("published", "other_id", host=_place(address)))
    if (gone := _revoked(found)) is not None:
        raise _Stop(gone)
    return found


def _described(url: str, reads: Reads) -> JsonObject:
    """A badge's or issuer's description. It may bear another name only on the site that gave it."""
    found = _read(url, reads)
    if _id(found) and _host(_id(found)) != _host(url):
        raise _Stop(failed("published", "other_id", host=_place(url)))
    return found


def _badge(assertion: JsonObject, reads: Reads) -> JsonObject:
    """The badge class: inside the assertion where it is of the issuer's own site, else from its own address.

    Anybody can write another site's badge into an assertion of their own.
    """
    badge = assertion.get("badge")
    if isinstance(badge, dict):
        own = _id(badge)
        if not _host(own) or _host(own) == _host(_id(badge.get("issuer"))):
            return badge
        return _described(own, reads)
    if not isinstance(badge, str):
        raise _Stop(failed("schema", "older_violated", path="badge"))
    return _described(badge, reads)


def _profile(badge: JsonObject, reads: Reads) -> _Profile:
    """The issuer as its own address describes it; as the badge does where it has none (Open Badges 1)."""
    issuer = badge.get("issuer")
    address = _id(issuer)
    if address:
        return _Profile(_described(address, reads), address)
    if isinstance(issuer, dict):
        return _Profile(issuer, "")
    raise _Stop(failed("schema", "older_violated", path="badge.issuer"))


# ---------------------------------------------------------------- checks


def _form(assertion: JsonObject, badge: JsonObject, profile: _Profile) -> CheckResult:
    broken = next(_violations(assertion, badge, profile.stated), None)
    if broken is not None:
        return failed("schema", "older_violated", path=broken)
    old = any(word in assertion for word in _OLD_WORDS) or "Issuer" in as_list(profile.stated.get("type"))
    return noted("schema", "older_words") if old or "alignments" in badge else passed("schema", "older_met")


def _violations(assertion: JsonObject, badge: JsonObject, profile: JsonObject) -> Iterator[str]:
    """Where the three objects lack what every older badge has."""
    if not _is_a(assertion, {"Assertion"}):
        yield "type"
    recipient = assertion.get("recipient")
    if not isinstance(recipient, dict) or not _text(recipient.get("identity")) or not _text(recipient.get("type")):
        yield "recipient"
    if not _is_a(badge, {"BadgeClass"}):
        yield "badge.type"
    if not _text(badge.get("name")):
        yield "badge.name"
    if not _is_image(badge.get("image")):
        yield "badge.image"
    if not _is_a(profile, PROFILES):
        yield "badge.issuer.type"
    if not _text(profile.get("name")):
        yield "badge.issuer.name"


def _is_a(thing: JsonObject, kinds: set[str] | frozenset[str]) -> bool:
    """Whether an object is of one of these types; objects of Open Badges 1.0 name none."""
    named = as_list(thing.get("type"))
    return not named or any(isinstance(kind, str) and kind in kinds for kind in named)


def _is_image(image: Any) -> bool:
    """An address, a picture spelled out (data URI), or an object with either as its id."""
    text = image.get("id") if isinstance(image, dict) else image
    if text is None:
        return image is None or isinstance(image, dict)
    if not isinstance(text, str):
        return False
    return picture_in(text) is not None if text[:5].lower() == "data:" else bool(text)


def _scope(address: str, profile: _Profile) -> CheckResult:
    """Whether the issuer speaks through this address: as it says itself, else only through its own host."""
    if _is_in_scope(address, profile):
        return passed("published", "issuers", host=_place(address), issuer=profile.name)
    return failed("published", "out_of_scope", host=_place(address), issuer=profile.name)


def _is_in_scope(address: str, profile: _Profile) -> bool:
    policy = profile.stated.get("verification")
    policy = policy if isinstance(policy, dict) else {}
    starts = [start for start in as_list(policy.get("startsWith")) if isinstance(start, str)]
    origins = [origin.lower() for origin in as_list(policy.get("allowedOrigins")) if isinstance(origin, str)]
    # A beginning such as https://example.org would fit https://example.org.evil.example as well.
    begins = any(address.startswith(start) and _host(start) == _host(address) for start in starts)
    if origins:
        return _host(address) in {_host(origin) or origin for origin in origins} and (begins or not starts)
    return begins if starts else bool(profile.home) and _host(address) == profile.home


def _signature(token: jwt.Token, profile: _Profile, reads: Reads) -> list[CheckResult]:
    """Whether a key signed that the issuer publishes as its own."""
    creator = _text(_verification(token.claims).get("creator"))
    if not profile.address:
        raise _Stop(unknown("key", "published", issuer=profile.name))
    published = [key for key in as_list(profile.stated.get("publicKey"))[:MAX_KEYS] if _id(key)]
    named = [key for key in published if not creator or _same(_id(key), creator)]
    owned = [key for key in (_key(key, reads) for key in named) if _same(_id(key.get("owner")), profile.address)]
    if not owned:
        return [failed("key", "others", issuer=profile.name)]
    method = shown(creator or _id(owned[0])) or "?"
    try:
        holds = any(jwt.holds(token, keys.rsa_of_pem(_text(key.get("publicKeyPem")))) for key in owned)
    except Problem:
        return [passed("key", "issuers"), unknown("proof", "no_key", method=method)]
    return [
        passed("proof", "holds", method=method) if holds else failed("proof", "altered"),
        passed("key", "issuers"),
    ]


def _key(key: Any, reads: Reads) -> JsonObject:
    return key if isinstance(key, dict) and "publicKeyPem" in key else _described(_id(key), reads)


def _listed(assertion: JsonObject, profile: _Profile, reads: Reads) -> CheckResult:
    """What the issuer's revocation list says of a signed badge."""
    url = _id(profile.stated.get("revocationList"))
    if not url:
        return noted("status", "none")
    try:
        listing = _read(url, reads)
    except _Stop:
        return unknown("status", "unread")
    if "issuer" in listing and not _same(_id(listing["issuer"]), profile.address):
        return unknown("status", "unproved")
    entries = list(_entries(listing))
    if len(entries) > MAX_REVOKED:
        return unknown("status", "unusable")
    own = {_id(assertion), _text(assertion.get("uid"))} - {""}
    reasons = [reason for named, reason in entries if named in own]
    if not reasons:
        return passed("status", "not_revoked")
    return failed("status", "revoked_because", reason=reasons[0]) if reasons[0] else failed("status", "revoked")


def _entries(listing: JsonObject) -> Iterator[tuple[str, str]]:
    """Who is revoked, and why. One entry may stand without a list; Open Badges 1 has reasons by uid."""
    if "revokedAssertions" not in listing and "type" not in listing:
        yield from ((named, shown(reason)) for named, reason in listing.items())
    for entry in as_list(listing.get("revokedAssertions")):
        if isinstance(entry, dict):
            yield _id(entry) or _text(entry.get("uid")), shown(entry.get("revocationReason"))
        elif isinstance(entry, str):
            yield entry, ""


def _revoked(assertion: JsonObject) -> CheckResult | None:
    if assertion.get("revoked") is not True:
        return None
    reason = shown(assertion.get("revocationReason"))
    return failed("status", "revoked_because", reason=reason) if reason else failed("status", "revoked")


def _dates(assertion: JsonObject, now: datetime) -> CheckResult:
    start, end = _moment(assertion.get("issuedOn")), _moment(assertion.get("expires"))
    if start is None:
        return failed("dates", "malformed", field="issuedOn")
    if assertion.get("expires") is not None and end is None:
        return failed("dates", "malformed", field="expires")
    if end and end < start:
        return failed("dates", "reversed")
    if now < start:
        return failed("dates", "not_yet", date=_day(start))
    if end and end <= now:
        return failed("dates", "expired", date=_day(end))
    return passed("dates", "current", date=_day(start))


def _endorsements(assertion: JsonObject, badge: JsonObject) -> Iterator[CheckResult]:
    """Older endorsements are pages of other sites that are not read: they are neither counted nor held against it."""
    count = len(as_list(assertion.get("endorsement"))) + len(as_list(badge.get("endorsement")))
    if count:
        yield noted("endorsement", "older", count=count)


def _issuer(profile: _Profile, known: bool) -> CheckResult:
    if known:
        return passed("issuer", "trusted", issuer=profile.name)
    return noted("issuer", "of_host", issuer=profile.name, host=shown(profile.home) or "?")


# ---------------------------------------------------------------- words


def _is_signed(assertion: JsonObject) -> bool:
    kinds = as_list(_verification(assertion).get("type"))
    return any(isinstance(kind, str) and kind in _SIGNED for kind in kinds)


def _address(source: Source) -> str:
    """Where the assertion in a file says that it is published."""
    if source.address:
        return source.address
    if _is_signed(source.stated):
        raise _Stop(failed("proof", "missing"))
    own = _id(source.stated)
    address = own if own.lower().startswith(("https://", "http://")) else _text(_verification(source.stated).get("url"))
    if not address:
        raise _Stop(failed("published", "nowhere"))
    return address


def _verification(assertion: JsonObject) -> JsonObject:
    """How it can be verified; Open Badges 1 and Moodle say `verify`."""
    found = assertion.get("verification", assertion.get("verify"))
    return found if isinstance(found, dict) else {}


def _summary(assertion: JsonObject, badge: JsonObject, profile: _Profile, address: str) -> BadgeSummary:
    start, end = _moment(assertion.get("issuedOn")), _moment(assertion.get("expires"))
    return BadgeSummary(
        achievement=shown(badge.get("name")),
        achievement_type="",
        issuer=shown(profile.stated.get("name")),
        issuer_id=shown(profile.address),
        awarded=_day(start),
        valid_from=_day(start),
        valid_until=_day(end),
        ends=end.isoformat() if end else "",
        endorsements=(),
        credential_id=exact(_id(assertion) or _text(_verification(assertion).get("url"))),
        achievement_id=exact(_id(badge)),
        recipients=tuple(_recipients(assertion)),
        address=address,
        description=told(badge.get("description")),
        criteria=criteria_of(badge.get("criteria")),
        tags=tags_of([*as_list(badge.get("tags")), *_aligned(badge)]),
    )


def _aligned(badge: JsonObject) -> Iterator[str]:
    """What the badge is aligned to. Moodle writes the course and the badges that it is made of in the same place."""
    for item in (*as_list(badge.get("alignment")), *as_list(badge.get("alignments"))):
        if isinstance(item, dict):
            url = _text(item.get("targetUrl"))
            if "/course/view.php" not in url and "/badges/badge_json" not in url:
                yield shown(item.get("targetName"))


def _recipients(assertion: JsonObject) -> Iterator[Recipient]:
    """Who it was given to; an address is an `emailAddress`, as newer badges say."""
    stated = assertion.get("recipient")
    identity = exact(stated.get("identity")) if isinstance(stated, dict) else ""
    if isinstance(stated, dict) and identity and isinstance(stated.get("hashed"), bool):
        named = shown(stated.get("type"))
        yield Recipient(
            identity=identity,
            identity_type="emailAddress" if named == "email" else named,
            hashed=stated["hashed"],
            salt=salt_of(stated),
        )


def _moment(value: Any) -> datetime | None:
    """A date of an older badge: seconds since 1970, or ISO 8601, in UTC where it names no zone."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _id(thing: Any) -> str:
    return id_of(thing).strip()


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _same(first: str, second: str) -> bool:
    """Whether two ids are the same, however they are escaped."""
    return bool(first) and unquote(first) == unquote(second)


def _host(url: str) -> str:
    """The host that an address names, with its port; empty where it names none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _place(url: str) -> str:
    """The host of an address, safe to show."""
    return shown(_host(url)) or "?"
