"""Frozen dataclasses to plain JSON values and back, by their own annotations.

For documents that are kept whole, such as a catalogue. Unknown fields are refused rather than dropped, and fields
that are missing take their default, so that an older document still reads.
"""

import dataclasses
import types
from collections.abc import Iterator
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """The value in JSON's own types. A dataclass that is one of several possible ones is told apart by its fields."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    return value


def from_plain(kind: type[T], value: Any) -> T:
    """The value of the type `kind` that `to_plain` made this of. Raises ValueError for anything else."""
    read: T = _read(kind, value)
    return read


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin is Literal:
        return value
    if origin in (Union, types.UnionType):
        return _read_union(get_args(kind), value)
    if origin is tuple:
        return _read_tuple(get_args(kind), value)
    if origin is dict:
        return {key: _read(get_args(kind)[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        return _read_dataclass(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is date:
        return date.fromisoformat(value)
    return value


def _read_tuple(kinds: tuple[Any, ...], value: list[Any]) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], item) for item in value)
    return tuple(_read(kind, item) for kind, item in zip(kinds, value, strict=True))


def _read_union(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    kinds = tuple(kind for kind in kinds if kind is not type(None))
    if len(kinds) == 1:
        return _read(kinds[0], value)
    fitting = [kind for kind in kinds if isinstance(value, dict) and set(value) == set(_hints(kind))]
    if len(fitting) != 1:
        raise ValueError(f"neither of {kinds}")
    return _read(fitting[0], value)


def _read_dataclass(kind: Any, value: Any) -> Any:
    hints = _hints(kind)
    if not isinstance(value, dict) or not set(value) <= set(hints):
        raise ValueError(f"not a {kind.__name__}")
    return kind(**dict(_fields(hints, value)))


def _fields(hints: dict[str, Any], value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        yield name, _read(hints[name], item)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
