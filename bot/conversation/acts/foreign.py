"""Badges from elsewhere in chat: verifying one, and taking in one's own, by its address (by files: `files`)."""

from bot.conversation.actions import Action
from bot.conversation.acts.endorsing import endorsable_issuer
from bot.conversation.doors import door_to
from bot.conversation.foreign import foreign_line
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import ForeignFindable, LinkForm, Notice, NotTakenIn, TakenIn, VerdictView
from bot.domain.outcomes import Refused
from bot.domain.sessions import Room
from bot.services.foreign import AboutForeign, NotTaken, own_foreign
from bot.services.foreign_showing import SetForeignFindable, set_findable
from bot.services.verification import LONGEST_LINK


async def verify(scene: Scene, link: str) -> Views:
    """The named checks of what an address leads to; without one, the form that asks for it. Nothing is kept."""
    if not link:
        return (LinkForm("verify", None),)
    looked = await scene.parts.foreign.look(scene.me, link[:LONGEST_LINK])
    if isinstance(looked, Refused):
        return refused(looked)
    return (VerdictView(looked.verdict, issuer=await endorsable_issuer(scene, looked.verdict)),)


async def take_in(scene: Scene, link: str) -> Views:
    """Keep the badge that an address leads to; without one, the form, and the way to where a file can be brought."""
    if not link:
        return (LinkForm("take_in", await door_to(scene, Room.WALLET), scene.workspace.platform),)
    return await taken_or_not(scene, link[:LONGEST_LINK])


async def taken_or_not(scene: Scene, thing: bytes | str, file: str = "") -> Views:
    """Keep the badge in a file, or behind an address, for whom it was given to. `file` is the file's name."""
    taken = await scene.parts.foreign.take_in(scene.me, thing)
    if isinstance(taken, NotTaken):
        return (NotTakenIn(taken.refusal, taken.verdict, file),)
    line = foreign_line(taken.foreign, scene.parts.now(), scene.zone)
    return (TakenIn(line, taken.new, await door_to(scene, Room.WALLET), file),)


async def pressed_verify(scene: Scene, action: Action, values: Values) -> Views:
    return await verify(scene, values.get("link", "").strip())


async def pressed_take_in(scene: Scene, action: Action, values: Values) -> Views:
    return await take_in(scene, values.get("link", "").strip())


async def find(scene: Scene, action: Action, values: Values) -> Views:
    """Whether `who` may name one for a badge from elsewhere: what that means (`ask`), then *yes* or *no*."""
    about = AboutForeign(**scene.ids, badge=action.subject)
    if action.argument == "ask":
        badge = await scene.store.look(own_foreign, about)
        if isinstance(badge, Refused):
            return refused(badge)
        line = foreign_line(badge, scene.parts.now(), scene.zone)
        return (ForeignFindable(line),) if line.may_be_found else refused(Refused("foreign_not_findable"))
    on = action.argument == "yes"
    outcome = await scene.store.run(set_findable, SetForeignFindable(**scene.ids, badge=action.subject, findable=on))
    return refused(outcome) if isinstance(outcome, Refused) else (Notice(f"notice.findable_{'on' if on else 'off'}"),)


ACTS: dict[str, Act] = {"verify": pressed_verify, "take_in": pressed_take_in, "find_foreign": find}
