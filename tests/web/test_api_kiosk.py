"""Kiosks over the API: enrolled by code, known by token, who stands there, paper before money, what is one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused
from phone_street import HALL, HOME, KIOSK, OWN, PHONE, PhoneStreet, phone_street

from houses import STREET
from jiedao.hall import opening
from jiedao.hall.graph import At
from jiedao.hall.items import Channel, set_items
from jiedao.hookspecs.postal import Contents, Handling
from jiedao.hookspecs.postal import Item as Thing
from jiedao.kiosk import devices
from jiedao.kiosk.devices import Condition
from jiedao.post.consignments import NewConsignment
from jiedao_web.kiosks import COOKIE
from postgres_server import Database
from service_hall import ADVICE, MORNING, PERMIT
from watches import Ahead

CARD = "6210012345999"


@pytest.fixture
def watch() -> Ahead:
    return Ahead()


@pytest.fixture
def street(sqlite: Database, tmp_path: Path, watch: Ahead) -> Iterator[PhoneStreet]:
    """A street with a kiosk and phones, service items, and hours on every day."""
    made = phone_street(sqlite.url, tmp_path, clock=watch)
    store, admin = made.house.store, made.made.administrator
    set_items(store, admin, [PERMIT, ADVICE, replace(ADVICE, code="only", channels=frozenset({Channel.WINDOW}))])
    opening.set_patterns(store, admin, "h1", [replace(MORNING, weekdays=frozenset(range(1, 8)))])
    yield made
    made.close()


def at_kiosk(street: PhoneStreet) -> Desk:
    """The device itself, without anybody's visit."""
    return Desk(street.app.test_client(use_cookies=False), "", {"X-Kiosk": street.kiosk()})


def signed_in(street: PhoneStreet) -> Desk:
    """李秀英 at the kiosk, by her points card."""
    device = at_kiosk(street)
    answer = device.post("kiosk/visits/card", {"card": CARD})
    assert answer.status_code == 201, answer.text
    return Desk(device.client, answer.json["token"], device.headers)


def condition(street: PhoneStreet, what: Condition) -> None:
    devices.report(street.house.store, STREET, KIOSK, what)


def an_order(visit: Desk, **more: Any) -> Any:
    body = {"connection": "bills", "biller": "WATER", "inputs": {"account": "00125678"}}
    offer = visit.post("my/bills/fetch", body).json["offers"][0]
    amount = offer["bill"]["amount"]
    tender = {"kind": "card", "connection": "card", "amount": amount}
    lines = [{"offer": offer["offer"], "amount": amount}]
    return visit.post("my/orders", {"lines": lines, "tenders": [tender], **more}, Prefer="wait=10")


def test_a_device_is_enrolled_once_with_a_code_and_revoked(street: PhoneStreet, watch: Ahead) -> None:
    admin, operator = street.staff("administrator"), street.staff()
    refused(operator.post(f"kiosks/{KIOSK}/codes"), 403, "role.missing")
    code = admin.post(f"kiosks/{KIOSK}/codes").json["code"]
    anybody = street.client()
    body = {"street": STREET, "code": code.lower()}
    answer = anybody.post(f"{BASE}kiosk/enrolment", json=body)
    assert (answer.status_code, answer.json["till"], answer.json["prints"]) == (201, KIOSK, True)
    cookie = answer.headers["Set-Cookie"].split("; ")
    assert cookie[0].startswith(f"{COOKIE}={STREET}.")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie)
    refused(anybody.post(f"{BASE}kiosk/enrolment", json=body), 401, "kiosk.code", "code")
    assert anybody.get(f"{BASE}kiosk/device").json["name"] == "自助终端 1"
    shown = operator.get("kiosks").json["kiosks"][0]
    assert (shown["till"], shown["enrolled"], shown["reachable"], shown["condition"]) == (KIOSK, True, True, "online")
    watch.ahead = timedelta(minutes=6)
    assert operator.get("kiosks").json["kiosks"][0]["reachable"] is False
    refused(operator.post(f"kiosks/{KIOSK}/revocation", {"reason": "设备被盗"}), 403, "role.missing")
    assert admin.post(f"kiosks/{KIOSK}/revocation", {"reason": "设备被盗"}).json["kiosks"][0]["enrolled"] is False
    refused(anybody.get(f"{BASE}kiosk/device"), 401, "kiosk.unknown")
    refused(anybody.post(f"{BASE}my/visits"), 401, "kiosk.unknown")
    actions = {(row.action, row.reason) for row in street.made.rows("audit") if row.subject == f"till {KIOSK}"}
    assert actions == {("kiosk.code", ""), ("kiosk.revoke", "设备被盗")}


def test_codes_run_out_and_are_not_tried_out(street: PhoneStreet, watch: Ahead) -> None:
    code = street.staff("administrator").post(f"kiosks/{KIOSK}/codes").json["code"]
    watch.ahead = timedelta(minutes=31)
    for wrong in ({"street": STREET, "code": code}, {"street": "000000000", "code": code}):
        refused(street.client().post(f"{BASE}kiosk/enrolment", json=wrong), 401, "kiosk.code", "code")
    answers = [street.client().post(f"{BASE}kiosk/enrolment", json={"street": STREET, "code": "X"}) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert "22222222" not in str(street.made.rows("kiosk_device"))


def test_a_new_device_takes_the_place_of_the_old_one(street: PhoneStreet) -> None:
    old, new = at_kiosk(street), at_kiosk(street)
    refused(old.get("kiosk/device"), 401, "kiosk.unknown")
    assert new.get("kiosk/device").status_code == 200


def test_a_device_is_nobodys_staff_and_no_resident(street: PhoneStreet) -> None:
    device = at_kiosk(street)
    for path in ("residents/search", "cases", "my/profile", "my/orders", "kiosks"):
        assert device.get(path).status_code in (401, 405), path
    assert street.staff().get("kiosk/device").status_code == 401


def test_paper_that_is_low_is_said_before_anything_is_ordered(street: PhoneStreet) -> None:
    device = at_kiosk(street)
    visit = Desk(device.client, device.post("my/visits").json["token"], device.headers)
    for state in ("paper_low", "no_paper", "out_of_service"):
        assert device.post("kiosk/state", {"condition": state}).json["prints"] is False
        refused(an_order(visit), 503, "kiosk.paper")
    assert street.made.rows("orders") == []
    assert street.made.acquirer.balance == 0
    refused(device.post("my/visits"), 503, "kiosk.out_of_service")
    refused(device.post("kiosk/visits/card", {"card": CARD}), 503, "kiosk.out_of_service")
    refused(device.post("kiosk/state", {"condition": "happy"}), 422, "body.invalid", "condition")
    assert device.post("kiosk/state", {"condition": "online"}).json["prints"] is True
    paid = an_order(visit)
    assert (paid.status_code, paid.json["state"]) == (201, "paid")


def test_on_a_phone_the_paper_of_a_kiosk_does_not_matter(street: PhoneStreet) -> None:
    at_kiosk(street)
    condition(street, Condition.NO_PAPER)
    me = street.sign_in()
    assert me.get("my/sessions/current").json["till"] == PHONE
    refused(an_order(me), 422, "tender.not_here")


def test_who_holds_the_card_is_who_it_is(street: PhoneStreet) -> None:
    me = signed_in(street)
    assert me.get("my/profile").json["name"] == "李秀英"
    assert me.get("my/sessions/current").json["channel"] == "kiosk"
    refused(at_kiosk(street).post("kiosk/visits/card", {"card": "6210000000000"}), 404, "kiosk.card", "card")
    refused(at_kiosk(street).post("kiosk/visits/identity"), 503, "service.missing")


def test_an_order_is_rated_by_whose_it_is_once_it_is_paid(street: PhoneStreet) -> None:
    me, device = signed_in(street), at_kiosk(street)
    other = Desk(device.client, device.post("my/visits").json["token"], device.headers)
    order = an_order(me).json["id"]
    body = {"kind": "order", "subject": order, "stars": 5}
    refused(other.post("my/ratings", body), 404, "order.missing")
    assert me.post("my/ratings", body).status_code == 201
    refused(me.post("my/ratings", body), 409, "rating.given")
    refused(me.post("my/ratings", {**body, "stars": 0}), 422, "body.invalid", "stars")
    refused(other.post("my/ratings", {**body, "kind": "case"}), 401, "session.missing")


def test_a_case_of_ones_own_from_the_phone_to_the_rating(street: PhoneStreet) -> None:
    me = street.sign_in(OWN)
    refused(me.post("my/cases", {"item": "only"}), 409, "item.channel")
    made = me.post("my/cases", {"item": "permit", "note": "要快"}).json
    assert (made["state"], made["may_withdraw"], made["may_rate"]) == ("received", True, False)
    rating = {"kind": "case", "subject": made["id"], "stars": 4}
    refused(me.post("my/ratings", rating), 409, "rating.early")
    stranger = street.sign_in("13800000002")
    refused(stranger.get(f"my/cases/{made['id']}"), 404, "case.missing")
    refused(stranger.post(f"my/cases/{made['id']}/withdrawal"), 404, "case.missing")
    refused(stranger.post("my/ratings", rating), 404, "case.missing")
    assert stranger.get("my/cases").json["cases"] == []
    street.house.hall.cases.step(street.made.operator, made["id"], At.FINISHED)
    shown = me.get(f"my/cases/{made['id']}").json
    assert (shown["state"], shown["may_rate"], shown["may_withdraw"]) == ("finished", True, False)
    assert [set(one) for one in shown["events"]] == [{"event", "state", "at", "note"}] * 2, "no names of staff"
    refused(me.post(f"my/cases/{made['id']}/withdrawal"), 409, "case.step")
    assert me.post("my/ratings", rating).status_code == 201
    assert me.get("my/cases").json["cases"][0]["stars"] == 4
    other = me.post("my/cases", {"item": "permit"}).json["id"]
    assert me.post(f"my/cases/{other}/withdrawal").json["state"] == "withdrawn"
    assert {row.channel for row in street.made.rows("service_case")} == {"phone"}


def test_an_appointment_of_ones_own(street: PhoneStreet, watch: Ahead) -> None:
    me, stranger = street.sign_in(OWN), street.sign_in("13800000002")
    assert [one["code"] for one in me.get("my/service-items").json["items"]] == ["permit", "advice"]
    assert me.get("my/halls").json["halls"] == [{"id": "h1", "name": {"zh": "第一社区", "en": "First community"}}]
    today = watch().date()
    span = f"item=advice&hall=h1&from={today + timedelta(days=1)}&to={today + timedelta(days=9)}"
    slot = me.get(f"my/bookings/slots?{span}").json["slots"][0]
    body = {"item": "advice", "hall": "h1", "on": slot["on"], "begins": slot["begins"]}
    made = me.post("my/bookings", body)
    assert (made.status_code, made.json["state"]) == (201, "booked")
    refused(me.post("my/bookings", body), 409, "booking.held")
    refused(stranger.post(f"my/bookings/{made.json['id']}/cancel"), 404, "booking.missing")
    assert stranger.get("my/bookings").json["bookings"] == []
    assert me.get("my/bookings").json["bookings"] == [made.json]
    assert me.post(f"my/bookings/{made.json['id']}/cancel").json["state"] == "cancelled"
    assert me.get("my/service-items/permit").json["forms"][0]["code"] == "apply"


def test_nothing_is_printed_on_a_phone_nor_anothers_receipt(street: PhoneStreet) -> None:
    me, phone = signed_in(street), street.sign_in("13800000002")
    paid = an_order(me).json
    refused(phone.post("my/prints", {"receipt": paid["receipts"][0]}), 409, "print.kiosk")
    refused(me.post("my/prints", {}), 422, "print.what")
    refused(me.post("my/prints", {"order": paid["id"]}), 409, "slip.final")
    refused(me.post("my/prints", {"receipt": paid["receipts"][0]}), 503, "service.missing")
    device = at_kiosk(street)
    other = Desk(device.client, device.post("my/visits").json["token"], device.headers)
    refused(other.post("my/prints", {"receipt": paid["receipts"][0]}), 404, "receipt.missing")


def test_a_parcel_is_tracked_by_number_without_a_name(street: PhoneStreet) -> None:
    device, house = at_kiosk(street), street.house
    refused(device.post("kiosk/tracking", {"number": "1150000000000"}), 404, "kiosk.tracking", "number")
    new = NewConsignment("ems", "letter", HALL, HOME, Thing(Contents.DOCUMENT, 30, "证照"), Handling())
    posted = house.post.consignments.create(street.made.operator, new)
    street.made.finish(posted)
    number = next(row.number for row in street.made.rows("consignment"))
    found = device.post("kiosk/tracking", {"number": f" {number.lower()} "})
    assert (found.status_code, found.json["number"], found.json["standing"]) == (200, number, "announced")
    assert "李秀英" not in found.text
    assert HOME.line not in found.text
