"""Issuing: from stored facts to a signed credential, in two transactions with the signing between them.

The first reads what is true, the second keeps the new edition if it still is. No drawing, signing or waiting happens
inside a transaction.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.badges import compose, documents, endorse, jsontext, jwt, keys, proof
from bot.badges.jsontext import JsonObject
from bot.domain.awards import Achievement, Award
from bot.domain.issuers import KeyKind
from bot.domain.people import Board, Consent, School
from bot.domain.recognition import As, Endorsement, Target, TargetKind, held
from bot.services.addresses import Addresses
from bot.services.awards import staff_workspace
from bot.services.commands import OfSchool
from bot.services.composition import Composition, local_day, midnight_of, urn, valid_until_of
from bot.services.enclosing import Inside, parts_inside, promise_around
from bot.services.issuers import KeyDesk, open_ed25519, open_key
from bot.services.ports import Phrases, Revision, SealedKey, Store, Vault, Work
from bot.services.promises import promise_award, promise_issue, promise_issue_holding, promise_post
from bot.services.status import TakePlaces, entry_of_award, entry_of_endorsement, has_lists, take_places
from bot.services.status_ports import Place

TRIES = 5
MOST_BESIDE = 3
"""So many endorsements of the content, and of the issuer, stand in an edition, the last ones: each makes every copy
longer."""


class Stale(Exception):
    """What was signed is no longer what is true: sign again."""


class Keyless(Exception):
    """The school that issues has no issuer yet."""

    def __init__(self, school_id: int) -> None:
        super().__init__(school_id)
        self.school_id = school_id


@dataclass(frozen=True)
class Endorser:
    """Who an endorsement speaks for: by name only with consent, else by role."""

    name: str | None
    key: SealedKey | None
    """The lasting key of a named endorser; others get a key of this endorsement alone."""


@dataclass(frozen=True)
class Standing:
    endorsement: Endorsement
    text: str | None
    """The signed credential, if there is one."""
    endorser: Endorser
    school: School
    """As whose colleague or leader the endorser speaks."""
    board: Board | None = None
    """Of that school: for it an officer speaks."""
    place: Place | None = None
    """Where it says whether it was withdrawn."""

    def lacks_place(self, did: str) -> bool:
        """Whether it is to be signed, and has no position yet in a list of the issuer `did`."""
        return self.text is None and self.place is None and has_lists(did)


@dataclass(frozen=True)
class Signed:
    """An endorsement that is signed already."""

    endorsement_id: int
    text: str

    @property
    def document(self) -> JsonObject:
        return jsontext.from_text(self.text.encode())


@dataclass(frozen=True)
class Draft:
    """Everything an edition is made from, read in one transaction."""

    award: Award
    achievement: Achievement
    achievement_id: str
    school: School
    """Who issues it."""
    key: SealedKey
    """It signs for the did that the award was issued under first."""
    token_key: SealedKey
    """It signs the same as a token: an RSA key under did:web, which more readers know; a did:key is its only key."""
    standing: tuple[Standing, ...]
    newest: Revision | None
    today: date
    content: tuple[Signed, ...] = ()
    """Endorsements of the content, as they were signed."""
    of_issuer: tuple[Signed, ...] = ()
    """Endorsements of the issuer, under the did that the award was issued under."""
    is_true_beside: bool = True
    """What the newest edition holds beside the award's own endorsements still stands, word for word."""
    place: Place | None = None
    """Where the credential says whether it was revoked."""
    inside: tuple[Inside, ...] = ()
    """The parts that its holder wants inside."""
    source: School | None = None
    """The school that awarded it in the issuer's name; None: the issuer did."""

    @property
    def wanted_places(self) -> TakePlaces | None:
        """The positions that are to be taken before it is signed."""
        did = self.key.did
        endorsements = tuple(item.endorsement.id for item in self.standing if item.lacks_place(did))
        if not endorsements and (self.place is not None or not has_lists(did)):
            return None
        return TakePlaces(school_id=self.award.school_id, did=did, award_id=self.award.id, endorsement_ids=endorsements)

    @property
    def enclosed(self) -> tuple[tuple[int, int], ...]:
        """The editions that stand inside, at whatever level."""
        return tuple(edition for part in self.inside for edition in part.editions)


@dataclass(frozen=True, kw_only=True)
class ReadDraft(OfSchool):
    award_id: int


async def read_draft(work: Work, command: ReadDraft) -> Draft | None:
    """The facts of an award's next edition; None when the award is gone.

    Raises:
        Keyless: the school has no signing key yet.
    """
    award = await work.awards.get(command.award_id)
    if award is None:
        return None
    newest = await work.credentials.newest(award.id)
    keys_now = await work.moves.issuer_keys(award.id, _issuer_of(newest))
    key = next((each for each in keys_now if each.kind is KeyKind.ED25519), None)
    if key is None:
        raise Keyless(award.issued_by)
    school = await work.directory.school(award.issued_by)
    endorsements = held(await work.endorsements.shown(Target(TargetKind.AWARD, award.id)))
    content = Target(TargetKind.ACHIEVEMENT, await work.shelves.first_id(award.achievement_key))
    return Draft(
        award,
        await work.shelves.achievement(award.achievement_id),
        await document_id(work, award.achievement_key),
        school,
        key,
        next((each for each in keys_now if each.kind is KeyKind.RSA), key),
        tuple([await _standing(work, endorsement) for endorsement in endorsements]),
        newest,
        local_day(work.now, school),
        await _signed(work, content),
        await _signed_of_issuer(work, award, key.did),
        newest is None or await _is_true_beside(work, newest),
        await work.status.of_award(award.id),
        await parts_inside(work, award),
        None if award.source_school_id is None else await work.directory.school(award.source_school_id),
    )


async def _signed_of_issuer(work: Work, award: Award, did: str) -> tuple[Signed, ...]:
    """None for an award whose holder has moved: its issuer is another school's. Of an institution's, none by people of
    the school that awarded it: nobody praises in whose name they awarded themselves."""
    if award.source_school_id is not None:
        found = await work.credentials.of_institution(award.id, did, MOST_BESIDE)
        return tuple(Signed(endorsement_id, text) for endorsement_id, text in found)
    issuer = next((each for each in await work.issuers.all() if each.did == did), None)
    return () if issuer is None else await _signed(work, Target(TargetKind.ISSUER, issuer.id))


async def _signed(work: Work, target: Target) -> tuple[Signed, ...]:
    """The last endorsements of a target; one that is being signed anew is left for the next edition."""
    found = []
    for endorsement in await work.endorsements.newest_signed(target, MOST_BESIDE):
        text = await work.credentials.endorsement_text(endorsement.id)
        if text is not None:
            found.append(Signed(endorsement.id, text))
    return tuple(found)


async def _is_true_beside(work: Work, newest: Revision) -> bool:
    """A withdrawn endorsement has no text, and one that was signed anew another one."""
    texts = [await work.credentials.endorsement_text(each) for each in newest.beside]
    return all(text is not None and text in newest.text for text in texts)


def _issuer_of(newest: Revision | None) -> str | None:
    """The did that an award was issued under first: its credential keeps its issuer (design.md 4.10)."""
    return None if newest is None else str(jsontext.from_text(newest.text.encode())["issuer"]["id"])


async def _standing(work: Work, endorsement: Endorsement) -> Standing:
    text = await work.credentials.endorsement_text(endorsement.id)
    school = await work.directory.school(endorsement.spoken_at)
    board = await work.directory.board_of(school.id) if endorsement.role is As.OFFICER else None
    place = await work.status.of_endorsement(endorsement.id)
    person = await work.moves.endorser(endorsement)
    if person is None or Consent.NAMED not in person.consents:
        return Standing(endorsement, text, Endorser(None, None), school, board, place)
    endorser = Endorser(person.name, await work.moves.endorser_key(endorsement))
    return Standing(endorsement, text, endorser, school, board, place)


@dataclass(frozen=True)
class SignedEndorsement:
    endorsement_id: int
    text: str
    new: bool
    made_key: tuple[str, bytes] | None = None
    """(did, sealed) of a lasting key of the endorser, made on the way."""


@dataclass(frozen=True, kw_only=True)
class Keep(OfSchool):
    draft: Draft
    revision: Revision
    endorsements: tuple[SignedEndorsement, ...]


async def keep(work: Work, command: Keep) -> None:
    """Keep an edition and promise what follows: the message to the holder (first edition) and the post's refresh.

    Badges that it stands inside of, or is wanted in, are issued again as well.

    Raises:
        Stale: an endorsement came, went or changed since the draft was read, or whom it names, or a part inside, the
            key was exchanged or revoked, or somebody else was faster.
    """
    award_id = command.draft.award.id
    replaced = command.draft.newest
    if command.draft.inside or (replaced is not None and replaced.outdated):
        # Whoever stops a part or takes it out waits, so that none of these stands in a new edition; and so does who
        # puts it inside while its outdated edition goes.
        await work.people.lock(command.draft.award.person_id)
    now_standing = held(await work.endorsements.shown(Target(TargetKind.AWARD, award_id)))
    drafted = tuple(item.endorsement for item in command.draft.standing)
    if now_standing != drafted or await work.awards.get(award_id) is None:
        raise Stale
    if not await _still_sign(work, command.draft):
        raise Stale
    for drafted_one, signed in zip(command.draft.standing, command.endorsements, strict=True):
        if not await _still_stands(work, drafted_one):
            raise Stale
        await _keep_endorsement(work, drafted_one.endorsement, signed)
    for beside in (*command.draft.content, *command.draft.of_issuer):
        if await work.credentials.endorsement_text(beside.endorsement_id) != beside.text:
            raise Stale
    if await parts_inside(work, command.draft.award) != command.draft.inside:
        raise Stale
    if not await work.credentials.add(award_id, command.revision):
        raise Stale
    await work.enclosures.set_inside(award_id, tuple(part.part_id for part in command.draft.inside))
    await promise_around(work, award_id)
    first = command.revision.number == 1
    act = "issue" if first else "re-issue"
    await work.audit.record(
        act, actor=None, subject=command.draft.award.public_id, detail={"revision": str(command.revision.number)}
    )
    if first:
        await promise_award(work, command.draft.award.person_id, award_id)


async def _still_stands(work: Work, drafted: Standing) -> bool:
    """Whether an endorsement is what it was, also whom it names: a consent may have been withdrawn meanwhile."""
    await work.moves.hold_endorser(drafted.endorsement)
    return await _standing(work, drafted.endorsement) == drafted


async def _still_sign(work: Work, draft: Draft) -> bool:
    """Whether the keys of a draft were neither exchanged nor revoked since it was read, nor will be before it is kept:
    whoever revokes one then finds the edition."""
    held = await work.moves.hold_issuer_keys(draft.award.id, _issuer_of(draft.newest))
    return {draft.key, draft.token_key} <= set(held)


@dataclass(frozen=True, kw_only=True)
class KeepToken(OfSchool):
    draft: Draft
    token: str


async def keep_token(work: Work, command: KeepToken) -> None:
    """Keep the token of an edition that was signed without one, or whose token's key was revoked.

    Raises:
        Stale: the edition does not count any more or has a token, or the key was exchanged or revoked.
    """
    draft = command.draft
    newest = await work.credentials.newest(draft.award.id)
    if draft.newest is None or newest != draft.newest or not await _still_sign(work, draft):
        raise Stale
    if not await work.credentials.save_token(draft.award.id, newest.number, command.token, draft.token_key.method):
        raise Stale


async def _keep_endorsement(work: Work, endorsement: Endorsement, signed: SignedEndorsement) -> None:
    if not signed.new:
        return
    if signed.made_key is not None:
        did, sealed = signed.made_key
        if await work.moves.endorser_key(endorsement) is not None:
            raise Stale
        await work.moves.add_endorser_key(endorsement, did, sealed)
    await work.credentials.save_endorsement_text(signed.endorsement_id, signed.text)


@dataclass(frozen=True, kw_only=True)
class Refresh(OfSchool):
    award_id: int


async def refresh_post(work: Work, command: Refresh) -> None:
    """Promise that a displayed award's post says what is true now."""
    award = await work.awards.get(command.award_id)
    if award is None or award.displayed_at is None or award.stop is not None:
        return
    workspace = await staff_workspace(work, award.person_id)
    if workspace is not None:
        await promise_post(work, workspace, award.id)


class Issuing:
    """Signs what is promised. It has the vault, the words and a source of randomness; rows come through the store."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        phrases: Phrases,
        entropy: Callable[[int], bytes],
        desk: KeyDesk,
        addresses: Addresses,
    ) -> None:
        self._store = store
        self._vault = vault
        self._composition = Composition(phrases, addresses)
        self._entropy = entropy
        self._desk = desk

    async def issue(self, school_id: int, award_id: int) -> None:
        """Make the award's next edition, if anything changed since the newest one; then refresh its post."""
        for _ in range(TRIES):
            try:
                draft = await self._store.look(read_draft, ReadDraft(school_id=school_id, award_id=award_id))
            except Keyless as keyless:
                await self._desk.ensure(keyless.school_id)
                continue
            if draft is None:
                return
            if draft.wanted_places is not None:
                await self._store.run(take_places, draft.wanted_places)
                continue
            try:
                if await self._completed(school_id, draft):
                    return
                break
            except Stale:
                continue
        else:
            raise Stale
        await self._store.run(refresh_post, Refresh(school_id=school_id, award_id=award_id))

    async def _completed(self, school_id: int, draft: Draft) -> bool:
        """Bring the award's documents up to date. True when only its token was missing: nobody sees a change.

        Raises:
            Stale: as `keep` and `keep_token`.
        """
        if not _is_current(draft):
            revision, endorsements = await asyncio.to_thread(self._sign, draft)
            command = Keep(school_id=school_id, draft=draft, revision=revision, endorsements=endorsements)
            await self._store.run(keep, command)
            return False
        if draft.newest is None or draft.newest.token is not None:
            return False
        signed = jsontext.from_text(draft.newest.text.encode())
        token = await asyncio.to_thread(self._token, draft, signed)
        await self._store.run(keep_token, KeepToken(school_id=school_id, draft=draft, token=token))
        return True

    def _token(self, draft: Draft, signed: jsontext.JsonObject) -> str:
        return jwt.signed(signed, open_key(self._vault, draft.token_key))

    def _sign(self, draft: Draft) -> tuple[Revision, tuple[SignedEndorsement, ...]]:
        subject = documents.subject_id(draft.key.did, urn(draft.award.public_id))
        signed = tuple(self._endorsement(item, subject) for item in draft.standing)
        midnight = midnight_of(draft.today, draft.school)
        valid_from = documents.next_valid_from(midnight, draft.newest.valid_from if draft.newest else None)
        level, parts = draft.achievement.level, {part.key: part.revision.text for part in draft.inside}
        award = self._composition.award(draft.award, level, draft.school, valid_from, parts, draft.source)
        unsigned = compose.compose(
            replace(award, status=entry_of_award(draft.place)),
            self._composition.achievement(
                draft.achievement, draft.achievement_id, tuple(item.document for item in draft.content)
            ),
            self._composition.issuer(draft.school, draft.key.did, tuple(item.document for item in draft.of_issuer)),
            [jsontext.from_text(item.text.encode()) for item in signed],
        )
        key = open_ed25519(self._vault, draft.key)
        document = proof.secure(unsigned, key, valid_from)
        revision = Revision(
            draft.award.id,
            draft.newest.number + 1 if draft.newest else 1,
            valid_from,
            jsontext.to_text(document),
            tuple(item.endorsement_id for item in signed),
            signed_with=key.method,
            token=self._token(draft, document),
            token_with=draft.token_key.method,
            beside=tuple(item.endorsement_id for item in (*draft.content, *draft.of_issuer)),
            enclosed=draft.enclosed,
        )
        return revision, signed

    def _endorsement(self, item: Standing, target_id: str) -> SignedEndorsement:
        if item.text is not None:
            return SignedEndorsement(item.endorsement.id, item.text, new=False)
        made_key: tuple[str, bytes] | None = None
        if item.endorser.name is None:
            key = keys.generate(self._entropy(keys.SEED_BYTES))
        elif item.endorser.key is None:
            key = keys.generate(self._entropy(keys.SEED_BYTES))
            made_key = (key.did, self._seal(key))
        else:
            key = open_ed25519(self._vault, item.endorser.key)
        info = self._composition.endorsement(
            item.endorsement,
            item.school,
            name=item.endorser.name,
            did=key.did,
            target_id=target_id,
            board=item.board.name if item.board else None,
        )
        unsigned = endorse.compose_endorsement(replace(info, status=entry_of_endorsement(item.place)))
        text = jsontext.to_text(proof.secure(unsigned, key, info.valid_from))
        return SignedEndorsement(item.endorsement.id, text, new=True, made_key=made_key)

    async def sign_endorsement(self, school_id: int, endorsement_id: int) -> None:
        """Sign an endorsement of content or of an issuer: an `EndorsementCredential` of the achievement or the did."""
        command = ReadUnsigned(school_id=school_id, endorsement_id=endorsement_id)
        for _ in range(TRIES):
            read = await self._store.look(read_unsigned, command)
            if read is None:
                return
            item, target_id, did = read
            if did is not None and item.lacks_place(did):
                places = TakePlaces(school_id=school_id, did=did, endorsement_ids=(endorsement_id,))
                await self._store.run(take_places, places)
                continue
            signed = await asyncio.to_thread(self._endorsement, item, target_id)
            try:
                await self._store.run(keep_signed, KeepSigned(school_id=school_id, standing=item, signed=signed))
                return
            except Stale:
                continue
        raise Stale

    def _seal(self, key: keys.SigningKey) -> bytes:
        return self._vault.seal(key.seed, label=SealedKey(0, key.did, b"").label)


@dataclass(frozen=True, kw_only=True)
class ReadUnsigned(OfSchool):
    endorsement_id: int


async def read_unsigned(work: Work, command: ReadUnsigned) -> tuple[Standing, str, str | None] | None:
    """What an endorsement of content, or of an issuer, is made from, the id of what is endorsed, and the did of the
    issuer in whose list its status stands; None when it is withdrawn or signed already."""
    endorsement = await work.endorsements.get(command.endorsement_id)
    if endorsement is None or not endorsement.stands or endorsement.target.kind is TargetKind.AWARD:
        return None
    standing = await _standing(work, endorsement)
    if standing.text is not None:
        return None
    if endorsement.target.kind is TargetKind.ISSUER:
        issuer = next((each for each in await work.issuers.all() if each.id == endorsement.target.id), None)
        return None if issuer is None else (standing, issuer.did, issuer.did)
    achievement = await work.shelves.achievement(endorsement.target.id)
    issuer = await work.issuers.current()
    return standing, await document_id(work, achievement.key), issuer.did if issuer else None


@dataclass(frozen=True, kw_only=True)
class KeepSigned(OfSchool):
    standing: Standing
    signed: SignedEndorsement


async def keep_signed(work: Work, command: KeepSigned) -> None:
    """Keep it. Badges that hold a former text of it are issued again.

    Raises:
        Stale: it was withdrawn, changed or signed since it was read, or whom it names changed.
    """
    now = await work.endorsements.get(command.signed.endorsement_id)
    if now != command.standing.endorsement or not await _still_stands(work, command.standing):
        raise Stale
    await _keep_endorsement(work, command.standing.endorsement, command.signed)
    await promise_issue_holding(work, command.signed.endorsement_id)


async def promise_unsigned(work: Work, command: OfSchool) -> int:
    """Promise a credential again for every award that has none that counts: its promise may have been given up."""
    unsigned = await work.awards.without_credential()
    for award in unsigned:
        await promise_issue(work, award.id, settle=False)
    return len(unsigned)


async def document_id(work: Work, badge_key: str) -> str:
    """The achievement's id in documents: one for all its versions, so that endorsements of the content fit each."""
    first = await work.shelves.achievement(await work.shelves.first_id(badge_key))
    return urn(first.public_id)


def _is_current(draft: Draft) -> bool:
    if draft.newest is None or draft.newest.outdated or any(item.text is None for item in draft.standing):
        return False
    if draft.place is not None and "credentialStatus" not in jsontext.from_text(draft.newest.text.encode()):
        return False
    until = valid_until_of(draft.award, draft.school)
    if jsontext.from_text(draft.newest.text.encode()).get("validUntil") != (until and proof.timestamp(until)):
        return False
    if not _rests_on(jsontext.from_text(draft.newest.text.encode()), draft.award):
        return False
    if draft.newest.enclosed != draft.enclosed:
        return False
    return draft.is_true_beside and draft.newest.embedded == tuple(item.endorsement.id for item in draft.standing)


def _rests_on(document: jsontext.JsonObject, award: Award) -> bool:
    """Whether a document names the evidence of the award: a pathway may turn out to rest on other badges."""
    told = [(str(item["name"]), item["description"]) for item in document.get("evidence", ())]
    return len(told) == len(award.evidence) and all(
        one.name.ja in name and one.name.en in name and day == one.on.isoformat()
        for one, (name, day) in zip(award.evidence, told, strict=True)
    )
