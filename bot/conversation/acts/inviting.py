"""Asking colleagues to endorse one's own badge, and what a colleague who was asked may do with it."""

from bot.conversation.actions import Action, dashed
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import InviteForm, InviteQuestion, InviteWhich, Notice
from bot.domain.outcomes import Refused
from bot.services import invitations
from bot.services.awards import AboutAward

MOST_LISTED = 24
"""More colleagues than this are not listed in a form: one types a name."""
MOST_MEANT = 10
SHOWN = 60


async def look(scene: Scene, action: Action, values: Values) -> Views:
    """*Ask a colleague*."""
    return await _form(scene, action.subject)


async def _form(scene: Scene, award: str, typed: str | None = None) -> Views:
    seen = await scene.store.look(invitations.look_at_inviting, AboutAward(**scene.ids, award=award))
    if isinstance(seen, Refused):
        return refused(seen)
    listed = len(seen.colleagues) <= MOST_LISTED
    return (
        InviteForm(
            award,
            seen.name,
            tuple(
                (each.invitation.public_id, each.name, scene.local(each.invitation.asked_at).date())
                for each in seen.asked
            ),
            seen.left,
            tuple((person.public_id, person.name) for person in seen.colleagues) if listed else (),
            typed,
            bool(seen.colleagues),
        ),
    )


async def whom(scene: Scene, action: Action, values: Values) -> Views:
    """The form was sent: whom they mean is asked back, and what asking means."""
    words = values.get("person", "").strip()
    find = invitations.FindColleague(**scene.ids, award=action.subject, words=words)
    found = await scene.store.look(invitations.find_colleague, find)
    if isinstance(found, Refused):
        return refused(found)
    if not 0 < len(found) <= MOST_MEANT:
        return await _form(scene, action.subject, words[:SHOWN])
    if len(found) > 1:
        people = tuple((person.public_id, person.name) for person in found)
        return (InviteWhich(action.subject, words[:SHOWN], people),)
    return await _question(scene, action.subject, found[0].public_id)


async def which(scene: Scene, action: Action, values: Values) -> Views:
    """The press that says who was meant."""
    return await _question(scene, action.subject, dashed(action.argument))


async def _question(scene: Scene, award: str, colleague: str) -> Views:
    find = invitations.FindColleague(**scene.ids, award=award, words=colleague)
    found = await scene.store.look(invitations.find_colleague, find)
    if isinstance(found, Refused):
        return refused(found)
    seen = await scene.store.look(invitations.look_at_inviting, AboutAward(**scene.ids, award=award))
    if isinstance(seen, Refused) or len(found) != 1:
        return (Notice("refused.invite_nobody"),)
    return (InviteQuestion(award, seen.name, found[0].public_id, found[0].name),)


async def send(scene: Scene, action: Action, values: Values) -> Views:
    """*Ask*: they are asked."""
    command = invitations.Invite(**scene.ids, award=action.subject, colleague=dashed(action.argument))
    outcome = await scene.store.run(invitations.invite, command)
    if isinstance(outcome, Refused):
        return refused(outcome)
    return (Notice("notice.invited", {"colleague": outcome.name, "name": outcome.badge}),)


async def take_back(scene: Scene, action: Action, values: Values) -> Views:
    command = invitations.AboutInvitation(**scene.ids, invitation=action.subject)
    outcome = await scene.store.run(invitations.take_back, command)
    return refused(outcome) if isinstance(outcome, Refused) else (Notice("notice.uninvited"),)


async def put_away(scene: Scene, action: Action, values: Values) -> Views:
    """*Not now*, by the colleague."""
    command = invitations.AboutInvitation(**scene.ids, invitation=action.subject)
    outcome = await scene.store.run(invitations.put_away, command)
    return refused(outcome) if isinstance(outcome, Refused) else (Notice(f"notice.invite_away.{outcome}"),)


async def not_asked(scene: Scene, action: Action, values: Values) -> Views:
    return (Notice("notice.invite_not"),)


ACTS: dict[str, Act] = {
    "invite": look,
    "invite_whom": whom,
    "invite_which": which,
    "invite_send": send,
    "invite_back": take_back,
    "invite_not": not_asked,
    "invite_away": put_away,
}
