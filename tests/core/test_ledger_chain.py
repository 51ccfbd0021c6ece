"""The journal balances, counts without gaps, and shows whoever changes it past the application.

Tampering is done on SQLite with the triggers dropped, as somebody with the file and a tool could.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from core_counter import Counter
from sqlalchemy.exc import DatabaseError

from jiedao.checkout.checkout import Paying
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.ledger.journal import CNY, PTS, Book, Posting, Unbalanced, balance, cr, debit, move
from jiedao.ledger.verify import Fault, Verified, verify
from jiedao.store import tables


def verified(counter: Counter) -> Verified:
    with counter.read() as tx:
        return verify(tx)


@pytest.fixture
def busy(counter: Counter) -> Counter:
    """A street in whose books all kinds of things stand."""
    counter.give_points(3000)
    counter.visit(counter.bill("PROP", 9000), Paying("points", 1000), Paying("card", 8000, "pos"))
    counter.visit(counter.bill("ELEC", 9000), Paying("cash", 9500, "cash"), surplus=True)
    begun = counter.visit(counter.bill("WATER", 500), Paying("credit", 500))
    counter.refund(begun, {1: 200})
    assert verified(counter).faults == ()
    return counter


@pytest.mark.parametrize(
    "postings",
    [
        [debit("1102", 1)],
        [debit("1102", 100), cr("2101:X", 99)],
        [debit("1102", 100), cr("2101:X", 100, PTS)],
        [*move("a", "b", 5), debit("1102", 1)],
    ],
)
def test_an_entry_that_does_not_balance_is_never_written(counter: Counter, postings: list[Posting]) -> None:
    with pytest.raises(Unbalanced):
        Book("T1").enter("wrong", "x", postings)


def test_every_entry_balances_in_each_unit(busy: Counter) -> None:
    rows = busy.sql("SELECT book, no, unit, SUM(amount) AS total FROM posting GROUP BY book, no, unit")
    assert rows
    assert {row.total for row in rows} == {0}


def test_books_are_numbered_without_gaps_and_begin_at_one(on_both: Counter) -> None:
    on_both.open(caller=on_both.other)
    for caller in (on_both.me, on_both.other, on_both.me):
        on_both.visit(on_both.bill("ELEC", 100), Paying("cash", 100, "cash"), caller=caller)
    with pytest.raises(RuntimeError), on_both.write() as tx:
        book = Book("T1")
        book.enter("undone", "x", [debit("1102", 1), cr("2101:X", 1)])
        book.write(tx)
        raise RuntimeError("rolled back")
    numbers: dict[str, list[int]] = {}
    for row in on_both.sql("SELECT book, no FROM entry ORDER BY book, no"):
        numbers.setdefault(row.book, []).append(row.no)
    assert set(numbers) == {"T1", "T2"}
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert verified(on_both).faults == ()


def test_what_is_written_cannot_be_changed_through_the_application(on_both: Counter) -> None:
    on_both.refund(on_both.visit(on_both.bill("ELEC", 100), Paying("cash", 100, "cash")), {1: 100})
    for act in ("UPDATE %s SET street = street", "DELETE FROM %s"):
        for table in ("entry", "posting", "attempt_event", "audit"):
            with pytest.raises(DatabaseError, match=r"append-only|denied"):
                on_both.sql(act % table)


def test_a_book_that_is_not_there_cannot_be_written(counter: Counter) -> None:
    book = Book("T9")
    book.enter("x", "x", [debit("1102", 1), cr("2101:X", 1)])
    with pytest.raises(LookupError, match="no book T9"), counter.write() as tx:
        book.write(tx)


def test_a_balance_is_recomputed_from_postings(busy: Counter) -> None:
    with busy.read() as tx:
        assert balance(tx, "1110:pos") == 8000
        assert balance(tx, "1110:pos", PTS) == 0
        assert balance(tx, "nothing", CNY) == 0


def tamper(counter: Counter, *statements: str) -> tuple[Fault, ...]:
    """Change the file with a tool, and verify."""
    counter.house.store.engine.dispose()
    with closing(sqlite3.connect(counter.folder / "jiedao.db", isolation_level=None)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
    return verified(counter).faults


LAST = "(SELECT entries FROM book WHERE id = 'T1') AND book = 'T1'"
CHAIN: dict[str, tuple[list[str], str]] = {
    "a changed amount": (
        [
            "UPDATE posting SET amount = amount + 1 WHERE book = 'T1' AND no = 2 AND seq = 1",
            "UPDATE posting SET amount = amount - 1 WHERE book = 'T1' AND no = 2 AND seq = 2",
        ],
        "was changed after it was written",
    ),
    "a changed account": (
        ["UPDATE posting SET account = '1102' WHERE book = 'T1' AND no = 2 AND seq = 1"],
        "was changed after it was written",
    ),
    "a changed time": (
        ["UPDATE entry SET at = '2026-01-01 00:00:00.000000' WHERE book = 'T1' AND no = 2"],
        "was changed after it was written",
    ),
    "a changed kind": (["UPDATE entry SET kind = 'gift' WHERE book = 'T1' AND no = 2"], "was changed after"),
    "an added posting": (
        ["INSERT INTO posting SELECT street, book, no, 99, '1102', 'CNY', 0 FROM entry WHERE book = 'T1' AND no = 2"],
        "was changed after it was written",
    ),
    "a posting of no entry": (
        ["INSERT INTO posting SELECT street, book, 77, seq, '1102', unit, amount FROM posting WHERE no = 2"],
        "postings of an entry that does not exist",
    ),
    "a removed posting": (["DELETE FROM posting WHERE book = 'T1' AND no = 2 AND seq = 1"], "was changed after"),
    "a removed entry": (
        ["DELETE FROM posting WHERE book = 'T1' AND no = 2", "DELETE FROM entry WHERE book = 'T1' AND no = 2"],
        "number 2 is missing",
    ),
    "two swapped entries": (
        [
            "UPDATE posting SET no = no + 1000 WHERE book = 'T1' AND no IN (2, 3)",
            "UPDATE entry SET no = no + 1000 WHERE book = 'T1' AND no IN (2, 3)",
            "UPDATE posting SET no = 1005 - no WHERE book = 'T1' AND no IN (1002, 1003)",
            "UPDATE entry SET no = 1005 - no WHERE book = 'T1' AND no IN (1002, 1003)",
        ],
        "does not follow the entry before it",
    ),
    "a truncated tail": (
        [one % LAST for one in ("DELETE FROM posting WHERE no = %s", "DELETE FROM entry WHERE no = %s")],
        "does not end where the book says it ends",
    ),
    "a removed book": (["DELETE FROM book WHERE id = 'T1'"], "entries of a book that does not exist"),
    "an entry that does not balance": (
        ["UPDATE posting SET amount = amount + 1 WHERE book = 'T1' AND no = 2 AND seq = 1"],
        "off by 1",
    ),
}


@pytest.mark.parametrize("what", CHAIN)
def test_verification_sees(busy: Counter, what: str) -> None:
    statements, says = CHAIN[what]
    faults = tamper(busy, *statements)
    assert any(says in fault.what for fault in faults), faults


BALANCES: dict[str, tuple[str, str]] = {
    "more active points": ("UPDATE points_account SET active = active + 1 WHERE active > 0", "active is not what the"),
    "held points": ("UPDATE points_account SET held = 1", "held is not what the journal says"),
    "pending points": ("UPDATE points_account SET pending = 1", "pending is not the sum of its lots"),
    "a debt": ("UPDATE points_account SET debt = 1", "debt is not what the journal says"),
    "a lot": ("UPDATE lot SET remaining = remaining - 1 WHERE remaining > 0", "active is not the sum of its lots"),
    "credit": ("UPDATE credit SET balance = balance + 1 WHERE balance > 0", "is not what the journal says"),
    "points without an account": ("DELETE FROM points_account WHERE active > 0", "active is not what the journal says"),
    "credit without an account": ("DELETE FROM credit WHERE balance > 0", "is not what the journal says"),
}


@pytest.mark.parametrize("what", BALANCES)
def test_verification_recomputes(busy: Counter, what: str) -> None:
    statement, says = BALANCES[what]
    faults = tamper(busy, statement)
    assert any(says in fault.what for fault in faults), faults


def test_what_is_held_is_what_the_lots_say(counter: Counter) -> None:
    counter.give_points(3000)
    counter.plugins["pos"].will("payment_start", OutcomeUnknown("cut"))
    counter.visit(counter.bill("PROP", 9000), Paying("points", 1000), Paying("card", 8000, "pos"))
    assert verified(counter).faults == ()
    faults = tamper(counter, "UPDATE held_lot SET amount = 999")
    assert [fault.what for fault in faults] == ["held is not the sum of its lots"]


def test_verification_says_how_much_it_saw(busy: Counter) -> None:
    seen = verified(busy)
    assert seen.books == 3
    assert seen.entries == busy.sql("SELECT COUNT(*) FROM entry")[0][0]
    assert seen.postings == busy.sql("SELECT COUNT(*) FROM posting")[0][0]


def test_another_street_has_books_of_its_own(busy: Counter) -> None:
    with busy.house.store.read("150602008") as tx:
        assert verify(tx) == Verified(0, 0, 0, ())
    assert tables.entry in tables.APPEND_ONLY
