"""Receipts as they are kept, without the cost of building each from its parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jiedao.checkout.slips import CATEGORY_NAMES, TENDER_NAMES

from .places import ZONE, Places

_NO_NOTE = {"zh": "", "en": ""}
_CARD = ("masked_card", "authorisation", "reference", "trace", "batch")


def receipt(
    places: Places,
    one: Any,
    order: str,
    number: str,
    lines: Sequence[dict[str, Any]],
    tenders: Sequence[dict[str, Any]],
    earned: dict[int, int],
) -> dict[str, Any]:
    """The body of a payment's receipt."""
    body = _body(places, one, order, number, one.at, "receipt", "")
    return {
        **body,
        "points_earned": sum(earned.values()),
        "lines": [_line(row, "paid") for row in lines],
        "tenders": [_tender(row) for row in tenders],
    }


def refund_slip(
    places: Places,
    one: Any,
    order: str,
    number: str,
    lines: Sequence[dict[str, Any]],
    tender: dict[str, Any],
    at: datetime,
    original: str,
) -> dict[str, Any]:
    """The body of a refund's slip."""
    body = _body(places, one, order, number, at, "refund", original)
    return {**body, "lines": [_line(row, "refunded") for row in lines], "tenders": [_tender(tender)]}


def _body(places: Places, one: Any, order: str, number: str, at: datetime, kind: str, original: str) -> dict[str, Any]:
    return {
        "number": number,
        "street": places.name.zh,
        "hall": one.till.hall_name.zh,
        "till": one.till.name,
        "operator": one.till.staff_name,
        "timezone": ZONE,
        "resident": one.person.name if one.person else "",
        "total": one.total,
        "kept": 0,
        "points_earned": 0,
        "points_balance": None,
        "order": order,
        "original": original,
        "copy": 0,
        "language": "zh",
        "format": 1,
        "kind": kind,
        "issued_at": at.isoformat(),
        "points_pending_until": None,
    }


def _line(row: dict[str, Any], state: str) -> dict[str, Any]:
    return {
        "description": CATEGORY_NAMES[row["category"]].as_json(),
        "biller": row["biller_name"],
        "account": row["account"],
        "amount": row["amount"],
        "state": state,
        "period": row["period"],
        "reference": row["reference"],
        "printed": [],
        "note": _NO_NOTE,
        "category": row["category"],
    }


def _tender(row: dict[str, Any]) -> dict[str, Any]:
    slip = {name: row["slip"].get(name, "") for name in _CARD}
    label = TENDER_NAMES[row["kind"]].as_json()
    return {
        "kind": row["kind"],
        "label": label,
        "amount": row["amount"],
        "received": row["received"],
        "change": 0,
        **slip,
    }
