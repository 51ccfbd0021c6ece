"""Every event of the table of money and points, driven through the counter's verbs, gives exactly its postings.

A posting is written "account amount"; debit positive, fen or hundredths of a point. Each entry must balance by unit.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from core_counter import Counter
from core_doubles import NO

from jiedao.checkout.checkout import Paying
from jiedao.ledger import accounts
from jiedao.points.calendar import turn_the_page
from jiedao.problems import Conflict

FUNDINGS = ("postpaid", "prepaid", "accrual_backed")
BEARER = {"postpaid": "1120", "prepaid": "2120", "accrual_backed": "2110"}
SETTLED = {"postpaid": "1120", "prepaid": "2120", "accrual_backed": "1121"}
Funded = Callable[[str], Counter]


class Page:
    """The entries of all books since it was made, with the counter's own names replaced by short ones."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.seen = self._numbers()

    def _numbers(self) -> set[tuple[str, int]]:
        return {(row.book, row.no) for row in self.counter.sql("SELECT book, no FROM entry")}

    def entries(self) -> dict[str, dict[str, int]]:
        """Kind of entry: postings. Turns the page."""
        found: dict[str, dict[str, int]] = {}
        fresh = self._numbers() - self.seen
        for row in self.counter.sql(_POSTINGS):
            if (row.book, row.no) in fresh:
                found.setdefault(row.kind, {})
                name = self._short(row.account)
                found[row.kind][name] = found[row.kind].get(name, 0) + row.amount
        self.seen |= fresh
        return found

    def net(self) -> dict[str, int]:
        """What all of it comes to; accounts at zero are left out."""
        total: dict[str, int] = {}
        for postings in self.entries().values():
            for account, amount in postings.items():
                total[account] = total.get(account, 0) + amount
        return {account: amount for account, amount in total.items() if amount}

    def _short(self, account: str) -> str:
        if account.startswith("2103:"):
            return "2103"
        return account.replace(self.counter.resident, "R").replace("pts:resident:R:", "R ").replace("pts:", "")


@pytest.mark.parametrize("funding", FUNDINGS)
def test_a_purchase_earns(funded: Funded, funding: str) -> None:
    counter = funded(funding)
    issuer = counter.plugins["post"]
    issuer.rates, issuer.pending_days = {"electricity": Decimal("0.02")}, 7
    page = Page(counter)
    counter.visit(counter.bill("ELEC", 17_500), Paying("cash", 17_500, "cash"))
    backed = {"1121": 350, "2110": -350} if funding == "accrual_backed" else {}
    assert page.net() == {
        "1101:h1:T1": 17_500,
        "2101:ELEC": -17_500,
        "issuer": -350,
        "R pending": 350,
        **backed,
    }
    counter.watch.forward(days=7)
    turn_the_page(counter.house.store, counter.me.street)
    assert page.entries() == {"points mature": {"R pending": -350, "R active": 350}}
    counter.good()


@pytest.mark.parametrize("funding", FUNDINGS)
def test_a_bill_of_120_with_30_points_and_90_card(funded: Funded, funding: str) -> None:
    counter = funded(funding)
    counter.give_points(5000)
    page = Page(counter)
    begun = counter.visit(counter.bill("PROP", 12_000), Paying("points", 3000), Paying("card", 9000, "pos"))
    assert page.entries() == {
        "points held": {"R active": -3000, "R held": 3000},
        "tender taken": {"1110:pos": 9000, "2103": -9000},
        "bills paid": {
            "2103": 9000,
            BEARER[funding]: 3000,
            "2101:PROP": -12_000,
            "R held": -3000,
            "redeemed": 3000,
        },
    }
    counter.refund(begun, {1: 12_000})
    assert page.entries() == {
        "refund agreed": {
            "2101:PROP": 12_000,
            "2103": -9000,
            BEARER[funding]: -3000,
            "redeemed": -3000,
            "R active": 3000,
        },
        "given back": {"2103": 9000, "1110:pos": -9000},
    }
    counter.good()


@pytest.mark.parametrize("funding", FUNDINGS)
def test_a_claim_is_paid(funded: Funded, funding: str) -> None:
    counter = funded(funding)
    counter.give_points(5000)
    counter.visit(counter.bill("PROP", 3000), Paying("points", 3000))
    claims = counter.house.claims
    claim, planned = claims.make(counter.accountant)
    counter.house.operations.drive(planned)
    page = Page(counter)
    claims.paid(counter.accountant, claim, 3000)
    assert page.entries() == {"claim paid": {"1102": 3000, SETTLED[funding]: -3000}}


def test_the_pool_is_topped_up(funded: Funded) -> None:
    counter = funded("prepaid")
    page = Page(counter)
    counter.house.claims.top_up(counter.accountant, 100_000)
    assert page.entries() == {"pool topped up": {"1102": 100_000, "2120": -100_000}}


def test_a_refund_that_the_biller_owes(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000, hub="stubborn"), Paying("card", 9000, "pos"))
    page = Page(counter)
    counter.refund(begun, {1: 9000}, caller=counter.accountant, biller_owes=True)
    assert page.net() == {"1130:ELEC": 9000, "1110:pos": -9000}


def test_a_refund_that_the_acquirer_refuses_becomes_credit(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    counter.plugins["pos"].will("payment_void", NO)
    counter.plugins["pos"].will("payment_refund", NO)
    page = Page(counter)
    refund = counter.refund(begun, {1: 9000})
    assert page.net() == {"2101:ELEC": 9000, "2103": -9000}, "still with us, and seen"
    counter.house.checkout.hand_over(counter.accountant, refund.attempt, begun.attempt, 1, "credit")
    assert page.net() == {"2103": 9000, "2102:R": -9000}
    counter.good()


@pytest.mark.parametrize("funding", FUNDINGS)
def test_a_purchase_is_refunded_whose_points_are_spent(funded: Funded, funding: str) -> None:
    counter = funded(funding)
    counter.plugins["post"].rates = {"electricity": Decimal("0.02")}
    begun = counter.visit(counter.bill("ELEC", 17_500), Paying("cash", 17_500, "cash"))
    counter.visit(counter.bill("PROP", 300), Paying("points", 300))
    page = Page(counter)
    counter.refund(begun, {1: 17_500})
    backed = {"1121": -350, "2110": 350} if funding == "accrual_backed" else {}
    assert page.net() == {
        "2101:ELEC": 17_500,
        "1101:h1:T1": -17_500,
        "R active": -50,
        "R debt": -300,
        "issuer": 350,
        **backed,
    }
    assert counter.points().debt == 300
    counter.good()


@pytest.mark.parametrize("funding", FUNDINGS)
def test_points_lapse(funded: Funded, funding: str) -> None:
    counter = funded(funding)
    counter.give_points(500, months=1)
    page = Page(counter)
    counter.watch.forward(days=32)
    turn_the_page(counter.house.store, counter.me.street)
    backed = {"1121": -500, "2110": 500} if funding == "accrual_backed" else {}
    assert page.entries() == {"points lapse": {"R active": -500, "expired": 500, **backed}}
    counter.good()


def test_a_till_that_is_two_yuan_short(counter: Counter) -> None:
    page = Page(counter)
    counter.close(19_800)
    assert page.entries() == {"over and short": {accounts.CASH_OVER_SHORT: 200, "1101:h1:T1": -200}}


def test_a_surplus_becomes_credit_and_pays_later(counter: Counter) -> None:
    page = Page(counter)
    counter.visit(counter.bill("ELEC", 9000), Paying("cash", 10_000, "cash"), surplus=True)
    assert page.net() == {"1101:h1:T1": 10_000, "2101:ELEC": -9000, "2102:R": -1000}
    counter.visit(counter.bill("WATER", 1000), Paying("credit", 1000))
    assert page.net() == {"2102:R": 1000, "2101:WATER": -1000}
    with pytest.raises(Conflict, match="credit"):
        counter.visit(counter.bill("WATER", 1), Paying("credit", 1))
    counter.good()


@pytest.mark.parametrize("funding", FUNDINGS)
def test_points_that_come_back_from_a_refused_bill(funded: Funded, funding: str) -> None:
    counter = funded(funding)
    counter.give_points(500)
    counter.plugins["hub"].will("biller_pay", NO)
    page = Page(counter)
    counter.visit(counter.bill("PROP", 500), Paying("points", 500))
    assert page.net() == {}
    assert counter.points().active == 500
    counter.good()


_POSTINGS = """
SELECT p.book, p.no, e.kind, p.account, p.amount FROM posting p JOIN entry e
ON e.street = p.street AND e.book = p.book AND e.no = p.no ORDER BY p.book, p.no, p.seq
"""
