"""A person's open modals: what they say, how they are filled, sent and closed."""

from typing import TYPE_CHECKING, Any

from slack.server import interactions, sight
from slack.server.delivery import Delivery
from slack.server.methods.views import dressed, put_on
from slack.server.pressing import action_of, fill, find
from slack.server.world import Json

if TYPE_CHECKING:
    from slack.server.actor import Actor


class Modals:
    """`errors` are what the app complained about in the last submission, by the labels of the inputs."""

    def __init__(self, actor: "Actor") -> None:
        self._actor = actor
        self.errors: dict[str, str] = {}

    @property
    def top(self) -> Json | None:
        """The modal that is seen now."""
        return self._stack[-1] if self._stack else None

    async def open(self, *parts: str) -> Json:
        """The open modal once it says all the parts; waits for it."""

        def found() -> Json | None:
            return self.top if self.top is not None and all(part in self.words() for part in parts) else None

        return await self._actor.slack.until(found, f"{self._actor.user.real_name} has a modal with {parts!r}")

    def words(self) -> str:
        """All that the top modal says: title, blocks, labels."""
        view = self.top
        if view is None:
            return ""
        labels = [(view.get(name) or {}).get("text", "") for name in ("submit", "close")]
        body = sight.blocks_words(self._actor.team, view["blocks"])
        return "\n".join((view["title"]["text"], body, *labels))

    def inputs(self) -> dict[str, Json]:
        """The inputs of the top modal by their labels."""
        return {each.label: each.element for each in sight.fillable(self.top["blocks"])} if self.top else {}

    async def fills(self, values: dict[str, Any]) -> None:
        view = await self.open()
        fill(view["state"]["values"], sight.fillable(view["blocks"]), values)

    async def submits(self, values: dict[str, Any] | None = None) -> dict[str, str]:
        """Send the top modal, perhaps filled first; the errors that are shown, by label: none when it was taken."""
        if values:
            await self.fills(values)
        view = await self.open()
        self._check(view)
        payload = interactions.submission(self._actor.slack, self._actor.team, self._actor.id, view)
        delivery = await self._actor.interact(payload)
        if delivery.attempts:
            self._answered(view, delivery.attempts[-1].payload or {})
        return self.errors

    async def presses(self, label: str, *, beside: str = "") -> Delivery:
        """Press a button in the top modal."""
        view = await self.open()
        found = find(sight.pressable(self._actor.team, view["blocks"]), label, beside)
        if found is None:
            raise AssertionError(f"no button {label!r} in the modal")
        actor = self._actor
        return await actor.interact(
            interactions.press_in_view(actor.slack, actor.team, actor.id, view, action_of(found))
        )

    async def closes(self) -> None:
        """Close the top modal; the app hears of it where it asked to."""
        view = await self.open()
        self._stack.remove(view)
        if view["notify_on_close"]:
            actor = self._actor
            await actor.interact(interactions.closing(actor.slack, actor.team, actor.id, view, cleared=False))

    # ------------------------------------------------------------------ inside

    @property
    def _stack(self) -> list[Json]:
        return self._actor.team.views.setdefault(self._actor.id, [])

    def _check(self, view: Json) -> None:
        """Slack itself does not send a modal whose needed inputs are empty."""
        for each in sight.fillable(view["blocks"]):
            state = view["state"]["values"][each.block["block_id"]][each.element["action_id"]]
            held = [value for name, value in state.items() if name != "type"]
            if not each.block.get("optional") and not any(held):
                raise AssertionError(f"the modal says that {each.label!r} must be filled")
            typed, most = state.get("value") or "", each.element.get("max_length")
            if most and len(typed) > most:
                raise AssertionError(f"the modal says that {each.label!r} is longer than {most}")

    def _answered(self, view: Json, answer: Json) -> None:
        self.errors = {}
        what = answer.get("response_action")
        actor, stack = self._actor, self._stack
        if what == "errors":
            labels = {each.block["block_id"]: each.label for each in sight.fillable(view["blocks"])}
            self.errors = {labels[block]: text for block, text in answer["errors"].items()}
            return
        if view not in stack:
            return
        if what == "clear" or (what is None and view["clear_on_close"]):
            stack.clear()
        elif what == "update":
            stack[stack.index(view)] = dressed(actor.slack, actor.team, answer["view"], ("modal",), view)
        elif what == "push":
            put_on(stack, dressed(actor.slack, actor.team, answer["view"], ("modal",)))
        else:
            stack.remove(view)
        actor.slack.changed()
