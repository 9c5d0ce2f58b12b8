"""From what somebody did to what they are told: find out who, ask the use case, answer with views."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.conversation import founding
from bot.conversation.actions import Actions
from bot.conversation.acts import ACTS
from bot.conversation.acts.asking import ask_who
from bot.conversation.acts.colleagues import badges_of_account, badges_of_named
from bot.conversation.acts.endorsing import endorse_in
from bot.conversation.acts.files import look_at_files, take_in_files, verify_files
from bot.conversation.acts.foreign import take_in, verify
from bot.conversation.acts.home import home as own_page
from bot.conversation.acts.learning import offer_now
from bot.conversation.acts.linking import link as link_accounts
from bot.conversation.acts.looking import add_windows, look
from bot.conversation.acts.moving import move
from bot.conversation.acts.proving import addresses, awaits_code, give
from bot.conversation.acts.roles import change_role_in_words, claim
from bot.conversation.acts.welcome import greet
from bot.conversation.cards.welcome import PLACE
from bot.conversation.guests import OWN_PLACES, asks_for_own
from bot.conversation.intents import (
    Answerable,
    Attached,
    BadgesOf,
    Commanded,
    EndorseMessage,
    Intent,
    Origin,
    Pressed,
    ReactionAdded,
    ReactionRemoved,
    Said,
    Submitted,
    readable,
)
from bot.conversation.reconciling import Reads, reconcile_message
from bot.conversation.role_words import RoleRequest
from bot.conversation.scene import Parts, Scene, Views
from bot.conversation.understanding import (
    AddressRequest,
    BadgesRequest,
    ClaimRequest,
    LearnRequest,
    LinkRequest,
    Look,
    MoveRequest,
    NotANumber,
    Place,
    Request,
    TakeInRequest,
    Unknown,
    VerifyRequest,
    WhoRequest,
    code_alone,
    nearest_command,
    own_words,
    plain,
    tells_times,
    understand,
    understand_beside_files,
    understand_command,
)
from bot.conversation.views import Notice, UnitPage, View, WelcomeLanguage
from bot.domain.catalogue import Shelf
from bot.domain.language import Lang
from bot.domain.people import Account, Person, Rest, School, Standing, Workspace
from bot.domain.platform_roles import is_followed, should_lead, standing_with
from bot.errors import Problem
from bot.services import arrivals, delivery, endorsements, preferences, profiles, schools, writing_to
from bot.services.platform_roles import FollowLeader, follow_leader
from bot.services.ports import MessageRef
from bot.services.topics import topics

log = structlog.get_logger(__name__)
SHOWN = 60
"""How much of what was not understood is quoted back."""
REMEMBERED = timedelta(minutes=1)


@dataclass(frozen=True)
class Answer:
    """What to show, privately, in which language."""

    views: Views
    lang: Lang


class Router:
    """One for all platforms."""

    def __init__(self, parts: Parts, actions: Actions) -> None:
        self._parts = parts
        self._actions = actions
        self._homes: dict[tuple[str, str], tuple[tuple[Workspace, School], datetime]] = {}

    async def handle(self, intent: Intent) -> Answer:
        """Answer an intent. When it returns, everything that it did is durable.

        An unexpected failure is raised: an event is then brought again by its platform; for an interaction the
        handler says so.
        """
        intent = readable(intent)
        home = await self._home(intent.origin)
        if home is None:
            return await self._in_no_school(intent)
        workspace, school = home
        intent = replace(intent, origin=_placed(intent.origin, workspace))
        if isinstance(intent, ReactionAdded | ReactionRemoved):
            await self._react(intent, workspace)
            return Answer((), workspace.lang)
        if intent.origin.is_bot:
            return Answer((), workspace.lang)
        if isinstance(intent, Pressed | Submitted | EndorseMessage) and await self._is_stale(intent.origin, workspace):
            return Answer((Notice("refused.forgotten"),), intent.origin.locale or workspace.lang)
        if intent.origin.standing is Standing.GUEST and (refused := await self._guest(intent, workspace)) is not None:
            return refused
        scene = await self._scene(intent.origin, workspace, school)
        try:
            views = await self._answer_as(scene, intent)
        except LookupError:
            # Asked behind what is being committed, which a look would not see yet.
            if await scene.store.run(preferences.language_of, scene.me) is not None:
                raise
            if await self._parts.store.look(arrivals.known, _arriving(intent.origin, workspace)) is not None:
                scene = await self._scene(intent.origin, workspace, school)  # they are one with another person now
                views = await self._answer_as(scene, intent)
            else:
                views = (Notice("notice.forgotten"),)  # they were forgotten while this was on its way
        return Answer(views, await self._language(scene))

    async def _answer_as(self, scene: Scene, intent: Answerable) -> Views:
        try:
            return await self._answer(scene, intent)
        except Problem as problem:
            return (Notice(f"problem.{problem.code}", dict(problem.params)),)

    def may_count(self, platform: str, workspace_key: str, emoji: str) -> bool:
        """Whether a reaction may mean something in a workspace; False only where that is remembered."""
        kept = self._homes.get((platform, workspace_key))
        return kept is None or kept[1] <= self._parts.now() or emoji in kept[0][0].emoji

    async def handle_late(self, intent: ReactionAdded | ReactionRemoved, read: Reads) -> bool:
        """A reaction that its platform brought again, perhaps after what followed it; `read` says what is there now.

        What it tells counts only where it is still so; then its person's reactions are as they are on the message.
        False when that cannot be read: nothing was done.
        """
        home = await self._home(intent.origin)
        if home is None:
            return True
        if intent.origin.is_bot:
            return False
        workspace, user = home[0], intent.origin.user_key
        told = await self._told(replace(intent, origin=_placed(intent.origin, workspace)), workspace)
        mended = await reconcile_message(self._parts.store, workspace, intent.message, read, only=user, told=told)
        return mended is not None

    async def _guest(self, intent: Answerable, workspace: Workspace) -> Answer | None:
        """What a guest is told; None where they ask for their own data, which they have."""
        origin = intent.origin
        found = await self._parts.store.look(arrivals.known, _arriving(origin, workspace))
        if found is None:
            return Answer((Notice("refused.guest"),), origin.locale or workspace.lang)
        try:
            token = intent.action if isinstance(intent, Pressed | Submitted) else None
            action = None if token is None else self._actions.read(token, now=self._parts.now())
        except Problem:
            action = None
        return None if asks_for_own(intent, action) else Answer((Notice("refused.guest_own"),), found[0].lang)

    async def _in_no_school(self, intent: Intent) -> Answer:
        """A workspace that no school uses: only the claim of the first owner opens one."""
        lang = intent.origin.locale or "ja"
        if isinstance(intent, ReactionAdded | ReactionRemoved) or intent.origin.is_bot:
            return Answer((), lang)
        try:
            answer = await founding.found(self._parts, self._actions, intent)
        except Problem as problem:
            answer = (Notice(f"problem.{problem.code}", dict(problem.params)),)
        if not isinstance(answer, founding.Founded):
            return Answer(answer, lang)
        scene = await self._scene(intent.origin, answer.workspace, answer.school)
        views = (*await claim(scene, answer.code), *await greet(scene))
        return Answer(views, await self._language(scene))

    async def changed(self, origin: Origin, *, is_gone: bool) -> None:
        """A platform says something new of somebody, or that they are gone. It matters where they are known."""
        home = await self._home(origin)
        if home is None:
            return
        origin = _placed(origin, home[0])
        told = _arriving(origin, home[0])
        told = replace(told, is_gone=is_gone or told.is_gone)
        found = await self._parts.store.look(arrivals.known, told)
        if found is not None and (profiles.is_news(found[1], told) or arrivals.is_renamed(*found, told)):
            await self._parts.store.run(profiles.follow, told)
        await self._follow_leader(found, origin, home[0])

    async def answered(self, origin: Origin) -> None:
        """What was answered to somebody's words has been said. Brought again, they are passed over from now on."""
        home = await self._home(origin)
        if home is not None and origin.event_id is not None:
            event = arrivals.Event(school_id=home[1].id, platform=origin.platform, event_id=origin.event_id)
            await self._parts.store.run(arrivals.take_in, event)

    async def workspaces(self, platform: str) -> tuple[str, ...]:
        """The keys of the platform's workspaces that schools use."""
        return await self._parts.store.look(schools.workspaces_on, schools.OnPlatform(platform=platform))

    async def same_school(self, platform: str, workspace_key: str) -> tuple[str, ...]:
        """The keys of the platform's workspaces of the school that uses this one; none where no school does."""
        return await self._parts.store.look(schools.same_school, schools.FindHome(platform=platform, key=workspace_key))

    async def known_in(self, platform: str, workspace_key: str) -> tuple[str, ...]:
        """The keys of everybody whose account in a workspace is known."""
        home = await self._parts.store.look(schools.find_home, schools.FindHome(platform=platform, key=workspace_key))
        if home is None:
            return ()
        command = schools.InWorkspace(school_id=home[1].id, workspace_id=home[0].id)
        return await self._parts.store.look(schools.known_in, command)

    async def roles_of_school(self, platform: str, workspace_key: str) -> frozenset[str]:
        """A workspace's own roles whose people belong to its school; none: everybody in it does."""
        home = await self._parts.store.look(schools.find_home, schools.FindHome(platform=platform, key=workspace_key))
        return frozenset() if home is None else home[0].roles.of_school

    async def standing(self, origin: Origin) -> Standing:
        """Somebody's place in their workspace, by its own roles too where their school follows them."""
        home = await self._home(origin)
        return origin.standing if home is None else _placed(origin, home[0]).standing

    async def language(self, origin: Origin) -> Lang:
        """In which language somebody is spoken to. Who was never heard of is not made known by the question."""
        home = await self._home(origin)
        if home is None:
            return origin.locale or "ja"
        found = await self._parts.store.look(arrivals.known, _arriving(origin, home[0]))
        return found[0].lang if found else origin.locale or home[0].lang

    async def keeps(self, message: MessageRef) -> bool:
        """Whether a message is one that its workspace's school said and keeps."""
        home = await self._workspace(message.platform, message.workspace_key)
        if home is None:
            return False
        return await self._parts.store.look(delivery.is_ours, delivery.InMessage(school_id=home[1].id, ref=message))

    async def shelf(self, origin: Origin) -> tuple[Shelf, Lang] | None:
        """What can be learned where somebody is, and their language; None for whoever is no colleague there."""
        home = await self._home(origin)
        if home is None or origin.is_bot or _placed(origin, home[0]).standing is Standing.GUEST:
            return None
        shelf, found = await self._parts.store.look(schools.shelf_for, _arriving(origin, home[0]))
        return shelf, found or origin.locale or home[0].lang

    async def reads(self, origin: Origin) -> Lang | None:
        """The language of somebody who is known here; None for anybody else."""
        home = await self._home(origin)
        found = None if home is None else await self._parts.store.look(arrivals.known, _arriving(origin, home[0]))
        return None if found is None else found[0].lang

    async def home(self, origin: Origin) -> Answer:
        """What stands on somebody's own page in the chat, now. Who only looks at it is not made known by that."""
        home = await self._home(origin)
        if home is None:
            return Answer((Notice("refused.unknown_workspace"),), origin.locale or "ja")
        workspace, school = home
        origin = _placed(origin, workspace)
        lang = origin.locale or workspace.lang
        if await self._is_stale(origin, workspace):
            return Answer((Notice("home.forgotten"),), lang)
        found = await self._parts.store.look(arrivals.known, _arriving(origin, workspace))
        if origin.standing is Standing.GUEST:
            said = Notice("refused.guest" if found is None else "refused.guest_own")
            return Answer((said,), lang if found is None else found[0].lang)
        if found is None:
            return Answer((WelcomeLanguage(origin.user_name or origin.user_key),), lang)
        scene = Scene(self._parts, *found, workspace, school, direct=True)
        views = await (greet(scene) if scene.person.welcomed_at is None else own_page(scene))
        return Answer(views, scene.person.lang)

    def named_workspace(self, action: str) -> str | None:
        """The key of the workspace that a press names where several could be meant; None for all other presses."""
        try:
            read = self._actions.read(action, now=self._parts.now())
        except Problem:
            return None
        return read.subject if read.verb == PLACE else None

    async def compare(self, message: MessageRef, read: Reads) -> None:
        """What is on a message now, read completely, is what counts. Raises what reading raises."""
        found = await self._workspace(message.platform, message.workspace_key)
        if found is not None:
            await reconcile_message(self._parts.store, found[0], message, read)

    async def shown(self, origin: Origin, view: View, ref: MessageRef) -> None:
        """An answer was posted as a message of its own: a unit's page counts as its unit's message."""
        home = await self._home(origin)
        if home is None or not isinstance(view, UnitPage):
            return
        command = delivery.PageShown(school_id=home[1].id, workspace_id=home[0].id, ref=ref, offer=view.offer)
        await self._parts.store.run(delivery.page_shown, command)

    async def _answer(self, scene: Scene, intent: Answerable) -> Views:
        match intent:
            case Pressed(action=token):
                return await self._act(scene, token, {})
            case Submitted(action=token, values=values):
                return await self._act(scene, token, values)
            case EndorseMessage(message=message):
                return await endorse_in(scene, message)
            case BadgesOf(user_key=user_key):
                return await badges_of_account(scene, user_key)
            case Commanded(text=text):
                return await self._words(scene, text, understand_command(text), is_command=True)
            case Said(text=text, files=files):
                return await self._said(scene, text, files)

    async def _said(self, scene: Scene, text: str, files: tuple[Attached, ...]) -> Views:
        """Words may be brought again by their platform: what they do is keyed by their event.

        It is noted last, by `answered`: a process that dies before has told nobody, and the next one does.
        """
        if scene.event is None:
            return await self._heard(scene, text, files)
        event = arrivals.Event(school_id=scene.school.id, platform=scene.workspace.platform, event_id=scene.event)
        if await scene.store.look(arrivals.seen, event):
            return ()
        views = await self._heard(scene, text, files)
        if not views:
            await scene.store.run(arrivals.take_in, event)
        return views

    async def _heard(self, scene: Scene, text: str, files: tuple[Attached, ...]) -> Views:
        """Words, and what came with them. Files without words that ask for something are looked at."""
        if not files:
            return await self._words(scene, text, understand(text), is_command=False)
        request = understand_beside_files(text)
        match request:
            case VerifyRequest(link=link):
                return (*(await verify(scene, link) if link else ()), *await verify_files(scene, files))
            case TakeInRequest(link=link) if scene.person.welcomed_at is not None:
                return (*(await take_in(scene, link) if link else ()), *await take_in_files(scene, files))
            case Unknown():
                return await look_at_files(scene, files)
            case _:
                answered = await self._words(scene, text, request, is_command=False)
                return (*answered, *await look_at_files(scene, files))

    async def _act(self, scene: Scene, token: str, values: dict[str, str]) -> Views:
        action = self._actions.read(token, now=self._parts.now())
        act = ACTS.get(action.verb)
        if act is None:
            return (Notice("problem.action.unknown"),)
        return await act(scene, action, values)

    async def _words(self, scene: Scene, text: str, request: Request, *, is_command: bool) -> Views:
        if isinstance(request, ClaimRequest):
            return await claim(scene, request.code)
        if scene.person.welcomed_at is None and not _needs_no_welcome(scene, request):
            return await greet(scene)
        code = None if is_command or not scene.direct else code_alone(text)
        if code is not None and await awaits_code(scene):
            return await give(scene, code)
        match request:
            case LearnRequest(minutes=minutes, topic=topic):
                return await offer_now(scene, minutes=minutes, topic=topic)
            case WhoRequest(question=question):
                return await ask_who(scene, question)
            case Look(place=place):
                return await look(scene, place)
            case MoveRequest(code=code):
                return await move(scene, code)
            case LinkRequest(code=code):
                return await link_accounts(scene, code)
            case VerifyRequest(link=link):
                return await verify(scene, link)
            case TakeInRequest(link=link):
                return await take_in(scene, link)
            case AddressRequest(address=address, code=code):
                return await (give(scene, code) if code else addresses(scene, address))
            case RoleRequest():
                return await change_role_in_words(scene, request)
            case BadgesRequest(person=person):
                return await badges_of_named(scene, person)
            case NotANumber(typed=typed):
                return (Notice("notice.minutes_not_number", {"typed": typed[:SHOWN]}),)
            case Unknown(words=words):
                return await self._other(scene, text, words, is_command=is_command)

    async def _other(self, scene: Scene, text: str, words: str, *, is_command: bool) -> Views:
        """Weekly windows in words, or a topic to learn about; else what one can say."""
        if not is_command and tells_times(words):
            kept = await add_windows(scene, plain_lines(text))
            if kept is not None:
                return kept
        shelf = await scene.store.look(schools.read_shelf, scene.me)
        if not is_command and topics.units_about(shelf, words):
            return await offer_now(scene, topic=words)
        typed, near = own_words(text)[:SHOWN], nearest_command(words)
        if near is None:
            return (Notice("notice.unknown_command", {"typed": typed}),)
        return (Notice("notice.unknown_command_near", {"typed": typed, "near": near}),)

    async def _react(self, intent: ReactionAdded | ReactionRemoved, workspace: Workspace) -> None:
        told = await self._told(intent, workspace)
        if told is not None:
            await self._parts.store.run(endorsements.react, told)

    async def _told(self, intent: ReactionAdded | ReactionRemoved, workspace: Workspace) -> endorsements.React | None:
        """What a reaction means; None: nothing."""
        if intent.emoji not in workspace.emoji:
            return None
        origin = intent.origin
        if origin.standing is Standing.GUEST and not await self._may_take_back(intent, workspace):
            return None
        if _should_lead(origin, workspace) is not None:
            known = await self._parts.store.look(arrivals.known, _arriving(origin, workspace))
            await self._follow_leader(known, origin, workspace)
        return endorsements.React(
            school_id=workspace.school_id,
            workspace_id=workspace.id,
            user_key=origin.user_key,
            name=origin.user_name,
            locale=origin.locale,
            platform=origin.platform,
            event_id=origin.event_id,
            message=intent.message,
            emoji=intent.emoji,
            added=isinstance(intent, ReactionAdded),
            is_bot=origin.is_bot,
        )

    async def _may_take_back(self, intent: ReactionAdded | ReactionRemoved, workspace: Workspace) -> bool:
        """A guest's reaction counts for nothing; what they gave as a colleague they may take back."""
        known = await self._parts.store.look(arrivals.known, _arriving(intent.origin, workspace))
        return isinstance(intent, ReactionRemoved) and known is not None

    async def _home(self, origin: Origin) -> tuple[Workspace, School] | None:
        return await self._workspace(origin.platform, origin.workspace_key)

    async def _workspace(self, platform: str, workspace_key: str) -> tuple[Workspace, School] | None:
        """The workspace and school, remembered for a minute: they rarely change."""
        key = (platform, workspace_key)
        kept = self._homes.get(key)
        if kept is not None and kept[1] > self._parts.now():
            return kept[0]
        found = await self._parts.store.look(schools.find_home, schools.FindHome(platform=key[0], key=key[1]))
        if found is not None:
            self._homes[key] = (found, self._parts.now() + REMEMBERED)
        return found

    async def _scene(self, origin: Origin, workspace: Workspace, school: School) -> Scene:
        command = _arriving(origin, workspace)
        store = self._parts.store
        found = await store.look(arrivals.known, command)
        if found is not None and profiles.is_news(found[1], command):
            await store.run(profiles.follow, command)
            found = await store.look(arrivals.known, command)
        if found is None or arrivals.is_renamed(*found, command) or not await self._is_recognised(command):
            found = await store.run(arrivals.arrive, command)
        if await self._follow_leader(found, origin, workspace):
            found = await store.run(arrivals.arrive, command)
        if found[1].rests is Rest.UNTIL_USED:
            here = writing_to.WriteHere(school_id=school.id, person_id=found[0].id, account_id=found[1].id)
            await store.run(writing_to.used, here)
        is_admin = origin.standing is Standing.ADMIN
        return Scene(self._parts, *found, workspace, school, origin.direct, origin.event_id, is_admin)

    async def _follow_leader(self, known: tuple[Person, Account] | None, origin: Origin, workspace: Workspace) -> bool:
        """Let somebody lead as their workspace's own roles say; whether that changed anything."""
        leads = _should_lead(origin, workspace)
        if known is None or leads is None or is_followed(*known, leads=leads):
            return False
        person, account = known
        command = FollowLeader(school_id=workspace.school_id, person_id=person.id, account_id=account.id, leads=leads)
        await self._parts.store.run(follow_leader, command)
        return True

    async def _is_recognised(self, command: arrivals.Arrive) -> bool:
        return await self._parts.store.look(arrivals.is_recognised, command)

    async def _is_stale(self, origin: Origin, workspace: Workspace) -> bool:
        """Whether a button outlived its person: only new words bring somebody back who was forgotten."""
        return await self._parts.store.look(arrivals.is_forgotten, _arriving(origin, workspace))

    async def _language(self, scene: Scene) -> Lang:
        """The person's language as it is after the act: they may just have chosen it, or be forgotten."""
        found = await scene.store.look(preferences.language_of, scene.me)
        return found or scene.person.lang


def _placed(origin: Origin, workspace: Workspace) -> Origin:
    """With the place that the workspace's own roles give them, where they are followed."""
    return replace(origin, standing=standing_with(origin.standing, workspace.roles, origin.wears))


def _should_lead(origin: Origin, workspace: Workspace) -> bool | None:
    """Whether their workspace says that they lead; None where it does not say. Nobody does who is no colleague."""
    return None if origin.is_bot else should_lead(workspace.roles, origin.wears)


def _needs_no_welcome(scene: Scene, request: Request) -> bool:
    """What somebody may ask before anything was agreed to. Who runs the workspace may have come for that alone."""
    free = WhoRequest | BadgesRequest | MoveRequest | LinkRequest | VerifyRequest
    if isinstance(request, free) or request in (*OWN_PLACES, Look(Place.ACCOUNTS)):
        return True
    return scene.is_admin and (isinstance(request, RoleRequest) or request == Look(Place.ROLES))


def _arriving(origin: Origin, workspace: Workspace) -> arrivals.Arrive:
    return arrivals.Arrive(
        school_id=workspace.school_id,
        workspace_id=workspace.id,
        user_key=origin.user_key,
        name=origin.user_name,
        locale=origin.locale,
        address=origin.address,
        zone=origin.zone,
        is_gone=origin.standing is Standing.GUEST,
    )


def plain_lines(text: str) -> str:
    """The text normalised line by line: windows may be given one a line."""
    return "\n".join(plain(line) for line in text.splitlines())
