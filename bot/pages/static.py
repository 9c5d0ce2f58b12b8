"""Styles, scripts and pictures of the pages: read once, served from memory.

An address carries a mark of the contents, so that it may be kept for a year and a new version is a new address. Names
are looked up in a table: no path of a request ever reaches the file system.
"""

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

STATIC_PATH = "/static/"
FOLDER = "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
"""The kinds of files there are. Any other is a mistake, found at the start."""
FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    content: bytes
    media_type: str
    mark: str
    """Changes when the contents do."""


class Static:
    """The static files of some packages, each in its folder `static`."""

    def __init__(self, *packages: str) -> None:
        """Raises ValueError for a file of an unknown kind and for two of the same name."""
        self._files: dict[str, StaticFile] = {}
        for package in packages:
            self._read(package)

    def url(self, name: str) -> str:
        """The address of a file. Raises LookupError: a page names a file that is not there."""
        return f"{STATIC_PATH}{name}?v={self._files[name].mark}"

    def text(self, name: str) -> str:
        """A file's text, to stand within a page. Raises LookupError as `url` does."""
        return self._files[name].content.decode()

    async def answer(self, request: Request) -> Response:
        """The file that a request asks for; 304 when the reader has it; raises HTTPException 404."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        etag = f'"{file.mark}"'
        keep = FOR_A_YEAR if request.query_params.get("v") == file.mark else ASK_AGAIN
        headers = {"ETag": etag, "Cache-Control": keep}
        if has_already(request, etag):
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers={**headers, "Content-Type": file.media_type})

    def _read(self, package: str) -> None:
        folder = files(package).joinpath(FOLDER)
        if not folder.is_dir():
            return
        for file in folder.iterdir():
            kind = "." + file.name.rpartition(".")[2]
            if kind not in TYPES:
                raise ValueError(f"{package}: {file.name} is of no kind that pages have")
            if file.name in self._files:
                raise ValueError(f"{package}: there is a {file.name} already")
            content = file.read_bytes()
            self._files[file.name] = StaticFile(content, TYPES[kind], sha256(content).hexdigest()[:16])


def has_already(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` (RFC 9110 13.1.2) names this tag."""
    tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    return etag in tags or "*" in tags
