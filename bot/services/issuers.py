"""Who signs for a school: issuers are made, their keys exchanged and revoked (design.md 4.10).

With a public https address an issuer is a `did:web`: keys come and go under one name. Without, it is a `did:key`, which
is its only key: a new key is a new issuer, and the old one says in a signed statement who follows it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.badges import did, keys
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.statement import sign_statement
from bot.domain.issuers import Ended, Issuer, KeyKind, KeyState
from bot.domain.people import School
from bot.domain.stops import LONGEST_REASON, plain_reason
from bot.errors import Problem
from bot.services.commands import OfSchool
from bot.services.composition import local_day
from bot.services.ports import IssuerKey, IssuerSeen, NewKey, PublicIssuer, SealedKey, Store, Vault, Work
from bot.services.promises import promise_issue

LEAST_NAMED = 6
"""Characters of a key's name that are enough to mean it."""


# ---------------------------------------------------------------- keys


def open_key(vault: Vault, sealed: SealedKey) -> keys.SigningKey | keys.RsaKey:
    """A private key, to sign with. Raises `Problem("vault.wrong_secret")`."""
    secret = vault.open(sealed.sealed, label=sealed.label)
    under = "" if sealed.did.startswith(keys.DID_KEY) else sealed.did
    return keys.RsaKey(secret, under) if sealed.kind is KeyKind.RSA else keys.SigningKey(secret, under)


def open_ed25519(vault: Vault, sealed: SealedKey) -> keys.SigningKey:
    """A private key of the kind that signs credentials. Raises as `open_key`."""
    key = open_key(vault, sealed)
    if not isinstance(key, keys.SigningKey):
        raise ValueError("an Ed25519 key is wanted")
    return key


def public_key(key: IssuerKey) -> keys.PublicKey:
    """The public part, as it was stored to be published."""
    if key.kind is KeyKind.RSA:
        return keys.public_of_jwk(json.loads(key.public))
    return keys.Ed25519Public(keys.public_of(key.public))


class KeyMaker:
    """Makes keys and seals them at once. `new_rsa` gives a fresh RSA key as PKCS#8 DER."""

    def __init__(self, vault: Vault, entropy: Callable[[int], bytes], new_rsa: Callable[[], bytes]) -> None:
        self._vault = vault
        self._entropy = entropy
        self._new_rsa = new_rsa

    def alone(self) -> tuple[str, NewKey]:
        """A key that is its own issuer, and its did."""
        key = keys.generate(self._entropy(keys.SEED_BYTES))
        return key.did, self._sealed(key, KeyKind.ED25519, key.seed)

    def under(self, controller: str, kind: KeyKind) -> NewKey:
        """A key of a did:web."""
        if kind is KeyKind.RSA:
            der = self._new_rsa()
            return self._sealed(keys.RsaKey(der, controller), kind, der)
        key = keys.generate(self._entropy(keys.SEED_BYTES), controller)
        return self._sealed(key, kind, key.seed)

    def _sealed(self, key: keys.AnyKey, kind: KeyKind, secret: bytes) -> NewKey:
        name = key.verifier.name
        public = to_text(key.verifier.jwk) if kind is KeyKind.RSA else name
        label = SealedKey(0, key.did, b"", kind, name).label
        return NewKey(kind, name, public, self._vault.seal(secret, label=label))


# ---------------------------------------------------------------- use cases


@dataclass(frozen=True)
class Signer:
    """An issuer with everything of its keys."""

    issuer: Issuer
    keys: tuple[IssuerKey, ...]
    sealed: tuple[SealedKey, ...]


@dataclass(frozen=True)
class Signers:
    school: School
    today: date
    """At the school."""
    signers: tuple[Signer, ...]
    """Newest first; the first one issues now."""

    @property
    def now(self) -> Signer | None:
        return next((each for each in self.signers if each.issuer.ended_at is None), None)


async def read_signers(work: Work, command: OfSchool) -> Signers:
    """A school's issuers and their keys."""
    school = await work.school()
    signers = tuple([await _signer(work, issuer) for issuer in await work.issuers.all()])
    return Signers(school, local_day(work.now, school), signers)


async def _signer(work: Work, issuer: Issuer) -> Signer:
    return Signer(issuer, await work.issuers.keys(issuer.id), await work.issuers.sealed(issuer.id))


@dataclass(frozen=True, kw_only=True)
class AddIssuer(OfSchool):
    """`follows` is the issuer of new awards until now, which ends for the reason `why`."""

    did: str
    made: tuple[NewKey, ...]
    follows: int | None = None
    why: Ended = Ended.ADDRESS
    succession: str | None = None
    former: KeyState = KeyState.RETIRED
    reason: str | None = None


async def add_issuer(work: Work, command: AddIssuer) -> bool:
    """From now on the school issues under this did. False, and nothing done, when another process was faster."""
    current = await work.issuers.current()
    if (current.id if current else None) != command.follows:
        return False
    if current is not None:
        await work.issuers.end(current.id, command.why, command.succession)
        for key in reversed(await work.issuers.keys(current.id)):
            if key.state is KeyState.CURRENT:
                await work.issuers.set_state(key.id, command.former, command.reason)
                await _note(work, str(command.former), current, key.name)
    issuer = await work.issuers.add(command.did)
    for made in command.made:
        await work.issuers.add_key(issuer.id, made)
        await _note(work, "key", issuer, made.name)
    return True


@dataclass(frozen=True, kw_only=True)
class ExchangeKeys(OfSchool):
    """New keys in the place of the current ones of their kinds, which come into the state `former`."""

    issuer_id: int
    replaced: tuple[int, ...]
    made: tuple[NewKey, ...]
    former: KeyState = KeyState.RETIRED
    reason: str | None = None


async def exchange_keys(work: Work, command: ExchangeKeys) -> tuple[tuple[int, int], ...] | None:
    """Exchange or revoke keys. (school, award) pairs that are to be signed anew; None: somebody else was faster."""
    issuer = next((each for each in await work.issuers.all() if each.id == command.issuer_id), None)
    held = {key.id: key for key in await work.issuers.keys(command.issuer_id)}
    replaceable = {KeyState.CURRENT} if command.made else {KeyState.CURRENT, KeyState.RETIRED}
    if issuer is None or any(held[each].state not in replaceable for each in command.replaced):
        return None
    again: dict[tuple[int, int], None] = {}
    for key_id in sorted(command.replaced):
        await work.issuers.set_state(key_id, command.former, command.reason)
        await _note(work, str(command.former), issuer, held[key_id].name)
        if command.former is KeyState.REVOKED and issuer.is_web:
            again |= dict.fromkeys(await work.issuers.outdate(f"{issuer.did}#{held[key_id].name}"))
    for made in command.made:
        await work.issuers.add_key(issuer.id, made)
        await _note(work, "key", issuer, made.name)
    return tuple(again)


async def _note(work: Work, act: str, issuer: Issuer, name: str) -> None:
    acts = {"key": "key", "retired": "retire-key", "revoked": "revoke-key"}
    await work.audit.record(acts[act], actor=None, subject=f"{issuer.did}#{name}" if issuer.is_web else issuer.did)


@dataclass(frozen=True, kw_only=True)
class SignAgain(OfSchool):
    award_id: int


async def sign_again(work: Work, command: SignAgain) -> None:
    """Promise a new edition of an award whose key was revoked."""
    await promise_issue(work, command.award_id, settle=False)


@dataclass(frozen=True, kw_only=True)
class CountBadges(OfSchool):
    method: str


async def count_badges(work: Work, command: CountBadges) -> int:
    return await work.issuers.count_badges(command.method)


# ---------------------------------------------------------------- what is published


def web_document(seen: PublicIssuer) -> JsonObject | None:
    """The did document of a school's did:web; None where it has none."""
    web = next((each for each in seen.issuers if each.issuer.is_web), None)
    return None if web is None else _document(web, seen.issuers)


def _document(named: IssuerSeen, all_of_school: tuple[IssuerSeen, ...]) -> JsonObject:
    """`named` under its did, with all its keys; a did:key that leaked is not said to be the same as anybody."""
    published = [
        did.PublishedKey(public_key(key), key.since.replace(microsecond=0) if key.state is KeyState.REVOKED else None)
        for key in sorted(named.keys, key=lambda key: (key.state is not KeyState.CURRENT, key.kind, -key.id))
    ]
    alone = [each for each in all_of_school if named.issuer.is_web and not each.issuer.is_web]
    kept = [each.issuer.did for each in alone if all(key.state is not KeyState.REVOKED for key in each.keys)]
    return did.document(named.issuer.did, published, kept)


@dataclass(frozen=True)
class Succession:
    """An issuer that was followed by another one, and the text by which its key says so."""

    former: str
    follower: str
    statement: str


def successions(issuers: tuple[IssuerSeen, ...]) -> tuple[Succession, ...]:
    """Who followed whom, of a school's issuers, newest first.

    A statement by a key that leaked later is left out: whoever has the key could have made another.
    """
    return tuple(
        Succession(former.issuer.did, follower.issuer.did, former.issuer.succession)
        for follower, former in pairwise(issuers)
        if former.issuer.succession and all(key.state is not KeyState.REVOKED for key in former.keys)
    )


# ---------------------------------------------------------------- making and exchanging


@dataclass(frozen=True)
class KeyTold:
    """A key as `sukima keys list` tells of it."""

    issuer: Issuer
    key: IssuerKey
    badges: int


@dataclass(frozen=True)
class Exchanged:
    """What an exchange or a revocation did. `issuer` signs from now on; `again` badges are signed anew."""

    issuer: Issuer
    made: tuple[str, ...]
    is_new_issuer: bool
    again: int = 0
    stranded: int = 0
    """Badges that a revoked did:key signed: they keep their issuer, and nobody can tell them from forged ones."""


class KeyDesk:
    """Makes, exchanges and revokes the keys of schools. `base` is the public address, if there is one."""

    def __init__(self, store: Store, vault: Vault, maker: KeyMaker, base: str | None) -> None:
        self._store = store
        self._vault = vault
        self._maker = maker
        self._base = base
        self.made: list[str] = []
        """Issuers made since the start: the owner is told."""

    async def ensure(self, school_id: int) -> None:
        """Make the school's issuer: at its first start, and once more when there is a public address at last."""
        read = await self._store.look(read_signers, OfSchool(school_id=school_id))
        now, web = read.now, self._web(read.school)
        if now is not None and (web is None or now.issuer.is_web):
            return
        new_did, made = self._new(web)
        command = AddIssuer(
            school_id=school_id,
            did=new_did,
            made=made,
            follows=now.issuer.id if now else None,
            succession=self._succession(read, new_did) if now else None,
        )
        if await self._store.run(add_issuer, command):
            self.made.append(new_did)

    async def prove(self, school_id: int) -> None:
        """Open every key of the school's issuers once. Raises `Problem("vault.wrong_secret")`."""
        for signer in (await self._store.look(read_signers, OfSchool(school_id=school_id))).signers:
            for sealed in signer.sealed:
                open_key(self._vault, sealed)

    async def told(self, school_id: int) -> tuple[KeyTold, ...]:
        """Every key of the school with how many badges it signed, newest issuer first."""
        read = await self._store.look(read_signers, OfSchool(school_id=school_id))
        return tuple(
            [
                KeyTold(signer.issuer, key, await self._count(school_id, signer.issuer, key))
                for signer in read.signers
                for key in signer.keys
            ]
        )

    async def in_use(self, school_id: int) -> tuple[KeyTold, ...]:
        """The keys that sign what is issued now. Raises `Problem("keys.none")`."""
        now = self._now(await self._read(school_id)).issuer
        told = await self.told(school_id)
        return tuple(each for each in told if each.issuer.id == now.id and each.key.state is KeyState.CURRENT)

    async def meant(self, school_id: int, name: str) -> KeyTold:
        """The key that a name means, to be revoked. Raises as `revoke`."""
        signer, key = _meant(await self._read(school_id), name)
        return KeyTold(signer.issuer, key, await self._count(school_id, signer.issuer, key))

    async def published(self, school_id: int) -> tuple[JsonObject, tuple[Succession, ...]]:
        """The did document of who issues now, a did:key's too, and the statements of those before.

        Raises `Problem("keys.none")`.
        """
        read = await self._read(school_id)
        seen = tuple(IssuerSeen(each.issuer, each.keys) for each in read.signers)
        now = self._now(read)
        return _document(IssuerSeen(now.issuer, now.keys), seen), successions(seen)

    async def rotate(self, school_id: int) -> Exchanged:
        """New keys. Under did:web badges notice nothing; a did:key is followed by a new issuer, and states it."""
        read = await self._read(school_id)
        signer = self._now(read)
        if not signer.issuer.is_web:
            return await self._follow(read, signer, Ended.ROTATED, KeyState.RETIRED, None)
        former = [key for key in signer.keys if key.state is KeyState.CURRENT]
        made = tuple(self._maker.under(signer.issuer.did, kind) for kind in KeyKind)
        command = ExchangeKeys(
            school_id=school_id, issuer_id=signer.issuer.id, replaced=tuple(key.id for key in former), made=made
        )
        if await self._store.run(exchange_keys, command) is None:
            raise Problem("keys.changed")
        return Exchanged(signer.issuer, tuple(key.name for key in made), is_new_issuer=False)

    async def revoke(self, school_id: int, name: str, reason: str) -> Exchanged:
        """Nothing that this key signed is to be believed any more. `name` may be shortened to what is enough.

        Raises `Problem`: keys.short, keys.unknown, keys.ambiguous, keys.revoked_already, keys.bad_reason, keys.changed.
        """
        reason = sound_reason(reason)
        read = await self._read(school_id)
        signer, key = _meant(read, name)
        if not signer.issuer.is_web:
            return await self._revoke_alone(read, signer, key, reason)
        is_current = key.state is KeyState.CURRENT
        made = (self._maker.under(signer.issuer.did, key.kind),) if is_current else ()
        command = ExchangeKeys(
            school_id=school_id,
            issuer_id=signer.issuer.id,
            replaced=(key.id,),
            made=made,
            former=KeyState.REVOKED,
            reason=reason,
        )
        again = await self._store.run(exchange_keys, command)
        if again is None:
            raise Problem("keys.changed")
        for holder_school, award_id in again:
            await self._store.run(sign_again, SignAgain(school_id=holder_school, award_id=award_id))
        return Exchanged(signer.issuer, tuple(each.name for each in made), is_new_issuer=False, again=len(again))

    async def _revoke_alone(self, read: Signers, signer: Signer, key: IssuerKey, reason: str) -> Exchanged:
        stranded = await self._count(read.school.id, signer.issuer, key)
        if signer.issuer.ended_at is None:
            done = await self._follow(read, signer, Ended.REVOKED, KeyState.REVOKED, reason)
            return Exchanged(done.issuer, done.made, is_new_issuer=True, stranded=stranded)
        command = ExchangeKeys(
            school_id=read.school.id,
            issuer_id=signer.issuer.id,
            replaced=(key.id,),
            made=(),
            former=KeyState.REVOKED,
            reason=reason,
        )
        if await self._store.run(exchange_keys, command) is None:
            raise Problem("keys.changed")
        return Exchanged(self._now(read).issuer, (), is_new_issuer=False, stranded=stranded)

    async def _follow(
        self, read: Signers, signer: Signer, why: Ended, former: KeyState, reason: str | None
    ) -> Exchanged:
        """A new issuer after a did:key. Who has a leaked key could name a successor too: then nothing is stated."""
        new_did, made = self._new(self._web(read.school))
        command = AddIssuer(
            school_id=read.school.id,
            did=new_did,
            made=made,
            follows=signer.issuer.id,
            why=why,
            succession=None if why is Ended.REVOKED else self._succession(read, new_did),
            former=former,
            reason=reason,
        )
        if not await self._store.run(add_issuer, command):
            raise Problem("keys.changed")
        after = self._now(await self._read(read.school.id))
        return Exchanged(after.issuer, tuple(key.name for key in made), is_new_issuer=True)

    async def _read(self, school_id: int) -> Signers:
        return await self._store.look(read_signers, OfSchool(school_id=school_id))

    def _now(self, read: Signers) -> Signer:
        if read.now is None:
            raise Problem("keys.none", school=read.school.key)
        return read.now

    async def _count(self, school_id: int, issuer: Issuer, key: IssuerKey) -> int:
        return await self._store.look(count_badges, CountBadges(school_id=school_id, method=f"{issuer.did}#{key.name}"))

    def _web(self, school: School) -> str | None:
        """The did:web that the school has, or could have: its address says it."""
        if self._base is None:
            return None
        try:
            return did.did_web(self._base, "issuers", school.public_id)
        except ValueError:
            return None

    def _new(self, web: str | None) -> tuple[str, tuple[NewKey, ...]]:
        if web is None:
            new_did, key = self._maker.alone()
            return new_did, (key,)
        return web, tuple(self._maker.under(web, kind) for kind in KeyKind)

    def _succession(self, read: Signers, follower: str) -> str:
        """The statement of a did:key that another issuer follows it, signed with its key."""
        signer = self._now(read)
        key = open_ed25519(self._vault, signer.sealed[0])
        return sign_statement(succession(signer.issuer.did, follower, read.today), key)


def succession(former: str, follower: str, on: date) -> JsonObject:
    """What a statement of succession says."""
    return {"iss": former, "version": 1, "on": on.isoformat(), "succeededBy": follower}


def _meant(read: Signers, name: str) -> tuple[Signer, IssuerKey]:
    """The key whose name, or did url, begins with what was typed. Raises as `KeyDesk.revoke`."""
    typed = name.rpartition("#")[2].removeprefix(keys.DID_KEY)
    if len(typed) < LEAST_NAMED:
        raise Problem("keys.short", least=LEAST_NAMED)
    found = list(_named(read, typed))
    if not found:
        raise Problem("keys.unknown", key=name)
    if len(found) > 1:
        raise Problem("keys.ambiguous", key=name)
    if found[0][1].state is KeyState.REVOKED:
        raise Problem("keys.revoked_already", key=found[0][1].name)
    return found[0]


def _named(read: Signers, typed: str) -> Iterator[tuple[Signer, IssuerKey]]:
    for signer in read.signers:
        for key in signer.keys:
            if key.name.startswith(typed):
                yield signer, key


def sound_reason(typed: str) -> str:
    """A reason for revoking a key, as it is published. Raises `Problem("keys.bad_reason")`."""
    reason = plain_reason(typed)
    if not reason:
        raise Problem("keys.bad_reason", limit=LONGEST_REASON)
    return reason
