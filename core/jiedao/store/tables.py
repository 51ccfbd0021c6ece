"""All tables. Every row carries its street, and every key begins with it.

Amounts are integer fen or integer hundredths of a point. Moments are UTC. States are the words of the room that
owns the table. Rows of the journal are never updated or deleted (`jiedao.store.schema` makes the triggers).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from jiedao.store.types import Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _key(name: str, kind: Any = String) -> Column[Any]:
    return Column(name, kind(), primary_key=True)


def _text(name: str, default: str | None = None) -> Column[Any]:
    """A text that is always there; without a default it must be given."""
    return Column(name, String(), nullable=False, default=default)


def _whole(name: str, default: int | None = None) -> Column[Any]:
    return Column(name, BigInteger(), nullable=False, default=default)


def _maybe(name: str, kind: Any = String) -> Column[Any]:
    return Column(name, kind(), nullable=True)


def _must(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind(), nullable=False)


def _of(child: tuple[str, ...], parent: str, key: tuple[str, ...]) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(("street", *child), tuple(f"{parent}.{c}" for c in ("street", *key)))


# directory ---------------------------------------------------------------------------------------------------

street = Table(
    "street",
    metadata,
    _key("street"),
    _must("name", JSON),
    _text("timezone"),
    _text("currency"),
)
hall = Table("hall", metadata, _key("street"), _key("id"), _must("name", JSON))
till = Table(
    "till",
    metadata,
    _key("street"),
    _key("id"),
    _text("hall"),
    _text("name"),
    _of(("hall",), "hall", ("id",)),
)
staff = Table(
    "staff",
    metadata,
    _key("street"),
    _key("id"),
    _text("login"),
    _text("name"),
    _text("role"),
    _text("password"),
    Column("active", Boolean(), nullable=False, default=True),
    _whole("failures", 0),
    _maybe("locked_until", Instant),
    UniqueConstraint("street", "login"),
)
session = Table(
    "session",
    metadata,
    _key("street"),
    _key("digest"),
    _text("staff"),
    _text("till", ""),
    _text("csrf"),
    _must("expires_at", Instant),
    _of(("staff",), "staff", ("id",)),
)
resident = Table(
    "resident",
    metadata,
    _key("street"),
    _key("id"),
    _text("name"),
    _text("folded"),
    _maybe("id_sealed", LargeBinary),
    _maybe("id_index"),
    _maybe("id_masked"),
    _maybe("phone_sealed", LargeBinary),
    _maybe("phone_index"),
    _must("created_at", Instant),
    UniqueConstraint("street", "id_index"),
    Index(None, "street", "phone_index"),
    Index(None, "street", "folded"),
)
card = Table(
    "card",
    metadata,
    _key("street"),
    _key("card"),
    _text("connection"),
    _text("resident"),
    _text("member"),
    _of(("resident",), "resident", ("id",)),
    Index(None, "street", "resident"),
)
audit = Table(
    "audit",
    metadata,
    _key("street"),
    _key("id"),
    _must("at", Instant),
    _text("staff"),
    _text("action"),
    _text("subject"),
    _text("reason", ""),
    _must("detail", JSON),
    Index(None, "street", "subject"),
)

# connections and operations ----------------------------------------------------------------------------------

connection = Table(
    "connection",
    metadata,
    _key("street"),
    _key("id"),
    _text("plugin"),
    _must("title", JSON),
    _text("state"),
    _whole("version", 1),
    _must("settings", JSON),
    _maybe("secrets", LargeBinary),
    _text("paused_because", ""),
    _maybe("checked_at", Instant),
    _whole("checked_version", 0),
    _must("check", JSON),
)
operation = Table(
    "operation",
    metadata,
    _key("street"),
    _key("id"),
    _text("connection"),
    _text("hook"),
    _text("subject_kind"),
    _text("subject"),
    _text("part", ""),
    _text("state"),
    _whole("fence", 1),
    _whole("tries", 0),
    _must("request", JSON),
    _maybe("sealed", LargeBinary),
    _must("outcome", JSON),
    _text("reason", ""),
    _text("original", ""),
    _must("planned_at", Instant),
    _maybe("sent_at", Instant),
    _maybe("due_at", Instant),
    Index("ix_operation_due", "street", "due_at"),
    Index("ix_operation_subject", "street", "subject"),
)
request_key = Table(
    "request_key",
    metadata,
    _key("street"),
    _key("staff"),
    _key("key"),
    _text("digest"),
    _text("kind"),
    _text("resource"),
    _must("at", Instant),
)

# bills and orders --------------------------------------------------------------------------------------------

bill = Table(
    "bill",
    metadata,
    _key("street"),
    _key("connection"),
    _key("biller"),
    _key("id"),
    _text("account"),
    _text("customer"),
    _whole("amount"),
    _whole("paid", 0),
    _text("period", ""),
    _maybe("due", Date),
    _text("file"),
    Index(None, "street", "connection", "biller", "account"),
)
bill_lock = Table(
    "bill_lock",
    metadata,
    _key("street"),
    _key("connection"),
    _key("biller"),
    _key("bill"),
    _text("order"),
    _text("till"),
    Column("paid", Boolean(), nullable=False, default=False),
)
order = Table(
    "orders",
    metadata,
    _key("street"),
    _key("id"),
    _text("till"),
    _text("shift"),
    _maybe("resident"),
    _text("state"),
    _whole("total"),
    _text("currency"),
    _must("placed_at", Instant),
    _text("placed_by"),
    _text("resident_name", ""),
    _text("attempt", ""),
    _of(("till",), "till", ("id",)),
    Index(None, "street", "resident"),
    Index(None, "street", "placed_at"),
)
order_line = Table(
    "order_line",
    metadata,
    _key("street"),
    _key("order"),
    _key("no", Integer),
    _text("connection"),
    _text("biller"),
    _must("biller_name", JSON),
    _text("category"),
    _text("account"),
    _text("bill"),
    _text("customer"),
    _text("period"),
    _whole("due"),
    _whole("amount"),
    _text("state"),
    _whole("refunded", 0),
    _text("operation", ""),
    _text("reference", ""),
    _must("printed", JSON),
    _must("reason", JSON),
    _maybe("sealed", LargeBinary),
    _text("lock", ""),
    _of(("order",), "orders", ("id",)),
    CheckConstraint("refunded >= 0 AND refunded <= amount", name="refund_ceiling"),
)
attempt = Table(
    "attempt",
    metadata,
    _key("street"),
    _key("id"),
    _text("order"),
    _text("kind"),
    _text("state"),
    _whole("version", 1),
    _text("book"),
    _text("shift"),
    _text("staff"),
    _text("staff_name", ""),
    _text("reason", ""),
    _must("accrual", JSON),
    _must("started_at", Instant),
    _of(("order",), "orders", ("id",)),
    Index(None, "street", "order"),
)
attempt_event = Table(
    "attempt_event",
    metadata,
    _key("street"),
    _key("attempt"),
    _key("seq", Integer),
    _text("event"),
    _text("state"),
    _must("at", Instant),
    _must("detail", JSON),
    _of(("attempt",), "attempt", ("id",)),
)
tender = Table(
    "tender",
    metadata,
    _key("street"),
    _key("attempt"),
    _key("no", Integer),
    _text("kind"),
    _text("connection", ""),
    _whole("amount"),
    _whole("received", 0),
    _text("state"),
    _whole("returned", 0),
    _text("operation", ""),
    _must("slip", JSON),
    _of(("attempt",), "attempt", ("id",)),
    CheckConstraint("returned >= 0 AND returned <= amount", name="return_ceiling"),
)
share = Table(
    "share",
    metadata,
    _key("street"),
    _key("attempt"),
    _key("line", Integer),
    _key("tender", Integer),
    _whole("amount"),
    _whole("returned", 0),
    _of(("attempt", "tender"), "tender", ("attempt", "no")),
)
refund_line = Table(
    "refund_line",
    metadata,
    _key("street"),
    _key("attempt"),
    _key("line", Integer),
    _whole("amount"),
    _text("state"),
    _text("operation", ""),
    _of(("attempt",), "attempt", ("id",)),
)
giveback = Table(
    "giveback",
    metadata,
    _key("street"),
    _key("attempt"),
    _key("source"),
    _key("tender", Integer),
    _whole("amount"),
    _text("state"),
    _text("operation", ""),
    _text("how", ""),
    _text("reference", ""),
    _of(("attempt",), "attempt", ("id",)),
)
receipt = Table(
    "receipt",
    metadata,
    _key("street"),
    _key("book"),
    _key("no", Integer),
    _text("order"),
    _text("attempt"),
    _must("body", JSON),
    _whole("prints", 0),
    UniqueConstraint("street", "attempt"),
    Index(None, "street", "order"),
)

# ledger ------------------------------------------------------------------------------------------------------

book = Table(
    "book",
    metadata,
    _key("street"),
    _key("id"),
    _whole("entries", 0),
    _text("head", ""),
    _whole("receipts", 0),
)
entry = Table(
    "entry",
    metadata,
    _key("street"),
    _key("book"),
    _key("no", Integer),
    _must("at", Instant),
    _text("kind"),
    _text("subject"),
    _text("previous"),
    _text("hash"),
    Index(None, "street", "subject"),
)
posting = Table(
    "posting",
    metadata,
    _key("street"),
    _key("book"),
    _key("no", Integer),
    _key("seq", Integer),
    _text("account"),
    _text("unit"),
    _whole("amount"),
    _of(("book", "no"), "entry", ("book", "no")),
    Index(None, "street", "account"),
    CheckConstraint("unit IN ('CNY', 'PTS')", name="unit"),
)

# points ------------------------------------------------------------------------------------------------------

points_account = Table(
    "points_account",
    metadata,
    _key("street"),
    _key("resident"),
    _whole("active", 0),
    _whole("pending", 0),
    _whole("held", 0),
    _whole("debt", 0),
    CheckConstraint("active >= 0 AND pending >= 0 AND held >= 0 AND debt >= 0", name="never_negative"),
)
lot = Table(
    "lot",
    metadata,
    _key("street"),
    _key("id"),
    _text("resident"),
    _text("attempt"),
    _must("line", Integer),
    _must("earned_on", Date),
    _must("active_on", Date),
    _must("expires_on", Date),
    _whole("amount"),
    _whole("remaining"),
    _text("state"),
    UniqueConstraint("street", "attempt", "line"),
    Index(None, "street", "resident"),
    CheckConstraint("remaining >= 0 AND remaining <= amount", name="remaining"),
)
held_lot = Table(
    "held_lot",
    metadata,
    _key("street"),
    _key("attempt"),
    _key("lot"),
    _text("resident"),
    _whole("amount"),
    _whole("redeemed", 0),
    _whole("returned", 0),
    _text("state"),
    CheckConstraint("returned >= 0 AND returned <= redeemed AND redeemed <= amount", name="redeemed"),
)
redemption = Table(
    "redemption",
    metadata,
    _key("street"),
    _key("attempt"),
    _key("line", Integer),
    _key("seq", Integer),
    _text("resident"),
    _text("category"),
    _whole("amount"),
    _must("redeemed_on", Date),
    _text("claim", ""),
    Index(None, "street", "claim"),
)
programme = Table(
    "programme",
    metadata,
    _key("street"),
    _text("connection"),
    _text("funding"),
    _must("categories", JSON),
)
claim = Table(
    "claim",
    metadata,
    _key("street"),
    _key("id"),
    _text("connection"),
    _whole("total"),
    _text("state"),
    _text("reference", ""),
    _text("operation", ""),
    _must("made_at", Instant),
    _whole("paid", 0),
)
credit = Table(
    "credit",
    metadata,
    _key("street"),
    _key("resident"),
    _whole("balance", 0),
    CheckConstraint("balance >= 0", name="never_negative"),
)

# till --------------------------------------------------------------------------------------------------------

shift = Table(
    "shift",
    metadata,
    _key("street"),
    _key("id"),
    _text("till"),
    _text("state"),
    _text("staff"),
    _must("opened_at", Instant),
    _whole("float"),
    _maybe("closed_at", Instant),
    _text("closed_by", ""),
    _maybe("counted", BigInteger),
    _maybe("expected", BigInteger),
    _must("batches", JSON),
    Column("waiting", Boolean(), nullable=False, default=False),
    _of(("till",), "till", ("id",)),
    Index(None, "street", "waiting"),
)
open_till = Table(
    "open_till",
    metadata,
    _key("street"),
    _key("till"),
    _text("shift"),
)
movement = Table(
    "movement",
    metadata,
    _key("street"),
    _key("id"),
    _text("shift"),
    _text("kind"),
    _whole("amount"),
    _text("reason"),
    _must("at", Instant),
    _text("staff"),
)

schema_version = Table("schema_version", metadata, _key("version", Integer))

TENANT_TABLES = tuple(t for t in metadata.sorted_tables if t.name not in ("street", "schema_version"))
APPEND_ONLY = (entry, posting, attempt_event, audit)
