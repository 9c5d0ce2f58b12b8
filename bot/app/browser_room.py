"""The rehearsal room in the browser: its face over an open staff room."""

import time

from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.app.staff_room import StaffRoom
from bot.app.world import World
from bot.handlers.local.browser import Face, FaceParts, open_face
from bot.handlers.local.rehearsal import WORKSPACE
from bot.pages import Pages
from bot.web.metrics import Metrics
from bot.web.watch import Watch

LOOPBACK = "127.0.0.1"
"""The room is for this machine only."""


def face_of(staff_room: StaffRoom, pages: Pages) -> Face:
    """The room's face in the browser. Its key stays the same as long as the data do."""
    return open_face(
        FaceParts(
            room=staff_room.room,
            adapter=staff_room.adapter,
            store=staff_room.house.store,
            workspace=WORKSPACE,
            advance=staff_room.advance,
            coming=staff_room.house.coming,
            pages=pages,
            secret=staff_room.house.derive("room"),
            now=World().now,
        )
    )


def alone(face: Face, pages: Pages, metrics: Metrics) -> ASGIApp:
    """The room on an origin of its own, counted with the rest."""
    app = Starlette(routes=[*face.routes, *pages.static_routes()])
    return Watch(app, metrics, time.perf_counter, World().new_id)
