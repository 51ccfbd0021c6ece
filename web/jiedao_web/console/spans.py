"""Spans in the address of a page: a name, or two days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import request
from marshmallow import ValidationError

from jiedao_schemas.api.figures import SpanSearch
from jiedao_web.problems import bad_body

SPANS: Final = ("today", "week", "month", "year")
_KEYS: Final = ("span", "from", "to")
_SEARCH: Final = SpanSearch()


def asked(*, default: str) -> dict[str, Any]:
    """`span`, `first` and `last` of the present request; a day that cannot be read is refused as in the API."""
    given = {key: request.args[key] for key in _KEYS if request.args.get(key)}
    try:
        found: dict[str, Any] = _SEARCH.load({"span": default, **given})
    except ValidationError as wrong:
        raise bad_body(wrong.messages_dict) from None
    return {**found, "span": ""} if found["first"] or found["last"] else found


def in_address(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The same span for another address."""
    first, last = wanted["first"], wanted["last"]
    if isinstance(first, date) and isinstance(last, date):
        return {"from": first.isoformat(), "to": last.isoformat()}
    return {"span": wanted["span"]}
