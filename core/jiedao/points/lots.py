"""Lots: points that were earned together and lapse together. Every movement of points is here.

Each function changes the resident's balances with one conditional statement first, which also locks the resident's
points on PostgreSQL; then the lots; and returns the postings for the caller's entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import case, func, select, update

from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import Posting, move
from jiedao.money import format_amount
from jiedao.problems import Conflict
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

Postings = list[Posting]

_FEW: Final = 16
_GRACE_DAYS: Final = 30
"""Points that come back from a refund live at least this long, even when their lot would have lapsed."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Points redeemed for one line, in hundredths (as many fen)."""

    line: int
    category: str
    amount: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A resident's points in hundredths."""

    active: int
    pending: int
    held: int
    debt: int


def open_account(tx: Tx, resident: str) -> None:
    """Give a resident a points account and a credit account."""
    tx.add(tables.points_account, resident=resident)
    tx.add(tables.credit, resident=resident)


def balance(tx: Tx, resident: str) -> Balance:
    """What a resident has."""
    row = tx.first(_ACCOUNT, resident=resident)
    return Balance(row.active, row.pending, row.held, row.debt) if row else Balance(0, 0, 0, 0)


def hold(tx: Tx, attempt: str, resident: str, amount: int, today: date) -> Postings:
    """Set points aside for an attempt, soonest to lapse first. `Conflict` when there are not enough."""
    if not tx.change(_HOLD, resident=resident, n=amount):
        raise _short(balance(tx, resident).active, amount)
    taken = _take(_spendable(tx, resident, amount, today), amount)
    if sum(n for _, n in taken) < amount:
        raise _short(sum(n for _, n in taken), amount)
    _change_lots(tx, [(lot, -n) for lot, n in taken])
    rows = [{"attempt": attempt, "lot": lot, "resident": resident, "amount": n, "state": "held"} for lot, n in taken]
    tx.put(tables.held_lot, *rows)
    return [*move(accounts.points(resident, "active"), accounts.points(resident, "held"), amount)]


def settle_hold(tx: Tx, attempt: str, resident: str, spent: Sequence[Spent], today: date) -> Postings:
    """End a hold: redeem what paid lines used, release the rest to the lots it came from."""
    held = tx.rows(_HELD, attempt=attempt)
    total, used = sum(row.amount for row in held), sum(item.amount for item in spent)
    if not total:
        return []
    tx.set(_SETTLE, resident=resident, held_=total, back=total - used)
    _settle_lots(tx, attempt, held, used)
    _note_redemptions(tx, attempt, resident, spent, today)
    return [
        *move(accounts.points(resident, "held"), accounts.REDEEMED, used),
        *move(accounts.points(resident, "held"), accounts.points(resident, "active"), total - used),
    ]


def give_back(tx: Tx, attempt: str, resident: str, spent: Spent, today: date) -> Postings:
    """Undo a redemption or a part of it: the points return to the lots that they came from."""
    tx.set(_ADD, resident=resident, active_=spent.amount, pending_=0)
    returned = _take_back(tx.rows(_REDEEMED, attempt=attempt), spent.amount)
    until = today + timedelta(days=_GRACE_DAYS)
    for lot, n in returned:
        tx.set(_RETURN_HELD, attempt=attempt, lot_=lot, n=n)
        tx.set(_REVIVE, lot_=lot, n=n, until=until)
    _note_redemptions(tx, attempt, resident, [Spent(spent.line, spent.category, -spent.amount)], today)
    return [*move(accounts.REDEEMED, accounts.points(resident, "active"), spent.amount)]


def accrue(tx: Tx, attempt: str, resident: str, earned: dict[int, int], on: tuple[date, date, date]) -> Postings:
    """Book what an attempt earned, by line; `on` is earned, active and expires. Pending until the second date."""
    earned_on, active_on, expires_on = on
    state = "pending" if active_on > earned_on else "active"
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "resident": resident,
            "attempt": attempt,
            "line": line,
            "earned_on": earned_on,
            "active_on": active_on,
            "expires_on": expires_on,
            "amount": n,
            "remaining": n,
            "state": state,
        }
        for line, n in earned.items()
        if n
    ]
    total = sum(row["amount"] for row in rows)
    if total:
        tx.set(
            _ADD,
            resident=resident,
            active_=total if state == "active" else 0,
            pending_=total if state == "pending" else 0,
        )
        tx.put(tables.lot, *rows)
    return [*move(accounts.ISSUER, accounts.points(resident, state), total)]


def claw_back(tx: Tx, attempt: str, line: int, resident: str, amount: int, today: date) -> Postings:
    """Take back what a refunded purchase had earned: its own lot, then other active points, then debt."""
    tx.first(_LOCK_ACCOUNT, resident=resident)
    own = [row for row in tx.rows(_LOT_OF, attempt=attempt, line_=line) if row.state in ("pending", "active")]
    others = [row for row in tx.rows(_SPENDABLE, resident=resident, today=today) if row.attempt != attempt]
    states = {row.id: row.state for row in [*own, *others]}
    taken = _take([*own, *others], amount)
    _change_lots(tx, [(lot, -n) for lot, n in taken])
    by_state = {state: sum(n for lot, n in taken if states[lot] == state) for state in ("pending", "active")}
    owed = amount - sum(by_state.values())
    tx.set(_CLAW, resident=resident, active_=by_state["active"], pending_=by_state["pending"], debt_=owed)
    return [
        p
        for state, n in [*by_state.items(), ("debt", owed)]
        for p in move(accounts.points(resident, state), accounts.ISSUER, n)
    ]


def mature(tx: Tx, resident: str, today: date) -> Postings:
    """Turn points whose waiting time is over into active ones; a debt is paid from them first."""
    account = tx.first(_LOCK_ACCOUNT, resident=resident)
    ripe = tx.rows(_RIPE, resident=resident, today=today)
    total = sum(row.remaining for row in ripe)
    if account is None or not ripe:
        return []
    paid = min(account.debt, total)
    for lot, n in _take(ripe, paid):
        tx.set(_CHANGE_LOT, lot_=lot, n=-n)
    tx.set(_RIPEN, resident=resident, today=today)
    tx.set(_MATURE, resident=resident, total=total, paid=paid)
    return [
        *move(accounts.points(resident, "pending"), accounts.points(resident, "active"), total - paid),
        *move(accounts.points(resident, "pending"), accounts.points(resident, "debt"), paid),
    ]


def expire(tx: Tx, resident: str, today: date) -> tuple[Postings, int]:
    """Let lots lapse whose last day has passed. Returns the postings and how much lapsed."""
    tx.first(_LOCK_ACCOUNT, resident=resident)
    total = sum(row.remaining for row in tx.rows(_LAPSED, resident=resident, today=today))
    if not total:
        return [], 0
    tx.set(_LAPSE, resident=resident, today=today)
    tx.set(_ADD, resident=resident, active_=-total, pending_=0)
    return [*move(accounts.points(resident, "active"), accounts.EXPIRED, total)], total


def repay(tx: Tx, resident: str, today: date) -> Postings:
    """Pay a debt from points that became active at once; those that waited pay it when they mature."""
    account = tx.first(_LOCK_ACCOUNT, resident=resident)
    if account is None or not account.debt:
        return []
    taken = _take(tx.rows(_SPENDABLE, resident=resident, today=today), account.debt)
    paid = sum(n for _, n in taken)
    _change_lots(tx, [(lot, -n) for lot, n in taken])
    tx.set(_CLAW, resident=resident, active_=paid, pending_=0, debt_=-paid)
    return [*move(accounts.points(resident, "active"), accounts.points(resident, "debt"), paid)]


def with_work(tx: Tx, today: date) -> list[str]:
    """Residents whose points mature or lapse today or should have before, or who can pay a debt."""
    return [row.resident for row in tx.rows(_WORK, today=today)]


def history(tx: Tx, resident: str) -> Sequence[Row]:
    """The lots of a resident, newest first."""
    return tx.rows(_LOTS, resident=resident)


def page(tx: Tx, resident: str, before: str = "", most: int = 20) -> Sequence[Row]:
    """Lots of a resident, newest first; ids rise with time, so the page begins below one."""
    return tx.rows(_PAGE, resident=resident, before=before or _HIGHEST, most=most)


def redeemed(tx: Tx, resident: str, before: str = "", most: int = 20) -> Sequence[Row]:
    """What a resident spent, newest first, each with its order; one that was undone is negative.

    The page begins below an attempt.
    """
    return tx.rows(_SPENT, resident=resident, before=before or _HIGHEST, most=most)


def lapsing(tx: Tx, resident: str, until: date) -> tuple[int, date] | None:
    """How much of what can be spent lapses up to a day, and when the first of it does; None where nothing does."""
    rows = tx.rows(_LAPSING, resident=resident, until=until)
    row = rows[0] if rows else None
    return (int(row.amount), row.first) if row is not None and row.amount else None


def _spendable(tx: Tx, resident: str, amount: int, today: date) -> Sequence[Row]:
    """Lots to spend, soonest to lapse first; as many as cover the amount, and not years of small ones."""
    first = tx.rows(_SPENDABLE_FEW, resident=resident, today=today)
    if len(first) < _FEW or sum(lot.remaining for lot in first) >= amount:
        return first
    return tx.rows(_SPENDABLE, resident=resident, today=today)


def _take(lots: Iterable[Row], amount: int) -> list[tuple[str, int]]:
    """Which lots give how much, in their order, until the amount is reached."""
    taken = []
    for lot in lots:
        n = min(lot.remaining, amount)
        if n:
            taken.append((lot.id, n))
            amount -= n
    return taken


def _take_back(held: Sequence[Row], amount: int) -> list[tuple[str, int]]:
    """Which lots get how much back: the last to lapse first, so that the resident loses least."""
    returned = []
    for row in reversed(held):
        n = min(row.redeemed - row.returned, amount)
        if n:
            returned.append((row.lot, n))
            amount -= n
    if amount:
        raise ValueError(f"{amount} hundredths of a point were never redeemed by this attempt")
    return returned


def _settle_lots(tx: Tx, attempt: str, held: Sequence[Row], used: int) -> None:
    for row in held:
        redeemed = min(row.amount, used)
        used -= redeemed
        tx.set(_SETTLE_HELD, attempt=attempt, lot_=row.lot, n=redeemed)
        if row.amount > redeemed:
            tx.set(_RELEASE, lot_=row.lot, n=row.amount - redeemed)


def _change_lots(tx: Tx, changes: list[tuple[str, int]]) -> None:
    for lot, n in changes:
        tx.set(_CHANGE_LOT, lot_=lot, n=n)


def _note_redemptions(tx: Tx, attempt: str, resident: str, spent: Sequence[Spent], today: date) -> None:
    """For the claim on the issuer. A line's redemptions are numbered; one that is undone is a negative one."""
    rows = []
    for item in spent:
        if item.amount:
            before = tx.rows(_REDEMPTIONS, attempt=attempt, line_=item.line) if item.amount < 0 else ()
            rows.append(
                {
                    "attempt": attempt,
                    "line": item.line,
                    "seq": len(before) + 1,
                    "resident": resident,
                    "category": item.category,
                    "amount": item.amount,
                    "redeemed_on": today,
                }
            )
    tx.put(tables.redemption, *rows)


def _short(has: int, wants: int) -> Conflict:
    says = _SHORT.format(has=format_amount(has), wants=format_amount(wants))
    return Conflict("points.short", says, field="points", has=has)


_SHORT: Final = Text(
    zh="可用积分 {has}，不够支付 {wants}", en="There are {has} points to spend, which does not cover {wants}"
)

_A, _L, _H, _R = tables.points_account.c, tables.lot.c, tables.held_lot.c, tables.redemption.c
_MINE: Final = (_A.street == STREET) & (_A.resident == param("resident"))
_ACCOUNT: Final = select(tables.points_account).where(_MINE)
_LOCK_ACCOUNT: Final = _ACCOUNT.with_for_update()
_N: Final = param("n")
_HOLD: Final = (
    update(tables.points_account).where(_MINE, _A.active >= _N).values(active=_A.active - _N, held=_A.held + _N)
)
_SETTLE: Final = (
    update(tables.points_account).where(_MINE).values(held=_A.held - param("held"), active=_A.active + param("back"))
)
_ADD: Final = (
    update(tables.points_account)
    .where(_MINE)
    .values(active=_A.active + param("active"), pending=_A.pending + param("pending"))
)
_CLAW: Final = (
    update(tables.points_account)
    .where(_MINE)
    .values(
        active=_A.active - param("active"),
        pending=_A.pending - param("pending"),
        debt=_A.debt + param("debt"),
    )
)
_MATURE: Final = (
    update(tables.points_account)
    .where(_MINE)
    .values(
        pending=_A.pending - param("total"),
        active=_A.active + param("total") - param("paid"),
        debt=_A.debt - param("paid"),
    )
)
_THEIRS: Final = (_L.street == STREET) & (_L.resident == param("resident"))
_TODAY: Final = param("today")
_SPENDABLE: Final = (
    select(tables.lot)
    .where(_THEIRS, _L.state == "active", _L.remaining > 0, _L.expires_on >= _TODAY)
    .order_by(_L.expires_on, _L.id)
)
_SPENDABLE_FEW: Final = _SPENDABLE.limit(_FEW)
_RIPE_LOTS: Final = (_L.state == "pending") & (_L.active_on <= _TODAY)
_RIPE: Final = select(tables.lot).where(_THEIRS, _RIPE_LOTS).order_by(_L.expires_on, _L.id)
_RIPEN: Final = update(tables.lot).where(_THEIRS, _RIPE_LOTS).values(state="active")
_LAPSED_LOTS: Final = (_L.state == "active") & (_L.expires_on < _TODAY) & (_L.remaining > 0)
_LAPSED: Final = select(tables.lot).where(_THEIRS, _LAPSED_LOTS)
_LAPSE: Final = update(tables.lot).where(_THEIRS, _LAPSED_LOTS).values(state="expired", remaining=0)
_WORK: Final = (
    select(_L.resident)
    .where(_L.street == STREET, _RIPE_LOTS | _LAPSED_LOTS)
    .union(select(_A.resident).where(_A.street == STREET, _A.debt > 0, _A.active > 0))
)
_LOTS: Final = select(tables.lot).where(_THEIRS).order_by(_L.earned_on.desc(), _L.id.desc())
_HIGHEST: Final = "Z" * 20
"""Above every id (`jiedao.ids`) in every collation."""
_PAGE: Final = select(tables.lot).where(_THEIRS, _L.id < param("before")).order_by(_L.id.desc()).limit(param("most"))
_T = tables.attempt.c
_SPENT: Final = (
    select(tables.redemption, _T.order)
    .join(tables.attempt, (_T.street == _R.street) & (_T.id == _R.attempt))
    .where(_R.street == STREET, _R.resident == param("resident"), _R.attempt < param("before"))
    .order_by(_R.attempt.desc(), _R.line, _R.seq)
    .limit(param("most"))
)
_LAPSING: Final = select(func.sum(_L.remaining).label("amount"), func.min(_L.expires_on).label("first")).where(
    _THEIRS, _L.state == "active", _L.remaining > 0, _L.expires_on <= param("until")
)
_LOT: Final = (_L.street == STREET) & (_L.id == param("lot"))
_CHANGE_LOT: Final = update(tables.lot).where(_LOT).values(remaining=_L.remaining + _N)
_RELEASE: Final = update(tables.lot).where(_LOT).values(remaining=_L.remaining + _N, state="active")
"""A lot that lapsed while it was held comes back active, and lapses again when the page is turned."""
_REVIVE: Final = (
    update(tables.lot)
    .where(_LOT)
    .values(
        remaining=_L.remaining + _N,
        state="active",
        expires_on=case((_L.expires_on < param("until"), param("until")), else_=_L.expires_on),
    )
)
_LOT_OF: Final = select(tables.lot).where(_L.street == STREET, _L.attempt == param("attempt"), _L.line == param("line"))
_OF_ATTEMPT: Final = (_H.street == STREET) & (_H.attempt == param("attempt"))
_BY_LAPSE: Final = select(tables.held_lot).join(tables.lot, (_L.street == _H.street) & (_L.id == _H.lot))
_HELD: Final = _BY_LAPSE.where(_OF_ATTEMPT, _H.state == "held").order_by(_L.expires_on, _L.id)
_REDEEMED: Final = _BY_LAPSE.where(_OF_ATTEMPT, _H.redeemed > _H.returned).order_by(_L.expires_on, _L.id)
_HELD_LOT: Final = _OF_ATTEMPT & (_H.lot == param("lot"))
_SETTLE_HELD: Final = update(tables.held_lot).where(_HELD_LOT).values(redeemed=_N, state="settled")
_RETURN_HELD: Final = update(tables.held_lot).where(_HELD_LOT).values(returned=_H.returned + _N)
_REDEMPTIONS: Final = select(tables.redemption).where(
    _R.street == STREET, _R.attempt == param("attempt"), _R.line == param("line")
)
