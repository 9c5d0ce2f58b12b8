"""Moving to another school: the code at the old one, the preview and the press at the new one."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import MoveCode, MovePreview, Notice
from bot.domain.outcomes import Refused
from bot.services import moving


async def move(scene: Scene, code: str) -> Views:
    """Without a code: one to take along. With one: what it would bring here."""
    if not code:
        return await begin(scene)
    seen = await scene.store.run(moving.look_ahead, moving.LookAhead(**scene.ids, code=code))
    if isinstance(seen, Refused):
        return refused(seen)
    return (
        MovePreview(seen.move, seen.school, seen.badges, seen.completions, seen.endorsements, seen.given, seen.doubled),
    )


async def begin(scene: Scene) -> Views:
    begun = await scene.store.run(moving.begin, scene.me)
    if isinstance(begun, Refused):
        return refused(begun)
    until = scene.local(begun.until).date()
    return (MoveCode(begun.code, until, begun.badges, begun.completions, begun.given),)


async def confirm(scene: Scene, action: Action, values: Values) -> Views:
    """*Move here*: everything at once, or nothing."""
    moved = await scene.store.run(moving.move, moving.ConfirmMove(**scene.ids, move=action.subject))
    if isinstance(moved, Refused):
        return refused(moved)
    return (Notice("notice.moved", {"badges": moved.badges, "completions": moved.completions}),)


ACTS: dict[str, Act] = {"move_yes": confirm}
