"""What a reader sees when there is no page: what happened, and where to go on, in the reader's language."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.domain.language import Lang
from bot.pages import language
from bot.pages.engine import Pages
from bot.wording import Wording

TOLD = frozenset({400, 403, 404, 405, 410, 413, 429, 500})
"""The statuses that have a page of their own (`page.error.<status>.…`)."""

Handler = Callable[[Request, Exception], Awaitable[Response]]


class ErrorPages:
    """Draws errors. `handlers` belong into Starlette's `exception_handlers`, `page` is what guards refuse with."""

    def __init__(self, pages: Pages, default: Lang) -> None:
        """`default` is for readers whose browser names none of our languages."""
        self._pages = pages
        self._default = default

    def page(self, request: Request, status: int) -> Response:
        """The page for a status."""
        lang = language.of(request, self._default)
        return self._pages.answer(request, "error.html", lang=lang, status=status, told=told(status))

    def handlers(self) -> dict[int | type[Exception], Handler]:
        """For refusals raised as HTTPException, and for what nobody expected."""
        return {HTTPException: self._refused, Exception: self._broken}

    async def _refused(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code < HTTPStatus.BAD_REQUEST:
            return Response(status_code=error.status_code, headers=error.headers)
        response = self.page(request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def _broken(self, request: Request, error: Exception) -> Response:
        return self.page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def told(status: int) -> int:
    """The status whose sentences tell this one: its own, or those for a bad request or a broken house."""
    if status in TOLD:
        return status
    return HTTPStatus.BAD_REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.INTERNAL_SERVER_ERROR


def plainly(request: Request, status: int) -> Response:
    """One sentence without a page, for readers whom no style sheet would reach."""
    lang = language.of(request, "ja")
    sentence = Wording(lang).say(f"page.error.{told(status)}.text")
    return PlainTextResponse(sentence + "\n", status, {"Content-Language": lang})
