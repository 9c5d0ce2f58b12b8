"""What Discord's menus say of our commands: names and descriptions in both languages.

English is what Discord calls a command by in what it sends; in Japanese clients the Japanese names stand in its place.
The command itself is `/sukima` everywhere. Source: docs.discord.com, "Application Commands", "Localization".
"""

from typing import Any

import discord
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from bot.wording import Wording

LOCALES: dict[discord.Locale, Wording] = {discord.Locale.japanese: Wording("ja")}
"""Languages besides English. Discord shows English to everybody else."""
ENGLISH = Wording("en")


class Translations(Translator):
    """Looks up what was made by `named` and its neighbours."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        wording, key = LOCALES.get(locale), string.extras.get("key")
        return None if wording is None or key is None else wording.say(str(key))


def named(name: Any, of: str = "command") -> locale_str:
    """The name of a subcommand, or `of` an option, a menu, a role."""
    return _said(f"role.{name}" if of == "role" else f"discord.{of}.{name}")


def about_subcommand(name: str) -> locale_str:
    return _said(f"discord.command.{name}.about")


def about_option(name: str) -> locale_str:
    return _said(f"discord.option.{name}.about")


def _said(key: str) -> locale_str:
    return locale_str(ENGLISH.say(key), key=key)
