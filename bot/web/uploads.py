"""Forms that bring a file: who asks is looked at before anything of the file is read, and a few at a time."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import Problem
from bot.pages.csrf import same_origin
from bot.web.bodies import body_of, form_of
from bot.web.visits import Handler, Visit, Visits

Taking = Callable[[Visit, bytes], Awaitable[Response]]
"""What is done with a file; empty bytes where none was chosen."""
AT_ONCE = 2
"""Files that are read or looked at: each is held in memory."""
TEXT = 1
"""In MiB: the other fields of such a form are a few words."""


class Uploads:
    """Lets people who are in bring a file, so many at a time. Whoever comes then is asked to come again."""

    def __init__(self, visits: Visits, at_once: int = AT_ONCE) -> None:
        self._visits = visits
        self._free = at_once

    def handler(self, take: Taking, *, most: int, place: str, way: str) -> Handler:
        """The handler of a form with one file of `most` MiB; `way` is the page that the form is on."""

        async def handle(request: Request) -> Response:
            visit = await self._visits.visit(request)
            if visit is None:
                return self._visits.ended(request)
            if not same_origin(request):
                return self._visits.stale(visit)
            if not self._free:
                return visit.fail(Problem("bring_busy"), place=place, way=way)
            self._free -= 1
            try:
                return await self._take(visit, take, most)
            finally:
                self._free += 1

        return handle

    async def _take(self, visit: Visit, take: Taking, most: int) -> Response:
        body = await body_of(visit.request, most + 1)
        async with form_of(visit.request, body, most_text=TEXT) as form:
            token, file = form.get("csrf"), form.get("file")
            if not isinstance(token, str) or not self._visits.is_own_form(visit, token):
                return self._visits.stale(visit)
            data = await file.read() if isinstance(file, UploadFile) else b""
        return await take(visit, data)
