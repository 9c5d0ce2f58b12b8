"""YAML bytes as a tree of values with their lines.

Only plain YAML is read: no tags but YAML's own kinds of scalars, few aliases, little depth, a bounded number
of values after aliases were followed. The events are looked at before anything is composed, for the composer
of libyaml follows any depth until the process falls over.
"""

from collections.abc import Iterator

import yaml

from bot.intake.document import Node, Report, quote

MOST_ALIASES = 100
DEEPEST = 24
MOST_VALUES = 150_000
"""About 5,000 units."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(f"{_CORE}{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map"))


class _Refused(Exception):
    def __init__(self, code: str, line: int, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.line, self.params = code, line, params


def read_yaml(text: str, report: Report) -> Node | None:
    """The tree, or None when the report says why there is none."""
    try:
        _look_at_letters(text)
        _look_at_events(text)
        composed = yaml.compose(text, Loader=_Loader)
        if composed is None:
            raise _Refused("empty", 1)
        return _Tree(report).node(composed, "", 0)
    except _Refused as refused:
        report.add(refused.code, refused.line, "", **refused.params)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        report.add("yaml_broken", line, "", column=column)
    except (yaml.YAMLError, ValueError, OverflowError):
        # The loader in Python, used where libyaml is absent, lets chr() refuse an escape such as "\UFFFFFFFF".
        report.add("yaml_unreadable", None, "")
    return None


def _look_at_letters(text: str) -> None:
    if found := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise _Refused("control_character", line, text=f"U+{ord(found[0]):04X}")


def _look_at_events(text: str) -> None:
    """Refuse what a catalogue never needs."""
    depth = aliases = values = 0
    for event in _events(text):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        aliases += isinstance(event, yaml.AliasEvent)
        values += isinstance(event, yaml.NodeEvent)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and tag not in _PLAIN_TAGS:
            raise _Refused("yaml_tag", line, tag=quote(str(tag)))
        if depth > DEEPEST:
            raise _Refused("too_deep", line, limit=DEEPEST)
        if aliases > MOST_ALIASES:
            raise _Refused("too_many_aliases", line, limit=MOST_ALIASES)
        if values > MOST_VALUES:
            raise _Refused("too_many_values", line, limit=MOST_VALUES)


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_Loader)


class _Tree:
    """Turns composed nodes into ours; counts values so that aliases cannot multiply them."""

    def __init__(self, report: Report) -> None:
        self._report, self._values = report, 0

    def node(self, composed: yaml.Node, path: str, depth: int) -> Node:
        line = composed.start_mark.line + 1
        self._values += 1
        if self._values > MOST_VALUES:
            raise _Refused("too_many_values", line, limit=MOST_VALUES)
        if depth > DEEPEST:
            raise _Refused("too_deep", line, limit=DEEPEST)
        match composed:
            case yaml.MappingNode():
                return Node(self._mapping(composed, path, depth), line, path)
            case yaml.SequenceNode():
                entries = enumerate(composed.value)
                return Node([self.node(one, f"{path}[{at}]", depth + 1) for at, one in entries], line, path)
            case _:
                return Node(_scalar(composed), line, path)

    def _mapping(self, composed: yaml.MappingNode, path: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in composed.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._report.add("bad_field_name", line, path)
                continue
            name = str(key.value)
            place = f"{path}.{quote(name)}".lstrip(".")
            if name in found:
                self._report.add("duplicate_field", line, place, name=quote(name), first=found[name].line)
            found[name] = self.node(value, place, depth + 1)
        return found


def _scalar(composed: yaml.Node) -> object:
    """Text, whole number, truth value, nothing; the rest (dates, fractions) as what no field takes."""
    written = str(composed.value)
    match composed.tag.removeprefix(_CORE):
        case "str":
            return written
        case "null":
            return None
        case "bool":
            return written.lower() in ("yes", "true", "on")
        case "int":
            return _whole(written)
        case _:
            return Other(written)


def _whole(written: str) -> object:
    """Decimal only: 0x10 and 1:30 are numbers to YAML, but not to people."""
    digits = written.removeprefix("+").replace("_", "")
    if digits.removeprefix("-").isdecimal() and len(digits) <= 18:
        return int(digits)
    return Other(written)


class Other:
    """A scalar that is neither text nor a number that a catalogue takes; shown as it was written."""

    def __init__(self, written: str) -> None:
        self._written = written

    def __str__(self) -> str:
        return self._written
