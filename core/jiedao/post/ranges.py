"""Ranges of numbers that the post gave a street beforehand, so that a hall can post while the line is down.

A number is taken by one conditional statement and never given back: what was printed on a label may be on an item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.post import numbers
from jiedao.problems import Conflict, Invalid
from jiedao.registry.connections import Connections
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param


@dataclass(frozen=True, slots=True)
class NewRange:
    """A range as the post gave it: serials `first` to `last`, both included. `product` is empty for all products."""

    connection: str
    kind: str
    prefix: str
    country: str
    first: int
    last: int
    product: str = ""
    warning: int = 100
    """With fewer numbers left than this, the range says that it runs low."""


@dataclass(frozen=True, slots=True)
class Range:
    """A range as it stands."""

    id: str
    connection: str
    product: str
    kind: str
    prefix: str
    country: str
    first: int
    last: int
    next: int
    warning: int
    made_at: datetime
    made_by: str

    @property
    def left(self) -> int:
        """How many numbers can still be taken."""
        return self.last - self.next + 1

    @property
    def low(self) -> bool:
        """Whether it is time to ask the post for more."""
        return self.left < self.warning


class Ranges:
    """The ranges of all streets."""

    def __init__(self, store: Store, connections: Connections) -> None:
        self._store, self._connections = store, connections

    def add(self, caller: Caller, new: NewRange) -> str:
        """Enter a range (administrators). `Conflict` when one of its numbers is in another range of the street."""
        caller.must_be(Role.ADMINISTRATOR)
        _check(new)
        with self._store.write(caller.street) as tx:
            self._connections.for_office(tx, new.connection)
            if tx.rows(_OVERLAP, kind=new.kind, prefix=new.prefix, country=new.country, first=new.first, last=new.last):
                raise Conflict("range.overlap", _OVERLAPS, field="first")
            id_ = new_id()
            row = {name: getattr(new, name) for name in NewRange.__slots__}
            tx.put(
                tables.number_range, {**row, "id": id_, "next": new.first, "made_at": tx.now, "made_by": caller.staff}
            )
            audit(tx, caller, "range.add", f"range {id_}", first=new.first, last=new.last, prefix=new.prefix)
            claim(tx, caller, "range", id_)
        return id_

    def all(self, tx: Tx) -> Sequence[Range]:
        """Every range of the street, in the order in which they are used."""
        return [_range(row) for row in tx.rows(_ALL)]


def take(tx: Tx, connection: str, product: str) -> str:
    """The next number for a product; ranges of the product itself first. `Conflict` when none is left."""
    while True:
        row = tx.first(_TAKE, connection=connection, product=product)
        if row is not None:
            return numbers.made(row.kind, row.prefix, row.country, row.taken)
        # Somebody else took the last number of a range while this statement waited for it: look for another range.
        if not tx.rows(_LEFT, connection=connection, product=product):
            raise Conflict("range.exhausted", _EXHAUSTED, field="connection")


def _check(new: NewRange) -> None:
    if new.kind not in numbers.KINDS:
        raise Invalid("range.kind", _KIND, field="kind")
    numbers.check_prefix(new.kind, new.prefix, new.country)
    if not 0 <= new.first <= new.last:
        raise Invalid("range.order", _ORDER, field="last")
    if new.last > numbers.largest(new.kind, new.prefix):
        raise Invalid("range.too_long", _LONG.format(most=numbers.largest(new.kind, new.prefix)), field="last")


def _range(row: Row) -> Range:
    return Range(*(getattr(row, name) for name in Range.__slots__))


_R = tables.number_range.c
_FITS: Final = (_R.street == STREET) & (_R.connection == param("connection")) & (_R.product.in_([param("product"), ""]))
_LEFT: Final = select(_R.id).where(_FITS, _R.next <= _R.last).order_by(_R.product.desc(), _R.made_at, _R.id).limit(1)
_TAKE: Final = (
    update(tables.number_range)
    .where(_R.street == STREET, _R.id == _LEFT.scalar_subquery(), _R.next <= _R.last)
    .values(next=_R.next + 1)
    .returning(_R.kind, _R.prefix, _R.country, (_R.next - 1).label("taken"))
)
_ALL: Final = select(tables.number_range).where(_R.street == STREET).order_by(_R.connection, _R.made_at, _R.id)
_OVERLAP: Final = select(_R.id).where(
    _R.street == STREET,
    _R.kind == param("kind"),
    _R.prefix == param("prefix"),
    _R.country == param("country"),
    _R.first <= param("last"),
    _R.last >= param("first"),
)
_EXHAUSTED: Final = Text(
    zh="这个接入的邮件号段已经用完，请向邮局申请新的号段",
    en="No number is left in the ranges of this connection; ask the post for a new range",
)
_OVERLAPS: Final = Text(zh="这个号段与已有的号段重叠", en="This range overlaps with one that is there already")
_KIND: Final = Text(zh="号段类型为 s10 或 national", en="The kind of a range is s10 or national")
_ORDER: Final = Text(zh="止号不能小于起号", en="The last number must not be below the first")
_LONG: Final = Text(zh="止号最大为 {most}", en="The last number can be {most} at most")
