"""Twenty clients at once on one thing, on each engine: one wins, the others are told so, and the books are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from houses import Furnished
from jiedao.checkout.checkout import Paying, Wanted
from jiedao.directory.caller import Claim
from jiedao.points.lots import balance
from jiedao.problems import Conflict
from jiedao.store.direct import AlreadyThere
from meeting import at_once

CLIENTS = 20


def ways(ends: Sequence[Any]) -> Counter[str]:
    """How often each end was met: "done", the code of a refusal, or the name of what should never be seen."""
    return Counter(
        end.code if isinstance(end, Conflict) else type(end).__name__ if isinstance(end, Exception) else "done"
        for end in ends
    )


def drive(made: Furnished, ends: Sequence[Any]) -> None:
    for end in ends:
        if not isinstance(end, Exception):
            made.house.operations.drive(end.planned)
    made.resolve()


def test_one_bill_is_taken_by_one_window(furnished: Furnished) -> None:
    furnished.open_shift("T1")
    furnished.open_shift("T2")
    bill = furnished.bill("ELEC", "0012")
    ends = at_once(
        [lambda till=till: furnished.visit([bill], card=5012, till=till) for till in ("T1", "T2") * (CLIENTS // 2)]
    )
    assert ways(ends) == {"done": 1, "bill.locked": CLIENTS - 1}
    drive(furnished, ends)
    assert [amount for _, amount in furnished.biller.booked] == [5012]
    assert furnished.acquirer.balance == 5012
    assert furnished.faults() == []


def test_points_are_spent_once(furnished: Furnished) -> None:
    furnished.give_points(7 * 1000)
    furnished.open_shift()
    bills = [furnished.bill("WATER", f"{number:04d}") for number in range(CLIENTS)]
    ends = at_once(
        [lambda bill=bill: furnished.visit([bill], points=1000, card=bill.bill.amount - 1000) for bill in bills]
    )
    assert ways(ends) == {"done": 7, "points.short": CLIENTS - 7}
    drive(furnished, ends)
    with furnished.house.store.read(furnished.street) as tx:
        after = balance(tx, furnished.resident)
    earned = sum(row.amount for row in furnished.rows("lot")) - 7000
    assert (after.active, after.held) == (earned, 0)
    assert sum(row.amount for row in furnished.rows("redemption")) == furnished.balance("1120") == 7000
    assert furnished.faults() == []


def test_refunds_together_never_pass_what_was_paid(furnished: Furnished) -> None:
    furnished.open_shift()
    paid = furnished.visit([furnished.bill("WATER", "0000")], card=5000)
    furnished.finish(paid)
    ends = at_once(
        [lambda: furnished.house.checkout.refund(furnished.operator, paid.order, {1: 900}, "too much")] * CLIENTS
    )
    assert ways(ends) == {"done": 5, "refund.too_much": CLIENTS - 5}
    drive(furnished, ends)
    assert furnished.acquirer.balance == furnished.biller.balance == 5000 - 5 * 900
    assert furnished.faults() == []


def test_a_shift_is_closed_once(furnished: Furnished) -> None:
    shift = furnished.open_shift(counted=20_000)
    ends = at_once([lambda: furnished.house.shifts.close(furnished.operator, shift, 19_800)] * CLIENTS)
    assert ways(ends) == {"done": 1, "shift.closed": CLIENTS - 1}
    over_and_short = [row for row in furnished.rows("entry") if row.kind == "over and short"]
    assert len(over_and_short) == 1
    assert furnished.balance("5102") == 200
    assert furnished.faults() == []


def test_a_till_has_one_open_shift(furnished: Furnished) -> None:
    ends = at_once([lambda: furnished.open_shift(counted=20_000)] * CLIENTS)
    assert ways(ends) == {"done": 1, "shift.open": CLIENTS - 1}
    assert furnished.balance("1101:h1:T1") == 20_000
    assert furnished.faults() == []


def test_one_idempotency_key_makes_one_order(furnished: Furnished) -> None:
    furnished.open_shift()
    caller = replace(furnished.operator, claim=Claim("key-1", "digest of the body"))
    offers = [furnished.bill("WATER", f"{number:04d}") for number in range(CLIENTS)]

    def visit(number: int) -> Any:
        # Different bills, so that nothing but the key stands between them.
        wanted = [Wanted(furnished.house.bills.seal(furnished.street, offers[number]), offers[number].bill.amount)]
        paying = [Paying("cash", offers[number].bill.amount, "cash")]
        return furnished.house.checkout.visit(caller, furnished.resident, wanted, paying, surplus=False)

    ends = at_once([lambda number=number: visit(number) for number in range(CLIENTS)])
    assert ways(ends) == {"done": 1, AlreadyThere.__name__: CLIENTS - 1}
    drive(furnished, ends)
    assert len(furnished.rows("orders")) == len(furnished.biller.booked) == 1
    assert furnished.faults() == []


def test_receipts_of_a_till_have_no_gaps_under_load(furnished: Furnished) -> None:
    furnished.open_shift()
    bills = [furnished.bill("ELEC", f"{number:04d}") for number in range(CLIENTS)]

    def visit(bill: Any) -> Any:
        begun = furnished.visit([bill], cash=bill.bill.amount)
        furnished.house.operations.drive(begun.planned)
        return begun

    ends = at_once([lambda bill=bill: visit(bill) for bill in bills])
    furnished.resolve()
    assert ways(ends) == {"done": CLIENTS}
    assert sorted(row.no for row in furnished.rows("receipt")) == list(range(1, CLIENTS + 1))
    assert furnished.faults() == []
