"""Streets, halls, tills, staff, residents and their cards, the audit."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, LargeBinary, Table, UniqueConstraint

from jiedao.store.tables.columns import belongs_to, key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

street = Table(
    "street",
    metadata,
    key("street"),
    must("name", JSON),
    text("timezone"),
    text("currency"),
)
hall = Table("hall", metadata, key("street"), key("id"), must("name", JSON))
till = Table(
    "till",
    metadata,
    key("street"),
    key("id"),
    text("hall"),
    text("name"),
    belongs_to(("hall",), "hall", ("id",)),
)
staff = Table(
    "staff",
    metadata,
    key("street"),
    key("id"),
    text("login"),
    text("name"),
    text("role"),
    text("password"),
    Column("active", Boolean(), nullable=False, default=True),
    UniqueConstraint("street", "login"),
)
guess = Table(
    "guess",
    metadata,
    key("street"),
    key("digest"),
    whole("failures", 0),
    must("at", Instant),
    maybe("locked_until", Instant),
    Index(None, "street", "at"),
)
session = Table(
    "session",
    metadata,
    key("street"),
    key("digest"),
    text("staff"),
    text("till", ""),
    text("csrf"),
    must("expires_at", Instant),
    belongs_to(("staff",), "staff", ("id",)),
)
resident = Table(
    "resident",
    metadata,
    key("street"),
    key("id"),
    text("name"),
    text("folded"),
    maybe("id_sealed", LargeBinary),
    maybe("id_index"),
    maybe("id_masked"),
    maybe("phone_sealed", LargeBinary),
    maybe("phone_index"),
    must("created_at", Instant),
    UniqueConstraint("street", "id_index"),
    Index(None, "street", "phone_index"),
    Index(None, "street", "folded"),
)
card = Table(
    "card",
    metadata,
    key("street"),
    key("card"),
    text("connection"),
    text("resident"),
    text("member"),
    belongs_to(("resident",), "resident", ("id",)),
    Index(None, "street", "resident"),
)
audit = Table(
    "audit",
    metadata,
    key("street"),
    key("id"),
    must("at", Instant),
    text("staff"),
    text("action"),
    text("subject"),
    text("reason", ""),
    must("detail", JSON),
    Index(None, "street", "subject"),
)
