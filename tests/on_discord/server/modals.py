"""A modal as a person has it open: labels, what is typed, and what Discord's own window refuses."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from on_discord.server.components import CHECKBOX, CHECKBOXES, INPUT, LABEL, RADIO, ROW, SELECT, UPLOAD, WORDS
from on_discord.server.interactions import Interaction
from on_discord.server.world import Json

if TYPE_CHECKING:
    from on_discord.server.actor import Actor

LISTS = frozenset({SELECT, CHECKBOXES, 5, 6, 7, 8})


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `hint` is what stands small below its label."""

    label: str
    hint: str
    component: Json

    @property
    def key(self) -> str:
        return str(self.component["custom_id"])


@dataclass
class Modal:
    """One that somebody has open. `of` is the interaction that it answered."""

    of: Interaction
    data: Json
    typed: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def words(self) -> list[str]:
        """What stands between the fields."""
        return [each["content"] for each in self.data["components"] if each["type"] == WORDS]

    @property
    def fields(self) -> list[Field]:
        found = []
        for each in self.data["components"]:
            if each["type"] == LABEL:
                found.append(Field(each["label"], each.get("description") or "", each["component"]))
            elif each["type"] == ROW:
                found += [Field(one["label"], "", one) for one in each["components"]]
        return found

    def named(self) -> dict[str, Field]:
        """The fields by all names that they are known by; labels first."""
        ids = {each.key: each for each in self.fields}
        return ids | {each.label: each for each in self.fields}

    def fill(self, values: dict[str, Any]) -> None:
        known = self.named()
        for name, value in values.items():
            if name not in known:
                raise AssertionError(f"{self.title}: there is no field {name!r}, but {list(known)}")
            self.typed[known[name].key] = _value(known[name].component, value)

    def wrong(self) -> dict[str, str]:
        """What Discord's window would not send, by label."""
        found = {}
        for each in self.fields:
            value = self.current(each)
            complaint = _complaint(each.component, value)
            if complaint:
                found[each.label] = complaint
        return found

    def current(self, each: Field) -> Any:
        """What stands in a field now."""
        if each.key in self.typed:
            return self.typed[each.key]
        component = each.component
        if component["type"] == INPUT:
            return component.get("value") or ""
        if component["type"] == CHECKBOX:
            return bool(component.get("default"))
        chosen = [one["value"] for one in component.get("options") or () if one.get("default")]
        return (chosen or [None])[0] if component["type"] == RADIO else chosen

    def sent(self) -> Json:
        """The data of a submit."""
        components: list[Json] = []
        for each in self.data["components"]:
            if each["type"] == LABEL:
                component = next(one for one in self.fields if one.component is each["component"])
                components.append({"type": LABEL, "id": each["id"], "component": self._filled(component)})
            elif each["type"] == ROW:
                inside = [self._filled(one) for one in self.fields if one.component in each["components"]]
                components.append({"type": ROW, "id": each["id"], "components": inside})
            else:
                components.append({"type": each["type"], "id": each["id"]})
        return {"custom_id": self.data["custom_id"], "components": components}

    def _filled(self, each: Field) -> Json:
        component, value = each.component, self.current(each)
        said: Json = {"type": component["type"], "id": component["id"], "custom_id": component["custom_id"]}
        many = component["type"] in LISTS or component["type"] == UPLOAD
        return said | ({"values": list(value)} if many else {"value": value})


def _value(component: Json, value: Any) -> Any:
    """What is typed or chosen: an option is meant by its label or value."""
    if component["type"] in (INPUT, CHECKBOX, UPLOAD):
        return value
    options = {name: one["value"] for one in component.get("options") or () for name in (one["value"], one["label"])}
    if component["type"] == RADIO:
        return options[value]
    listed = [value] if isinstance(value, str) else list(value)
    return [options[each] for each in listed] if options else listed


def _complaint(component: Json, value: Any) -> str:
    required = component.get("required", True)
    if component["type"] == INPUT:
        least, most = component.get("min_length") or 0, component.get("max_length") or 4000
        if not value:
            return "This field is required" if required else ""
        return "" if least <= len(value) <= most else f"Must be between {least} and {most} in length."
    if component["type"] in LISTS:
        if not value:
            return "This field is required" if required and component.get("min_values", 1) else ""
        most = component.get("max_values") or 1
        return "" if len(value) <= most else f"At most {most}."
    return "This field is required" if component["type"] == RADIO and required and value is None else ""


class Modals:
    """The window that a person has open: at most one."""

    def __init__(self, actor: "Actor") -> None:
        self._actor = actor

    @property
    def top(self) -> Modal | None:
        return self._actor.discord.modals.get(self._actor.id)

    def closes(self) -> None:
        """Close it; Discord tells nobody."""
        self._actor.discord.modals.pop(self._actor.id, None)

    async def submits(self, values: dict[str, Any] | None = None) -> dict[str, str]:
        """Fill and send it. What Discord's own window complains of is returned, and nothing was sent then."""
        modal = self.top
        assert modal is not None, f"{self._actor.name} has no window open"
        resolved: Json = {}
        modal.fill(
            {
                name: [self._actor._brought(modal.of.where, one, resolved) for one in value]
                if isinstance(value, list) and any(isinstance(one, tuple) for one in value)
                else value
                for name, value in (values or {}).items()
            }
        )
        if modal.wrong():
            return modal.wrong()
        self.closes()
        discord = self._actor.discord
        of = modal.of
        message = of.message if of.message is not None and of.message.id in of.where.messages else None
        sent = modal.sent() | ({"resolved": resolved} if resolved else {})
        await self._actor.interact(discord.interactions.submit(self._actor.user, of.where, sent, message))
        return {}
