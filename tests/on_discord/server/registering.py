"""Commands that an app registers are held to Discord's rules."""

import re
import unicodedata
from typing import Any

from on_discord.server.refusals import Complaints
from on_discord.server.world import Json

CHAT, ON_USER, ON_MESSAGE = 1, 2, 3
MOST = {CHAT: 100, ON_USER: 15, ON_MESSAGE: 15}
GROUP, SUBCOMMAND = 2, 1
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(3, 12)
LARGEST = 8000
LOCALES = frozenset(
    {
        "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
        "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
    }
)  # fmt: skip
_NAME = re.compile(r"[-_'\w]{1,32}")


class Registered:
    """Goes through a list of commands."""

    def __init__(self) -> None:
        self.wrong = Complaints()

    def check(self, commands: list[Any], path: str = "") -> None:
        """Raises Refusal."""
        names: set[tuple[int, str]] = set()
        for place, each in enumerate(commands):
            at = f"{path}{place}"
            self._command(at, each)
            key = (int(each.get("type") or CHAT), str(each.get("name")))
            if key in names:
                self.wrong.add(at, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
            names.add(key)
        for kind, most in MOST.items():
            if sum(key[0] == kind for key in names) > most:
                self.wrong.add("_", "APPLICATION_COMMANDS_MAX", f"Maximum number of application commands is {most}")
        self.wrong.refuse()

    def _command(self, at: str, each: Json) -> None:
        kind = int(each.get("type") or CHAT)
        if kind not in MOST:
            self.wrong.add(f"{at}.type", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3).")
        self._named(at, each, of_chat=kind == CHAT)
        if kind == CHAT:
            self._options(at, each.get("options") or [], depth=0)
            if size(each) > LARGEST:
                self.wrong.add(at, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({LARGEST})")
        elif each.get("description") or each.get("options"):
            self.wrong.add(at, "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED", "Context menus have neither")
        granted = each.get("default_member_permissions")
        if granted is not None and not str(granted).isdigit():
            self.wrong.add(f"{at}.default_member_permissions", "BASE_TYPE_BAD_INT", "Must be a number.")
        for name, known in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
            for one in each.get(name) or ():
                if one not in known:
                    self.wrong.add(f"{at}.{name}", "BASE_TYPE_CHOICES", f"Value must be one of {known}.")

    def _named(self, at: str, each: Json, *, of_chat: bool) -> None:
        self._name(f"{at}.name", each.get("name"), of_chat=of_chat)
        for locale, name in (each.get("name_localizations") or {}).items():
            self._locale(f"{at}.name_localizations.{locale}", locale)
            self._name(f"{at}.name_localizations.{locale}", name, of_chat=of_chat)
        if of_chat:
            self.wrong.text(f"{at}.description", each.get("description"), 1, 100)
            for locale, said in (each.get("description_localizations") or {}).items():
                self._locale(f"{at}.description_localizations.{locale}", locale)
                self.wrong.text(f"{at}.description_localizations.{locale}", said, 1, 100)

    def _name(self, path: str, name: Any, *, of_chat: bool) -> None:
        self.wrong.text(path, name, 1, 32)
        if of_chat and isinstance(name, str) and (not _NAME.fullmatch(name) or name != name.lower()):
            self.wrong.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        if isinstance(name, str) and any(unicodedata.category(each) in ("Cc", "Cf") for each in name):
            self.wrong.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")

    def _locale(self, path: str, locale: str) -> None:
        if locale not in LOCALES:
            self.wrong.add(path, "BASE_TYPE_CHOICES", "Not a known locale.")

    def _options(self, at: str, options: list[Json], depth: int) -> None:
        self.wrong.count(f"{at}.options", options, 0, 25)
        names: set[str] = set()
        optional = False
        for place, each in enumerate(options):
            path, kind = f"{at}.options.{place}", each.get("type")
            self._named(path, each, of_chat=True)
            if each.get("name") in names:
                self.wrong.add(f"{path}.name", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option name is taken")
            names.add(str(each.get("name")))
            if kind in (SUBCOMMAND, GROUP):
                if depth + (kind == SUBCOMMAND) > 2 or (kind == GROUP and depth):
                    self.wrong.add(f"{path}.type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deeply")
                self._options(path, each.get("options") or [], depth + 1)
                continue
            if kind not in range(STRING, FILE + 1):
                self.wrong.add(f"{path}.type", "BASE_TYPE_CHOICES", "Not a known type.")
            if each.get("required") and optional:
                message = "Required options must be placed before non-required options"
                self.wrong.add(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
            optional = optional or not each.get("required")
            self._choices(path, each)
        kinds = {each.get("type") in (SUBCOMMAND, GROUP) for each in options}
        if len(kinds) > 1:
            self.wrong.add(
                f"{at}.options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options mixed"
            )

    def _choices(self, path: str, each: Json) -> None:
        choices = each.get("choices") or []
        self.wrong.count(f"{path}.choices", choices, 0, 25)
        if choices and each.get("autocomplete"):
            message = "Choices and autocomplete cannot both be there"
            self.wrong.add(path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_INVALID", message)
        for place, one in enumerate(choices):
            self.wrong.text(f"{path}.choices.{place}.name", one.get("name"), 1, 100)
            for locale, name in (one.get("name_localizations") or {}).items():
                self._locale(f"{path}.choices.{place}.name_localizations.{locale}", locale)
                self.wrong.text(f"{path}.choices.{place}.name_localizations.{locale}", name, 1, 100)
            if each.get("type") == STRING:
                self.wrong.text(f"{path}.choices.{place}.value", one.get("value"), 1, 100)
        self.wrong.number(f"{path}.min_length", each.get("min_length"), 0, 6000)
        self.wrong.number(f"{path}.max_length", each.get("max_length"), 1, 6000)


def size(each: Json) -> int:
    """What a command counts: names, descriptions and values, in the language in which each is longest."""

    def longest(name: str) -> int:
        localised = (each.get(f"{name}_localizations") or {}).values()
        return max((len(one) for one in (str(each.get(name) or ""), *localised)), default=0)

    own = longest("name") + longest("description") + len(str(each.get("value", "")))
    return own + sum(size(one) for name in ("options", "choices") for one in each.get(name) or ())


def registered(given: Json, key: str, application: str, version: str, guild: str | None) -> Json:
    """A command as Discord gives it back: what was not said has its default."""
    kind = int(given.get("type") or CHAT)
    granted = given.get("default_member_permissions")
    contexts, types = given.get("contexts"), given.get("integration_types")
    known: Json = {
        "id": key, "application_id": application, "version": version, "type": kind, "name": given["name"],
        "name_localizations": given.get("name_localizations"), "description": given.get("description") or "",
        "description_localizations": given.get("description_localizations"), "nsfw": bool(given.get("nsfw")),
        "default_member_permissions": None if granted is None else str(granted), "dm_permission": True,
        "contexts": contexts, "integration_types": [0] if types is None else types,
    }  # fmt: skip
    if given.get("options"):
        known["options"] = given["options"]
    if guild is not None:
        known["guild_id"] = guild
    return known
