"""Folding in small steps, by several at once, behind a busy street; spans; how everything else stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from core_counter import STREET, Counter

from jiedao.checkout.checkout import Paying
from jiedao.figures import fold as folding
from jiedao.figures.collected import collected
from jiedao.figures.days import still_open, worked
from jiedao.figures.fold import fold, rebuild
from jiedao.figures.span import Named, Span
from jiedao.figures.standing import open_items
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao.worker import Worker

TODAY = date(2026, 2, 14)
ZONE = "Asia/Shanghai"


def cash(counter: Counter, amount: int) -> None:
    counter.visit(counter.bill("ELEC", amount), Paying("cash", amount, "cash"))


def ever(counter: Counter) -> Span:
    today = counter.watch.now.date()
    return Span(today - timedelta(days=400), today + timedelta(days=1))


def test_small_steps_and_several_workers_fold_each_entry_once(
    on_both: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "_A_TIME", 3)
    for amount in range(100, 120):
        cash(on_both, amount)
    threads = [threading.Thread(target=fold, args=(on_both.house.store, STREET)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with on_both.read() as tx:
        found = collected(tx, ever(on_both))
    assert (found.total.paid, found.total.lines, found.orders) == (sum(range(100, 120)), 20, 20)
    assert found.billers["ELEC"] == Text("ELEC公司", "ELEC company")
    entries = on_both.sql("SELECT sum(entries) FROM book")[0][0]
    assert fold(on_both.house.store, STREET) == 0
    assert rebuild(on_both.house.store, STREET) == entries


def test_the_end_of_the_journal_is_read_without_folding_and_only_so_far(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    cash(counter, 500)
    with counter.read() as tx:
        found = collected(tx, ever(counter))
    assert (found.complete, found.as_of, found.total.paid) == (True, counter.watch.now, 500)
    then = counter.watch.now
    counter.watch.forward(seconds=3600)
    for _ in range(10):
        cash(counter, 500)
    monkeypatch.setattr(folding, "TAIL", 4)
    with counter.read() as tx:
        found = collected(tx, ever(counter))
    assert not found.complete
    assert then <= found.as_of < counter.watch.now + timedelta(seconds=1)
    assert found.total.paid < 5500
    fold(counter.house.store, STREET)
    with counter.read() as tx:
        assert collected(tx, ever(counter)).total.paid == 5500


def test_a_worker_folds(counter: Counter) -> None:
    cash(counter, 500)
    Worker(counter.house).once()
    assert counter.sql("SELECT amount FROM figure WHERE kind = 'paid' AND grain = 'day'")[0][0] == 500


def test_a_day_ends_at_the_midnight_of_the_street(counter: Counter) -> None:
    counter.watch.now = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    cash(counter, 100)
    counter.watch.now = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    cash(counter, 200)
    for _ in range(2):
        with counter.read() as tx:
            last, first = (collected(tx, Span(day, day)) for day in (date(2026, 3, 31), date(2026, 4, 1)))
        assert (last.total.paid, first.total.paid) == (100, 200)
        fold(counter.house.store, STREET)


def test_points_of_an_issuer_that_pays_ahead(funded: Callable[[str], Counter]) -> None:
    counter = funded("prepaid")
    counter.house.claims.top_up(counter.accountant, 5000)
    counter.plugins["post"].rates = {"property": Decimal("0.1")}
    counter.give_points(700)
    counter.visit(counter.bill("PROP", 1000), Paying("points", 700), Paying("cash", 300, "cash"))
    with counter.read() as tx:
        points = collected(tx, ever(counter)).points
    assert (points.redeemed, points.pool, points.owed) == (700, 4300, 0)
    assert points.issued == 700 + 30


def test_what_is_open_and_which_shifts_were_worked(counter: Counter) -> None:
    counter.plugins["mute"].will("payment_start", OutcomeUnknown("cut"))
    counter.visit(counter.bill("ELEC", 900), Paying("card", 900, "mute"))
    counter.plugins["pos"].will("payment_start", OutcomeUnknown("cut"))
    counter.visit(counter.bill("ELEC", 900), Paying("card", 900, "pos"))
    today = counter.watch.now.date()
    with counter.read() as tx:
        now = open_items(tx, Span(today, today), ZONE)
        later = open_items(tx, Span(today, today + timedelta(days=3)), ZONE)
        (shift,) = worked(tx, Span(today, today), ZONE)
        assert worked(tx, Span(today - timedelta(days=9), today - timedelta(days=5)), ZONE) == []
        assert [one.id for one in still_open(tx)] == [shift.id]
    assert (now.review, now.unknown, now.shifts, now.breaks) == (1, 1, 0, 0)
    assert later.shifts == 1
    assert (shift.till, shift.hall_name, shift.difference) == ("T1", Text("一社区", "One"), None)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        (Named.TODAY, TODAY),
        (Named.WEEK, date(2026, 2, 9)),
        (Named.MONTH, date(2026, 2, 1)),
        (Named.YEAR, date(2026, 1, 1)),
    ],
)
def test_named_spans_end_today(name: Named, first: date) -> None:
    assert Span.named(name, TODAY) == Span(first, TODAY)


def test_spans_that_are_none() -> None:
    with pytest.raises(Invalid, match=r"span\.order"):
        Span(TODAY, TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match=r"span\.long"):
        Span(date(2000, 1, 1), TODAY)


def test_long_spans_are_cut_into_months() -> None:
    span = Span(date(2026, 1, 31), date(2026, 4, 15))
    steps = [(step.first, step.last) for step in span.steps()]
    assert steps[0] == (date(2026, 1, 31), date(2026, 1, 31))
    assert steps[1] == (date(2026, 2, 1), date(2026, 2, 28))
    assert steps[-1] == (date(2026, 4, 1), date(2026, 4, 15))
    before, months, after = span.pieces()
    assert before == Span(date(2026, 1, 31), date(2026, 1, 31))
    assert months == Span(date(2026, 2, 1), date(2026, 3, 31))
    assert after == Span(date(2026, 4, 1), date(2026, 4, 15))
