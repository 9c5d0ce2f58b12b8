"""The staff room's terminal, opened over a house with its clock going."""

import os
import sys

from bot.app.house import made
from bot.app.staff_room import open_staff_room
from bot.app.world import World
from bot.settings import Settings
from bot.wording import Wording


async def run_terminal(settings: Settings, voice: Wording) -> None:
    """The staff room in the terminal, until the person leaves."""
    from bot.handlers.local.terminal import open_terminal  # only here: no other command needs an editor of lines

    def tell(key: str) -> None:
        print(voice.say(key), flush=True)  # noqa: T201 - the face is not open yet

    tell("cli.opening")
    async with open_staff_room(settings, World(), tell) as staff_room:
        for line in made(staff_room.house, voice):
            print(line)  # noqa: T201
        clock = staff_room.house.clock()
        clock.start()
        try:
            await open_terminal(staff_room.chairs, voice, sys.stdin, sys.stdout, os.environ).run()
        finally:
            await clock.stop()
