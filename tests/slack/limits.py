"""Slack's limits, written down a second time: what it would refuse of a message or a view, as readable complaints.

Sources: docs.slack.dev, reference of blocks, block elements, composition objects, views, chat.postMessage;
slackapi/bolt-js#2509 for what all blocks together may hold.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]

KNOWN = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "image": {"slack_file", "image_url", "alt_text", "title"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "rich_text": {"elements"},
}
STYLES = {"bold", "italic", "strike", "code"}


def long(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def message_complaints(text: str, blocks: Sequence[Block]) -> list[str]:
    """What `chat.postMessage` would refuse."""
    found = [] if 0 < long(text) <= 4000 and text.strip() else ["text"]
    found += [] if len(blocks) <= 50 else ["more than 50 blocks"]
    said = sum(map(long, _texts(list(blocks)))) + 125 * len(blocks)
    found += [] if said <= 13_000 else [f"msg_blocks_too_long: {said}"]
    return [*found, *_blocks(blocks)]


def view_complaints(view: Block) -> list[str]:
    """What `views.open` would refuse."""
    found = [] if len(view["blocks"]) <= 100 else ["more than 100 blocks"]
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            found += _plain(view[name], 24, name)
    found += [] if len(view.get("private_metadata", "")) <= 3000 else ["private_metadata"]
    found += [] if len(view.get("callback_id", "")) <= 255 else ["callback_id"]
    found += [] if len(json.dumps(view).encode()) <= 250_000 else ["250 kB"]
    return [*found, *_blocks(view["blocks"])]


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    json.dumps(list(blocks), ensure_ascii=False).encode("utf-8")  # no half characters
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    acts = [element["action_id"] for element in _elements(blocks)]
    for name, seen in (("block_id", ids), ("action_id", acts)):
        yield from (f"{name} {each} twice" for each, times in Counter(seen).items() if times > 1)
        yield from (f"{name} {each!r}" for each in seen if not 0 < len(each) <= 255)
    for block in blocks:
        yield from (f"{block['type']}: {complaint}" for complaint in _block(block))


def _block(block: Block) -> Iterator[str]:
    unknown = set(block) - KNOWN[block["type"]] - {"type", "block_id"}
    yield from sorted(unknown)
    match block["type"]:
        case "section":
            yield from _words(block["text"], 3000)
            if "accessory" in block:
                yield from _button(block["accessory"])
        case "header":
            yield from _plain(block["text"], 150, "text")
        case "context":
            if not 1 <= len(block["elements"]) <= 10:
                yield "elements"
            for element in block["elements"]:
                yield from _words(element, 2000)
        case "actions":
            if not 1 <= len(block["elements"]) <= 25:
                yield "elements"
            for element in block["elements"]:
                yield from _button(element)
        case "image":
            if not 1 <= long(block["alt_text"]) <= 2000 or not block["slack_file"]["id"]:
                yield "image"
        case "input":
            yield from _input(block)
        case "rich_text":
            yield from _rich(block)


def _input(block: Block) -> Iterator[str]:
    yield from _plain(block["label"], 2000, "label")
    if "hint" in block:
        yield from _plain(block["hint"], 2000, "hint")
    element = block["element"]
    if element["type"] == "plain_text_input":
        most = element["max_length"]
        if not 1 <= most <= 3000:
            yield "max_length"
        if not 0 <= long(element.get("initial_value", "")) <= most:
            yield "initial_value"
        return
    groups = element.get("option_groups")
    if (groups is None) == ("options" not in element) or (groups is not None and not 1 <= len(groups) <= 100):
        yield "options or option_groups"
    for group in groups or ():
        yield from _plain(group["label"], 75, "group")
    lists = [group["options"] for group in groups] if groups else [element["options"]]
    options = [option for each in lists for option in each]
    if any(not 1 <= len(each) <= 100 for each in lists):
        yield "number of options"
    for option in options:
        yield from _plain(option["text"], 75, "option")
        if not 1 <= long(option["value"]) <= 150:
            yield "option value"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial_option"


def _button(button: Block) -> Iterator[str]:
    yield from _plain(button["text"], 75, "button")
    if button["type"] != "button" or button.get("style", "danger") not in {"primary", "danger"}:
        yield "button"
    if "url" in button:
        if not 1 <= long(button["url"]) <= 3000 or not button["url"].startswith("http"):
            yield "url"
    elif not 1 <= long(button["value"]) <= 2000:
        yield "value"


def _rich(block: Block) -> Iterator[str]:
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            if part["style"] not in {"bullet", "ordered"} or not 0 <= part["indent"] <= 8:
                yield "list"
            runs = [run for section in part["elements"] for run in section["elements"]]
            sections = {section["type"] for section in part["elements"]}
        else:
            runs, sections = part["elements"], {"rich_text_section"}
            if part["type"] not in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
                yield part["type"]
        if not runs or sections != {"rich_text_section"}:
            yield "empty rich text"
        for run in runs:
            if not 1 <= long(run["text"]) <= 3000 or set(run.get("style", ())) - STYLES:
                yield "run"
            if run["type"] == "link" and not run["url"].startswith("http"):
                yield "link"
            if run["type"] not in {"text", "link"}:
                yield run["type"]


def _words(text: Block, most: int) -> Iterator[str]:
    if text["type"] == "plain_text":
        yield from _plain(text, most, "text")
    elif text["type"] != "mrkdwn" or not 1 <= long(text["text"]) <= most or not text["text"].strip():
        yield "mrkdwn"


def _plain(text: Block, most: int, name: str) -> Iterator[str]:
    if text["type"] != "plain_text" or not 1 <= long(text["text"]) <= most or not text["text"].strip():
        yield f"{name}: {text!r:.60}"


def _elements(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield from block["elements"] if block["type"] == "actions" else ()
        yield from [block[name] for name in ("accessory", "element") if name in block]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and name in {"text", "alt_text"}:
                yield each
            elif name not in {"options", "option_groups", "initial_option"}:
                yield from _texts(each)
