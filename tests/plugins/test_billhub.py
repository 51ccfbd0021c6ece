"""The bill hub plugin against its stand-in, with every fault on the wire."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest

from jiedao.hookspecs.biller import (
    Acknowledgement,
    AmountRule,
    Bill,
    BillerQuery,
    CancelRequest,
    CatalogueRequest,
    FetchRequest,
    FetchRule,
    PayRequest,
    ValidateRequest,
)
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    Pending,
    Succeeded,
    Unavailable,
)
from jiedao.hookspecs.service import CheckRequest
from jiedao.problems import Invalid
from jiedao_billhub import plugin
from jiedao_billhub.answers import NotUnderstood, catalogue, paid, queried
from jiedao_billhub.exchange import clients
from jiedao_billhub.settings import configuration
from jiedao_sandbox.billhub import AGENT, KEY_ID, SECRET
from jiedao_sandbox.launch import Running, Sandbox

NUMBERS = count(1)
DEADLINE = 5.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("hub")) as sandbox:
        yield sandbox.start("billhub", today="2026-03-15")
    clients.close()


@pytest.fixture
def hub(running: Running) -> Running:
    running.clear()
    return running


@pytest.fixture
def connection(hub: Running) -> Connection:
    return connect(hub.url)


def connect(url: str, changed: dict[str, Any] | None = None, live: bool = False) -> Connection:
    changed = changed or {}
    given = {"url": url, "agent": AGENT, "key_id": KEY_ID, "secret": SECRET, **changed}
    # The identity of a connection covers what it is set to here, as a version does in a street.
    identity = f"c{hash((url, tuple(changed.items())))}"
    return Connection("street", identity, "jiedao_billhub", 1, live, configuration.load(given))


def account(ending: str = "11", length: int = 10) -> str:
    return f"7{next(NUMBERS):0{length - len(ending) - 1}d}{ending}"


def fetch_one(connection: Connection, biller: str, ending: str = "11", length: int = 10) -> Bill:
    inputs = {"contract" if biller == "TV" else "meter": account(ending, length)}
    outcome = plugin.biller_fetch(FetchRequest(connection, DEADLINE, biller, inputs))
    assert isinstance(outcome, Succeeded)
    (bill,) = outcome.detail
    return bill


def to_pay(connection: Connection, bill: Bill, operation: str, deadline: float = DEADLINE) -> PayRequest:
    return PayRequest(connection, deadline, operation, bill.biller, bill.account, bill.id, bill.amount, "CNY", "order")


def to_query(asked: PayRequest) -> BillerQuery:
    return BillerQuery(
        asked.connection, DEADLINE, asked.operation, asked.biller, asked.account, asked.bill, asked.amount
    )


def top_up(connection: Connection, operation: str, ending: str = "11") -> PayRequest:
    bill = Bill("PHONE", "", f"138{next(NUMBERS):06d}{ending}", "", 5_000)
    return to_pay(connection, bill, operation)


def bookings(hub: Running, operation: str) -> int:
    return sum(row["reference"] == operation for row in hub.books()["payments"])


def test_it_says_how_its_unknowns_are_resolved() -> None:
    manifest = plugin.describe()
    assert manifest.recovery == {"biller_pay": Recovery.QUERY, "biller_cancel": Recovery.RESEND}
    assert manifest.abilities == {"fetch", "validate", "cancel"}
    assert manifest.settling > 0
    assert manifest.configuration.secrets() == {"secret"}


def test_settings_that_cannot_work_are_refused() -> None:
    for wrong in ({"url": "hub"}, {"secret": ""}, {"settling": -1}, {"unheard_of": 1}):
        with pytest.raises(Invalid):
            connect("http://127.0.0.1:1", wrong)


def test_a_good_connection_passes_the_check(connection: Connection) -> None:
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert result.passed
    assert "7" in result.says.en


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"secret": "guessed"}, "BAD_SIGNATURE"), ({"agent": "OTHER"}, "UNKNOWN_AGENT"), ({"key_id": "x"}, "UNKNOWN_KEY")],
)
def test_wrong_credentials_fail_the_check_and_every_hook(hub: Running, changed: dict[str, str], code: str) -> None:
    connection = connect(hub.url, changed)
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not result.passed
    assert code in result.says.en
    assert all(secret not in result.says.en for secret in ("guessed", SECRET))
    with pytest.raises(InvalidConfig) as refused:
        plugin.biller_pay(top_up(connection, "wrongly signed"))
    assert refused.value.code == code
    with pytest.raises(InvalidConfig):
        plugin.biller_query(to_query(top_up(connection, "wrongly signed")))
    assert bookings(hub, "wrongly signed") == 0


def test_live_needs_https_beyond_this_machine() -> None:
    result = plugin.check_connection(CheckRequest(connect("http://hub.example.cn", live=True), DEADLINE))
    assert not result.passed
    assert "https" in result.says.en


def test_a_hub_that_is_down_fails_the_check() -> None:
    assert not plugin.check_connection(CheckRequest(nowhere(), DEADLINE)).passed


def nowhere() -> Connection:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return connect(f"http://127.0.0.1:{free.getsockname()[1]}")


def test_the_catalogue_carries_the_rules(connection: Connection) -> None:
    billers = {b.code: b for b in plugin.biller_catalogue(CatalogueRequest(connection, DEADLINE))}
    assert (billers["ELEC"].fetch, billers["ELEC"].amount) == (FetchRule.MANDATORY, AmountRule.EXACT)
    assert (billers["PHONE"].fetch, billers["PHONE"].amount) == (FetchRule.NONE, AmountRule.ANY)
    assert (billers["PHONE"].minimum, billers["PHONE"].maximum) == (1_000, 50_000)
    assert (billers["TV"].fetch, billers["WATER"].amount) == (FetchRule.OPTIONAL, AmountRule.PART)
    assert billers["GAS"].amount is AmountRule.OVER
    assert billers["PENSION"].inputs[0].pattern == r"\d{12}"


def test_a_bill_is_fetched_validated_and_paid(connection: Connection, hub: Running) -> None:
    bill = fetch_one(connection, "ELEC", "1234")
    assert (bill.amount, bill.period, bill.due) == (6234, "202602", date(2026, 3, 20))
    valid = ValidateRequest(connection, DEADLINE, "ELEC", bill.account, bill.id, bill.amount)
    assert plugin.biller_validate(valid) == Succeeded(None)
    refused = plugin.biller_validate(replace(valid, amount=1))
    assert isinstance(refused, Declined)
    assert refused.code == "AMOUNT_NOT_ALLOWED"
    outcome = plugin.biller_pay(to_pay(connection, bill, "whole"))
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.reference.startswith("BH")
    again = plugin.biller_fetch(FetchRequest(connection, DEADLINE, "ELEC", {"meter": bill.account}))
    assert again == Succeeded(())
    assert bookings(hub, "whole") == 1


def test_an_unknown_customer_is_declined_in_both_languages(connection: Connection) -> None:
    outcome = plugin.biller_fetch(FetchRequest(connection, DEADLINE, "ELEC", {"meter": account("99")}))
    assert isinstance(outcome, Declined)
    assert (outcome.reason.zh, outcome.code) == ("户号不存在", "UNKNOWN_CUSTOMER")


def test_a_refused_payment_is_declined_and_so_is_its_query(connection: Connection) -> None:
    asked = to_pay(connection, fetch_one(connection, "ELEC", "55"), "no")
    outcome = plugin.biller_pay(asked)
    assert isinstance(outcome, Declined)
    assert outcome.code == "REFUSED_BY_BILLER"
    assert plugin.biller_query(to_query(asked)) == outcome


@pytest.mark.parametrize(("ending", "kind"), [("77", Succeeded), ("66", Declined)])
def test_a_pending_payment_is_decided_later(connection: Connection, hub: Running, ending: str, kind: type) -> None:
    asked = to_pay(connection, fetch_one(connection, "ELEC", ending), f"later{ending}")
    outcome = plugin.biller_pay(asked)
    assert isinstance(outcome, Pending)
    assert plugin.biller_query(to_query(asked)) == outcome
    hub.call("POST", "settle", {"reference": asked.operation})
    assert isinstance(plugin.biller_query(to_query(asked)), kind)


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        ("lose_request", NotFound),
        ("lose_answer", Succeeded),
        ("error_after_effect", Succeeded),
        ("html", Succeeded),
        ("wrong_echo", Succeeded),
    ],
)
def test_a_payment_without_a_trustworthy_answer_is_unknown_until_asked(
    connection: Connection, hub: Running, fault: str, after: type
) -> None:
    asked = top_up(connection, f"fault {fault}")
    hub.faults(fault, "pay")
    with pytest.raises(OutcomeUnknown):
        plugin.biller_pay(asked)
    assert isinstance(plugin.biller_query(to_query(asked)), after)
    assert bookings(hub, asked.operation) == (after is Succeeded)


@pytest.mark.parametrize("fault", ["delay", "delay_request"])
def test_a_late_answer_is_unknown(connection: Connection, hub: Running, fault: str) -> None:
    asked = replace(top_up(connection, f"late {fault}"), deadline=0.3)
    hub.faults(fault, "pay", seconds=0.5)
    with pytest.raises(OutcomeUnknown):
        plugin.biller_pay(asked)


def test_an_answer_that_comes_twice_is_taken_once(connection: Connection, hub: Running) -> None:
    hub.faults("answer_twice", "pay")
    first, second = top_up(connection, "echo 1"), top_up(connection, "echo 2")
    outcomes = [plugin.biller_pay(first), plugin.biller_pay(second)]
    for asked, outcome in zip((first, second), outcomes, strict=True):
        assert isinstance(outcome, Succeeded)
        answer = plugin.biller_query(to_query(asked))
        assert answer == outcome


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html", "wrong_echo"])
def test_a_query_without_a_trustworthy_answer_is_asked_again(connection: Connection, hub: Running, fault: str) -> None:
    asked = top_up(connection, f"query {fault}")
    plugin.biller_pay(asked)
    hub.faults(fault, "query")
    with pytest.raises(Unavailable):
        plugin.biller_query(to_query(asked))
    assert isinstance(plugin.biller_query(to_query(asked)), Succeeded)


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_reading_without_an_answer_is_unavailable(connection: Connection, hub: Running, fault: str) -> None:
    requests: list[tuple[str, Callable[[], object]]] = [
        ("fetch", lambda: plugin.biller_fetch(FetchRequest(connection, DEADLINE, "ELEC", {"meter": account()}))),
        ("billers", lambda: plugin.biller_catalogue(CatalogueRequest(connection, DEADLINE))),
        ("validate", lambda: plugin.biller_validate(ValidateRequest(connection, DEADLINE, "ELEC", "1", "1", 1))),
    ]
    for operation, ask in requests:
        hub.faults(fault, operation)
        with pytest.raises(Unavailable):
            ask()


def test_nothing_sent_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        plugin.biller_pay(top_up(nowhere(), "unsent"))


def test_a_query_about_other_facts_is_not_an_answer(connection: Connection) -> None:
    asked = top_up(connection, "facts")
    plugin.biller_pay(asked)
    for other in ({"amount": 5_001}, {"account": "13800000000"}, {"bill": "x"}, {"biller": "TV"}):
        with pytest.raises(Unavailable):
            plugin.biller_query(replace(to_query(asked), **other))


def test_a_double_booking_is_seen_in_the_query(connection: Connection, hub: Running) -> None:
    asked = to_pay(connection, fetch_one(connection, "ELEC"), "double")
    plugin.biller_pay(asked)
    plugin.biller_pay(asked)
    assert bookings(hub, "double") == 2
    answer = plugin.biller_query(to_query(asked))
    assert isinstance(answer, Succeeded)
    assert answer.detail.note == "booked 2 times"


def test_a_reference_used_for_something_else_is_unknown(connection: Connection, hub: Running) -> None:
    asked = top_up(connection, "used")
    plugin.biller_pay(asked)
    with pytest.raises(OutcomeUnknown):
        plugin.biller_pay(replace(asked, amount=6_000))
    assert bookings(hub, "used") == 1


def test_a_meter_token_reaches_the_receipt(connection: Connection) -> None:
    outcome = plugin.biller_pay(to_pay(connection, fetch_one(connection, "GAS", length=8), "token"))
    assert isinstance(outcome, Succeeded)
    assert len(outcome.detail.printed["token"]) == 20


def test_a_cancellation_that_lost_its_answer_is_sent_again_and_done_once(connection: Connection, hub: Running) -> None:
    bill = fetch_one(connection, "TV", length=8)
    outcome = plugin.biller_pay(to_pay(connection, bill, "undo"))
    assert isinstance(outcome, Succeeded)
    cancel = CancelRequest(connection, DEADLINE, "undo-1", "undo", "TV", bill.amount, outcome.detail.reference)
    hub.faults("lose_answer", "cancel")
    with pytest.raises(OutcomeUnknown):
        plugin.biller_cancel(cancel)
    done = plugin.biller_cancel(cancel)
    assert isinstance(done, Succeeded)
    assert isinstance(done.detail, Acknowledgement)
    assert sum(row["original"] == "undo" for row in hub.books()["cancels"]) == 1
    more = plugin.biller_cancel(replace(cancel, operation="undo-2"))
    assert isinstance(more, Declined)
    assert more.code == "CANCEL_TOO_MUCH"


@pytest.mark.parametrize("fault", ["wrong_echo", "html"])
def test_a_cancellation_that_is_not_understood_is_unknown(connection: Connection, hub: Running, fault: str) -> None:
    bill = fetch_one(connection, "TV", length=8)
    plugin.biller_pay(to_pay(connection, bill, f"cancel {fault}"))
    hub.faults(fault, "cancel")
    with pytest.raises(OutcomeUnknown):
        plugin.biller_cancel(
            CancelRequest(connection, DEADLINE, f"x {fault}", f"cancel {fault}", "TV", bill.amount, "")
        )


@pytest.mark.crash
def test_a_hub_that_was_killed_answers_for_what_it_booked(tmp_path: Any) -> None:
    with Sandbox(tmp_path) as sandbox:
        hub = sandbox.start("billhub")
        asked = top_up(connect(hub.url), "killed")
        hub.faults("delay", "pay", seconds=5)
        with pytest.raises(OutcomeUnknown):
            plugin.biller_pay(replace(asked, deadline=0.3))
        hub.kill()
        with pytest.raises(Unavailable):
            plugin.biller_query(to_query(asked))
        hub.restart()
        assert isinstance(plugin.biller_query(to_query(asked)), Succeeded)
        assert bookings(hub, "killed") == 1


def test_a_client_is_kept_until_the_settings_change(hub: Running) -> None:
    first = connect(hub.url)
    assert clients.of(first) is clients.of(first)
    known = clients.of(first)
    assert clients.of(replace(first, version=2)) is not known


ASKED = {"reference": "op", "biller": "TV", "account": "1", "bill": "", "amount": 100}
PAID = {**ASKED, "status": "SUCCESS", "hub_reference": "BH1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "MAYBE"},
        {"status": None},
        {"status": ""},
        {"hub_reference": ""},
        {"hub_reference": None},
        {"amount": 100.0},
        {"amount": "100"},
        {"amount": 101},
        {"bill": "x"},
        {"bill": None},
        {"reference": "other"},
        {"printed": []},
        {"printed": {"token": 1}},
        {"status": "DECLINED"},
        {"status": "PENDING", "hub_reference": ""},
    ],
)
def test_an_answer_that_does_not_fit_is_not_understood(wrong: dict[str, Any]) -> None:
    assert paid(PAID, ASKED) == Succeeded(Acknowledgement("BH1"))
    with pytest.raises(NotUnderstood):
        paid({**PAID, **wrong}, ASKED)


def test_one_is_not_true() -> None:
    with pytest.raises(NotUnderstood):
        paid({**PAID, "amount": True}, {**ASKED, "amount": 1})


def test_a_refusal_without_words_is_a_refusal() -> None:
    outcome = paid({**PAID, "status": "DECLINED", "code": "X1", "message": "no"}, ASKED)
    assert isinstance(outcome, Declined)
    assert outcome.code == "X1"


def test_not_found_must_name_our_reference() -> None:
    assert queried({"status": "NOT_FOUND", "reference": "op"}, ASKED) == NotFound()
    with pytest.raises(NotUnderstood):
        queried({"status": "NOT_FOUND", "reference": "other"}, ASKED)


@pytest.mark.parametrize("wrong", [{}, {"billers": {}}, {"billers": [1]}, {"billers": [{"code": "X"}]}])
def test_a_catalogue_that_does_not_fit_is_not_understood(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        catalogue(wrong)
