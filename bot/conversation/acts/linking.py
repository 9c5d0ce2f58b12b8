"""One's own accounts: the code, what it would do, and the press; where Sukima writes; and two people again."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import AccountLine, AccountsView, LinkCodeView, LinkPreview, Notice, UnlinkQuestion
from bot.domain.linking import CODE_LIVES
from bot.domain.outcomes import Refused
from bot.services import linking, writing_to

LONGEST_TYPED = 100
MINUTES = CODE_LIVES.seconds // 60


async def link(scene: Scene, code: str) -> Views:
    """Without a code: one to type on the other account. With one: what it would do."""
    if not code.strip():
        return await begin(scene)
    seen = await scene.store.run(linking.look_ahead, linking.LookAhead(**scene.ids, code=code[:LONGEST_TYPED]))
    if isinstance(seen, Refused):
        return refused(seen)
    counts = (seen.badges, seen.doubled, seen.completions, seen.withdrawn, seen.alike)
    return (LinkPreview(seen.link, seen.stays, seen.goes, *counts),)


async def begin(scene: Scene) -> Views:
    begun = await scene.store.run(linking.begin, linking.BeginLink(**scene.ids, account_id=scene.account.id))
    return refused(begun) if isinstance(begun, Refused) else (LinkCodeView(begun.code, MINUTES),)


async def accounts(scene: Scene) -> Views:
    """One's own accounts, and which of them Sukima writes to."""
    own = await scene.store.look(linking.look_at_accounts, scene.me)
    several = len(own) > 1
    return (
        AccountsView(
            tuple(
                AccountLine(
                    one.account.id,
                    one.workspace.platform,
                    one.account.name or scene.person.name,
                    is_here=one.account.id == scene.account.id,
                    is_written_to=several and one.account.rests is None,
                )
                for one in own
            )
        ),
    )


def _number(action: Action) -> int:
    """The account that a button is about; 0, which nobody has, where it is about none."""
    return int(action.subject) if action.subject.isdecimal() else 0


async def pressed_begin(scene: Scene, action: Action, values: Values) -> Views:
    return await begin(scene)


async def pressed_code(scene: Scene, action: Action, values: Values) -> Views:
    """The form with a code from the other account."""
    code = values.get("code", "")
    return await link(scene, code) if code.strip() else refused(Refused("link_code"))


async def confirm(scene: Scene, action: Action, values: Values) -> Views:
    """*Link*: everything at once, or nothing."""
    command = linking.ConfirmLink(**scene.ids, link=action.subject, account_id=scene.account.id)
    linked = await scene.store.run(linking.link, command)
    if isinstance(linked, Refused):
        return refused(linked)
    done = Notice("notice.linked", {"badges": linked.badges})
    return (done, Notice("notice.linked_withdrawn", {"n": linked.withdrawn})) if linked.withdrawn else (done,)


async def write_here(scene: Scene, action: Action, values: Values) -> Views:
    command = writing_to.WriteHere(**scene.ids, account_id=_number(action), chosen=True)
    await scene.store.run(writing_to.used, command)
    return await accounts(scene)


async def ask_unlink(scene: Scene, action: Action, values: Values) -> Views:
    """What unlinking does, before it is done."""
    own = await scene.store.look(linking.look_at_accounts, scene.me)
    found = next((one for one in own if one.account.id == _number(action)), None)
    if found is None:
        return refused(Refused("not_yours"))
    return (UnlinkQuestion(found.account.id, found.workspace.platform, found.account.name or scene.person.name),)


async def unlink(scene: Scene, action: Action, values: Values) -> Views:
    command = linking.AboutAccount(**scene.ids, account_id=_number(action))
    unlinked = await scene.store.run(linking.unlink, command)
    return refused(unlinked) if isinstance(unlinked, Refused) else (Notice("notice.unlinked"),)


ACTS: dict[str, Act] = {
    "link_begin": pressed_begin,
    "link_code": pressed_code,
    "link_yes": confirm,
    "write_here": write_here,
    "unlink": ask_unlink,
    "unlink_yes": unlink,
}
