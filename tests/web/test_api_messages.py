"""Messages, the card reader and the calendar through the API."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from api_desk import Api, Desk, refused

from jiedao_sandbox.sms import KEY_ID, SECRET, SENDER

_PHONES = count(13700000010, 10)


@pytest.fixture
def resident(desk: Desk) -> str:
    made = desk.post("residents", {"name": "玛丽亚", "phone": str(next(_PHONES))})
    assert made.status_code == 201, made.text
    return str(made.json["id"])


@pytest.fixture
def sms(administrator: Desk, api: Api) -> Iterator[None]:
    """A gateway that is there but out of reach: nothing can have been sent."""
    settings = {"url": "http://127.0.0.1:1", "key_id": KEY_ID, "secret": SECRET, "sender": SENDER}
    body = {"id": "sms", "plugin": "jiedao_notify_http", "title_zh": "短信", "title_en": "SMS", "settings": settings}
    administrator.post("connections", body)
    assert administrator.post("connections/sms/state", {"state": "test"}).json["state"] == "test"
    yield
    assert administrator.post("connections/sms/state", {"state": "paused"}).json["state"] == "paused"


def test_a_resident_says_what_they_want(desk: Desk, resident: str) -> None:
    path = f"residents/{resident}/contacts"
    sms, email = desk.get(path).json["contacts"]
    assert (sms["channel"], sms["wanted"], "***" in sms["address"]) == ("sms", True, True)
    assert (email["channel"], email["address"]) == ("email", "")
    changed = desk.send("PUT", f"{path}/email", {"wanted": True, "language": "en", "address": "mariya@example.cn"})
    assert changed.json["contacts"][1] == {
        "channel": "email",
        "wanted": True,
        "language": "en",
        "address": "m***@example.cn",
    }
    no = desk.send("PUT", f"{path}/email", {"wanted": False})
    assert (no.json["contacts"][1]["wanted"], no.json["contacts"][1]["address"]) == (False, "m***@example.cn")


def test_what_cannot_be_a_contact_is_refused(desk: Desk, resident: str) -> None:
    path = f"residents/{resident}/contacts"
    refused(desk.send("PUT", f"{path}/email", {"wanted": True}), 422, "contact.address", "address")
    refused(desk.send("PUT", f"{path}/pigeon", {"wanted": True}), 404, "channel.missing")
    refused(desk.send("PUT", f"{path}/sms", {"wanted": "yes"}), 422, "body.invalid", "wanted")
    refused(desk.get("residents/00000000000000000000/messages"), 404, "resident.missing")


def test_a_street_sees_only_its_own_residents(elsewhere: Desk, resident: str) -> None:
    for path in ("contacts", "messages"):
        refused(elsewhere.get(f"residents/{resident}/{path}"), 404, "resident.missing")


def test_a_test_message_is_for_administrators(desk: Desk, administrator: Desk, sms: None) -> None:
    body = {"channel": "sms", "to": "13700000001"}
    refused(desk.post("messages/test", body), 403, "role.missing")
    made = administrator.post("messages/test", body, key="test-message", Prefer="wait=5")
    assert made.status_code == 201, made.text
    assert (made.json["to"], made.json["code"], made.json["channel"]) == ("1370***0001", "test", "sms")
    assert set(made.json["says"]) == {"zh", "en"}
    again = administrator.post("messages/test", body, key="test-message")
    assert (again.json["id"], again.headers["Idempotent-Replayed"]) == (made.json["id"], "true")
    refused(administrator.post("messages/test", {**body, "to": "nobody"}), 422, "phone.malformed", "to")
    refused(administrator.post("messages/test", {"channel": "email", "to": "a"}), 422, "contact.email", "to")
    refused(administrator.post("messages/test", {"channel": "email", "to": "a@example.cn"}), 503, "message.no_service")


def test_the_log_of_a_resident_is_masked(api: Api, desk: Desk, resident: str, sms: None) -> None:
    with api.house.store.write(api.own.street) as tx:
        api.house.notifications.send(tx, "post_served", resident, "consignment 1", number="RR1")
    (row,) = desk.get(f"residents/{resident}/messages").json["messages"]
    assert (row["code"], row["subject"], "***" in row["to"]) == ("post_served", "consignment 1", True)
    assert "body" not in row
    desk.send("PUT", f"residents/{resident}/contacts/sms", {"wanted": False})
    (row,) = desk.get(f"residents/{resident}/messages").json["messages"]
    assert row["state"] in ("withdrawn", "sent", "planned", "declined")


def test_the_streets_messages_are_for_its_office(desk: Desk, accountant: Desk, resident: str, sms: None) -> None:
    refused(desk.get("messages"), 403, "role.missing")
    refused(accountant.get("messages?state=lost"), 422, "body.invalid", "state")
    refused(accountant.get("messages?limit=0"), 422, "body.invalid", "limit")
    refused(accountant.get("messages?after=00000000000000000000"), 404, "message.missing", "after")


def test_the_streets_messages_say_to_whom_and_what_became_of_them(
    api: Api, accountant: Desk, administrator: Desk, resident: str, sms: None
) -> None:
    with api.house.store.write(api.own.street) as tx:
        api.house.notifications.send(tx, "post_held", resident, "consignment 2", number="RR2", place="x", until="y")
    administrator.post("messages/test", {"channel": "sms", "to": "13700000002"})
    found = accountant.get("messages?limit=100").json["messages"]
    (own,) = [row for row in found if row["resident"] == resident]
    assert own["title"] == {"zh": "邮件待领取", "en": "An item waits for you"}
    assert (own["resident_name"], own["subject"], "***" in own["to"]) == ("玛丽亚", "consignment 2", True)
    assert not {"body", "masked", "street"} & own.keys()
    (test, *_) = [row for row in found if row["code"] == "test"]
    assert (test["resident"], test["resident_name"], test["to"]) == (None, None, "1370***0002")
    assert [row["made_at"] for row in found] == sorted((row["made_at"] for row in found), reverse=True)


def test_another_streets_messages_do_not_appear(api: Api, accountant: Desk, resident: str, sms: None) -> None:
    with api.house.store.write(api.own.street) as tx:
        sent = api.house.notifications.send(tx, "post_served", resident, "consignment 3", number="RR3")
    assert sent.id in [row["id"] for row in accountant.get("messages?limit=100").json["messages"]]
    theirs = api.sign_in("accountant", street=api.other.street)
    assert theirs.get("messages?limit=100").json == {"messages": [], "after": ""}
    refused(theirs.get(f"messages?after={sent.id}"), 404, "message.missing", "after")


def test_quiet_hours_are_the_streets(desk: Desk, administrator: Desk) -> None:
    assert desk.get("messages/quiet-hours").json == {"starts": "21:00", "ends": "08:00"}
    refused(desk.send("PUT", "messages/quiet-hours", {"starts": "22:00", "ends": "07:00"}), 403, "role.missing")
    changed = administrator.send("PUT", "messages/quiet-hours", {"starts": "00:00", "ends": "00:00"})
    assert changed.json == {"starts": "00:00", "ends": "00:00"}
    refused(administrator.send("PUT", "messages/quiet-hours", {"starts": "25:00", "ends": "1"}), 422, "body.invalid")


def test_a_hall_without_a_card_reader_is_told_so(desk: Desk) -> None:
    refused(desk.post("identity/read", {"reader": "bridge"}), 503, "service.missing")
    refused(desk.post("identity/read", {"reader": "crystal ball"}), 422, "body.invalid", "reader")


def test_days_without_a_calendar_are_provisional(desk: Desk) -> None:
    found = desk.get("calendar/days?from=2026-03-06&to=2026-03-08").json["days"]
    assert [(day["on"], day["working"], day["provisional"]) for day in found] == [
        ("2026-03-06", True, True),
        ("2026-03-07", False, True),
        ("2026-03-08", False, True),
    ]
    refused(desk.get("calendar/days?from=2026-03-08&to=2026-03-06"), 422, "calendar.span")
