"""The rules that an earlier prototype needed to lose and double nothing, each on both engines.

Fences and leases, when a "not found" counts, what an exception does, and what a success does that comes too late.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from doubles import Acquirer, BillOffice, Step
from houses import FAST, Furnished, furnish
from jiedao.checkout import payment
from jiedao.checkout.checkout import Begun, Paying
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, NotFound, OutcomeUnknown, Pending, Unavailable
from jiedao.language import Text
from jiedao.operations.policy import Patience, Policy
from postgres_server import Database

SHORT = Patience(deadline=0.3, sends=3, gives_up=False)
IMPATIENT = replace(
    FAST,
    lease_margin=0.4,
    by_hook=dict.fromkeys(FAST.by_hook, SHORT) | {"payment_start": replace(SHORT, sends=1, gives_up=True)},
)
"""A lease of 0.7 seconds."""
LOST = Step(answer=OutcomeUnknown("the line was cut"))
NOTHING_SENT = Step(effect=False, answer=Unavailable("no line"))
NO = Declined(Text.same("no"), "51")

Furnish = Callable[..., Furnished]


@pytest.fixture
def street(database: Database, tmp_path: Path) -> Iterator[Furnish]:
    """Furnish a street on the engine of the test, with a shift open at T1."""
    houses = []

    def make(**options: Any) -> Furnished:
        made = furnish(database.url, tmp_path, **options)
        houses.append(made.house)
        made.open_shift()
        return made

    yield make
    for house in houses:
        house.close()


def card_visit(made: Furnished, **more: Any) -> Begun:
    return made.visit([made.bill("WATER", "0012")], card=5012, **more)


def state_of(made: Furnished, begun: Begun) -> str:
    return made.attempt(begun.attempt).order_state


def only(made: Furnished, hook: str) -> Any:
    """The only operation of a hook."""
    (row,) = [row for row in made.operations() if row.hook == hook]
    return row


@contextmanager
def in_thread(act: Callable[[], Any]) -> Iterator[None]:
    """Do something meanwhile; it has ended when the block has."""
    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join()


# fence and lease


def test_two_workers_send_nothing_twice(street: Furnish) -> None:
    made = street()
    made.biller.will("biller_pay", *[NOTHING_SENT] * 12)
    for number in range(12):
        made.house.operations.drive(made.visit([made.bill("WATER", f"{number:04d}")], card=5000 + number).planned)
    workers = [threading.Thread(target=made.resolve) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(made.biller.booked) == len({operation for operation, _ in made.biller.booked}) == 12
    assert made.faults() == []


def test_a_worker_that_slept_through_its_lease_writes_nothing(street: Furnish, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first worker's answer comes after another has asked, learnt the outcome and gone on."""
    made = street(policy=IMPATIENT)
    asleep, awake = threading.Event(), threading.Event()

    def sleep() -> None:
        asleep.set()
        awake.wait(10)

    begun = card_visit(made)
    real, calls = made.house.registry.call, []

    def call(hook: str, request: Any) -> Any:
        answer = real(hook, request)
        if hook == "biller_pay" and not calls:
            calls.append(hook)
            sleep()
        return answer

    monkeypatch.setattr(made.house.registry, "call", call)
    with in_thread(lambda: made.house.operations.drive(begun.planned)):
        asleep.wait(10)
        made.resolve()
        before = only(made, "biller_pay")
        receipts = made.rows("receipt")
        awake.set()
    assert state_of(made, begun) == "paid"
    after = only(made, "biller_pay")
    assert (after.fence, after.state, after.outcome) == (before.fence, before.state, before.outcome)
    assert after.fence > 1
    assert made.rows("receipt") == receipts
    assert len(made.biller.booked) == 1
    assert made.faults() == []


def test_an_intent_that_waited_too_long_is_not_sent_by_the_one_who_had_it(street: Furnish) -> None:
    """A process that is frozen between intent and call must look whether the act is still its own."""
    made = street(policy=IMPATIENT)
    begun = card_visit(made)
    time.sleep(IMPATIENT.lease("payment_start") + 0.1)
    made.house.operations.resolve_due(made.street)
    made.house.operations.drive(begun.planned)
    assert made.acquirer.sent("payment_start") == []
    assert made.acquirer.sent("payment_query") == [begun.planned[0].id]
    made.resolve()
    assert state_of(made, begun) == "open"
    assert made.faults() == []


def test_operations_taken_together_are_not_sent_when_their_lease_is_over(
    street: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One act that hangs must not make the worker send the next one, which another has taken over meanwhile."""
    made = street(policy=replace(IMPATIENT, first=0.001), biller=BillOffice(settling=0))
    made.biller.will("biller_pay", NOTHING_SENT, NOTHING_SENT)
    for number in (1, 2):
        made.house.operations.drive(made.visit([made.bill("WATER", f"{number:04d}")], card=5000 + number).planned)
    hanging = threading.Event()
    first: list[str] = []
    real = made.house.registry.call

    def call(hook: str, request: Any) -> Any:
        if hook == "biller_pay" and not first:
            first.append(request.operation)
            hanging.set()
            time.sleep(IMPATIENT.lease(hook) + 1.0)
        return real(hook, request)

    monkeypatch.setattr(made.house.registry, "call", call)
    time.sleep(0.05)
    with in_thread(lambda: made.house.operations.resolve_due(made.street)):
        hanging.wait(10)
        time.sleep(IMPATIENT.lease("biller_pay"))
        made.resolve()
    second = [operation for operation, _ in made.biller.booked if operation != first[0]]
    assert len(second) == 1
    assert made.faults() == []


# when "not found" counts


def test_not_found_proves_nothing_before_longest_call_and_settling_time(street: Furnish) -> None:
    """A biller that books late and does not de-duplicate would be paid twice by anyone who believed it at once."""
    made = street(policy=IMPATIENT, biller=BillOffice(settling=0.6))
    begun = card_visit(made)

    late: list[threading.Timer] = []

    def book_late() -> None:
        (paying,) = made.biller.sent("biller_pay")
        late.append(threading.Timer(0.9, made.biller.booked.append, ((paying, 5012),)))
        late[0].start()

    made.biller.will("biller_pay", Step(effect=False, answer=OutcomeUnknown("lost"), before=book_late))
    made.finish(begun)
    late[0].join()
    assert "biller_query" in [hook for hook, _ in made.biller.calls]
    assert len(made.biller.booked) == 1
    assert state_of(made, begun) == "paid"


def test_a_payment_that_never_arrived_is_sent_again_only_after_that_time(street: Furnish) -> None:
    made = street(policy=IMPATIENT, biller=BillOffice(settling=0.5))
    made.biller.will("biller_pay", Step(effect=False, answer=OutcomeUnknown("lost on the way")))
    begun = card_visit(made)
    started = time.monotonic()
    made.finish(begun)
    assert time.monotonic() - started >= 0.3 + 0.5 + 0.5
    assert len(made.biller.sent("biller_pay")) == 2
    assert len(made.biller.booked) == 1
    assert state_of(made, begun) == "paid"


def test_what_the_biller_took_and_then_does_not_know_is_for_a_person(street: Furnish) -> None:
    """It said that it took the payment: sending it again could pay it twice, however long ago that was."""
    made = street(policy=IMPATIENT)
    made.biller.will("biller_pay", Step(effect=False, answer=Pending("B1")))
    made.biller.will("biller_query", *[Step(answer=NotFound())] * 50)
    begun = card_visit(made)
    made.finish(begun)
    assert only(made, "biller_pay").state == "review"
    assert len(made.biller.sent("biller_pay")) == 1


def test_pending_is_asked_for_and_never_sent_again(street: Furnish) -> None:
    made = street(policy=IMPATIENT)
    made.biller.will("biller_pay", Step(answer=Pending("B1")))
    made.biller.will("biller_query", *[Step(answer=Pending("B1"))] * 8)
    begun = card_visit(made)
    made.finish(begun)
    assert (len(made.biller.sent("biller_pay")), len(made.biller.sent("biller_query"))) == (1, 9)
    assert state_of(made, begun) == "paid"


# how an unknown is resolved, by what the plugin declares


@pytest.mark.parametrize(
    ("recovery", "order", "taken", "hooks"),
    [
        (Recovery.QUERY, "paid", 5012, ["payment_start", "payment_query"]),
        (Recovery.RESEND, "paid", 5012, ["payment_start", "payment_start"]),
        (Recovery.REVERSE, "open", 0, ["payment_start", "payment_reverse"]),
        (Recovery.NONE, "paying", 5012, ["payment_start"]),
    ],
)
def test_a_lost_answer_of_the_acquirer(
    street: Furnish, recovery: Recovery, order: str, taken: int, hooks: list[str]
) -> None:
    made = street(acquirer=Acquirer(recovery))
    made.acquirer.will("payment_start", LOST)
    begun = card_visit(made)
    made.finish(begun)
    assert [hook for hook, _ in made.acquirer.calls] == hooks
    assert (state_of(made, begun), made.acquirer.balance) == (order, taken)
    assert (only(made, "payment_start").state == "review") == (recovery is Recovery.NONE)
    assert made.faults() == []


def test_a_reversal_is_repeated_until_it_is_acknowledged(street: Furnish) -> None:
    made = street(acquirer=Acquirer(Recovery.REVERSE))
    made.acquirer.will("payment_start", LOST)
    made.acquirer.will("payment_reverse", *[Step(answer=OutcomeUnknown("still no line"))] * 3)
    begun = card_visit(made)
    made.finish(begun)
    assert len(set(made.acquirer.sent("payment_reverse"))) == 1
    assert len(made.acquirer.sent("payment_reverse")) == 4
    assert (state_of(made, begun), made.acquirer.balance) == ("open", 0)


def test_a_payment_that_certainly_was_not_sent_is_not_tried_behind_the_residents_back(street: Furnish) -> None:
    made = street()
    made.acquirer.will("payment_start", NOTHING_SENT)
    begun = card_visit(made)
    made.finish(begun)
    assert len(made.acquirer.calls) == 1
    assert state_of(made, begun) == "open"


def test_unavailable_after_a_call_that_may_have_arrived_proves_nothing(street: Furnish) -> None:
    """The second sending says "nothing was sent"; the first may have been."""
    made = street(acquirer=Acquirer(Recovery.RESEND))
    made.acquirer.will("payment_start", LOST, NOTHING_SENT)
    begun = card_visit(made)
    made.finish(begun)
    assert len(made.acquirer.sent("payment_start")) == 3
    assert (state_of(made, begun), made.acquirer.balance) == ("paid", 5012)


# only a definite refusal undoes the tenders


def test_an_unknown_of_the_biller_never_gives_the_card_money_back(street: Furnish) -> None:
    made = street()
    made.biller.will("biller_pay", Step(answer=OutcomeUnknown("?")))
    made.biller.will("biller_query", *[Step(answer=OutcomeUnknown("?"))] * 10)
    begun = card_visit(made)
    made.finish(begun)
    assert only(made, "biller_pay").state == "review"
    assert made.acquirer.balance == 5012
    assert made.acquirer.undone == {}


def test_a_definite_refusal_of_the_biller_gives_everything_back(street: Furnish) -> None:
    made = street()
    made.give_points(1000)
    made.biller.will("biller_pay", Step(effect=False, answer=NO))
    begun = made.visit([made.bill("WATER", "0012")], points=1000, cash=1000, card=3012)
    made.finish(begun)
    assert (state_of(made, begun), made.acquirer.balance, made.balance("1101:h1:T1")) == ("refused", 0, 20_000)
    (points,) = made.rows("points_account")
    assert (points.active, points.held) == (1000, 0)
    assert made.faults() == []


# late success


def test_a_success_that_arrives_after_it_was_given_up_is_given_back_visibly(street: Furnish) -> None:
    made = street(policy=replace(IMPATIENT, late_looks=(1.2, 1.6)))
    made.acquirer.will("payment_start", Step(answer=OutcomeUnknown("lost")))
    made.acquirer.will("payment_query", *[Step(answer=NotFound())] * 2)
    begun = card_visit(made)
    made.finish(begun)
    while made.attempt(begun.attempt).state != "refused":
        made.resolve()
    seen = _wait_for(made, lambda: made.acquirer.undone)
    assert seen, "nobody looked again"
    made.resolve()
    assert made.acquirer.balance == made.balance("1110:card") == 0
    assert "late_success" in [row.event for row in made.rows("attempt_event")]
    assert state_of(made, begun) == "open"
    assert made.faults() == []


def test_a_late_success_of_an_earlier_try_leaves_the_next_try_alone(street: Furnish) -> None:
    """The order is being paid again when the first card payment turns up: its bills stay locked for the second."""
    made = street(policy=replace(IMPATIENT, late_looks=(1.2, 1.6)))
    made.acquirer.will("payment_start", Step(answer=OutcomeUnknown("lost")))
    made.acquirer.will("payment_query", *[Step(answer=NotFound())] * 2)
    begun = made.visit([made.bill("WATER", "0012"), made.bill("ELEC", "0012")], card=10_024)
    made.finish(begun)
    made.biller.will("biller_pay", Step(effect=False, answer=NO), Step(answer=Pending("B")))
    made.biller.will("biller_query", *[Step(answer=Pending("B"))] * 5000)
    again = made.house.checkout.pay(made.operator, begun.order, [Paying("cash", 10_024, "cash")], surplus=False)
    made.house.operations.drive(again.planned)
    locks = len(made.rows("bill_lock"))
    assert _wait_for(made, lambda: made.acquirer.undone)
    assert (state_of(made, again), len(made.rows("bill_lock"))) == ("paying", locks)
    assert made.acquirer.balance == 0


def _wait_for(made: Furnished, what: Callable[[], Any], seconds: float = 8.0) -> Any:
    """Be the worker until something is seen."""
    end = time.monotonic() + seconds
    while not (seen := what()) and time.monotonic() < end:
        made.house.operations.resolve_due(made.street)
        time.sleep(0.02)
    return seen


# what nobody foresaw


def test_an_unexpected_exception_ends_with_a_person_and_not_in_a_loop(
    street: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = street(
        # A lease that a busy machine does not outlast: what is written under a lost one is dropped, and raises nothing.
        policy=Policy(first=0.001, lease_margin=0.5, by_hook=dict.fromkeys(FAST.by_hook, Patience(0.05, 1, False)))
    )
    made.acquirer.will("payment_start", Step(answer=OutcomeUnknown("lost")))
    begun = card_visit(made)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a mistake in the platform")

    monkeypatch.setattr(made.house.checkout, "settled", broken)
    with pytest.raises(ZeroDivisionError):
        made.house.operations.drive(begun.planned)
    assert _wait_for(made, lambda: only(made, "payment_start").state == "review")
    parked = only(made, "payment_start")
    assert (parked.state, parked.due_at, parked.tries) == ("review", None, 5)
    assert "the platform failed" in parked.reason
    assert made.house.operations.resolve_due(made.street) == 0


def test_a_plugin_that_breaks_is_an_unknown(street: Furnish) -> None:
    made = street()
    made.biller.will("biller_pay", Step(answer=KeyError("a bug in the plugin")))
    begun = card_visit(made)
    made.finish(begun)
    assert (state_of(made, begun), len(made.biller.booked)) == ("paid", 1)


# what goes into the transaction that sets the final state


def test_final_state_receipt_postings_and_points_are_one_transaction(street: Furnish) -> None:
    """When the receipt cannot be written, nothing of the end is there; done again, everything is, once."""
    made = street()
    begun = card_visit(made)

    def fails(*_: Any) -> None:
        raise ZeroDivisionError("no receipt")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payment, "issue", fails)
        with pytest.raises(ZeroDivisionError):
            made.house.operations.drive(begun.planned)
    assert state_of(made, begun) == "paying"
    assert (list(made.rows("receipt")), list(made.rows("lot")), made.balance("2101:WATER")) == ([], [], 0)
    made.resolve()
    assert state_of(made, begun) == "paid"
    assert (len(made.rows("receipt")), len(made.rows("lot")), made.balance("2101:WATER")) == (1, 1, -5012)
    assert len(made.biller.booked) == 1
    assert made.faults() == []
