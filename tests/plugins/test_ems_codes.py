"""What the codes of EMS mean, against the provider's own list where it is at hand."""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jiedao.hookspecs.postal import EventKind, RecipientClass
from jiedao_connectors.ems.track import Event
from jiedao_ems.events import post_events
from jiedao_ems.meanings import FAILURES, MANNERS, OPERATIONS, REASONS, VOIDS, meaning

DATA = Path(os.environ.get("JIEDAO_DATA") or Path(__file__).parents[3] / "shared" / "data")
LIST = DATA / "ems" / "ems-event-codes.csv"
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def listed() -> list[dict[str, str]]:
    if not LIST.exists():
        pytest.skip("the list of codes is not at hand (JIEDAO_DATA, or shared/data beside the repository)")
    lines = [line for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def split(row: dict[str, str]) -> tuple[str, str]:
    """Which of the three sets a code belongs to, and the code itself."""
    kind, colon, code = row["carrier_code"].partition(":")
    return (kind, code) if colon else ("operation", kind)


def test_every_code_of_the_list_has_a_meaning() -> None:
    sets = {"operation": OPERATIONS, "signed": MANNERS, "unsigned": FAILURES}
    found = [split(row) for row in listed()]
    assert len(found) == 237
    assert [one for one in found if one[1] not in sets[one[0]]] == []
    # And no meaning is of a code that the list has not.
    for kind, known in sets.items():
        assert sorted(known) == sorted(code for one, code in found if one == kind)


def test_every_reversal_of_the_list_takes_back_what_the_list_says() -> None:
    reversals = {}
    for row in listed():
        _, sign, of = row["notes"].partition("事件冲销：作废 ")
        if sign:
            reversals[row["carrier_code"]] = tuple(of.split("/"))
    assert len(reversals) == 18
    assert reversals == VOIDS


COARSE = {
    "delivered": {EventKind.DELIVERED},
    "signed_by_third_party": {EventKind.DELIVERED},
    "delivery_to_locker": {EventKind.DELIVERED, EventKind.HELD},
    "refused": {EventKind.REFUSED},
    "lost": {EventKind.LOST},
    "picked_up": {EventKind.ACCEPTED},
    "out_for_delivery": {EventKind.OUT_FOR_DELIVERY},
    "return_initiated": {EventKind.RETURNING},
    "in_return_transit": {EventKind.RETURNING},
    "order_cancelled": {EventKind.CANCELLED},
    "awaiting_pickup": {EventKind.HELD},
    "recipient_unavailable": {EventKind.ATTEMPTED},
    "delivery_attempted": {EventKind.ATTEMPTED, EventKind.HELD},
    "returned_to_sender": {EventKind.RETURNED, EventKind.RETURNING},
    "departed_from_hub": {EventKind.IN_TRANSIT},
    "customs_held": {EventKind.CUSTOMS},
}
"""What the list's own coarse meanings allow."""


def test_our_meanings_agree_with_the_coarse_ones_of_the_list() -> None:
    sets = {"operation": OPERATIONS, "signed": MANNERS, "unsigned": FAILURES}
    wrong = []
    for row in listed():
        kind, code = split(row)
        allowed = COARSE.get(row["olts_code"])
        if allowed and sets[kind][code].kind not in allowed:
            wrong.append((row["carrier_code"], row["carrier_name"], sets[kind][code].kind))
    assert wrong == []


def test_the_tables_hold_what_was_counted() -> None:
    assert (len(OPERATIONS), len(MANNERS), len(FAILURES), len(VOIDS)) == (197, 24, 16, 18)
    assert set(REASONS) <= set(OPERATIONS)
    assert {code for codes in VOIDS.values() for code in codes} <= set(OPERATIONS)
    assert all(OPERATIONS[code].kind is EventKind.VOIDS for code in VOIDS)


@pytest.mark.parametrize(
    ("manner", "recipient"),
    [
        ("10", RecipientClass.ADDRESSEE),
        ("20", RecipientClass.UNKNOWN),
        ("30", RecipientClass.LOCKER),
        ("50", RecipientClass.LOCKER),
        ("60", RecipientClass.MANAGEMENT),
        ("70", RecipientClass.MANAGEMENT),
        ("161", RecipientClass.UNKNOWN),
        ("162", RecipientClass.MANAGEMENT),
        ("999", RecipientClass.UNKNOWN),
        ("", RecipientClass.UNKNOWN),
    ],
)
def test_a_manner_of_signing_says_to_whom(manner: str, recipient: RecipientClass) -> None:
    means = meaning("704", manner, "")
    assert (means.kind, means.recipient) == (EventKind.DELIVERED, recipient)


def test_only_signed_in_person_is_the_addressee() -> None:
    """A class that serves must never come from a manner that only says where something was left."""
    assert [code for code, means in MANNERS.items() if means.recipient is RecipientClass.ADDRESSEE] == ["10"]
    serving = {RecipientClass.HOUSEHOLD, RecipientClass.PROXY, RecipientClass.REPRESENTATIVE, RecipientClass.EMPLOYEE}
    assert not any(means.recipient in serving for means in [*MANNERS.values(), *OPERATIONS.values()])


@pytest.mark.parametrize(
    ("failure", "kind", "reason"),
    [
        ("4", EventKind.ATTEMPTED, "absent"),
        ("7", EventKind.REFUSED, "refused"),
        ("10", EventKind.RETURNING, "recalled"),
        ("13", EventKind.LOST, "lost"),
        ("99", EventKind.ATTEMPTED, "unknown_failure"),
        ("", EventKind.ATTEMPTED, ""),
    ],
)
def test_a_reason_for_not_delivering(failure: str, kind: EventKind, reason: str) -> None:
    means = meaning("705", "", failure)
    assert (means.kind, means.reason) == (kind, reason)


def told(code: str, minute: int = 0, **other: str) -> Event:
    at = NOON + timedelta(minutes=minute)
    usual = {"name": code, "says": "", "office": "营业部", "office_code": "01", "city": "", "province": ""}
    return Event("1100000000001", code, at, **{**usual, "manner": "", "failure": "", **other})


def test_a_code_that_nobody_knows_is_kept() -> None:
    (event,) = post_events([told("XYZ", says="全新操作")])
    assert (event.kind, event.code, event.says) == (EventKind.INFORMATION, "XYZ", "全新操作")


@pytest.mark.parametrize("code", sorted(VOIDS))
def test_a_reversal_names_what_it_takes_back(code: str) -> None:
    for earlier in VOIDS[code]:
        *_, last = post_events([told(code, 9), told(earlier, 5), told("305", 7)])
        assert (last.kind, last.code, last.voids) == (EventKind.VOIDS, code, earlier)
    (alone,) = post_events([told(code)])
    assert alone.voids == VOIDS[code][0]


def test_a_reversal_of_three_takes_the_latest_back() -> None:
    *_, last = post_events([told("345", 3), told("303", 1), told("336", 2), told("304", 4)])
    assert last.voids == "345"


def test_the_same_event_has_the_same_id_and_another_has_another() -> None:
    first = told("704", manner="10")
    ids = [post_events([event])[0].id for event in (first, told("704", manner="10"))]
    assert ids[0] == ids[1]
    others = [told("705"), told("704", 1), told("704", office_code="02")]
    assert len({ids[0], *(post_events([event])[0].id for event in others)}) == 4


def test_events_carry_their_offset() -> None:
    (event,) = post_events([told("203")])
    assert event.at.utcoffset() is not None
