"""Joins the export to the pages: its readable page is drawn by the same templates and styles."""

from bot.conversation.export_page import ExportPage, Printer
from bot.domain.language import Lang
from bot.pages import Pages

STYLES = ("tokens.css", "base.css", "components.css", "export.css")


def printer() -> Printer:
    """What makes the readable page of an export."""
    pages = Pages()

    def print_page(page: ExportPage, lang: Lang) -> bytes:
        return pages.offline("export.html", *STYLES, lang=lang, page=page)

    return print_page
