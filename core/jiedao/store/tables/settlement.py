"""What providers settled, and where it differs from the street's books."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Index, Table, UniqueConstraint

from jiedao.store.tables.columns import key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

settlement_row = Table(
    "settlement_row",
    metadata,
    key("street"),
    key("connection"),
    key("id"),
    text("movement"),
    text("operation", ""),
    text("reference", ""),
    whole("gross"),
    whole("fee"),
    whole("net"),
    text("currency"),
    must("settled_on", Date),
    must("taken_at", Instant),
    Index("ix_settlement_row_operation", "street", "operation"),
)
settlement_break = Table(
    "settlement_break",
    metadata,
    key("street"),
    key("id"),
    text("connection"),
    text("kind"),
    text("row", ""),
    text("operation", ""),
    maybe("ours", BigInteger),
    maybe("theirs", BigInteger),
    text("currency"),
    must("settled_on", Date),
    must("found_at", Instant),
    text("state"),
    text("evidence", ""),
    text("closed_by", ""),
    maybe("closed_at", Instant),
    whole("written_off", 0),
    UniqueConstraint("street", "connection", "kind", "row", "operation"),
    Index("ix_settlement_break_state", "street", "state", "id"),
)
