"""Export my data, forget me."""

from bot.conversation.actions import Action
from bot.conversation.export import export_of
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import ExportReady, ForgetConfirm, Notice
from bot.services import privacy


async def export(scene: Scene) -> Views:
    """Everything about me as one ZIP, handed over privately."""
    now = scene.parts.now()
    data = await export_of(scene.parts, scene.me, now)
    return (ExportReady(f"sukima-{scene.local(now).date().isoformat()}.zip", data),)


async def confirm(scene: Scene) -> Views:
    """Says what goes and what stays, and asks once more. The last owner is told to name another one first."""
    refusal = await scene.store.run(privacy.refusal_to_forget, scene.me)
    if refusal is not None:
        return refused(refusal)
    belongings = await scene.store.look(privacy.count_belongings, scene.me)
    return (ForgetConfirm(belongings.badges, belongings.endorsements),)


async def forget(scene: Scene, action: Action, values: Values) -> Views:
    """Forgotten at once; the goodbye follows as the only direct message that remains."""
    refusal = await scene.store.run(privacy.forget, scene.me)
    if refusal is not None:
        return refused(refusal)
    scene.parts.held.drop_all(scene.me)
    return () if scene.direct else (Notice("notice.forgotten"),)


async def cancel(scene: Scene, action: Action, values: Values) -> Views:
    return (Notice("notice.cancelled"),)


ACTS: dict[str, Act] = {"forget_yes": forget, "cancel": cancel}
