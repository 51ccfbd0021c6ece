"""What somebody draws, and what became of a certification."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jiedao.certification import attempts, entitlements
from jiedao.certification.outcomes import OPEN
from jiedao.language import Text
from jiedao.store.unit import Tx


def entitlement_shown(one: entitlements.Entitlement, title: Text) -> dict[str, Any]:
    """One benefit, with the title of its scheme."""
    plain = {name: getattr(one, name) for name in entitlements.Entitlement.__slots__}
    dates = {name: getattr(one.dates, name) for name in entitlements.Dates.__slots__}
    return {**plain, **dates, "state": one.at, "title": title}


def certification_shown(row: Any, items: Sequence[Any]) -> dict[str, Any]:
    """One certification with its items. `confirming`: a judgement is still out."""
    plain = {name: value for name, value in row._asdict().items() if name != "sealed"}
    return {**plain, "items": [_item(one) for one in items], "confirming": any(one.outcome in OPEN for one in items)}


def certifications_shown(tx: Tx, resident: str) -> list[dict[str, Any]]:
    """The last certifications of a resident, newest first."""
    items = attempts.items_of_resident(tx, resident)
    return [certification_shown(row, items.get(row.id, ())) for row in attempts.of_resident(tx, resident)]


def _item(row: Any) -> dict[str, Any]:
    said = row.verdict
    until = said.get("valid_to")
    return {
        **row._asdict(),
        "reason": row.reason or None,
        "valid_to": date.fromisoformat(until) if until else None,
        "retryable": said.get("retryable", row.outcome == "not_submitted"),
        "region": said.get("region", ""),
        "needs": said.get("needs", []),
        "review": row.operation_state == "review",
    }
