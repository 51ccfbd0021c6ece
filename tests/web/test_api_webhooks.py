"""Webhooks over REST: entered, tested, switched, their secrets shown once, dead letters sent again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused
from standardwebhooks.webhooks import Webhook

from houses import PASSWORD, STREET, Furnished, furnish
from jiedao.webhooks.reach import Reach
from jiedao.worker import Runner, Worker
from jiedao_connectors.webhook import post
from jiedao_web.app import create_app
from postgres_server import Database
from waiting import until
from webhook_sink import Receiver

OTHER = "150602008"
ELSEWHERE = {"title": "报表", "url": "https://example.cn/hook", "types": ["order.paid"]}


@dataclass
class Office:
    """A street with a worker that delivers, behind one application with another street."""

    made: Furnished
    client: Any

    def desk(self, login: str = "administrator", street: str = STREET) -> Desk:
        """Staff with a session."""
        who = {"street": street, "login": login, "password": PASSWORD, "till": ""}
        return Desk(self.client, self.client.post(f"{BASE}sessions", json=who).json["token"])


@pytest.fixture
def office(sqlite: Database, tmp_path: Path) -> Iterator[Office]:
    """One office that may reach loopback."""
    furnish(sqlite.url, tmp_path, street=OTHER).house.close()
    made = furnish(sqlite.url, tmp_path)
    made.house.webhooks.endpoints._reach = made.house.webhooks.reach = Reach.of("127.0.0.0/8")
    runner, worker = Runner(made.house), Worker(made.house, pause=0.02, send=post)
    worker.start()
    with closing(made.house):
        yield Office(made, create_app(made.house, runner=runner).test_client(use_cookies=False))
        worker.stop()
        runner.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that answers."""
    with Receiver() as receiver:
        yield receiver


def test_an_endpoint_is_entered_tested_and_its_message_looked_up(office: Office, receiver: Receiver) -> None:
    administrator = office.desk()
    made = administrator.post("webhooks", {"title": "报表", "url": receiver.url, "types": ["order.paid"]})
    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    assert (made.json["state"], made.json["says"]) == ("on", {"zh": "启用", "en": "on"})
    id_ = made.json["id"]
    assert "secret" not in administrator.get(f"webhooks/{id_}").json
    sent = administrator.post(f"webhooks/{id_}/test")
    assert (sent.status_code, sent.json["type"]) == (201, "webhook.test")
    until(lambda: receiver.came, "the test message")
    assert Webhook(made.json["secret"]).verify(receiver.came[0].body, receiver.came[0].headers)
    where = f"webhooks/deliveries/{sent.json['id']}"
    until(lambda: administrator.get(where).json["state"] == "delivered", "delivery")
    found = administrator.get(where).json
    assert (found["event"], found["body"], found["status"]) == (
        receiver.came[0].id,
        receiver.came[0].body.decode(),
        204,
    )
    (listed,) = administrator.get(f"webhooks/deliveries?webhook={id_}&state=delivered").json["deliveries"]
    assert listed["id"] == sent.json["id"]
    assert administrator.get("webhooks/deliveries?state=dead").json["deliveries"] == []


def test_a_dead_letter_is_sent_again(office: Office, receiver: Receiver) -> None:
    receiver.answers = [410]
    administrator = office.desk()
    id_ = administrator.post("webhooks", {"title": "报表", "url": receiver.url, "types": ["order.paid"]}).json["id"]
    sent = administrator.post(f"webhooks/{id_}/test").json["id"]
    until(lambda: administrator.get(f"webhooks/{id_}").json["state"] == "off", "switching off")
    assert administrator.get(f"webhooks/{id_}").json["off_because"] == "gone"
    (dead,) = administrator.get("webhooks/deliveries?state=dead").json["deliveries"]
    assert dead["id"] == sent
    refused(administrator.post(f"webhooks/deliveries/{sent}/resending"), 409, "webhook.off")
    assert administrator.post(f"webhooks/{id_}/state", {"on": True}).json["state"] == "on"
    assert administrator.post(f"webhooks/deliveries/{sent}/resending").json["state"] == "waiting"
    until(lambda: administrator.get(f"webhooks/deliveries/{sent}").json["state"] == "delivered", "delivery")
    assert len({came.id for came in receiver.came}) == 1


def test_secrets_are_given_once(office: Office) -> None:
    administrator = office.desk()
    first = administrator.post("webhooks", ELSEWHERE, key="a")
    again = administrator.post("webhooks", ELSEWHERE, key="a")
    assert first.json["id"] == again.json["id"]
    assert again.json["secret"] is None
    id_ = first.json["id"]
    rotated = administrator.post(f"webhooks/{id_}/secret", key="b")
    assert rotated.json["secret"] not in (None, first.json["secret"])
    assert rotated.json["former_until"]
    assert administrator.post(f"webhooks/{id_}/secret", key="b").json["secret"] is None
    assert first.json["secret"] not in administrator.get("webhooks").text


def test_where_and_what_can_be_changed(office: Office) -> None:
    administrator = office.desk()
    id_ = administrator.post("webhooks", ELSEWHERE).json["id"]
    wanted = {"title": "对账", "url": "https://example.cn/other", "types": ["points.changed", "order.refunded"]}
    changed = administrator.send("PUT", f"webhooks/{id_}", wanted).json
    assert (changed["title"], changed["url"]) == ("对账", "https://example.cn/other")
    assert changed["types"] == ["order.refunded", "points.changed"]
    shown = administrator.get("webhooks").json
    assert [one["id"] for one in shown["webhooks"]] == [id_]
    assert "order.paid" in [one["type"] for one in shown["types"]]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"url": "https://10.0.0.1/"}, "webhook.private", "url"),
        ({"url": "http://example.cn/"}, "webhook.scheme", "url"),
        ({"types": ["order.lost"]}, "webhook.type", "types"),
        ({"title": " "}, "webhook.title", "title"),
    ],
)
def test_what_is_no_endpoint_is_refused(office: Office, wrong: dict[str, Any], code: str, field: str) -> None:
    refused(office.desk().post("webhooks", {**ELSEWHERE, **wrong}), 422, code, field)


def test_another_street_sees_and_changes_nothing(office: Office) -> None:
    id_ = office.desk().post("webhooks", ELSEWHERE).json["id"]
    stranger = office.desk(street=OTHER)
    assert stranger.get("webhooks").json["webhooks"] == []
    refused(stranger.get(f"webhooks/{id_}"), 404, "webhook.missing")
    refused(stranger.send("PUT", f"webhooks/{id_}", ELSEWHERE), 404, "webhook.missing")
    for act, body in (("state", {"on": False}), ("secret", {}), ("test", {})):
        refused(stranger.post(f"webhooks/{id_}/{act}", body), 404, "webhook.missing")
    assert office.desk().get(f"webhooks/{id_}").json["state"] == "on"


def test_only_administrators_see_them(office: Office) -> None:
    for login in ("operator", "accountant"):
        refused(office.desk(login).get("webhooks"), 403, "role.missing")
        refused(office.desk(login).get("webhooks/deliveries"), 403, "role.missing")
        refused(office.desk(login).post("webhooks", ELSEWHERE), 403, "role.missing")


def test_too_many_endpoints_are_refused(office: Office) -> None:
    administrator = office.desk()
    for _ in range(20):
        assert administrator.post("webhooks", ELSEWHERE).status_code == 201
    refused(administrator.post("webhooks", ELSEWHERE), 409, "webhook.many")
