"""Sums of the journal by day and by month: derived, and rebuilt from the journal whenever anybody wants."""

from __future__ import annotations

from sqlalchemy import JSON, Date, Integer, Table

from jiedao.store.tables.columns import key, metadata, must, whole

figure = Table(
    "figure",
    metadata,
    key("street"),
    key("grain"),
    key("kind"),
    key("start", Date),
    key("hall"),
    key("who"),
    key("category"),
    whole("amount"),
    whole("number"),
)
account_sum = Table(
    "account_sum",
    metadata,
    key("street"),
    key("account"),
    key("unit"),
    whole("amount"),
)
figure_mark = Table(
    "figure_mark",
    metadata,
    key("street"),
    key("book"),
    must("upto", Integer),
)
figure_biller = Table(
    "figure_biller",
    metadata,
    key("street"),
    key("biller"),
    must("name", JSON),
)
