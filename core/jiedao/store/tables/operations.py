"""Connections, operations, request keys."""

from __future__ import annotations

from sqlalchemy import JSON, Index, LargeBinary, Table

from jiedao.store.tables.columns import key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

connection = Table(
    "connection",
    metadata,
    key("street"),
    key("id"),
    text("plugin"),
    must("title", JSON),
    text("state"),
    whole("version", 1),
    must("settings", JSON),
    maybe("secrets", LargeBinary),
    text("paused_because", ""),
    maybe("checked_at", Instant),
    whole("checked_version", 0),
    must("check", JSON),
)
operation = Table(
    "operation",
    metadata,
    key("street"),
    key("id"),
    text("connection"),
    text("hook"),
    text("subject_kind"),
    text("subject"),
    text("part", ""),
    text("state"),
    whole("fence", 1),
    whole("tries", 0),
    must("request", JSON),
    maybe("sealed", LargeBinary),
    must("outcome", JSON),
    text("reason", ""),
    text("original", ""),
    must("planned_at", Instant),
    maybe("sent_at", Instant),
    maybe("due_at", Instant),
    Index("ix_operation_due", "street", "due_at"),
    Index("ix_operation_subject", "street", "subject"),
)
request_key = Table(
    "request_key",
    metadata,
    key("street"),
    key("staff"),
    key("key"),
    text("digest"),
    text("kind"),
    text("resource"),
    must("at", Instant),
)
