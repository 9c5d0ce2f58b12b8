"""The welcome: at most three presses (language, quiet hours, consent), then the first unit."""

from dataclasses import replace

from bot.conversation.actions import Action
from bot.conversation.acts.learning import offer_now
from bot.conversation.scene import Act, Scene, Values, Views
from bot.conversation.views import Notice, WelcomeConsent, WelcomeLanguage, WelcomeQuiet, WindowsForm
from bot.domain.language import LANGS
from bot.domain.people import Consent
from bot.domain.spare import WindowKind
from bot.services import looks, preferences


async def greet(scene: Scene) -> Views:
    """The first press: in which language?"""
    return (WelcomeLanguage(scene.person.name),)


async def language(scene: Scene, action: Action, values: Values) -> Views:
    """Keep the language and ask about quiet hours."""
    lang = next((lang for lang in LANGS if lang == action.subject), None)
    if lang is None:
        return (Notice("refused.unknown_thing"),)
    person = await scene.store.run(preferences.set_language, preferences.SetLanguage(**scene.ids, lang=lang))
    if person.welcomed_at is not None:
        return (Notice("notice.saved_language"),)
    return (await _quiet(replace(scene, person=person)),)


async def quiet(scene: Scene, action: Action, values: Values) -> Views:
    """Quiet hours as proposed, or in one's own words first."""
    if action.subject == "edit":
        seen = await scene.store.look(looks.look_at_settings, scene.me)
        return (WindowsForm(seen.rhythm.windows),)
    return (WelcomeConsent(),)


async def deliver(scene: Scene, action: Action, values: Values) -> Views:
    """With or without spare moments: begun, and a first unit at once."""
    consent = preferences.SetConsent(**scene.ids, consent=Consent.DELIVERY, given=action.subject == "yes")
    first_time = scene.person.welcomed_at is None
    await scene.store.run(preferences.welcome, consent)
    said = Notice(f"notice.consent_delivery_{'on' if consent.given else 'off'}")
    return (said, *await offer_now(scene)) if first_time else (said,)


async def _quiet(scene: Scene) -> WelcomeQuiet:
    seen = await scene.store.look(looks.look_at_settings, scene.me)
    return WelcomeQuiet(tuple(window for window in seen.rhythm.windows if window.kind is WindowKind.QUIET))


ACTS: dict[str, Act] = {"lang": language, "quiet": quiet, "deliver": deliver}
