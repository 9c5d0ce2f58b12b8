"""Settings: every consent and switch in plain words, language, times of the week, pace, and where one is in."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.language import LANGS
from bot.domain.people import Consent, Role
from bot.domain.spare import Window, WindowKind
from bot.errors import Complaint
from bot.intake.windows import LONGEST_TEXT
from bot.services import awards, looks, preferences, sessions
from bot.web.me_badges import ON
from bot.web.visits import Form, Visit
from bot.wording import Wording

PATH = "/me/settings"
HERE = "here"
"""Stands for the session of the browser that asks."""


async def settings(visit: Visit) -> Response:
    return await _settings(visit)


async def _settings(visit: Visit, *, typed: str = "", complaint: str = "", status: int = HTTPStatus.OK) -> Response:
    seen = await visit.parts.store.look(looks.look_at_settings, visit.me)
    held = await visit.parts.store.look(looks.look_at_wallet, visit.me)
    wording = Wording(visit.lang)
    following = seen.planned.offer_at.astimezone(visit.zone) if seen.planned else None
    return visit.page(
        "me_settings.html",
        place="settings",
        status=status,
        consents=[(consent.value, consent in seen.person.consents) for consent in Consent],
        role_names=[wording.say(f"role.{role}") for role in Role if role in seen.person.roles],
        languages=LANGS,
        longest=LONGEST_TEXT,
        windows=wording.windows(seen.rhythm.windows),
        pace=seen.rhythm.pace,
        next_on=following.date() if following else None,
        next_at=f"{following:%H:%M}" if following else "",
        findable=sum(item.award.findable_at is not None for item in held),
        typed=typed,
        complaint=complaint,
    )


async def set_language(visit: Visit, form: Form) -> Response:
    lang = next((lang for lang in LANGS if lang == form.get("language")), None)
    if lang is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    await visit.parts.store.run(preferences.set_language, preferences.SetLanguage(**visit.ids, lang=lang))
    return visit.back(PATH, "language")


async def set_consent(visit: Visit, form: Form) -> Response:
    """Give or withdraw one consent."""
    name, on = visit.request.path_params["consent"], form.get("to") == ON
    if name not in set(Consent):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    command = preferences.SetConsent(**visit.ids, consent=Consent(name), given=on)
    await visit.parts.store.run(preferences.set_consent, command)
    return visit.back(PATH, f"{name}_{'on' if on else 'off'}")


async def set_windows(visit: Visit, form: Form) -> Response:
    """Times in words; what is not understood is said beside what was typed. Words without a kind mean free time;
    where they cannot (a whole night), quiet hours."""
    words = form.get("words", "")
    kept = await _keep(visit, words, WindowKind.FREE)
    if isinstance(kept, Complaint) and await _keep(visit, words, WindowKind.QUIET) is None:
        kept = None
    if kept is None:
        return visit.back(PATH, "windows")
    complaint = Wording(visit.lang).say(f"complaint.{kept.code}", **kept.params)
    return await _settings(visit, typed=words, complaint=complaint, status=HTTPStatus.UNPROCESSABLE_ENTITY)


async def _keep(visit: Visit, words: str, default: WindowKind) -> Complaint | None:
    command = preferences.SetWindows(**visit.ids, words=words, default=default)
    kept = await visit.parts.store.run(preferences.set_windows, command)
    wrong = [item for item in kept if not isinstance(item, Window)]
    return wrong[0] if wrong else None


async def resume(visit: Visit, form: Form) -> Response:
    """Back to the usual pace."""
    await visit.parts.store.run(preferences.resume, visit.me)
    return visit.back(PATH, "resumed")


async def unfindable(visit: Visit, form: Form) -> Response:
    """Be named for nothing (any more), and so be asked for no introduction."""
    held = await visit.parts.store.look(looks.look_at_wallet, visit.me)
    for item in held:
        if item.award.findable_at is not None:
            command = awards.SetFindable(**visit.ids, award=item.award.public_id, findable=False)
            await visit.parts.store.run(awards.set_findable, command)
    return visit.back(PATH, "unfound")


@dataclass(frozen=True)
class WhereIn:
    """One session as its owner sees it."""

    id: str
    browser: str
    since: date
    seen: date
    here: bool


async def own_sessions(visit: Visit) -> Response:
    """In which browsers one is in, by date."""
    found = await visit.parts.store.look(sessions.own_sessions, visit.me)
    lines = [
        WhereIn(
            one.public_id,
            one.browser,
            one.begun_at.astimezone(visit.zone).date(),
            one.seen_at.astimezone(visit.zone).date(),
            one.id == visit.session.id,
        )
        for one in found
    ]
    return visit.page("me_sessions.html", place="settings", sessions=lines)


def one_session(visit: Visit, public_id: str) -> sessions.OneSession:
    return sessions.OneSession(**visit.ids, session=public_id)


async def end_session(visit: Visit, form: Form) -> Response:
    """End one of one's sessions; ending this one is leaving."""
    named = form.get("session", "")
    ended = one_session(visit, visit.session.public_id if named == HERE else named)
    await visit.parts.store.run(sessions.end_session, ended)
    if ended.session == visit.session.public_id:
        return visit.back("/me/left")
    return visit.back("/me/sessions", "session_ended")


async def end_others(visit: Visit, form: Form) -> Response:
    await visit.parts.store.run(sessions.end_others, one_session(visit, visit.session.public_id))
    return visit.back("/me/sessions", "others_ended")
