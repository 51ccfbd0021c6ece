"""Who may be the second person is the same for one proposal and for a page of them, whatever they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from core_counter import SEEN, Counter
from core_doubles import NO
from four_eyes import LARGE, LOST, chief, in_review, propose, second

from jiedao.checkout.checkout import Paying
from jiedao.directory.caller import Caller, Role
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, State
from jiedao.reconcile import breaks

WHY = "居民重复缴费，原单在此"


def closing(counter: Counter) -> None:
    for _ in range(2):
        propose(counter, in_review(counter)[1])


def difference(counter: Counter) -> None:
    _, operation = in_review(counter)
    with counter.house.store.write(counter.me.street) as tx:
        told = {"currency": "CNY", "operation": operation, "ours": LARGE}
        breaks.find(tx, breaks.Kind.OURS_ONLY, "pos", date(2026, 10, 8), **told)
        breaks.find(tx, breaks.Kind.THEIRS_ONLY, "pos", date(2026, 10, 8), currency="CNY", row="r", theirs=LARGE)
    with counter.read() as tx:
        found = breaks.all_of(tx, "open")
    for one in found:
        breaks.propose(counter.house.store, counter.accountant, one.id, SEEN)


def refund(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", LARGE), Paying("card", LARGE, "pos"))
    counter.house.checkout.propose_refund(replace(counter.other, till="T1"), begun.order, {1: LARGE}, WHY)


def hand_over(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", LOST)
    tenders = Paying("cash", LARGE, "cash"), Paying("card", 30_000, "pos")
    begun = counter.visit(counter.bill("ELEC", LARGE + 30_000), *tenders, resident="")
    counter.close(20_000 + LARGE)
    counter.plugins["pos"].will("payment_query", NO)
    counter.resolve()
    what = begun.attempt, begun.attempt, 1, "cash", SEEN
    counter.house.checkout.propose_hand_over(counter.accountant, *what)


MADE = {Kind.CLOSING: closing, Kind.BREAK: difference, Kind.REFUND: refund, Kind.HAND_OVER: hand_over}


@pytest.mark.parametrize("kind", MADE)
def test_a_page_bars_whom_each_proposal_bars(on_both: Counter, kind: Kind) -> None:
    MADE[kind](on_both)
    cashier = replace(on_both.me, role=Role.ACCOUNTANT)
    assert barred(on_both, cashier) >= {True}
    assert barred(on_both, chief(on_both)) == barred(on_both, second(on_both)) == {False}
    assert barred(on_both, on_both.me) == {True}


def barred(counter: Counter, who: Caller) -> set[bool]:
    """Whether somebody may not decide on one of the open proposals."""
    room = counter.house.proposals
    with counter.read() as tx:
        found = proposals.page(tx, State.OPEN)
        each, together = [room.barred(tx, who, one) for one in found], room.barred_from(tx, who, found)
    assert found
    assert together == each
    return {why is not None for why in together}
