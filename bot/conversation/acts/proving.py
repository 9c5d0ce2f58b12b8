"""One's own mail addresses in chat: which are known, a code to prove another, and the code typed back."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import AddressesView, AddressLine, CodeForm, Notice
from bot.domain.addresses import normalised
from bot.domain.outcomes import Refused
from bot.domain.proofs import AskedCode
from bot.services import proving
from bot.services.proving import MINUTES, AboutAddress, AskCode, GiveCode

LONGEST_TYPED = 300


async def addresses(scene: Scene, typed: str = "") -> Views:
    """The list, with the form that asks for another one where this deployment sends mail.

    An address that was typed stands in the form already: sending to it takes a press, since it may be anybody's.
    """
    own = await scene.store.look(proving.look_at_addresses, scene.me)
    lines = tuple(AddressLine(one.public_id, one.address, scene.local(one.proved_at).date()) for one in own.mail)
    waits = own.asked.address if own.asked else None
    address = normalised(typed) or ""
    if address in (*own.chat, *(one.address for one in own.mail)):
        return refused(Refused("mail_known", {"address": address}))
    return (AddressesView(own.chat, lines, scene.parts.proving.sends, waits, address),)


async def ask(scene: Scene, address: str) -> Views:
    """Send a code to an address, as the form says."""
    asked = await scene.parts.proving.ask(AskCode(**scene.ids, address=address[:LONGEST_TYPED]))
    return refused(asked) if isinstance(asked, Refused) else (CodeForm(asked.address, MINUTES),)


async def awaits_code(scene: Scene) -> bool:
    """Whether a code was sent to this person that can still be typed."""
    return (await scene.store.look(proving.look_at_addresses, scene.me)).asked is not None


async def give(scene: Scene, code: str) -> Views:
    """Prove the address that the code was sent to."""
    proved = await scene.store.run(proving.give_code, GiveCode(**scene.ids, code=code[:LONGEST_TYPED]))
    if isinstance(proved, Refused):
        return refused(proved)
    return (Notice("notice.address_proved", {"address": proved.address}),)


def _form(scene: Scene, asked: AskedCode | None) -> Views:
    if asked is None:
        return refused(Refused("mail_no_code"))
    return (CodeForm(asked.address, asked.minutes(scene.parts.now())),)


async def pressed_list(scene: Scene, action: Action, values: Values) -> Views:
    return await addresses(scene)


async def pressed_ask(scene: Scene, action: Action, values: Values) -> Views:
    return await ask(scene, values.get("address", ""))


async def pressed_give(scene: Scene, action: Action, values: Values) -> Views:
    return await give(scene, values.get("code", ""))


async def pressed_code_form(scene: Scene, action: Action, values: Values) -> Views:
    """The form for a code that was sent before."""
    own = await scene.store.look(proving.look_at_addresses, scene.me)
    return _form(scene, own.asked)


async def pressed_drop(scene: Scene, action: Action, values: Values) -> Views:
    dropped = await scene.store.run(proving.drop_address, AboutAddress(**scene.ids, address=action.subject))
    return refused(dropped) if isinstance(dropped, Refused) else await addresses(scene)


ACTS: dict[str, Act] = {
    "addresses": pressed_list,
    "prove_address": pressed_ask,
    "give_code": pressed_give,
    "type_code": pressed_code_form,
    "drop_address": pressed_drop,
}
