"""How an item stands, folded from everything that happened to it. Pure.

Events come late, twice and out of order, and the result is the same in whatever order they came. They are read by the
instant at which they happened; at the same instant in the order of an item's life (`EventKind`). A take-back voids the
latest event with the code that it names before it, which may be a take-back itself. What was voided leaves no trace in
the state, and stays in the log.

The last event does not win: a scan that is late, or news of a return receipt, does not move what was delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from jiedao.hookspecs.postal import EventKind, Handling, PostEvent, RecipientClass
from jiedao.language import Text
from jiedao.post.rules import CLASS_NAMES


class Standing(StrEnum):
    """Where an item is, and what that means for whoever sent it."""

    ANNOUNCED = "announced"
    """The post has it in its books; nothing has happened yet."""
    UNDER_WAY = "under_way"
    """Accepted, carried, sorted, at customs or at the office that delivers."""
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    """The carrier was there and could not hand it over."""
    HELD = "held"
    """Waits at an office to be fetched."""
    SERVED = "served"
    """Handed to somebody of a class that the consignment allows."""
    DELIVERED_TO_THIRD_PARTY = "delivered_to_third_party"
    """Handed to anybody else, or to nobody knows whom: delivered and not served."""
    REFUSED = "refused"
    """Whoever was to take it did not want it."""
    RETURNING = "returning"
    """On its way back."""
    RETURNED = "returned"
    """Back with the sender."""
    LOST = "lost"
    """The post gave it up; found again, it goes on."""
    CANCELLED = "cancelled"
    """The post says that it will not carry it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a consignment asks for: who may take it, and what has to come back."""

    allowed: frozenset[RecipientClass]
    return_documents: bool = False
    cash_on_delivery: int = 0

    @classmethod
    def of(cls, handling: Handling, allowed: Iterable[RecipientClass]) -> Terms:
        """The terms of a consignment."""
        return cls(frozenset(allowed), handling.return_documents, handling.cash_on_delivery)


@dataclass(frozen=True, slots=True)
class Fold:
    """The state of an item with its facts. Amounts are fen."""

    standing: Standing = Standing.ANNOUNCED
    since: datetime | None = None
    place: str = ""
    recipient: RecipientClass | None = None
    recipient_name: str = ""
    attempts: int = 0
    first_notice: datetime | None = None
    second_notice: datetime | None = None
    held_at: str = ""
    held_until: str = ""
    reason: str = ""
    """Why it was not handed over, is refused or comes back, in the words of the post."""
    damaged: bool = False
    directed: bool = False
    documents_returned: datetime | None = None
    cash_collected: int = 0
    cash_remitted: int = 0
    voided: frozenset[str] = frozenset()
    """Ids of events that did not happen after all, and of the take-backs that took effect and stand."""

    @property
    def served(self) -> bool:
        """Whether it reached somebody who may take it."""
        return self.standing is Standing.SERVED

    @property
    def delivered(self) -> bool:
        """Whether it was handed to anybody at all."""
        return self.standing in (Standing.SERVED, Standing.DELIVERED_TO_THIRD_PARTY)

    @property
    def follow_up(self) -> bool:
        """Whether somebody in the hall has to do something about it."""
        return self.damaged or self.standing in NEEDS_FOLLOW_UP

    def finished(self, terms: Terms) -> bool:
        """Whether nothing more is expected from the post."""
        if self.standing in (Standing.RETURNED, Standing.CANCELLED):
            return True
        papers = self.documents_returned is not None or not terms.return_documents
        cash = self.cash_remitted >= terms.cash_on_delivery
        return self.delivered and papers and cash

    def says(self) -> Text:
        """Served, or why not, in one sentence."""
        who = CLASS_NAMES[self.recipient or RecipientClass.UNKNOWN]
        return _SAYS[self.standing].format(who=who, reason=self.reason or "—", until=self.held_until or "—")


def fold(events: Iterable[PostEvent], terms: Terms) -> Fold:
    """How an item stands after these events, whatever order they came in and however often."""
    ordered = in_order(events)
    gone = voided(ordered)
    found = Fold(voided=gone)
    for event in ordered:
        if event.id not in gone and event.kind is not EventKind.VOIDS:
            found = _move(_note(found, event), event, terms)
    return found


def in_order(events: Iterable[PostEvent]) -> list[PostEvent]:
    """The events as they happened, each id once."""
    once = {event.id: event for event in sorted(events, key=_all_of, reverse=True)}
    return sorted(once.values(), key=lambda event: (event.at, _LIFE[event.kind], event.id))


def voided(ordered: Sequence[PostEvent]) -> frozenset[str]:
    """Ids of the events that were taken back, take-backs included that were taken back themselves."""
    gone: dict[str, str] = {}
    """What was voided, and by which take-back."""
    for place, event in enumerate(ordered):
        if event.kind is not EventKind.VOIDS:
            continue
        standing = (e for e in reversed(ordered[:place]) if e.code == event.voids and e.id not in gone)
        target = next(standing, None)
        if target is None:
            continue
        for restored in [id_ for id_, by in gone.items() if by == target.id]:
            del gone[restored]
        gone[target.id] = event.id
    return frozenset(gone)


def _all_of(event: PostEvent) -> str:
    return repr(event)


def _note(found: Fold, event: PostEvent) -> Fold:
    """Facts that hold whatever the state is."""
    note = _FACTS.get(event.kind)
    return note(found, event) if note else found


def _notice(found: Fold, event: PostEvent) -> Fold:
    """The post numbers its notices, or leaves them to be counted."""
    second = event.notice == _SECOND or (not event.notice and found.first_notice is not None)
    if second:
        return replace(found, second_notice=found.second_notice or event.at)
    return replace(found, first_notice=found.first_notice or event.at)


def _move(found: Fold, event: PostEvent, terms: Terms) -> Fold:
    """Where an event leads from where the item is; some events do not move it from there."""
    to = _STANDING.get(event.kind)
    moves = _ONLY.get(found.standing)
    if to is None or (moves is not None and event.kind not in moves):
        return found
    if event.kind is EventKind.DELIVERED:
        return _deliver(found, event, terms)
    place = event.place or found.place
    return replace(found, standing=to, since=event.at, place=place, reason=event.reason or _kept(found, to))


def _deliver(found: Fold, event: PostEvent, terms: Terms) -> Fold:
    """Handed over. What is on its way back is handed to its sender, and that serves nobody."""
    if found.standing is Standing.RETURNING:
        return replace(found, standing=Standing.RETURNED, since=event.at, place=event.place or found.place)
    who = event.recipient or RecipientClass.UNKNOWN
    to = Standing.SERVED if who in terms.allowed else Standing.DELIVERED_TO_THIRD_PARTY
    place, name = event.place or found.place, event.recipient_name
    return replace(found, standing=to, since=event.at, place=place, recipient=who, recipient_name=name, reason="")


def _kept(found: Fold, to: Standing) -> str:
    """The reason of a failure stays while the item waits or goes back."""
    return found.reason if to in (Standing.HELD, Standing.RETURNING, Standing.RETURNED) else ""


_SECOND: Final = 2
_K, _S = EventKind, Standing
_LIFE: Final = {kind: place for place, kind in enumerate(kind for kind in EventKind if kind is not _K.VOIDS)} | {
    _K.VOIDS: len(EventKind)
}
"""The order of events of one instant; a take-back comes after whatever it takes back."""
_STANDING: Final = {
    _K.ACCEPTED: _S.UNDER_WAY,
    _K.IN_TRANSIT: _S.UNDER_WAY,
    _K.CUSTOMS: _S.UNDER_WAY,
    _K.ARRIVED: _S.UNDER_WAY,
    _K.DIRECTED: _S.UNDER_WAY,
    _K.OUT_FOR_DELIVERY: _S.OUT_FOR_DELIVERY,
    _K.ATTEMPTED: _S.ATTEMPTED,
    _K.NOTICE: _S.ATTEMPTED,
    _K.HELD: _S.HELD,
    _K.DELIVERED: _S.SERVED,
    _K.REFUSED: _S.REFUSED,
    _K.RETURNING: _S.RETURNING,
    _K.RETURNED: _S.RETURNED,
    _K.LOST: _S.LOST,
    _K.CANCELLED: _S.CANCELLED,
}
"""Where an event leads. Kinds that are not here move nothing."""
_BACK: Final = frozenset({_K.REFUSED, _K.RETURNING, _K.RETURNED})
_ONLY: Final[dict[Standing, frozenset[EventKind]]] = {
    _S.SERVED: _BACK,
    _S.DELIVERED_TO_THIRD_PARTY: _BACK | {_K.DELIVERED},
    _S.REFUSED: _BACK | {_K.DELIVERED, _K.LOST},
    _S.RETURNING: frozenset({_K.DELIVERED, _K.RETURNED, _K.LOST}),
    _S.RETURNED: frozenset(),
}
"""What alone moves an item from these states; from all others every event does. Only a take-back undoes a return."""
_FACTS: Final[dict[EventKind, Callable[[Fold, PostEvent], Fold]]] = {
    _K.ATTEMPTED: lambda found, event: replace(found, attempts=found.attempts + 1),
    _K.NOTICE: _notice,
    _K.HELD: lambda found, event: replace(
        found, held_at=event.place or event.office or found.held_at, held_until=event.held_until or found.held_until
    ),
    _K.DAMAGED: lambda found, event: replace(found, damaged=True),
    _K.DIRECTED: lambda found, event: replace(found, directed=True),
    _K.DOCUMENTS_RETURNED: lambda found, event: replace(found, documents_returned=event.at),
    _K.CASH_COLLECTED: lambda found, event: replace(found, cash_collected=found.cash_collected + event.amount),
    _K.CASH_REMITTED: lambda found, event: replace(found, cash_remitted=found.cash_remitted + event.amount),
}
NEEDS_FOLLOW_UP: Final = frozenset({_S.DELIVERED_TO_THIRD_PARTY, _S.REFUSED, _S.RETURNING, _S.RETURNED, _S.LOST})
"""States in which somebody in the hall has to do something."""
_SAYS: Final = {
    _S.ANNOUNCED: Text(zh="未送达：邮局尚未收寄", en="Not served: the post has not accepted it yet"),
    _S.UNDER_WAY: Text(zh="未送达：在途", en="Not served: it is under way"),
    _S.OUT_FOR_DELIVERY: Text(zh="未送达：正在投递", en="Not served: it is out for delivery"),
    _S.ATTEMPTED: Text(zh="未送达：投递未成功（{reason}）", en="Not served: it could not be handed over ({reason})"),
    _S.HELD: Text(zh="未送达：在网点待取，至 {until}", en="Not served: it waits to be fetched until {until}"),
    _S.SERVED: Text(zh="已送达：{who}签收", en="Served: taken by {who}"),
    _S.DELIVERED_TO_THIRD_PARTY: Text(
        zh="已妥投，但未送达：由{who}代收，须跟进", en="Delivered, not served: taken by {who}; needs follow-up"
    ),
    _S.REFUSED: Text(zh="未送达：拒收（{reason}）", en="Not served: refused ({reason})"),
    _S.RETURNING: Text(zh="未送达：正在退回（{reason}）", en="Not served: on its way back ({reason})"),
    _S.RETURNED: Text(zh="未送达：已退回（{reason}）", en="Not served: returned ({reason})"),
    _S.LOST: Text(zh="未送达：邮件丢失", en="Not served: lost"),
    _S.CANCELLED: Text(zh="未送达：已撤销", en="Not served: cancelled"),
}
