"""Shifts and movements of cash."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Table

from jiedao.store.tables.columns import belongs_to, key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

shift = Table(
    "shift",
    metadata,
    key("street"),
    key("id"),
    text("till"),
    text("state"),
    text("staff"),
    must("opened_at", Instant),
    whole("float"),
    maybe("closed_at", Instant),
    text("closed_by", ""),
    maybe("counted", BigInteger),
    maybe("expected", BigInteger),
    must("batches", JSON),
    Column("waiting", Boolean(), nullable=False, default=False),
    belongs_to(("till",), "till", ("id",)),
    Index(None, "street", "waiting"),
    Index(None, "street", "state", "opened_at"),
    Index(None, "street", "opened_at", "id"),
)
open_till = Table(
    "open_till",
    metadata,
    key("street"),
    key("till"),
    text("shift"),
)
movement = Table(
    "movement",
    metadata,
    key("street"),
    key("id"),
    text("shift"),
    text("kind"),
    whole("amount"),
    text("reason"),
    must("at", Instant),
    text("staff"),
    Index(None, "street", "shift"),
)
