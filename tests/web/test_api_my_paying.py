"""Residents pay themselves: with a code on the phone, a card at the kiosk, points and credit; and never in cash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_desk import Desk, refused, steps
from phone_street import KIOSK, OTHERS, OWN, PHONE, PhoneStreet, phone_street
from sqlalchemy import update

from jiedao.store import tables
from jiedao.store.unit import STREET as SCOPE
from postgres_server import Database


@pytest.fixture
def street(database: Database, tmp_path: Path) -> Iterator[PhoneStreet]:
    """On each engine in turn."""
    made = phone_street(database.url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def me(street: PhoneStreet) -> Desk:
    return street.sign_in(OWN)


def fetched(desk: Desk, biller: str = "WATER", account: str = "00001234") -> dict[str, Any]:
    answer = desk.post("my/bills/fetch", {"connection": "bills", "biller": biller, "inputs": {"account": account}})
    assert answer.status_code == 200, answer.text
    offer: dict[str, Any] = answer.json["offers"][0]
    return offer


def ordered(desk: Desk, *tenders: dict[str, Any], **more: Any) -> Any:
    offer = fetched(desk, **more)
    line = {"offer": offer["offer"], "amount": offer["bill"]["amount"]}
    return desk.post("my/orders", {"lines": [line], "tenders": list(tenders)}, Prefer="wait=5")


def by(kind: str, amount: int, connection: str = "") -> dict[str, Any]:
    return {"kind": kind, "amount": amount, "connection": connection}


def test_a_bill_is_paid_with_a_code(street: PhoneStreet, me: Desk) -> None:
    street.made.give_points(1000, street.own)
    waiting = ordered(me, by("qr", 6234, "wallet"))
    assert (waiting.status_code, waiting.json["state"], waiting.json["confirming"]) == (202, "paying", True)
    (tender,) = waiting.json["tenders"]
    assert tender["show"].startswith("https://wallet.example.cn/")
    assert set(steps(waiting.json)) == {"wait", "give_up"}
    code = me.get(f"my/orders/{waiting.json['id']}/tenders/1/qr.svg")
    assert (code.status_code, code.content_type) == (200, "image/svg+xml")
    street.wallet.scan()
    street.made.resolve()
    paid = me.get(f"my/orders/{waiting.json['id']}").json
    assert (paid["state"], paid["confirming"], paid["next"]) == ("paid", False, [])
    receipt = me.get(f"my/receipts/{paid['receipts'][0]}").json
    assert (receipt["receipt"]["total"], receipt["receipt"]["operator"]) == (6234, "")
    for medium in ("html", "pdf"):
        assert me.get(f"my/receipts/{paid['receipts'][0]}.{medium}").status_code == 200
    points = me.get("my/points").json
    assert points["balance"]["active"] == 1000 + 312
    assert [lot["amount"] for lot in me.get("my/points/lots").json["lots"]] == [312, 1000]
    assert street.made.faults() == []


def test_points_and_credit_are_the_residents_own(street: PhoneStreet, me: Desk) -> None:
    street.made.give_points(2000, street.own)
    placed = ordered(me, by("points", 2000), by("qr", 4234, "wallet"))
    assert placed.status_code == 202, placed.text
    street.wallet.scan()
    street.made.resolve()
    spent = me.get("my/points/spent").json["spent"]
    assert [(one["amount"], one["order"]) for one in spent] == [(2000, placed.json["id"])]
    assert me.get("my/credit").json == {"credit": 0}
    refused(ordered(me, by("credit", 6234), account="00021234"), 409, "credit.short")
    assert street.made.faults() == []


def test_what_nobody_scans_is_given_up_and_paid_otherwise(street: PhoneStreet, me: Desk) -> None:
    waiting = ordered(me, by("qr", 6234, "wallet")).json
    given_up = me.post(f"my/orders/{waiting['id']}/giving-up", Prefer="wait=5")
    assert (given_up.status_code, given_up.json["state"]) == (201, "open")
    refused(me.get(f"my/orders/{waiting['id']}/tenders/1/qr.svg"), 404, "tender.no_code")
    again = me.post(f"my/orders/{waiting['id']}/attempts", {"tenders": [by("qr", 6234, "wallet")]}, Prefer="wait=5")
    assert again.json["state"] == "paying"
    street.wallet.scan()
    street.made.resolve()
    assert me.get(f"my/orders/{waiting['id']}").json["state"] == "paid"
    assert street.made.faults() == []


def test_an_order_is_dropped_while_it_is_open(me: Desk) -> None:
    placed = ordered(me).json
    assert (placed["state"], list(steps(placed))) == ("open", ["pay", "cancel"])
    assert me.post(f"my/orders/{placed['id']}/cancel").json["state"] == "cancelled"


def test_a_repeated_request_makes_nothing_twice(street: PhoneStreet, me: Desk) -> None:
    offer = fetched(me)
    body = {"lines": [{"offer": offer["offer"], "amount": 6234}], "tenders": [by("qr", 6234, "wallet")]}
    first = me.post("my/orders", body, key="once", Prefer="wait=5")
    again = me.post("my/orders", body, key="once", Prefer="wait=5")
    assert (first.json["id"], again.headers["Idempotent-Replayed"]) == (again.json["id"], "true")
    other = street.sign_in(OTHERS)
    refused(other.post("my/orders", body, key="once"), 409, "bill.locked")


@pytest.mark.parametrize("kind", ["phone", "kiosk"])
def test_which_ways_of_paying_there_are(street: PhoneStreet, kind: str) -> None:
    desk = street.sign_in(OWN, channel=kind)
    ways = {one["kind"] for one in desk.get("my/tenders").json["tenders"]}
    assert ways == ({"qr"} if kind == "phone" else {"card", "qr"})
    if kind == "phone":
        refused(ordered(desk, by("card", 6234, "card")), 422, "tender.not_here", "tenders.0.kind")
    refused(ordered(desk, by("cash", 6234, "cash")), 422, "body.invalid", "tenders.0.kind")


def test_staff_take_no_cash_at_a_kiosk_either(street: PhoneStreet) -> None:
    street.sign_in(OWN, channel="kiosk").post("my/orders", {"lines": []})
    ordered(street.visit(), by("card", 6234, "card"))
    desk = street.staff(till=KIOSK)
    refused(desk.post("shifts", {"counted": 100}), 409, "shift.unattended")
    bill = street.made.bill("WATER", "00071234")
    offer = street.house.bills.seal(street.made.street, bill)
    line = {"offer": offer, "amount": bill.bill.amount}
    body = {"lines": [line], "tenders": [by("cash", bill.bill.amount, "cash")]}
    refused(desk.post("orders", body), 422, "tender.not_here")


def test_at_a_kiosk_nobody_has_to_say_who_they_are(street: PhoneStreet) -> None:
    visit, next_one = street.visit(), street.visit()
    paid = ordered(visit, by("card", 6234, "card"))
    assert (paid.status_code, paid.json["state"]) == (201, "paid"), paid.text
    order, receipt = f"my/orders/{paid.json['id']}", f"my/receipts/{paid.json['receipts'][0]}"
    assert visit.get(order).status_code == visit.get(receipt).status_code == 200
    signed_in = street.sign_in(OWN)
    for stranger in (next_one, signed_in):
        refused(stranger.get(order), 404, "order.missing")
        refused(stranger.get(receipt), 404, "receipt.missing")
    refused(ordered(visit, by("points", 100), account="00091234"), 422, "tender.whose")
    refused(visit.get("my/orders"), 401, "session.missing")
    assert street.made.faults() == []


def test_an_account_is_kept_and_its_bills_are_looked_up(street: PhoneStreet, me: Desk) -> None:
    body = {"connection": "bills", "biller": "WATER", "inputs": {"account": "00005678"}, "label": " 妈妈的  水费 "}
    kept = me.post("my/accounts", body)
    assert (kept.status_code, kept.json["label"], kept.json["account"]) == (201, "妈妈的 水费", "00005678")
    refused(me.post("my/accounts", body), 409, "account.kept")
    refused(me.post("my/accounts", {**body, "inputs": {"account": "x"}}), 422, "biller.input", "account")
    path = f"my/accounts/{kept.json['id']}"
    (offer,) = me.post(f"{path}/bills").json["offers"]
    assert (offer["bill"]["amount"], offer["bill"]["customer"]) == (10678, "王**")
    assert me.send("PATCH", path, {"label": ""}).json["label"] == ""
    assert me.send("DELETE", path).status_code == 204
    refused(me.post(f"{path}/bills"), 404, "account.missing")
    assert me.get("my/accounts").json == {"accounts": []}
    assert "00005678" not in str([row.inputs for row in street.made.rows("saved_account")])


def test_nobody_tries_numbers_out(me: Desk) -> None:
    for number in range(120):
        fetched(me, account=f"{number:04d}1234")
    body = {"connection": "bills", "biller": "WATER", "inputs": {"account": "99991234"}}
    refused(me.post("my/bills/fetch", body), 429, "throttled")


def test_without_a_till_for_phones_nothing_is_paid_by_phone(street: PhoneStreet) -> None:
    this = (tables.till.c.street == SCOPE) & (tables.till.c.id == PHONE)
    with street.house.store.write(street.made.street) as tx:
        tx.change(update(tables.till).where(this).values(kind="kiosk"))
    me = street.sign_in(OWN)
    refused(me.get("my/tenders"), 503, "till.no_phone")
    refused(ordered(me), 503, "till.no_phone")
    assert me.get("my/profile").status_code == 200
