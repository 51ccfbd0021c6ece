"""What residents do for themselves: their sessions, codes to sign in with, accounts they keep, and limits on trying."""

from __future__ import annotations

from sqlalchemy import JSON, Index, LargeBinary, Table, UniqueConstraint

from jiedao.store.tables.columns import belongs_to, key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

resident_session = Table(
    "resident_session",
    metadata,
    key("street"),
    key("digest"),
    text("visit"),
    maybe("resident"),
    must("choices", JSON),
    text("channel"),
    text("till", ""),
    text("csrf"),
    must("seen_at", Instant),
    must("expires_at", Instant),
    belongs_to(("resident",), "resident", ("id",)),
    Index(None, "street", "resident"),
    Index(None, "street", "expires_at"),
)
sign_in_code = Table(
    "sign_in_code",
    metadata,
    key("street"),
    key("id"),
    text("phone"),
    text("language"),
    maybe("code"),
    whole("tries", 0),
    must("made_at", Instant),
    must("expires_at", Instant),
    maybe("used_at", Instant),
    Index(None, "street", "expires_at"),
)
saved_account = Table(
    "saved_account",
    metadata,
    key("street"),
    key("id"),
    text("resident"),
    text("connection"),
    text("biller"),
    must("biller_name", JSON),
    text("category"),
    text("label"),
    text("account"),
    must("inputs", LargeBinary),
    text("digest"),
    must("made_at", Instant),
    belongs_to(("resident",), "resident", ("id",)),
    UniqueConstraint("street", "resident", "digest"),
)
throttle = Table(
    "throttle",
    metadata,
    key("street"),
    key("what"),
    must("began_at", Instant),
    whole("times"),
    Index(None, "street", "began_at"),
)
