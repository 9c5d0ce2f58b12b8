"""The text of a unit as its author wrote it, for platforms that show Markdown in a way of their own."""

from dataclasses import dataclass

from bot.conversation.views import UnitPage, View


@dataclass(frozen=True)
class Page:
    """A unit's own text in Markdown, and where else it can be read."""

    source: str
    url: str = ""


def page_of(view: View) -> Page | None:
    """The unit's own text, where a view brings one."""
    return Page(view.page, view.url) if isinstance(view, UnitPage) and view.page else None
