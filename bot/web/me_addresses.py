"""One's own mail addresses: which are known, proving another one by a code, and removing one."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.addresses import LONGEST_ADDRESS
from bot.domain.outcomes import Refused
from bot.domain.proofs import MOST_KEPT
from bot.services import proving
from bot.services.proving import AboutAddress, AskCode, GiveCode
from bot.web.visits import Form, Visit

PATH = "/me/addresses"
LONGEST_CODE = 20


async def own_addresses(visit: Visit) -> Response:
    """The list, and the forms: for an address, and for the code that waits."""
    return await _page(visit)


async def _page(visit: Visit, *, typed: str = "", wrong_address: str = "", wrong_code: str = "") -> Response:
    own = await visit.parts.store.look(proving.look_at_addresses, visit.me)
    wrong = wrong_address or wrong_code
    return visit.page(
        "me_addresses.html",
        place="settings",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        chat=own.chat,
        mail=[(one.public_id, one.address, one.proved_at.astimezone(visit.zone).date()) for one in own.mail],
        waits=own.asked.address if own.asked else "",
        sends=visit.parts.proving.sends,
        typed=typed,
        wrong_address=wrong_address,
        wrong_code=wrong_code,
        minutes=own.asked.minutes(visit.parts.now()) if own.asked else 0,
        most=MOST_KEPT,
        longest=LONGEST_ADDRESS,
        longest_code=LONGEST_CODE,
    )


async def ask(visit: Visit, form: Form) -> Response:
    """Send a code."""
    typed = form.get("address", "").strip()[:LONGEST_ADDRESS]
    asked = await visit.parts.proving.ask(AskCode(**visit.ids, address=typed))
    if isinstance(asked, Refused):
        return await _page(visit, typed=typed, wrong_address=_sentence(visit, asked))
    return visit.back(PATH, "code_sent")


async def give(visit: Visit, form: Form) -> Response:
    """Prove the address that the code was sent to."""
    command = GiveCode(**visit.ids, code=form.get("code", "")[:LONGEST_CODE])
    proved = await visit.parts.store.run(proving.give_code, command)
    if isinstance(proved, Refused):
        return await _page(visit, wrong_code=_sentence(visit, proved))
    return visit.back(PATH, "address_proved")


async def drop(visit: Visit, form: Form) -> Response:
    """Remove one that was proved by a code."""
    dropped = await visit.parts.store.run(proving.drop_address, AboutAddress(**visit.ids, address=form.get("id", "")))
    if isinstance(dropped, Refused):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.back(PATH, "address_dropped")


def _sentence(visit: Visit, refusal: Refused) -> str:
    return visit.parts.phrases.say(visit.lang, f"refused.{refusal.reason}", **refusal.params)
