"""Components of messages and modals are held to Discord's rules; what passes is what will be shown."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from on_discord.server.refusals import Complaints
from on_discord.server.world import Json

ROW, BUTTON, SELECT, INPUT, USERS, ROLES, MENTIONABLES, CHANNELS = 1, 2, 3, 4, 5, 6, 7, 8
SECTION, WORDS, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL, UPLOAD = 9, 10, 11, 12, 13, 14, 17, 18, 19
RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23
SELECTS = frozenset({SELECT, USERS, ROLES, MENTIONABLES, CHANNELS})
FILLED = SELECTS | {INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX}
MOST_V2, MOST_WORDS, LONGEST_CUSTOM_ID = 40, 4000, 100
LINK, PREMIUM = 5, 6
IN_CONTAINER = frozenset({ROW, SECTION, WORDS, GALLERY, FILE, SEPARATOR})
AT_TOP = IN_CONTAINER | {CONTAINER}
KNOWN = AT_TOP | FILLED | {BUTTON, THUMBNAIL, LABEL}


def walk(components: list[Json]) -> Iterator[Json]:
    """All of them, those within others too, in the order in which they stand."""
    for each in components:
        yield each
        yield from walk(each.get("components") or [])
        for name in ("accessory", "component"):
            if each.get(name):
                yield each[name]


def numbered(components: list[Json]) -> list[Json]:
    """Every component gets an id, as Discord gives one to those that have none (0 counts as none)."""
    taken = {each["id"] for each in walk(components) if each.get("id")}
    free = (number for number in itertools.count(1) if number not in taken)
    for each in walk(components):
        if not each.get("id"):
            each["id"] = next(free)
    return components


class Checked:
    """Goes through the components of one message or modal."""

    def __init__(self, wrong: Complaints, *, v2: bool, files: frozenset[str] = frozenset()) -> None:
        self._wrong = wrong
        self._v2 = v2
        self._files = files
        self._custom_ids: set[str] = set()
        self._ids: set[int] = set()
        self._count = 0
        self._words = 0
        self._checks: dict[int, Callable[[str, Json], None]] = {
            ROW: self._row, BUTTON: self._button, SECTION: self._section, WORDS: self._said, THUMBNAIL: self._thumbnail,
            GALLERY: self._gallery, FILE: self._file, SEPARATOR: self._separator, CONTAINER: self._container,
            INPUT: self._input, LABEL: self._label, UPLOAD: self._upload, RADIO: self._choices,
            CHECKBOXES: self._choices, CHECKBOX: self._own_id, **dict.fromkeys(SELECTS, self._select),
        }  # fmt: skip
        self._modal = False

    def of_message(self, components: Any) -> None:
        most = MOST_V2 if self._v2 else 5
        self._wrong.count("components", components, 0, most)
        self._each("components", components, AT_TOP if self._v2 else frozenset({ROW}))
        if self._v2 and self._count > MOST_V2:
            self._wrong.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum is 40 components")
        if self._v2 and self._words > MOST_WORDS:
            self._wrong.add(
                "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The total displayable text is over 4000"
            )

    def of_modal(self, components: Any) -> None:
        self._modal = True
        self._wrong.count("data.components", components, 1, 5)
        self._each("data.components", components, frozenset({ROW, LABEL, WORDS}))

    # ------------------------------------------------------------------ going through

    def _each(self, path: str, components: Any, allowed: frozenset[int]) -> None:
        for place, each in enumerate(components if isinstance(components, list) else []):
            self._one(f"{path}.{place}", each, allowed)

    def _one(self, path: str, each: Any, allowed: frozenset[int]) -> None:
        kind = each.get("type") if isinstance(each, dict) else None
        if kind not in allowed:
            types = ", ".join(map(str, sorted(allowed)))
            self._wrong.add(f"{path}.type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({types}).')
            return
        self._count += 1
        given = each.get("id")
        if given is not None:
            self._wrong.number(f"{path}.id", given, 0, 2**31 - 1)
            if given and given in self._ids:
                self._wrong.add(f"{path}.id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self._ids.add(given)
        self._checks[kind](path, each)

    def _own_id(self, path: str, each: Json) -> None:
        given = each.get("custom_id")
        self._wrong.text(f"{path}.custom_id", given, 1, LONGEST_CUSTOM_ID)
        if isinstance(given, str):
            if given in self._custom_ids:
                self._wrong.add(
                    f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
                )
            self._custom_ids.add(given)

    # ------------------------------------------------------------------ kinds

    def _row(self, path: str, each: Json) -> None:
        inside = each.get("components")
        self._wrong.count(f"{path}.components", inside, 1, 5)
        allowed = frozenset({INPUT}) if self._modal else SELECTS | {BUTTON}
        self._each(f"{path}.components", inside, allowed)
        kinds = [one.get("type") for one in inside or () if isinstance(one, dict)]
        if len(kinds) > 1 and any(kind != BUTTON for kind in kinds):
            self._wrong.add(
                f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the width"
            )

    def _button(self, path: str, each: Json) -> None:
        style, label, emoji = each.get("style"), each.get("label"), each.get("emoji")
        if style not in range(1, 7):
            self._wrong.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6).")
        self._wrong.text(f"{path}.label", label, 0, 80, required=False)
        if not label and not emoji and style != PREMIUM:
            self._wrong.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji")
        if style == LINK:
            self._address(f"{path}.url", each.get("url"), ("http", "https", "discord"), 512)
            if each.get("custom_id"):
                self._wrong.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Either of the two")
        else:
            if each.get("url"):
                self._wrong.add(path, "BUTTON_COMPONENT_INVALID_URL", "A url is of buttons of style link")
            self._own_id(path, each)

    def _select(self, path: str, each: Json) -> None:
        self._own_id(path, each)
        self._wrong.text(f"{path}.placeholder", each.get("placeholder"), 0, 150, required=False)
        self._wrong.number(f"{path}.min_values", each.get("min_values"), 0, 25)
        self._wrong.number(f"{path}.max_values", each.get("max_values"), 1, 25)
        if each["type"] == SELECT:
            self._options(path, each, 1, 25)
            if (each.get("max_values") or 1) > len(each.get("options") or ()):
                self._wrong.add(f"{path}.max_values", "SELECT_COMPONENT_MAX_VALUES_EXCEEDED", "More than options")
        if not self._modal and "required" in each:
            pass  # passed over by Discord, said by the library always

    def _options(self, path: str, each: Json, least: int, most: int) -> None:
        options = each.get("options")
        self._wrong.count(f"{path}.options", options, least, most)
        values: set[str] = set()
        for place, option in enumerate(options or ()):
            at = f"{path}.options.{place}"
            self._wrong.text(f"{at}.label", option.get("label"), 1, 100)
            self._wrong.text(f"{at}.value", option.get("value"), 1, 100)
            self._wrong.text(f"{at}.description", option.get("description"), 0, 100, required=False)
            if option.get("value") in values:
                self._wrong.add(f"{at}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Option value is duplicated")
            values.add(str(option.get("value")))

    def _choices(self, path: str, each: Json) -> None:
        self._own_id(path, each)
        self._options(path, each, 2 if each["type"] == RADIO else 1, 10)

    def _section(self, path: str, each: Json) -> None:
        self._wrong.count(f"{path}.components", each.get("components"), 1, 3)
        self._each(f"{path}.components", each.get("components"), frozenset({WORDS}))
        self._one(f"{path}.accessory", each.get("accessory"), frozenset({BUTTON, THUMBNAIL}))

    def _said(self, path: str, each: Json) -> None:
        self._wrong.text(f"{path}.content", each.get("content"), 1, MOST_WORDS)
        self._words += len(str(each.get("content") or ""))

    def _thumbnail(self, path: str, each: Json) -> None:
        self._media(f"{path}.media", each.get("media"))
        self._wrong.text(f"{path}.description", each.get("description"), 0, 1024, required=False)

    def _gallery(self, path: str, each: Json) -> None:
        self._wrong.count(f"{path}.items", each.get("items"), 1, 10)
        for place, item in enumerate(each.get("items") or ()):
            self._media(f"{path}.items.{place}.media", item.get("media"))
            self._wrong.text(f"{path}.items.{place}.description", item.get("description"), 0, 1024, required=False)

    def _file(self, path: str, each: Json) -> None:
        self._media(f"{path}.file", each.get("file"), attached=True)

    def _separator(self, path: str, each: Json) -> None:
        if each.get("spacing", 1) not in (1, 2):
            self._wrong.add(f"{path}.spacing", "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")

    def _container(self, path: str, each: Json) -> None:
        self._wrong.count(f"{path}.components", each.get("components"), 1, MOST_V2)
        self._wrong.number(f"{path}.accent_color", each.get("accent_color"), 0, 0xFFFFFF)
        self._each(f"{path}.components", each.get("components"), IN_CONTAINER)

    def _label(self, path: str, each: Json) -> None:
        self._wrong.text(f"{path}.label", each.get("label"), 1, 45)
        self._wrong.text(f"{path}.description", each.get("description"), 0, 100, required=False)
        self._one(f"{path}.component", each.get("component"), FILLED)

    def _input(self, path: str, each: Json) -> None:
        self._own_id(path, each)
        in_row = ".components." in path.removeprefix("data.components.")
        if in_row:
            self._wrong.text(f"{path}.label", each.get("label"), 1, 45)
        elif each.get("label"):
            self._wrong.add(f"{path}.label", "BASE_TYPE_MUST_BE_NONE", "A label says the words of what is in it")
        if each.get("style") not in (1, 2):
            self._wrong.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")
        self._wrong.number(f"{path}.min_length", each.get("min_length"), 0, 4000)
        self._wrong.number(f"{path}.max_length", each.get("max_length"), 1, 4000)
        self._wrong.text(f"{path}.placeholder", each.get("placeholder"), 0, 100, required=False)
        most = each.get("max_length") or 4000
        self._wrong.text(f"{path}.value", each.get("value"), 0, most, required=False)

    def _upload(self, path: str, each: Json) -> None:
        self._own_id(path, each)
        self._wrong.number(f"{path}.min_values", each.get("min_values"), 0, 10)
        self._wrong.number(f"{path}.max_values", each.get("max_values"), 1, 10)

    # ------------------------------------------------------------------ addresses

    def _media(self, path: str, media: Any, *, attached: bool = False) -> None:
        url = media.get("url") if isinstance(media, dict) else None
        if isinstance(url, str) and url.startswith("attachment://"):
            if url.removeprefix("attachment://") not in self._files:
                self._wrong.add(f"{path}.url", "MEDIA_ITEM_UNKNOWN_ATTACHMENT", "The attachment is not there")
            return
        if attached:
            self._wrong.add(f"{path}.url", "UNFURLED_MEDIA_ITEM_NOT_ATTACHMENT", "Only attachment:// is possible")
            return
        self._address(f"{path}.url", url, ("http", "https"), 2048)

    def _address(self, path: str, url: Any, schemes: tuple[str, ...], most: int) -> None:
        self._wrong.text(path, url, 1, most)
        if isinstance(url, str) and url and (urlsplit(url).scheme not in schemes or not urlsplit(url).netloc):
            self._wrong.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
