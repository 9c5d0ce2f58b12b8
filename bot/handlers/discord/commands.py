"""`/sukima` and the two context menus: what was asked with them, as an intent. Nothing is decided or checked here.

Every subcommand is words that `conversation.understanding` knows, so that it does what the same words do in a direct
message. A command that Discord still shows and we have no more is taken as the words that it shows.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import discord
import structlog
from discord import app_commands
from discord.app_commands import Choice

from bot.conversation.intents import Answerable, BadgesOf, Commanded, EndorseMessage, Said
from bot.domain.catalogue import Shelf
from bot.domain.language import Lang
from bot.domain.people import Role
from bot.handlers.discord.autocomplete import lengths, subjects, titles
from bot.handlers.discord.inbound import by_whom
from bot.handlers.discord.keys import ref
from bot.handlers.discord.received import Received
from bot.handlers.discord.translations import about_option, about_subcommand, named

COMMAND = "sukima"
PLACES: Mapping[str, str] = {
    "wallet": "wallet",
    "map": "map",
    "record": "record",
    "submit": "submit",
    "me": "my page",
    "endorse": "endorse",
    "settings": "settings",
    "accounts": "accounts",
    "roles": "roles",
    "export": "export",
    "forget": "forget",
    "help": "help",
}
"""Subcommands that ask nothing more, with their words."""


@dataclass(frozen=True)
class Worded:
    """A subcommand with one thing to type; `words` stand before it."""

    option: str
    words: str
    required: bool = False


WORDED: Mapping[str, Worded] = {
    "address": Worded("address", "address"),
    "code": Worded("code", "code", required=True),
    "move": Worded("move_code", "move"),
    "link": Worded("link_code", "link"),
    "claim": Worded("claim_code", "claim", required=True),
}
BADGE_WORDS: Mapping[str, str] = {"verify": "verify", "import": "import"}
"""Subcommands that take a badge: as a file, or by its link."""
ANSWERS_WITHIN = 1.5
"""Seconds that suggestions may take; somebody is typing meanwhile."""
NAMED_ROLES = (Role.TEACHER, Role.LEADER, Role.AUTHOR, Role.OFFICER, Role.OWNER)

Asked = discord.Interaction[Any]
log = structlog.get_logger(__name__)


class Hears(Protocol):
    """Who is told what was asked (`hearing`)."""

    async def interaction(self, asked: Asked, intent: Answerable) -> None:
        """Do what was asked, and answer. Nothing is raised."""

    async def shelf(self, asked: Asked) -> tuple[Shelf, Lang] | None:
        """What whoever asks can learn here, and their language; None where it is not for them to see."""


class Unheard:
    """Hears nothing: for commands that are only to be told to Discord. Implements `Hears`."""

    async def interaction(self, asked: Asked, intent: Answerable) -> None:
        return None

    async def shelf(self, asked: Asked) -> tuple[Shelf, Lang] | None:
        return None


def tree_of(client: discord.Client, hears: Hears) -> app_commands.CommandTree[Any]:
    """All commands, with the client that they come by. Neither asks Discord for anything yet."""
    tree = Tree(client, hears)
    group = app_commands.Group(name=COMMAND, description=about_subcommand(COMMAND))
    for build in (_learn, _who):
        group.add_command(build(hears))
    for name, words in PLACES.items():
        group.add_command(_place(hears, name, words))
    group.add_command(_badges(hears))
    for name, words in BADGE_WORDS.items():
        group.add_command(_badge(hears, name, words))
    for name, worded in WORDED.items():
        group.add_command(_worded(hears, name, worded))
    for name in ("grant", "revoke"):
        group.add_command(_role(hears, name))
    group.add_command(_say(hears))
    tree.add_command(group)
    tree.add_command(_endorse_menu(hears))
    tree.add_command(_badges_menu(hears))
    return tree


class Tree(app_commands.CommandTree[Any]):
    """The commands, and what becomes of those that are none of them (any more)."""

    def __init__(self, client: discord.Client, hears: Hears) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self._hears = hears

    async def on_error(self, asked: Asked, error: app_commands.AppCommandError, /) -> None:
        """A command that Discord remembers and we do not, or a fault of ours; somebody waits either way."""
        is_old = isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch)
        if not is_old:
            log.error("discord.command_failed", error=type(error.__cause__ or error).__name__)
        if asked.type is discord.InteractionType.autocomplete:
            await offer(asked, ())
        else:
            words = words_of(asked.data) if is_old else "help"
            await self._hears.interaction(asked, Commanded(by_whom(asked), words))


def words_of(data: Any) -> str:
    """What a command of ours that is gone was asked, in words; a menu that is gone asks for help."""
    if data.get("type", 1) != 1:
        return "help"
    words = [] if data.get("name") == COMMAND else [str(data.get("name", ""))]
    options = list(data.get("options") or ())
    while options:
        option = options.pop(0)
        if "options" in option or option.get("type") in (1, 2):
            words.append(str(option.get("name", "")))
            options = [*(option.get("options") or ()), *options]
        else:
            words.append(str(option.get("value", "")))
    return " ".join(words) or "help"


# ---------------------------------------------------------------- what was asked, in words


def learn_words(minutes: int | None, topic: str | None) -> str:
    """The topic in quotation marks, so that one with a number in it names no minutes."""
    quoted = f"「{without_marks(topic)}」" if topic and without_marks(topic) else None
    return " ".join(("learn", *(() if minutes is None else (str(minutes),)), *((quoted,) if quoted else ())))


def without_marks(topic: str) -> str:
    """The topic without quotation marks of its own, which would end it too early."""
    return " ".join(topic.replace("「", " ").replace("」", " ").split())


def role_words(change: str, role: str, person: int) -> str:
    """Of whom, by the platform's key: names may be alike."""
    return f"{change} {role} to @{person}" if change == "grant" else f"{change} {role} from @{person}"


# ---------------------------------------------------------------- the subcommands


def _learn(hears: Hears) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=named("learn"), description=about_subcommand("learn"))
    @_options("minutes", "topic")
    async def learn(
        asked: Asked, minutes: app_commands.Range[int, 1, 240] | None = None, topic: _Text | None = None
    ) -> None:
        await hears.interaction(asked, Commanded(by_whom(asked), learn_words(minutes, topic)))

    @learn.autocomplete("minutes")
    async def suggest_minutes(asked: Asked, typed: int | str) -> list[Choice[int]]:
        return await _suggested(hears, asked, lambda shelf, lang: lengths(shelf, lang, str(typed)))

    @learn.autocomplete("topic")
    async def suggest_topics(asked: Asked, typed: str) -> list[Choice[str]]:
        return await _suggested(hears, asked, lambda shelf, lang: titles(shelf, lang, typed))

    return learn


def _who(hears: Hears) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=named("who"), description=about_subcommand("who"))
    @_options("question")
    async def who(asked: Asked, question: _Text) -> None:
        await hears.interaction(asked, Commanded(by_whom(asked), f"who {question}"))

    @who.autocomplete("question")
    async def suggest(asked: Asked, typed: str) -> list[Choice[str]]:
        return await _suggested(hears, asked, lambda shelf, lang: subjects(shelf, lang, typed))

    return who


def _place(hears: Hears, name: str, words: str) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=named(name), description=about_subcommand(name))
    async def place(asked: Asked) -> None:
        await hears.interaction(asked, Commanded(by_whom(asked), words))

    return place


def _badges(hears: Hears) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=named("badges"), description=about_subcommand("badges"))
    @_options("person")
    async def badges(asked: Asked, person: discord.User | None = None) -> None:
        origin = by_whom(asked)
        intent = Commanded(origin, "badges") if person is None else BadgesOf(origin, str(person.id))
        await hears.interaction(asked, intent)

    return badges


def _badge(hears: Hears, name: str, words: str) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=named(name), description=about_subcommand(name))
    @_options("file", "link")
    async def badge(asked: Asked, file: discord.Attachment | None = None, link: _Text | None = None) -> None:
        text = f"{words} {link}" if link else words
        files = () if file is None else (Received(file),)
        origin = by_whom(asked)
        await hears.interaction(asked, Said(origin, text, files) if files else Commanded(origin, text))

    return badge


def _worded(hears: Hears, name: str, worded: Worded) -> app_commands.Command[Any, ..., None]:
    async def ask(asked: Asked, typed: str | None) -> None:
        words = f"{worded.words} {typed}" if typed else worded.words
        await hears.interaction(asked, Commanded(by_whom(asked), words))

    if worded.required:

        @app_commands.command(name=named(name), description=about_subcommand(name))
        @_renamed("typed", worded.option)
        async def command(asked: Asked, typed: _Text) -> None:
            await ask(asked, typed)

        return command

    @app_commands.command(name=named(name), description=about_subcommand(name))
    @_renamed("typed", worded.option)
    async def freely(asked: Asked, typed: _Text | None = None) -> None:
        await ask(asked, typed)

    return freely


def _role(hears: Hears, change: str) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=named(change), description=about_subcommand(change))
    @_options("role", "person")
    @app_commands.choices(role=[Choice(name=named(role, of="role"), value=str(role)) for role in NAMED_ROLES])
    async def role(asked: Asked, role: Choice[str], person: discord.User) -> None:
        await hears.interaction(asked, Commanded(by_whom(asked), role_words(change, role.value, person.id)))

    return role


def _say(hears: Hears) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=named("say"), description=about_subcommand("say"))
    @_options("words")
    async def say(asked: Asked, words: app_commands.Range[str, 1, 2000]) -> None:
        await hears.interaction(asked, Said(by_whom(asked), words))

    return say


# ---------------------------------------------------------------- the context menus


def _endorse_menu(hears: Hears) -> app_commands.ContextMenu:
    async def endorse(asked: Asked, message: discord.Message) -> None:
        origin = by_whom(asked)
        about = ref(origin.workspace_key, message.channel.id, message.id)
        await hears.interaction(asked, EndorseMessage(origin, about))

    return app_commands.ContextMenu(name=named("endorse", of="menu"), callback=endorse)


def _badges_menu(hears: Hears) -> app_commands.ContextMenu:
    async def badges(asked: Asked, person: discord.User) -> None:
        await hears.interaction(asked, BadgesOf(by_whom(asked), str(person.id)))

    return app_commands.ContextMenu(name=named("badges", of="menu"), callback=badges)


# ---------------------------------------------------------------- how options are named, and suggested

_Text = app_commands.Range[str, 1, 300]
F = TypeVar("F", bound=Callable[..., Any])


def _options(*names: str) -> Callable[[F], F]:
    """Names of parameters, which are the options', and what these mean, in both languages."""

    def decorate(function: F) -> F:
        for name in names:
            function = _renamed(name, name)(function)
        return function

    return decorate


def _renamed(parameter: str, option: str) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        named_so = app_commands.rename(**{parameter: named(option, of="option")})(function)
        return app_commands.describe(**{parameter: about_option(option)})(named_so)

    return decorate


async def _suggested(
    hears: Hears, asked: Asked, of: Callable[[Shelf, Lang], tuple[Choice[Any], ...]]
) -> list[Choice[Any]]:
    """What fits so far; nothing where it takes too long, or anything fails: one can type without suggestions."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            found = await hears.shelf(asked)
    except Exception as error:
        log.info("discord.nothing_suggested", error=type(error).__name__)
        return []
    return [] if found is None else list(of(*found))


async def offer(asked: Asked, choices: tuple[Choice[Any], ...]) -> None:
    """Answer with suggestions, once, and only while they are waited for."""
    try:
        if not asked.response.is_done():
            await asked.response.autocomplete(list(choices))
    except discord.HTTPException as error:
        log.info("discord.nothing_suggested", error=error.code)
