"""The pages about Discord: every command, intent and permission is explained, and they are what the program has."""

import re
from pathlib import Path

import discord
import pytest

from bot.domain.language import LANGS, Lang
from bot.handlers.discord.client import intents
from bot.handlers.discord.commands import Unheard, tree_of
from bot.handlers.discord.permissions import PERMISSIONS
from bot.handlers.discord.sync import payload_of

DOCS = Path(__file__).parents[2] / "docs"
_ROW = re.compile(r"^\| `([a-z_]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
TITLES = {
    "commands": {"en": "## Every command\n", "ja": "## すべてのコマンド\n"},
    "intents": {"en": "## Intents\n", "ja": "## インテント\n"},
    "permissions": {"en": "## Permissions\n", "ja": "## 権限\n"},
}
_OPTIONAL = {"en": "**optional**", "ja": "**任意**"}


def rows(about: str, lang: Lang) -> list[tuple[str, str, str]]:
    """The rows of a section's table."""
    page = (DOCS / f"discord.{lang}.md").read_text("utf-8")
    return _ROW.findall(page.split(TITLES[about][lang])[1].split("\n## ")[0])


@pytest.mark.parametrize("lang", LANGS)
async def test_every_command_is_explained_under_both_its_names(lang: Lang) -> None:
    payload = await payload_of(tree_of(discord.Client(intents=discord.Intents.none()), Unheard()))
    names = {(each["name"], f"`{each['name_localizations']['ja']}`") for each in payload[0]["options"]}
    told = rows("commands", lang)
    assert {(name, ja) for name, ja, _ in told} == names
    assert len(told) == len(names)
    assert all(means for _, _, means in told)
    page = (DOCS / f"discord.{lang}.md").read_text("utf-8")
    for menu in payload[1:]:
        name = menu["name"] if lang == "en" else menu["name_localizations"]["ja"]
        assert (f"*{name}*" if lang == "en" else f"「{name}」") in page


@pytest.mark.parametrize("lang", LANGS)
def test_every_intent_is_explained_and_none_is_privileged(lang: Lang) -> None:
    asked = {name for name, is_asked in intents() if is_asked}
    assert {name for name, _, _ in rows("intents", lang)} == asked
    assert not asked & {"members", "presences", "message_content"}
    with_content = {name for name, is_asked in intents(message_content=True) if is_asked}
    assert with_content - asked == {"message_content"}


@pytest.mark.parametrize("lang", LANGS)
def test_every_permission_is_explained_in_the_order_of_the_program(lang: Lang) -> None:
    told = rows("permissions", lang)
    assert [name for name, _, _ in told] == [each.name for each in PERMISSIONS]
    assert [_OPTIONAL[lang] in called for _, called, _ in told] == [each.is_wish for each in PERMISSIONS]
    assert all(means for _, _, means in told)
