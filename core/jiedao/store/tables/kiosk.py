"""Devices that stand at the tills of kiosks."""

from __future__ import annotations

from sqlalchemy import Index, Table

from jiedao.store.tables.columns import belongs_to, key, maybe, metadata, must, text
from jiedao.store.types import Instant

kiosk_device = Table(
    "kiosk_device",
    metadata,
    key("street"),
    key("till"),
    maybe("code"),
    maybe("code_until", Instant),
    maybe("device"),
    maybe("enrolled_at", Instant),
    text("condition"),
    must("condition_at", Instant),
    maybe("seen_at", Instant),
    belongs_to(("till",), "till", ("id",)),
    Index(None, "street", "code"),
    Index(None, "street", "device"),
)
