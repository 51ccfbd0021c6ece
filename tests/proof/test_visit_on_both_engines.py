"""One resident's visit, from bill to receipt and back, on each engine."""

from __future__ import annotations

from houses import Furnished


def test_visit_with_every_tender_is_paid_and_refunded(furnished: Furnished) -> None:
    furnished.give_points(2000)
    furnished.open_shift()
    elec, water = furnished.bill("ELEC", "0012"), furnished.bill("WATER", "0034")
    begun = furnished.visit([elec, water], points=1000, cash=2000, card=5012 + 5034 - 3000)
    furnished.finish(begun)
    assert furnished.attempt(begun.attempt).order_state == "paid"
    assert furnished.acquirer.balance == furnished.balance("1110:card") == 7046
    assert furnished.biller.balance == -furnished.balance("2101:ELEC") - furnished.balance("2101:WATER") == 10046

    refund = furnished.house.checkout.refund(furnished.operator, begun.order, {1: 5012, 2: 5034}, "moved away")
    furnished.finish(refund)
    assert furnished.attempt(refund.attempt).state == "refunded"
    assert (furnished.acquirer.balance, furnished.biller.balance, furnished.balance("1101:h1:T1")) == (0, 0, 20000)
    assert furnished.faults() == []
