"""Every edge of the attempt's graph is walked through the counter's own verbs, and no other edge exists.

Each walk says which events it leads to; the union of all walks is compared with the graph, so an edge that nobody
walks fails here, and so does one that was added without a walk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from core_counter import Counter
from core_doubles import NO, acknowledged, slip, taken

from jiedao.checkout.checkout import Begun, Paying
from jiedao.checkout.graph import EDGES, FINAL, At, Event, NoSuchEdge, as_mermaid, follow
from jiedao.hookspecs.outcomes import OutcomeUnknown, Unavailable
from jiedao.operations.model import News, Operation
from jiedao.operations.model import State as Op
from jiedao.operations.review import unresolved

LOST = OutcomeUnknown("the line was cut")
DOWN = Unavailable("no line")
CASH = Paying("cash", 1000, "cash")
CARD = Paying("card", 9000, "pos")
Walk = Callable[[Counter], Begun]
WALKS: dict[Walk, str] = {}


def walk(path: str) -> Callable[[Walk], Walk]:
    """A visit or a refund, and the events of its attempt, with ``event*2`` for two in a row."""

    def note(play: Walk) -> Walk:
        WALKS[play] = path
        return play

    return note


def events(path: str) -> list[Event]:
    """The events of a path."""
    found = []
    for word in path.split():
        name, _, times = word.partition("*")
        found += [Event(name)] * int(times or 1)
    return found


def edges(path: str) -> list[tuple[At, Event]]:
    """The edges of a path."""
    told = events(path)
    at = At.ASKING if told[0] in REFUNDING else At.COLLECTING
    walked = []
    for event in told:
        walked.append((at, event))
        at = follow(at, event)
    return walked


REFUNDING = {Event.CANCELLED, Event.CANCEL_REFUSED, Event.LINE_IN_DOUBT, Event.NEEDS_PERSON}
"""How a refund can begin; a payment begins with a tender. The walk of a payment that needs a person at once says so
with a tender that was taken before."""


def bill(counter: Counter, amount: int = 9000, hub: str = "hub") -> Any:
    return counter.bill("ELEC", amount, hub=hub)


def two(counter: Counter, hub: str = "hub") -> list[Any]:
    return [counter.bill("ELEC", 9000, hub=hub), counter.bill("WATER", 1000, hub=hub)]


# payments: tenders


@walk("tender_taken*2 collected line_paid all_paid")
def all_well(counter: Counter) -> Begun:
    return counter.visit(bill(counter, 10_000), CASH, CARD)


@walk("tender_in_doubt tender_taken collected line_paid all_paid")
def card_found_by_asking(counter: Counter) -> Begun:
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(bill(counter), CARD)
    counter.plugins["pos"].will("payment_query", slip)
    counter.resolve()
    return begun


@walk("tender_refused all_returned")
def card_declined(counter: Counter) -> Begun:
    counter.plugins["pos"].will("payment_start", NO)
    return counter.visit(bill(counter), CARD)


@walk("tender_taken needs_person tender_taken collected line_paid all_paid")
def card_nobody_can_ask(counter: Counter) -> Begun:
    counter.plugins["mute"].will("payment_start", LOST)
    begun = counter.visit(bill(counter, 10_000), CASH, Paying("card", 9000, "mute"))
    counter.decide("payment_start", Op.SUCCEEDED)
    return begun


@walk("tender_taken needs_person tender_refused given_back all_returned")
def person_says_not_taken(counter: Counter) -> Begun:
    counter.plugins["mute"].will("payment_start", LOST)
    begun = counter.visit(bill(counter, 10_000), CASH, Paying("card", 9000, "mute"))
    counter.decide("payment_start", Op.DECLINED)
    return begun


@walk("tender_in_doubt*2 tender_refused all_returned")
def card_decides_later(counter: Counter) -> Begun:
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(bill(counter), CARD)
    counter.plugins["pos"].will("payment_query", taken, NO)
    counter.resolve()
    counter.resolve()
    return begun


@walk("tender_in_doubt tender_given_up tender_reversed all_returned")
def card_given_up(counter: Counter) -> Begun:
    counter.plugins["pos"].will("payment_start", taken)
    begun = counter.visit(bill(counter), CARD)
    counter.house.operations.drive(counter.house.checkout.give_up(counter.me, begun.order).planned)
    return begun


@walk("tender_in_doubt tender_reversed all_returned")
def card_reversed(counter: Counter) -> Begun:
    counter.plugins["reversing"].will("payment_start", LOST)
    return counter.visit(bill(counter), Paying("card", 9000, "reversing"))


@walk("tender_in_doubt needs_person tender_in_doubt tender_taken collected line_paid all_paid")
def card_in_review_decides_later(counter: Counter) -> Begun:
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(bill(counter), CARD)
    counter.tire("payment_start")
    counter.plugins["pos"].will("payment_query", LOST, taken, slip)
    for _ in range(3):
        counter.resolve()
    return begun


@walk("tender_in_doubt needs_person tender_reversed all_returned")
def reversal_seen_by_a_person(counter: Counter) -> Begun:
    counter.plugins["reversing"].will("payment_start", LOST)
    counter.plugins["reversing"].will("payment_reverse", LOST)
    begun = counter.visit(bill(counter), Paying("card", 9000, "reversing"))
    counter.decide("payment_reverse", Op.SUCCEEDED)
    return begun


@walk("tender_in_doubt needs_person*2")
def review_twice(counter: Counter) -> Begun:
    """No plugin leads here today; the edge keeps a second report of the same trouble from being a mistake."""
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(bill(counter), CARD)
    for why in ("first", "second"):
        tell(counter, begun, News(Op.REVIEW, code=why))
    return begun


def tell(counter: Counter, begun: Begun, news: News) -> None:
    """Give the room news of its only open operation by hand."""
    with counter.read() as tx:
        (row,) = [row for row in unresolved(tx) if row.subject == begun.attempt]
    counter.house.store.retrying(row.street, lambda tx: counter.house.checkout.settled(tx, Operation.of(row), news))


@walk("tender_in_doubt tender_refused all_returned late_success given_back all_returned")
def card_comes_late(counter: Counter) -> Begun:
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(bill(counter), CARD)
    counter.resolve()
    counter.plugins["pos"].will("payment_query", slip)
    counter.resolve()
    return begun


@walk(
    "tender_taken tender_in_doubt tender_refused return_in_doubt late_success given_back return_refused "
    "given_back all_returned"
)
def card_comes_late_while_another_goes_back(counter: Counter) -> Begun:
    pos = counter.plugins["pos"]
    pos.will("payment_start", slip, LOST)
    pos.will("payment_void", DOWN)
    begun = counter.visit(bill(counter, 18_000), CARD, CARD)
    counter.resolve()
    assert counter.state(begun) is At.RETURNING
    pos.will("payment_query", slip)
    counter.tell_late(begun)
    pos.will("payment_void", NO)
    pos.will("payment_refund", NO)
    counter.resolve()
    counter.house.checkout.hand_over(counter.accountant, begun.attempt, begun.attempt, 1, "cash")
    return begun


@walk("tender_taken tender_refused needs_person given_back all_returned")
def void_nobody_can_ask(counter: Counter) -> Begun:
    pos = counter.plugins["pos"]
    pos.will("payment_start", slip, NO)
    pos.will("payment_void", LOST)
    begun = counter.visit(bill(counter, 18_000), CARD, CARD)
    counter.decide("payment_void", Op.SUCCEEDED)
    return begun


# payments: lines


@walk("tender_taken collected line_refused none_paid given_back all_returned")
def biller_declines(counter: Counter) -> Begun:
    counter.plugins["hub"].will("biller_pay", NO)
    return counter.visit(bill(counter), CARD)


@walk("tender_taken collected line_in_doubt all_told line_paid all_paid")
def line_found_by_asking(counter: Counter) -> Begun:
    hub = counter.plugins["hub"]
    hub.will("biller_pay", LOST)
    begun = counter.visit(bill(counter), CARD)
    hub.will("biller_query", acknowledged)
    counter.resolve()
    return begun


@walk("tender_taken collected line_in_doubt needs_person line_paid all_paid")
def line_nobody_can_ask(counter: Counter) -> Begun:
    counter.plugins["silent"].will("biller_pay", LOST)
    begun = counter.visit(bill(counter, hub="silent"), CARD)
    counter.decide("biller_pay", Op.SUCCEEDED)
    return begun


@walk("tender_taken collected line_in_doubt needs_person line_refused none_paid given_back all_returned")
def person_says_not_booked(counter: Counter) -> Begun:
    counter.plugins["silent"].will("biller_pay", LOST)
    begun = counter.visit(bill(counter, hub="silent"), CARD)
    counter.decide("biller_pay", Op.DECLINED)
    return begun


@walk("tender_taken collected line_in_doubt all_told line_in_doubt line_refused none_paid given_back all_returned")
def biller_decides_later(counter: Counter) -> Begun:
    hub = counter.plugins["hub"]
    hub.will("biller_pay", LOST)
    begun = counter.visit(bill(counter), CARD)
    hub.will("biller_query", taken, NO)
    counter.resolve()
    counter.resolve()
    return begun


@walk(
    "tender_taken*2 collected line_in_doubt*2 all_told needs_person*2 line_in_doubt line_paid needs_person "
    "line_paid all_paid"
)
def two_billers_in_review(counter: Counter) -> Begun:
    hub = counter.plugins["hub"]
    hub.will("biller_pay", LOST, LOST)
    begun = counter.visit(two(counter), CARD, CASH)
    counter.tire("biller_pay")
    hub.will("biller_query", LOST, LOST)
    counter.resolve()
    hub.will("biller_query", taken, LOST)
    counter.resolve()
    first = counter.attempt(begun).lines[1].operation
    hub.will("biller_query", acknowledged, acknowledged)
    counter.house.operations.ask_now(counter.me.street, first)
    counter.resolve()
    return begun


@walk("tender_taken*2 collected line_paid line_refused some_refused given_back all_returned")
def one_of_two_declined(counter: Counter) -> Begun:
    counter.plugins["hub"].will("biller_pay", acknowledged, NO)
    return counter.visit(two(counter), CARD, CASH)


@walk(
    "tender_taken collected line_refused line_paid some_refused return_in_doubt needs_person return_refused "
    "given_back all_returned"
)
def part_goes_back_by_hand(counter: Counter) -> Begun:
    counter.plugins["hub"].will("biller_pay", NO)
    counter.plugins["mute"].will("payment_refund", DOWN, LOST)
    begun = counter.visit(two(counter), Paying("card", 10_000, "mute"))
    counter.resolve()
    counter.decide("payment_refund", Op.DECLINED)
    counter.house.checkout.hand_over(counter.accountant, begun.attempt, begun.attempt, 1, "credit")
    return begun


# payments: reservations

HELD = Paying("card", 9000, "holding")


@walk("tender_taken collected line_paid to_capture captured all_paid")
def reservation_taken(counter: Counter) -> Begun:
    return counter.visit(bill(counter), HELD)


@walk("tender_taken collected line_paid line_refused to_capture captured given_back some_refused all_returned")
def reservation_taken_in_part(counter: Counter) -> Begun:
    counter.plugins["hub"].will("biller_pay", acknowledged, NO)
    return counter.visit(two(counter), Paying("card", 10_000, "holding"))


@walk(
    "tender_taken*2 collected line_paid line_refused to_capture capture_in_doubt return_in_doubt return_refused "
    "given_back captured some_refused all_returned"
)
def another_card_goes_back_while_a_capture_is_in_doubt(counter: Counter) -> Begun:
    counter.plugins["hub"].will("biller_pay", acknowledged, NO)
    counter.plugins["holding"].will("payment_capture", LOST, LOST)
    counter.plugins["pos"].will("payment_void", DOWN, NO)
    counter.plugins["pos"].will("payment_refund", NO)
    begun = counter.visit(two(counter), HELD, Paying("card", 1000, "pos"))
    counter.resolve()
    counter.house.checkout.hand_over(counter.accountant, begun.attempt, begun.attempt, 2, "cash")
    assert counter.state(begun) is At.CAPTURING
    counter.resolve()
    return begun


@walk("tender_taken collected line_paid to_capture needs_person capture_refused all_paid")
def reservation_lost(counter: Counter) -> Begun:
    counter.plugins["holding"].will("payment_capture", NO)
    begun = counter.visit(bill(counter), HELD)
    counter.decide("payment_capture", Op.DECLINED)
    return begun


# refunds


def paid(counter: Counter, hub: str = "hub", card: str = "pos") -> Begun:
    begun = counter.visit(bill(counter, hub=hub), Paying("card", 9000, card))
    assert counter.state(begun) is At.PAID
    return begun


@walk("cancelled agreed given_back all_returned")
def refunded(counter: Counter) -> Begun:
    return counter.refund(paid(counter), {1: 9000})


@walk("cancel_refused none_paid")
def biller_keeps_it(counter: Counter) -> Begun:
    counter.plugins["hub"].will("biller_cancel", NO)
    return counter.refund(paid(counter), {1: 9000})


@walk("line_in_doubt*2 cancelled agreed given_back all_returned")
def cancel_takes_its_time(counter: Counter) -> Begun:
    hub = counter.plugins["hub"]
    hub.will("biller_cancel", DOWN, LOST, acknowledged)
    begun = counter.refund(paid(counter), {1: 9000})
    counter.resolve()
    counter.resolve()
    return begun


@walk("needs_person cancel_refused none_paid")
def cancel_nobody_can_ask(counter: Counter) -> Begun:
    counter.plugins["silent"].will("biller_cancel", LOST)
    begun = counter.refund(paid(counter, "silent"), {1: 9000})
    counter.decide("biller_cancel", Op.DECLINED)
    return begun


@walk("line_in_doubt needs_person cancelled agreed given_back all_returned")
def cancel_sent_late_and_lost(counter: Counter) -> Begun:
    counter.plugins["silent"].will("biller_cancel", DOWN, LOST)
    begun = counter.refund(paid(counter, "silent"), {1: 9000})
    counter.resolve()
    counter.decide("biller_cancel", Op.SUCCEEDED)
    return begun


@walk("cancelled agreed return_in_doubt needs_person return_refused given_back all_returned")
def refund_by_hand(counter: Counter) -> Begun:
    counter.plugins["mute"].will("payment_refund", DOWN, LOST)
    payment = paid(counter, card="mute")
    begun = counter.refund(payment, {1: 9000})
    counter.resolve()
    counter.decide("payment_refund", Op.DECLINED)
    counter.house.checkout.hand_over(counter.accountant, begun.attempt, payment.attempt, 1, "cash")
    return begun


@pytest.mark.parametrize("play", list(WALKS), ids=lambda play: play.__name__)
def test_walk(counter: Counter, play: Walk) -> None:
    begun = play(counter)
    rows = counter.sql("SELECT event, state FROM attempt_event WHERE attempt = :a ORDER BY seq", a=begun.attempt)
    assert [row.event for row in rows] == [event.value for event in events(WALKS[play])]
    assert rows[-1].state == counter.state(begun)
    counter.good()


def test_every_edge_is_walked() -> None:
    walked = {edge for path in WALKS.values() for edge in edges(path)}
    assert set(EDGES) - walked == set()


def test_every_state_is_reached_and_final_ones_end() -> None:
    reached = {follow(*edge) for path in WALKS.values() for edge in edges(path)} | {At.COLLECTING, At.ASKING}
    assert reached == set(At)
    ends = {at for at in At if not any(start is at for start, _ in EDGES)}
    assert ends == FINAL - {At.REFUSED}, "only a refused payment may still hear of a late success"


def test_nothing_else_can_happen() -> None:
    others = [(at, event) for at in At for event in Event if (at, event) not in EDGES]
    for at, event in others:
        with pytest.raises(NoSuchEdge):
            follow(at, event)
    assert len(others) + len(EDGES) == len(At) * len(Event)


def test_the_picture_has_every_edge() -> None:
    picture = as_mermaid()
    for (at, event), to in EDGES.items():
        assert any(line.strip().startswith(f"{at} --> {to}:") and event in line for line in picture.splitlines())
