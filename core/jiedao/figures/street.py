"""Everything that a street wants to know of a span at a glance, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from jiedao.checkout.slips import TENDER_NAMES
from jiedao.clock import local_date
from jiedao.directory.places import Street, street
from jiedao.figures.collected import Collected, collected
from jiedao.figures.span import Span
from jiedao.figures.standing import Certified, Open, Parcel, certified, open_items, parcels
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx


@dataclass(frozen=True, slots=True)
class Glance:
    """The figures of a street for a span; `halls` and `connections` are what these are called."""

    street: Street
    today: date
    span: Span
    money: Collected
    certified: list[Certified]
    parcels: dict[Parcel, int]
    open: Open
    halls: Mapping[str, Text]
    connections: Mapping[str, Text]

    def way(self, key: str) -> Text:
        """What a way of paying is called: its own word, or its connection's."""
        connection = key.removeprefix(accounts.acquirer(""))
        return TENDER_NAMES.get(key) or self.connections.get(connection, Text.same(connection))


def glance(tx: Tx, name: str = "", first: date | None = None, last: date | None = None) -> Glance:
    """The figures of a span that is asked for by its name or by its ends (see `Span.asked`)."""
    here = street(tx)
    today = local_date(tx.now, here.timezone)
    span = Span.asked(today, name, first, last)
    return Glance(
        here,
        today,
        span,
        collected(tx, span),
        certified(tx, span),
        parcels(tx, span, here.timezone),
        open_items(tx, Span(today, today), here.timezone),
        {row.id: Text.from_json(row.name) for row in tx.rows(_HALLS)},
        connection_titles(tx),
    )


def span_of(tx: Tx, name: str, first: date | None, last: date | None) -> Span:
    """A span that is asked for, as of the street's today."""
    return Span.asked(local_date(tx.now, street(tx).timezone), name, first, last)


def connection_titles(tx: Tx) -> dict[str, Text]:
    """What connections are called."""
    return {row.id: Text.from_json(row.title) for row in tx.rows(_CONNECTIONS)}


_H, _C = tables.hall.c, tables.connection.c
_HALLS: Final = select(_H.id, _H.name).where(_H.street == STREET)
_CONNECTIONS: Final = select(_C.id, _C.title).where(_C.street == STREET)
