"""Books, entries, postings."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Integer, Table

from jiedao.store.tables.columns import belongs_to, key, metadata, must, text, whole
from jiedao.store.types import Instant

book = Table(
    "book",
    metadata,
    key("street"),
    key("id"),
    whole("entries", 0),
    text("head", ""),
    whole("receipts", 0),
)
entry = Table(
    "entry",
    metadata,
    key("street"),
    key("book"),
    key("no", Integer),
    must("at", Instant),
    text("kind"),
    text("subject"),
    text("previous"),
    text("hash"),
    Index(None, "street", "subject"),
    Index(None, "street", "at"),
)
verification = Table("verification", metadata, key("street"), must("at", Instant), whole("faults"), text("first", ""))
posting = Table(
    "posting",
    metadata,
    key("street"),
    key("book"),
    key("no", Integer),
    key("seq", Integer),
    text("account"),
    text("unit"),
    whole("amount"),
    belongs_to(("book", "no"), "entry", ("book", "no")),
    Index(None, "street", "account"),
    CheckConstraint("unit IN ('CNY', 'PTS')", name="unit"),
)
