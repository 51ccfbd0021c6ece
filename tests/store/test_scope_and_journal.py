"""A statement without its street is not sent; SQLite keeps the journal from changing; transactions are whole or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from cert_hall import Hall
from doubles import Step
from houses import Furnished, furnish
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.hookspecs.postal import EventKind
from jiedao.post.tracking import TypedEvent
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, param
from post_desk import post_desk
from postgres_server import Database
from service_hall import ServiceHall

_O = tables.order.c


@pytest.mark.parametrize("table", [table.name for table in tables.APPEND_ONLY])
@pytest.mark.parametrize("act", ["UPDATE {0} SET street = street", "DELETE FROM {0}"])
def test_sqlite_refuses_to_change_the_journal(sqlite: Database, tmp_path: Path, table: str, act: str) -> None:
    hall = Hall(sqlite.url, tmp_path, street="150602009")
    hall.look_up()
    hall.house.close()
    services = ServiceHall(sqlite.url, tmp_path, street="150602010")
    services.open()
    services.house.close()
    made = furnish(sqlite.url, tmp_path)
    made.open_shift()
    made.acquirer.will("payment_start", Step(answer=OutcomeUnknown("line cut")))
    paid = made.visit([made.bill("WATER", "0012")], card=5012)
    made.finish(paid)
    made.finish(made.house.checkout.refund(made.operator, paid.order, {1: 100}, "for the audit"))
    made.house.close()
    posting = post_desk(sqlite.url, tmp_path, street="150602008")
    posting.range()
    posting.room.tracking.type_in(posting.made.operator, posting.post("book"), TypedEvent(EventKind.ACCEPTED))
    made = posting.made
    with made.house.store.engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(act.format(table)))
    made.house.close()


@pytest.mark.parametrize(
    "statement",
    [
        select(tables.order),
        select(tables.order).where(_O.street == "150602007"),
        select(tables.order).where(_O.id == param("id")),
        update(tables.order).values(state="paid"),
        delete(tables.order).where(_O.id == param("id")),
    ],
)
def test_a_statement_without_the_street_is_not_sent(furnished: Furnished, statement: object) -> None:
    with furnished.house.store.write(furnished.street) as tx:
        for send in (tx.rows, tx.first, tx.change):
            with pytest.raises(ValueError, match="not scoped"):
                send(statement, id_="1")


def test_an_update_that_waits_for_the_others_is_checked_as_well(furnished: Furnished) -> None:
    with furnished.house.store.write(furnished.street) as tx, pytest.raises(ValueError, match="not scoped"):
        tx.set(update(tables.order).values(state="paid"))


def test_fixed_values_reach_the_database_as_they_are(furnished: Furnished) -> None:
    """None, false and zero are values too."""
    shift = furnished.open_shift()
    clear = update(tables.shift).where(tables.shift.c.street == STREET).values(closed_at=None, counted=0, staff="")
    for send in ("change", "set"):
        with furnished.house.store.write(furnished.street) as tx:
            getattr(tx, send)(clear)
        (row,) = furnished.rows("shift")
        assert (row.id, row.closed_at, row.counted, row.staff) == (shift, None, 0, "")


def test_a_taken_key_rolls_everything_back(furnished: Furnished) -> None:
    tills = len(furnished.rows("till"))
    with pytest.raises(AlreadyThere), furnished.house.store.write(furnished.street) as tx:
        tx.add(tables.till, id="T9", hall="h1", name="new")
        tx.add(tables.hall, id="h1", name={})
    assert len(furnished.rows("till")) == tills


def test_a_taken_key_is_seen_when_the_waiting_writes_are_sent(furnished: Furnished) -> None:
    tills = len(furnished.rows("till"))
    with pytest.raises(AlreadyThere), furnished.house.store.write(furnished.street) as tx:
        tx.put(tables.till, {"id": "T9", "hall": "h1", "name": "new"})
        tx.put(tables.hall, {"id": "h1", "name": {}})
    assert len(furnished.rows("till")) == tills
    with furnished.house.store.write(furnished.street) as tx:
        tx.put(tables.till, {"id": "T9", "hall": "h1", "name": "new"})
    assert len(furnished.rows("till")) == tills + 1


def test_whoever_is_overtaken_begins_again_and_leaves_nothing(furnished: Furnished) -> None:
    tries = []

    def work(tx: object) -> str:
        tries.append(tx)
        furnished_tx = tries[-1]
        furnished_tx.put(tables.till, {"id": "T9", "hall": "h1", "name": "new"})
        if len(tries) < 3:
            raise Overtaken("somebody was first")
        return "done"

    assert furnished.house.store.retrying(furnished.street, work) == "done"
    assert len(set(map(id, tries))) == 3
    assert [row.id for row in furnished.rows("till")] == ["T1", "T2", "T9"]
