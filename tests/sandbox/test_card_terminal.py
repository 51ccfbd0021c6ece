"""Terminal and acquirer as real processes: whatever goes wrong, the books agree in the end and no card is kept."""

from __future__ import annotations

import itertools
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jiedao_connectors.unionpay.fields import Administrative
from jiedao_connectors.unionpay.terminal_link import (
    LinkError,
    LinkRefused,
    NothingSent,
    OriginalSale,
    OutcomeInDoubt,
    SettledBatch,
    State,
    TerminalAnswer,
    TerminalLink,
)
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.terminal.card import card_for
from jiedao_sandbox.terminal.line import AcquirerLine
from jiedao_sandbox.terminal.messages import Identity

SECRET = "register-link-of-the-tests"
EVENING = "2025-03-31T22:59:00"
_numbers = itertools.count(1)


def reference(kind: str = "ORDER") -> str:
    return f"{kind}-{next(_numbers)}"


class Counter:
    """A counter with its terminal, and the acquirer behind it."""

    def __init__(self, sandbox: Sandbox, number: str = "00010001", acquirer: Running | None = None) -> None:
        self.acquirer = acquirer or sandbox.start("acquirer", clock=EVENING, reply=["02=A2", "03=ZZ", "98=98"])
        self.terminal = sandbox.start(
            "terminal",
            label=f"terminal-{number}",
            acquirer=self.acquirer.url,
            terminal_id=number,
            link_secret=SECRET,
            seconds=0.4,
            clock="2025-04-01T01:00:00",
        )
        self.number = number
        self.link = TerminalLink(self.terminal.url, SECRET)

    def sale(self, sale: str, amount: int = 1000, seconds: float = 3) -> TerminalAnswer:
        return self.link.sale(sale, amount, seconds=seconds)

    def reverse(self, sale: str, amount: int = 1000) -> State:
        return self.link.reverse(reference("REVERSE"), sale, amount, seconds=3).state

    def void(self, sale: str, amount: int = 1000, under: str = "") -> TerminalAnswer:
        return self.link.void(under or reference("VOID"), OriginalSale(sale), amount, seconds=3)

    def refund(self, sale: str, amount: int = 1000, under: str = "") -> TerminalAnswer:
        return self.link.refund(under or reference("REFUND"), OriginalSale(sale), amount, seconds=3)

    def settle(self, under: str = "") -> SettledBatch:
        settled = self.link.settle(under or reference("SETTLE"), seconds=3)
        assert isinstance(settled, SettledBatch)
        return settled

    def unsettled(self, under: str) -> State:
        settled = self.link.settle(under, seconds=3)
        assert isinstance(settled, TerminalAnswer)
        return settled.state

    def booked(self, sale: str) -> list[tuple[str, str]]:
        """Kind and state at the acquirer of everything under a reference."""
        rows = self.acquirer.books()["transactions"]
        return [(row["kind"], row["state"]) for row in rows if row["reference"] == sale]

    def journal(self, table: str = "transactions") -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.terminal.books()[table]
        return rows

    def wait_until_booked(self, sale: str) -> None:
        end = time.monotonic() + 5
        while not self.booked(sale):
            assert time.monotonic() < end, "never booked"
            time.sleep(0.01)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with Sandbox(tmp_path_factory.mktemp("books")) as sandbox:
        yield Counter(sandbox)


@pytest.fixture
def counter(shared: Counter) -> Iterator[Counter]:
    yield shared
    shared.acquirer.clear()
    shared.terminal.clear()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Counter]:
    """Processes of its own, for tests that kill or settle."""
    with Sandbox(tmp_path) as sandbox:
        yield Counter(sandbox)


def test_a_sale_answers_with_the_acquirers_evidence_and_a_masked_card(counter: Counter) -> None:
    sale = reference()
    answer = counter.sale(sale, 12_000)
    card = card_for(sale)
    assert (answer.state, answer.code) == (State.APPROVED, "00")
    assert answer.card == f"{card[:6]}*********{card[-4:]}"
    assert len(answer.rrn) == 12
    assert answer.terminal == "00010001"
    # The acquirer's clock stands at 31 March, the terminal's at 1 April: the year is the terminal's to find.
    assert answer.settlement_date == date(2025, 3, 31)
    assert counter.booked(sale) == [("sale", "approved")]


def test_a_refusal_and_an_approval_of_another_kind(counter: Counter) -> None:
    refused, approved = counter.sale(reference(), 151), counter.sale(reference(), 102)
    assert (refused.state, refused.code) == (State.DECLINED, "51")
    assert (approved.state, approved.code) == (State.APPROVED, "A2")


@pytest.mark.parametrize("amount", [1000, 151])
def test_a_known_reference_is_never_charged_again(counter: Counter, amount: int) -> None:
    sale = reference()
    counter.sale(sale, amount)
    assert counter.sale(sale, amount).state is State.DUPLICATE
    assert counter.sale(sale, 5).state is State.DUPLICATE
    assert len(counter.booked(sale)) == 1


def test_a_reference_of_another_act_is_a_duplicate_too(counter: Counter) -> None:
    sale, void = reference(), reference("VOID")
    counter.sale(sale)
    counter.void(sale, under=void)
    assert counter.sale(void).state is State.DUPLICATE
    assert counter.refund(sale, under=void).state is State.DUPLICATE


def test_an_unknown_reference_is_cancelled_so_that_the_late_sale_is_refused(counter: Counter) -> None:
    sale = reference()
    assert counter.reverse(sale) is State.NOTHING_TO_REVERSE
    assert counter.sale(sale).state is State.CANCELLED
    assert counter.reverse(sale) is State.NOTHING_TO_REVERSE
    assert counter.booked(sale) == []


def test_an_approved_sale_is_reversed_and_stays_so(counter: Counter) -> None:
    sale = reference()
    counter.sale(sale)
    assert [counter.reverse(sale) for _ in range(3)] == [State.REVERSED] * 3
    assert counter.booked(sale) == [("sale", "reversed")]
    assert counter.sale(sale).state is State.DUPLICATE


def test_a_refused_sale_needs_no_reversal(counter: Counter) -> None:
    sale = reference()
    counter.sale(sale, 151)
    assert counter.reverse(sale, 151) is State.NOTHING_TO_REVERSE


def test_a_reversal_of_another_amount_is_refused(counter: Counter) -> None:
    sale = reference()
    counter.sale(sale)
    answer = counter.link.reverse(reference(), sale, 999, seconds=3)
    assert (answer.state, answer.code) == (State.DECLINED, "64")
    assert counter.booked(sale) == [("sale", "approved")]


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "delay", "html", "wrong_echo", "error_after_effect"])
def test_a_sale_without_a_trustworthy_reply_is_in_doubt_and_reversed_until_acknowledged(
    counter: Counter, fault: str
) -> None:
    sale = reference()
    counter.acquirer.faults(fault, "sale", seconds=0.7 if fault == "delay" else 0)
    assert counter.sale(sale).state is State.IN_DOUBT
    counter.acquirer.faults("lose_answer", "reversal", times=2)
    assert counter.reverse(sale) is State.IN_DOUBT
    assert [row["reversal"] for row in counter.journal() if row["reference"] == sale] == ["pending"]
    with pytest.raises(NothingSent):
        counter.sale(reference())
    assert counter.reverse(sale) is State.REVERSED
    assert all(state == "reversed" for _, state in counter.booked(sale))


def test_the_pending_reversal_goes_before_the_next_sale(counter: Counter) -> None:
    lost, following = reference(), reference()
    counter.acquirer.faults("lose_answer", "sale")
    counter.sale(lost)
    assert counter.booked(lost) == [("sale", "approved")]
    assert counter.sale(following).state is State.APPROVED
    assert counter.booked(lost) == [("sale", "reversed")]
    assert counter.reverse(lost) is State.REVERSED


def test_a_sale_that_comes_after_its_reversal_is_refused_by_the_acquirer(counter: Counter) -> None:
    sale = reference()
    counter.acquirer.faults("delay_request", "sale", seconds=0.6)
    assert counter.sale(sale).state is State.IN_DOUBT
    assert counter.reverse(sale) is State.REVERSED
    counter.wait_until_booked(sale)
    assert counter.booked(sale) == [("sale", "reversed before it came")]


def test_a_second_copy_of_a_reply_does_no_harm(counter: Counter) -> None:
    counter.acquirer.faults("answer_twice", "sale", times=2)
    assert counter.sale(reference()).state is State.APPROVED
    assert counter.sale(reference()).state is State.APPROVED


@pytest.mark.parametrize("fault", ["lose_answer", "delay", "html", "error_after_effect", "wrong_echo"])
def test_faults_of_the_register_link_leave_a_doubt_that_a_reversal_ends(counter: Counter, fault: str) -> None:
    sale = reference()
    counter.terminal.faults(fault, "sale", seconds=0.6 if fault == "delay" else 0)
    with pytest.raises(OutcomeInDoubt):
        counter.sale(sale, seconds=0.4)
    assert counter.reverse(sale) is State.REVERSED
    assert counter.booked(sale) == [("sale", "reversed")]


@pytest.mark.parametrize("fault", ["lose_request", "delay_request"])
def test_a_sale_that_never_came_or_comes_late_is_cancelled(counter: Counter, fault: str) -> None:
    sale = reference()
    counter.terminal.faults(fault, "sale", seconds=0.5 if fault == "delay_request" else 0)
    with pytest.raises(OutcomeInDoubt):
        counter.sale(sale, seconds=0.2)
    assert counter.reverse(sale) is State.NOTHING_TO_REVERSE
    time.sleep(0.5 if fault == "delay_request" else 0)
    assert counter.booked(sale) == []


def test_a_reversal_waits_for_the_sale_that_is_under_way(counter: Counter) -> None:
    sale = reference()
    counter.acquirer.faults("delay", "sale", seconds=0.3)
    with pytest.raises(OutcomeInDoubt):
        counter.sale(sale, seconds=0.1)
    assert counter.reverse(sale) is State.REVERSED
    assert counter.booked(sale) == [("sale", "reversed")]


def test_two_registers_at_once_are_served_one_after_the_other(counter: Counter) -> None:
    sales = [reference() for _ in range(8)]
    threads = [threading.Thread(target=counter.sale, args=(sale,)) for sale in sales]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [counter.booked(sale) for sale in sales] == [[("sale", "approved")]] * 8


def test_two_requests_with_one_reference_charge_once(counter: Counter) -> None:
    sale = reference()
    answers: list[State] = []
    threads = [threading.Thread(target=lambda: answers.append(counter.sale(sale).state)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [State.APPROVED, *[State.DUPLICATE] * 3]
    assert counter.booked(sale) == [("sale", "approved")]


def test_a_void_is_done_once_and_answers_the_same(counter: Counter) -> None:
    sale, void = reference(), reference("VOID")
    counter.sale(sale)
    first, again = counter.void(sale, under=void), counter.void(sale, under=void)
    assert first.state is State.APPROVED
    assert first == again
    assert counter.booked(void) == [("void", "approved")]
    assert counter.void(sale).code == "22"
    assert counter.reverse(sale) is State.REVERSED


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "html", "wrong_echo", "error_after_effect"])
def test_a_void_without_a_reply_is_reversed_and_done_afresh(counter: Counter, fault: str) -> None:
    sale, void = reference(), reference("VOID")
    counter.sale(sale)
    counter.acquirer.faults(fault, "void")
    assert counter.void(sale, under=void).state is State.IN_DOUBT
    counter.acquirer.faults("lose_request", "reversal")
    assert counter.void(sale, under=void).state is State.IN_DOUBT
    assert counter.void(sale, under=void).state is State.APPROVED
    assert counter.booked(sale) == [("sale", "voided")]
    assert [state for _, state in counter.booked(void) if state == "approved"] == ["approved"]


def test_a_sale_whose_void_is_in_doubt_can_still_be_reversed(counter: Counter) -> None:
    sale, void = reference(), reference("VOID")
    counter.sale(sale)
    counter.acquirer.faults("lose_answer", "void")
    counter.void(sale, under=void)
    assert counter.reverse(sale) is State.REVERSED
    assert counter.booked(sale) + counter.booked(void) == [("sale", "reversed"), ("void", "reversed")]


@pytest.mark.parametrize(("amount", "code"), [(999, "64"), (1001, "64")])
def test_a_void_takes_the_whole_amount(counter: Counter, amount: int, code: str) -> None:
    sale = reference()
    counter.sale(sale)
    answer = counter.void(sale, amount)
    assert (answer.state, answer.code) == (State.DECLINED, code)


def test_nothing_is_voided_or_refunded_that_nobody_knows(counter: Counter) -> None:
    assert counter.void("NOBODY").code == "25"
    assert counter.refund("NOBODY").code == "25"


def test_refunds_in_parts_never_pass_the_sale_and_answer_the_same(counter: Counter) -> None:
    sale, refund = reference(), reference("REFUND")
    counter.sale(sale)
    first, again = counter.refund(sale, 400, refund), counter.refund(sale, 400, refund)
    assert first.state is State.APPROVED
    assert first == again
    assert counter.refund(sale, 601).code == "64"
    assert counter.refund(sale, 600).state is State.APPROVED
    assert counter.booked(refund) == [("refund", "approved")]


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "html", "wrong_echo", "error_after_effect"])
def test_a_refund_without_a_reply_is_repeated_under_its_trace(counter: Counter, fault: str) -> None:
    sale, refund = reference(), reference("REFUND")
    counter.sale(sale)
    counter.acquirer.faults(fault, "refund")
    assert counter.refund(sale, 400, refund).state is State.IN_DOUBT
    counter.acquirer.faults("lose_answer", "refund")
    assert counter.refund(sale, 400, refund).state is State.IN_DOUBT
    assert counter.refund(sale, 400, refund).state is State.APPROVED
    assert counter.booked(refund) == [("refund", "approved")]


def test_an_open_refund_is_finished_before_the_next_sale(counter: Counter) -> None:
    sale, refund = reference(), reference("REFUND")
    counter.sale(sale)
    counter.acquirer.faults("lose_request", "refund")
    assert counter.refund(sale, 400, refund).state is State.IN_DOUBT
    assert counter.booked(refund) == []
    counter.sale(reference())
    assert counter.booked(refund) == [("refund", "approved")]


def test_a_refund_at_another_terminal_goes_by_the_acquirers_number(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        here = Counter(sandbox)
        there = Counter(sandbox, "00010002", here.acquirer)
        order = reference()
        sale = here.sale(order)
        original = OriginalSale(order, sale.rrn, sale.batch, sale.trace, sale.settlement_date)
        assert there.link.void(reference("VOID"), original, 1000, seconds=3).code == "25"
        assert there.link.refund(reference("REFUND"), original, 400, seconds=3).state is State.APPROVED
        assert here.refund(order, 601).code == "64"


def test_a_session_key_that_became_worthless_is_replaced_and_everything_done_once(counter: Counter) -> None:
    refunded, voided, refund = reference(), reference(), reference("REFUND")
    for sale in (refunded, voided):
        sign_in_elsewhere(counter)
        assert counter.sale(sale).state is State.APPROVED
        assert counter.booked(sale) == [("sale", "approved")]
    sign_in_elsewhere(counter)
    assert counter.refund(refunded, 100, refund).state is State.APPROVED
    assert counter.booked(refund) == [("refund", "approved")]
    sign_in_elsewhere(counter)
    assert counter.void(voided).state is State.APPROVED
    assert counter.booked(voided) == [("sale", "voided")]


def sign_in_elsewhere(counter: Counter) -> None:
    """Another device signs in under the terminal's number, which makes the terminal's key worthless."""
    identity = Identity(counter.number, "898310048160001")
    message = identity.administrative("0800", Administrative.SIGN_IN, "000001", "999999")
    assert AcquirerLine(counter.acquirer.host, counter.acquirer.port, 2).exchange(message, None).get(39) == "00"


def test_without_a_line_nothing_is_sent_and_the_same_reference_may_come_again(fresh: Counter) -> None:
    fresh.link.status(seconds=3)
    fresh.acquirer.kill()
    sale = reference()
    with pytest.raises(NothingSent):
        fresh.sale(sale)
    with pytest.raises(NothingSent):
        fresh.link.status(seconds=3)
    fresh.acquirer.restart()
    assert fresh.sale(sale).state is State.APPROVED


def test_a_wrong_secret_is_refused_without_effect(counter: Counter) -> None:
    sale = reference()
    with pytest.raises(LinkRefused):
        TerminalLink(counter.terminal.url, "another").sale(sale, 1000, seconds=3)
    assert counter.booked(sale) == []


@pytest.mark.parametrize("wrong", ["", "a b", "订单", "x" * 41, "1\n2"])
def test_a_reference_that_the_line_cannot_carry_does_not_hang_in_the_journal(counter: Counter, wrong: str) -> None:
    for act in (counter.sale, counter.reverse, counter.void, lambda under: counter.link.settle(under, seconds=3)):
        with pytest.raises(OutcomeInDoubt, match="400"):
            act(wrong)
    with pytest.raises(OutcomeInDoubt, match="400"):
        counter.link.refund(reference(), OriginalSale("ORDER", rrn=wrong or "1"), 1, seconds=3)
    assert counter.sale(reference()).state is State.APPROVED


def test_a_balanced_settlement(fresh: Counter) -> None:
    one, two = reference(), reference()
    fresh.sale(one, 1000)
    fresh.sale(two, 500)
    fresh.sale(reference(), 151)
    fresh.void(one)
    fresh.refund(two, 200)
    settled = fresh.settle("S-1")
    assert settled == SettledBatch("000001", 1500, 2, 1200, 2, balanced=True)
    assert fresh.settle("S-1") == settled
    assert fresh.settle("S-2") == SettledBatch("000002", 0, 0, 0, 0, balanced=True)
    assert fresh.sale(reference()).batch == "000003"
    assert fresh.void(two, 500).code == "25"
    assert fresh.link.reverse(reference(), two, 500, seconds=3).state is State.DECLINED
    assert fresh.refund(two, 300).state is State.APPROVED


@pytest.mark.parametrize("operation", ["settle", "end_upload"])
@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "html", "error_after_effect", "wrong_echo"])
def test_a_settlement_that_breaks_off_is_finished_with_the_same_answer(
    counter: Counter, operation: str, fault: str
) -> None:
    counter.settle()
    counter.sale(reference(), 700)
    counter.acquirer.faults(fault, operation)
    settlement = reference("SETTLE")
    assert counter.unsettled(settlement) is State.IN_DOUBT
    settled = counter.settle(settlement)
    assert (settled.debit, settled.debit_count, settled.credit, settled.balanced) == (700, 1, 0, True)
    assert counter.settle(settlement) == settled
    assert counter.sale(reference()).batch > settled.batch


def test_an_open_settlement_is_finished_before_the_next_sale(counter: Counter) -> None:
    counter.acquirer.faults("lose_answer", "settle")
    settlement = reference("SETTLE")
    assert counter.unsettled(settlement) is State.IN_DOUBT
    assert counter.sale(reference()).state is State.APPROVED
    assert counter.settle(settlement).balanced


def test_an_unbalanced_batch_is_uploaded(fresh: Counter, tmp_path: Path) -> None:
    sales = [reference() for _ in range(11)]
    for sale in sales:
        fresh.sale(sale)
    fresh.refund(sales[0], 100)
    fresh.acquirer.kill()
    lose_from_books(tmp_path / "acquirer" / "acquirer.sqlite", sales[3])
    fresh.acquirer.restart()
    assert fresh.settle() == SettledBatch("000001", 10_000, 10, 100, 1, balanced=False)
    findings = [row["finding"] for row in fresh.acquirer.books()["uploads"]]
    assert (findings.count("same"), findings.count("only at the terminal")) == (11, 1)
    assert fresh.sale(reference()).batch == "000002"


def lose_from_books(file: Path, sale: str) -> None:
    """What no stand-in does by itself: a transaction disappears at the acquirer."""
    database = sqlite3.connect(file)
    with database:
        database.execute("DELETE FROM transactions WHERE reference = ?", (sale,))
    database.close()


def test_a_killed_terminal_reverses_what_it_had_sent(fresh: Counter) -> None:
    sale = reference()
    fresh.acquirer.faults("delay", "sale", seconds=0.3)
    doubts: list[str] = []
    doubt = threading.Thread(target=lambda: doubts.append(outcome(fresh, sale)))
    doubt.start()
    fresh.wait_until_booked(sale)
    fresh.terminal.kill()
    doubt.join()
    assert doubts == ["unknown"]
    fresh.terminal.restart()
    assert fresh.sale(reference()).state is State.APPROVED
    assert fresh.booked(sale) == [("sale", "reversed")]
    assert fresh.reverse(sale) is State.REVERSED
    assert fresh.sale(sale).state is State.DUPLICATE


def test_a_killed_acquirer_leaves_a_doubt_that_is_reversed_when_it_is_back(fresh: Counter) -> None:
    sale = reference()
    fresh.acquirer.faults("delay", "sale", seconds=0.3)
    answers: list[State] = []
    asking = threading.Thread(target=lambda: answers.append(fresh.sale(sale).state))
    asking.start()
    fresh.wait_until_booked(sale)
    fresh.acquirer.kill()
    asking.join()
    assert answers == [State.IN_DOUBT]
    assert fresh.reverse(sale) is State.IN_DOUBT
    fresh.acquirer.restart()
    assert fresh.booked(sale) == [("sale", "approved")]
    assert fresh.reverse(sale) is State.REVERSED
    assert fresh.booked(sale) == [("sale", "reversed")]


def outcome(counter: Counter, sale: str) -> str:
    """What the register knows after one sale: approved, declined, nothing, unknown."""
    try:
        state = counter.sale(sale).state
    except NothingSent:
        return "nothing"
    except LinkError:
        return "unknown"
    return {State.APPROVED: "approved", State.DECLINED: "declined"}.get(state, "unknown")


@pytest.mark.crash
def test_kills_at_any_moment_leave_exactly_the_sales_that_the_register_knows_of(fresh: Counter) -> None:
    chance, end = random.Random(7), threading.Event()
    known: dict[str, str] = {}

    def register() -> None:
        while not end.is_set():
            sale = reference()
            known[sale] = outcome(fresh, sale)
            # Without a line there are hundreds of refusals in a moment, and nothing to learn from the rest.
            time.sleep(0.02 if known[sale] == "nothing" else 0)

    selling = threading.Thread(target=register)
    selling.start()
    for _ in range(10):
        time.sleep(chance.uniform(0.02, 0.15))
        chance.choice([fresh.terminal, fresh.acquirer]).restart()
    end.set()
    selling.join()
    for sale in [sale for sale, state in known.items() if state == "unknown"]:
        assert fresh.reverse(sale) in (State.REVERSED, State.NOTHING_TO_REVERSE)
    standing = [row["reference"] for row in fresh.acquirer.books()["transactions"] if row["state"] == "approved"]
    approved = [sale for sale, state in known.items() if state == "approved"]
    assert standing == approved
    assert fresh.settle().balanced
    assert {"approved", "unknown"} <= set(known.values())


def test_a_settlement_survives_a_kill_of_the_terminal(fresh: Counter) -> None:
    fresh.sale(reference(), 700)
    fresh.acquirer.faults("lose_answer", "end_upload")
    assert fresh.unsettled("S-1") is State.IN_DOUBT
    with pytest.raises(NothingSent):
        fresh.acquirer.faults("lose_answer", "end_upload")
        fresh.unsettled("S-2")
    fresh.terminal.kill()
    fresh.terminal.restart()
    assert fresh.settle("S-1") == SettledBatch("000001", 700, 1, 0, 0, balanced=True)
    assert fresh.sale(reference()).batch == "000002"


def test_journal_and_books_agree_after_everything(counter: Counter) -> None:
    """Runs on what the other tests left behind; alone it has little to compare."""
    counter.settle()
    theirs = {
        (row["batch"], row["trace"]): (row["kind"], row["amount"], row["reference"])
        for row in counter.acquirer.books()["transactions"]
        if row["state"] in ("approved", "voided")
    }
    ours = {
        (row["batch"], row["trace"]): (row["kind"], row["amount"], row["reference"])
        for row in counter.journal()
        if row["state"] in ("approved", "voided")
    }
    assert ours == theirs


def test_no_card_number_is_in_any_file_answer_or_output(fresh: Counter, tmp_path: Path) -> None:
    sales = [reference() for _ in range(6)]
    for number, sale in enumerate(sales):
        if number % 2:
            fresh.acquirer.faults("lose_answer", "sale")
        fresh.sale(sale)
    fresh.void(sales[0])
    fresh.refund(sales[2], 100)
    fresh.reverse(sales[4])
    fresh.settle()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    kept += repr((fresh.acquirer.books(), fresh.terminal.books())).encode()
    assert card_for(sales[0])[:6].encode() in kept
    for sale in sales:
        number = card_for(sale)
        for trace in (number.encode(), number[6:-4].encode(), bytes.fromhex(number + "0"), bytes.fromhex("0" + number)):
            assert trace not in kept
