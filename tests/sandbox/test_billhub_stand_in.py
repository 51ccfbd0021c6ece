"""The bill hub's stand-in as a process, asked through the wire's own client."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count
from typing import Any

import pytest

from jiedao_connectors.billhub import HubClient
from jiedao_connectors.http import ClientError, HttpProblem, Unanswered
from jiedao_sandbox.billhub import AGENT, KEY_ID, SECRET
from jiedao_sandbox.billhub.catalogue import BILLERS
from jiedao_sandbox.billhub.customers import bills_of, find_bill
from jiedao_sandbox.launch import Running, Sandbox

NUMBERS = count(1)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox) -> Running:
    return sandbox.start("billhub", today="2026-03-15")


@pytest.fixture
def client(hub: Running) -> Iterator[HubClient]:
    hub.clear()
    with closing(HubClient(hub.url, KEY_ID, SECRET)) as made:
        yield made


def call(client: HubClient, action: str, **body: Any) -> dict[str, Any]:
    return client.call(action, {"agent": AGENT, **body}, 5)


def account(ending: str = "11", length: int = 10) -> str:
    """An account that no other test uses."""
    return f"{next(NUMBERS):0{length - len(ending)}d}{ending}"


def fetch(client: HubClient, biller: str, number: str) -> dict[str, Any]:
    return call(client, "fetch", biller=biller, customer={BILLERS[biller].parameter: number})


def pay(client: HubClient, reference: str, biller: str, bill: dict[str, Any], amount: int = 0) -> dict[str, Any]:
    what = {"biller": biller, "account": bill["account"], "bill": bill["id"], "amount": amount or bill["amount"]}
    return call(client, "pay", reference=reference, **what, currency="CNY", order="o1")


def only_bill(client: HubClient, biller: str, number: str) -> dict[str, Any]:
    (bill,) = fetch(client, biller, number)["bills"]
    assert isinstance(bill, dict)
    return bill


def booked(hub: Running, reference: str) -> list[dict[str, Any]]:
    return [row for row in hub.books()["payments"] if row["reference"] == reference]


def test_the_catalogue_has_a_biller_of_every_kind(client: HubClient) -> None:
    billers = {b["code"]: b for b in call(client, "billers")["billers"]}
    assert {b["fetch_requirement"] for b in billers.values()} == {"MANDATORY", "OPTIONAL", "NOT_SUPPORTED"}
    exactness = {b["payment_exactness"] for b in billers.values()}
    assert exactness == {"EXACT", "EXACT_AND_BELOW", "EXACT_AND_ABOVE", "ANY"}
    assert {"electricity", "phone", "tv", "water", "pension", "medical"} <= {b["category"] for b in billers.values()}


@pytest.mark.parametrize(
    ("key_id", "secret", "late", "code"),
    [
        ("nobody", SECRET, 0, "UNKNOWN_KEY"),
        (KEY_ID, "guessed", 0, "BAD_SIGNATURE"),
        (KEY_ID, SECRET, -301, "STALE"),
        (KEY_ID, SECRET, 400, "STALE"),
    ],
)
def test_what_is_not_signed_as_agreed_is_refused(hub: Running, key_id: str, secret: str, late: int, code: str) -> None:
    with (
        closing(HubClient(hub.url, key_id, secret, lambda: time.time() + late)) as stranger,
        pytest.raises(ClientError) as refused,
    ):
        call(stranger, "billers")
    assert (refused.value.status, refused.value.body["error"]) == (401, code)


def test_another_agent_is_refused(client: HubClient) -> None:
    with pytest.raises(ClientError) as refused:
        client.call("billers", {"agent": "OTHER"}, 5)
    assert refused.value.body["error"] == "UNKNOWN_AGENT"


def test_a_bill_is_fetched_paid_and_gone(client: HubClient, hub: Running) -> None:
    number = account("1234")
    bill = only_bill(client, "ELEC", number)
    assert bill == {
        "id": f"202602-{number}",
        "account": number,
        "customer": bill["customer"],
        "amount": 6234,
        "period": "202602",
        "due": "2026-03-20",
    }
    paid = pay(client, "gone", "ELEC", bill)
    assert paid["status"] == "SUCCESS"
    assert fetch(client, "ELEC", number)["bills"] == []
    assert call(client, "query", reference="gone") == {**paid, "bookings": 1}
    assert [row["hub_reference"] for row in booked(hub, "gone")] == [paid["hub_reference"]]


def test_a_biller_that_does_not_deduplicate_books_twice(client: HubClient, hub: Running) -> None:
    bill = only_bill(client, "ELEC", account())
    references = {pay(client, "twice", "ELEC", bill)["hub_reference"] for _ in range(2)}
    assert {row["hub_reference"] for row in booked(hub, "twice")} == references
    assert len(references) == 2
    assert call(client, "query", reference="twice")["bookings"] == 2


def test_a_biller_that_deduplicates_books_once(client: HubClient, hub: Running) -> None:
    bill = only_bill(client, "TV", account("11", 8))
    assert pay(client, "once", "TV", bill) == pay(client, "once", "TV", bill)
    assert len(booked(hub, "once")) == 1
    assert pay(client, "once-other", "TV", bill)["code"] == "BILL_PAID"
    with pytest.raises(ClientError) as refused:
        pay(client, "once", "TV", bill, amount=bill["amount"] + 1)
    assert refused.value.status == 409


@pytest.mark.parametrize(("ending", "after"), [("77", "SUCCESS"), ("66", "DECLINED")])
def test_what_is_pending_is_decided_later(client: HubClient, hub: Running, ending: str, after: str) -> None:
    bill, reference = only_bill(client, "ELEC", account(ending)), f"pending{ending}"
    assert pay(client, reference, "ELEC", bill)["status"] == "PENDING"
    assert call(client, "query", reference=reference)["status"] == "PENDING"
    assert hub.call("POST", "settle", {"reference": reference}) == {"settled": 1}
    assert call(client, "query", reference=reference)["status"] == after


def test_pending_can_be_decided_by_time(sandbox: Sandbox) -> None:
    quick = sandbox.start("billhub", label="quick", settle_after=0.0, seed=5)
    with closing(HubClient(quick.url, KEY_ID, SECRET)) as client:
        bill = only_bill(client, "ELEC", "0000000077")
        assert bill["amount"] == 5082
        assert pay(client, "soon", "ELEC", bill)["status"] == "PENDING"
        assert call(client, "query", reference="soon")["status"] == "SUCCESS"


def test_a_refusal_is_kept_for_the_query(client: HubClient) -> None:
    bill = only_bill(client, "ELEC", account("55"))
    refused = pay(client, "refused", "ELEC", bill)
    assert (refused["status"], refused["code"]) == ("DECLINED", "REFUSED_BY_BILLER")
    assert call(client, "query", reference="refused")["status"] == "DECLINED"
    assert only_bill(client, "ELEC", bill["account"]) == bill


def test_what_was_never_sent_is_not_found(client: HubClient) -> None:
    assert call(client, "query", reference="never") == {"status": "NOT_FOUND", "reference": "never"}


def test_endings_decide_what_is_owed(client: HubClient) -> None:
    assert fetch(client, "ELEC", account("99"))["code"] == "UNKNOWN_CUSTOMER"
    assert fetch(client, "ELEC", "12")["code"] == "UNKNOWN_CUSTOMER"
    assert fetch(client, "ELEC", account("00"))["bills"] == []
    assert [b["period"] for b in fetch(client, "ELEC", account("88"))["bills"]] == ["202601", "202602"]
    assert fetch(client, "PHONE", "13800001234")["code"] == "FETCH_NOT_SUPPORTED"


@pytest.mark.parametrize(
    ("biller", "length", "change", "code"),
    [
        ("ELEC", 10, -1, "AMOUNT_NOT_ALLOWED"),
        ("ELEC", 10, 1, "AMOUNT_NOT_ALLOWED"),
        ("WATER", 9, -1, ""),
        ("WATER", 9, 1, "AMOUNT_NOT_ALLOWED"),
        ("GAS", 8, -1, "AMOUNT_NOT_ALLOWED"),
        ("GAS", 8, 1, ""),
    ],
)
def test_each_biller_has_its_rule_for_amounts(
    client: HubClient, biller: str, length: int, change: int, code: str
) -> None:
    bill = only_bill(client, biller, account("11", length))
    asked = {"account": bill["account"], "bill": bill["id"], "amount": bill["amount"] + change}
    answer = call(client, "validate", biller=biller, **asked)
    assert answer.get("code", "") == code
    assert answer["amount"] == asked["amount"]


def test_a_top_up_takes_any_amount_in_range(client: HubClient) -> None:
    for amount, code in ((999, "AMOUNT_OUT_OF_RANGE"), (1_000, ""), (50_000, ""), (50_001, "AMOUNT_OUT_OF_RANGE")):
        answer = call(client, "validate", biller="PHONE", account="13800001234", bill="", amount=amount)
        assert answer.get("code", "") == code


def test_part_of_a_bill_leaves_the_rest(client: HubClient) -> None:
    bill = only_bill(client, "WATER", account("11", 9))
    pay(client, "part", "WATER", bill, amount=1_000)
    assert only_bill(client, "WATER", bill["account"])["amount"] == bill["amount"] - 1_000


def test_an_optional_fetch_may_be_left_out(client: HubClient) -> None:
    number = account("34", 8)
    bill = {"id": "", "account": number, "amount": only_bill(client, "TV", number)["amount"]}
    assert pay(client, "unfetched", "TV", bill)["bill"] == ""
    assert fetch(client, "TV", number)["bills"] == []


def test_a_meter_token_is_the_same_whenever_asked(client: HubClient) -> None:
    paid = pay(client, "token", "GAS", only_bill(client, "GAS", account("11", 8)))
    assert len(paid["printed"]["token"]) == 20
    assert call(client, "query", reference="token")["printed"] == paid["printed"]


def test_a_cancellation_is_done_once_and_opens_the_bill_again(client: HubClient, hub: Running) -> None:
    bill = only_bill(client, "ELEC", account())
    pay(client, "undone", "ELEC", bill)
    undo = {"reference": "c1", "original": "undone", "amount": bill["amount"], "hub_reference": ""}
    first = call(client, "cancel", **undo)
    assert first["status"] == "SUCCESS"
    assert call(client, "cancel", **undo) == first
    assert [c["amount"] for c in hub.books()["cancels"] if c["original"] == "undone"] == [bill["amount"]]
    assert only_bill(client, "ELEC", bill["account"]) == bill
    assert call(client, "cancel", **{**undo, "reference": "c2"})["code"] == "CANCEL_TOO_MUCH"
    with pytest.raises(ClientError):
        call(client, "cancel", **{**undo, "amount": 1})


def test_not_every_payment_can_be_cancelled(client: HubClient, sandbox: Sandbox) -> None:
    paid = pay(client, "kept", "PHONE", {"id": "", "account": "13900000011", "amount": 5_000})
    undo = {"reference": "c3", "original": "kept", "amount": 5_000, "hub_reference": paid["hub_reference"]}
    assert call(client, "cancel", **undo)["code"] == "CANCEL_NOT_SUPPORTED"
    assert call(client, "cancel", **{**undo, "original": "never"})["code"] == "UNKNOWN_PAYMENT"


def test_a_cut_off_ends_cancellations(sandbox: Sandbox) -> None:
    strict = sandbox.start("billhub", label="strict", cancel_minutes=-1)
    with closing(HubClient(strict.url, KEY_ID, SECRET)) as client:
        bill = only_bill(client, "ELEC", "0000000011")
        pay(client, "late", "ELEC", bill)
        undo = {"reference": "c4", "original": "late", "amount": bill["amount"]}
        assert call(client, "cancel", **undo)["code"] == "CANCEL_TOO_LATE"


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": "1"}, {"amount": True}, {"reference": ""}, {"currency": "USD"}]
)
def test_a_malformed_payment_is_refused_and_not_booked(client: HubClient, hub: Running, wrong: dict[str, Any]) -> None:
    asked = {"reference": "malformed", "biller": "PHONE", "account": "13800001234", "amount": 1000, "currency": "CNY"}
    with pytest.raises(ClientError) as refused:
        call(client, "pay", **{**asked, **wrong})
    assert refused.value.body["error"] == "MALFORMED"
    assert booked(hub, "malformed") == []


@pytest.mark.crash
def test_what_was_answered_stands_in_the_books_after_kill_9(sandbox: Sandbox) -> None:
    hub = sandbox.start("billhub", label="killed")
    answered: list[str] = []
    failed: list[str] = []
    threads = [threading.Thread(target=_pay_on, args=(hub.url, f"t{n}", answered, failed)) for n in range(4)]
    for thread in threads:
        thread.start()
    while len(answered) < 100:
        threading.Event().wait(0.005)
    hub.kill()
    for thread in threads:
        thread.join()
    hub.restart()
    references = [row["reference"] for row in hub.books()["payments"]]
    assert set(answered) <= set(references)
    assert set(references) - set(answered) <= set(failed)
    assert len(set(references)) == len(references)


def _pay_on(url: str, name: str, answered: list[str], failed: list[str]) -> None:
    """Pay until the hub is gone."""
    with closing(HubClient(url, KEY_ID, SECRET)) as client:
        for number in count():
            reference = f"{name}-{number}"
            try:
                pay(client, reference, "PHONE", {"id": "", "account": "13800001234", "amount": 1_000})
            except HttpProblem:
                failed.append(reference)
                return
            answered.append(reference)


@pytest.mark.parametrize(("fault", "bookings"), [("lose_request", 0), ("lose_answer", 1), ("error_after_effect", 1)])
def test_a_fault_says_whether_it_was_booked(client: HubClient, hub: Running, fault: str, bookings: int) -> None:
    hub.faults(fault, "pay")
    with pytest.raises(Unanswered):
        pay(client, f"f-{fault}", "PHONE", {"id": "", "account": "13800001234", "amount": 1_000})
    assert len(booked(hub, f"f-{fault}")) == bookings


def test_billing_periods_turn_with_the_year() -> None:
    elec, pension = BILLERS["ELEC"], BILLERS["PENSION"]
    (december,) = bills_of(elec, "0000001234", date(2026, 1, 2), 0)
    assert (december.period, december.due) == ("202512", date(2026, 1, 20))
    (year,) = bills_of(pension, "11010119900307451X", date(2026, 1, 2), 0)
    assert (year.period, year.amount, year.due) == ("2026", 20_000, date(2026, 12, 31))


@pytest.mark.parametrize(
    "bill", ["", "202602", "202602-1", "202603-0000001234", "2026-0000001234", "202613-0000001234"]
)
def test_only_an_account_s_own_bills_are_found(bill: str) -> None:
    assert find_bill(BILLERS["ELEC"], "0000001234", bill, date(2026, 3, 15), 0) is None
    assert find_bill(BILLERS["ELEC"], "0000001234", "202512-0000001234", date(2026, 3, 15), 0) is not None
