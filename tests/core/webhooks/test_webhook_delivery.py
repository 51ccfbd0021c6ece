"""Events are written with the fact, and delivered until they are taken, over a real network to a real receiver."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from houses import STREET, furnish
from jiedao.clock import system_clock
from jiedao.directory.caller import Caller
from jiedao.problems import Conflict, NotAllowed, NotFound
from jiedao.webhooks import deliveries, endpoints
from jiedao.webhooks.courier import PAUSES, Courier
from jiedao.webhooks.deliveries import State
from jiedao.webhooks.events import TYPES
from jiedao.webhooks.reach import Reach
from jiedao.worker import Worker
from jiedao_connectors.webhook import post
from postgres_server import Database
from waiting import until
from webhook_sink import LOST, Receiver

OTHER = "150602008"


class Office:
    """A street whose clock tests move, with a courier that they drive."""

    def __init__(self, url: str, folder: Path, *, reach: str = "127.0.0.0/8") -> None:
        self.ahead = timedelta()
        self.made = furnish(url, folder, clock=lambda: system_clock() + self.ahead)
        self.house = self.made.house
        self.house.webhooks.reach = Reach.of(reach)
        self.house.webhooks.endpoints._reach = self.house.webhooks.reach
        self.courier: Courier = self.house.webhooks.courier(post)

    @property
    def boss(self) -> Caller:
        """Who may enter endpoints."""
        return self.made.administrator

    def listen(self, url: str, *types: str) -> tuple[str, str]:
        """An endpoint and its secret."""
        return self.house.webhooks.endpoints.add(self.boss, "报表", url, types or tuple(TYPES))

    def deliver(self) -> None:
        """Hand over all that is due, and wait for what comes of it."""
        while self.courier.once():
            self.courier.settle()

    def rows(self) -> list[Any]:
        """All deliveries, oldest first."""
        with self.house.store.read(STREET) as tx:
            return list(reversed(deliveries.listed(tx)))

    def endpoint(self, id_: str) -> endpoints.Endpoint:
        """An endpoint as it stands."""
        with self.house.store.read(STREET) as tx:
            return endpoints.look(tx, id_)

    def pay(self, account: str = "0012") -> str:
        """One paid order."""
        self.made.give_points(100)
        begun = self.made.visit([self.made.bill("ELEC", account)], card=5012)
        self.made.finish(begun)
        return begun.order

    def close(self) -> None:
        """Give everything back."""
        self.courier.stop()
        self.house.close()


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """One office on each engine, at whose till a shift is open."""
    with closing(Office(database.url, tmp_path)) as office:
        office.made.open_shift()
        yield office


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that answers."""
    with Receiver() as receiver:
        yield receiver


def test_a_payment_is_told_signed_and_thin(office: Office, receiver: Receiver) -> None:
    _, secret = office.listen(receiver.url, "order.paid")
    order = office.pay()
    office.deliver()
    (came,) = receiver.came
    assert came.path == "/hook?from=jiedao"
    said = Webhook(secret).verify(came.body, came.headers)
    assert said == json.loads(came.body)
    assert said["type"] == "order.paid"
    assert said["data"]["order"] == order
    assert (said["data"]["amount"], said["data"]["state"], said["data"]["currency"]) == (5012, "paid", "CNY")
    assert "古丽" not in came.body.decode()
    assert [row.state for row in office.rows()] == ["delivered"]
    assert office.rows()[0].event == came.id


def test_only_what_is_listened_to_is_written(office: Office, receiver: Receiver) -> None:
    office.listen(receiver.url, "order.refunded")
    office.pay()
    assert office.rows() == []


def test_nobody_listens_and_nothing_is_paid_for_it(office: Office) -> None:
    assert office.house.webhooks.outbox.listeners(STREET) == ()
    statements: list[str] = []
    office.house.store.watch = lambda sql, _: statements.append(sql)
    office.pay()
    assert [one for one in statements if "webhook" in one] == []


def test_an_event_is_there_exactly_when_the_fact_is(office: Office, receiver: Receiver) -> None:
    office.listen(receiver.url)
    store = office.house.store
    with pytest.raises(RuntimeError, match="the plug"), store.write(STREET) as tx:
        tx.tell("connection.paused", connection="card")
        tx.flush()
        raise RuntimeError("the plug is pulled")
    assert office.rows() == []
    office.house.connections.pause(STREET, "card", "the key is wrong")
    office.house.connections.pause(STREET, "card", "the key is wrong")
    (row,) = office.rows()
    assert row.type == "connection.paused"


def test_points_that_move_are_told_by_how_much(office: Office, receiver: Receiver) -> None:
    office.listen(receiver.url, "points.changed")
    office.made.give_points(350)
    office.deliver()
    (came,) = receiver.came
    data = json.loads(came.body)["data"]
    assert data == {"resident": office.made.resident, "changes": data["changes"]}
    assert sum(data["changes"].values()) == 350


def test_a_refund_is_told_when_it_is_complete(office: Office, receiver: Receiver) -> None:
    office.listen(receiver.url, "order.refunded")
    order = office.pay()
    begun = office.house.checkout.refund(office.made.at("T1"), order, {1: 5012}, "多收了", biller_owes=False)
    office.made.finish(begun)
    office.deliver()
    (came,) = receiver.came
    assert json.loads(came.body)["data"]["amount"] == 5012


@pytest.mark.parametrize("wrong", [500, 302, 404, LOST])
def test_what_is_not_taken_is_sent_again_under_the_same_id(office: Office, receiver: Receiver, wrong: int) -> None:
    receiver.answers = [wrong]
    receiver.location = receiver.url if wrong == 302 else ""
    id_, secret = office.listen(receiver.url, "order.paid")
    office.pay()
    office.deliver()
    (row,) = office.rows()
    assert (row.state, row.tries, row.status) == ("waiting", 1, wrong)
    assert office.endpoint(id_).failing_since is not None
    office.deliver()
    assert len(receiver.came) == 1
    office.ahead += timedelta(seconds=PAUSES[0] + 1)
    office.deliver()
    first, second = receiver.came
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert Webhook(secret).verify(second.body, {**second.headers, **_fresh(second.headers, second.body, secret)})
    assert office.rows()[0].state == "delivered"
    assert office.endpoint(id_).failing_since is None


def test_after_the_last_try_it_is_a_dead_letter_that_can_be_sent_again(office: Office, receiver: Receiver) -> None:
    receiver.answers = [500] * (len(PAUSES) + 1)
    office.listen(receiver.url, "connection.paused")
    office.house.connections.pause(STREET, "card", "wrong")
    office.deliver()
    for pause in PAUSES:
        office.ahead += timedelta(seconds=pause + 1)
        office.deliver()
    (row,) = office.rows()
    assert (row.state, row.tries, row.due_at) == ("dead", len(PAUSES) + 1, None)
    office.ahead += timedelta(days=1)
    office.deliver()
    assert len(receiver.came) == len(PAUSES) + 1
    with pytest.raises(NotAllowed):
        deliveries.resend(office.house.store, office.made.accountant, row.id)
    deliveries.resend(office.house.store, office.boss, row.id)
    office.deliver()
    assert office.rows()[0].state == "delivered"
    assert len({came.id for came in receiver.came}) == 1


def test_a_receiver_that_is_gone_is_switched_off_and_its_messages_are_dead(office: Office, receiver: Receiver) -> None:
    receiver.answers = [500, 410]
    id_, _ = office.listen(receiver.url, "connection.paused")
    for connection in ("card", "bills"):
        office.house.connections.pause(STREET, connection, "wrong")
        office.deliver()
    found = office.endpoint(id_)
    assert (found.state, found.off_because) == ("off", "gone")
    assert "410" in found.says.en
    assert {row.state for row in office.rows()} == {"dead"}
    office.house.connections.pause(STREET, "post", "wrong")
    assert len(office.rows()) == 2
    with pytest.raises(Conflict):
        deliveries.resend(office.house.store, office.boss, office.rows()[0].id)
    with pytest.raises(Conflict):
        office.house.webhooks.endpoints.test(office.boss, id_)
    office.house.webhooks.endpoints.switch(office.boss, id_, on=True)
    deliveries.resend(office.house.store, office.boss, office.rows()[0].id)
    office.deliver()
    assert sorted(row.state for row in office.rows()) == ["dead", "delivered"]


def test_five_days_of_failures_switch_an_endpoint_off(office: Office, receiver: Receiver) -> None:
    receiver.answers = [500] * 20
    id_, _ = office.listen(receiver.url, "connection.paused")
    office.house.connections.pause(STREET, "card", "wrong")
    office.deliver()
    office.ahead += timedelta(days=4)
    office.deliver()
    assert office.endpoint(id_).state == "on"
    office.ahead += timedelta(days=2)
    office.deliver()
    found = office.endpoint(id_)
    assert (found.state, found.off_because) == ("off", "failing")


def test_a_slow_receiver_delays_nobody(office: Office, receiver: Receiver) -> None:
    with Receiver(held=threading.Event()) as slow:
        office.listen(slow.url, "connection.paused")
        office.listen(receiver.url, "connection.paused")
        for connection in ("card", "bills", "post", "cash"):
            office.house.connections.pause(STREET, connection, "wrong")
        office.courier.once()
        until(lambda: len(receiver.came) == 4, "delivery to the quick one")
        assert slow.held is not None
        slow.held.set()
        office.courier.settle()
    assert {row.state for row in office.rows()} == {"delivered"}


def test_a_courier_that_died_leaves_its_message_to_another(office: Office, receiver: Receiver) -> None:
    office.listen(receiver.url, "connection.paused")
    office.house.connections.pause(STREET, "card", "wrong")
    dead = office.house.webhooks.courier(lambda *_: pytest.fail("never sent"))
    taken = dead._take(STREET, office.house.webhooks.outbox.listeners(STREET)[0].endpoint, 1)
    assert len(taken) == 1
    office.deliver()
    assert receiver.came == []
    office.ahead += timedelta(minutes=2)
    office.deliver()
    assert len(receiver.came) == 1
    assert dead._note(taken[0], _answer(500)) is None
    assert office.rows()[0].state == "delivered"


def test_a_new_secret_signs_beside_the_old_one_for_a_day(office: Office, receiver: Receiver) -> None:
    id_, old = office.listen(receiver.url, "connection.paused")
    new = office.house.webhooks.endpoints.rotate(office.boss, id_)
    office.house.connections.pause(STREET, "card", "wrong")
    office.deliver()
    for secret in (old, new):
        assert Webhook(secret).verify(receiver.came[0].body, receiver.came[0].headers)
    office.ahead += timedelta(days=1, seconds=1)
    office.house.connections.pause(STREET, "bills", "wrong")
    office.deliver()
    assert receiver.came[1].headers["webhook-signature"].count("v1,") == 1


def test_secrets_are_sealed(office: Office, receiver: Receiver) -> None:
    id_, secret = office.listen(receiver.url)
    office.house.webhooks.endpoints.rotate(office.boss, id_)
    with office.house.store.read(STREET) as tx:
        row = endpoints.row_of(tx, id_)
    assert secret.encode() not in row.secret + row.former
    assert "secret" not in endpoints.Endpoint.__slots__


def test_a_test_message_goes_to_one_endpoint(office: Office, receiver: Receiver) -> None:
    id_, secret = office.listen(receiver.url, "order.refunded")
    office.listen(receiver.url, "order.refunded")
    office.house.webhooks.endpoints.test(office.boss, id_)
    office.deliver()
    (came,) = receiver.came
    assert Webhook(secret).verify(came.body, came.headers)["type"] == "webhook.test"


def test_a_worker_delivers_beside_its_own_work(office: Office, receiver: Receiver) -> None:
    office.listen(receiver.url, "connection.paused")
    worker = Worker(office.house, pause=0.02, send=post)
    worker.start()
    try:
        office.house.connections.pause(STREET, "card", "wrong")
        until(lambda: [row.state for row in office.rows()] == ["delivered"], "delivery")
    finally:
        worker.stop()


def test_what_leads_inside_is_never_sent(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    with closing(Office(database.url, tmp_path)) as office:
        office.listen(receiver.url, "connection.paused")
        office.house.webhooks.reach = Reach()
        office.courier = office.house.webhooks.courier(post)
        office.house.connections.pause(STREET, "card", "wrong")
        office.deliver()
        assert receiver.came == []
        (row,) = office.rows()
        assert (row.state, row.status) == ("waiting", 0)
        assert "private network" in row.says


def test_only_administrators_of_the_street_enter_addresses(office: Office, receiver: Receiver, tmp_path: Path) -> None:
    room = office.house.webhooks.endpoints
    id_, _ = office.listen(receiver.url)
    for caller in (office.made.operator, office.made.accountant):
        with pytest.raises(NotAllowed):
            room.add(caller, "报表", receiver.url, ["order.paid"])
        with pytest.raises(NotAllowed):
            room.rotate(caller, id_)
    stranger = Caller(OTHER, "x", office.boss.role)
    for act in (
        lambda: room.rotate(stranger, id_),
        lambda: room.switch(stranger, id_, on=False),
        lambda: room.change(stranger, id_, "x", receiver.url, ["order.paid"]),
        lambda: room.test(stranger, id_),
    ):
        with pytest.raises(NotFound):
            act()
    assert office.endpoint(id_).state == "on"


def test_old_events_are_forgotten_unless_they_wait(office: Office, receiver: Receiver) -> None:
    receiver.answers = [204, 500, 500]
    office.listen(receiver.url, "connection.paused")
    for connection in ("card", "bills"):
        office.house.connections.pause(STREET, connection, "wrong")
        office.deliver()
    office.ahead += timedelta(days=31)
    with office.house.store.write(STREET) as tx:
        assert deliveries.sweep(tx) == 1
    assert [row.state for row in office.rows()] == [State.WAITING]
    with office.house.store.engine.connect() as connection:
        if office.house.store.engine.dialect.name == "sqlite":
            assert connection.execute(text("SELECT count(*) FROM webhook_event")).scalar_one() == 1


def _answer(status: int) -> Any:
    from jiedao.webhooks.courier import Answer

    return Answer(status)


def _fresh(headers: dict[str, str], body: bytes, secret: str) -> dict[str, str]:
    """The library refuses what comes from a clock that tests have moved; the same signed now."""
    from jiedao.webhooks import signing

    second = int(system_clock().timestamp())
    assert signing.is_genuine(
        headers["webhook-id"], int(headers["webhook-timestamp"]), body, secret, headers["webhook-signature"]
    )
    return signing.headers(headers["webhook-id"], second, body, [secret])
