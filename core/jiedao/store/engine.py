"""Engines: SQLite for one machine, PostgreSQL for many. The only place that knows which one it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url


def open_engine(url: str, *, pool: int = 32) -> Engine:
    """An engine for a database address such as ``sqlite:///var/jiedao.db`` or ``postgresql+psycopg://…``.

    Committed means on disk: SQLite runs in WAL mode with synchronous=FULL. PostgreSQL's own default is the same;
    a server that was set to less is refused by `jiedao doctor`. Values never stand in errors: they are residents'.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url, pool)
    return create_engine(
        url, pool_size=pool, max_overflow=pool, hide_parameters=True, pool_pre_ping=False, pool_use_lifo=True
    )


def _open_sqlite(url: str, pool: int) -> Engine:
    engine = create_engine(url, pool_size=pool, max_overflow=pool, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # we say BEGIN ourselves, see below
    cursor = raw.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at once: a read that later wants to write would fail instead of waiting."""
    reading = connection.get_execution_options().get("jiedao_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
