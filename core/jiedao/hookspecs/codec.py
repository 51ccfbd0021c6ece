"""Requests and outcomes as JSON, so that an act can be taken up again after a crash exactly as it was meant.

Works from the annotations of the dataclasses: text, bytes, whole numbers, booleans, dates, instants, decimals,
enumerations of text, `Text`, tuples, frozen sets of text, mappings, optional values and dataclasses of these.
"""

from __future__ import annotations

import base64
import dataclasses
import types
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from jiedao.language import Text

Value = TypeVar("Value")


def to_json(value: Any) -> Any:
    """A value as JSON types."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {key: to_json(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(inner) for inner in value]
    if isinstance(value, frozenset):
        return sorted(to_json(inner) for inner in value)
    return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}


def from_json(kind: type[Value], stored: Mapping[str, Any], **also: Any) -> Value:
    """A dataclass from JSON; `also` gives fields that are not stored (connection, deadline)."""
    readers = _readers(cast(Hashable, kind))
    return kind(**{name: readers[name](stored[name]) for name in stored}, **also)


@lru_cache(maxsize=128)
def _readers(kind: Hashable) -> dict[str, Callable[[Any], Any]]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Callable[[Any], Any]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = _reader(next(a for a in get_args(hint) if a is not type(None)))
        return lambda stored: None if stored is None else inner(stored)
    if origin in (tuple, frozenset):
        inner, collect = _reader(get_args(hint)[0]), origin
        return lambda stored: collect(inner(item) for item in stored)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _reader(get_args(hint)[1])
        return lambda stored: {key: inner(item) for key, item in stored.items()}
    if hint in (date, datetime):
        return cast(Callable[[Any], Any], hint.fromisoformat)
    if hint is bytes:
        return base64.b64decode
    if hint is Decimal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint
    if hint is Text:
        return Text.from_json
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        dataclass: type[Any] = hint
        return lambda stored: from_json(dataclass, stored)
    return lambda stored: stored
