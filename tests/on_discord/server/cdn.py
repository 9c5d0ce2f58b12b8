"""Files by their addresses, for as long as these hold; pictures of people."""

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def serve(discord: "DiscordLike", served: web.Application) -> None:
    async def attachment(request: web.Request) -> web.StreamResponse:
        where = discord.channels.get(request.match_info["channel"])
        ends = int(request.query.get("ex", "0"), 16)
        if ends <= discord.clock.now():
            return web.Response(status=404, text="This content is no longer available.")
        upload = discord.uploads.get(request.match_info["id"])
        if upload is not None:
            return web.Response(body=upload.data, content_type=upload.content_type)
        for message in where.messages.values() if where is not None else ():
            for each in message.attachments:
                if each.id == request.match_info["id"] and each.name == request.match_info["name"]:
                    return web.Response(body=each.data, content_type=each.content_type)
        return web.Response(status=404, text="This content is no longer available.")

    async def picture(request: web.Request) -> web.StreamResponse:
        return web.Response(body=PIXEL, content_type="image/png")

    served.router.add_get("/cdn/attachments/{channel}/{id}/{name}", attachment)
    served.router.add_get("/cdn/{rest:.*}", picture)
