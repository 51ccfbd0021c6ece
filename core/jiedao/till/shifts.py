"""Opening, moving money and closing. A till has at most one open shift, which the database guarantees.

Cash in a drawer is account 1101. Closing is blind: the count is asked for before the expected amount is shown, and the
difference goes to 5102 over and short. An unattended till has no drawer: its shift is a calendar day, which opens with
whoever comes first and closes by itself when the day is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import delete, select, update

from jiedao.clock import local_date
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.places import Kind, Place, Places
from jiedao.hookspecs.codec import to_json
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import Book, balance, cr, debit
from jiedao.operations.intent import plan
from jiedao.operations.model import News, Operation, State
from jiedao.operations.policy import Policy
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound
from jiedao.registry.connections import Connections
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

SUBJECT: Final = "shift"


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed shift, in fen. `difference` is what was counted beyond what was expected."""

    shift: str
    counted: int
    expected: int
    planned: Sequence[Any] = ()

    @property
    def difference(self) -> int:
        """Over (positive) or short (negative)."""
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What makes up the cash that a closed shift should have had, in fen; every part is positive."""

    float: int
    taken: int
    """Taken from residents."""
    given_back: int
    """Handed back to residents."""
    paid_in: int
    paid_out: int

    @property
    def expected(self) -> int:
        """What should have been in the drawer."""
        return self.float + self.taken - self.given_back + self.paid_in - self.paid_out


class Shifts:
    """The shifts of all tills."""

    def __init__(self, store: Store, places: Places, connections: Connections, policy: Policy) -> None:
        self._store, self._places, self._connections, self._policy = store, places, connections, policy

    def open(self, caller: Caller, counted: int) -> str:
        """Begin a shift with the float that was counted into the drawer."""
        with self._store.write(caller.street) as tx:
            place = self._places.at(tx, caller.till)
            if not place.attended:
                raise Conflict("shift.unattended", _BY_ITSELF, field="till")
            shift = self._insert(tx, caller, place, counted)
            claim(tx, caller, "shift", shift)
        return shift

    def attend(self, caller: Caller) -> Sequence[Any]:
        """See to it that the caller's unattended till has the shift of today. Returns the operations that follow.

        Yesterday's is closed, which settles its batches. A window is left as it is.
        """
        with self._store.read(caller.street) as tx:
            place = self._places.at(tx, caller.till)
            open_ = self.current(tx, place.till)
            if place.attended or (open_ is not None and _of_today(tx, place, open_)):
                return ()
        return self._store.retrying(caller.street, lambda tx: self._begin_day(tx, caller, place))

    def turn_the_page(self, street: str) -> Sequence[Any]:
        """Close the shifts of unattended tills whose day is over. Returns the operations that follow."""
        planned: list[Any] = []
        with self._store.read(street) as tx:
            over = [row for row in tx.rows(_UNATTENDED) if not _of_today(tx, self._places.at(tx, row.till), row)]
        for row in over:
            with self._store.write(street) as tx:
                self._end_day(tx, self._places.at(tx, row.till), row.id)
            planned += tx.planned
        return planned

    def move(self, caller: Caller, shift: str, kind: str, amount: int, reason: str) -> str:
        """Pay money into the drawer from the bank, or out of it. `kind` is in or out."""
        if kind not in ("in", "out") or amount <= 0 or not reason.strip():
            raise Invalid("movement.invalid", _MOVEMENT, field="amount")
        with self._store.write(caller.street) as tx:
            place = self._places.at(tx, _own_shift(tx, caller, shift).till)
            id_ = self._record_movement(tx, caller, shift, kind, amount, reason)
            entry, signed = (_PAY_IN, amount) if kind == "in" else (_PAY_OUT, -amount)
            _post_cash(tx, place, entry, shift, signed, accounts.BANK)
            claim(tx, caller, "shift", shift)
        return id_

    def close(self, caller: Caller, shift: str, counted: int) -> Closed:
        """End a shift with what was counted, settle the card batches, and post the difference."""
        if counted < 0:
            raise Invalid("count.negative", _COUNT, field="counted")
        with self._store.write(caller.street) as tx:
            closed = self._close(tx, caller, shift, counted)
            claim(tx, caller, "shift", shift)
        return replace(closed, planned=tx.planned)

    def hand_over(self, caller: Caller, shift: str, counted: int, to: Caller) -> tuple[Closed, str]:
        """Close the shift and open the next one for a colleague, with the same counted money, in one transaction."""
        with self._store.write(caller.street) as tx:
            closed = self._close(tx, caller, shift, counted)
            place = self._places.at(tx, self.get(tx, shift).till)
            following = self._insert(tx, to, place, counted)
            audit(tx, caller, "hand_over_till", f"shift {shift}", to=to.staff)
            claim(tx, caller, "shift", following)
        return replace(closed, planned=tx.planned), following

    def current(self, tx: Tx, till: str) -> Row | None:
        """The open shift of a till. The expected amount is not in it, on purpose."""
        return tx.first(_CURRENT, till=till)

    def get(self, tx: Tx, shift: str) -> Row:
        """A shift, open or closed."""
        row = tx.first(_ONE, shift=shift)
        if row is None:
            raise NotFound("shift.missing", _MISSING)
        return row

    def movements(self, tx: Tx, shift: str) -> Sequence[Row]:
        """What was paid in and out."""
        return tx.rows(_MOVEMENTS, shift=shift)

    def reckoning(self, tx: Tx, shift: Row) -> Reckoning:
        """How the expected amount of a closed shift comes about; `Conflict` while it is open, as the count is blind."""
        if shift.state != "closed":
            raise Conflict("shift.not_closed", _NOT_CLOSED)
        place = self._places.at(tx, shift.till)
        rows = tx.rows(
            _THROUGH_DRAWER, account=accounts.cash(place.hall, place.till), since=shift.opened_at, until=shift.closed_at
        )
        moved = {kind: [row.amount for row in rows if row.kind == kind] for kind in (_PAY_IN, _PAY_OUT)}
        visits = [row.amount for row in rows if row.kind not in (_PAY_IN, _PAY_OUT, _FLOAT, _OVER_SHORT)]
        return Reckoning(
            shift.float,
            sum(amount for amount in visits if amount > 0),
            -sum(amount for amount in visits if amount < 0),
            sum(moved[_PAY_IN]),
            -sum(moved[_PAY_OUT]),
        )

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """The acquirer's answer to the closing of a batch, kept with the shift."""
        row = tx.first(_ONE_LOCKED, shift=operation.subject)
        kept = row.batches if row else {}
        seen = {"state": news.state.value, "totals": to_json(news.detail), "why": news.code}
        tx.change(_BATCHES, shift=operation.subject, batches_={**kept, operation.connection: seen})

    def settle_waiting(self, street: str) -> Sequence[Any]:
        """Settle batches of closed shifts that waited for something in doubt. Returns the operations that follow."""
        with self._store.read(street) as tx:
            if not tx.rows(_WAITING):
                return ()
        with self._store.write(street) as tx:
            for row in tx.rows(_WAITING):
                self._settle_batches(tx, row.till, row.id, row.batches)
        return tx.planned

    def _begin_day(self, tx: Tx, caller: Caller, place: Place) -> Sequence[Any]:
        open_ = self.current(tx, place.till)
        if open_ is not None and _of_today(tx, place, open_):
            return ()
        if open_ is not None:
            self._end_day(tx, place, open_.id)
        try:
            self._insert(tx, Caller(caller.street, "", caller.role, place.till), place, 0)
        except Conflict:  # Somebody else came at the same moment, and the shift is theirs as much as ours.
            raise Overtaken(place.till) from None
        return tx.planned

    def _end_day(self, tx: Tx, place: Place, shift: str) -> None:
        """Nobody counts a drawer that is not there: what the books say of it is what it holds."""
        row = tx.first(_ONE_LOCKED, shift=shift)
        if row is not None and row.state == "open" and tx.change(_END, shift=shift):
            expected = balance(tx, accounts.cash(place.hall, place.till))
            tx.change(_CLOSE, shift=shift, at=tx.now, staff_="", counted_=expected, expected_=expected)
            self._settle_batches(tx, place.till, shift, row.batches)

    def _insert(self, tx: Tx, caller: Caller, place: Place, counted: int) -> str:
        if counted < 0:
            raise Invalid("count.negative", _COUNT, field="counted")
        shift = new_id()
        try:
            tx.add(tables.open_till, till=place.till, shift=shift)
        except AlreadyThere:
            raise Conflict("shift.open", _OPEN_ALREADY, field="till") from None
        tx.add(
            tables.shift,
            id=shift,
            till=place.till,
            state="open",
            staff=caller.staff,
            opened_at=tx.now,
            float=counted,
            batches={},
        )
        _bring_to(tx, place, shift, counted)
        return shift

    def _close(self, tx: Tx, caller: Caller, shift: str, counted: int) -> Closed:
        row = _own_shift(tx, caller, shift)
        if not tx.change(_END, shift=shift):
            raise Conflict("shift.closed", _CLOSED)
        place = self._places.at(tx, row.till)
        expected = balance(tx, accounts.cash(place.hall, place.till))
        _post_cash(tx, place, _OVER_SHORT, shift, counted - expected, accounts.CASH_OVER_SHORT)
        tx.change(_CLOSE, shift=shift, at=tx.now, staff_=caller.staff, counted_=counted, expected_=expected)
        self._settle_batches(tx, place.till, shift, row.batches)
        return Closed(shift, counted, expected)

    def _settle_batches(self, tx: Tx, till: str, shift: str, batches: Mapping[str, Any]) -> None:
        """Have every acquirer that this shift used settle its batch, once nothing of the till is in doubt there.

        A settled batch takes no reversal and no void any more, so one with an open act waits for it.
        """
        able = [row.connection for row in tx.rows(_USED, shift=shift) if self._settles(tx.street, row.connection)]
        open_ones = {row.connection for row in tx.rows(_IN_DOUBT, till=till)}
        now = [connection for connection in able if connection not in open_ones and connection not in batches]
        for connection in now:
            fields = {"till": till}
            plan(tx, self._policy, connection, "payment_batch_close", fields, subject=(SUBJECT, shift))
        asked = {**batches, **{connection: {"state": "sent"} for connection in now}}
        waiting = any(connection not in asked for connection in able)
        tx.set(_ASKED, shift=shift, batches_=asked, waiting_=waiting)

    def _settles(self, street: str, connection: str) -> bool:
        plugin = self._connections.plugin(self._connections.for_finishing(street, connection).plugin)
        return "batch" in plugin.manifest.abilities

    def _record_movement(self, tx: Tx, caller: Caller, shift: str, kind: str, amount: int, reason: str) -> str:
        id_ = new_id()
        tx.add(
            tables.movement,
            id=id_,
            shift=shift,
            kind=kind,
            amount=amount,
            reason=reason.strip(),
            at=tx.now,
            staff=caller.staff,
        )
        return id_


def _of_today(tx: Tx, place: Place, shift: Row) -> bool:
    return local_date(shift.opened_at, place.timezone) == local_date(tx.now, place.timezone)


def _bring_to(tx: Tx, place: Place, shift: str, counted: int) -> None:
    """Post what the float differs from what the drawer should hold: the street's own change money."""
    expected = balance(tx, accounts.cash(place.hall, place.till))
    _post_cash(tx, place, _FLOAT, shift, counted - expected, accounts.OWN_FLOAT)


def _post_cash(tx: Tx, place: Place, kind: str, shift: str, amount: int, against: str) -> None:
    book = Book(place.till)
    book.enter(kind, shift, [debit(accounts.cash(place.hall, place.till), amount), cr(against, amount)])
    book.write(tx)


def _own_shift(tx: Tx, caller: Caller, shift: str) -> Row:
    """An open shift that the caller may touch: an operator only the own one."""
    row = _open_shift(tx, shift)
    if row.staff != caller.staff and caller.role not in (Role.ACCOUNTANT, Role.ADMINISTRATOR):
        raise NotAllowed("shift.whose", _WHOSE)
    return row


def _open_shift(tx: Tx, shift: str) -> Row:
    """An open shift, locked until the transaction ends; `Conflict` when it is closed."""
    row = tx.first(_ONE_LOCKED, shift=shift)
    if row is None:
        raise NotFound("shift.missing", _MISSING)
    if row.state != "open":
        raise Conflict("shift.closed", _CLOSED)
    return row


_FLOAT, _PAY_IN, _PAY_OUT, _OVER_SHORT = "float", "pay in", "pay out", "over and short"
"""Kinds of entries that are no visit's."""
_S, _O, _M = tables.shift.c, tables.open_till.c, tables.movement.c
_T, _A, _G = tables.tender.c, tables.attempt.c, tables.giveback.c
_THIS: Final = (_S.street == STREET) & (_S.id == param("shift"))
_ONE: Final = select(tables.shift).where(_THIS)
_ONE_LOCKED: Final = _ONE.with_for_update()
_CURRENT: Final = (
    select(tables.shift)
    .join(tables.open_till, (_O.street == _S.street) & (_O.shift == _S.id))
    .where(_S.street == STREET, _O.till == param("till"))
)
_L = tables.till.c
_UNATTENDED: Final = (
    select(tables.shift)
    .join(tables.open_till, (_O.street == _S.street) & (_O.shift == _S.id))
    .join(tables.till, (_L.street == _O.street) & (_L.id == _O.till))
    .where(_S.street == STREET, _L.kind != Kind.WINDOW.value)
    .order_by(_S.till)
)
_END: Final = delete(tables.open_till).where(_O.street == STREET, _O.shift == param("shift"))
_CLOSE: Final = (
    update(tables.shift)
    .where(_THIS)
    .values(
        state="closed",
        closed_at=param("at"),
        closed_by=param("staff"),
        counted=param("counted"),
        expected=param("expected"),
    )
)
_BATCHES: Final = update(tables.shift).where(_THIS).values(batches=param("batches"))
_WAITING: Final = (
    select(tables.shift)
    .where(_S.street == STREET, _S.waiting.is_(True), _S.state == "closed")
    .order_by(_S.id)
    .with_for_update()
)
_ASKED: Final = update(tables.shift).where(_THIS).values(batches=param("batches"), waiting=param("waiting"))
_P = tables.operation.c
_IN_DOUBT: Final = (
    select(_P.connection)
    .join(tables.attempt, (_A.street == _P.street) & (_A.id == _P.subject))
    .where(
        _P.street == STREET,
        _A.book == param("till"),
        _P.hook.in_(["payment_start", "payment_reverse", "payment_void", "payment_refund", "payment_capture"]),
        _P.state.in_([State.PLANNED, State.SENT, State.UNKNOWN, State.PENDING]),
    )
    .distinct()
)
"""Acquirers with an act of a till that is still in doubt; one that waits for a person does not hold the day up."""
_MOVEMENTS: Final = (
    select(tables.movement).where(_M.street == STREET, _M.shift == param("shift")).order_by(_M.at, _M.id)
)
_CARDS: Final = (_T.street == STREET) & (_T.kind == "card") & (_A.shift == param("shift"))
_USED: Final = (
    select(_T.connection)
    .join(tables.attempt, (_A.street == _T.street) & (_A.id == _T.attempt))
    .where(_CARDS)
    .union(
        select(_T.connection)
        .join(tables.giveback, (_G.street == _T.street) & (_G.source == _T.attempt) & (_G.tender == _T.no))
        .join(tables.attempt, (_A.street == _G.street) & (_A.id == _G.attempt))
        .where(_CARDS)
    )
)
"""Acquirers that took money in a shift, or gave it back."""
_E, _L = tables.entry.c, tables.posting.c
_THROUGH_DRAWER: Final = (
    select(_E.kind, _L.amount)
    .join(tables.entry, (_E.street == _L.street) & (_E.book == _L.book) & (_E.no == _L.no))
    .where(_L.street == STREET, _L.account == param("account"), _E.at >= param("since"), _E.at <= param("until"))
)
"""Everything that went through a drawer between two moments."""
_MISSING: Final = Text(zh="没有这个班次", en="There is no such shift")
_CLOSED: Final = Text(zh="这个班次已经结束", en="This shift is closed already")
_NOT_CLOSED: Final = Text(
    zh="班次还没有结束；清点之前不显示应有金额", en="The shift is not closed; what is expected is shown after the count"
)
_OPEN_ALREADY: Final = Text(zh="这个收银台已经开班", en="This till has an open shift already")
_BY_ITSELF: Final = Text(
    zh="自助终端和手机没有钱箱，班次自动开始和结束",
    en="A kiosk and a phone have no drawer; their shifts begin and end by themselves",
)
_COUNT: Final = Text(zh="清点金额不能为负", en="A count cannot be negative")
_MOVEMENT: Final = Text(
    zh="请写明存入或取出、大于零的金额和原因", en="Say in or out, an amount above zero, and the reason"
)
_WHOSE: Final = Text(zh="只能办理自己的班次", en="This is another operator's shift")
