"""Service items, cases and bookings over the API: what a client sees, and what it must not see or do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused

from houses import PASSWORD, Setting, furnish
from jiedao_web.app import create_app
from jiedao_web.context import NAME
from postgres_server import Database
from service_hall import ServiceHall
from stand_ins import REAL

OTHER = "150602008"
NOWHERE = "0" * 20
ITEM = {
    "title": {"zh": "居住证", "en": "Residence permit"},
    "category": "registry",
    "guide": {"bring": {"zh": "身份证", "en": "Identity card"}},
    "forms": [{"code": "a", "title": {"zh": "表", "en": "Form"}, "text": {"zh": "姓名：", "en": "Name:"}}],
    "channels": ["window", "phone"],
    "workdays": 3,
}
AT_NINE_THIRTY = {"item": "advice", "hall": "h1", "on": "2026-03-02", "begins": "09:30"}


class Office:
    """Staff of a hall, and an operator of another street."""

    def __init__(self, hall: ServiceHall) -> None:
        self.hall, self.app = hall, create_app(hall.house)
        self.operator, self.accountant = self.sign_in("operator"), self.sign_in("accountant")
        self.administrator = self.sign_in("administrator")

    def sign_in(self, login: str, street: str = "") -> Desk:
        client = self.app.test_client(use_cookies=False)
        body = {"street": street or self.hall.street, "login": login, "password": PASSWORD, "till": "T1"}
        return Desk(client, client.post(f"{BASE}sessions", json=body).json["token"])

    def open(self, **more: Any) -> dict[str, Any]:
        answer = self.operator.post("cases", {"item": "permit", "resident": self.hall.resident, **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json
        return made

    def book(self, **more: Any) -> Any:
        return self.operator.post("bookings", {**AT_NINE_THIRTY, "resident": self.hall.resident, **more})


@pytest.fixture
def office(sqlite: Database, tmp_path: Path) -> Iterator[Office]:
    """The hall of `service_hall` behind the API."""
    hall = ServiceHall(sqlite.url, tmp_path)
    made = Office(hall)
    with closing(hall.house):
        yield made
        made.app.extensions[NAME].runner.close()


def test_items_are_read_by_all_and_set_by_administrators(office: Office) -> None:
    refused(office.operator.send("PUT", "service-items/permit2", ITEM), 403, "role.missing")
    answer = office.administrator.send("PUT", "service-items/permit2", ITEM)
    assert answer.status_code == 200, answer.text
    shown = office.operator.get("service-items/permit2").json
    assert shown["title"] == ITEM["title"]
    assert shown["guide"]["bring"] == {"zh": "身份证", "en": "Identity card"}
    assert shown["guide"]["fee"] == {"zh": "", "en": ""}
    assert (shown["workdays"], shown["needs_booking"], shown["active"]) == (3, False, True)
    assert shown["channels"] == ["phone", "window"]
    many = {"items": [{"code": "x", **ITEM, "active": False}, {"code": "y", **ITEM}]}
    answer = office.administrator.send("PUT", "service-items", many)
    assert [one["code"] for one in answer.json["items"]] == ["permit", "advice", "permit2", "x", "y"]
    codes = [one["code"] for one in office.operator.get("service-items?category=registry&show=active").json["items"]]
    assert codes == ["permit2", "y"]
    refused(office.operator.get("service-items/none"), 404, "item.missing")
    wrong = {**ITEM, "title": {"zh": "只有中文"}}
    refused(office.administrator.send("PUT", "service-items/z", wrong), 422, "body.invalid", "title.en")


def test_a_case_from_its_number_to_its_rating(office: Office) -> None:
    made = office.open(note="要快")
    assert (made["number"], made["state"], made["due_on"]) == ("2026-00001", "received", "2026-03-09")
    assert made["next"] == ["in_work", "finished", "withdrawn", "refused"]
    at = f"cases/{made['id']}"
    refused(office.operator.post(f"{at}/rating", {"stars": 5}), 409, "rating.early")
    refused(office.operator.post(f"{at}/steps", {"to": "waiting", "note": "缺照片"}), 409, "case.step", "to")
    refused(office.operator.post(f"{at}/steps", {"to": "refused"}), 422, "case.note", "note")
    refused(office.operator.post(f"{at}/steps", {"to": "lost"}), 422, "body.invalid", "to")
    assert office.operator.post(f"{at}/steps", {"to": "in_work"}).json["state"] == "in_work"
    assert office.operator.post(f"{at}/notes", {"note": "打过电话"}).status_code == 201
    done = office.operator.post(f"{at}/steps", {"to": "finished"}).json
    assert (done["state"], done["next"]) == ("finished", [])
    refused(office.operator.post(f"{at}/posting", {"consignment": NOWHERE}), 422, "case.consignment", "consignment")
    refused(office.operator.post(f"{at}/rating", {"stars": 6}), 422, "body.invalid", "stars")
    rated = office.operator.post(f"{at}/rating", {"stars": 5, "comment": "很快"})
    assert (rated.status_code, rated.json["stars"], rated.json["comment"]) == (201, 5, "很快")
    refused(office.operator.post(f"{at}/rating", {"stars": 1}), 409, "rating.given")
    assert [one["event"] for one in rated.json["events"]] == ["opened", "step", "note", "step", "rated"]
    assert {one["staff_name"] for one in rated.json["events"]} == {"王芳"}


def test_the_same_key_opens_one_case(office: Office) -> None:
    body = {"item": "permit", "note": "一次"}
    first, again = office.operator.post("cases", body, key="k1"), office.operator.post("cases", body, key="k1")
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    refused(office.operator.post("cases", {"item": "advice"}, key="k1"), 409, "request_key.reused")
    assert office.open()["number"] == "2026-00002"


def test_the_ledger_is_read_in_pages(office: Office) -> None:
    made = [office.open()["id"] for _ in range(3)]
    page = office.operator.get("cases?limit=2").json
    assert [one["id"] for one in page["cases"]] == made[:0:-1]
    page = office.operator.get(f"cases?limit=2&after={page['after']}").json
    assert ([one["id"] for one in page["cases"]], page["after"]) == (made[:1], "")
    assert [one["id"] for one in office.operator.get("cases?q=2026-00003").json["cases"]] == [made[2]]
    assert office.operator.get("cases?state=late").json["cases"] == []
    assert len(office.operator.get("cases?state=open").json["cases"]) == 3
    refused(office.operator.get("cases?state=lost"), 422, "body.invalid", "state")


def test_opening_hours_slots_and_a_booking(office: Office) -> None:
    hours = office.operator.get("halls/h1/opening").json
    wanted = [{**one, "capacity": 1} for one in hours["patterns"]]
    refused(office.operator.send("PUT", "halls/h1/opening", {"patterns": wanted}), 403, "role.missing")
    refused(office.administrator.send("PUT", "halls/h9/opening", {"patterns": wanted}), 404, "hall.missing")
    answer = office.administrator.send("PUT", "halls/h1/opening", {"patterns": wanted})
    assert answer.json["patterns"] == wanted
    span = "item=advice&hall=h1&from=2026-03-02&to=2026-03-03"
    slots = office.operator.get(f"bookings/slots?{span}").json["slots"]
    assert slots[0] == {"on": "2026-03-02", "begins": "09:30", "ends": "10:00", "free": 1}
    assert len(slots) == 7
    made = office.book()
    assert (made.status_code, made.json["state"], made.json["resident_name"]) == (201, "booked", "古丽巴哈尔·买买提")
    refused(office.book(begins="10:00"), 409, "booking.held")
    refused(office.book(resident=office.hall.another()), 409, "booking.full", "begins")
    refused(office.book(begins="09:31"), 409, "booking.slot", "begins")
    listed = office.operator.get("bookings?on=2026-03-02&hall=h1").json["bookings"]
    assert listed == office.operator.get(f"bookings?resident={office.hall.resident}").json["bookings"] == [made.json]
    assert office.operator.get("bookings").json["bookings"] == [made.json], "today"
    at = f"bookings/{made.json['id']}"
    assert office.operator.post(f"{at}/arrival", {"came": True}).json["state"] == "came"
    refused(office.operator.post(f"{at}/cancel"), 409, "booking.state")
    other = office.book(begins="10:00").json
    assert office.operator.post(f"bookings/{other['id']}/cancel").json["state"] == "cancelled"
    refused(
        office.operator.get("bookings/slots?item=advice&hall=h1&from=2026-03-02&to=2026-05-02"), 422, "booking.span"
    )


def test_another_street_sees_none_of_it(office: Office, tmp_path: Path) -> None:
    made, booked = office.open(), office.book().json
    url = str(office.hall.house.store.engine.url)
    other = furnish(url, tmp_path, street=OTHER, plugins=REAL[:1], connections={"cash": Setting("jiedao_cash")})
    other.house.close()
    stranger = office.sign_in("operator", OTHER)
    assert stranger.get("service-items").json["items"] == []
    assert stranger.get("cases").json == {"cases": [], "after": ""}
    refused(stranger.get("service-items/permit"), 404, "item.missing")
    refused(stranger.get(f"cases/{made['id']}"), 404, "case.missing")
    refused(stranger.post(f"cases/{made['id']}/steps", {"to": "in_work"}), 404, "case.missing")
    refused(stranger.post(f"cases/{made['id']}/rating", {"stars": 1}), 404, "case.missing")
    refused(stranger.get(f"bookings/{booked['id']}"), 404, "booking.missing")
    refused(stranger.post(f"bookings/{booked['id']}/cancel"), 404, "booking.missing")
    refused(stranger.post("cases", {"item": "permit"}), 404, "item.missing", "item")


def test_nobody_without_a_session(office: Office) -> None:
    client = office.app.test_client(use_cookies=False)
    for method, path in (("GET", "service-items"), ("GET", "cases"), ("POST", "cases"), ("GET", "bookings")):
        assert client.open(BASE + path, method=method, json={}).status_code == 401
