"""Billers that exchange files: bills come in all or none, what was paid goes out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from jiedao.checkout.graph import Event
from jiedao.clock import local_date, midnight
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.places import street as street_of
from jiedao.hookspecs.biller import Bill, ExportedFile, ExportRequest, ImportedBills, ImportRequest, PaidBill
from jiedao.hookspecs.connection import Connection
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Store, Tx, param

FORMATS: Final = ("csv", "xlsx")
_SECONDS: Final = 60.0
_AUDITED: Final = "bill_file"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a file: new bills with their sum in fen, and bills that had been delivered before, unchanged."""

    id: str
    connection: str
    biller: str
    name: str
    sha256: str
    bills: int
    known: int
    total: int


class Files:
    """Files of all streets."""

    def __init__(self, store: Store, registry: Registry, connections: Connections) -> None:
        self._store, self._registry, self._connections = store, registry, connections

    def take_in(self, caller: Caller, connection: str, biller: str, name: str, content: bytes) -> Delivered:
        """Store the bills of a delivered file. `Invalid` has all that is wrong as `errors`; then nothing is stored.

        A bill that was delivered before and is the same is left alone; one that now says something else is an error.
        """
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        opened = self._opened(caller.street, connection, "biller_import")
        read = self._ask("biller_import", ImportRequest(opened, _SECONDS, biller, name, content))
        bills = _good(read)
        digest = hashlib.sha256(content).hexdigest()
        try:
            with self._store.write(caller.street) as tx:
                fresh = _fresh(tx, connection, biller, bills)
                total = sum(bill.amount for bill in fresh)
                known = len(bills) - len(fresh)
                made = Delivered(new_id(), connection, biller, name, digest, len(fresh), known, total)
                tx.put(tables.bill, *(_row(connection, bill, made.id) for bill in fresh))
                audit(tx, caller, _AUDITED, _subject(made.id), **asdict(made))
                claim(tx, caller, _AUDITED, made.id)
        except AlreadyThere as taken:
            if taken.table != tables.bill.name:
                raise
            raise Conflict("file.again", _AGAIN) from None
        return made

    def delivered(self, tx: Tx, id_: str) -> Delivered:
        """What came of a file earlier."""
        row = tx.first(_DELIVERED, subject=_subject(id_))
        if row is None:
            raise NotFound("file.missing", _MISSING)
        return Delivered(**row.detail)

    def paid(self, street: str, connection: str, biller: str, days: tuple[date, date], format_: str) -> ExportedFile:
        """The file of what was paid from the first to the last of two days, both included, in the street's time.

        Parts that were refunded since are left out.
        """
        if format_ not in FORMATS:
            raise Invalid("file.format", _FORMAT, field="format")
        opened = self._opened(street, connection, "biller_export")
        with self._store.read(street) as tx:
            paid = tuple(_paid(tx, connection, biller, days))
        exported: ExportedFile = self._ask("biller_export", ExportRequest(opened, _SECONDS, biller, format_, paid))
        return exported

    def _opened(self, street: str, connection: str, hook: str) -> Connection:
        with self._store.read(street) as tx:
            opened = self._connections.for_office(tx, connection)
        if not self._registry.has(opened.plugin, hook):
            raise Invalid("file.unable", _UNABLE, field="connection")
        return opened

    def _ask(self, hook: str, request: Any) -> Any:
        answer = self._registry.call(hook, request)
        if isinstance(answer, Failure):
            raise ServicePaused("file.failed", _FAILED)
        return answer


def _good(read: ImportedBills) -> Sequence[Bill]:
    if read.errors:
        raise _invalid([{"line": e.line, "column": e.column, "detail": e.says} for e in read.errors])
    return read.bills


def _fresh(tx: Tx, connection: str, biller: str, bills: Sequence[Bill]) -> list[Bill]:
    """Bills that are not here yet."""
    before = {row.id: row for row in tx.rows(_KNOWN, connection=connection, biller=biller)}
    changed = [bill for bill in bills if bill.id in before and not _same(bill, before[bill.id])]
    if changed:
        raise _invalid([{"line": 0, "column": "", "detail": _CHANGED.format(bill=bill.id)} for bill in changed[:100]])
    return [bill for bill in bills if bill.id not in before]


def _same(bill: Bill, row: Any) -> bool:
    return (bill.account, bill.amount, bill.period) == (row.account, row.amount, row.period)


def _invalid(errors: list[dict[str, Any]]) -> Invalid:
    return Invalid("file.invalid", _INVALID.format(count=len(errors)), field="file", errors=errors)


def _row(connection: str, bill: Bill, file: str) -> dict[str, Any]:
    return {
        "connection": connection,
        "biller": bill.biller,
        "id": bill.id,
        "account": bill.account,
        "customer": bill.customer,
        "amount": bill.amount,
        "period": bill.period,
        "due": bill.due,
        "file": file,
    }


def _paid(tx: Tx, connection: str, biller: str, days: tuple[date, date]) -> list[PaidBill]:
    timezone = street_of(tx).timezone
    first, last = (midnight(day, timezone) for day in (days[0], days[1] + timedelta(days=1)))
    rows = tx.rows(_PAID, connection=connection, biller=biller, first=first, last=last)
    return [
        PaidBill(
            row.operation,
            row.bill,
            row.account,
            row.customer,
            row.amount - row.refunded,
            local_date(row.at, timezone),
            f"{row.book}-{row.number:06d}",
        )
        for row in rows
    ]


def _subject(id_: str) -> str:
    return f"bill file {id_}"


_B, _L, _O = tables.bill.c, tables.order_line.c, tables.order.c
_E, _R, _A = tables.attempt_event.c, tables.receipt.c, tables.audit.c
_KNOWN: Final = select(_B.id, _B.account, _B.amount, _B.period).where(
    _B.street == STREET,
    _B.connection == param("connection"),
    _B.biller == param("biller"),
)
_DELIVERED: Final = select(_A.detail).where(_A.street == STREET, _A.subject == param("subject"), _A.action == _AUDITED)
_PAID: Final = (
    select(
        _L.operation, _L.bill, _L.account, _L.customer, _L.amount, _L.refunded, _E.at, _R.book, _R.no.label("number")
    )
    .join(tables.order, (_O.street == _L.street) & (_O.id == _L.order))
    .join(tables.attempt_event, (_E.street == _O.street) & (_E.attempt == _O.attempt))
    .join(tables.receipt, (_R.street == _O.street) & (_R.attempt == _O.attempt))
    .where(
        _L.street == STREET,
        _L.connection == param("connection"),
        _L.biller == param("biller"),
        _L.state == "paid",
        _L.refunded < _L.amount,
        _E.event.in_([Event.ALL_PAID.value, Event.SOME_REFUSED.value]),
        _E.at >= param("first"),
        _E.at < param("last"),
    )
    .order_by(_E.at, _L.order, _L.no)
)
_UNABLE: Final = Text(zh="这个接入不交换文件", en="This connection does not exchange files")
_FAILED: Final = Text(zh="插件没能处理文件，请稍后再试", en="The plugin could not deal with the file; try again later")
_FORMAT: Final = Text(zh="格式只能是 csv 或 xlsx", en="The format is csv or xlsx")
_INVALID: Final = Text(
    zh="文件中有 {count} 处错误，一张账单也没有导入", en="{count} things are wrong in the file; no bill was imported"
)
_CHANGED: Final = Text(
    zh="账单 {bill} 以前交付过，内容不同", en="bill {bill} was delivered before and says something else now"
)
_AGAIN: Final = Text(zh="同一批账单正在导入", en="The same bills are being imported at this moment")
_MISSING: Final = Text(zh="没有这个文件", en="There is no such file")
