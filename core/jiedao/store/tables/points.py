"""Accounts, lots, holds, redemptions, claims; residents' credit."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Date, Index, Integer, Table, UniqueConstraint

from jiedao.store.tables.columns import key, metadata, must, text, whole
from jiedao.store.types import Instant

points_account = Table(
    "points_account",
    metadata,
    key("street"),
    key("resident"),
    whole("active", 0),
    whole("pending", 0),
    whole("held", 0),
    whole("debt", 0),
    CheckConstraint("active >= 0 AND pending >= 0 AND held >= 0 AND debt >= 0", name="never_negative"),
)
lot = Table(
    "lot",
    metadata,
    key("street"),
    key("id"),
    text("resident"),
    text("attempt"),
    must("line", Integer),
    must("earned_on", Date),
    must("active_on", Date),
    must("expires_on", Date),
    whole("amount"),
    whole("remaining"),
    text("state"),
    UniqueConstraint("street", "attempt", "line"),
    Index(None, "street", "resident", "id"),
    CheckConstraint("remaining >= 0 AND remaining <= amount", name="remaining"),
)
held_lot = Table(
    "held_lot",
    metadata,
    key("street"),
    key("attempt"),
    key("lot"),
    text("resident"),
    whole("amount"),
    whole("redeemed", 0),
    whole("returned", 0),
    text("state"),
    CheckConstraint("returned >= 0 AND returned <= redeemed AND redeemed <= amount", name="redeemed"),
)
redemption = Table(
    "redemption",
    metadata,
    key("street"),
    key("attempt"),
    key("line", Integer),
    key("seq", Integer),
    text("resident"),
    text("category"),
    whole("amount"),
    must("redeemed_on", Date),
    text("claim", ""),
    Index(None, "street", "claim"),
    Index(None, "street", "resident", "attempt"),
)
programme = Table(
    "programme",
    metadata,
    key("street"),
    text("connection"),
    text("funding"),
    must("categories", JSON),
)
claim = Table(
    "claim",
    metadata,
    key("street"),
    key("id"),
    text("connection"),
    whole("total"),
    text("state"),
    text("reference", ""),
    text("operation", ""),
    must("made_at", Instant),
    whole("paid", 0),
)
credit = Table(
    "credit",
    metadata,
    key("street"),
    key("resident"),
    whole("balance", 0),
    CheckConstraint("balance >= 0", name="never_negative"),
)
