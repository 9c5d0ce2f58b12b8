"""What was brought: counted as what is new, and told apart by who signed it. On both databases."""

from dataclasses import replace

from storage_rows import DOCUMENT, ELSEWHERE
from storage_world import Place

from bot.services.commands import ByPerson
from bot.services.ports import Work
from storage.store import RowStore


async def test_many_completions_are_counted_once(store: RowStore, here: Place) -> None:
    many = [replace(ELSEWHERE, unit_key=f"unit-{number}") for number in range(600)]

    async def keep(work: Work, command: ByPerson) -> int:
        return await work.moves.keep_completions(command.person_id, many)

    ann = ByPerson(school_id=here.school.id, person_id=here.ann.id)
    assert [await store.run(keep, ann) for _ in range(2)] == [600, 0]


async def test_one_id_by_two_issuers_is_two_documents(store: RowStore, here: Place) -> None:
    async def bringers(work: Work, command: ByPerson) -> list[int | None]:
        await work.moves.keep(command.person_id, replace(DOCUMENT, issuer="did:key:forged"))
        return [
            await work.moves.bringer(issuer, DOCUMENT.document_id) for issuer in ("did:key:forged", DOCUMENT.issuer)
        ]

    assert await store.run(bringers, ByPerson(school_id=here.school.id, person_id=here.ann.id)) == [here.ann.id, None]
