"""Reading JSON of EMS strictly: whatever is not as agreed is not understood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from jiedao_connectors.ems.problems import NotUnderstood


def parse(text: str | bytes) -> Any:
    """JSON; numbers with a point as `Decimal`."""
    try:
        words = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(words, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotUnderstood("the answer is empty" if not text else "the answer is not JSON in UTF-8") from None


def an_object(value: object, what: str) -> Mapping[str, Any]:
    """The value if it is an object."""
    if not isinstance(value, dict):
        raise NotUnderstood(f"{what} is not an object")
    return value


def a_text(source: Mapping[str, Any], name: str) -> str:
    """A text that must be there."""
    value = source.get(name)
    if not isinstance(value, str) or not value:
        raise NotUnderstood(f"the answer has no {name}")
    return value


def any_text(source: Mapping[str, Any], name: str) -> str:
    """A text that may be missing; EMS writes some codes as numbers."""
    value = source.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
