"""The street is enforced a second time by PostgreSQL: for the application's role, and for anyone's raw SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from doubles import Acquirer, BillOffice, Issuer
from houses import STREET, Furnished, furnish
from jiedao.problems import NotFound
from jiedao.store.engine import open_engine
from jiedao.store.tables import APPEND_ONLY, TENANT_TABLES
from postgres_server import APPLICATION, OWNER, Database

OTHER = "150602008"
_NAMES = [table.name for table in TENANT_TABLES]


@pytest.fixture
def two_streets(postgresql: Database, tmp_path: Path) -> Iterator[tuple[Furnished, Furnished]]:
    """Two streets in one database, each with a paid order."""
    made = []
    for street in (STREET, OTHER):
        folder = tmp_path / street
        folder.mkdir()
        one = furnish(postgresql.url, folder, street=street, acquirer=Acquirer(), biller=BillOffice(), issuer=Issuer())
        one.open_shift()
        one.finish(one.visit([one.bill("WATER", "0012")], card=5012))
        made.append(one)
    yield made[0], made[1]
    for one in made:
        one.house.close()


@pytest.fixture
def application(postgresql: Database) -> Iterator[Engine]:
    """Raw access with the application's role."""
    engine = open_engine(postgresql.url)
    yield engine
    engine.dispose()


@pytest.fixture
def owner(postgresql: Database) -> Iterator[Engine]:
    """Raw access with the role that owns the tables."""
    engine = open_engine(postgresql.owner_url)
    yield engine
    engine.dispose()


def be(connection: Connection, street: str) -> None:
    connection.execute(text("SELECT set_config('jiedao.street', :street, false)"), {"street": street})


def streets_in(connection: Connection, table: str) -> set[str]:
    return {row.street for row in connection.execute(text(f'SELECT street FROM "{table}"'))}  # noqa: S608


@pytest.mark.parametrize("role", [APPLICATION, OWNER])
def test_raw_sql_sees_one_street_only(
    two_streets: tuple[Furnished, Furnished], application: Engine, owner: Engine, role: str
) -> None:
    """FORCE: also the owner of the tables is held to it."""
    engine = application if role == APPLICATION else owner
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == role
        seen = set()
        for street in (STREET, OTHER):
            be(connection, street)
            for table in _NAMES:
                found = streets_in(connection, table)
                assert found <= {street}, table
                seen |= {table for _ in found}
        assert {"orders", "posting", "entry", "operation", "resident", "receipt", "attempt_event"} <= seen


def test_without_a_street_nothing_is_seen(two_streets: tuple[Furnished, Furnished], application: Engine) -> None:
    with application.connect() as connection:
        assert all(not streets_in(connection, table) for table in _NAMES)


def test_rows_of_another_street_cannot_be_changed_deleted_or_written(
    two_streets: tuple[Furnished, Furnished], application: Engine
) -> None:
    with application.connect() as connection:
        be(connection, STREET)
        connection.commit()
        for statement in ("UPDATE credit SET balance = 1000000", "DELETE FROM bill_lock"):
            other = f"{statement} WHERE street = '{OTHER}'"
            assert connection.execute(text(other)).rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text(f"INSERT INTO hall (street, id, name) VALUES ('{OTHER}', 'h9', '{{}}')"))  # noqa: S608
        connection.rollback()
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text(f"UPDATE hall SET street = '{OTHER}'"))  # noqa: S608


def test_every_table_with_a_street_is_guarded(owner: Engine) -> None:
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p')")
        )
        guarded = {row.relname for row in rows if row.relrowsecurity and row.relforcerowsecurity}
        streeted = connection.execute(
            text("SELECT table_name FROM information_schema.columns WHERE column_name = 'street'")
        ).scalars()
    # The list of streets itself is open, so that workers know whom to serve.
    assert guarded == set(streeted) - {"street"}


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE posting DISABLE TRIGGER ALL",
        "DROP TRIGGER posting_append_only ON posting",
        "ALTER TABLE posting DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE posting NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own_street ON posting",
        "DROP TABLE posting",
        "TRUNCATE posting CASCADE",
        "UPDATE posting SET amount = 0",
        "DELETE FROM posting",
        "UPDATE street SET timezone = 'UTC'",
        "DELETE FROM street",
        "SET session_replication_role = replica",
        "SET row_security = off; SELECT * FROM posting",
        "CREATE TABLE mine (id int)",
        "ALTER FUNCTION jiedao_refuse_change() RENAME TO gone",
        f"GRANT ALL ON posting TO {APPLICATION}",
        f"SET ROLE {OWNER}",
    ],
)
def test_the_application_cannot_take_its_bonds_off(
    two_streets: tuple[Furnished, Furnished], application: Engine, statement: str
) -> None:
    with application.connect() as connection:
        be(connection, STREET)
        with pytest.raises(DBAPIError):
            for part in statement.split("; "):
                connection.execute(text(part))
            if statement.startswith("GRANT"):  # granting what one does not have is only a warning
                connection.execute(text("UPDATE posting SET amount = 0"))


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("act", ["UPDATE {0} SET street = street", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
@pytest.mark.parametrize("role", [APPLICATION, OWNER])
def test_the_journal_is_append_only_for_everyone(
    two_streets: tuple[Furnished, Furnished], application: Engine, owner: Engine, table: str, act: str, role: str
) -> None:
    engine = application if role == APPLICATION else owner
    with engine.connect() as connection:
        be(connection, STREET)
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            connection.execute(text(act.format(table)))


def test_keys_are_scoped_by_street(two_streets: tuple[Furnished, Furnished]) -> None:
    """Both streets have a till T1, a connection card, a bill 202610-0012 and a receipt T1-1."""
    for made in two_streets:
        assert [row.bill for row in made.rows("order_line")] == ["202610-0012"]
        assert [row.no for row in made.rows("receipt")] == [1]
        assert made.faults() == []


def test_the_house_finds_nothing_of_another_street(two_streets: tuple[Furnished, Furnished]) -> None:
    ours, theirs = two_streets
    (order,) = theirs.rows("orders")
    with pytest.raises(NotFound):
        ours.house.checkout.refund(ours.operator, order.id, {1: 100}, "not ours")
    with ours.house.store.read(ours.street) as tx, pytest.raises(NotFound):
        ours.house.residents.get(tx, theirs.resident)


def test_a_database_connection_that_served_another_street_serves_ours(
    two_streets: tuple[Furnished, Furnished],
) -> None:
    """Also after a rollback, which in PostgreSQL takes the setting of the street back."""
    store = two_streets[0].house.store
    for street in (STREET, OTHER, OTHER, STREET):
        with pytest.raises(ZeroDivisionError), store.write(street):
            raise ZeroDivisionError
        with store.write(street) as tx:
            assert two_streets[street == OTHER].house.residents.get(tx, two_streets[street == OTHER].resident)
        with store.read(street) as tx:
            assert two_streets[street == OTHER].house.residents.get(tx, two_streets[street == OTHER].resident)
