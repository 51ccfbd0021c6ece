"""Whole visits through Stripe's stand-in: webhooks lost, doubled and forged; reservations taken in part or given up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import jiedao_cash
import jiedao_stripe
from doubles import BillOffice, Issuer, Step
from houses import PASSWORD, STREET, Furnished, Setting, furnish
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.hookspecs.outcomes import Declined
from jiedao.language import Text
from jiedao.worker import Runner
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_web.app import create_app
from postgres_server import Database
from served import served

REFUSED = Step(effect=False, answer=Declined(Text(zh="户号已销", en="The account is closed"), "CLOSED"))
NUMBERS = count(10)


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("stripe")) as sandbox:
        yield sandbox.start("stripe")


@dataclass
class Street:
    """A street whose address for webhooks Stripe knows."""

    made: Furnished
    stripe: Running
    client: Any
    url: str

    def webhooks(self, mode: str, connection: str = "alipay") -> None:
        """How the next events are delivered."""
        self.stripe.call("POST", "webhooks", {"url": f"{self.url}/hooks/{STREET}/{connection}", "mode": mode})

    def begin(self, kind: str, connection: str, *bills: str) -> Begun:
        """Bills paid in one way; its first act is done."""
        offers = [self.made.bill(biller, f"00{next(NUMBERS)}") for biller in bills]
        wanted = [Wanted(self.made.house.bills.seal(STREET, offer), offer.bill.amount) for offer in offers]
        paying = [Paying(kind, sum(offer.bill.amount for offer in offers), connection)]
        house = self.made.house
        begun = house.checkout.visit(self.made.operator, self.made.resident, wanted, paying, surplus=False)
        house.operations.drive(begun.planned)
        return begun

    def operation(self, begun: Begun, hook: str = "payment_start") -> Any:
        """The only operation of a hook of an attempt."""
        (found,) = [row for row in self.made.operations() if (row.subject, row.hook) == (begun.attempt, hook)]
        return found

    def customer(self, begun: Begun) -> None:
        """The resident pays with their phone."""
        self.stripe.call("POST", "customer", {"operation": self.operation(begun).id})

    def intent(self, begun: Begun) -> dict[str, Any]:
        """What Stripe has of it; exactly one."""
        wanted = self.operation(begun).id
        (found,) = [one for one in self.stripe.books()["payment_intent"] if one["metadata"]["operation"] == wanted]
        return found

    def deliveries(self) -> list[int]:
        """What was answered to each event so far."""
        return [one["status"] for one in self.stripe.call("GET", "deliveries")["deliveries"]]


@pytest.fixture
def street(database: Database, tmp_path: Path, stripe: Running) -> Iterator[Street]:
    biller, issuer = BillOffice(), Issuer()
    common = {"secret_key": "sk_test_sandbox", "webhook_secret": "whsec_sandbox", "url": stripe.url, "settling": 0}
    reader = f"tmr_{next(NUMBERS)}"
    connections = {
        "cash": Setting("jiedao_cash"),
        "alipay": Setting("jiedao_stripe", {**common, "method": "alipay", "return_url": "https://street.example.cn/"}),
        "pos": Setting(
            "jiedao_stripe", {**common, "method": "terminal", "readers": {"T1": reader}, "capture": "manual"}
        ),
        "bills": Setting(biller.name),
        "post": Setting(issuer.name),
    }
    plugins = [
        ("jiedao_cash", jiedao_cash.plugin),
        ("jiedao_stripe", jiedao_stripe.plugin),
        (biller.name, biller),
        (issuer.name, issuer),
    ]
    made = furnish(database.url, tmp_path, plugins=plugins, connections=connections, biller=biller, issuer=issuer)
    made.open_shift()
    runner = Runner(made.house)
    app = create_app(made.house, runner=runner)
    with closing(made.house), closing(runner), served(app) as address:
        yield Street(made, stripe, app.test_client(), address)
        stripe.call("POST", "webhooks", {"url": "", "mode": "deliver"})


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_paid(street: Street, begun: Begun, amount: int) -> None:
    assert street.made.attempt(begun.attempt).state == "paid"
    assert street.made.balance("1110:alipay") == amount == street.intent(begun)["amount_received"]
    assert len(street.made.biller.booked) == 1
    assert street.made.faults() == []


def test_a_qr_code_whose_webhook_is_lost_is_resolved_by_asking(street: Street) -> None:
    street.webhooks("drop")
    begun = street.begin("qr", "alipay", "ELEC")
    shown = sign_in(street).get(f"/api/v1/orders/{begun.order}").json
    (tender,) = shown["attempts"][0]["tenders"]
    assert (shown["confirming"], tender["kind"]) == (True, "qr")
    assert tender["show"].startswith("https://")
    picture = sign_in(street).get(f"/api/v1/orders/{begun.order}/tenders/1/qr.svg")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert picture.data.startswith(b"<svg")
    street.customer(begun)
    street.made.resolve()
    is_paid(street, begun, tender["amount"])
    assert street.made.rows("notice") == []
    assert sign_in(street).get(f"/api/v1/orders/{begun.order}/tenders/1/qr.svg").status_code == 404


def test_a_webhook_that_comes_twice_pays_once(street: Street) -> None:
    street.webhooks("twice")
    begun = street.begin("qr", "alipay", "ELEC")
    amount = street.intent(begun)["amount"]
    before = len(street.deliveries())
    street.customer(begun)
    wait_for(lambda: len(street.deliveries()) >= before + 2)
    # Nobody else asks here: what is known now is known through the webhook.
    wait_for(lambda: street.operation(begun).state == "succeeded")
    street.made.resolve()
    is_paid(street, begun, amount)
    assert set(street.deliveries()[before:]) == {200}
    (counted,) = street.made.rows("notice_count")
    assert counted.repeated >= 1
    assert counted.refused == 0


def test_a_forged_webhook_changes_nothing(street: Street) -> None:
    begun = street.begin("qr", "alipay", "ELEC")
    amount = street.intent(begun)["amount"]
    before = len(street.deliveries())
    street.webhooks("forge")
    street.customer(begun)
    wait_for(lambda: len(street.deliveries()) > before)
    assert street.deliveries()[before:] == [400]
    assert street.operation(begun).state == "pending"
    assert [row.state for row in street.made.rows("notice")] == ["refused"]
    street.made.resolve()
    is_paid(street, begun, amount)


def test_a_webhook_of_another_connection_asks_nothing(street: Street) -> None:
    street.webhooks("deliver", "pos")
    begun = street.begin("qr", "alipay", "ELEC")
    before = len(street.deliveries())
    street.customer(begun)
    wait_for(lambda: len(street.deliveries()) > before)
    wait_for(lambda: {row.state for row in street.made.rows("notice")} == {"asked"})
    assert street.operation(begun).state == "pending"


def test_one_biller_refuses_so_a_part_is_captured_and_later_a_part_refunded(street: Street) -> None:
    street.made.biller.will("biller_pay", Step(), REFUSED)
    begun = street.begin("card", "pos", "ELEC", "WATER")
    reserve(street, begun)
    street.made.resolve()
    attempt = street.made.attempt(begun.attempt)
    paid = attempt.lines[1].amount
    assert attempt.state == "part_paid"
    intent = street.intent(begun)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", paid)
    assert street.made.balance("1110:pos") == paid
    refund = street.made.house.checkout.refund(street.made.operator, begun.order, {1: 500}, "多收了")
    street.made.finish(refund)
    (given,) = [one for one in street.stripe.books()["refund"] if one["payment_intent"] == intent["id"]]
    assert given["amount"] == 500
    assert street.made.balance("1110:pos") == paid - 500
    assert street.made.faults() == []


def test_all_billers_refuse_so_the_reservation_is_given_up(street: Street) -> None:
    street.made.biller.will("biller_pay", REFUSED, REFUSED)
    begun = street.begin("card", "pos", "ELEC", "WATER")
    reserve(street, begun)
    street.made.resolve()
    assert street.made.attempt(begun.attempt).state == "refused"
    intent = street.intent(begun)
    assert (intent["status"], intent["amount_received"]) == ("canceled", 0)
    assert street.made.balance("1110:pos") == 0
    assert street.made.faults() == []


def test_a_capture_that_lost_its_answer_is_sent_again_and_takes_once(street: Street) -> None:
    begun = street.begin("card", "pos", "ELEC")
    street.stripe.faults("lose_answer", "capture")
    reserve(street, begun)
    street.made.resolve()
    assert street.made.attempt(begun.attempt).state == "paid"
    assert street.intent(begun)["amount_received"] == street.made.balance("1110:pos")
    assert street.operation(begun, "payment_capture").tries == 2


def reserve(street: Street, begun: Begun) -> None:
    """The resident holds out a card, which is approved."""
    reader = street.intent(begun)["metadata"]["reader"]
    street.stripe.call("POST", "card", {"reader": reader})


def sign_in(street: Street) -> Any:
    street.client.post(
        "/api/v1/sessions", json={"street": STREET, "login": "operator", "password": PASSWORD, "till": "T1"}
    )
    return street.client
