"""What Slack refuses in the parts of blocks: texts, options, buttons, inputs. Complaints carry a JSON pointer."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from slack.server.world import Json

Complaints = Iterator[str]
_URL = re.compile(r"^(https?|mailto|slack):\S+$")


def at(complaint: str, where: str) -> str:
    return f"{complaint} [json-pointer:{where}]"


def long(text: str) -> int:
    """Characters as Slack's own window counts them: one outside of the basic plane is two."""
    return len(text) + sum(each > "\uffff" for each in text)


def string(value: object, most: int, where: str, *, least: int = 1, required: bool = True) -> Complaints:
    if value is None:
        if required:
            yield at(f"missing required field: {where.rpartition('/')[2]}", where.rpartition("/")[0])
    elif not isinstance(value, str):
        yield at("must provide a string", where)
    elif long(value) > most:
        yield at(f"must be less than {most + 1} characters", where)
    elif len(value) < least:
        yield at(f"must be more than {least - 1} characters", where)


def words(value: object, most: int, where: str, *, plain: bool = False, required: bool = True) -> Complaints:
    """A text object."""
    if value is None:
        if required:
            yield at(f"missing required field: {where.rpartition('/')[2]}", where.rpartition("/")[0])
    elif not isinstance(value, dict) or value.get("type") not in ("plain_text", "mrkdwn"):
        yield at("must provide an object", where)
    elif plain and value["type"] != "plain_text":
        yield at("must be a plain_text object", f"{where}/type")
    elif unknown := value.keys() - {"type", "text", "emoji", "verbatim"}:
        yield at(f"invalid additional property: {sorted(unknown)[0]}", where)
    else:
        yield from string(value.get("text"), most, f"{where}/text")


def url(value: object, where: str) -> Complaints:
    yield from string(value, 3000, where)
    if isinstance(value, str) and not _URL.match(value):
        yield at("invalid url", where)


def button(element: Json, where: str) -> Complaints:
    yield from words(element.get("text"), 75, f"{where}/text", plain=True)
    yield from string(element.get("value"), 2000, f"{where}/value", least=0, required=False)
    if "url" in element:
        yield from url(element["url"], f"{where}/url")
    if element.get("style", "primary") not in ("primary", "danger"):
        yield at("invalid value for style", f"{where}/style")
    yield from string(element.get("accessibility_label"), 75, f"{where}/accessibility_label", required=False)


def option(value: Json, where: str, *, plain: bool = True) -> Complaints:
    yield from words(value.get("text"), 75, f"{where}/text", plain=plain)
    yield from string(value.get("value"), 150, f"{where}/value")
    yield from words(value.get("description"), 75, f"{where}/description", required=False)


def _options(least: int, most: int, *, plain: bool = True) -> Callable[[Json, str], Complaints]:
    def check(element: Json, where: str) -> Complaints:
        given = element.get("options")
        groups = element.get("option_groups")
        if groups is None and not isinstance(given, list):
            yield at("missing required field: options", where)
            return
        lists = [(given, where)] if groups is None else [
            (group.get("options"), f"{where}/option_groups/{n}") for n, group in enumerate(groups)
        ]  # fmt: skip
        values = []
        for number, group in enumerate(groups or ()):
            yield from words(group.get("label"), 75, f"{where}/option_groups/{number}/label", plain=True)
        if len(groups or ()) > 100:
            yield at("no more than 100 items allowed", f"{where}/option_groups")
        for options, place in lists:
            if len(options or ()) < least:
                yield at(f"no fewer than {least} items required", f"{place}/options")
            if len(options or ()) > most:
                yield at(f"no more than {most} items allowed", f"{place}/options")
            for number, one in enumerate(options or ()):
                values.append(one)
                yield from option(one, f"{place}/options/{number}", plain=plain)
        for name in ("initial_option", "initial_options"):
            chosen = element.get(name, [])
            for one in chosen if isinstance(chosen, list) else [chosen]:
                if one not in values:
                    yield at("initial option must match one of the options", f"{where}/{name}")
        yield from words(element.get("placeholder"), 150, f"{where}/placeholder", plain=True, required=False)

    return check


def typed(element: Json, where: str) -> Complaints:
    for name in ("min_length", "max_length"):
        if not 0 <= int(element.get(name, 1)) <= 3000:
            yield at("must be between 0 and 3000", f"{where}/{name}")
    most = int(element.get("max_length", 3000))
    yield from string(element.get("initial_value"), most, f"{where}/initial_value", least=0, required=False)
    yield from words(element.get("placeholder"), 150, f"{where}/placeholder", plain=True, required=False)


def day(element: Json, where: str) -> Complaints:
    chosen = element.get("initial_date")
    if chosen is not None:
        try:
            date.fromisoformat(chosen)
        except (ValueError, TypeError):
            yield at("invalid date", f"{where}/initial_date")
    yield from words(element.get("placeholder"), 150, f"{where}/placeholder", plain=True, required=False)


def picture(element: Json, where: str) -> Complaints:
    yield from string(element.get("alt_text"), 2000, f"{where}/alt_text")
    if "slack_file" not in element:
        yield from url(element.get("image_url"), f"{where}/image_url")


def _only_placeholder(element: Json, where: str) -> Complaints:
    yield from words(element.get("placeholder"), 150, f"{where}/placeholder", plain=True, required=False)


ELEMENTS: dict[str, Callable[[Json, str], Complaints]] = {
    "button": button,
    "static_select": _options(1, 100),
    "multi_static_select": _options(1, 100),
    "overflow": _options(1, 5),
    "radio_buttons": _options(1, 10, plain=False),
    "checkboxes": _options(1, 10, plain=False),
    "plain_text_input": typed,
    "email_text_input": typed,
    "url_text_input": typed,
    "number_input": typed,
    "datepicker": day,
    "timepicker": _only_placeholder,
    "datetimepicker": _only_placeholder,
    "external_select": _only_placeholder,
    "users_select": _only_placeholder,
    "multi_users_select": _only_placeholder,
    "conversations_select": _only_placeholder,
    "channels_select": _only_placeholder,
    "file_input": _only_placeholder,
    "image": picture,
}
IN_ACTIONS = ELEMENTS.keys() - {
    "image", "plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input",
}  # fmt: skip
IN_INPUTS = ELEMENTS.keys() - {"button", "image", "overflow"}
IN_ACCESSORIES = IN_ACTIONS | {"image"}


def element(value: object, allowed: frozenset[str] | set[str], where: str) -> Complaints:
    """An interactive element or image where only `allowed` types stand."""
    if not isinstance(value, dict) or value.get("type") not in allowed:
        kind = value.get("type") if isinstance(value, dict) else value
        yield at(f"unsupported type: {kind}", f"{where}/type")
        return
    yield from string(value.get("action_id"), 255, f"{where}/action_id", required=False)
    if (confirm := value.get("confirm")) is not None:
        yield from words(confirm.get("title"), 100, f"{where}/confirm/title", plain=True)
        yield from words(confirm.get("text"), 300, f"{where}/confirm/text")
        yield from words(confirm.get("confirm"), 30, f"{where}/confirm/confirm", plain=True)
        yield from words(confirm.get("deny"), 30, f"{where}/confirm/deny", plain=True)
    yield from ELEMENTS[value["type"]](value, where)
