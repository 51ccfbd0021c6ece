"""After any history the figures are what the journal and the orders say, to the fen, however often they were folded."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter as Count
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from core_counter import STREET, Counter
from core_doubles import NO, acknowledged, slip, taken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedao.checkout.checkout import Begun, Paying
from jiedao.figures.balances import balances
from jiedao.figures.collected import Collected, collected
from jiedao.figures.fold import fold, kind_of, rebuild
from jiedao.figures.span import Span
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.problems import Problem

LOST = OutcomeUnknown("the line was cut")
ZONE = ZoneInfo("Asia/Shanghai")
EVER = Span(date(2025, 1, 1), date(2028, 12, 31))
Act = Callable[["History"], None]


class History:
    """A counter with what may be refunded."""

    def __init__(self, url: str, folder: Path) -> None:
        self.counter = Counter(url, folder)
        self.counter.plugins["post"].rates = {"property": Decimal("0.1"), "electricity": Decimal(1)}
        self.counter.open()
        self.counter.open(caller=self.counter.other)
        self.counter.give_points(100_000)
        self.paid: list[Begun] = []

    def visit(self, amounts: list[int], *paying: Paying, hub: str = "hub", other: bool = False) -> None:
        """Pay property fees (points may pay them) and electricity, at one of the two tills."""
        counter = self.counter
        billers = ["PROP", "ELEC", "PROP"]
        bills = [counter.bill(billers[no], amount, hub=hub) for no, amount in enumerate(amounts)]
        caller = counter.other if other else None
        self.paid.append(counter.visit(bills, *paying, caller=caller))


def in_cash(history: History) -> None:
    history.visit([9000], Paying("cash", 9000, "cash"))


def mixed(history: History) -> None:
    history.visit([5000, 700], Paying("points", 1200), Paying("cash", 500, "cash"), Paying("card", 4000, "pos"))


def three_lines(history: History) -> None:
    history.visit([100, 200, 300], Paying("card", 600, "mute"), other=True)


def reserved(history: History) -> None:
    history.visit([4400, 1100], Paying("card", 5500, "holding"))


def partly_refused(history: History) -> None:
    history.counter.plugins["hub"].will("biller_pay", acknowledged, NO)
    history.visit([5000, 700], Paying("cash", 700, "cash"), Paying("card", 5000, "pos"))


def refused(history: History) -> None:
    history.counter.plugins["hub"].will("biller_pay", NO)
    history.visit([800], Paying("points", 300), Paying("card", 500, "pos"))


def declined(history: History) -> None:
    history.counter.plugins["pos"].will("payment_start", NO)
    history.visit([800], Paying("cash", 300, "cash"), Paying("card", 500, "pos"))


def given_up(history: History) -> None:
    counter = history.counter
    counter.plugins["pos"].will("payment_start", taken)
    history.visit([800], Paying("card", 800, "pos"))
    given = counter.house.checkout.give_up(counter.me, history.paid[-1].order)
    counter.house.operations.drive(given.planned)


def lost_and_found(history: History) -> None:
    history.counter.plugins["pos"].will("payment_start", LOST)
    history.visit([650], Paying("card", 650, "pos"))
    history.counter.plugins["pos"].will("payment_query", slip)
    history.counter.resolve()


def late(history: History) -> None:
    history.counter.plugins["pos"].will("payment_start", LOST)
    history.visit([650], Paying("card", 650, "pos"))
    history.counter.resolve()
    history.counter.plugins["pos"].will("payment_query", slip)
    history.counter.tell_late(history.paid[-1])


def in_doubt_at_the_biller(history: History) -> None:
    history.counter.plugins["hub"].will("biller_pay", LOST)
    history.visit([650], Paying("card", 650, "pos"))


def refund(history: History, amount: int | None, **more: bool) -> None:
    """Refund the first line of the latest visits that has something left."""
    for begun in reversed(history.paid):
        line = history.counter.attempt(begun).lines[1]
        left = line.amount - line.refunded
        if line.state == "paid" and left:
            try:
                wanted = {1: min(left, amount or left)}
                history.counter.refund(begun, wanted, caller=history.counter.accountant, **more)
            except Problem:  # a part of a card sale of the same day, for example
                continue
            return


def refund_part(history: History) -> None:
    refund(history, 70)


def refund_whole(history: History) -> None:
    refund(history, None)


def refund_refused(history: History) -> None:
    history.counter.plugins["hub"].will("biller_cancel", NO)
    refund(history, None)


def hours_pass(history: History) -> None:
    history.counter.resolve(7 * 3600)


def days_pass(history: History) -> None:
    history.counter.resolve(20 * 86_400)


def folded(history: History) -> None:
    fold(history.counter.house.store, STREET)


def day_ends(history: History) -> None:
    counter = history.counter
    with counter.read() as tx:
        row = counter.house.shifts.current(tx, "T1")
    assert row is not None
    counter.close(counter.money().get("1101:h1:T1", 0) - 130, shift=row.id)
    counter.open(20_100)


ACTS: tuple[Act, ...] = (
    in_cash,
    mixed,
    three_lines,
    reserved,
    partly_refused,
    refused,
    declined,
    given_up,
    lost_and_found,
    late,
    in_doubt_at_the_biller,
    refund_part,
    refund_whole,
    refund_refused,
    hours_pass,
    days_pass,
    folded,
    day_ends,
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(ACTS), min_size=1, max_size=14))
def test_figures_are_what_the_journal_says(sqlite_template: Path, acts: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(sqlite_template, folder / "jiedao.db")
        history = History(f"sqlite:///{folder / 'jiedao.db'}", folder)
        with closing(history.counter.house):
            for act in acts:
                act(history)
            agree(history.counter)
            fold(history.counter.house.store, STREET)
            agree(history.counter)
            before = rows(history.counter)
            rebuild(history.counter.house.store, STREET)
            assert rows(history.counter) == before


def agree(counter: Counter) -> None:
    """The sums of a span that holds everything, and of each day, against sums made in another way."""
    with counter.read() as tx:
        found = collected(tx, EVER)
    assert found.complete
    as_the_orders_say(counter, found)
    as_the_journal_says(counter, found)
    days = {date.fromisoformat(str(row[0])[:10]) for row in counter.sql("SELECT at FROM entry")}
    span = Span(min(days), max(max(days), counter.watch.now.astimezone(ZONE).date()))
    written = sorted(days | {day + timedelta(days=1) for day in days})  # noted in UTC, counted for the street's own day
    with counter.read() as tx:
        parts = [collected(tx, Span(day, day)) for day in written]
        steps = collected(tx, span).steps
    assert [(step.paid, step.refunded) for step in steps] == [paid_and_refunded(step.span, parts) for step in steps]
    assert sum(part.points.issued for part in parts) == found.points.issued
    assert sum(part.orders for part in parts) == found.orders
    for cut in (0, 1, 12):  # spans that begin and end in the middle of months, and are shown by month
        some = Span(span.first + timedelta(days=cut), span.last + timedelta(days=64))
        with counter.read() as tx:
            longer = collected(tx, some)
        assert (longer.total.paid, longer.total.refunded) == paid_and_refunded(some, parts)
        assert sum(step.paid for step in longer.steps) == longer.total.paid
        assert longer.points.owed == found.points.owed


def paid_and_refunded(span: Span, days: Sequence[Collected]) -> tuple[int, int]:
    """The sums of the days in a span."""
    inside = [day.total for day in days if span.first <= day.span.first <= span.last]
    return sum(day.paid for day in inside), sum(day.refunded for day in inside)


def as_the_orders_say(counter: Counter, found: Collected) -> None:
    lines = counter.sql(
        "SELECT biller, category, sum(amount), count(*) FROM order_line WHERE state = 'paid' GROUP BY 1, 2"
    )
    paid, refunded = Count[str](), Count[str]()
    settled = {row[0] for row in counter.sql("SELECT subject FROM entry WHERE kind = 'bills paid'")}
    for biller, amount, order in counter.sql("SELECT biller, amount, \"order\" FROM order_line WHERE state = 'paid'"):
        if order in settled:
            paid[biller] += amount
    for biller, amount in counter.sql(
        "SELECT l.biller, r.amount FROM refund_line r JOIN attempt a ON a.id = r.attempt "
        "JOIN order_line l ON l.\"order\" = a.\"order\" AND l.no = r.line WHERE r.state IN ('agreed', 'owed')"
    ):
        refunded[biller] += amount
    assert {one.key: one.paid for one in found.by_biller} == {one.key: paid[one.key] for one in found.by_biller}
    assert found.total.paid == paid.total()
    assert {one.key: one.refunded for one in found.by_biller} == {one.key: refunded[one.key] for one in found.by_biller}
    assert found.total.refunded == refunded.total()
    assert found.orders == len(settled)
    assert {one.key for one in found.by_category} <= {row[1] for row in lines} | {"property", "electricity"}
    for parts in (found.by_category, found.by_hall, found.steps):
        assert sum(part.paid for part in parts) == found.total.paid
        assert sum(part.refunded for part in parts) == found.total.refunded


def as_the_journal_says(counter: Counter, found: Collected) -> None:
    books = counter.books()
    as_recomputed(counter, books)
    for one in found.by_biller:
        stands = -books.get(f"2101:{one.key}", 0) - books.get(f"1130:{one.key}", 0)
        assert one.net == stands, one.key
    points = found.points
    assert books.get("pts:issuer", 0) == points.taken_back - points.issued
    assert books.get("pts:redeemed", 0) == points.redeemed - points.restored
    assert books.get("pts:expired", 0) == points.lapsed
    assert points.owed == books.get("1120", 0)
    assert found.short - found.over == books.get("5102", 0)
    net = {way.key: way.taken - way.returned for way in found.ways}
    for account in ("1110:pos", "1110:mute", "1110:holding"):
        assert net.get(account, 0) == books.get(account, 0)
    assert net.get("credit", 0) == books.get("2102:" + counter.resident, 0)


def as_recomputed(counter: Counter, books: dict[str, int]) -> None:
    """Balances of accounts, as from all postings."""
    summed = Count[str]()
    for account, total in books.items():
        summed[kind_of(account)] += total
    with counter.read() as tx:
        found = {account: total for account, _, total in balances(tx)}
    assert found == {account: total for account, total in summed.items() if total}


def rows(counter: Counter) -> list[tuple[object, ...]]:
    """All folded sums that are not zero twice over."""
    found = counter.sql(
        "SELECT grain, kind, start, hall, who, category, amount, number FROM figure ORDER BY 1, 2, 3, 4, 5, 6"
    )
    return [tuple(row) for row in found]
