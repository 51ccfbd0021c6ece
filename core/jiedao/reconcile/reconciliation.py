"""Taking a provider's settlement of a day, and noting what it should have had and has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.payment import Settled, SettlementRequest, SettlementRow
from jiedao.language import Text
from jiedao.operations.model import Operation, State
from jiedao.operations.runner import Operations
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.reconcile import breaks
from jiedao.reconcile.breaks import Kind
from jiedao.reconcile.matching import Matching
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Store, Tx, param


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a day: rows that are new, rows that were known, and acts to perform now."""

    rows: int
    known: int
    planned: Sequence[Any]


class Reconciliation:
    """The settlements of all streets."""

    def __init__(self, store: Store, registry: Registry, connections: Connections, operations: Operations) -> None:
        self._store, self._registry, self._connections = store, registry, connections
        self._operations = operations

    def take(self, caller: Caller, connection: str, on: date) -> Taken:
        """Ask a provider for the rows of a day of its own, and take those that are new; harmless to repeat.

        Each row is a transaction, so that a crash in between leaves nothing half done: the rest is taken next time.
        """
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        found = self._rows_of(caller.street, connection, on)
        planned: list[Any] = []
        fresh = sum(self._take(caller.street, connection, row, planned) for row in found)
        with self._store.write(caller.street) as tx:
            self._note_missing(tx, connection, on)
            audit(tx, caller, "settlement", f"connection {connection}", on=on.isoformat(), rows=fresh)
            claim(tx, caller, "settlement", f"{connection} {on}")
        return Taken(fresh, len(found) - fresh, planned)

    def day(self, tx: Tx, connection: str, on: date) -> Sequence[Row]:
        """The rows that were taken of a day."""
        return tx.rows(_DAY, connection=connection, on=on)

    def _rows_of(self, street: str, connection: str, on: date) -> Settled:
        opened = self._connections.for_finishing(street, connection)
        if "settlement" not in self._connections.plugin(opened.plugin).manifest.abilities:
            raise Invalid("settlement.unable", _UNABLE, field="connection")
        outcome = self._registry.call("payment_settlement", SettlementRequest(opened, _SECONDS, on))
        if isinstance(outcome, Succeeded):
            rows: Settled = outcome.detail
            return rows
        if isinstance(outcome, Declined):
            raise Conflict("settlement.declined", outcome.reason, field="on")
        raise ServicePaused("settlement.unavailable", _NO_ANSWER)

    def _take(self, street: str, connection: str, row: SettlementRow, planned: list[Any]) -> bool:
        """False when the row was taken before."""
        if self._is_known(street, connection, row.id):
            return False

        def take(tx: Tx) -> None:
            Matching(tx, self._operations, connection, _currency(tx)).take(row)
            tx.on_commit.append(lambda: planned.extend(tx.planned))

        try:
            self._store.retrying(street, take)
        except AlreadyThere as taken:
            if taken.table != "settlement_row":
                raise
            return False
        return True

    def _is_known(self, street: str, connection: str, id_: str) -> bool:
        with self._store.read(street) as tx:
            return tx.first(_KNOWN, connection=connection, id_=id_) is not None

    def _note_missing(self, tx: Tx, connection: str, on: date) -> None:
        """Acts of the week before the day that should have been settled by now, and are not."""
        end = datetime.combine(on, time(), UTC)
        rows = tx.rows(_DONE, connection=connection, since=end - _BACK, until=end)
        done = [Operation.of(row) for row in rows if not _is_reserved(row)]
        undone = {op.request["original"] for op in done if op.hook in ("payment_void", "payment_reverse")}
        named = {row.operation for row in tx.rows(_NAMED, connection=connection, since=on - _BACK)}
        noted = {row.operation for row in tx.rows(_NOTED, connection=connection)}
        currency = _currency(tx)
        for operation in done:
            name = operation.request["original"] if operation.hook == "payment_capture" else operation.id
            if operation.hook in _SETTLED and name not in named | noted | undone:
                ours = operation.request["amount"] * (-1 if operation.hook == "payment_refund" else 1)
                breaks.find(tx, Kind.OURS_ONLY, connection, on, currency=currency, operation=name, ours=ours)


def _is_reserved(row: Any) -> bool:
    """A reservation is settled by its capture."""
    detail = row.outcome.get("detail")
    return bool(isinstance(detail, dict) and detail.get("reserved"))


def _currency(tx: Tx) -> str:
    row = tx.first(_CURRENCY)
    return str(row.currency) if row else ""


_SECONDS: Final = 60.0
_BACK: Final = timedelta(days=7)
_SETTLED: Final = ("payment_start", "payment_capture", "payment_refund")
_R, _O, _B = tables.settlement_row.c, tables.operation.c, tables.settlement_break.c
_KNOWN: Final = select(_R.id).where(_R.street == STREET, _R.connection == param("connection"), _R.id == param("id"))
_DAY: Final = (
    select(tables.settlement_row)
    .where(_R.street == STREET, _R.connection == param("connection"), _R.settled_on == param("on"))
    .order_by(_R.id)
)
_DONE: Final = select(tables.operation).where(
    _O.street == STREET,
    _O.connection == param("connection"),
    _O.hook.in_([*_SETTLED, "payment_void", "payment_reverse"]),
    _O.state == State.SUCCEEDED,
    _O.sent_at >= param("since"),
    _O.sent_at < param("until"),
)
_NAMED: Final = select(_R.operation).where(
    _R.street == STREET, _R.connection == param("connection"), _R.settled_on >= param("since"), _R.operation != ""
)
_NOTED: Final = select(_B.operation).where(
    _B.street == STREET, _B.connection == param("connection"), _B.kind == Kind.OURS_ONLY
)
_CURRENCY: Final = select(tables.street.c.currency).where(tables.street.c.street == STREET)
_UNABLE: Final = Text(zh="这个接入没有对账单", en="This connection gives no settlements")
_NO_ANSWER: Final = Text(zh="暂时取不到对账单，请稍后再试", en="The settlement cannot be had now; try again later")
