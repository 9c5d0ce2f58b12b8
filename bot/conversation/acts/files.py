"""Badges sent as files: what was found of each is told to its sender alone, who decides whether it is taken in.

Nothing is kept of a file but what its sender takes in by the road that all badges from elsewhere take.
"""

from collections.abc import Awaitable, Callable, Sequence

from bot.badges.text import clean
from bot.conversation.actions import Action
from bot.conversation.acts.endorsing import endorsable_issuer
from bot.conversation.acts.foreign import taken_or_not
from bot.conversation.held import HeldFile
from bot.conversation.intents import Attached
from bot.conversation.scene import Act, Scene, Values, Views
from bot.conversation.views import FileRefused, Notice, VerdictView
from bot.domain.foreign import MAX_BYTES
from bot.errors import Problem
from bot.services.foreign import coming_of
from bot.services.foreign_ports import Coming

MOST_FILES = 5
"""Of one message that are looked at."""
LONGEST_NAME = 80


async def verify_files(scene: Scene, files: Sequence[Attached]) -> Views:
    """The named checks of each file. Nothing is kept."""
    return await _each(scene, files, _verified)


async def look_at_files(scene: Scene, files: Sequence[Attached]) -> Views:
    """The same, and a button that takes in what can be; until then the file is held."""
    return await _each(scene, files, _looked_at)


async def take_in_files(scene: Scene, files: Sequence[Attached]) -> Views:
    """Keep each badge that was given to the sender."""
    return await _each(scene, files, _taken_in)


async def pressed(scene: Scene, action: Action, values: Values) -> Views:
    """Take in the file that was looked at. Pressed again it doubles nothing."""
    file = scene.parts.held.find(scene.me, action.subject)
    return (Notice("file.gone"),) if file is None else await _taken_in(scene, file)


ACTS: dict[str, Act] = {"take_in_file": pressed}


async def _verified(scene: Scene, file: HeldFile) -> Views:
    looked = await scene.parts.foreign.look_into(scene.me, file.data)
    return (VerdictView(looked.verdict, file.name, issuer=await endorsable_issuer(scene, looked.verdict)),)


async def _looked_at(scene: Scene, file: HeldFile) -> Views:
    looked = await scene.parts.foreign.look_into(scene.me, file.data)
    may_come = isinstance(coming_of(looked), Coming)
    held = scene.parts.held.hold(scene.me, file) if may_come else None
    return (VerdictView(looked.verdict, file.name, held, await endorsable_issuer(scene, looked.verdict)),)


async def _taken_in(scene: Scene, file: HeldFile) -> Views:
    return await taken_or_not(scene, file.data, file.name)


_OnFile = Callable[[Scene, HeldFile], Awaitable[Views]]


async def _each(scene: Scene, files: Sequence[Attached], act: _OnFile) -> Views:
    """One answer for each file, whatever becomes of the others."""
    answers: Views = ()
    for file in files[:MOST_FILES]:
        name = clean(file.name[: 10 * LONGEST_NAME])[:LONGEST_NAME]
        try:
            answers += await act(scene, HeldFile(name, await file.read(MAX_BYTES)))
        except Problem as problem:
            answers += (FileRefused(name, problem.code, dict(problem.params)),)
    left_out = len(files) - MOST_FILES
    return answers if left_out <= 0 else (*answers, Notice("file.too_many", {"most": MOST_FILES, "n": left_out}))
