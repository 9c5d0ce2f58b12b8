"""How people find a command: by the names that they read in their language, with what they type behind it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from on_discord.server import permissions
from on_discord.server.registering import (
    BOOLEAN,
    CHAT,
    GROUP,
    INTEGER,
    NUMBER,
    ON_MESSAGE,
    ON_USER,
    STRING,
    SUBCOMMAND,
    USER,
)
from on_discord.server.world import Channel, Json

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike


_NUMBER = re.compile(r"[-+]?\d{1,15}")


@dataclass(frozen=True)
class Chosen:
    """A command, the way of subcommands to what is done, and the options there."""

    command: Json
    path: tuple[Json, ...]

    @property
    def options(self) -> list[Json]:
        return list((self.path[-1] if self.path else self.command).get("options") or [])

    @property
    def open_text(self) -> Json | None:
        """The option that takes what is typed freely, when there is one."""
        return next((each for each in self.options if each["type"] == STRING), None)


def shown_name(each: Json, locale: str) -> str:
    return str((each.get("name_localizations") or {}).get(locale) or each["name"])


def usable(discord: "DiscordLike", user: str, where: Channel) -> list[Json]:
    """The commands that a person finds there: by context, and by what they may."""
    guild = discord.guild_of(where)
    context = 0 if guild is not None else 1
    found = []
    for each in discord.app.known(guild.id if guild else None):
        contexts = each["contexts"]
        if contexts is not None and context not in contexts:
            continue
        if guild is not None:
            granted = discord.granted(where, user)
            needed = each["default_member_permissions"]
            if not granted & permissions.USE_APPLICATION_COMMANDS:
                continue
            if (
                needed is not None
                and (int(needed) & ~granted or needed == "0")
                and not granted & permissions.ADMINISTRATOR
            ):
                continue
        found.append(each)
    return found


def choose(discord: "DiscordLike", user: str, where: Channel, names: list[str], kind: int = CHAT) -> Chosen:
    """The command that is meant by these names, in the person's language or as registered."""
    locale = discord.users[user].locale
    here = [each for each in usable(discord, user, where) if each["type"] == kind]
    command = _named(here, names[0], locale)
    if command is None:
        shown = [shown_name(each, locale) for each in here]
        raise AssertionError(f"there is no command {names[0]!r} here, but {shown}")
    path: list[Json] = []
    for name in names[1:]:
        inside = (path[-1] if path else command).get("options") or []
        found = _named([each for each in inside if each["type"] in (SUBCOMMAND, GROUP)], name, locale)
        if found is None:
            raise AssertionError(f"{names!r}: there is no {name!r}, but {[shown_name(one, locale) for one in inside]}")
        path.append(found)
    return Chosen(command, tuple(path))


def _named(listed: list[Json], name: str, locale: str) -> Json | None:
    return next((each for each in listed if name in (shown_name(each, locale), each["name"])), None)


def typed(known: Chosen, text: str, locale: str) -> tuple[Chosen, dict[str, Any]] | None:
    """The subcommand that is named first, with what follows in its one place; None where that is not possible."""
    first, _, rest = text.partition(" ")
    found = _named(known.options, first, locale) if first else None
    if found is None or found["type"] != SUBCOMMAND:
        return None
    chosen = Chosen(known.command, (found,))
    required = {each["name"] for each in chosen.options if each.get("required")}
    number = next((each for each in chosen.options if each["type"] == INTEGER), None)
    option = chosen.open_text
    if number is not None and _NUMBER.fullmatch(rest):
        if not _in_range(number, int(rest)):
            return None
        option = number
    given: dict[str, Any] = {}
    if rest and option is not None:
        given[option["name"]] = int(rest) if option is number else rest
    is_whole = (not rest or given) and required <= given.keys() and not (option and rest and option.get("choices"))
    return (chosen, given) if is_whole else None


def _in_range(option: Json, value: int) -> bool:
    return bool(option.get("min_value", value) <= value <= option.get("max_value", value))


def data(chosen: Chosen, options: list[Json], resolved: Json | None = None) -> Json:
    """What Discord sends of a chosen command with these options."""
    inner = options
    for each in reversed(chosen.path):
        inner = [{"name": each["name"], "type": each["type"], "options": inner}]
    command = chosen.command
    said: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": inner}
    if "guild_id" in command:
        said["guild_id"] = command["guild_id"]
    if resolved:
        said["resolved"] = resolved
    return said


def filled(chosen: Chosen, given: dict[str, Any], locale: str, *, focused: str = "") -> list[Json]:
    """Options with what a person gave, by the names that they read; what Discord's window would refuse fails here."""
    known = {name: each for each in chosen.options for name in (each["name"], shown_name(each, locale))}
    sent: list[Json] = []
    for name, value in given.items():
        if name not in known:
            raise AssertionError(f"there is no option {name!r}, but {list(known)}")
        option = known[name]
        if not focused:
            _allowed(option, value)
        one = {"name": option["name"], "type": option["type"], "value": value}
        sent.append(one | ({"focused": True} if focused in known and known[focused] is option else {}))
    missing = [
        each["name"]
        for each in chosen.options
        if each.get("required") and each["name"] not in {s["name"] for s in sent}
    ]
    if missing and not focused:
        raise AssertionError(f"Discord asks for {missing}")
    return sent


def _allowed(option: Json, value: Any) -> None:
    kinds: dict[int, type | tuple[type, ...]] = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}
    if not isinstance(value, kinds.get(option["type"], str)):
        raise AssertionError(f"{option['name']} does not take {value!r}")
    choices = [each["value"] for each in option.get("choices") or ()]
    if choices and value not in choices:
        raise AssertionError(f"{option['name']} takes {choices}")
    if isinstance(value, int) and option["type"] == INTEGER and not _in_range(option, value):
        raise AssertionError(f"{option['name']} does not take {value}")
    if isinstance(value, str) and option["type"] == STRING:
        if not value:
            raise AssertionError(f"{option['name']} is empty")
        if not option.get("min_length", 0) <= len(value) <= (option.get("max_length") or 6000):
            raise AssertionError(f"{option['name']} is too long or too short")


__all__ = ["ON_MESSAGE", "ON_USER", "USER"]
