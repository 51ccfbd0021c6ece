"""What outside systems sent by themselves."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, Table

from jiedao.store.tables.columns import key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

notice = Table(
    "notice",
    metadata,
    key("street"),
    key("id"),
    text("connection"),
    text("state"),
    text("reason", ""),
    must("sealed", LargeBinary),
    maybe("topics", LargeBinary),
    whole("tries", 0),
    must("received_at", Instant),
    maybe("due_at", Instant),
    Index("ix_notice_due", "street", "due_at"),
    Index("ix_notice_connection", "street", "connection", "state", "id"),
)
notice_seen = Table(
    "notice_seen",
    metadata,
    key("street"),
    key("connection"),
    key("number"),
    text("notice"),
)
notice_count = Table(
    "notice_count",
    metadata,
    key("street"),
    key("connection"),
    whole("genuine", 0),
    whole("repeated", 0),
    whole("refused", 0),
)
