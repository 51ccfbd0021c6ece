"""What else is a resident's own: certificates and delegations, parcels, messages, and what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from api_desk import Desk, refused
from phone_street import HALL, HOME, OTHERS, OWN, PhoneStreet, booked, phone_street

from doubles import Step
from jiedao.certification.delegations import Mandate
from jiedao.hookspecs.outcomes import OutcomeUnknown, Unavailable
from jiedao.hookspecs.postal import Contents, EventKind, Handling, Item, PostEvent
from jiedao.post.consignments import NewConsignment
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


def looked_up(desk: Desk) -> dict[str, Any]:
    answer = desk.post("my/benefits/look-up")
    assert answer.status_code == 200, answer.text
    (benefit,) = answer.json["benefits"]
    found: dict[str, Any] = benefit
    return found


def delegate(street: PhoneStreet, resident: str, agent: str, **more: Any) -> str:
    mandate = Mandate(resident, agent, "女儿", "委托书 1 号", date(2020, 1, 1), **more)
    made: str = street.house.certification.delegations.add(street.made.operator, mandate)
    return made


def parcel(street: PhoneStreet) -> tuple[str, str]:
    """A letter of the resident's, and its number."""
    item = Item(Contents.DOCUMENT, 30, "证照")
    new = NewConsignment("ems", "letter", HALL, HOME, item, Handling(), resident=street.own)
    begun = street.house.post.consignments.create(street.made.operator, new)
    street.made.finish(begun)
    with street.house.store.read(street.made.street) as tx:
        number = street.house.post.tracking.story(tx, begun.consignment).consignment.number
    return begun.consignment, number


def test_a_benefit_that_is_due_is_certified_by_ones_own_face(street: PhoneStreet, me: Desk) -> None:
    assert me.get("my/benefits").json["benefits"] == []
    due = looked_up(me)
    assert (due["state"], due["routes"], due["needs_photo"]) == ("due", ["face"], False)
    assert [one["id"] for one in me.get("my/due").json["benefits"]] == [due["id"]]
    made = me.post("my/certifications", {"entitlements": [due["id"]]}, Prefer="wait=5")
    assert (made.status_code, made.json["route"], made.json["items"][0]["outcome"]) == (201, "face", "certified")
    assert me.get("my/benefits").json["benefits"][0]["state"] == "not_due"
    assert me.get("my/due").json["benefits"] == []
    assert [one["id"] for one in me.get("my/certifications").json["certifications"]] == [made.json["id"]]


def test_what_the_bureau_does_not_answer_is_being_confirmed(street: PhoneStreet, me: Desk) -> None:
    due = looked_up(me)
    lost = Step(answer=OutcomeUnknown("the line was cut"))
    street.bureau.will("certification_submit", lost)
    street.bureau.will("certification_query", *[Step(answer=Unavailable("out"))] * 3)
    made = me.post("my/certifications", {"entitlements": [due["id"]]}, Prefer="wait=5")
    assert (made.status_code, made.json["confirming"]) == (202, True)
    street.made.resolve()
    shown = me.get(f"my/certifications/{made.json['id']}").json
    assert (shown["confirming"], shown["items"][0]["outcome"]) == (False, "certified")


def test_a_bureau_that_cannot_be_reached_is_said(street: PhoneStreet, me: Desk) -> None:
    street.bureau.will("certification_lookup", Step(effect=False, answer=Unavailable("out")))
    assert me.post("my/benefits/look-up").json["unreached"] == ["bureau"]


def test_one_certifies_for_another_under_a_delegation(street: PhoneStreet, me: Desk) -> None:
    other = street.sign_in(OTHERS)
    due = looked_up(other)
    body = {"entitlements": [due["id"]]}
    refused(me.post("my/certifications", body), 422, "certification.entitlements")
    delegation = delegate(street, street.other, street.own)
    mandates = me.get("my/delegations").json
    assert [(one["name"], one["relation"]) for one in mandates["principals"]] == [("王强", "女儿")]
    assert "委托书" not in me.get("my/delegations").text
    theirs = me.get(f"my/delegations/{delegation}/benefits").json
    assert (theirs["name"], theirs["benefits"][0]["routes"]) == ("王强", ["relative"])
    made = me.post("my/certifications", {**body, "delegation": delegation}, Prefer="wait=5")
    assert (made.status_code, made.json["route"], made.json["agent_name"]) == (201, "relative", "李秀英")
    for desk in (me, other):
        assert desk.get(f"my/certifications/{made.json['id']}").status_code == 200


def test_a_delegation_that_is_over_opens_nothing(street: PhoneStreet, me: Desk) -> None:
    other = street.sign_in(OTHERS)
    looked_up(other)
    over = delegate(street, street.other, street.own, valid_to=date(2021, 1, 1))
    refused(me.get(f"my/delegations/{over}/benefits"), 404, "delegation.missing")
    good = delegate(street, street.other, street.own)
    refused(me.post(f"my/delegations/{good}/revoke", {"reason": "不想办了"}), 404, "delegation.missing")
    revoked = other.post(f"my/delegations/{good}/revoke", {"reason": "不用了"})
    assert revoked.status_code == 200
    refused(me.get(f"my/delegations/{good}/benefits"), 404, "delegation.missing")


def test_a_parcel_is_followed_until_it_waits_to_be_fetched(street: PhoneStreet, me: Desk) -> None:
    id_, number = parcel(street)
    (brief,) = me.get("my/parcels").json["parcels"]
    assert (brief["id"], brief["number"], brief["recipient"]) == (id_, number, "李** 康巴什区")
    now = street.house.store.clock()
    street.post.events[number] = [PostEvent("e1", EventKind.HELD, now, "H", "请到营业厅领取", "康巴什邮局")]
    shown = me.post(f"my/parcels/{id_}/track").json
    assert (shown["fold"]["standing"], shown["events"][0]["place"]) == ("held", "康巴什邮局")
    assert "staff" not in shown["events"][0]
    assert [one["id"] for one in me.get("my/due").json["parcels"]] == [id_]
    refused(street.sign_in(OTHERS).get(f"my/parcels/{id_}"), 404, "consignment.missing")


def test_the_post_is_not_asked_for_ever(street: PhoneStreet, me: Desk) -> None:
    id_, _ = parcel(street)
    for _ in range(30):
        assert me.post(f"my/parcels/{id_}/track").status_code == 200
    refused(me.post(f"my/parcels/{id_}/track"), 429, "throttled")


def test_messages_and_whether_they_are_wanted(me: Desk) -> None:
    (message,) = me.get("my/messages").json["messages"]
    assert (message["title"]["zh"], message["to"], message["says"]["en"]) == ("登录验证码", "1380***0001", "Sent")
    changed = me.send("PUT", "my/contacts/email", {"wanted": True, "language": "en", "address": "li@example.cn"})
    assert changed.json["contacts"][1]["address"] == "l***@example.cn"
    refused(me.send("PUT", "my/contacts/pigeon", {"wanted": True}), 404, "channel.missing")
    refused(me.send("PUT", "my/contacts/sms", {"wanted": True, "address": "13900000000"}), 422, "contact.phone")


def test_what_is_due_names_appointments_matters_and_points(street: PhoneStreet, me: Desk) -> None:
    assert me.get("my/due").json == {
        "benefits": [],
        "parcels": [],
        "orders": [],
        "bookings": [],
        "cases": [],
        "lapsing": None,
    }
    booking = booked(street, me)
    case = me.post("my/cases", {"item": "permit"}).json["id"]
    staff = street.staff()
    for step in ({"to": "in_work"}, {"to": "waiting", "note": "请补一张照片"}):
        assert staff.post(f"cases/{case}/steps", step).status_code in (200, 201)
    due = me.get("my/due").json
    assert [one["id"] for one in due["bookings"]] == [booking]
    assert [(one["id"], one["state"]) for one in due["cases"]] == [(case, "waiting")]


def test_points_that_lapse_soon_are_said(street: PhoneStreet, me: Desk) -> None:
    today = street.house.store.clock().date()
    street.made.give_points(500, street.own, expires=today + timedelta(days=20))
    street.made.give_points(900, street.own)
    lapsing = me.get("my/points").json["lapsing"]
    assert lapsing == {"amount": 500, "first": (today + timedelta(days=20)).isoformat()}
    first = me.get("my/points/lots?limit=1").json
    assert [lot["amount"] for lot in first["lots"]] == [900]
    following = me.get(f"my/points/lots?limit=1&before={first['before']}").json
    assert [lot["amount"] for lot in following["lots"]] == [500]
