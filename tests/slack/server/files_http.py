"""Where files are: the address that takes a file's bytes, and the one that gives them to a token that may read."""

from typing import TYPE_CHECKING

from aiohttp import web

from slack.server.troubled import Answer, troubled
from slack.server.world import Team, Upload

if TYPE_CHECKING:
    from slack.server.server import SlackLike

LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"


def serve(slack: "SlackLike", served: web.Application) -> None:
    """Faults are ordered under the names `upload` and `download`, with `file`."""

    def found(request: web.Request) -> tuple[Team, Upload] | None:
        team_id, _, file_id = request.match_info["file"].partition("-")
        team = slack.teams.get(team_id)
        upload = team.files.get(file_id) if team else None
        return (team, upload) if team and upload else None

    async def take(request: web.Request) -> web.StreamResponse:
        known = found(request)
        if known is None or known[1].complete:
            return web.Response(status=404, text="Not found")
        data = await _bytes(request)

        async def keep() -> Answer:
            if len(data) != known[1].size:
                return Answer(None, 400)
            known[1].data = data
            return Answer({"ok": True})

        said = await troubled(slack, request, "upload", {"file": known[1].id}, keep)
        slack.changed()
        return web.Response(status=said.status or 500, text=f"OK - {len(data)}" if said.status == 200 else "no")

    async def give(request: web.Request) -> web.StreamResponse:
        known = found(request)

        async def read() -> Answer:
            return Answer({"ok": True})

        said = await troubled(slack, request, "download", {"file": known[1].id if known else ""}, read)
        if said.status != 200:
            return web.Response(status=said.status or 500, headers=said.headers)
        if known is None or known[1].deleted or known[1].data is None:
            return web.Response(status=404, text="Not found")
        if not _may_read(slack, request, known[0]):
            raise web.HTTPFound(f"{slack.url}/?redir={request.path}")
        return web.Response(body=known[1].data, content_type="application/octet-stream")

    async def login(_: web.Request) -> web.StreamResponse:
        return web.Response(text=LOGIN, content_type="text/html")

    served.router.add_post("/upload/v1/{file}", take)
    served.router.add_get("/files-pri/{file}/{name}", give)
    served.router.add_get("/files-pri/{file}/download/{name}", give)
    served.router.add_get("/", login)


async def _bytes(request: web.Request) -> bytes:
    """The file, sent plainly or as the one part of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""


def _may_read(slack: "SlackLike", request: web.Request, team: Team) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    grant = slack.app.grants.get(token)
    if grant is None or grant.revoked or grant.install is None or grant.install.gone:
        return False
    here = grant.install.team_id == team.id or (
        grant.install.team_id is None and grant.install.enterprise_id == team.enterprise_id
    )
    return here and "files:read" in grant.scopes
