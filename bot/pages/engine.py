"""Templates in, finished pages out: escaped, in the reader's language, with every name in them defined."""

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from bot.domain.language import LANGS, Bilingual, Lang
from bot.pages.compiled import CompiledTemplates
from bot.pages.language import asked_for
from bot.pages.static import STATIC_PATH, Static
from bot.wording import Wording

OWN = "bot.pages"
TEMPLATES = "templates"

OFFLINE_POLICY = (
    "script-src 'none'; connect-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
)
"""A page that opens as a file runs nothing and sends nothing. Its pictures and styles are its own: browsers do not
agree on what `'self'` means for files."""

_COMPILED = CompiledTemplates()

Lead = Callable[[str], str]
"""Makes a link to another page of ours keep the language that the reader chose."""


class Pages:
    """Draws the pages of this room and of the packages that bring their own.

    In every template, and in every macro without being handed on: `lang`, `other_lang`, `say(key, **params)`,
    `say_n(key, n, **params)`, `full_date(date)`, `day(date)`, `minutes(n)`, `listed(texts)`, `static(name)`. A text in
    both languages (`Bilingual`) prints in the page's. In templates, not in macros: `other_lang_url` (None where there
    is no switch), `to(path)` (a link that keeps the language chosen) and what was passed in.
    """

    def __init__(self, *packages: str) -> None:
        """`packages` bring pages in their folders `templates` and `static`, one of which may be missing.

        Raises ValueError when two of them bring a file of the same name: one would hide the other.
        """
        brought = (OWN, *packages)
        self.static = Static(*brought)
        loader = _loader(brought)
        self._rooms = {lang: _environment(lang, loader, self.static) for lang in LANGS}

    def html(self, template: str, *, lang: Lang, **context: object) -> str:
        """The page as text. Raises what Jinja raises for a name that nobody passed in."""
        known: dict[str, object] = {"other_lang_url": None, "to": _straight, **context}
        return self._rooms[lang].get_template(template).render(known)

    def offline(self, template: str, *styles: str, lang: Lang, **context: object) -> bytes:
        """A page that opens as a file, without a network: its `style` holds these static styles, in this order.

        They are ours, so they stand as they are; everything else is escaped as on every page.
        """
        style = Markup("\n".join(map(self.static.text, styles)))  # noqa: S704 - our own files
        return self.html(template, lang=lang, style=style, policy=OFFLINE_POLICY, **context).encode()

    def answer(
        self,
        request: Request,
        template: str,
        *,
        lang: Lang,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> HTMLResponse:
        """The page as a response, with the way to the other language where the page can be asked for again."""
        known: dict[str, object] = {"other_lang_url": switch(request, lang), "to": lead(request), **context}
        told = {"Content-Language": lang, "Vary": "Accept-Language", **(headers or {})}
        return HTMLResponse(self.html(template, lang=lang, **known), status, told)

    def static_routes(self) -> list[BaseRoute]:
        """Where the styles, scripts and pictures of these pages are."""
        return [Route(STATIC_PATH + "{name}", self.static.answer, methods=["GET"], name="static")]


def switch(request: Request, lang: Lang) -> str | None:
    """The same page in the other language, as a link without path or host: it cannot lead elsewhere."""
    if request.method not in ("GET", "HEAD"):
        return None
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return "?" + urlencode([*kept, ("lang", _other(lang))])


def lead(request: Request) -> Lead:
    """How a page answering this request leads on to others."""
    chosen = asked_for(request)
    return _straight if chosen is None else lambda path: _in(path, chosen)


def _straight(path: str) -> str:
    return path


def _in(path: str, lang: Lang) -> str:
    parts = urlsplit(path)
    query = "&".join(part for part in (parts.query, f"lang={lang}") if part)
    return urlunsplit(parts._replace(query=query))


def _other(lang: Lang) -> Lang:
    return next(other for other in LANGS if other != lang)


def _loader(packages: tuple[str, ...]) -> BaseLoader:
    loaders = [PackageLoader(package, TEMPLATES) for package in packages if _has_templates(package)]
    seen: dict[str, str] = {}
    for loader in loaders:
        for name in loader.list_templates():
            if name in seen:
                raise ValueError(f"template {name} stands in {seen[name]} and in {loader.package_name}")
            seen[name] = loader.package_name
    return ChoiceLoader(loaders)


def _has_templates(package: str) -> bool:
    return files(package).joinpath(TEMPLATES).is_dir()


def _environment(lang: Lang, loader: BaseLoader, static: Static) -> Environment:
    """One per language, so that macros speak it without being told."""
    wording = Wording(lang)
    room = Environment(
        loader=loader,
        bytecode_cache=_COMPILED,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: _in_language(value, lang),
    )
    room.globals |= {
        "lang": lang,
        "other_lang": _other(lang),
        "say": wording.say,
        "say_n": wording.say_n,
        "full_date": wording.full_date,
        "day": wording.day,
        "minutes": wording.minutes,
        "listed": wording.listed,
        "static": static.url,
    }
    return room


def _in_language(value: Any, lang: Lang) -> Any:
    return value.in_(lang) if isinstance(value, Bilingual) else value
