"""Discord's limits, written down a second time: what it would refuse of a message or a window, as complaints.

Sources: docs.discord.com, "Create Message", component reference, "Using Message Components", "Modal".
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
ROW, BUTTON, SELECT, INPUT, SECTION, TEXT, GALLERY, FILE, SEPARATOR, LABEL = 1, 2, 3, 4, 9, 10, 12, 13, 14, 18
LINK = 5
"""The style of a button that leads somewhere."""


def long(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def message_complaints(
    content: str | None, components: Sequence[Json], files: Sequence[str], *, layout: bool
) -> list[str]:
    """What "Create Message" would refuse; `files` are the names of its attachments."""
    json.dumps([content, list(components)], ensure_ascii=False).encode("utf-8")  # no half characters
    every = list(walk(components))
    found = [*_ids(every), *(f"{each['type']}: {said}" for each in every for said in _component(each))]
    found += ["files"] if len(files) > 10 or len(set(files)) < len(files) else []
    if not layout:
        found += [] if long(content or "") <= 2000 else ["content"]
        found += [] if (content or "").strip() or files else ["empty"]
        found += [] if len(components) <= 5 else ["rows"]
        return found + [f"{each['type']} in a classic message" for each in components if each["type"] != ROW]
    found += [] if content is None else ["content in a layout"]
    found += [] if 0 < len(every) <= 40 else [f"{len(every)} components"]
    said = sum(long(each["content"]) for each in every if each["type"] == TEXT)
    found += [] if said <= 4000 else [f"{said} characters"]
    found += [f"{each['type']} at the top" for each in components if each["type"] in (BUTTON, SELECT, INPUT, LABEL)]
    shown = [name for each in every for name in _attached(each)]
    return found + ([] if sorted(shown) == sorted(files) else ["attachments"])


def modal_complaints(window: Json) -> list[str]:
    """What would be refused of a window."""
    components = window["components"]
    every = list(walk(components))
    found = [*_ids(every), *(f"{each['type']}: {said}" for each in every for said in _component(each))]
    found += [] if 0 < long(window["title"]) <= 45 else ["title"]
    found += [] if 0 < long(window["custom_id"]) <= 100 else ["custom_id"]
    found += [] if 0 < len(components) <= 5 else ["components"]
    return found + [f"{each['type']} in a window" for each in components if each["type"] not in (LABEL, TEXT)]


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Each component, and those within it."""
    for each in components:
        yield each
        yield from walk(each.get("components", ()))
        yield from walk([each[name] for name in ("accessory", "component") if name in each])


def _ids(every: Sequence[Json]) -> Iterator[str]:
    for name in ("custom_id", "id"):
        seen = Counter(each[name] for each in every if each.get(name))
        yield from (f"{name} {value!r} twice" for value, times in seen.items() if times > 1)


def _component(each: Json) -> Iterator[str]:
    kind = each["type"]
    if kind == ROW:
        inner = [one["type"] for one in each["components"]]
        if not (1 <= len(inner) <= 5 and set(inner) == {BUTTON}) and inner != [SELECT]:
            yield f"holds {inner}"
    elif kind == BUTTON:
        yield from _text(each.get("label", ""), 80, "label")
        if each["style"] == LINK:
            yield from [] if each["url"].startswith(("http://", "https://")) and long(each["url"]) <= 512 else ["url"]
        else:
            yield from _text(each["custom_id"], 100, "custom_id")
    elif kind == SELECT:
        values = [one["value"] for one in each["options"]]
        yield from [] if 1 <= len(values) <= 25 and len(set(values)) == len(values) else ["options"]
        for one in each["options"]:
            yield from (*_text(one["label"], 100, "label"), *_text(one["value"], 100, "value"))
        yield from [] if long(each.get("placeholder") or "") <= 150 else ["placeholder"]
        yield from [] if sum(bool(one.get("default")) for one in each["options"]) <= 1 else ["defaults"]
    elif kind == SECTION:
        yield from [] if 1 <= len(each["components"]) <= 3 and "accessory" in each else ["pieces"]
    elif kind == TEXT:
        yield from _text(each["content"], 4000, "content")
    elif kind == GALLERY:
        yield from [] if 1 <= len(each["items"]) <= 10 else ["items"]
        yield from (f"alt {one}" for one in each["items"] if long(one.get("description") or "") > 256)
    elif kind == LABEL:
        yield from _text(each["label"], 45, "label")
        yield from [] if long(each.get("description") or "") <= 100 else ["description"]
    elif kind == INPUT:
        most = each["max_length"]
        yield from [] if 1 <= most <= 4000 and long(each.get("value") or "") <= most else ["value"]


def _attached(each: Json) -> Iterator[str]:
    for media in (*(one["media"] for one in each.get("items", ())), *([each["file"]] if "file" in each else ())):
        yield media["url"].removeprefix("attachment://")


def _text(text: str, most: int, name: str) -> Iterator[str]:
    if not text.strip() or long(text) > most:
        yield name
