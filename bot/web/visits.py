"""Who asks: a browser's session to a person, and what every act of theirs must bring.

Reading needs a session. Acting needs a session, a form of ours with the token of that session, and a request that
comes from a page of ours. What fails is told kindly, with the way on, and with what was typed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.language import Lang
from bot.domain.outcomes import Refused
from bot.domain.people import Person, School
from bot.domain.sessions import Session
from bot.errors import Problem
from bot.pages import language
from bot.pages.csrf import same_origin
from bot.services import sessions
from bot.services.commands import ByPerson
from bot.web.cookies import Cookie, Cookies
from bot.web.parts import WebParts

TYPED = ("link", "address", "words", "title", "until", "typed")
"""The fields in which a person writes something: it is given back when an act cannot be taken."""
MOST_FIELDS = 200
SESSION_FORMS = "session:"

TOLD = frozenset(
    {
        "displayed", "hidden", "findable_on", "findable_off", "published", "unpublished", "submitted", "taken_back",
        "language", "delivery_on", "delivery_off", "named_on", "named_off", "beyond_on", "beyond_off", "windows",
        "resumed", "unfound", "withdrawn", "collected", "collection_ended", "session_ended", "others_ended", "moved",
        "commented", "uncommented", "endorsement_hidden", "endorsement_shown", "invited", "uninvited",
        "endorsed", "taken_in", "taken_already", "checked", "not_checked", "not_addressed", "dropped",
        "renewing", "renewed", "code_sent", "address_proved", "address_dropped", "enclosed", "taken_out",
    }
)  # fmt: skip
"""What a page may tell to have been done (`me.told.…`): the address says which."""

Form = Mapping[str, str]


@dataclass(frozen=True)
class Visit:
    """One request of a person who is in."""

    request: Request
    parts: WebParts
    session: Session
    person: Person
    school: School
    lang: Lang
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields of the form that was sent with all of their values."""

    @property
    def me(self) -> ByPerson:
        """A command that says nothing but who acts."""
        return ByPerson(school_id=self.school.id, person_id=self.person.id)

    @property
    def ids(self) -> dict[str, Any]:
        """The fields of `ByPerson`, for commands that say more."""
        return {"school_id": self.school.id, "person_id": self.person.id}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.school.zone)

    def page(self, template: str, *, place: str, status: int = HTTPStatus.OK, **context: Any) -> Response:
        """One of the person's pages; `place` is where in the navigation it stands."""
        told = self.request.query_params.get("told", "")
        return self.parts.pages.answer(
            self.request,
            template,
            lang=self.lang,
            status=status,
            place=place,
            person=self.person,
            school=self.school,
            csrf=self.parts.csrf.token(SESSION_FORMS + self.session.public_id),
            told=f"me.told.{told}" if told in TOLD else "",
            **context,
        )

    def back(self, path: str, told: str = "") -> Response:
        """After an act: see the page afresh. Reloading it acts no more."""
        lang = language.asked_for(self.request)
        said = "&".join([*([f"told={told}"] if told else []), *([f"lang={lang}"] if lang else [])])
        return RedirectResponse(f"{path}?{said}" if said else path, HTTPStatus.SEE_OTHER)

    def refuse(self, refusal: Refused, *, place: str, way: str) -> Response:
        """Why nothing was changed, and the way on."""
        return self._unchanged(f"refused.{refusal.reason}", refusal.params, place, way)

    def fail(self, problem: Problem, *, place: str, way: str) -> Response:
        """What was wrong with what they brought, and the way on."""
        return self._unchanged(f"problem.{problem.code}", problem.params, place, way)

    def _unchanged(self, key: str, params: Mapping[str, Any], place: str, way: str) -> Response:
        sentence = self.parts.phrases.say(self.lang, key, **params)
        return self.page("me_refused.html", place=place, status=HTTPStatus.CONFLICT, sentence=sentence, way=way)


Look = Callable[[Visit], Awaitable[Response]]
Act = Callable[[Visit, Form], Awaitable[Response]]
Handler = Callable[[Request], Awaitable[Response]]


class Visits:
    """Lets people who are in look and act."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self.cookies = Cookies(https=(parts.addresses.base or "").startswith("https:"))

    def look(self, look: Look) -> Handler:
        """The handler of a page."""

        async def handle(request: Request) -> Response:
            visit = await self.visit(request)
            return self.ended(request) if visit is None else await look(visit)

        return handle

    def act(self, act: Act) -> Handler:
        """The handler of a form."""

        async def handle(request: Request) -> Response:
            async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
                lists = {name: tuple(value for value in sent.getlist(name) if isinstance(value, str)) for name in sent}
            form = {name: values[0] for name, values in lists.items() if values}
            ours = same_origin(request)
            visit = await self.visit(request, lists)
            if visit is None:
                return self.ended(request, form if ours else {})
            if not ours or not self.is_own_form(visit, form.get("csrf", "")):
                return self.stale(visit, form if ours else {})
            return await act(visit, form)

        return handle

    def ended(self, request: Request, form: Form | None = None) -> Response:
        """There is no session (any more): how to come in, and what was typed on the page that stayed open."""
        lang = language.of(request, self._parts.lang)
        typed = _typed(form or {})
        response = self._parts.pages.answer(
            request, "me_ended.html", lang=lang, status=HTTPStatus.FORBIDDEN, reason="ended", typed=typed, is_in=False
        )
        if self.cookies.read(request, Cookie.SESSION) is not None:
            self.cookies.drop(response, Cookie.SESSION)
        return response

    def is_own_form(self, visit: Visit, token: str) -> bool:
        """Whether a form's token is of this session."""
        return self._parts.csrf.check(token, SESSION_FORMS + visit.session.public_id)

    def stale(self, visit: Visit, form: Form | None = None) -> Response:
        """The form is of another session, or of no page of ours."""
        return visit.page("me_stale.html", place="", status=HTTPStatus.FORBIDDEN, typed=_typed(form or {}))

    async def visit(self, request: Request, lists: Mapping[str, tuple[str, ...]] | None = None) -> Visit | None:
        """Who asks; None where there is no session (any more)."""
        store = self._parts.store
        token = self.cookies.read(request, Cookie.SESSION)
        session = None if token is None else await store.look(sessions.come, sessions.Come(token=token))
        if session is None:
            return None
        me = ByPerson(school_id=session.school_id, person_id=session.person_id)
        guest = await store.look(sessions.guest, me)
        if guest is None:
            return None
        if session.is_to_be_noted(self._parts.now()):
            one = sessions.OneSession(school_id=me.school_id, person_id=me.person_id, session=session.public_id)
            await store.run(sessions.note_use, one)
        lang = language.asked_for(request) or guest.person.lang
        return Visit(request, self._parts, session, guest.person, guest.school, lang, lists or {})


def _typed(form: Form) -> tuple[str, ...]:
    return tuple(form[name] for name in TYPED if form.get(name, "").strip())
