"""A year at the tills: shifts, orders of one to three bills, points earned and spent, refunds, claims on the issuer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiedao.ledger import accounts
from jiedao.points.dates import plus_months
from jiedao.store import tables

from .billers import BILLERS, RATES, Biller
from .bulk import Bulk
from .places import ZONE, Places, Till
from .residents import Person
from .slips import receipt, refund_slip

FLOAT = 20_000
REFUNDED = 0.008
_DAY_ENDS = time(17, 30)


@dataclass(slots=True)
class Wanted:
    """One order that is to be: when, where, who, what. Amounts are fen."""

    at: datetime
    till: Till
    person: Person | None
    lines: list[tuple[Biller, int]]
    refunded: bool

    @property
    def total(self) -> int:
        return sum(amount for _, amount in self.lines)


@dataclass(slots=True)
class Lot:
    """Points that were earned together, as they now stand."""

    id: str
    attempt: str
    line: int
    earned_on: date
    expires_on: date
    amount: int
    remaining: int


@dataclass
class Books:
    """What is kept in mind while the year goes by."""

    lots: dict[str, list[Lot]] = field(default_factory=lambda: defaultdict(list))
    redeemed: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    """Points by month."""
    drawer: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sales: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def pay_a_year(bulk: Bulk, places: Places, people: Sequence[Person], plan: Any) -> list[str]:
    """All orders from New Year to now. Returns their ids, oldest first."""
    wanted = _scaled(_wanted(bulk, places, people, plan), plan.total)
    by_day: dict[date, dict[str, list[Wanted]]] = defaultdict(lambda: defaultdict(list))
    for one in wanted:
        by_day[_local(one.at).date()][one.till.id].append(one)
    today, books, orders = _local(plan.now).date(), Books(), list[str]()
    known: dict[str, Person] = {person.id: person for person in people}
    for day in sorted({*by_day, today}):
        for till in places.tills:
            orders += _day(bulk, places, books, till, day, by_day[day][till.id], open_=day == today)
    _claim(bulk, books, plan.now)
    _write_points(bulk, books, known)
    return orders


# what is wanted


def _wanted(bulk: Bulk, places: Places, people: Sequence[Person], plan: Any) -> list[Wanted]:
    days = list(_workdays(_local(plan.now).date()))
    weights = [_busy(day) for day in days]
    made = []
    for no, day in enumerate(bulk.dice.choices(days, weights, k=plan.orders)):
        opens = datetime.combine(day, time(9), ZoneInfo(ZONE))
        end = min(opens + timedelta(hours=8), plan.now - timedelta(minutes=5))
        at = opens + timedelta(seconds=bulk.dice.uniform(0, (end - opens).total_seconds()))
        till = bulk.dice.choices(places.tills, [1 / (1 + number * 0.15) for number in range(len(places.tills))])[0]
        person = bulk.dice.choice(people) if bulk.dice.random() < 0.75 else None
        person = people[0] if plan.comes_now(no) else person
        refunded = person is None and bulk.dice.random() < REFUNDED * 4
        made.append(Wanted(at.astimezone(UTC), till, person, list(_bills(bulk, day.month)), refunded))
    return sorted(made, key=lambda one: one.at)


def _bills(bulk: Bulk, month: int) -> Iterator[tuple[Biller, int]]:
    chosen = bulk.dice.choices(
        BILLERS, [biller.weight(month) for biller in BILLERS], k=bulk.dice.choice((1, 1, 1, 1, 2))
    )
    for biller in dict.fromkeys(chosen):
        yield biller, round(bulk.dice.triangular(biller.least, biller.most, biller.usual) * 100)


def _workdays(until: date) -> Iterator[date]:
    day = date(until.year, 1, 2)
    while day <= until:
        if day.weekday() < 6 or day == until:
            yield day
        day += timedelta(days=1)


def _busy(day: date) -> float:
    return (
        (1.6 if day.day <= 10 else 1.0) * (0.6 if day.weekday() == 5 else 1.0) * (1.25 if day.month in (1, 11) else 1.0)
    )


def _scaled(wanted: list[Wanted], total: int) -> list[Wanted]:
    """Bring what stays after refunds to a sum, to the fen."""
    kept = [one for one in wanted if not one.refunded]
    if total and kept:
        factor = total / sum(one.total for one in kept)
        for one in wanted:
            one.lines = [(biller, max(100, round(amount * factor))) for biller, amount in one.lines]
        rest = total - sum(one.total for one in kept)
        largest = max(kept, key=lambda one: one.lines[0][1])
        largest.lines[0] = (largest.lines[0][0], largest.lines[0][1] + rest)
    return wanted


# one day at one till


def _day(
    bulk: Bulk, places: Places, books: Books, till: Till, day: date, wanted: Sequence[Wanted], *, open_: bool
) -> list[str]:
    opened = datetime.combine(day, time(8, 50), ZoneInfo(ZONE)).astimezone(UTC) + timedelta(
        seconds=bulk.dice.randrange(500)
    )
    shift = bulk.id(opened)
    cash = accounts.cash(till.hall, till.id)
    change = FLOAT - books.drawer[till.id]
    bulk.enter(till.id, opened, "float", shift, [(cash, change), (accounts.OWN_FLOAT, -change)])
    books.drawer[till.id] = FLOAT
    row = {"id": shift, "till": till.id, "staff": till.staff, "opened_at": opened, "float": FLOAT, "waiting": False}
    if open_:
        bulk.put(tables.open_till, till=till.id, shift=shift)
        ends = {"state": "open", "closed_at": None, "closed_by": "", "counted": None, "expected": None, "batches": {}}
    else:
        ends = {"state": "closed", "closed_by": till.staff}
    # The shift's row is written when it is known how it ended; orders do not refer to it by a foreign key.
    orders = [_order(bulk, places, books, one, shift) for one in wanted]
    if not open_:
        ends |= _close(bulk, books, till, day, shift)
    bulk.put(tables.shift, **row, **ends)
    return orders


def _close(bulk: Bulk, books: Books, till: Till, day: date, shift: str) -> dict[str, Any]:
    """Money above the float goes to the bank, what lies there is counted, the acquirer settles its batch."""
    at = datetime.combine(day, _DAY_ENDS, ZoneInfo(ZONE)).astimezone(UTC) + timedelta(seconds=bulk.dice.randrange(900))
    cash, out = accounts.cash(till.hall, till.id), books.drawer[till.id] - FLOAT
    if out > 0:
        bulk.put(
            tables.movement,
            id=bulk.id(at),
            shift=shift,
            kind="out",
            amount=out,
            reason="送存银行",
            at=at,
            staff=till.staff,
        )
        bulk.enter(till.id, at, "pay out", shift, [(cash, -out), (accounts.BANK, out)])
        books.drawer[till.id] = FLOAT
    expected = books.drawer[till.id]
    difference = bulk.dice.choice((-1000, -500, -100, 100, 500)) if bulk.dice.random() < 0.03 else 0
    counted = expected + difference
    bulk.enter(till.id, at, "over and short", shift, [(cash, difference), (accounts.CASH_OVER_SHORT, -difference)])
    books.drawer[till.id] = counted
    return {
        "closed_at": at,
        "counted": counted,
        "expected": expected,
        "batches": _batch(bulk, till, shift, at, books.sales.pop(till.id, [])),
    }


def _batch(bulk: Bulk, till: Till, shift: str, at: datetime, sales: list[int]) -> dict[str, Any]:
    if not sales:
        return {}
    refunds = [-amount for amount in sales if amount < 0]
    taken = [amount for amount in sales if amount > 0]
    totals = {
        "batch": "000001",
        "sales": sum(taken),
        "sales_count": len(taken),
        "refunds": sum(refunds),
        "refunds_count": len(refunds),
        "balanced": True,
    }
    bulk.act(at, "card", "payment_batch_close", ("shift", shift, ""), {"till": till.id}, totals)
    return {"card": {"state": "succeeded", "totals": totals, "why": ""}}


# one order


def _order(bulk: Bulk, places: Places, books: Books, one: Wanted, shift: str) -> str:
    order, attempt = bulk.id(one.at), bulk.id(one.at)
    paid_with = _tenders(bulk, books, one, attempt)
    _put_order(bulk, one, order, attempt, shift)
    events: list[tuple[str, str, dict[str, Any]]] = []
    tenders = []
    for no, (kind, amount) in enumerate(paid_with, 1):
        tenders.append(_tender(bulk, books, one, order, attempt, no, kind, amount))
        events.append(("tender_taken", "collecting", {"tender": no, "kind": kind, "amount": amount}))
    events.append(("collected", "telling", {}))
    lines = [_line(bulk, one, order, attempt, no) for no in range(1, len(one.lines) + 1)]
    events += [("line_paid", "telling", {"line": row["no"], "reference": row["reference"]}) for row in lines]
    events.append(("all_paid", "paid", {"paid": len(lines), "refused": 0}))
    shares = list(_shares([row["amount"] for row in lines], [amount for _, amount in paid_with]))
    earned = _settle(bulk, books, one, order, attempt, lines, shares, paid_with)
    _put_attempt(bulk, one, order, attempt, shift, earned, len(lines) + 2)
    for seq, (event, state, detail) in enumerate(events):
        bulk.put(tables.attempt_event, attempt=attempt, seq=seq, event=event, state=state, at=one.at, detail=detail)
    back = one.total if one.refunded else 0
    for row in lines:
        bulk.put(tables.order_line, **row, refunded=row["amount"] if one.refunded else 0)
    for row in tenders:
        bulk.put(tables.tender, **row, returned=row["amount"] if one.refunded else 0)
    for line, tender, amount in shares:
        returned = amount if one.refunded else 0
        bulk.put(tables.share, attempt=attempt, line=line, tender=tender, amount=amount, returned=returned)
    number = bulk.next_receipt(one.till.id)
    body = receipt(places, one, order, f"{one.till.id}-{number:06d}", lines, tenders, earned)
    bulk.put(tables.receipt, book=one.till.id, no=number, order=order, attempt=attempt, body=body, prints=1)
    if back:
        _refund(bulk, places, books, one, order, attempt, shift, lines, tenders, f"{one.till.id}-{number:06d}")
    return order


def _tenders(bulk: Bulk, books: Books, one: Wanted, attempt: str) -> list[tuple[str, int]]:
    """Points first where there are enough of them, then cash or card."""
    spend = 0
    if one.person and one.lines[0][0].category in _SPENDABLE and bulk.dice.random() < 0.6:
        active = sum(lot.remaining for lot in books.lots[one.person.id])
        spend = min(active, one.lines[0][1]) // 100 * 100
        spend = spend if spend >= 200 else 0
    rest = one.total - spend
    kind = "cash" if bulk.dice.random() < 0.42 else "card"
    return [*([("points", spend)] if spend else []), *([(kind, rest)] if rest else [])]


def _put_order(bulk: Bulk, one: Wanted, order: str, attempt: str, shift: str) -> None:
    person = one.person
    bulk.put(
        tables.order,
        id=order,
        till=one.till.id,
        shift=shift,
        resident=person.id if person else None,
        state="paid",
        total=one.total,
        currency="CNY",
        placed_at=one.at,
        placed_by=one.till.staff,
        resident_name=person.name if person else "",
        attempt=attempt,
    )


def _put_attempt(
    bulk: Bulk, one: Wanted, order: str, attempt: str, shift: str, earned: dict[int, int], version: int
) -> None:
    day = _local(one.at).date()
    accrual = {"lines": {str(no): n for no, n in earned.items()}, **_dates(day)} if earned else {}
    bulk.put(
        tables.attempt,
        id=attempt,
        order=order,
        kind="payment",
        state="paid",
        version=version,
        book=one.till.id,
        shift=shift,
        staff=one.till.staff,
        staff_name=one.till.staff_name,
        reason="",
        accrual=accrual,
        started_at=one.at,
    )


def _line(bulk: Bulk, one: Wanted, order: str, attempt: str, no: int) -> dict[str, Any]:
    biller, amount = one.lines[no - 1]
    account = biller.account(bulk.dice)
    bill = f"{one.at:%Y%m}-{account}-{order[-6:]}"
    wanted = {"biller": biller.code, "account": account, "bill": bill, "amount": amount, "order": order}
    reference = f"B{bulk.dice.randrange(10**12):012d}"
    said = {"reference": reference, "note": "", "printed": {}}
    operation = bulk.act(
        one.at, "bills", "biller_pay", ("attempt", attempt, f"line:{no}"), {**wanted, "currency": "CNY"}, said
    )
    return {
        "order": order,
        "no": no,
        "connection": "bills",
        "biller": biller.code,
        "biller_name": biller.name.as_json(),
        "category": biller.category,
        "account": account,
        "bill": bill,
        "customer": f"{one.person.name[:1]}**" if one.person else "***",
        "period": f"{one.at:%Y-%m}",
        "due": amount,
        "amount": amount,
        "state": "paid",
        "operation": operation,
        "reference": reference,
        "printed": {},
        "reason": {},
        "sealed": None,
        "lock": "outside",
        "act": "biller_pay",
    }


def _tender(
    bulk: Bulk, books: Books, one: Wanted, order: str, attempt: str, no: int, kind: str, amount: int
) -> dict[str, Any]:
    row = {"attempt": attempt, "no": no, "kind": kind, "connection": "" if kind == "points" else kind, "amount": amount}
    if kind == "points":
        return {**row, "received": 0, "state": "taken", "operation": "", "slip": {}}
    progress = accounts.in_progress(order)
    if kind == "cash":
        account, slip, operation = accounts.cash(one.till.hall, one.till.id), {}, bulk.id(one.at)
        books.drawer[one.till.id] += amount
    else:
        account, slip = accounts.acquirer("card"), _slip(bulk)
        asked = {"amount": amount, "currency": "CNY", "order": order, "till": one.till.id}
        operation = bulk.act(one.at, "card", "payment_start", ("attempt", attempt, f"tender:{no}"), asked, slip)
        books.sales[one.till.id].append(amount)
    bulk.enter(one.till.id, one.at, "tender taken", order, [(account, amount), (progress, -amount)])
    received = amount if kind == "cash" else 0
    return {**row, "received": received, "state": "taken", "operation": operation, "slip": slip}


def _settle(
    bulk: Bulk,
    books: Books,
    one: Wanted,
    order: str,
    attempt: str,
    lines: Sequence[dict[str, Any]],
    shares: Sequence[tuple[int, int, int]],
    paid_with: Sequence[tuple[str, int]],
) -> dict[int, int]:
    """Book what is paid; points are spent and earned. Returns what each line earned, in hundredths."""
    points_tender = next((no for no, (kind, _) in enumerate(paid_with, 1) if kind == "points"), 0)
    by_points = {line: amount for line, tender, amount in shares if tender == points_tender}
    money: list[tuple[str, int]] = []
    for row in lines:
        spent = by_points.get(row["no"], 0)
        money += [(accounts.in_progress(order), row["amount"] - spent)]
        money += [(accounts.payable(row["biller"]), -row["amount"]), (accounts.POINTS_REDEEMED, spent)]
    points: list[tuple[str, int]] = []
    person = one.person
    if person and by_points:
        spent = sum(by_points.values())
        active, held = accounts.points(person.id, "active"), accounts.points(person.id, "held")
        bulk.enter(one.till.id, one.at, "points held", order, [], [(active, -spent), (held, spent)])
        points += [(held, -spent), (accounts.REDEEMED, spent)]
        _spend(bulk, books, one, person, attempt, by_points, spent)
    earned = _earn(bulk, books, one, attempt, lines, by_points) if person and person.card else {}
    if person and earned:
        total = sum(earned.values())
        points += [(accounts.ISSUER, -total), (accounts.points(person.id, "active"), total)]
    bulk.enter(one.till.id, one.at, "bills paid", order, money, points)
    return earned


def _spend(
    bulk: Bulk, books: Books, one: Wanted, person: Person, attempt: str, by_line: dict[int, int], total: int
) -> None:
    rest = total
    for lot in books.lots[person.id]:
        n = min(rest, lot.remaining)
        if n:
            lot.remaining -= n
            rest -= n
            row = {"attempt": attempt, "lot": lot.id, "resident": person.id, "amount": n, "redeemed": n}
            bulk.put(tables.held_lot, **row, returned=0, state="settled")
    day = _local(one.at).date()
    for line, amount in by_line.items():
        category = one.lines[line - 1][0].category
        row = {"attempt": attempt, "line": line, "seq": 1, "resident": person.id, "category": category}
        bulk.put(tables.redemption, **row, amount=amount, redeemed_on=day, claim="")
        books.redeemed[day.year, day.month] += amount


def _earn(
    bulk: Bulk,
    books: Books,
    one: Wanted,
    attempt: str,
    lines: Sequence[dict[str, Any]],
    by_points: dict[int, int],
) -> dict[int, int]:
    earned = {}
    day = _local(one.at).date()
    for row in lines:
        n = round((row["amount"] - by_points.get(row["no"], 0)) * RATES.get(row["category"], 0))
        if n and one.person:
            earned[row["no"]] = n
            lot = Lot(bulk.id(one.at), attempt, row["no"], day, plus_months(day, 24), n, n)
            books.lots[one.person.id].append(lot)
    return earned


def _shares(lines: Sequence[int], tenders: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Line, tender, amount: tenders fill lines in their order, the first of each first."""
    rest = list(tenders)
    for line, amount in enumerate(lines, 1):
        for tender in range(1, len(rest) + 1):
            part = min(amount, rest[tender - 1])
            if part:
                yield line, tender, part
                rest[tender - 1] -= part
                amount -= part


# what goes back


def _refund(
    bulk: Bulk,
    places: Places,
    books: Books,
    one: Wanted,
    order: str,
    payment: str,
    shift: str,
    lines: Sequence[dict[str, Any]],
    tenders: Sequence[dict[str, Any]],
    original: str,
) -> None:
    """The whole order goes back some minutes later; nobody was named, so no points are in it."""
    at = one.at + timedelta(minutes=2)
    attempt = bulk.id(at)
    bulk.put(
        tables.attempt,
        id=attempt,
        order=order,
        kind="refund",
        state="refunded",
        version=3,
        book=one.till.id,
        shift=shift,
        staff=one.till.staff,
        staff_name=one.till.staff_name,
        reason="户号录错",
        accrual={"payment": payment, "biller_owes": False},
        started_at=at,
    )
    progress, (tender,) = accounts.in_progress(order), tenders
    for row in lines:
        asked = {
            "original": row["operation"],
            "biller": row["biller"],
            "amount": row["amount"],
            "reference": row["reference"],
        }
        said = {"reference": f"C{row['reference']}", "note": "", "printed": {}}
        part = ("attempt", attempt, f"cancel:{row['no']}")
        operation = bulk.act(at, "bills", "biller_cancel", part, asked, said)
        kept = {"attempt": attempt, "line": row["no"], "amount": row["amount"]}
        bulk.put(tables.refund_line, **kept, state="agreed", operation=operation)
    debits = [(accounts.payable(row["biller"]), row["amount"]) for row in lines]
    bulk.enter(one.till.id, at, "refund agreed", order, [*debits, (progress, -one.total)])
    back = {"attempt": attempt, "source": payment, "tender": tender["no"], "amount": one.total, "state": "done"}
    if tender["kind"] == "cash":
        account, operation, reference = accounts.cash(one.till.hall, one.till.id), "", ""
        books.drawer[one.till.id] -= one.total
    else:
        account, slip = accounts.acquirer("card"), _slip(bulk)
        asked = {"original": tender["operation"], "amount": one.total, "currency": "CNY", "till": one.till.id}
        part = ("attempt", attempt, f"return:{payment}:{tender['no']}")
        operation = bulk.act(at, "card", "payment_void", part, {**asked, "slip": tender["slip"]}, slip)
        reference = slip["reference"]
        books.sales[one.till.id].append(-one.total)
    bulk.enter(one.till.id, at, "given back", order, [(progress, one.total), (account, -one.total)])
    bulk.put(tables.giveback, **back, operation=operation, how=tender["kind"], reference=reference)
    for seq, (event, state) in enumerate(
        (("cancelled", "asking_biller"), ("agreed", "refunding"), ("all_returned", "refunded"))
    ):
        bulk.put(tables.attempt_event, attempt=attempt, seq=seq, event=event, state=state, at=at, detail={})
    number = bulk.next_receipt(one.till.id)
    body = refund_slip(places, one, order, f"{one.till.id}-{number:06d}", lines, tender, at, original)
    bulk.put(tables.receipt, book=one.till.id, no=number, order=order, attempt=attempt, body=body, prints=1)
    bulk.put(
        tables.audit,
        id=bulk.id(at),
        at=at,
        staff=one.till.staff,
        action="refund",
        subject=f"order {order}",
        reason="户号录错",
        detail={"amounts": {str(row["no"]): row["amount"] for row in lines}},
    )


# the end of months, and of the year


def _claim(bulk: Bulk, books: Books, now: datetime) -> None:
    """The post office has paid the claims of all months but the last two; the one before last is sent."""
    months = sorted(books.redeemed)
    for place, month in enumerate(months[:-1]):
        at = datetime(*month, 28, 9, tzinfo=UTC) + timedelta(days=5)
        if at > now:
            continue
        id_, total = bulk.id(at), books.redeemed[month]
        paid = total if place < len(months) - 2 else 0
        operation = bulk.act(
            at,
            "post",
            "points_claim",
            ("claim", id_, ""),
            {"total": total},
            {"reference": f"C{total}", "total": total},
        )
        row = {"id": id_, "connection": "post", "total": total, "state": "succeeded", "reference": f"C{total}"}
        bulk.put(tables.claim, **row, operation=operation, made_at=at, paid=paid)
        first, next_ = date(*month, 1), plus_months(date(*month, 1), 1)
        redeemed_on = tables.redemption.c.redeemed_on
        bulk.change(tables.redemption, redeemed_on >= first, redeemed_on < next_, claim=id_)
        bulk.enter("office", at, "claim paid", id_, [(accounts.BANK, paid), (accounts.POINTS_REDEEMED, -paid)])


def _write_points(bulk: Bulk, books: Books, people: dict[str, Person]) -> None:
    for id_ in people:
        lots = books.lots.get(id_, [])
        active = sum(lot.remaining for lot in lots)
        bulk.put(tables.points_account, resident=id_, active=active, pending=0, held=0, debt=0)
        for lot in lots:
            bulk.put(
                tables.lot,
                id=lot.id,
                resident=id_,
                attempt=lot.attempt,
                line=lot.line,
                earned_on=lot.earned_on,
                active_on=lot.earned_on,
                expires_on=lot.expires_on,
                amount=lot.amount,
                remaining=lot.remaining,
                state="active",
            )


def _slip(bulk: Bulk) -> dict[str, Any]:
    number = bulk.dice.randrange(10**12)
    return {
        "reference": f"{number:012d}",
        "masked_card": f"622848******{number % 10_000:04d}",
        "authorisation": f"{number % 1_000_000:06d}",
        "trace": f"{number % 999_983:06d}",
        "batch": "000001",
        "terminal": "00010001",
        "merchant": "898310048160001",
        "settlement_date": None,
        "note": "",
        "reserved": False,
    }


def _dates(day: date) -> dict[str, str]:
    ends = plus_months(day, 24)
    return {"earned_on": day.isoformat(), "active_on": day.isoformat(), "expires_on": ends.isoformat()}


def _local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(ZONE))


_SPENDABLE = frozenset({"property", "pension", "medical", "water"})
