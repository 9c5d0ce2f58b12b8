"""Looking: wallet, map, record, settings, help; and setting what can be set."""

import asyncio
from dataclasses import replace

from bot.badges.map_picture import draw_map
from bot.conversation.actions import Action
from bot.conversation.acts import agreements, endorsing, linking, privacy, roles, stopping
from bot.conversation.acts.asked import shown_again
from bot.conversation.doors import door_to
from bot.conversation.foreign import foreign_line
from bot.conversation.map_facts import map_facts, pathway_facts
from bot.conversation.scene import Act, Scene, Values, Views
from bot.conversation.stops import stop_elsewhere, stop_view
from bot.conversation.understanding import Place
from bot.conversation.validity import validity_elsewhere, validity_view
from bot.conversation.views import (
    BroughtLine,
    HelpView,
    MapCourse,
    MapModule,
    MapView,
    MyPages,
    Notice,
    Picture,
    RecordLine,
    RecordView,
    SettingsView,
    View,
    WalletLine,
    WalletView,
    WelcomeConsent,
    WindowsForm,
    WindowsSaved,
)
from bot.domain.language import LANGS
from bot.domain.learning import Route
from bot.domain.people import Consent
from bot.domain.sessions import Room
from bot.domain.spare import Window, WindowKind
from bot.errors import Complaint
from bot.services import looks, pathways, preferences
from bot.services.definitions import definition_of
from bot.services.foreign import look_at_foreign


async def look(scene: Scene, place: Place) -> Views:
    """The screen asked for by name."""
    match place:
        case Place.WALLET:
            return (await wallet(scene), *await shown_again(scene))
        case Place.MAP:
            return (await badge_map(scene),)
        case Place.RECORD:
            return (await record(scene),)
        case Place.SETTINGS:
            return (await settings(scene),)
        case Place.EXPORT:
            return await privacy.export(scene)
        case Place.FORGET:
            return await privacy.confirm(scene)
        case Place.ENDORSING:
            return (await endorsing.list_endorsable(scene),)
        case Place.ROLES:
            return (await roles.look_at_roles(scene),)
        case Place.AGREEMENTS:
            return await agreements.look_at_agreements(scene)
        case Place.ACCOUNTS:
            return await linking.accounts(scene)
        case Place.STOPS:
            return stopping.ask_which(scene)
        case Place.HELP:
            shown = HelpView(scene.parts.addresses.me() is not None)
            return (shown, *await shown_again(scene))
        case Place.ME:
            return (MyPages(await door_to(scene, Room.WALLET)),)


async def wallet(scene: Scene) -> View:
    return replace(await badges_of(scene), door=await door_to(scene, Room.WALLET))


async def badges_of(scene: Scene) -> WalletView:
    """The wallet, without a way into one's pages."""
    held, now = await scene.store.look(looks.look_at_wallet, scene.me), scene.parts.now()
    brought = await scene.store.look(looks.look_at_brought, scene.me)
    taken_in = await scene.store.look(look_at_foreign, scene.me)
    return WalletView(
        tuple(
            WalletLine(
                item.award.public_id,
                definition_of(item.achievement).name,
                item.achievement.level,
                scene.local(item.award.awarded_at).date(),
                item.counts,
                item.award.displayed_at is not None,
                item.award.findable_at is not None,
                item.award.published_at is not None,
                scene.parts.addresses.badge(item.award.public_id),
                stop_view(item.award, scene.zone),
                validity_view(item.award, scene.zone, now),
            )
            for item in held
        ),
        brought=tuple(
            BroughtLine(
                badge.document.name,
                badge.document.on,
                badge.document.issuer_name,
                stop_elsewhere(badge),
                validity_elsewhere(badge, scene.zone, now),
            )
            for badge in brought
        ),
        foreign=tuple(foreign_line(item, now, scene.zone) for item in taken_in),
    )


async def badge_map(scene: Scene) -> View:
    courses = await scene.store.look(looks.look_at_map, scene.me)
    facts = map_facts(courses, scene.person.lang, scene.parts.phrases)
    picture = Picture("map.png", await asyncio.to_thread(draw_map, facts))
    return MapView(
        tuple(
            MapCourse(
                state.course.title,
                state.course.badge.name,
                state.earned,
                tuple(
                    MapModule(
                        module.module.badge.name,
                        module.done,
                        len(module.module.units),
                        module.earned,
                        module.next,
                        module.expired,
                    )
                    for module in state.modules
                ),
                state.expired,
            )
            for state in courses
        ),
        picture,
        await door_to(scene, Room.MAP),
        pathway_facts(
            await scene.store.look(pathways.look_at_pathways, scene.me), scene.person.lang, scene.parts.phrases
        ),
    )


async def record(scene: Scene) -> View:
    seen = await scene.store.look(looks.look_at_record, scene.me)
    lines = tuple(
        RecordLine(
            entry.title,
            entry.completion.completed_at.astimezone(seen.zone).date(),
            entry.unit.minutes if entry.unit else 0,
            entry.completion.route is Route.PRIOR,
            entry.completion.self_assessed,
            entry.completion.reflection,
        )
        for entry in seen.entries
    )
    again = tuple(
        RecordLine(
            item.title, item.done.done_at.astimezone(seen.zone).date(), 0, False, item.done.self_assessed, None, True
        )
        for item in seen.again
    )
    lines = tuple(sorted((*again, *lines), key=lambda line: line.on, reverse=True))
    minutes = sum(line.minutes for line in lines)
    brought = tuple(BroughtLine(item.title, item.on, item.issuer_name) for item in seen.brought)
    return RecordView(lines, minutes, len(seen.awards), await door_to(scene, Room.RECORD), brought)


async def settings(scene: Scene) -> View:
    return replace(await settings_of(scene), door=await door_to(scene, Room.SETTINGS))


async def settings_of(scene: Scene) -> SettingsView:
    """The settings, without a way into one's pages."""
    seen = await scene.store.look(looks.look_at_settings, scene.me)
    following = scene.local(seen.planned.offer_at) if seen.planned else None
    return SettingsView(
        seen.person.name,
        seen.person.lang,
        seen.person.roles,
        seen.person.consents,
        seen.rhythm.windows,
        seen.rhythm.pace,
        following.date() if following else None,
        f"{following:%H:%M}" if following else "",
        seen.person.subjects,
    )


async def open_place(scene: Scene, action: Action, values: Values) -> Views:
    return await look(scene, Place(action.verb))


async def my_language(scene: Scene, action: Action, values: Values) -> Views:
    lang = next((lang for lang in LANGS if lang == action.subject), None)
    if lang is None:
        return (Notice("refused.unknown_thing"),)
    await scene.store.run(preferences.set_language, preferences.SetLanguage(**scene.ids, lang=lang))
    return (Notice("notice.saved_language"),)


async def consent(scene: Scene, action: Action, values: Values) -> Views:
    if action.subject not in set(Consent):
        return (Notice("refused.unknown_thing"),)
    given = action.argument == "on"
    command = preferences.SetConsent(**scene.ids, consent=Consent(action.subject), given=given)
    await scene.store.run(preferences.set_consent, command)
    return (Notice(f"notice.consent_{action.subject}_{'on' if given else 'off'}"),)


async def windows(scene: Scene, action: Action, values: Values) -> Views:
    """The button opens the form; the sent form is kept, or shown again with what was not understood."""
    if "words" not in values:
        seen = await scene.store.look(looks.look_at_settings, scene.me)
        return (WindowsForm(seen.rhythm.windows),)
    return await set_windows(scene, values["words"])


async def set_windows(scene: Scene, words: str) -> Views:
    """Keep what a form says in place of what it showed; show it again with what was not understood.

    Words that name no kind mean free time; where they cannot (a whole night), quiet hours. In the welcome its next
    press follows.
    """
    kept = await _keep_windows(scene, preferences.SetWindows(**scene.ids, words=words))
    if isinstance(kept, Complaint):
        quiet = preferences.SetWindows(**scene.ids, words=words, default=WindowKind.QUIET)
        as_quiet = await _keep_windows(scene, quiet)
        kept = kept if isinstance(as_quiet, Complaint) else as_quiet
    if isinstance(kept, Complaint):
        seen = await scene.store.look(looks.look_at_settings, scene.me)
        return (WindowsForm(seen.rhythm.windows, words, kept.code, kept.params),)
    return (kept,) if scene.person.welcomed_at else (kept, WelcomeConsent())


async def add_windows(scene: Scene, words: str) -> Views | None:
    """Add times told in passing to those that are kept; None when the words tell none."""
    kept = await _keep_windows(scene, preferences.SetWindows(**scene.ids, words=words, add=True))
    return None if isinstance(kept, Complaint) else (kept,)


async def _keep_windows(scene: Scene, command: preferences.SetWindows) -> WindowsSaved | Complaint:
    kept = await scene.store.run(preferences.set_windows, command)
    complaint = next((item for item in kept if isinstance(item, Complaint)), None)
    return complaint or WindowsSaved(tuple(item for item in kept if isinstance(item, Window)))


async def resume(scene: Scene, action: Action, values: Values) -> Views:
    await scene.store.run(preferences.resume, scene.me)
    return (Notice("notice.pace_resumed"),)


ACTS: dict[str, Act] = {
    **dict.fromkeys(Place, open_place),
    "my_lang": my_language,
    "consent": consent,
    "windows": windows,
    "pace": resume,
}
