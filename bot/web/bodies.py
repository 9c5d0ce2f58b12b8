"""Reading what is sent to us with a file in it: whole first and bounded, then as a form."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

MEBIBYTE = 2**20
MULTIPART = "multipart/form-data"
FORMS = (MULTIPART, "application/x-www-form-urlencoded")
MOST_FIELDS = 8


def media_type(request: Request) -> str:
    """What the body says it is, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_of(request: Request, most: int) -> bytes:
    """The request's own bytes, `most` MiB at most. Raises HTTPException 413."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > most * MEBIBYTE:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(data)


@asynccontextmanager
async def form_of(request: Request, body: bytes, *, most_text: int) -> AsyncIterator[FormData]:
    """The fields of a body that was read, one of them a file; its files are closed afterwards.

    `most_text`: MiB of a field that is no file. Raises HTTPException 400 for what is no form: one whose end is missing
    is refused here, since the parser would leave the files of half a form open.
    """
    if media_type(request) == MULTIPART and not body.rstrip().endswith(b"--"):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    async with Request(request.scope, _told_once(body)).form(
        max_files=1, max_fields=MOST_FIELDS, max_part_size=most_text * MEBIBYTE
    ) as form:
        yield form


def _told_once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
