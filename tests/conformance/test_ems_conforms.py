"""China Post EMS on the bench of the kit, over each of its interfaces."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import ems_samples
import jiedao_ems
from benches import running
from ems_samples import HALL, LETTER, PLAIN, RESIDENT
from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.postal import (
    CreateRequest,
    LabelRequest,
    QuoteRequest,
    ServiceableRequest,
    TrackRequest,
    WithdrawRequest,
)
from jiedao.hookspecs.service import NoticeRequest
from jiedao.testing import Act, Ask, Bench, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books, Notices
from jiedao_connectors.ems.push import seal_push
from jiedao_ems.hooks import Ems
from jiedao_sandbox.ems import KEY, SENDER
from jiedao_sandbox.launch import Running


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "ems")


def create(at: Site, name: str = RESIDENT.name) -> CreateRequest:
    to = replace(RESIDENT, name=name)
    return CreateRequest(at.connection, at.deadline, at.operation, "", "1", HALL, to, LETTER, PLAIN, 2_000, "CNY", "")


def withdraw(at: Site, number: str = "") -> WithdrawRequest:
    asked = create(at)
    posted = number or at.call("postal_create", asked).number
    own = f"{at.operation[:-1]}-"
    return WithdrawRequest(at.connection, at.deadline, own, asked.operation, posted, "", "改主意")


def quote(at: Site, grams: int = 120) -> QuoteRequest:
    return QuoteRequest(at.connection, at.deadline, HALL, RESIDENT, replace(LETTER, weight=grams), PLAIN)


def serviceable(at: Site, line: str = RESIDENT.line) -> ServiceableRequest:
    return ServiceableRequest(at.connection, at.deadline, replace(RESIDENT, line=line))


def label(at: Site, number: str = "") -> LabelRequest:
    posted = number or at.call("postal_create", create(at)).number
    return LabelRequest(at.connection, at.deadline, posted, "", "", HALL, RESIDENT, PLAIN)


def track(at: Site) -> TrackRequest:
    number = at.call("postal_create", create(at)).number
    cast(Running, at.stand_in).call("POST", "advance", {"waybill": number, "codes": ["203", "305"]})
    return TrackRequest(at.connection, at.deadline, number, "")


def track_of_nothing(at: Site) -> TrackRequest:
    return TrackRequest(at.connection, at.deadline, f"99{at.serial:011d}", "")


def pushed(at: Site, ago: timedelta = timedelta()) -> NoticeRequest:
    event = {"waybillNo": f"11{at.serial:011d}", "opCode": "203", "opTime": "2026-11-25 12:00:00"}
    content = seal_push(KEY, SENDER, at.operation, [event], datetime.now(UTC) - ago)
    return NoticeRequest(at.connection, at.deadline, {"content-type": "application/json"}, content)


def orders(books: Books, asked: Any) -> int:
    return sum(row["number"] == asked.operation for row in books["orders"])


def withdrawn(books: Books, asked: Any) -> int:
    return sum(row["number"] == asked.original and row["state"] == "cancelled" for row in books["orders"])


CREATE = Act(
    "postal_create",
    create,
    wire="create",
    asked_as="query",
    effects=orders,
    declined=lambda at: create(at, "拒收"),
    echoes=frozenset({"number"}),
)
SERVICEABLE = Ask("postal_serviceable", serviceable, wire="serviceable", declined=lambda at: serviceable(at, "不详"))
TRACK = Ask("postal_track", track, wire="track", declined=track_of_nothing, echoes=frozenset({"number"}))
INVALID = {"url": "ems", "key": "", "settling": -1, "interface": "newest", "default_product": "99"}

CURRENT = Bench(
    start=start,
    settings=ems_samples.current_settings,
    invalid={**INVALID, "authorization": ""},
    refused={"authorization": "guessed-by-somebody"},
    checked_as="serviceable",
    acts=(
        CREATE,
        Act(
            "postal_cancel",
            withdraw,
            wire="cancel",
            effects=withdrawn,
            declined=lambda at: withdraw(at, "1199999999999"),
            echoes=frozenset(),
        ),
    ),
    asks=(
        SERVICEABLE,
        TRACK,
        Ask("postal_quote", quote, wire="estimate", declined=lambda at: quote(at, 50_000)),
        Ask("postal_label", label, wire="label", declined=lambda at: label(at, "1199999999999")),
    ),
    notices=Notices(genuine=pushed, stale=lambda at: pushed(at, timedelta(days=2))),
)

TestEms = conformance_suite(jiedao_ems.plugin, CURRENT)


class OlderEms(Ems):
    """What the older interface can do: its other hooks refuse before anything is sent."""

    postal_label: Any = None
    postal_cancel: Any = None
    parse_notice: Any = None

    @hookimpl
    def describe(self) -> Manifest:
        """Without what it has not."""
        recovery = {"postal_create": Recovery.QUERY}
        return replace(super().describe(), abilities=frozenset({"serviceable"}), recovery=recovery)


OLDER = Bench(
    start=start,
    settings=ems_samples.older_settings,
    invalid={**INVALID, "track_url": "", "company": ""},
    refused={"key": "guessed-by-somebody"},
    checked_as="serviceable",
    acts=(CREATE,),
    # Tracking of this interface answers an empty list for a number that it does not know.
    asks=(SERVICEABLE, TRACK, Ask("postal_quote", quote, declined=lambda at: quote(at, 50_000))),
)

TestEmsOlder = conformance_suite(OlderEms(), OLDER)
