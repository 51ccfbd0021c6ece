"""Service items (事项): what a hall can do for somebody, and what its guide says of it in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import or_, select, update

from jiedao.directory.caller import Caller, Role, audit
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

_NOTHING: Final = Text("", "")


class Channel(StrEnum):
    """How somebody comes with a matter."""

    WINDOW = "window"
    KIOSK = "kiosk"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Guide:
    """What a resident has to know (办事指南); each is some lines of words, empty where there is nothing to say."""

    who: Text = _NOTHING
    """Whom it is for."""
    bring: Text = _NOTHING
    """What to bring, one thing a line."""
    takes: Text = _NOTHING
    """How long it takes."""
    fee: Text = _NOTHING
    basis: Text = _NOTHING
    """The law or regulation that it goes by."""
    where: Text = _NOTHING
    """Where it is done, and when."""


@dataclass(frozen=True, slots=True)
class Form:
    """A paper that a resident can have printed and fill in. `text` is what it says."""

    code: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Item:
    """One service item. `workdays` is the promise: days until it is finished, 0 for at once."""

    code: str
    title: Text
    category: str
    guide: Guide = Guide()
    forms: tuple[Form, ...] = ()
    skills: tuple[str, ...] = ()
    channels: frozenset[Channel] = frozenset(Channel)
    workdays: int = 0
    needs_booking: bool = False
    active: bool = True

    def form(self, code: str) -> Form:
        """One of its papers."""
        found = next((form for form in self.forms if form.code == code), None)
        if found is None:
            raise NotFound("form.missing", _NO_FORM, field="form")
        return found


def item(tx: Tx, code: str) -> Item:
    """One item, also one that is not offered any more."""
    row = tx.first(_ONE, code=code)
    if row is None:
        raise NotFound("item.missing", _MISSING.format(code=code), field="item")
    return _item(row)


def items(tx: Tx, *, category: str = "", only_active: bool = False) -> list[Item]:
    """Items by category and code; a street has some hundred."""
    return [_item(row) for row in tx.rows(_ALL, category=category, active=only_active)]


def offered(tx: Tx, channel: Channel) -> list[Item]:
    """What may be had in one way."""
    return [one for one in items(tx, only_active=True) if channel in one.channels]


def must_offer(one: Item, channel: Channel) -> None:
    """Refuse what is not offered, or not in this way."""
    if not one.active:
        raise Conflict("item.inactive", _INACTIVE.format(title=one.title), field="item")
    if channel not in one.channels:
        raise Conflict("item.channel", _CHANNEL.format(title=one.title), field="item")


def set_items(store: Store, caller: Caller, wanted: Sequence[Item]) -> None:
    """Add items, or change them (administrators); all of them, or none. Others stay as they are."""
    caller.must_be(Role.ADMINISTRATOR)
    if len({one.code for one in wanted}) < len(wanted):
        raise Invalid("item.twice", _TWICE, field="items")
    for one in wanted:
        _check(one)

    def act(tx: Tx) -> None:
        for one in sorted(wanted, key=lambda one: one.code):
            _set(tx, caller, one)

    store.retrying(caller.street, act)


def _set(tx: Tx, caller: Caller, one: Item) -> None:
    columns = {**_columns(one), "changed_at": tx.now, "changed_by": caller.staff}
    if not tx.change(_CHANGE, code=one.code, **{f"{name}_": value for name, value in columns.items()}):
        try:
            tx.add(tables.service_item, code=one.code, **columns)
        except AlreadyThere:
            raise Overtaken(one.code) from None
    audit(tx, caller, "item.set", f"item {one.code}", active=one.active)


def _check(one: Item) -> None:
    if not one.channels:
        raise Invalid("item.channels", _NO_CHANNEL, field="channels")
    if len({form.code for form in one.forms}) < len(one.forms):
        raise Invalid("item.forms", _FORMS, field="forms")


def _columns(one: Item) -> dict[str, Any]:
    return {
        "title": one.title.as_json(),
        "category": one.category,
        "guide": {name: getattr(one.guide, name).as_json() for name in _GUIDE},
        "forms": [{"code": f.code, "title": f.title.as_json(), "text": f.text.as_json()} for f in one.forms],
        "skills": list(one.skills),
        "channels": sorted(one.channels),
        "workdays": one.workdays,
        "needs_booking": one.needs_booking,
        "active": one.active,
    }


def _item(row: Row) -> Item:
    return Item(
        row.code,
        Text.from_json(row.title),
        row.category,
        Guide(**{name: Text.from_json(words) for name, words in row.guide.items()}),
        tuple(_form(form) for form in row.forms),
        tuple(row.skills),
        frozenset(Channel(channel) for channel in row.channels),
        row.workdays,
        row.needs_booking,
        row.active,
    )


def _form(stored: Mapping[str, Any]) -> Form:
    return Form(stored["code"], Text.from_json(stored["title"]), Text.from_json(stored["text"]))


_GUIDE: Final = tuple(field.name for field in fields(Guide))
_I = tables.service_item.c
_ONE: Final = select(tables.service_item).where(_I.street == STREET, _I.code == param("code"))
_ALL: Final = (
    select(tables.service_item)
    .where(
        _I.street == STREET,
        or_(param("category") == "", _I.category == param("category")),
        or_(_I.active, _I.active == param("active")),
    )
    .order_by(_I.category, _I.code)
    .limit(1000)
)
_CHANGE: Final = (
    update(tables.service_item)
    .where(_I.street == STREET, _I.code == param("code"))
    .values(
        title=param("title"),
        category=param("category"),
        guide=param("guide"),
        forms=param("forms"),
        skills=param("skills"),
        channels=param("channels"),
        workdays=param("workdays"),
        needs_booking=param("needs_booking"),
        active=param("active"),
        changed_at=param("changed_at"),
        changed_by=param("changed_by"),
    )
)
CHANNELS: Final = {
    Channel.WINDOW: Text(zh="窗口", en="Window"),
    Channel.KIOSK: Text(zh="自助机", en="Kiosk"),
    Channel.PHONE: Text(zh="手机", en="Phone"),
}
"""What a channel is called."""
_MISSING: Final = Text(zh="没有事项 {code}", en="There is no service item {code}")
_NO_FORM: Final = Text(zh="这个事项没有这份表格", en="This service item has no such form")
_INACTIVE: Final = Text(zh="“{title}”已停办", en='"{title}" is not offered any more')
_CHANNEL: Final = Text(zh="“{title}”不能以这种方式办理", en='"{title}" cannot be had in this way')
_TWICE: Final = Text(zh="同一个事项出现了两次", en="One service item stands there twice")
_NO_CHANNEL: Final = Text(zh="请至少选择一种办理方式", en="Choose at least one way to have it")
_FORMS: Final = Text(zh="两份表格的编号相同", en="Two forms have one code")
