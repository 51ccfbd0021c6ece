"""Beginning a payment: which tenders there are, what each pays, and what the resident will earn by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jiedao.checkout.desk import Desk
from jiedao.checkout.graph import At
from jiedao.checkout.payment import TENDERS, Payment
from jiedao.checkout.placing import Order, begun
from jiedao.checkout.shares import Payee, Payer, share_out
from jiedao.checkout.state import OUTSIDE, Attempt, Line, Tender
from jiedao.directory.caller import Caller
from jiedao.directory.places import Kind
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.points import Accrual, AccrualRequest
from jiedao.language import Text
from jiedao.points.dates import plus_days, plus_months
from jiedao.points.rounding import earned
from jiedao.problems import Invalid
from jiedao.registry.gate import Act
from jiedao.registry.registry import Plugin
from jiedao.store.unit import Tx


@dataclass(frozen=True, slots=True)
class Paying:
    """A tender of one of `TENDERS`; `connection` where it needs one; `received` is cash handed over."""

    kind: str
    amount: int
    connection: str = ""
    received: int = 0


class Tendering:
    """The tenders of one order, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, order: Order) -> None:
        self._tx, self._desk, self._order = tx, desk, order

    def begin(self, caller: Caller, shift: str, paying: Sequence[Paying], *, surplus: bool) -> Attempt:
        """A payment that has begun: its local steps are done and the first outside one is planned. Not saved yet."""
        tx, order = self._tx, self._order
        _check_points_once(paying)
        _check_kinds(self._desk.place(tx, caller.till).kind, paying)
        opened = self._opened(paying)
        tenders = {no: self._tender(no, p, opened) for no, p in enumerate(paying, 1)}
        if surplus and not order.resident:
            raise Invalid("tenders.surplus", _SURPLUS_WHOSE, field="resident")
        payees = [Payee(line.no, line.amount, self._takes_points(line)) for line in order.lines.values()]
        payers = [Payer(t.no, t.kind, t.amount) for t in tenders.values()]
        attempt = Attempt(
            order.attempt,
            order.id,
            "payment",
            At.COLLECTING,
            0,
            caller.till,
            shift,
            caller.staff,
            caller.name,
            "",
            {},
            order.resident,
            order.resident_name,
            order.currency,
            "paying",
            True,
            lines=order.lines,
            tenders=tenders,
            shares=share_out(payees, payers, surplus=surplus),
        )
        attempt.accrual = self._earnings(attempt) if order.has_card else {}
        Payment(tx, self._desk, attempt).advance()
        return attempt

    def _opened(self, paying: Sequence[Paying]) -> dict[str, Connection]:
        """Every connection of the order, for business: a bill may have been looked up before its own was paused.

        One after the other by name, so that two orders never wait for each other's limits of the day.
        """
        asked = begun(self._order.lines.values())
        for no, one in enumerate(paying):
            if one.kind == "cash" or one.kind in OUTSIDE:
                asked.setdefault(one.connection, {})[f"tenders.{no}.amount"] = one.amount
        return {
            name: self._desk.connections.for_business(self._tx, name, Act(asked[name], self._order.resident))
            for name in sorted(asked)
        }

    def _tender(self, no: int, paying: Paying, opened: Mapping[str, Connection]) -> Tender:
        if paying.kind not in TENDERS:
            raise Invalid("tender.kind", _KIND, field=f"tenders.{no - 1}.kind")
        if paying.amount <= 0:
            raise Invalid("tender.amount", _POSITIVE, field=f"tenders.{no - 1}.amount")
        if paying.kind in ("points", "credit") and not self._order.resident:
            raise Invalid("tender.whose", _WHOSE, field=f"tenders.{no - 1}.kind")
        if paying.kind == "points" and not self._order.has_card:
            raise Invalid("tender.no_card", _NO_CARD, field=f"tenders.{no - 1}.kind")
        if paying.received and paying.received < paying.amount:
            raise Invalid("tender.received", _RECEIVED, field=f"tenders.{no - 1}.received")
        if paying.kind == "cash" or paying.kind in OUTSIDE:
            self._check_payer(no, paying, opened[paying.connection])
        received = (paying.received or paying.amount) if paying.kind == "cash" else 0
        return Tender(no, paying.kind, paying.connection, paying.amount, received, "planned", 0, "", {})

    def _check_payer(self, no: int, paying: Paying, connection: Connection) -> None:
        plugin = self._desk.connections.plugin(connection.plugin)
        kind = tender_kind(connection, plugin)
        if "payment_start" not in plugin.hooks or kind != paying.kind:
            raise Invalid("tender.connection", _NOT_A_PAYER, field=f"tenders.{no - 1}.connection")

    def _takes_points(self, line: Line) -> bool:
        programme = self._desk.programme(self._tx)
        return programme is not None and line.category in programme.categories

    def _earnings(self, attempt: Attempt) -> dict[str, Any]:
        """What each line will earn if it is paid; points do not earn points."""
        today = self._desk.today(self._tx, attempt.book)
        rates = self._rates(today, frozenset(line.category for line in attempt.lines.values()))
        if rates is None:
            return {}
        money = dict.fromkeys(attempt.lines, 0)
        for share in attempt.shares:
            if share.line in money and attempt.tenders[share.tender].kind != "points":
                money[share.line] += share.amount
        active_on = plus_days(today, rates.pending_days)
        return {
            "lines": {str(no): earned(n, _rate(rates, attempt.lines[no])) for no, n in money.items()},
            "earned_on": today.isoformat(),
            "active_on": active_on.isoformat(),
            "expires_on": plus_months(active_on, rates.valid_months).isoformat(),
        }

    def _rates(self, today: date, categories: frozenset[str]) -> Accrual | None:
        """The rates of the street's programme; other points plugins are asked too, and theirs are not ours to book."""
        programme = self._desk.programme(self._tx)
        if programme is None:
            return None
        connections = self._desk.connections.of_family(self._tx, "points")
        answers = self._desk.registry.ask_all(
            "points_accrue", [AccrualRequest(c, 1.0, today, categories) for c in connections]
        )
        answer = answers.get(programme.connection)
        return answer if isinstance(answer, Accrual) else None


def taken_at(kind: Kind) -> tuple[str, ...]:
    """The kinds of tenders that a till takes. Without staff there is nobody to take cash, nor a reader on a phone."""
    return _TAKEN_AT[kind]


def tender_kind(connection: Connection, plugin: Plugin) -> str:
    """The kind of tender that a connection of family payment takes: its setting `tender` says so, else a card."""
    return "cash" if plugin.manifest.local else str(connection.settings.get("tender", "card"))


def _check_kinds(at: Kind, paying: Sequence[Paying]) -> None:
    for no, one in enumerate(paying):
        if one.kind in TENDERS and one.kind not in taken_at(at):
            raise Invalid("tender.not_here", _NOT_HERE, field=f"tenders.{no}.kind")


def _check_points_once(paying: Sequence[Paying]) -> None:
    """An attempt has one hold on a resident's lots."""
    if sum(p.kind == "points" for p in paying) > 1:
        raise Invalid("tender.points_once", _POINTS_ONCE, field="tenders")


def _rate(rates: Accrual, line: Line) -> Decimal:
    return rates.rates.get(line.category, Decimal(0))


_TAKEN_AT: Final = {
    Kind.WINDOW: TENDERS,
    Kind.KIOSK: ("points", "credit", "card", "qr"),
    Kind.PHONE: ("points", "credit", "qr", "online"),
}
_NOT_HERE: Final = Text(zh="这里不能用这种方式付款", en="This way of paying is not taken here")
_POSITIVE: Final = Text(zh="金额必须大于零", en="The amount must be more than zero")
_WHOSE: Final = Text(
    zh="用积分或余额支付时请先确认居民", en="Points and credit belong to a resident; find the resident first"
)
_NO_CARD: Final = Text(zh="这位居民没有绑定积分卡", en="This resident has no points card")
_RECEIVED: Final = Text(zh="收到的现金少于应付金额", en="Less cash was received than is to be paid with it")
_NOT_A_PAYER: Final = Text(zh="这个接入不能用这种方式收款", en="This connection does not take this kind of payment")
_KIND: Final = Text(zh="没有这种支付方式", en="There is no such way of paying")
_POINTS_ONCE: Final = Text(zh="积分请合并成一笔", en="Put all points into one tender")
_SURPLUS_WHOSE: Final = Text(
    zh="多付的钱要存给一位居民，请先确认居民", en="What is overpaid is kept for a resident; find the resident first"
)
