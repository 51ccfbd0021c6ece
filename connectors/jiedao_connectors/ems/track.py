"""Events of items as EMS tells them, the same fields in both interfaces and in what it pushes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.ems.reading import a_text, an_object, any_text
from jiedao_connectors.ems.values import instant

MAXIMUM_EVENTS: Final = 2_000
"""No item has had as many; a longer list is not one of the protocol."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `code` is opCode; `manner` (妥投) and `failure` (未妥投) say more of 704 and 705."""

    number: str
    code: str
    at: datetime
    name: str
    says: str
    office: str
    office_code: str
    city: str
    province: str
    manner: str
    failure: str


def events(items: object) -> tuple[Event, ...]:
    """All of a list; `NotUnderstood` when one of them is no event: leaving it out could hide a delivery."""
    if not isinstance(items, Sequence) or isinstance(items, str) or len(items) > MAXIMUM_EVENTS:
        raise NotUnderstood("the events are not a list, or too many")
    return tuple(event(an_object(item, "an event")) for item in items)


def event(item: Mapping[str, Any]) -> Event:
    """One of them; traceNo is what the older interface calls waybillNo."""
    return Event(
        number=any_text(item, "waybillNo") or any_text(item, "traceNo"),
        code=any_text(item, "opCode") or a_text(item, "opCode"),
        at=instant(a_text(item, "opTime")),
        name=any_text(item, "opName"),
        says=any_text(item, "opDesc"),
        office=any_text(item, "opOrgName"),
        office_code=any_text(item, "opOrgCode"),
        city=any_text(item, "opOrgCity"),
        province=any_text(item, "opOrgProvName"),
        manner=any_text(item, "deliverCode"),
        failure=any_text(item, "attemptDeliveryCode"),
    )
