"""Programs that use the interface: their keys, the addresses that hear of events, what happened and what was told."""

from __future__ import annotations

from sqlalchemy import JSON, Index, LargeBinary, Table

from jiedao.store.tables.columns import belongs_to, key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

api_key = Table(
    "api_key",
    metadata,
    key("street"),
    key("id"),
    text("title"),
    text("role"),
    text("till", ""),
    must("scopes", JSON),
    text("digest"),
    text("created_by"),
    must("created_at", Instant),
    maybe("expires_at", Instant),
    maybe("used_at", Instant),
    maybe("revoked_at", Instant),
)
webhook_endpoint = Table(
    "webhook_endpoint",
    metadata,
    key("street"),
    key("id"),
    text("title"),
    text("url"),
    must("types", JSON),
    text("state"),
    text("off_because", ""),
    must("secret", LargeBinary),
    maybe("former", LargeBinary),
    maybe("former_until", Instant),
    maybe("failing_since", Instant),
    text("created_by"),
    must("created_at", Instant),
    Index("ix_webhook_endpoint_state", "street", "state"),
)
webhook_event = Table(
    "webhook_event",
    metadata,
    key("street"),
    key("id"),
    text("type"),
    must("at", Instant),
    text("body"),
    Index("ix_webhook_event_at", "street", "at"),
)
webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    key("street"),
    key("id"),
    text("endpoint"),
    text("event"),
    text("type"),
    text("state"),
    whole("fence", 1),
    whole("tries", 0),
    whole("status", 0),
    text("says", ""),
    must("made_at", Instant),
    maybe("tried_at", Instant),
    maybe("due_at", Instant),
    belongs_to(("endpoint",), "webhook_endpoint", ("id",)),
    belongs_to(("event",), "webhook_event", ("id",)),
    Index("ix_webhook_delivery_due", "street", "endpoint", "due_at"),
    Index("ix_webhook_delivery_state", "street", "endpoint", "state", "id"),
    Index("ix_webhook_delivery_event", "street", "event"),
)
