"""Templates: escaped, in one language, nothing undefined; the layout's promises; the macros; error pages."""

import re
from datetime import date
from importlib.resources import files

import pytest
from jinja2 import DictLoader, Environment, UndefinedError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.language import LANGS, Bilingual, Lang
from bot.pages import Pages
from bot.pages.errors import TOLD, ErrorPages
from bot.wording import Wording
from tests.pages.pages_asking import browser

HOSTILE = '<script>alert(1)</script>" onload="x'
PAGES = Pages()


def drawn(source: str, lang: Lang = "ja", **context: object) -> str:
    """A template of the test's own beside ours."""
    room = PAGES._rooms[lang]
    own = room.overlay(loader=DictLoader({name: _source(name) for name in room.list_templates()} | {"own": source}))
    return own.get_template("own").render(other_lang_url=None, to=str, **context)


def _source(name: str) -> str:
    return files("bot.pages").joinpath("templates", name).read_text("utf-8")


def application() -> Starlette:
    async def raising(request: Request) -> Response:
        raise HTTPException(int(request.path_params["status"]), headers={"X-Told": "yes"})

    async def breaking(request: Request) -> Response:
        raise RuntimeError("a secret of the house")

    routes = [Route("/raise/{status}", raising), Route("/break", breaking), *PAGES.static_routes()]
    return Starlette(routes=routes, exception_handlers=ErrorPages(PAGES, "ja").handlers())


# ---------------------------------------------------------------- templates


@pytest.mark.parametrize("lang", LANGS)
def test_every_template_compiles(lang: Lang) -> None:
    room = PAGES._rooms[lang]
    assert all(room.get_template(name) for name in room.list_templates())


def test_a_text_is_compiled_once_for_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str | None] = []
    real = Environment.compile

    def noting(room: Environment, source: str, name: str | None = None, filename: str | None = None) -> object:
        compiled.append(name)
        return real(room, source, name, filename)

    monkeypatch.setattr(Environment, "compile", noting)
    assert [drawn("once: {{ lang }}", lang) for lang in LANGS] == [f"once: {lang}" for lang in LANGS]
    assert drawn("anew: {{ lang }}", "en") == "anew: en", "what it says is looked at, not its name"
    assert compiled == ["own", "own"]


def test_what_people_wrote_is_data() -> None:
    assert drawn("{{ text }}", text=HOSTILE) == "&lt;script&gt;alert(1)&lt;/script&gt;&#34; onload=&#34;x"


def test_a_name_that_nobody_passed_in_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        PAGES.html("error.html", lang="ja")


def test_a_text_in_both_languages_prints_in_the_page_s() -> None:
    texts = {lang: drawn("{{ text }}", lang, text=Bilingual(ja="算数", en="Maths")) for lang in LANGS}
    assert texts == {"ja": "算数", "en": "Maths"}


def test_templates_speak_and_tell_dates() -> None:
    source = "{{ say('level.knowledge') }} {{ full_date(on) }} {{ minutes(5) }}"
    assert drawn(source, on=date(2026, 4, 1)) == "知識バッジ 2026年4月1日 5分"


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError):
        drawn("{{ static('nothing.css') }}")


def test_two_packages_cannot_bring_the_same_names() -> None:
    with pytest.raises(ValueError, match=r"tokens\.css|there is a"):
        Pages("bot.pages")


# ---------------------------------------------------------------- the layout


@pytest.mark.parametrize("lang", LANGS)
def test_the_layout_says_its_language_and_lets_readers_skip(lang: Lang) -> None:
    page = PAGES.html("error.html", lang=lang, told=404)
    assert f'<html lang="{lang}">' in page
    assert f'<a class="skip" href="#main">{Wording(lang).say("page.skip")}</a>' in page
    assert page.count("<h1>") == page.count("<main ") == 1


def test_nothing_in_our_templates_is_inline_or_from_elsewhere() -> None:
    """But the styles of the page that opens as a file, which are those of the static files."""
    for path in files("bot.pages").joinpath("templates").iterdir():
        text = path.read_text("utf-8").replace("<style>{{ style }}</style>", "")
        assert not re.search(
            r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?://|\|\s*safe", text
        )


async def test_the_other_language_is_one_press_away() -> None:
    async with browser(application()) as reader:
        page = (await reader.get("/raise/404?a=1&lang=en&a=2")).text
        assert 'href="?a=1&amp;a=2&amp;lang=ja"' in page
        assert 'hreflang="ja" lang="ja"' in page
        assert 'href="/?lang=en"' in page
        assert "hreflang" not in (await reader.post("/raise/404")).text


# ---------------------------------------------------------------- macros


def test_macros_draw_hostile_names_as_text() -> None:
    calls = (
        "m.name(x)", "m.button(x, value=x, act=x)", "m.button_link(x, x)", "m.notice(x, title=x)",
        "m.field('f', x, value=x, hint=x, error=x)", "m.field('f', x, type='lines', value=x)",
        "m.field('f', x, type='choice', options=[(x, x)])", "m.tick('f', x, hint=x)", "m.table(x, [x], [[x, x]])",
        "m.facts([(x, x)])", "m.empty(x, x, x, x)", "m.chip(x)", "m.csrf_field(x)",
        "m.badge_card(x, x, alt=x, href=x, level=x, issuer=x, date=x, note=x)",
    )  # fmt: skip
    for call in calls:
        page = drawn("{% import 'macros.html' as m %}{{ " + call + " }}", x=HOSTILE)
        assert "&lt;script&gt;" in page, call
        assert "<script" not in page, call
        assert 'onload="' not in page, call


def test_a_field_is_read_with_its_hint_and_complaint() -> None:
    page = drawn("{% from 'macros.html' import field %}{{ field('age', 'A', hint='H', error='E', required=true) }}")
    assert 'aria-describedby="age-hint age-error"' in page
    assert 'id="age-hint"' in page
    assert 'id="age-error"' in page
    assert 'aria-invalid="true"' in page
    assert '<label class="field-label" for="age">' in page
    assert "必須" in page


def test_lines_keep_their_first_empty_line() -> None:
    page = drawn("{% from 'macros.html' import field %}{{ field('f', 'A', type='lines', value='\\nx') }}")
    assert ">\n\nx</textarea>" in page


def test_macros_take_more_inside() -> None:
    page = drawn("{% from 'macros.html' import notice %}{% call notice('A') %}<b>more</b>{% endcall %}")
    assert "<b>more</b>" in page


@pytest.mark.parametrize("name", re.findall(r'name == "(\w+)"', _source("icons.html")))
def test_icons_are_ornament(name: str) -> None:
    drawing = drawn("{% from 'icons.html' import icon %}{{ icon('" + name + "') }}")
    assert drawing.strip().startswith("<svg")
    assert 'aria-hidden="true"' in drawing


# ---------------------------------------------------------------- error pages


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("status", sorted(TOLD))
async def test_every_error_has_its_page_in_both_languages(status: int, lang: Lang) -> None:
    async with browser(application(), {"Accept-Language": lang}) as reader:
        answer = await reader.get(f"/raise/{status}")
    assert answer.status_code == status
    assert Wording(lang).say(f"page.error.{status}.title") in answer.text
    assert answer.headers["content-language"] == lang
    assert answer.headers["x-told"] == "yes"


@pytest.mark.parametrize(("status", "told"), [(418, 400), (503, 500)])
async def test_other_errors_are_told_by_the_nearest(status: int, told: int) -> None:
    async with browser(application()) as reader:
        answer = await reader.get(f"/raise/{status}")
    assert answer.status_code == status
    assert Wording("ja").say(f"page.error.{told}.title") in answer.text


async def test_what_breaks_tells_nothing_of_the_house() -> None:
    async with browser(application()) as reader:
        answer = await reader.get("/break")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert Wording("ja").say("page.error.500.title") in answer.text


async def test_a_method_that_is_not_there_is_told_so() -> None:
    async with browser(application()) as reader:
        answer = await reader.post("/static/base.css")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


# ---------------------------------------------------------------- static files


async def test_a_style_is_kept_for_a_year_under_its_mark() -> None:
    async with browser(application()) as reader:
        url = PAGES.static.url("base.css")
        marked, plain = await reader.get(url), await reader.get("/static/base.css?v=old")
        again = await reader.get(url, headers={"If-None-Match": marked.headers["etag"]})
    assert marked.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in marked.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"
    assert plain.content == marked.content
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["nothing.css", "../engine.py", "..%2Fengine.py", "%2e%2e%2fengine.py", "/etc/passwd", "base.css%00", ""]
)
async def test_no_path_leads_out_of_the_static_files(path: str) -> None:
    async with browser(application()) as reader:
        assert (await reader.get(f"/static/{path}")).status_code == 404
