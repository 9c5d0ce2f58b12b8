"""A key is revoked at the moment in which what it signed is kept: either is second, and nothing of the key stays."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from storage_rows import DID, Rows, populate
from storage_world import Place, in_school

from bot.domain.issuers import KeyKind, KeyState
from bot.services import credentials
from bot.services.credentials import Draft, Keep, KeepToken, ReadDraft, SignedEndorsement
from bot.services.issuers import ExchangeKeys, exchange_keys
from bot.services.ports import NewKey, Revision, Work
from storage.repositories.credentials import CredentialRows
from storage.store import RowStore

LEAKED = f"{DID}#school"
A_WHILE = 0.3
"""Seconds for a revocation that would not wait; one that waits takes them all."""


@pytest.fixture
async def rows(store: RowStore, here: Place) -> Rows:
    return await populate(store, here)


async def drafted(store: RowStore, rows: Rows) -> Draft:
    """What follows an edition of the did that was signed with another key, and has no token."""

    async def sign(work: Work) -> None:
        newest = await work.credentials.newest(rows.award.id)
        assert newest is not None
        text = json.dumps({"id": "urn:uuid:x", "issuer": {"id": DID}})
        bare = replace(newest, number=newest.number + 1, text=text, signed_with="former", token=None, token_with="")
        assert await work.credentials.add(rows.award.id, bare)

    await in_school(store, rows.place, sign)
    draft = await store.look(credentials.read_draft, ReadDraft(school_id=rows.place.school.id, award_id=rows.award.id))
    assert draft is not None
    assert draft.key.method == draft.token_key.method == LEAKED
    return draft


@pytest.mark.parametrize("keeps", ["add", "save_token"])
async def test_what_a_key_signed_while_it_is_revoked_does_not_count(
    store: RowStore, rows: Rows, keeps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, school = await drafted(store, rows), rows.place.school.id
    assert draft.newest is not None
    revoking: list[asyncio.Task[Any]] = []
    (key,) = await in_school(store, rows.place, lambda work: work.issuers.keys(rows.issuer.id))
    revoke = ExchangeKeys(
        school_id=school,
        issuer_id=rows.issuer.id,
        replaced=(key.id,),
        made=(NewKey(KeyKind.ED25519, "next", "next", b"sealed"),),
        former=KeyState.REVOKED,
        reason="leak",
    )
    real = getattr(CredentialRows, keeps)

    async def revoked_meanwhile(self: CredentialRows, *given: Any) -> bool:
        revoking.append(asyncio.create_task(store.run(exchange_keys, revoke)))
        await asyncio.wait(revoking, timeout=A_WHILE)
        return bool(await real(self, *given))

    monkeypatch.setattr(CredentialRows, keeps, revoked_meanwhile)
    if keeps == "add":
        signed = tuple(SignedEndorsement(each.endorsement.id, each.text or "{}", new=False) for each in draft.standing)
        edition = replace(
            draft.newest, number=draft.newest.number + 1, signed_with=LEAKED, token="a.b.c", token_with=LEAKED
        )
        await store.run(credentials.keep, Keep(school_id=school, draft=draft, revision=edition, endorsements=signed))
    else:
        await store.run(credentials.keep_token, KeepToken(school_id=school, draft=draft, token="a.b.c"))
    assert await revoking[0] == ((school, rows.award.id),), "it is to be signed anew"
    newest: Revision | None = await in_school(store, rows.place, lambda work: work.credentials.newest(rows.award.id))
    assert newest is not None
    assert (newest.outdated, newest.token) == (keeps == "add", None)
