"""Settlements: each row is taken once, and differences are kept until a person closes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from doubles import Step
from houses import Furnished, furnish
from jiedao.checkout.checkout import Begun
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Pending, Unavailable
from jiedao.hookspecs.payment import Movement, SettlementRow
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, ServicePaused
from jiedao.reconcile import breaks
from jiedao.reconcile.reconciliation import Taken
from postgres_server import Database
from settling import Settling

DAY = date(2026, 11, 20)
NUMBERS = count(10)
NOT_OVER = Declined(Text(zh="未结束", en="Not over"), "not_over")


@dataclass
class Ticking:
    """A clock that a test moves."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 8, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """A street, its acquirer and the accountant."""

    made: Furnished
    acquirer: Settling
    clock: Ticking

    def pay(self, *steps: Step) -> tuple[Begun, str, int]:
        """A bill paid by card; its operation and amount."""
        self.acquirer.will("payment_start", *steps)
        offer = self.made.bill("ELEC", f"00{next(NUMBERS)}")
        begun = self.made.visit([offer], card=offer.bill.amount)
        self.made.house.operations.drive(begun.planned)
        operation = next(row.id for row in self.made.operations() if row.subject == begun.attempt)
        return begun, operation, offer.bill.amount

    def row(self, movement: Movement, gross: int, operation: str = "", *, fee: int = 0, **more: Any) -> SettlementRow:
        """Something that the acquirer settled."""
        id_ = f"txn_{next(NUMBERS)}"
        made = SettlementRow(id_, movement, operation, f"ref {id_}", gross, fee, gross - fee, "CNY", DAY)
        self.acquirer.rows.append(replace(made, **more))
        return self.acquirer.rows[-1]

    def take(self, on: date = DAY) -> Taken:
        """The accountant takes a day, and what follows is done."""
        taken = self.made.house.reconciliation.take(self.made.accountant, "card", on)
        self.made.house.operations.drive(taken.planned)
        return taken

    def breaks(self, state: str = "open") -> list[tuple[str, int | None, int | None]]:
        """Kind, ours and theirs of each."""
        with self.made.house.store.read(self.made.street) as tx:
            return [(row.kind, row.ours, row.theirs) for row in breaks.all_of(tx, state)]

    def balances(self) -> dict[str, int]:
        """The accounts that settlements touch."""
        names = ("1110:card", "1190:card", "1102", "5101")
        return {name: n for name in names if (n := self.made.balance(name))}


@pytest.fixture(params=[Recovery.NONE])
def office(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[Office]:
    acquirer, clock = Settling(), Ticking()
    acquirer.recovery = request.param
    made = furnish(database.url, tmp_path, acquirer=acquirer, clock=clock)
    made.open_shift()
    with closing(made.house):
        yield Office(made, acquirer, clock)


def test_a_sale_costs_its_fee_and_the_bank_gets_money_by_a_payout(office: Office) -> None:
    _, operation, amount = office.pay()
    office.row(Movement.SALE, amount, operation, fee=30)
    assert (office.take().rows, office.balances()) == (1, {"1110:card": amount - 30, "5101": 30})
    office.row(Movement.PAYOUT, 30 - amount)
    assert office.take().known == 1
    assert office.balances() == {"1102": amount - 30, "5101": 30}
    assert office.breaks() == []
    assert office.made.faults() == []


def test_a_day_that_is_taken_twice_is_booked_once(office: Office) -> None:
    _, operation, amount = office.pay()
    office.row(Movement.SALE, amount, operation, fee=30)
    office.row(Movement.SALE, 700)
    first, before = office.take(), office.balances()
    again = office.take()
    assert (first.rows, first.known, again.rows, again.known) == (2, 0, 0, 2)
    assert office.balances() == before
    assert len(office.breaks()) == 1


def test_a_refund_is_matched_with_ours(office: Office) -> None:
    begun, operation, amount = office.pay()
    office.row(Movement.SALE, amount, operation)
    refund = office.made.house.checkout.refund(office.made.operator, begun.order, {1: 500}, "多收了")
    office.made.house.operations.drive(refund.planned)
    given = next(row for row in office.made.operations() if row.hook == "payment_refund")
    office.row(Movement.REFUND, -500, given.id)
    office.take()
    assert office.breaks() == []
    assert office.balances() == {"1110:card": amount - 500}


@pytest.mark.parametrize("office", [Recovery.QUERY], indirect=True)
def test_money_that_came_while_its_payment_was_given_up_went_back(office: Office) -> None:
    begun, operation, amount = office.pay(Step(answer=Pending("P1")))
    given_up = office.made.house.checkout.give_up(office.made.operator, begun.order)
    office.made.house.operations.drive(given_up.planned)
    reversal = next(row for row in office.made.operations() if row.hook == "payment_reverse")
    office.row(Movement.SALE, amount, operation, fee=30)
    office.row(Movement.REFUND, -amount, reversal.id)
    office.take()
    assert office.balances() == {"1110:card": -30, "5101": 30}
    assert office.breaks() == [("theirs_only", None, amount)]
    assert office.made.faults() == []


def test_an_operation_in_review_is_closed_by_the_row_that_proves_it(office: Office) -> None:
    begun, operation, amount = office.pay(Step(answer=OutcomeUnknown("line cut")))
    assert office.made.attempt(begun.attempt).state == "tender_review"
    row = office.row(Movement.SALE, amount, operation, fee=30)
    office.take()
    assert office.made.attempt(begun.attempt).state == "paid"
    slip = office.made.attempt(begun.attempt).tenders[1].slip
    assert (slip["reference"], slip["settlement_date"]) == (row.reference, "2026-11-20")
    assert office.balances() == {"1110:card": amount - 30, "5101": 30}
    assert office.breaks() == []
    assert office.made.faults() == []


def test_a_row_over_another_amount_proves_nothing(office: Office) -> None:
    begun, operation, amount = office.pay(Step(answer=OutcomeUnknown("line cut")))
    office.row(Movement.SALE, amount - 1, operation)
    office.take()
    assert office.made.attempt(begun.attempt).state == "tender_review"
    assert office.breaks() == [("amount", amount, amount - 1)]


def test_theirs_without_ours_stands_on_suspense(office: Office) -> None:
    office.row(Movement.SALE, 700, fee=5)
    office.row(Movement.SALE, 300, "no such operation")
    office.take()
    assert office.breaks() == [("theirs_only", None, 700), ("theirs_only", None, 300)]
    assert office.balances() == {"1110:card": 995, "1190:card": -1000, "5101": 5}


def test_a_declined_payment_that_they_settled_is_theirs_only(office: Office) -> None:
    _, operation, amount = office.pay(Step(effect=False, answer=Declined(Text.same("no"))))
    office.row(Movement.SALE, amount, operation)
    office.take()
    assert office.breaks() == [("theirs_only", None, amount)]


def test_another_amount_leaves_the_receivable_as_they_have_it(office: Office) -> None:
    _, operation, amount = office.pay()
    office.row(Movement.SALE, amount - 100, operation)
    office.take()
    assert office.breaks() == [("amount", amount, amount - 100)]
    assert office.balances() == {"1110:card": amount - 100, "1190:card": 100}


def test_another_currency_is_for_a_person_and_not_for_the_books(office: Office) -> None:
    _, operation, amount = office.pay()
    office.row(Movement.SALE, amount, operation, currency="EUR")
    office.take()
    assert office.breaks() == [("currency", None, amount)]
    assert office.balances() == {"1110:card": amount}


def test_fees_chargebacks_and_the_unheard_of(office: Office) -> None:
    office.row(Movement.FEE, -50)
    office.row(Movement.CHARGEBACK, -800, fee=15)
    office.row(Movement.OTHER, 20)
    office.take()
    assert office.breaks() == [("chargeback", None, -800), ("other", None, 20)]
    assert office.balances() == {"1110:card": -50 - 815 + 20, "1190:card": 780, "5101": 65}


def test_ours_without_theirs_is_seen_a_day_later_and_closed_by_the_row_that_comes(office: Office) -> None:
    _, operation, amount = office.pay()
    assert office.take().rows == 0
    assert office.breaks() == []
    office.clock.now += timedelta(days=2)
    for _ in range(2):
        office.take(DAY + timedelta(days=1))
        assert office.breaks() == [("ours_only", amount, None)]
    office.row(Movement.SALE, amount, operation, settled_on=DAY + timedelta(days=2))
    office.take(DAY + timedelta(days=2))
    assert office.breaks() == []
    assert office.breaks("closed") == [("ours_only", amount, None)]


def test_what_was_voided_is_not_missed(office: Office) -> None:
    begun, _, amount = office.pay()
    refund = office.made.house.checkout.refund(office.made.operator, begun.order, {1: amount}, "办错了")
    office.made.house.operations.drive(refund.planned)
    assert [row.hook for row in office.made.operations()][-1] == "payment_void"
    office.take(DAY + timedelta(days=1))
    assert office.breaks() == []


def test_a_row_about_another_connections_operation_is_theirs_only(office: Office) -> None:
    _, operation, amount = office.pay()
    house, street = office.made.house, office.made.street
    with house.store.write(street) as tx:
        house.connections.create(tx, "other", office.acquirer.name, Text.same("other"), {})
    office.row(Movement.SALE, amount, operation)
    house.reconciliation.take(office.made.accountant, "other", DAY)
    assert office.breaks() == [("theirs_only", None, amount)]


@pytest.mark.parametrize(
    ("says", "problem"),
    [(NOT_OVER, Conflict), (Unavailable("no line"), ServicePaused), (OutcomeUnknown("what?"), ServicePaused)],
)
def test_a_day_that_cannot_be_had_changes_nothing(office: Office, says: Any, problem: type[Exception]) -> None:
    office.acquirer.says = says
    with pytest.raises(problem):
        office.take()
    assert office.made.rows("settlement_row") == []


def test_only_accountants_and_only_of_connections_that_settle(office: Office) -> None:
    with pytest.raises(NotAllowed):
        office.made.house.reconciliation.take(office.made.operator, "card", DAY)
    with pytest.raises(Invalid):
        office.made.house.reconciliation.take(office.made.accountant, "bills", DAY)


def test_a_break_is_closed_once_with_evidence(office: Office) -> None:
    office.row(Movement.SALE, 700)
    office.take()
    (row,) = office.made.rows("settlement_break")
    store, accountant = office.made.house.store, office.made.accountant
    with pytest.raises(Invalid):
        breaks.close(store, accountant, row.id, "ok")
    with pytest.raises(NotAllowed):
        breaks.close(store, office.made.operator, row.id, "看过后台，是测试收款")
    breaks.close(store, accountant, row.id, "看过后台，是测试收款")
    with pytest.raises(Conflict):
        breaks.close(store, accountant, row.id, "看过后台，是测试收款")
    (closed,) = office.made.rows("settlement_break")
    assert (closed.state, closed.closed_by) == ("closed", accountant.staff)
    assert [row.action for row in office.made.rows("audit")].count("settlement.break") == 1


def write_off(office: Office, id_: str, evidence: str = "看过后台，对方多记一笔") -> None:
    """One accountant writes a break off."""
    breaks.close(office.made.house.store, office.made.accountant, id_, evidence, write_off=True)


def only_break(office: Office) -> Any:
    (row,) = office.made.rows("settlement_break")
    return row


def books(office: Office) -> dict[str, int]:
    return {**office.balances(), **({"5103": n} if (n := office.made.balance("5103")) else {})}


def test_closing_without_writing_off_books_nothing(office: Office) -> None:
    office.row(Movement.SALE, 700)
    office.take()
    breaks.close(office.made.house.store, office.made.accountant, only_break(office).id, "看过后台，等对方更正")
    assert books(office) == {"1110:card": 700, "1190:card": -700}
    assert only_break(office).written_off == 0


def test_what_they_have_beyond_us_is_written_off_from_suspense(office: Office) -> None:
    office.row(Movement.SALE, 700)
    office.take()
    write_off(office, only_break(office).id)
    assert books(office) == {"1110:card": 700, "5103": -700}
    assert (only_break(office).state, only_break(office).written_off) == ("closed", -700)
    with pytest.raises(Conflict, match=r"break\.state"):
        write_off(office, only_break(office).id)
    assert office.made.faults() == []


def test_a_difference_of_amounts_is_written_off(office: Office) -> None:
    _, operation, amount = office.pay()
    office.row(Movement.SALE, amount - 100, operation)
    office.take()
    write_off(office, only_break(office).id)
    assert books(office) == {"1110:card": amount - 100, "5103": 100}


def test_what_they_never_had_is_written_off_and_comes_back_with_its_row(office: Office) -> None:
    _, operation, amount = office.pay()
    office.clock.now += timedelta(days=2)
    office.take(DAY + timedelta(days=1))
    write_off(office, only_break(office).id)
    assert books(office) == {"5103": amount}
    for _ in range(2):
        office.take(DAY + timedelta(days=1))
    office.row(Movement.SALE, amount, operation, settled_on=DAY + timedelta(days=2))
    office.take(DAY + timedelta(days=2))
    assert books(office) == {"1110:card": amount}
    assert (only_break(office).state, only_break(office).written_off) == ("closed", 0)
    assert office.made.faults() == []


def test_another_currency_leaves_nothing_to_write_off(office: Office) -> None:
    office.row(Movement.SALE, 700, currency="EUR")
    office.take()
    with pytest.raises(Conflict, match=r"break\.nothing"):
        write_off(office, only_break(office).id)
    breaks.close(office.made.house.store, office.made.accountant, only_break(office).id, "看过后台，是外币")


@pytest.mark.parametrize("office", [Recovery.QUERY], indirect=True)
def test_a_sale_that_they_took_back_is_not_written_off(office: Office) -> None:
    begun, operation, amount = office.pay(Step(answer=Pending("P1")))
    given_up = office.made.house.checkout.give_up(office.made.operator, begun.order)
    office.made.house.operations.drive(given_up.planned)
    reversal = next(row for row in office.made.operations() if row.hook == "payment_reverse")
    office.row(Movement.SALE, amount, operation)
    office.row(Movement.REFUND, -amount, reversal.id)
    office.take()
    with pytest.raises(Conflict, match=r"break\.undone"):
        write_off(office, only_break(office).id)


def test_more_than_the_limit_is_written_off_by_two(office: Office) -> None:
    office.row(Movement.SALE, 70_000)
    office.take()
    house, (first, second) = office.made.house, (office.made.accountant, office.made.administrator)
    id_ = only_break(office).id
    with pytest.raises(Conflict, match=r"proposal\.needed"):
        write_off(office, id_)
    made = breaks.propose(house.store, first, id_, "看过后台，对方多记一笔")
    with pytest.raises(Conflict, match=r"proposal\.open"):
        breaks.propose(house.store, second, id_, "看过后台，对方多记一笔")
    with pytest.raises(NotAllowed):
        house.proposals.agree(first, made, "已核对后台")
    house.proposals.agree(second, made, "已核对后台")
    assert books(office) == {"1110:card": 70_000, "5103": -70_000}
    assert only_break(office).closed_by == f"{first.staff} {second.staff}"
    assert office.made.faults() == []


def test_a_row_that_comes_ends_what_two_were_about_to_write_off(office: Office) -> None:
    _, operation, amount = office.pay()
    office.clock.now += timedelta(days=2)
    office.take(DAY + timedelta(days=1))
    house = office.made.house
    made = breaks.propose(house.store, office.made.accountant, only_break(office).id, "看过后台，对方没有这笔")
    office.row(Movement.SALE, amount, operation, settled_on=DAY + timedelta(days=2))
    office.take(DAY + timedelta(days=2))
    with pytest.raises(Conflict, match=r"proposal\.lapsed"):
        house.proposals.agree(office.made.administrator, made, "已核对后台")
    assert books(office) == {"1110:card": amount}
