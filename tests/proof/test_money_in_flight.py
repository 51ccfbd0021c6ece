"""What residents have given stands in the books from that moment, also while a payment is not finished."""

from __future__ import annotations

from doubles import Step
from houses import Furnished
from jiedao.checkout.checkout import Paying, Wanted
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.ledger.verify import verify

_SILENT = Step(answer=OutcomeUnknown("no answer"))


def in_doubt(made: Furnished, *first: Paying) -> str:
    """A visit whose card payment nobody knows anything about yet, after other tenders were taken."""
    made.acquirer.will("payment_start", _SILENT)
    bill = made.bill("ELEC", "0012")
    wanted = [Wanted(made.house.bills.seal(made.street, bill), 5012)]
    card = Paying("card", 5012 - sum(tender.amount for tender in first), "card")
    begun = made.house.checkout.visit(made.operator, made.resident, wanted, [*first, card], surplus=False)
    made.house.operations.drive(begun.planned)
    assert made.attempt(begun.attempt).state == "confirming_tender"
    return begun.attempt


def test_cash_of_an_unfinished_payment_is_expected_in_the_drawer(furnished: Furnished) -> None:
    shift = furnished.open_shift(counted=20_000)
    attempt = in_doubt(furnished, Paying("cash", 1000, "cash"))
    closed = furnished.house.shifts.close(furnished.operator, shift, 21_000)
    assert (closed.expected, closed.difference) == (21_000, 0)
    furnished.finish(closed)
    assert furnished.attempt(attempt).order_state == "paid"
    assert furnished.balance("1101:h1:T1") == 21_000
    assert furnished.faults() == []


def test_credit_of_an_unfinished_payment_is_no_fault_of_the_books(furnished: Furnished) -> None:
    furnished.open_shift()
    bill = furnished.bill("ELEC", "0001")
    over = [Wanted(furnished.house.bills.seal(furnished.street, bill), 5001)]
    furnished.finish(
        furnished.house.checkout.visit(
            furnished.operator, furnished.resident, over, [Paying("cash", 6001, "cash")], surplus=True
        )
    )
    attempt = in_doubt(furnished, Paying("credit", 600))
    with furnished.house.store.read(furnished.street) as tx:
        assert verify(tx).faults == ()
    furnished.resolve()
    assert furnished.attempt(attempt).order_state == "paid"
    assert furnished.balance(f"2102:{furnished.resident}") == -400
    assert furnished.faults() == []
