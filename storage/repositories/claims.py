"""The claim for the first owner: one small document of the deployment."""

import json
from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.ownership import Claim
from storage import tables as t
from storage.scope import Scope

KEY = "owner_claim"


class ClaimRows:
    """Implements `Claims`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def current(self) -> Claim | None:
        text = await self._scope.value(select(t.meta.c.value).where(t.meta.c.key == KEY).with_for_update())
        if text is None:
            return None
        kept = json.loads(text)
        wrong = {who: tuple(map(datetime.fromisoformat, tries)) for who, tries in kept["wrong"].items()}
        return Claim(kept["digest"], kept["school"], wrong)

    async def put(self, claim: Claim | None) -> None:
        if claim is None:
            await self._scope.run(delete(t.meta).where(t.meta.c.key == KEY))
            return
        wrong = {who: [moment.isoformat() for moment in tries] for who, tries in claim.wrong.items()}
        text = json.dumps({"digest": claim.digest, "school": claim.school_id, "wrong": wrong})
        put = self._scope.insert(t.meta).values(key=KEY, value=text)
        await self._scope.run(put.on_conflict_do_update(index_elements=["key"], set_={"value": text}))
