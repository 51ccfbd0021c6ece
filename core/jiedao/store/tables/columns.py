"""How the columns of every table are made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, MetaData, String

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def key(name: str, kind: Any = String) -> Column[Any]:
    """A part of the primary key."""
    return Column(name, kind(), primary_key=True)


def text(name: str, default: str | None = None) -> Column[Any]:
    """A text that is always there; without a default it must be given."""
    return Column(name, String(), nullable=False, default=default)


def whole(name: str, default: int | None = None) -> Column[Any]:
    """A whole number of any size."""
    return Column(name, BigInteger(), nullable=False, default=default)


def maybe(name: str, kind: Any = String) -> Column[Any]:
    """A value that may be missing."""
    return Column(name, kind(), nullable=True)


def must(name: str, kind: Any) -> Column[Any]:
    """A value that must be given."""
    return Column(name, kind(), nullable=False)


def belongs_to(
    child: tuple[str, ...], parent: str, key: tuple[str, ...], *, name: str | None = None
) -> ForeignKeyConstraint:
    """A foreign key inside the street; the second one to the same table needs a name."""
    return ForeignKeyConstraint(("street", *child), tuple(f"{parent}.{c}" for c in ("street", *key)), name=name)
