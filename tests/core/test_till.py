"""Shifts and drawers: no payment without one, blind counts, movements, hand-over, and batches that are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_counter import STREET, Counter
from core_doubles import NO

from jiedao.checkout.checkout import Paying
from jiedao.checkout.graph import At
from jiedao.directory.caller import Caller, Role
from jiedao.hookspecs.outcomes import OutcomeUnknown, Succeeded
from jiedao.hookspecs.payment import BatchTotals
from jiedao.ledger.journal import balance
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound


def cash(amount: int) -> Paying:
    return Paying("cash", amount, "cash")


def card(amount: int) -> Paying:
    return Paying("card", amount, "pos")


def drawer(counter: Counter, till: str = "T1") -> int:
    with counter.read() as tx:
        return balance(tx, f"1101:h1:{till}")


@pytest.mark.parametrize("caller", ["me", "accountant"])
def test_nothing_is_paid_without_an_open_shift(counter: Counter, caller: str) -> None:
    counter.close(20_000)
    who = getattr(counter, caller)
    wanted = counter.bill("ELEC", 9000)
    for paying in (cash(9000), card(9000)):
        with pytest.raises(Conflict, match=r"shift\.closed"):
            counter.visit(wanted, paying, caller=who)
    with pytest.raises(Conflict, match=r"shift\.closed"):
        counter.house.checkout.place(who, "", [wanted])
    with pytest.raises(Conflict, match=r"shift\.closed"):
        counter.visit(wanted, cash(9000), caller=replace(who, till="T2"))
    with pytest.raises(Conflict, match=r"shift\.closed"):
        counter.visit(wanted, cash(9000), caller=replace(who, till="none"))
    assert counter.plugins["pos"].calls == []


def test_one_open_shift_for_each_till(on_both: Counter) -> None:
    with pytest.raises(Conflict, match=r"shift\.open"):
        on_both.open()
    with pytest.raises(Conflict, match=r"shift\.open"):
        on_both.open(caller=replace(on_both.other, till="T1"))
    on_both.open(caller=on_both.other)
    with pytest.raises(NotFound, match=r"till\.missing"):
        on_both.open(caller=replace(on_both.me, till="none"))
    with pytest.raises(Invalid, match=r"count\.negative"):
        on_both.open(-1, caller=on_both.other)


def test_the_float_is_the_streets_own_money(counter: Counter) -> None:
    assert counter.money() == {"1101:h1:T1": 20_000, "3101": -20_000}
    counter.close(20_000)
    counter.open(15_000)
    assert counter.money() == {"1101:h1:T1": 15_000, "3101": -15_000}


def test_money_in_and_out_of_the_drawer(counter: Counter) -> None:
    move = counter.house.shifts.move
    move(counter.me, counter.shift, "in", 5000, "零钱")
    move(counter.me, counter.shift, "out", 12_000, "存银行")
    assert counter.money() == {"1101:h1:T1": 13_000, "3101": -20_000, "1102": 7000}
    for kind, amount, reason in (("in", 0, "x"), ("in", -1, "x"), ("away", 1, "x"), ("out", 1, "  ")):
        with pytest.raises(Invalid, match=r"movement\.invalid"):
            move(counter.me, counter.shift, kind, amount, reason)
    with pytest.raises(NotFound, match=r"shift\.missing"):
        move(counter.me, "none", "in", 1, "x")
    with counter.read() as tx:
        seen = [(row.kind, row.amount, row.reason) for row in counter.house.shifts.movements(tx, counter.shift)]
    assert seen == [("in", 5000, "零钱"), ("out", 12_000, "存银行")]
    assert counter.close(13_000).difference == 0


@pytest.mark.parametrize(("counted", "difference"), [(21_000, 0), (20_800, -200), (21_150, 150), (0, -21_000)])
def test_a_blind_count(counter: Counter, counted: int, difference: int) -> None:
    counter.visit(counter.bill("ELEC", 1000), Paying("cash", 1000, "cash", 5000))
    with counter.read() as tx:
        seen = counter.house.shifts.current(tx, "T1")
    assert seen is not None
    assert (seen.expected, seen.counted) == (None, None), "the expected amount is nowhere before the count"
    closed = counter.close(counted)
    assert (closed.expected, closed.difference) == (21_000, difference)
    assert counter.money().get("5102", 0) == -difference
    assert drawer(counter) == counted
    with counter.read() as tx:
        kept = counter.house.shifts.get(tx, counter.shift)
        assert counter.house.shifts.current(tx, "T1") is None
    assert (kept.state, kept.counted, kept.expected, kept.closed_by) == ("closed", counted, 21_000, "op-1")
    counter.good()


def test_a_closed_shift_is_closed(counter: Counter) -> None:
    with pytest.raises(Invalid, match=r"count\.negative"):
        counter.close(-1)
    counter.close(20_000)
    with pytest.raises(Conflict, match=r"shift\.closed"):
        counter.close(20_000)
    with pytest.raises(Conflict, match=r"shift\.closed"):
        counter.house.shifts.move(counter.me, counter.shift, "in", 1, "x")
    with pytest.raises(NotFound, match=r"shift\.missing"):
        counter.close(0, shift="none")


def test_operators_touch_only_their_own_shift(counter: Counter) -> None:
    shifts = counter.house.shifts
    for intruder in (counter.other, replace(counter.other, till="T1")):
        with pytest.raises(NotAllowed, match=r"shift\.whose"):
            counter.close(20_000, caller=intruder)
        with pytest.raises(NotAllowed, match=r"shift\.whose"):
            shifts.move(intruder, counter.shift, "out", 100, "借用")
        with pytest.raises(NotAllowed, match=r"shift\.whose"):
            shifts.hand_over(intruder, counter.shift, 20_000, intruder)
    shifts.move(counter.accountant, counter.shift, "out", 100, "存银行")
    assert counter.close(19_900, caller=counter.accountant).difference == 0


def test_a_shift_is_handed_over_with_the_counted_money(on_both: Counter) -> None:
    on_both.visit(on_both.bill("ELEC", 1000), cash(1000))
    closed, following = on_both.house.shifts.hand_over(on_both.me, on_both.shift, 20_900, on_both.other)
    assert (closed.difference, drawer(on_both)) == (-100, 20_900)
    with on_both.read() as tx:
        row = on_both.house.shifts.current(tx, "T1")
    assert row is not None
    assert (row.id, row.staff, row.float) == (following, "op-2", 20_900)
    assert on_both.sql("SELECT action FROM audit") == [("hand_over_till",)]
    assert on_both.order(on_both.visit(on_both.bill("WATER", 10), cash(10))) == "paid"
    on_both.good()


def test_an_accountant_elsewhere_hands_over_the_till_of_the_shift(counter: Counter) -> None:
    far = Caller(STREET, "acc", Role.ACCOUNTANT, "T2", "赵敏")
    counter.house.shifts.hand_over(far, counter.shift, 20_000, counter.other)
    with counter.read() as tx:
        here, there = (counter.house.shifts.current(tx, till) for till in ("T1", "T2"))
    assert there is None
    assert here is not None
    assert here.staff == "op-2"
    assert (drawer(counter, "T1"), drawer(counter, "T2")) == (20_000, 0)


# batches


def batches(counter: Counter) -> dict[str, dict[str, object]]:
    with counter.read() as tx:
        return dict(counter.house.shifts.get(tx, counter.shift).batches)


def test_every_acquirer_of_the_shift_settles_its_batch(counter: Counter) -> None:
    counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.visit(counter.bill("WATER", 100), Paying("card", 100, "mute"))
    counter.close(20_000)
    (request,) = counter.plugins["pos"].asked("payment_batch_close")
    assert request.till == "T1"
    assert counter.plugins["mute"].asked("payment_batch_close") == [], "it does not say that it can"
    seen = batches(counter)
    assert set(seen) == {"pos"}
    assert seen["pos"]["state"] == "succeeded"
    assert seen["pos"]["totals"] == {
        "batch": "000007",
        "sales": 9000,
        "sales_count": 1,
        "refunds": 0,
        "refunds_count": 0,
        "balanced": True,
    }


def test_a_batch_waits_for_what_is_in_doubt(counter: Counter) -> None:
    pos = counter.plugins["pos"]
    pos.will("payment_start", OutcomeUnknown("cut"))
    pos.will("payment_reverse", OutcomeUnknown("cut"), OutcomeUnknown("cut"))
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.close(20_000)
    assert pos.asked("payment_batch_close") == [], "a settled batch would take no reversal any more"
    assert counter.house.shifts.settle_waiting(STREET) == []
    counter.resolve()
    counter.resolve()
    assert counter.state(begun) is At.REFUSED
    counter.house.operations.drive(counter.house.shifts.settle_waiting(STREET))
    assert len(pos.asked("payment_batch_close")) == 1
    assert batches(counter)["pos"]["state"] == "succeeded"
    assert counter.house.shifts.settle_waiting(STREET) == ()


def test_a_shift_without_cards_settles_nothing(counter: Counter) -> None:
    counter.visit(counter.bill("ELEC", 9000), cash(9000))
    counter.close(29_000)
    assert batches(counter) == {}


def test_a_batch_that_only_had_money_going_back_is_settled_too(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.close(20_000)
    counter.shift = ""
    counter.open(20_000)
    counter.refund(begun, {1: 9000})
    counter.close(20_000)
    assert len(counter.plugins["pos"].asked("payment_batch_close")) == 2


@pytest.mark.parametrize(("answer", "state"), [(NO, "declined"), (OutcomeUnknown("cut"), "review")])
def test_what_became_of_a_batch_is_kept(counter: Counter, answer: object, state: str) -> None:
    counter.plugins["pos"].will("payment_batch_close", answer)
    counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.close(20_000)
    assert batches(counter)["pos"]["state"] == state


def test_totals_that_did_not_balance_are_kept(counter: Counter) -> None:
    totals = BatchTotals("000008", 9001, 1, 0, 0, balanced=False)
    counter.plugins["pos"].will("payment_batch_close", Succeeded(totals))
    counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.close(20_000)
    kept = batches(counter)["pos"]["totals"]
    assert isinstance(kept, dict)
    assert (kept["sales"], kept["balanced"]) == (9001, False)
