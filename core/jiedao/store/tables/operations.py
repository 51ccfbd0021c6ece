"""Connections, operations with what happened to them, proposals, request keys."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, ColumnElement, Index, LargeBinary, Table, UniqueConstraint, literal_column

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
    must("terms", JSON),
    must("state_at", Instant),
    maybe("look_at", Instant),
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
operation_event = Table(
    "operation_event",
    metadata,
    key("street"),
    key("operation"),
    key("id"),
    must("at", Instant),
    text("how"),
    whole("tries"),
    text("state"),
    text("says", ""),
)
proposal = Table(
    "proposal",
    metadata,
    key("street"),
    key("id"),
    text("kind"),
    text("subject"),
    whole("amount"),
    must("wanted", JSON),
    text("evidence"),
    text("proposed_by"),
    text("proposed_name", ""),
    text("till", ""),
    must("proposed_at", Instant),
    text("state"),
    maybe("open"),
    text("decided_by", ""),
    text("decided_name", ""),
    text("decision", ""),
    maybe("decided_at", Instant),
    UniqueConstraint("street", "open"),
    Index("ix_proposal_subject", "street", "kind", "subject"),
    Index("ix_proposal_state", "street", "state", "id"),
)
UNFINISHED: Final[ColumnElement[bool]] = operation.c.state.not_in(
    [literal_column(f"'{state}'") for state in ("succeeded", "declined", "reversed")]
)
"""Acts without a final outcome: few, however many there have been. Literal, so that the index below serves queries."""
Index(
    "ix_operation_open_connection",
    operation.c.street,
    operation.c.connection,
    operation.c.subject_kind,
    operation.c.subject,
    sqlite_where=UNFINISHED,
    postgresql_where=UNFINISHED,
)
Index(
    "ix_operation_open",
    operation.c.street,
    operation.c.state,
    operation.c.connection,
    operation.c.id,
    sqlite_where=UNFINISHED,
    postgresql_where=UNFINISHED,
)
Index(
    "ix_operation_open_id",
    operation.c.street,
    operation.c.id,
    sqlite_where=UNFINISHED,
    postgresql_where=UNFINISHED,
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
