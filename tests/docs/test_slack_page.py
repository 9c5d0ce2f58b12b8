"""The pages about Slack: every scope is explained, every setting named, and what is typed there is understood."""

import re
from pathlib import Path

import pytest

from bot.domain.language import LANGS, Lang
from bot.handlers.slack.manifest import manifest
from bot.handlers.slack.scopes import OPTIONAL, scopes
from bot.settings import Settings
from bot.wording import Wording

DOCS = Path(__file__).parents[2] / "docs"
OF_COMMAND_LINE = "SUKIMA_LOG"
"""Read before the settings are."""
OF_APP_TOKEN = "connections:write"
_SCOPE_ROW = re.compile(r"^\| `([a-z_]+(?::[a-z.]+)*)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
_TITLE = {"en": "## What each scope is for\n", "ja": "## 権限ごとの説明\n"}
_OPTIONAL = {"en": "**optional**", "ja": "**任意**"}


def page(name: str, lang: Lang) -> str:
    return (DOCS / f"{name}.{lang}.md").read_text("utf-8")


@pytest.mark.parametrize("lang", LANGS)
def test_every_scope_is_explained_to_administrators(lang: Lang) -> None:
    rows = _SCOPE_ROW.findall(page("slack", lang).split(_TITLE[lang])[1].split("\n## ")[0])
    assert [scope for scope, _, _ in rows] == [*scopes(), OF_APP_TOKEN]
    assert {scope for scope, means, _ in rows if _OPTIONAL[lang] in means} == set(OPTIONAL)
    assert all(means and use for _, means, use in rows)


@pytest.mark.parametrize("lang", LANGS)
def test_every_setting_is_in_the_list(lang: Lang) -> None:
    names = {str(field.validation_alias) for field in Settings.model_fields.values()}
    listed = set(re.findall(r"`((?:SLACK|DISCORD|SUKIMA)_[A-Z_]+)`", page("setup", lang).rpartition("\n## ")[2]))
    assert names | {OF_COMMAND_LINE} == listed


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_names_what_the_manifest_offers(lang: Lang) -> None:
    told = manifest(Wording(lang), None)["features"]
    text = page("slack", lang)
    for shortcut in told["shortcuts"]:
        assert shortcut["name"] in text
    words = [choice.split()[0] for choice in told["slash_commands"][0]["usage_hint"].split(" | ")]
    assert all(f"`{word}`" in text or f"/sukima {word}`" in text for word in words)
