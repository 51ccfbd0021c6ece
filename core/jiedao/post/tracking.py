"""What happens to items: asked of the post, or typed in by staff where a post does not tell. The log is only added to.

Asked with back-off for as long as something is expected, at once when somebody looks, and after a notice of the post.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, audit, claim
from jiedao.hookspecs.postal import EventKind, PostEvent, RecipientClass
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.post.calls import Calls
from jiedao.post.folding import Fold, fold
from jiedao.post.records import SUBJECT, Consignment, State, by_number, change, event_of, event_row, events_of, find
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Store, Tx, later, param

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TypedEvent:
    """What a member of staff saw or was told. `voids` is the id of an earlier event that did not happen after all."""

    kind: EventKind
    at: datetime | None = None
    """None: now."""
    says: str = ""
    place: str = ""
    recipient: RecipientClass | None = None
    recipient_name: str = ""
    notice: int = 0
    reason: str = ""
    held_until: str = ""
    amount: int = 0
    voids: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A consignment with its log and what that comes to."""

    consignment: Consignment
    events: Sequence[Row]
    fold: Fold


class Tracking:
    """What happens to the items of all streets."""

    def __init__(self, store: Store, calls: Calls) -> None:
        self._store, self._calls = store, calls

    def story(self, tx: Tx, id_: str) -> Story:
        """One consignment with everything that happened to it."""
        consignment = find(tx, id_)
        events = events_of(tx, id_)
        return Story(consignment, events, fold(map(event_of, events), consignment.terms))

    def look(self, street: str, id_: str) -> None:
        """Ask the post now, because somebody is looking. `ServicePaused` when it does not answer."""
        with self._store.read(street) as tx:
            consignment = find(tx, id_)
        if consignment.state is State.CREATED and self._calls.tracks(street, consignment.connection):
            self._ask(street, consignment)

    def track_now(self, street: str, number: str) -> int:
        """Ask the post about an item of which it sent a notice. Returns how many consignments bear the number."""
        with self._store.read(street) as tx:
            found = [one for one in by_number(tx, number) if one.state is State.CREATED]
        for consignment in found:
            self.look(street, consignment.id)
        return len(found)

    def noticed(self, street: str, connection: str, number: str, notice: str) -> None:
        """A notice of a post is about an item. Whichever post has the item is asked; the notice itself says nothing."""
        self.track_now(street, number)

    def track_due(self, street: str, limit: int = 1) -> int:
        """Ask about open items whose time has come. Returns how many were asked about."""
        with self._store.read(street) as tx:
            found = [Consignment.of(row) for row in tx.rows(_DUE, now=tx.shared_now, most=limit)]
        return sum(self._take_turn(street, consignment) for consignment in found)

    def type_in(self, caller: Caller, id_: str, typed: TypedEvent) -> str:
        """Write down what staff saw, with who and when. `Conflict` where the post tells it itself."""
        with self._store.write(caller.street) as tx:
            consignment = find(tx, id_, lock=True)
            if consignment.state is not State.CREATED:
                raise Conflict("consignment.state", _STATE)
            if self._calls.tracks(caller.street, consignment.connection):
                raise Conflict("event.from_post", _FROM_POST)
            event = _typed(tx, consignment, typed)
            self._note(tx, consignment, [event], caller.staff)
            audit(tx, caller, "consignment.event", f"consignment {id_}", typed.reason, kind=event.kind.value)
            claim(tx, caller, SUBJECT, id_)
        return event.id

    def _take_turn(self, street: str, consignment: Consignment) -> int:
        """Ask unless another worker does; a post that is silent is asked later."""
        with self._store.write(street) as tx:
            until = later(tx.shared_now, _LEASE)
            if not tx.change(_TAKE, id_=consignment.id, seen=consignment.track_at, until=until):
                return 0
        try:
            self._ask(street, consignment)
        except ServicePaused:
            with self._store.write(street) as tx:
                self._rest(tx, find(tx, consignment.id, lock=True), finished=False, news=False)
        return 1

    def _ask(self, street: str, consignment: Consignment) -> None:
        events = self._calls.events(street, consignment.connection, consignment.number, consignment.reference)
        try:
            self._write_down(street, consignment.id, events)
        except AlreadyThere:  # Somebody else asked at the same moment and wrote the same events down first.
            self._write_down(street, consignment.id, events)

    def _write_down(self, street: str, id_: str, events: Sequence[PostEvent]) -> None:
        with self._store.write(street) as tx:
            self._note(tx, find(tx, id_, lock=True), events, "")

    def _note(self, tx: Tx, consignment: Consignment, events: Sequence[PostEvent], staff: str) -> None:
        """Add what is new to the log, and keep what it comes to."""
        known = {row.id: event_of(row) for row in events_of(tx, consignment.id)}
        new = {event.id: event for event in events if event.id not in known}
        tx.put(tables.post_event, *(event_row(consignment.id, event, tx.now, staff) for event in new.values()))
        found = fold([*known.values(), *new.values()], consignment.terms)
        changed = change(tx, consignment.id, State.CREATED, standing=found.standing.value, follow_up=found.follow_up)
        if changed and found.standing.value != consignment.standing:
            standing = {"state": State.CREATED.value, "standing": found.standing.value}
            tx.tell("consignment.changed", consignment=consignment.id, **standing)
        if not staff:
            self._rest(tx, consignment, finished=found.finished(consignment.terms), news=bool(new))

    def _rest(self, tx: Tx, consignment: Consignment, *, finished: bool, news: bool) -> None:
        """When to ask again: soon after news, less and less often without, never when nothing more is expected."""
        looks = 0 if news else consignment.looks + 1
        pause = min(_LONGEST, _FIRST * 2.0 ** min(looks, _DOUBLINGS))
        over = finished or tx.now - consignment.created_at > _PATIENCE
        at = None if over else later(tx.shared_now, pause)
        change(tx, consignment.id, State.CREATED, track_at=at, looks=looks)


def _typed(tx: Tx, consignment: Consignment, typed: TypedEvent) -> PostEvent:
    at = typed.at or tx.now
    if not consignment.created_at - _SLACK <= at <= tx.now + _SLACK:
        raise Invalid("event.at", _WHEN, field="at")
    _check_day(typed.held_until)
    if typed.kind is EventKind.VOIDS:
        _check_voided(tx, consignment, typed.voids, at)
    elif typed.voids:
        raise Invalid("event.voids", _VOIDS, field="voids")
    id_ = new_id()
    fields: dict[str, Any] = {name: getattr(typed, name) for name in _COPIED}
    # Its own id is its code, so that a later take-back names this event and no other.
    return PostEvent(id=id_, at=at, code=id_, **fields)


def _check_day(held_until: str) -> None:
    try:
        if held_until:
            date.fromisoformat(held_until)
    except ValueError:
        raise Invalid("event.held_until", _DAY, field="held_until") from None


def _check_voided(tx: Tx, consignment: Consignment, voids: str, at: datetime) -> None:
    target = next((row for row in events_of(tx, consignment.id) if row.id == voids), None)
    if target is None:
        raise Invalid("event.voids", _VOIDS, field="voids")
    if at < target.at:
        raise Invalid("event.at", _BEFORE, field="at")


_COPIED: Final = tuple(name for name in TypedEvent.__slots__ if name != "at")
_FIRST: Final = 900.0
_LONGEST: Final = 43_200.0
_DOUBLINGS: Final = 16
_LEASE: Final = 60.0
_PATIENCE: Final = timedelta(days=180)
"""An item without an end after half a year is not asked about any more; it stays in the list of open ones."""
_SLACK: Final = timedelta(days=1)
_C = tables.consignment.c
_DUE: Final = (
    select(tables.consignment)
    .where(_C.street == STREET, _C.track_at <= param("now"))
    .order_by(_C.track_at)
    .limit(param("most"))
)
_TAKE: Final = (
    update(tables.consignment)
    .where(_C.street == STREET, _C.id == param("id"), _C.track_at == param("seen"))
    .values(track_at=param("until"))
)
_STATE: Final = Text(
    zh="邮局还没有这件邮件，不能登记投递情况", en="The post does not have this item, so nothing can happen to it yet"
)
_FROM_POST: Final = Text(
    zh="这家邮局自己报告投递情况，不能手工登记", en="This post tells itself what happens to items; nothing is typed in"
)
_WHEN: Final = Text(zh="时间应在交寄之后、现在之前", en="The time must be after posting and not in the future")
_VOIDS: Final = Text(zh="请选择要撤销的那条记录", en="Name the earlier event that is taken back")
_DAY: Final = Text(zh="待取期限应为日期，例如 2026-11-30", en="Held until is a date such as 2026-11-30")
_BEFORE: Final = Text(zh="撤销时间不能早于被撤销的记录", en="A take-back cannot be earlier than what it takes back")
