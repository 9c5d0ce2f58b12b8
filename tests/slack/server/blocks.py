"""What Slack refuses in blocks and views, and what it adds to those that it takes."""

import copy
import json
from collections.abc import Callable, Container, Iterator
from typing import Any

from slack.server.calls import Refusal, refused_arguments
from slack.server.elements import (
    ELEMENTS,
    IN_ACCESSORIES,
    IN_ACTIONS,
    IN_INPUTS,
    Complaints,
    at,
    element,
    long,
    picture,
    string,
    url,
    words,
)  # fmt: skip
from slack.server.world import Json

IN_MESSAGE, IN_VIEW = 50, 100
LONGEST_BLOCKS = 13_200
"""Characters of all blocks of a message; Slack does not say how it counts: their texts, and a little for each."""
A_BLOCK = 10
LARGEST_VIEW = 250_000


def _section(block: Json, where: str) -> Complaints:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield at("missing required field: text", where)
    yield from words(block.get("text"), 3000, f"{where}/text", required=False)
    if len(fields or ()) > 10:
        yield at("no more than 10 items allowed", f"{where}/fields")
    for number, each in enumerate(fields or ()):
        yield from words(each, 2000, f"{where}/fields/{number}")
    if "accessory" in block:
        yield from element(block["accessory"], IN_ACCESSORIES, f"{where}/accessory")


def _header(block: Json, where: str) -> Complaints:
    yield from words(block.get("text"), 150, f"{where}/text", plain=True)


def _several(most: int, each: Callable[[Any, str], Complaints]) -> Callable[[Json, str], Complaints]:
    def check(block: Json, where: str) -> Complaints:
        elements = block.get("elements")
        if not isinstance(elements, list) or not elements:
            yield at("no fewer than 1 items required", f"{where}/elements")
            return
        if len(elements) > most:
            yield at(f"no more than {most} items allowed", f"{where}/elements")
        for number, one in enumerate(elements):
            yield from each(one, f"{where}/elements/{number}")

    return check


def _context(value: Any, where: str) -> Complaints:
    if isinstance(value, dict) and value.get("type") == "image":
        yield from element(value, {"image"}, where)
    else:
        yield from words(value, 2000, where)


def _action(value: Any, where: str) -> Complaints:
    yield from element(value, IN_ACTIONS, where)


def _input(block: Json, where: str) -> Complaints:
    yield from words(block.get("label"), 2000, f"{where}/label", plain=True)
    yield from words(block.get("hint"), 2000, f"{where}/hint", plain=True, required=False)
    if block.get("element") is None:
        yield at("missing required field: element", where)
    else:
        yield from element(block["element"], IN_INPUTS, f"{where}/element")


def _image(block: Json, where: str) -> Complaints:
    yield from picture(block, where)
    yield from words(block.get("title"), 2000, f"{where}/title", plain=True, required=False)


def _markdown(block: Json, where: str) -> Complaints:
    yield from string(block.get("text"), 12_000, f"{where}/text")


def _anything(block: Json, where: str) -> Complaints:
    yield from ()


RICH = {
    "rich_text_section": {"text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color"},
    "rich_text_preformatted": {"text", "link"},
    "rich_text_quote": {"text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color"},
    "rich_text_list": {"rich_text_section"},
}


def _rich(value: Any, where: str) -> Complaints:
    kind = value.get("type") if isinstance(value, dict) else value
    if kind not in RICH:
        yield at(f"unsupported type: {kind}", f"{where}/type")
        return
    for number, each in enumerate(value.get("elements", ())):
        place = f"{where}/elements/{number}"
        if each.get("type") not in RICH[kind]:
            yield at(f"unsupported type: {each.get('type')}", f"{place}/type")
        elif each["type"] == "text":
            yield from string(each.get("text"), 12_000, f"{place}/text")
        elif each["type"] == "link":
            yield from url(each.get("url"), f"{place}/url")
        elif each["type"] in RICH:
            yield from _rich(each, place)


BLOCKS: dict[str, Callable[[Json, str], Complaints]] = {
    "section": _section,
    "header": _header,
    "context": _several(10, _context),
    "actions": _several(25, _action),
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "divider": _anything,
    "rich_text": _several(1_000_000, _rich),
    "table": _anything,
}
ONLY_IN_MESSAGES = {"markdown", "table"}


def complaints(blocks: object, most: int) -> Complaints:
    """All that is wrong with blocks."""
    if not isinstance(blocks, list):
        yield at("must be an array", "/blocks")
        return
    if len(blocks) > most:
        yield at(f"no more than {most} items allowed", "/blocks")
    for number, block in enumerate(blocks):
        where = f"/blocks/{number}"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS or (most == IN_VIEW and kind in ONLY_IN_MESSAGES):
            yield at(f"unsupported type: {kind}", f"{where}/type")
            continue
        yield from string(block.get("block_id"), 255, f"{where}/block_id", required=False)
        yield from BLOCKS[kind](block, where)
        yield from _twice([each.get("action_id") for each in interactive(block)], "action_id", f"{where}")
    yield from _twice([block.get("block_id") for block in blocks if isinstance(block, dict)], "block_id", "/blocks")


def interactive(block: Json) -> list[Json]:
    """The elements of a block that can be pressed or filled."""
    parts = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    return [part for part in parts if isinstance(part, dict) and part.get("type") in ELEMENTS.keys() - {"image"}]


def _twice(ids: list[str | None], name: str, where: str) -> Complaints:
    given = [each for each in ids if each]
    yield from (at(f"`{name}` {each!r} already exists", where) for each in sorted(set(given)) if given.count(each) > 1)


def length(blocks: list[Json]) -> int:
    """How long Slack finds blocks."""
    return sum(long(text) for text in _texts(blocks)) + A_BLOCK * len(blocks)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("text", "alt_text") and isinstance(value, str):
                yield value
            elif name not in ("options", "option_groups", "initial_option"):
                yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def of_message(blocks: object, new_id: Callable[[], str], files: Container[str]) -> list[Json]:
    """The blocks of a message as Slack keeps them, with ids; `files` are those that may be shown. Raises `Refusal`."""
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if found := list(complaints(blocks, IN_MESSAGE)) or list(_unknown_files(blocks, files)):
        messages = [f"[ERROR] {each}" for each in found]
        raise Refusal("invalid_blocks", errors=found, response_metadata={"messages": messages})
    if length(blocks) > LONGEST_BLOCKS:
        raise Refusal("msg_blocks_too_long")
    return named(blocks, new_id)


def of_view(view: object, new_id: Callable[[], str], kinds: tuple[str, ...], files: Container[str]) -> Json:
    """A view as Slack keeps it. Raises `Refusal`."""
    if not isinstance(view, dict):
        raise refused_arguments("must provide an object [json-pointer:/view]")
    if len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW:
        raise Refusal("view_too_large")
    if found := list(_of_view(view, kinds)) or list(_unknown_files(view["blocks"], files)):
        raise refused_arguments(*found)
    return {**copy.deepcopy(view), "blocks": named(view["blocks"], new_id)}


def _of_view(view: Json, kinds: tuple[str, ...]) -> Complaints:
    if view.get("type") not in kinds:
        yield at(f"unsupported type: {view.get('type')}", "/view/type")
    if view.get("type") == "modal":
        yield from words(view.get("title"), 24, "/view/title", plain=True)
        yield from words(view.get("submit"), 24, "/view/submit", plain=True, required=False)
        yield from words(view.get("close"), 24, "/view/close", plain=True, required=False)
        blocks = view.get("blocks")
        if view.get("submit") is None and any(b.get("type") == "input" for b in blocks or () if isinstance(b, dict)):
            yield at("`submit` is required when an `input` is in `blocks`", "/view/submit")
    yield from string(view.get("private_metadata"), 3000, "/view/private_metadata", least=0, required=False)
    yield from string(view.get("callback_id"), 255, "/view/callback_id", least=0, required=False)
    yield from string(view.get("external_id"), 255, "/view/external_id", least=0, required=False)
    yield from (
        each.replace("[json-pointer:", "[json-pointer:/view") for each in complaints(view.get("blocks"), IN_VIEW)
    )


def _unknown_files(blocks: list[Json], files: Container[str]) -> Complaints:
    for number, block in enumerate(blocks):
        if "slack_file" in block and block["slack_file"].get("id") not in files:
            yield at("invalid slack file", f"/blocks/{number}/slack_file")


def named(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """Blocks with the ids that Slack gives to those without."""
    kept: list[Json] = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", new_id())
        for part in interactive(block):
            part.setdefault("action_id", new_id())
    return kept
