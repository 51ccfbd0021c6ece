"""Streets, halls, tills, staff and how they sign in, residents with their cards and groups, the audit."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Index, LargeBinary, Table, UniqueConstraint

from jiedao.store.tables.columns import belongs_to, key, maybe, metadata, must, text, whole
from jiedao.store.types import Instant

street = Table(
    "street",
    metadata,
    key("street"),
    must("name", JSON),
    text("timezone"),
    text("currency"),
    text("country"),
)
street_rule = Table(
    "street_rule",
    metadata,
    key("street"),
    key("name"),
    whole("value"),
    text("set_by"),
    must("set_at", Instant),
)
hall = Table("hall", metadata, key("street"), key("id"), must("name", JSON))
till = Table(
    "till",
    metadata,
    key("street"),
    key("id"),
    text("hall"),
    text("name"),
    text("kind", "window"),
    belongs_to(("hall",), "hall", ("id",)),
)
skill = Table("skill", metadata, key("street"), key("code"), must("name", JSON))
till_skill = Table(
    "till_skill",
    metadata,
    key("street"),
    key("till"),
    key("skill"),
    belongs_to(("till",), "till", ("id",)),
    belongs_to(("skill",), "skill", ("code",)),
)
staff = Table(
    "staff",
    metadata,
    key("street"),
    key("id"),
    text("login"),
    text("name"),
    text("role"),
    text("password"),
    Column("active", Boolean(), nullable=False, default=True),
    UniqueConstraint("street", "login"),
    CheckConstraint("role <> 'resident'", name="no_resident"),
)
guess = Table(
    "guess",
    metadata,
    key("street"),
    key("digest"),
    whole("failures", 0),
    must("at", Instant),
    maybe("locked_until", Instant),
    Index(None, "street", "at"),
)
session = Table(
    "session",
    metadata,
    key("street"),
    key("digest"),
    text("id"),
    text("staff"),
    text("till", ""),
    text("csrf"),
    text("stage", "open"),
    text("device", ""),
    must("opened_at", Instant),
    must("seen_at", Instant),
    must("expires_at", Instant),
    belongs_to(("staff",), "staff", ("id",)),
    Index(None, "street", "staff"),
    Index(None, "street", "expires_at"),
)
second_factor = Table(
    "second_factor",
    metadata,
    key("street"),
    key("staff"),
    maybe("secret", LargeBinary),
    maybe("pending", LargeBinary),
    maybe("since", Instant),
    whole("last_step", 0),
    belongs_to(("staff",), "staff", ("id",)),
)
recovery_code = Table(
    "recovery_code",
    metadata,
    key("street"),
    key("staff"),
    key("digest"),
    maybe("used_at", Instant),
    belongs_to(("staff",), "staff", ("id",)),
)
staff_skill = Table(
    "staff_skill",
    metadata,
    key("street"),
    key("staff"),
    key("skill"),
    belongs_to(("staff",), "staff", ("id",)),
    belongs_to(("skill",), "skill", ("code",)),
)
identity_provider = Table(
    "identity_provider",
    metadata,
    key("street"),
    must("name", JSON),
    text("issuer"),
    text("client"),
    maybe("secret", LargeBinary),
    Column("active", Boolean(), nullable=False),
)
staff_identity = Table(
    "staff_identity",
    metadata,
    key("street"),
    key("kind"),
    key("value"),
    text("staff"),
    belongs_to(("staff",), "staff", ("id",)),
    UniqueConstraint("street", "staff"),
)
resident = Table(
    "resident",
    metadata,
    key("street"),
    key("id"),
    text("name"),
    text("folded"),
    maybe("id_sealed", LargeBinary),
    maybe("id_index"),
    maybe("id_masked"),
    maybe("phone_sealed", LargeBinary),
    maybe("phone_index"),
    must("created_at", Instant),
    UniqueConstraint("street", "id_index"),
    Index(None, "street", "phone_index"),
    Index(None, "street", "folded"),
)
card = Table(
    "card",
    metadata,
    key("street"),
    key("card"),
    text("connection"),
    text("resident"),
    text("member"),
    belongs_to(("resident",), "resident", ("id",)),
    Index(None, "street", "resident", "card"),
)
resident_group = Table("resident_group", metadata, key("street"), key("code"), must("name", JSON))
membership = Table(
    "membership",
    metadata,
    key("street"),
    key("resident"),
    key("code"),
    must("since", Instant),
    text("staff"),
    belongs_to(("resident",), "resident", ("id",)),
    belongs_to(("code",), "resident_group", ("code",)),
    Index(None, "street", "code"),
)
audit = Table(
    "audit",
    metadata,
    key("street"),
    key("id"),
    must("at", Instant),
    text("staff"),
    text("action"),
    text("subject"),
    text("reason", ""),
    must("detail", JSON),
    Index(None, "street", "subject", "id"),
    Index(None, "street", "subject", "at", "id"),
    Index(None, "street", "at", "id"),
    Index(None, "street", "staff", "at"),
    Index(None, "street", "action", "at"),
)
