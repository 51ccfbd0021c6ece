"""Points: earned, waiting, spendable, held, spent, given back, owed, lapsed, and claimed from their issuer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from core_counter import STREET, Counter
from core_doubles import NO
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedao.checkout.checkout import Begun, Paying
from jiedao.hookspecs.outcomes import OutcomeUnknown, Succeeded, Unavailable
from jiedao.hookspecs.points import ClaimQuery, ClaimReceipt
from jiedao.points import lots
from jiedao.points.calendar import turn_the_page
from jiedao.points.dates import plus_months
from jiedao.points.programme import found
from jiedao.points.rounding import earned, part
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound

LOST = OutcomeUnknown("the line was cut")


def cash(amount: int) -> Paying:
    return Paying("cash", amount, "cash")


def points(amount: int) -> Paying:
    return Paying("points", amount)


def lots_of(counter: Counter) -> list[tuple[int, int, str]]:
    """Amount, remaining and state, oldest first."""
    return [tuple(row) for row in counter.sql("SELECT amount, remaining, state FROM lot ORDER BY expires_on, id")]


def earning(counter: Counter, rate: str = "0.02", pending: int = 0, months: int = 12) -> None:
    issuer = counter.plugins["post"]
    issuer.rates, issuer.pending_days, issuer.valid_months = {"electricity": Decimal(rate)}, pending, months


def buy(counter: Counter, amount: int = 17_500) -> Begun:
    return counter.visit(counter.bill("ELEC", amount), cash(amount))


def spend(counter: Counter, amount: int) -> Begun:
    return counter.visit(counter.bill("PROP", amount), points(amount))


def next_day(counter: Counter, days: int = 1) -> int:
    counter.watch.forward(days=days)
    return turn_the_page(counter.house.store, STREET)


# rounding and dates


@pytest.mark.parametrize(
    ("fen", "rate", "hundredths"),
    [
        (17_500, "0.02", 350),
        (25, "0.02", 0),
        (75, "0.02", 2),
        (125, "0.02", 2),
        (175, "0.02", 4),
        (26, "0.02", 1),
        (1, "0.5", 0),
        (3, "0.5", 2),
        (5, "0.5", 2),
        (12_345, "0", 0),
        (99_999_999_999, "0.1", 10_000_000_000),
    ],
)
def test_a_line_is_rounded_once_half_to_even(fen: int, rate: str, hundredths: int) -> None:
    assert earned(fen, Decimal(rate)) == hundredths


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_part_is_never_off_by_more_than_half(whole: int, numerator: int, denominator: int) -> None:
    assert abs(part(whole, numerator, denominator) * denominator - whole * numerator) * 2 <= denominator


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 10, 31), 25, date(2028, 11, 30)),
        (date(2023, 12, 31), 12, date(2024, 12, 31)),
    ],
)
def test_months_on(day: date, months: int, then: date) -> None:
    assert plus_months(day, months) == then


# earning


def test_each_line_earns_by_its_category_and_only_for_money(counter: Counter) -> None:
    counter.plugins["post"].rates = {"electricity": Decimal("0.02"), "property": Decimal("0.1")}
    counter.give_points(100)
    bills = [counter.bill("ELEC", 75), counter.bill("ELEC", 125), counter.bill("PROP", 300), counter.bill("WATER", 900)]
    counter.visit(bills, points(100), cash(1300))
    assert sorted(amount for amount, _, _ in lots_of(counter)) == [2, 2, 20, 100]
    counter.good()


def test_somebody_without_a_card_earns_nothing(counter: Counter) -> None:
    earning(counter)
    counter.visit(counter.bill("ELEC", 17_500), cash(17_500), resident=counter.stranger)
    assert lots_of(counter) == []


def test_what_is_paid_beyond_the_bill_earns_nothing(counter: Counter) -> None:
    earning(counter)
    counter.visit(counter.bill("ELEC", 10_000), cash(20_000), surplus=True)
    assert counter.points().active == 200


def test_a_broken_points_plugin_costs_no_visit(counter: Counter) -> None:
    counter.plugins["post"].will("points_accrue", RuntimeError("bug"))
    assert counter.order(buy(counter)) == "paid"
    assert lots_of(counter) == []


def test_a_bill_that_is_refused_earns_nothing(counter: Counter) -> None:
    earning(counter)
    counter.plugins["hub"].will("biller_pay", NO)
    buy(counter)
    assert counter.points() == lots.Balance(0, 0, 0, 0)


def test_points_wait_then_can_be_spent_then_lapse(on_both: Counter) -> None:
    earning(on_both, pending=7, months=1)
    buy(on_both)
    assert on_both.points() == lots.Balance(active=0, pending=350, held=0, debt=0)
    with pytest.raises(Conflict, match=r"points\.short"):
        spend(on_both, 1)
    assert next_day(on_both, 6) == 0
    assert next_day(on_both) == 1
    assert on_both.points().active == 350
    assert next_day(on_both) == 0, "a page is turned once"
    on_both.watch.now = on_both.watch.now.replace(month=4, day=9)
    spend(on_both, 50)
    assert next_day(on_both) == 1, "the tenth is the first day on which they are gone"
    assert on_both.points() == lots.Balance(0, 0, 0, 0)
    assert lots_of(on_both) == [(350, 0, "expired")]
    on_both.good()


def test_the_day_is_the_streets(counter: Counter) -> None:
    """16:00 UTC is midnight in the street."""
    earning(counter)
    counter.watch.now = counter.watch.now.replace(hour=15, minute=59)
    buy(counter)
    counter.watch.forward(minutes=2)
    buy(counter)
    days = [row.earned_on for row in counter.sql("SELECT earned_on FROM lot ORDER BY id")]
    assert [str(day) for day in days] == ["2026-03-02", "2026-03-03"]


def test_what_lapsed_cannot_be_spent_even_before_the_page_is_turned(counter: Counter) -> None:
    counter.give_points(500, months=1)
    counter.watch.forward(days=40)
    with pytest.raises(Conflict, match=r"points\.short"):
        spend(counter, 500)
    assert counter.points().active == 500, "nothing was changed"


def test_every_resident_of_a_large_street_is_served(counter: Counter) -> None:
    with counter.write() as tx:
        day = counter.watch.now.date()
        for number in range(510):
            lots.open_account(tx, f"r{number}")
            lots.accrue(tx, f"a{number}", f"r{number}", {1: 100}, (day, plus_months(day, 1), plus_months(day, 9)))
    counter.watch.forward(days=32)
    turn_the_page(counter.house.store, STREET)
    assert counter.sql("SELECT COUNT(*) FROM lot WHERE state = 'pending'")[0][0] == 0


# spending


def test_what_lapses_soonest_is_spent_first(counter: Counter) -> None:
    for amount, months in ((100, 12), (200, 3), (300, 6)):
        counter.give_points(amount, months=months)
    spend(counter, 350)
    assert lots_of(counter) == [(200, 0, "active"), (300, 150, "active"), (100, 100, "active")]


def test_many_small_lots_are_spent_together(counter: Counter) -> None:
    for _ in range(40):
        counter.give_points(2)
    spend(counter, 79)
    assert sorted(remaining for _, remaining, _ in lots_of(counter))[-2:] == [0, 1]
    counter.good()


def test_a_hold_that_ends_in_nothing_restores_its_lots(counter: Counter) -> None:
    for amount, months in ((100, 3), (200, 6)):
        counter.give_points(amount, months=months)
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(counter.bill("PROP", 1000), points(150), Paying("card", 850, "pos"))
    assert counter.points() == lots.Balance(active=150, pending=0, held=150, debt=0)
    assert lots_of(counter) == [(100, 0, "active"), (200, 150, "active")]
    counter.plugins["pos"].will("payment_query", NO)
    counter.resolve()
    assert counter.order(begun) == "open"
    assert lots_of(counter) == [(100, 100, "active"), (200, 200, "active")]
    counter.good()


def test_points_that_were_held_while_their_lot_lapsed(counter: Counter) -> None:
    counter.give_points(200, months=1)
    counter.plugins["pos"].will("payment_start", LOST)
    counter.visit(counter.bill("PROP", 1000), points(150), Paying("card", 850, "pos"))
    next_day(counter, 40)
    counter.good()
    assert counter.points() == lots.Balance(active=0, pending=0, held=150, debt=0)
    counter.plugins["pos"].will("payment_query", NO)
    counter.resolve()
    counter.good()
    assert counter.points() == lots.Balance(active=150, pending=0, held=0, debt=0)
    next_day(counter)
    counter.good()
    assert counter.points().active == 0


def test_a_refund_restores_the_lots_that_were_spent(counter: Counter) -> None:
    for amount, months in ((100, 3), (200, 6)):
        counter.give_points(amount, months=months)
    begun = spend(counter, 250)
    counter.refund(begun, {1: 170})
    assert lots_of(counter) == [(100, 20, "active"), (200, 200, "active")], "the last to lapse comes back first"
    counter.refund(begun, {1: 80})
    assert lots_of(counter) == [(100, 100, "active"), (200, 200, "active")]
    assert counter.points().active == 300
    counter.good()


def test_points_that_come_back_after_their_lot_lapsed_live_thirty_days(counter: Counter) -> None:
    counter.give_points(300, months=1)
    begun = spend(counter, 200)
    next_day(counter, 40)
    assert counter.points().active == 0
    counter.refund(begun, {1: 200})
    assert counter.points().active == 200
    assert next_day(counter, 30) == 0
    assert next_day(counter, 1) == 1
    assert counter.points().active == 0
    counter.good()


# debt


def test_points_that_were_spent_become_a_debt_that_later_ones_pay(counter: Counter) -> None:
    earning(counter, pending=7)
    begun = buy(counter)
    next_day(counter, 7)
    spend(counter, 300)
    counter.refund(begun, {1: 17_500})
    assert counter.points() == lots.Balance(active=0, pending=0, held=0, debt=300)
    buy(counter, 10_000)
    next_day(counter, 7)
    assert counter.points() == lots.Balance(active=0, pending=0, held=0, debt=100)
    buy(counter, 10_000)
    next_day(counter, 7)
    assert counter.points() == lots.Balance(active=100, pending=0, held=0, debt=0)
    counter.good()


def test_points_that_need_not_wait_pay_a_debt_too(counter: Counter) -> None:
    earning(counter)
    begun = buy(counter)
    spend(counter, 300)
    counter.refund(begun, {1: 17_500})
    assert counter.points().debt == 300
    buy(counter, 10_000)
    next_day(counter)
    assert counter.points() == lots.Balance(active=0, pending=0, held=0, debt=100)
    counter.good()


def test_a_claw_back_takes_its_own_lot_first_and_pending_ones_too(counter: Counter) -> None:
    counter.give_points(100, months=1)
    earning(counter, pending=7)
    begun = buy(counter)
    counter.refund(begun, {1: 17_500})
    assert counter.points() == lots.Balance(active=100, pending=0, held=0, debt=0)
    counter.good()


def test_a_claw_back_in_parts_takes_exactly_what_was_earned(counter: Counter) -> None:
    earning(counter, rate="0.033")
    begun = buy(counter, 100)
    assert counter.points().active == 3
    for _ in range(10):
        counter.refund(begun, {1: 10})
    assert counter.points() == lots.Balance(0, 0, 0, 0)
    counter.good()


# claims


def claim(counter: Counter) -> str:
    made, planned = counter.house.claims.make(counter.accountant)
    counter.house.operations.drive(planned)
    return made


def claims(counter: Counter) -> dict[str, tuple[int, str, int]]:
    with counter.read() as tx:
        return {row.id: (row.total, row.state, row.paid) for row in counter.house.claims.all(tx)}


def test_a_claim_asks_for_every_redemption_once(on_both: Counter) -> None:
    on_both.give_points(1000)
    first, second = spend(on_both, 300), spend(on_both, 200)
    on_both.refund(first, {1: 100})
    made = claim(on_both)
    (request,) = on_both.plugins["post"].asked("points_claim")
    said = {(line.operation, line.amount) for line in request.lines}
    assert said == {
        (f"{first.attempt}-1-1", 300),
        (f"{first.attempt}-1-2", -100),
        (f"{second.attempt}-1-1", 200),
    }
    assert {(line.member, line.category) for line in request.lines} == {("M1", "property")}
    assert (request.total, claims(on_both)[made]) == (400, (400, "succeeded", 0))
    with pytest.raises(Conflict, match=r"claim\.nothing"):
        claim(on_both)


def test_what_comes_back_after_a_claim_lessens_the_next_one(counter: Counter) -> None:
    counter.give_points(1000)
    begun = spend(counter, 300)
    claim(counter)
    counter.refund(begun, {1: 100})
    with pytest.raises(Conflict, match=r"claim\.nothing"):
        claim(counter)
    spend(counter, 150)
    made = claim(counter)
    assert claims(counter)[made][0] == 50


def test_the_lines_of_a_refused_claim_are_free_again(counter: Counter) -> None:
    counter.give_points(1000)
    spend(counter, 300)
    counter.plugins["post"].will("points_claim", NO)
    refused = claim(counter)
    assert claims(counter)[refused] == (300, "declined", 0)
    again = claim(counter)
    assert claims(counter)[again] == (300, "succeeded", 0)
    with pytest.raises(Conflict, match=r"claim\.paid"):
        counter.house.claims.paid(counter.accountant, refused, 300)


def test_a_claim_in_doubt_is_asked_about_and_never_made_twice(counter: Counter) -> None:
    counter.give_points(1000)
    spend(counter, 300)
    post = counter.plugins["post"]
    post.will("points_claim", LOST)
    made = claim(counter)
    assert claims(counter)[made][1] == "unknown"
    with pytest.raises(Conflict, match=r"claim\.nothing"):
        claim(counter)
    post.will("points_claim_query", Unavailable("no line"), _received)
    counter.resolve()
    counter.resolve()
    assert claims(counter)[made][1] == "succeeded"
    assert len(post.asked("points_claim")) == 1


def _received(query: ClaimQuery) -> Succeeded[ClaimReceipt]:
    return Succeeded(ClaimReceipt("C9", query.total))


def test_a_claim_is_paid_once(counter: Counter) -> None:
    counter.give_points(1000)
    spend(counter, 300)
    made = claim(counter)
    pay = counter.house.claims.paid
    for wrong in (0, -1, 301):
        with pytest.raises(Conflict, match=r"claim\.paid"):
            pay(counter.accountant, made, wrong)
    pay(counter.accountant, made, 100)
    with pytest.raises(Conflict, match=r"claim\.paid"):
        pay(counter.accountant, made, 201)
    pay(counter.accountant, made, 200)
    with pytest.raises(Conflict, match=r"claim\.paid"):
        pay(counter.accountant, made, 1)
    assert (claims(counter)[made][2], counter.money()["1102"]) == (300, 300)
    counter.good()


def test_claims_are_the_accountants(counter: Counter) -> None:
    room = counter.house.claims
    for act in (
        lambda: room.make(counter.me),
        lambda: room.paid(counter.me, "x", 1),
        lambda: room.top_up(counter.me, 1),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Invalid, match=r"pool\.top_up"):
        room.top_up(counter.accountant, 100)


# the programme


def test_a_street_has_one_programme_of_known_categories(counter: Counter) -> None:
    with pytest.raises(Conflict, match=r"programme\.exists"), counter.write() as tx:
        found(tx, "post", "prepaid", ["water"])
    with counter.house.store.write("150602008") as tx, pytest.raises(Invalid, match=r"programme\.category"):
        found(tx, "post", "postpaid", ["cars"])


def test_a_street_without_a_programme_has_no_points(counter: Counter) -> None:
    with counter.house.store.engine.begin() as raw:
        raw.exec_driver_sql("DELETE FROM programme")
    counter.house.desk._programmes.drop(STREET)
    earning(counter)
    assert counter.order(buy(counter)) == "paid"
    assert lots_of(counter) == []
    with pytest.raises(NotFound, match=r"programme\.missing"):
        claim(counter)
    with pytest.raises(Invalid, match=r"tenders\.too_much"):
        spend(counter, 1)
