"""Who has which role: seen by everybody for themselves, changed by who may; and the first owner's claim."""

import hashlib

from bot.conversation.actions import Action
from bot.conversation.role_words import RoleRequest
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import Notice, RolesView, WhichPerson
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Role
from bot.domain.roles import Right, may
from bot.services import ownership, roles
from bot.wording import Wording

GRANT, REVOKE = "grant", "revoke"
SHOWN = 60


async def look_at_roles(scene: Scene) -> RolesView:
    seen = await scene.store.look(roles.look_at_roles, roles.NamesRoles(**scene.ids, is_admin=scene.is_admin))
    agrees, stops = may(seen.person, Right.AGREE), may(seen.person, Right.STOP_BADGES)
    others = tuple((each.name, each.roles, each.is_gone) for each in seen.others)
    return RolesView(seen.person.roles, agrees, stops, others, seen.may_give, seen.may_take, scene.is_admin)


async def change_role(scene: Scene, action: Action, values: Values) -> Views:
    """The sent form: a person in words, a role, and whether it is given or taken. Who is meant is asked back."""
    role = _role(values.get("role", ""))
    change = values.get("change")
    if role is None or change not in (GRANT, REVOKE):
        return (Notice("refused.unknown_thing"),)
    return await _change_named(scene, values.get("person", "").strip(), role, change == GRANT)


async def change_role_in_words(scene: Scene, request: RoleRequest) -> Views:
    """`/sukima grant leader to …`. What the words leave open is asked by the form."""
    if request.role is None or not request.person:
        seen = await look_at_roles(scene)
        return (*_no_role_in(scene, request, seen), seen)
    return await _change_named(scene, request.person, request.role, request.given)


def _no_role_in(scene: Scene, request: RoleRequest, seen: RolesView) -> Views:
    """To who names roles: what these are called, where their words name more than a person and none of them."""
    allowed = seen.may_give if request.given else seen.may_take
    if not allowed or " " not in request.person:
        return ()
    called = Wording(scene.person.lang).listed(Wording(scene.person.lang).say(f"role.{role}") for role in allowed)
    return (Notice("refused.role_unknown", {"roles": called}),)


async def _change_named(scene: Scene, words: str, role: Role, given: bool) -> Views:
    asked = roles.FindPerson(**scene.ids, words=words, is_admin=scene.is_admin)
    found = await scene.store.look(roles.find_person, asked)
    if isinstance(found, Refused):
        return refused(found)
    if not found:
        return (_nobody(words), await look_at_roles(scene))
    if len(found) > roles.MOST_CANDIDATES:
        return (Notice("refused.many_named", {"words": words[:SHOWN]}), await look_at_roles(scene))
    if len(found) > 1:
        people = tuple(
            (each.person.public_id, each.person.name, tuple(account.user_key for account in each.accounts))
            for each in found
        )
        return (WhichPerson(words[:SHOWN], people, role, given),)
    return await _change(scene, found[0].person.public_id, role, given)


def _nobody(words: str) -> Notice:
    """A mention may be the platform's key of somebody, which tells people nothing: it is not said back."""
    if words.startswith("@"):
        return Notice("refused.nobody_mentioned")
    return Notice("refused.nobody_named", {"words": words[:SHOWN]})


async def change_role_of(scene: Scene, action: Action, values: Values) -> Views:
    """The press that says who was meant."""
    change, _, word = action.argument.partition("_")
    role = _role(word)
    if role is None:
        return (Notice("refused.unknown_thing"),)
    return await _change(scene, action.subject, role, change == GRANT)


async def _change(scene: Scene, public_id: str, role: Role, given: bool) -> Views:
    command = roles.ChangeRole(**scene.ids, to=public_id, role=role, is_admin=scene.is_admin)
    outcome = await scene.store.run(roles.grant_role if given else roles.revoke_role, command)
    if isinstance(outcome, Refused):
        return refused(outcome)
    said = scene.parts.phrases.say(scene.person.lang, f"role.{role}")
    params: dict[str, str | int | Bilingual] = {"name": outcome.person.name, "role": said}
    if not outcome.is_new:
        return (Notice("notice.role_is_so" if given else "notice.role_is_not_so", params),)
    return (Notice("notice.role_granted" if given else "notice.role_revoked", params), await look_at_roles(scene))


def _role(word: str) -> Role | None:
    return next((role for role in Role if role == word), None)


async def claim(scene: Scene, code: str) -> Views:
    """`/sukima claim CODE`: become the first owner."""
    account = scene.account
    who = mark_of(scene.workspace.platform, scene.workspace.key, account.user_key)
    outcome = await scene.store.run(ownership.claim, ownership.TakeClaim(**scene.ids, code=code, who=who))
    return refused(outcome) if isinstance(outcome, Refused) else (Notice("notice.owner_now"),)


async def found_meanwhile(scene: Scene, action: Action, values: Values) -> Views:
    """The form that opens a school came when the workspace had one already: the code decides who is its owner."""
    return await claim(scene, action.subject)


def mark_of(platform: str, workspace_key: str, user_key: str) -> str:
    """An opaque mark of an account, by which wrong tries are counted."""
    return hashlib.sha256(f"{platform}|{workspace_key}|{user_key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


ACTS: dict[str, Act] = {"role": change_role, "role_of": change_role_of, "found": found_meanwhile}
