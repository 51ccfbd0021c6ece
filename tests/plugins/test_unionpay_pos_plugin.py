"""The card terminal plugin through its hooks, against a real terminal and acquirer."""

from __future__ import annotations

import contextlib
import itertools
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import jiedao_unionpay_pos
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, OutcomeUnknown, Succeeded, Unavailable
from jiedao.hookspecs.payment import BatchRequest, BatchTotals, PaymentRequest, Slip, UndoRequest
from jiedao.hookspecs.service import CheckRequest
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_connectors.unionpay.terminal_link import State, TerminalAnswer
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.terminal.card import card_for
from jiedao_unionpay_pos import answers
from jiedao_unionpay_pos.manifest import check_connection, describe
from jiedao_unionpay_pos.payment import (
    payment_batch_close,
    payment_refund,
    payment_reverse,
    payment_start,
    payment_void,
)
from jiedao_unionpay_pos.settings import configuration
from jiedao_unionpay_pos.terminals import terminals_of

SECRET = "register-link-of-the-plugin-tests"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with Sandbox(tmp_path_factory.mktemp("books")) as sandbox:
        yield Street(sandbox)


@pytest.fixture
def hall(street: Street) -> Iterator[Street]:
    yield street
    street.acquirer.clear()
    street.terminal.clear()


class Street:
    """A hall with one till, T1, whose terminal is real; T9 has a terminal that nobody switched on."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.acquirer: Running = sandbox.start("acquirer", clock="2025-03-31T12:00:00", reply=["02=A2", "03=ZZ"])
        self.terminal: Running = sandbox.start(
            "terminal", acquirer=self.acquirer.url, link_secret=SECRET, seconds=0.4, clock="2025-03-31T12:00:00"
        )
        self.connection = connected({"T1": self.terminal.url, "T9": "http://127.0.0.1:1"}, SECRET)

    def payment(self, amount: int = 12_000, till: str = "T1", currency: str = "CNY") -> PaymentRequest:
        number = next(_numbers)
        return PaymentRequest(self.connection, 3.0, f"PAY{number}", amount, currency, f"ORDER{number}", till)

    def undo(self, of: PaymentRequest, slip: Slip | None = None, amount: int = 0) -> UndoRequest:
        fen = amount or of.amount
        return UndoRequest(self.connection, 3.0, f"UNDO{next(_numbers)}", of.operation, fen, of.currency, slip, of.till)

    def paid(self, amount: int = 12_000) -> tuple[PaymentRequest, Slip]:
        request = self.payment(amount)
        return request, slip_of(payment_start(request))

    def booked(self, operation: str) -> list[tuple[str, str, int]]:
        rows = self.acquirer.books()["transactions"]
        return [(row["kind"], row["state"], row["amount"]) for row in rows if row["reference"] == operation]


def connected(terminals: dict[str, str], secret: str, version: int = 1, default: str | None = None) -> Connection:
    given: dict[str, Any] = {"terminals": terminals, "link_secret": secret, "default_terminal": default}
    return Connection("street", "pos", "jiedao_unionpay_pos", version, True, configuration.load(given))


def slip_of(outcome: object) -> Slip:
    assert isinstance(outcome, Succeeded)
    assert isinstance(outcome.detail, Slip)
    return outcome.detail


def test_it_keeps_the_contract() -> None:
    registry = Registry()
    try:
        registry.register("jiedao_unionpay_pos", jiedao_unionpay_pos.plugin)
        assert "jiedao_unionpay_pos" in registry.plugins
    finally:
        registry.close()


def test_what_it_says_of_itself() -> None:
    manifest = describe()
    assert manifest.recovery["payment_start"] is Recovery.REVERSE
    assert {manifest.recovery[f"payment_{act}"] for act in ("reverse", "void", "refund", "batch_close")} == {
        Recovery.RESEND
    }
    assert manifest.abilities == {"void", "refund", "partial_refund", "batch"}
    assert not hasattr(jiedao_unionpay_pos.plugin, "payment_query")
    assert manifest.configuration.secrets() == {"link_secret"}


def test_a_payment(hall: Street) -> None:
    request, slip = hall.paid()
    card = card_for(request.operation)
    assert slip.masked_card == f"{card[:6]}*********{card[-4:]}"
    assert (slip.terminal, slip.merchant) == ("00010001", "898310048160001")
    assert slip.settlement_date == date(2025, 3, 31)
    assert all((slip.reference, slip.authorisation, slip.trace, slip.batch))
    assert hall.booked(request.operation) == [("sale", "approved", 12_000)]


def test_an_approval_that_wants_confirming_succeeds_with_a_note(hall: Street) -> None:
    _, slip = hall.paid(12_002)
    assert slip.note.startswith("A2")


def test_a_refusal_has_its_reason_in_both_languages(hall: Street) -> None:
    outcome = payment_start(hall.payment(12_051))
    assert isinstance(outcome, Declined)
    assert (outcome.code, outcome.reason.zh, outcome.reason.en) == ("51", "余额不足", "Not enough money on the card")


def test_a_code_in_no_table_is_unknown_and_reversed(hall: Street) -> None:
    request = hall.payment(12_003)
    with pytest.raises(OutcomeUnknown) as unknown:
        payment_start(request)
    assert unknown.value.code == "ZZ"
    payment_reverse(hall.undo(request))
    assert hall.booked(request.operation) == [("sale", "reversed", 12_003)]


@pytest.mark.parametrize(
    "fault",
    [
        *("lose_answer", "delay", "html", "error_after_effect", "wrong_echo", "lose_request"),
        *("silence", "malformed", "truncated", "empty"),
    ],
)
def test_whatever_the_register_link_does_a_payment_is_unknown_and_reversed(hall: Street, fault: str) -> None:
    request = replace(hall.payment(), deadline=0.4)
    hall.terminal.faults(fault, "sale", seconds=0.6 if fault == "delay" else 0)
    with pytest.raises(OutcomeUnknown):
        payment_start(request)
    undo = hall.undo(request)
    first = payment_reverse(undo)
    assert isinstance(first, Succeeded)
    assert payment_reverse(undo) == first
    assert hall.booked(request.operation) in ([("sale", "reversed", 12_000)], [])
    # What was reversed is never taken after all.
    with contextlib.suppress(OutcomeUnknown):
        assert isinstance(payment_start(request), Declined)
    assert ("sale", "approved", 12_000) not in hall.booked(request.operation)


@pytest.mark.parametrize("act", [payment_void, payment_refund])
@pytest.mark.parametrize("fault", ["lose_answer", "html", "error_after_effect", "wrong_echo", "lose_request"])
def test_an_undoing_with_a_lost_answer_is_sent_again_and_done_once(hall: Street, act: Any, fault: str) -> None:
    request, slip = hall.paid()
    undo = hall.undo(request, slip)
    hall.terminal.faults(fault, act.__name__.removeprefix("payment_"))
    with pytest.raises(OutcomeUnknown):
        act(undo)
    assert isinstance(act(undo), Succeeded)
    assert [state for _, state, _ in hall.booked(undo.operation)] == ["approved"]


def test_a_void_after_settlement_is_refused_and_a_refund_works(hall: Street) -> None:
    request, slip = hall.paid()
    closed = payment_batch_close(BatchRequest(hall.connection, 3.0, f"BATCH{next(_numbers)}", "T1"))
    assert isinstance(closed, Succeeded)
    refused = payment_void(hall.undo(request, slip))
    assert isinstance(refused, Declined)
    assert refused.code == "25"
    assert isinstance(payment_reverse(hall.undo(request, slip)), Declined)
    assert isinstance(payment_refund(hall.undo(request, slip)), Succeeded)


def test_partial_refunds_never_pass_the_payment(hall: Street) -> None:
    request, slip = hall.paid()
    assert isinstance(payment_refund(hall.undo(request, slip, 5_000)), Succeeded)
    refused = payment_refund(hall.undo(request, slip, 7_001))
    assert isinstance(refused, Declined)
    assert refused.code == "64"


def test_batch_close_gives_the_acquirers_totals_once_and_again(hall: Street) -> None:
    payment_batch_close(BatchRequest(hall.connection, 3.0, f"BATCH{next(_numbers)}", "T1"))
    request, slip = hall.paid(12_000)
    hall.paid(500)
    payment_void(hall.undo(request, slip))
    close = BatchRequest(hall.connection, 3.0, f"BATCH{next(_numbers)}", "T1")
    hall.acquirer.faults("lose_answer", "end_upload")
    with pytest.raises(OutcomeUnknown):
        payment_batch_close(close)
    outcome = payment_batch_close(close)
    assert isinstance(outcome, Succeeded)
    assert outcome.detail == BatchTotals(outcome.detail.batch, 12_500, 2, 12_000, 1, balanced=True)
    assert payment_batch_close(close) == outcome


def test_a_terminal_that_is_switched_off_is_unavailable(hall: Street) -> None:
    with pytest.raises(Unavailable):
        payment_start(hall.payment(till="T9"))


def test_a_till_without_a_terminal_is_a_wrong_setting_unless_there_is_a_default(hall: Street) -> None:
    request = hall.payment(till="T2")
    with pytest.raises(InvalidConfig, match="T2"):
        payment_start(request)
    other = connected({}, SECRET, version=2, default=hall.terminal.url)
    assert isinstance(payment_start(replace(request, connection=other)), Succeeded)


def test_a_wrong_secret_is_a_wrong_setting(hall: Street) -> None:
    wrong = connected({"T1": hall.terminal.url}, "another", version=3)
    request = replace(hall.payment(), connection=wrong)
    with pytest.raises(InvalidConfig):
        payment_start(request)
    assert hall.booked(request.operation) == []


def test_only_yuan_are_taken(hall: Street) -> None:
    assert isinstance(payment_start(hall.payment(currency="USD")), Declined)


def test_terminals_are_made_once_for_each_version() -> None:
    one, two = connected({"T1": "http://127.0.0.1:1"}, SECRET, 7), connected({"T1": "http://127.0.0.1:2"}, SECRET, 8)
    assert terminals_of(one) is terminals_of(one)
    assert terminals_of(one) is not terminals_of(two)
    assert SECRET not in repr(one)


def test_check_connection_names_the_terminals(hall: Street) -> None:
    good = connected({"T1": hall.terminal.url}, SECRET, version=4)
    before = hall.acquirer.books()["transactions"]
    passed = check_connection(CheckRequest(good, 3.0))
    assert passed.passed
    assert "898310048160001/00010001" in passed.says.en
    assert hall.acquirer.books()["transactions"] == before


@pytest.mark.parametrize(("url", "secret"), [("http://127.0.0.1:1", SECRET), ("", "another")])
def test_check_connection_says_which_till_and_why(hall: Street, url: str, secret: str) -> None:
    bad = connected({"T1": url or hall.terminal.url}, secret, version=5 + len(secret))
    failed = check_connection(CheckRequest(bad, 3.0))
    assert not failed.passed
    assert "T1" in failed.says.zh
    assert secret not in failed.says.en.replace("secret", "")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"terminals": {"T1": "http://10.0.0.1"}}, "link_secret"),
        ({"link_secret": "s"}, "default_terminal"),
        ({"terminals": {"T1": "not an address"}, "link_secret": "s"}, "terminals.T1.value"),
        ({"default_terminal": "ftp://10.0.0.1", "link_secret": "s"}, "default_terminal"),
        ({"default_terminal": "http://pos.hall", "link_secret": "s", "pan": "1"}, "pan"),
    ],
)
def test_wrong_settings_are_refused_by_name(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        configuration.load(given)
    assert refused.value.field == field


@pytest.mark.parametrize("state", [State.DUPLICATE, State.IN_DOUBT, State.READY, State.REVERSED])
def test_states_that_prove_nothing_of_a_sale_are_unknown(state: State) -> None:
    with pytest.raises(OutcomeUnknown):
        answers.taken(TerminalAnswer(state, "00"))


@pytest.mark.parametrize("code", ["", "ZZ", "98", "51"])
def test_an_approval_with_a_code_that_is_none_is_unknown(code: str) -> None:
    with pytest.raises(OutcomeUnknown):
        answers.taken(TerminalAnswer(State.APPROVED, code))


@pytest.mark.parametrize("code", ["", "ZZ", "98", "00"])
def test_a_refusal_with_a_code_that_is_none_is_unknown(code: str) -> None:
    for meaning in (answers.taken, answers.undone, answers.settled):
        with pytest.raises(OutcomeUnknown):
            meaning(TerminalAnswer(State.DECLINED, code))


def test_neither_card_number_nor_secret_reaches_a_log(hall: Street, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    request, slip = hall.paid()
    hall.terminal.faults("html", "refund")
    with pytest.raises(OutcomeUnknown) as unknown:
        payment_refund(hall.undo(request, slip))
    seen = f"{caplog.text} {slip!r} {unknown.value!r} {hall.connection!r}"
    card = card_for(request.operation)
    assert "127.0.0.1" in caplog.text
    for secret in (card, card[6:-4], SECRET):
        assert secret not in seen
