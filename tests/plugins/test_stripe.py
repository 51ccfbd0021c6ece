"""The Stripe plugin against its stand-in, with every fault on the wire."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from stripe_desk import (
    DEADLINE,
    KEY,
    NUMBERS,
    WEBHOOK_SECRET,
    connect,
    to_capture,
    to_pay,
    to_query,
    to_undo,
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
from jiedao.hookspecs.payment import Movement, PaymentRequest, SettlementRequest, Slip
from jiedao.hookspecs.service import About, CheckRequest, NoticeRequest, Topic
from jiedao.problems import Invalid
from jiedao_connectors.stripe.signature import sign
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_stripe import answers, plugin, settling
from jiedao_stripe.answers import NotUnderstood
from jiedao_stripe.exchange import clients


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("stripe")) as sandbox:
        yield sandbox.start("stripe")
    clients.close()


@pytest.fixture
def stripe(running: Running) -> Running:
    running.clear()
    return running


@pytest.fixture
def alipay(stripe: Running) -> Connection:
    return connect(stripe.url)


@pytest.fixture
def terminal(stripe: Running) -> Connection:
    return connect(stripe.url, "terminal")


@pytest.fixture
def reserving(stripe: Running) -> Connection:
    return connect(stripe.url, "terminal", capture="manual")


def customer(stripe: Running, asked: PaymentRequest, action: str = "pay") -> None:
    stripe.call("POST", "customer", {"operation": asked.operation, "action": action})


def card(stripe: Running, connection: Connection, action: str = "approve") -> None:
    stripe.call("POST", "card", {"reader": connection.settings["readers"]["T1"], "action": action})


def intents(stripe: Running, operation: str) -> list[dict[str, Any]]:
    found = stripe.books().get("payment_intent", [])
    return [one for one in found if one["metadata"].get("operation") == operation]


def refunds(stripe: Running, asked: PaymentRequest) -> list[int]:
    found = stripe.books().get("refund", [])
    return [one["amount"] for one in found if one["metadata"].get("original") == asked.operation]


def nowhere() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def paid(stripe: Running, connection: Connection, amount: int = 1200) -> tuple[PaymentRequest, Slip]:
    asked = to_pay(connection, amount)
    plugin.payment_start(asked)
    customer(stripe, asked)
    return asked, evidence(asked)


def reserved(stripe: Running, connection: Connection, amount: int = 1200) -> tuple[PaymentRequest, Slip]:
    asked = to_pay(connection, amount)
    plugin.payment_start(asked)
    card(stripe, connection)
    return asked, evidence(asked)


def evidence(asked: PaymentRequest) -> Slip:
    answer = plugin.payment_query(to_query(asked))
    assert isinstance(answer, Succeeded)
    return answer.detail


# what it says of itself, and what must be entered


def test_it_says_how_its_unknowns_are_resolved() -> None:
    manifest = plugin.describe()
    assert manifest.recovery["payment_start"] is Recovery.QUERY
    assert {manifest.recovery[f"payment_{act}"] for act in ("reverse", "void", "refund", "capture")} == {
        Recovery.RESEND
    }
    assert manifest.abilities == {"void", "refund", "partial_refund", "capture", "settlement", "notice"}
    assert manifest.configuration.secrets() == {"secret_key", "webhook_secret"}
    assert manifest.settling > 0


@pytest.mark.parametrize(
    ("method", "wrong", "field"),
    [
        ("alipay", {"secret_key": ""}, "secret_key"),
        ("alipay", {"return_url": ""}, "return_url"),
        ("card", {"return_url": ""}, "return_url"),
        ("alipay", {"return_url": "http://street.example.cn"}, "return_url"),
        ("alipay", {"capture": "manual"}, "capture"),
        ("wechat_pay", {"capture": "manual"}, "capture"),
        ("terminal", {"readers": {}}, "readers"),
        ("terminal", {"readers": {"T1": "reader"}}, "readers.T1.value"),
        ("alipay", {"url": "http://api.example.com"}, "url"),
        ("alipay", {"currency": "jpy"}, "currency"),
        ("bitcoin", {}, "method"),
        ("alipay", {"unheard_of": 1}, "unheard_of"),
    ],
)
def test_settings_that_cannot_work_are_refused(method: str, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        connect(**{"url": "", "method": method, **wrong})
    assert refused.value.field == field


def test_a_way_of_paying_is_a_kind_of_tender() -> None:
    kinds = [connect("", method).settings["tender"] for method in ("alipay", "wechat_pay", "card", "terminal")]
    assert kinds == ["qr", "qr", "online", "card"]


def test_a_good_connection_passes_the_check(alipay: Connection) -> None:
    result = plugin.check_connection(CheckRequest(alipay, DEADLINE))
    assert result.passed
    assert "acct_sandbox" in result.says.en


def test_a_wrong_key_fails_the_check_and_every_hook_and_is_not_shown(stripe: Running) -> None:
    connection = connect(stripe.url, secret_key="sk_test_guessed")
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not result.passed
    assert "guessed" not in result.says.en
    with pytest.raises(InvalidConfig):
        plugin.payment_start(to_pay(connection))
    with pytest.raises(InvalidConfig):
        plugin.payment_query(to_query(to_pay(connection)))


@pytest.mark.parametrize("changed", [{}, {"secret_key": "sk_live_x"}])
def test_live_needs_a_live_key_and_stripe_itself(stripe: Running, changed: dict[str, Any]) -> None:
    assert not plugin.check_connection(CheckRequest(connect(stripe.url, live=True, **changed), DEADLINE)).passed


def test_an_account_that_cannot_be_reached_fails_the_check() -> None:
    assert not plugin.check_connection(CheckRequest(connect(nowhere()), DEADLINE)).passed


# QR codes


@pytest.mark.parametrize(("method", "begins"), [("alipay", "https://"), ("wechat_pay", "weixin://")])
def test_a_qr_code_is_shown_and_paid_by_the_resident(stripe: Running, method: str, begins: str) -> None:
    asked = to_pay(connect(stripe.url, method))
    started = plugin.payment_start(asked)
    assert isinstance(started, Pending)
    assert started.show.startswith(begins)
    assert plugin.payment_query(to_query(asked)) == started
    customer(stripe, asked)
    slip = evidence(asked)
    assert (slip.reference, slip.note, slip.masked_card, slip.reserved) == (started.reference, method, "", False)
    (intent,) = intents(stripe, asked.operation)
    assert (intent["amount_received"], intent["metadata"]["order"]) == (1200, "order")


def test_a_resident_who_declines_is_declined(stripe: Running, alipay: Connection) -> None:
    asked = to_pay(alipay)
    plugin.payment_start(asked)
    customer(stripe, asked, "decline")
    answer = plugin.payment_query(to_query(asked))
    assert isinstance(answer, Declined)
    assert answer.code == "payment_intent_authentication_failure"


def test_another_currency_than_the_connection_has_is_a_wrong_setting(alipay: Connection) -> None:
    with pytest.raises(InvalidConfig):
        plugin.payment_start(replace(to_pay(alipay), currency="EUR"))


def test_an_amount_that_stripe_does_not_take_is_declined(alipay: Connection) -> None:
    outcome = plugin.payment_start(to_pay(alipay, 100_000_000))
    assert isinstance(outcome, Declined)
    assert outcome.code == "amount_too_large"


# the unknown


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        ("lose_request", NotFound),
        ("lose_answer", Pending),
        ("error_after_effect", Pending),
        ("html", Pending),
        ("wrong_echo", Pending),
    ],
)
def test_a_payment_without_a_trustworthy_answer_is_unknown_until_asked(
    stripe: Running, alipay: Connection, fault: str, after: type
) -> None:
    asked = to_pay(alipay)
    stripe.faults(fault, "create")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_start(asked)
    assert isinstance(plugin.payment_query(to_query(asked)), after)
    assert len(intents(stripe, asked.operation)) == (after is Pending)


@pytest.mark.parametrize("fault", ["delay", "delay_request"])
def test_a_late_answer_is_unknown(stripe: Running, alipay: Connection, fault: str) -> None:
    stripe.faults(fault, "create", seconds=3)
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        plugin.payment_start(to_pay(alipay, deadline=0.3))
    assert time.monotonic() - started < 2.5


def test_what_stripe_only_trickles_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(OutcomeUnknown):
            plugin.payment_start(to_pay(connect(url), deadline=0.2))


def test_nothing_sent_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        plugin.payment_start(to_pay(connect(nowhere())))


@pytest.mark.parametrize("operation", ["search", "list", "retrieve"])
@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_a_question_without_a_trustworthy_answer_is_asked_again(
    stripe: Running, alipay: Connection, operation: str, fault: str
) -> None:
    asked = to_pay(alipay)
    if operation != "list":
        plugin.payment_start(asked)
    stripe.faults(fault, operation)
    with pytest.raises(Unavailable):
        plugin.payment_query(to_query(asked))
    assert isinstance(plugin.payment_query(to_query(asked)), NotFound if operation == "list" else Pending)


def test_a_question_is_not_answered_by_another_amount(stripe: Running, alipay: Connection) -> None:
    asked = to_pay(alipay)
    plugin.payment_start(asked)
    for other in ({"amount": 1201}, {"currency": "EUR"}):
        with pytest.raises(Unavailable):
            plugin.payment_query(replace(to_query(asked), **other))  # type: ignore[arg-type]
    stripe.faults("wrong_echo", "retrieve")
    with pytest.raises(Unavailable):
        plugin.payment_query(to_query(asked))


def test_a_question_changes_nothing(stripe: Running, alipay: Connection) -> None:
    before = stripe.books()
    assert plugin.payment_query(to_query(to_pay(alipay))) == NotFound()
    assert stripe.books() == before


def test_a_payment_that_the_search_does_not_know_yet_is_found_in_the_list(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        late = sandbox.start("stripe", search_lag=3600)
        asked = to_pay(connect(late.url))
        plugin.payment_start(asked)
        assert isinstance(plugin.payment_query(to_query(asked)), Pending)
        assert late.health()["served"]["list"] == 1


def test_two_payments_of_one_operation_are_for_nobody_to_pick(stripe: Running, alipay: Connection) -> None:
    asked = to_pay(alipay)
    plugin.payment_start(asked)
    clients.of(alipay).call(
        lambda client: client.v1.payment_intents.create(
            {
                "amount": 1200,
                "currency": "cny",
                "payment_method_types": ["alipay"],
                "metadata": {"operation": asked.operation},
            }
        ),
        DEADLINE,
    )
    with pytest.raises(Unavailable):
        plugin.payment_query(to_query(asked))


def test_the_same_operation_with_other_facts_is_unknown(stripe: Running, alipay: Connection) -> None:
    asked = to_pay(alipay)
    plugin.payment_start(asked)
    with pytest.raises(OutcomeUnknown):
        plugin.payment_start(replace(asked, amount=1300))
    assert len(intents(stripe, asked.operation)) == 1


@pytest.mark.crash
def test_a_stripe_that_was_killed_answers_for_what_it_booked(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        killed = sandbox.start("stripe")
        asked = to_pay(connect(killed.url))
        killed.faults("delay", "create", seconds=5)
        with pytest.raises(OutcomeUnknown):
            plugin.payment_start(replace(asked, deadline=0.3))
        killed.kill()
        with pytest.raises(Unavailable):
            plugin.payment_query(to_query(asked))
        killed.restart()
        assert isinstance(plugin.payment_query(to_query(asked)), Pending)
        assert len(intents(killed, asked.operation)) == 1


# readers


def test_a_card_is_asked_for_at_the_reader_of_the_till(stripe: Running, terminal: Connection) -> None:
    asked = to_pay(terminal)
    assert isinstance(plugin.payment_start(asked), Pending)
    assert isinstance(plugin.payment_query(to_query(asked)), Pending)
    card(stripe, terminal)
    assert evidence(asked).masked_card == "******1234"


@pytest.mark.parametrize(("action", "code"), [("decline", "card_declined"), ("timeout", "customer_canceled")])
def test_a_card_that_is_declined_or_never_comes(stripe: Running, terminal: Connection, action: str, code: str) -> None:
    asked = to_pay(terminal)
    plugin.payment_start(asked)
    card(stripe, terminal, action)
    answer = plugin.payment_query(to_query(asked))
    assert isinstance(answer, Declined)
    assert answer.code == code


def test_a_reader_that_is_offline_or_busy_declines_and_leaves_nothing_behind(
    stripe: Running, terminal: Connection
) -> None:
    first, second = to_pay(terminal), to_pay(terminal)
    plugin.payment_start(first)
    busy = plugin.payment_start(second)
    assert isinstance(busy, Declined)
    assert busy.code == "terminal_reader_busy"
    assert intents(stripe, second.operation)[0]["status"] == "canceled"
    card(stripe, terminal, "timeout")
    card(stripe, terminal, "offline")
    third = plugin.payment_start(to_pay(terminal))
    assert isinstance(third, Declined)
    assert third.code == "terminal_reader_offline"


def test_a_till_without_a_reader_is_a_wrong_setting(terminal: Connection) -> None:
    with pytest.raises(InvalidConfig):
        plugin.payment_start(replace(to_pay(terminal), till="T9"))


def test_a_reader_that_was_perhaps_told_is_asked(stripe: Running, terminal: Connection) -> None:
    asked = to_pay(terminal)
    stripe.faults("lose_answer", "process")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_start(asked)
    assert isinstance(plugin.payment_query(to_query(asked)), Pending)
    card(stripe, terminal)
    assert evidence(asked).reference == intents(stripe, asked.operation)[0]["id"]


def test_a_reader_that_was_never_told_means_that_nothing_was_taken(stripe: Running) -> None:
    patient = connect(stripe.url, "terminal", settling=60)
    asked = to_pay(patient)
    stripe.faults("lose_request", "process")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_start(asked)
    with pytest.raises(Unavailable):
        plugin.payment_query(to_query(asked))
    settled = replace(asked, connection=replace(patient, settings={**patient.settings, "settling": 0}))
    answer = plugin.payment_query(to_query(settled))
    assert isinstance(answer, Declined)
    assert answer.code == "never_asked"


# pages


@pytest.fixture
def page(stripe: Running) -> Connection:
    return connect(stripe.url, "card")


def test_a_page_is_opened_and_paid_on(stripe: Running, page: Connection) -> None:
    asked = to_pay(page)
    started = plugin.payment_start(asked)
    assert isinstance(started, Pending)
    assert started.show.startswith("https://checkout.stripe.com/")
    assert plugin.payment_query(to_query(asked)) == started
    customer(stripe, asked)
    slip = evidence(asked)
    assert (slip.reference[:3], slip.masked_card) == ("pi_", "******4242")
    assert isinstance(plugin.payment_refund(to_undo(asked, slip, 500)), Succeeded)


def test_a_card_that_is_declined_on_a_page_may_be_followed_by_another(stripe: Running, page: Connection) -> None:
    asked = to_pay(page)
    started = plugin.payment_start(asked)
    customer(stripe, asked, "decline")
    assert plugin.payment_query(to_query(asked)) == started
    customer(stripe, asked)
    assert evidence(asked).reference == intents(stripe, asked.operation)[0]["id"]


@pytest.mark.parametrize("tried", [True, False])
def test_a_page_that_expires_took_nothing(stripe: Running, page: Connection, tried: bool) -> None:
    asked = to_pay(page)
    plugin.payment_start(asked)
    if tried:
        customer(stripe, asked, "decline")
    customer(stripe, asked, "expire")
    answer = plugin.payment_query(to_query(asked))
    assert isinstance(answer, Declined)
    assert answer.code == "expired"


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        ("lose_request", NotFound),
        ("lose_answer", Pending),
        ("html", Pending),
        ("wrong_amount", Pending),
        ("wrong_number", Pending),
        ("wrong_currency", Pending),
        ("empty", Pending),
        ("truncated", Pending),
    ],
)
def test_a_page_without_a_trustworthy_answer_is_unknown_until_asked(
    stripe: Running, page: Connection, fault: str, after: type
) -> None:
    asked = to_pay(page)
    stripe.faults(fault, "create_page")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_start(asked)
    assert isinstance(plugin.payment_query(to_query(asked)), after)


@pytest.mark.parametrize("fault", ["html", "wrong_amount", "lose_answer"])
def test_a_page_that_is_not_understood_is_asked_for_again(stripe: Running, page: Connection, fault: str) -> None:
    asked = to_pay(page)
    plugin.payment_start(asked)
    stripe.faults(fault, "list_pages")
    with pytest.raises(Unavailable):
        plugin.payment_query(to_query(asked))


def test_a_card_on_a_page_may_be_reserved(stripe: Running) -> None:
    asked = to_pay(connect(stripe.url, "card", capture="manual"))
    plugin.payment_start(asked)
    customer(stripe, asked)
    slip = evidence(asked)
    assert slip.reserved
    assert isinstance(plugin.payment_capture(to_capture(asked, slip, 700)), Succeeded)


def test_an_amount_that_no_page_takes_is_declined(page: Connection) -> None:
    outcome = plugin.payment_start(to_pay(page, 0))
    assert isinstance(outcome, Declined)
    assert outcome.code == "amount_too_small"


# reservations


def test_a_reservation_is_captured_in_part_once(stripe: Running, reserving: Connection) -> None:
    asked, slip = reserved(stripe, reserving)
    assert slip.reserved
    wanted = to_capture(asked, slip, 700)
    stripe.faults("lose_answer", "capture")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_capture(wanted)
    done = plugin.payment_capture(wanted)
    assert isinstance(done, Succeeded)
    assert not done.detail.reserved
    (intent,) = intents(stripe, asked.operation)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 700)
    with pytest.raises(OutcomeUnknown):
        plugin.payment_capture(to_capture(asked, slip, 1200))


def test_a_reservation_is_given_up_once(stripe: Running, reserving: Connection) -> None:
    asked, slip = reserved(stripe, reserving)
    undo = to_undo(asked, slip)
    stripe.faults("html", "cancel")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_void(undo)
    assert isinstance(plugin.payment_void(undo), Succeeded)
    assert intents(stripe, asked.operation)[0]["status"] == "canceled"
    lapsed = plugin.payment_capture(to_capture(asked, slip, 1200))
    assert isinstance(lapsed, Declined)
    assert lapsed.code == "canceled"


def test_money_that_was_taken_is_not_voided(stripe: Running, alipay: Connection, reserving: Connection) -> None:
    asked, slip = paid(stripe, alipay)
    assert isinstance(plugin.payment_void(to_undo(asked, slip)), Declined)
    other, held = reserved(stripe, reserving)
    plugin.payment_capture(to_capture(other, held, 1200))
    assert isinstance(plugin.payment_void(to_undo(other, held)), Declined)


def test_another_payments_slip_is_never_acted_on(stripe: Running, reserving: Connection) -> None:
    asked, _ = reserved(stripe, reserving)
    _, other = reserved(stripe, reserving)
    with pytest.raises(OutcomeUnknown):
        plugin.payment_capture(to_capture(asked, other, 1200))
    with pytest.raises(OutcomeUnknown):
        plugin.payment_void(to_undo(asked, other))
    statuses = {one["id"]: one["status"] for one in stripe.books()["payment_intent"]}
    assert statuses[other.reference] == "requires_capture"


# refunds


def test_refunds_in_parts_never_pass_what_was_taken(stripe: Running, alipay: Connection) -> None:
    asked, slip = paid(stripe, alipay)
    first = plugin.payment_refund(to_undo(asked, slip, 500))
    assert isinstance(first, Succeeded)
    assert first.detail.reference.startswith("re_")
    too_much = plugin.payment_refund(to_undo(asked, slip, 701))
    assert isinstance(too_much, Declined)
    assert isinstance(plugin.payment_refund(to_undo(asked, slip, 700)), Succeeded)
    nothing_left = plugin.payment_refund(to_undo(asked, slip, 1))
    assert isinstance(nothing_left, Declined)
    assert nothing_left.code == "charge_already_refunded"
    assert refunds(stripe, asked) == [500, 700]


@pytest.mark.parametrize("fault", ["lose_answer", "error_after_effect", "html", "wrong_echo"])
def test_a_refund_that_lost_its_answer_is_sent_again_and_done_once(
    stripe: Running, alipay: Connection, fault: str
) -> None:
    asked, slip = paid(stripe, alipay)
    undo = to_undo(asked, slip, 400)
    stripe.faults(fault, "refund")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_refund(undo)
    assert isinstance(plugin.payment_refund(undo), Succeeded)
    assert refunds(stripe, asked) == [400]
    assert stripe.health()["served"]["list_refunds"] >= 2


def test_a_refund_of_what_stripe_does_not_know_is_declined(alipay: Connection) -> None:
    outcome = plugin.payment_refund(to_undo(to_pay(alipay), Slip("pi_unheard_of")))
    assert isinstance(outcome, Declined)
    assert outcome.code == "resource_missing"


# reversals


@pytest.mark.parametrize("method", ["alipay", "wechat_pay", "terminal", "card"])
@pytest.mark.parametrize("pays", [False, True])
def test_a_payment_that_is_given_up_does_not_stand(stripe: Running, method: str, pays: bool) -> None:
    connection = connect(stripe.url, method)
    asked = to_pay(connection)
    plugin.payment_start(asked)
    if pays:
        card(stripe, connection) if method == "terminal" else customer(stripe, asked)
    undo = to_undo(asked, None)
    assert isinstance(plugin.payment_reverse(undo), Succeeded)
    assert isinstance(plugin.payment_reverse(undo), Succeeded)
    assert refunds(stripe, asked) == ([1200] if pays else [])
    assert {one["status"] for one in intents(stripe, asked.operation)} <= {"succeeded" if pays else "canceled"}
    if method == "terminal" and not pays:
        assert isinstance(plugin.payment_start(to_pay(connection)), Pending), "the reader still asks for a card"


def test_a_reader_that_is_offline_does_not_keep_a_payment(stripe: Running, terminal: Connection) -> None:
    asked = to_pay(terminal)
    plugin.payment_start(asked)
    card(stripe, terminal, "offline")
    assert isinstance(plugin.payment_reverse(to_undo(asked, None)), Succeeded)
    assert intents(stripe, asked.operation)[0]["status"] == "canceled"


@pytest.mark.parametrize("method", ["alipay", "terminal", "card"])
def test_a_payment_that_stripe_does_not_have_cannot_arrive_any_more(stripe: Running, method: str) -> None:
    asked = to_pay(connect(stripe.url, method))
    undo = to_undo(asked, None)
    assert isinstance(plugin.payment_reverse(undo), Succeeded)
    with pytest.raises(OutcomeUnknown):
        plugin.payment_start(asked)
    assert isinstance(plugin.payment_query(to_query(asked)), Declined)
    assert {one["status"] for one in intents(stripe, asked.operation)} <= {"canceled"}


@pytest.mark.parametrize("pays", [False, True])
@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html", "wrong_echo"])
def test_a_reversal_that_lost_its_answer_is_sent_again_and_done_once(
    stripe: Running, alipay: Connection, fault: str, pays: bool
) -> None:
    asked = to_pay(alipay)
    plugin.payment_start(asked)
    if pays:
        customer(stripe, asked)
    undo = to_undo(asked, None)
    stripe.faults("wrong_number" if fault == "wrong_echo" else fault, "refund" if pays else "cancel")
    with pytest.raises(OutcomeUnknown):
        plugin.payment_reverse(undo)
    assert isinstance(plugin.payment_reverse(undo), Succeeded)
    assert refunds(stripe, asked) == ([1200] if pays else [])


# settlement


def on(day: date, connection: Connection) -> SettlementRequest:
    return SettlementRequest(connection, DEADLINE, day)


def test_a_day_is_settled_when_it_is_over(stripe: Running, alipay: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, slip = paid(stripe, alipay, 10_000)
    back = to_undo(asked, slip, 1_000)
    plugin.payment_refund(back)
    customer(stripe, asked, "dispute")
    stripe.call("POST", "payout", {})
    today = datetime.now(UTC).date()
    early = plugin.payment_settlement(on(today, alipay))
    assert isinstance(early, Declined)
    assert early.code == "not_over"
    monkeypatch.setattr(settling, "system_clock", lambda: datetime.now(UTC) + timedelta(days=2))
    outcome = plugin.payment_settlement(on(today, alipay))
    assert isinstance(outcome, Succeeded)
    rows = {row.operation: row for row in outcome.detail if row.operation}
    sale, refund = rows[asked.operation], rows[back.operation]
    assert (sale.movement, sale.gross, sale.fee, sale.net) == (Movement.SALE, 10_000, 60, 9_940)
    assert (refund.movement, refund.gross, refund.reference) == (Movement.REFUND, -1_000, slip.reference)
    assert {Movement.CHARGEBACK, Movement.PAYOUT} <= {row.movement for row in outcome.detail}
    assert len({row.id for row in outcome.detail}) == len(outcome.detail)


def test_a_settlement_is_read_over_all_its_pages(stripe: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connect(stripe.url)
    for _ in range(3):
        paid(stripe, connection)
    monkeypatch.setattr(settling, "system_clock", lambda: datetime.now(UTC) + timedelta(days=2))
    today = datetime.now(UTC).date()
    whole = plugin.payment_settlement(on(today, connection))
    monkeypatch.setattr("jiedao_stripe.finding._SIZE", 2)
    assert plugin.payment_settlement(on(today, connection)) == whole
    stripe.faults("html", "balance_transactions")
    with pytest.raises(Unavailable):
        plugin.payment_settlement(on(today, connection))


# notices


def event(operation: str = "OP", **more: Any) -> bytes:
    thing = {"object": "payment_intent", "metadata": {"operation": operation} if operation else {}}
    facts = {"id": f"evt_{next(NUMBERS)}", "object": "event", "created": 1_790_000_000, "data": {"object": thing}}
    return json.dumps({**facts, **more}).encode()


def notice(content: bytes, secret: str = WEBHOOK_SECRET, ago: int = 0) -> NoticeRequest:
    headers = {"stripe-signature": sign(secret, int(time.time()) - ago, content)}
    return NoticeRequest(connect(""), DEADLINE, headers, content)


def test_a_genuine_notice_names_our_operation() -> None:
    outcome = plugin.parse_notice(notice(event("OP1", id="evt_1")))
    assert isinstance(outcome, Succeeded)
    assert (outcome.detail.id, outcome.detail.topics) == ("evt_1", (Topic(About.OPERATION, "OP1"),))
    assert outcome.detail.made_at == datetime.fromtimestamp(1_790_000_000, UTC)


def test_a_notice_of_something_else_is_genuine_and_about_nothing() -> None:
    for content in (event(""), event(data={"object": None}), event(data=None)):
        outcome = plugin.parse_notice(notice(content))
        assert isinstance(outcome, Succeeded)
        assert outcome.detail.topics == ()


FORGERIES = {
    "another secret": (lambda: notice(event(), secret="whsec_guessed"), "signature"),
    "too old": (lambda: notice(event(), ago=301), "stale"),
    "from the future": (lambda: notice(event(), ago=-330), "stale"),
    "another body": (lambda: replace(notice(event()), content=event("other")), "signature"),
    "unsigned": (lambda: replace(notice(event()), headers={}), "signature"),
    "a moment in other digits": (
        lambda: replace(notice(event()), headers={"stripe-signature": "t=１,v1=00"}),
        "signature",
    ),
    "no JSON": (lambda: notice(b"\xff not json"), "malformed"),
    "no end": (lambda: notice(b"[" * 100_000), "malformed"),
    "no event": (lambda: notice(b"[]"), "malformed"),
    "no number": (lambda: notice(event(id="")), "malformed"),
    "no moment": (lambda: notice(event(created="now")), "malformed"),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_what_is_not_genuine_is_declined(how: str) -> None:
    made, code = FORGERIES[how]
    outcome = plugin.parse_notice(made())
    assert isinstance(outcome, Declined)
    assert outcome.code == code


# mapping of golden objects


INTENT: dict[str, Any] = {
    "id": "pi_3MtwBwLkdIwHu7ix28a3tqPa",
    "object": "payment_intent",
    "amount": 2000,
    "amount_capturable": 0,
    "amount_received": 2000,
    "currency": "cny",
    "created": 1680800504,
    "latest_charge": {
        "id": "ch_3MtwBwLkdIwHu7ix28a3tqPb",
        "object": "charge",
        "payment_method_details": {
            "type": "card_present",
            "card_present": {"brand": "unionpay", "last4": "4242", "fingerprint": "mToisGZ01V71BCos"},
        },
    },
    "metadata": {"operation": "OP9"},
    "status": "succeeded",
}
ASKED = to_query(PaymentRequest(connect(""), DEADLINE, "OP9", 2000, "CNY", "order", "T1"))


def test_a_golden_intent_is_a_slip_with_no_more_than_four_digits() -> None:
    outcome = answers.payment(INTENT, ASKED)
    assert outcome == Succeeded(Slip("pi_3MtwBwLkdIwHu7ix28a3tqPa", "******4242", note="card_present"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"object": "charge"},
        {"amount": 2001},
        {"amount": "2000"},
        {"amount_received": 1999},
        {"amount_received": True},
        {"currency": "eur"},
        {"metadata": {}},
        {"metadata": None},
        {"metadata": {"operation": "OP8"}},
        {"status": "requires_confirmation"},
        {"status": None},
        {"id": ""},
    ],
)
def test_a_golden_intent_that_is_not_what_was_asked_for_is_not_understood(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        answers.payment({**INTENT, **wrong}, ASKED)


@pytest.mark.parametrize("last4", ["12345", "", None, 1234, "abcd"])
def test_what_is_not_four_digits_is_not_shown(last4: Any) -> None:
    charge = {"payment_method_details": {"type": "card", "card": {"last4": last4}}}
    assert answers.slip({**INTENT, "latest_charge": charge}).masked_card == ""


def test_a_key_is_never_printed(alipay: Connection) -> None:
    assert KEY not in repr(alipay)
    assert KEY not in repr(to_pay(alipay))
