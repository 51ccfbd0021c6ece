"""Messages to residents: where they may be reached, what was sent, and when a street keeps quiet."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, LargeBinary, Table, UniqueConstraint

from jiedao.store.tables.columns import belongs_to, key, maybe, metadata, must, text
from jiedao.store.types import Instant

contact = Table(
    "contact",
    metadata,
    key("street"),
    key("resident"),
    key("channel"),
    Column("wanted", Boolean(), nullable=False),
    text("language"),
    maybe("address_sealed", LargeBinary),
    must("changed_at", Instant),
    text("changed_by"),
    belongs_to(("resident",), "resident", ("id",)),
)
message = Table(
    "message",
    metadata,
    key("street"),
    key("id"),
    maybe("resident"),
    text("subject"),
    text("code"),
    text("channel"),
    text("language"),
    text("masked"),
    text("connection"),
    text("operation"),
    text("state"),
    must("reason", JSON),
    must("made_at", Instant),
    must("not_before", Instant),
    belongs_to(("resident",), "resident", ("id",)),
    UniqueConstraint("street", "resident", "subject", "code"),
    Index(None, "street", "resident", "made_at"),
    Index(None, "street", "state", "made_at"),
    Index(None, "street", "made_at"),
)
quiet_hours = Table(
    "quiet_hours",
    metadata,
    key("street"),
    text("starts"),
    text("ends"),
)
