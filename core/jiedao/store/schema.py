"""Making the database: tables, triggers that keep the journal append-only, row-level security on PostgreSQL."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao.store.tables import APPEND_ONLY, TENANT_TABLES, metadata, schema_version

VERSION: Final = 3


def create_schema(engine: Engine, *, role: str = "") -> None:
    """Create everything; harmless when it is there in this version.

    `role` is the PostgreSQL role that the application will use: it gets row access but owns nothing, so neither the
    triggers nor row-level security can be switched off by it.
    """
    with engine.begin() as connection:
        if inspect(connection).has_table("schema_version"):
            _check_version(connection)
            return
        metadata.create_all(connection)
        connection.execute(schema_version.insert(), {"version": VERSION})
        if engine.dialect.name == "postgresql":
            _protect_postgresql(connection, role)
        else:
            _protect_sqlite(connection)


def check_schema(engine: Engine) -> None:
    """Refuse a database that is not there or of another version."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("schema_version"):
            raise Conflict("schema.missing", _MISSING)
        _check_version(connection)


def _check_version(connection: Connection) -> None:
    found = connection.execute(schema_version.select()).scalar_one()
    if found != VERSION:
        raise Conflict("schema.version", _VERSION.format(found=found, wanted=VERSION))


def _protect_sqlite(connection: Connection) -> None:
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table.name}_no_{act.lower()} BEFORE {act} ON {table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END"
            )


def _protect_postgresql(connection: Connection, role: str) -> None:
    connection.execute(text(_REFUSE_CHANGE))
    for table in APPEND_ONLY:
        connection.execute(
            text(
                f"CREATE TRIGGER {table.name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION jiedao_refuse_change()"
            )
        )
    for table in TENANT_TABLES:
        name = connection.dialect.identifier_preparer.format_table(table)
        for statement in _ROW_SECURITY:
            connection.execute(text(statement.format(table=name)))
    if role:
        _grant(connection, role)


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    # Workers list all streets, so the table of streets has no row-level security; nobody changes another's row either.
    for name in ("street", *(table.name for table in APPEND_ONLY)):
        connection.execute(text(f"REVOKE UPDATE, DELETE ON {name} FROM {quoted}"))


_REFUSE_CHANGE: Final = """
CREATE FUNCTION jiedao_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_ROW_SECURITY: Final = (
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
    "CREATE POLICY own_street ON {table} USING (street = current_setting('jiedao.street', true)) "
    "WITH CHECK (street = current_setting('jiedao.street', true))",
)
_MISSING: Final = Text(
    zh="数据库还没有建立，请先运行 jiedao init", en="The database has not been created; run jiedao init first"
)
_VERSION: Final = Text(
    zh="数据库版本是 {found}，本程序需要 {wanted}", en="The database has version {found}, this program needs {wanted}"
)
