"""How an installation stands: does the database answer, is it of this version, does a worker work, is anything late.

For whoever watches it from outside. It says nothing of any street; ages are seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, text, update

from jiedao.problems import Problem
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.schema import check_schema
from jiedao.store.tables.operations import UNFINISHED
from jiedao.store.unit import STREET, Store, Tx, param

BEAT_SECONDS: Final = 30.0
"""A worker gives a sign of life this often."""
SILENT_SECONDS: Final = 120.0
"""Without a sign for so long, no worker works."""
LATE_SECONDS: Final = 300.0
"""An operation that has been due for so long should have been carried on by a worker."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How an installation stands."""

    schema: bool
    """Whether the database has the tables of this version."""
    worker: bool
    """Whether a worker gave a sign of life lately; also where there is no street to work for."""
    due: int
    """Operations whose time has come."""
    oldest_due: float
    """For how long the oldest of them has been due."""
    review: int
    """Operations that wait for a person."""
    webhooks_waiting: int
    """Messages to other programs that were not taken yet."""
    webhooks_dead: int
    """Messages that were given up."""
    endpoints_off: int
    """Addresses to which nothing is sent any more because nothing was taken there."""

    @property
    def ready(self) -> bool:
        """Whether work is done as it should be."""
        return self.schema and self.worker and self.oldest_due < LATE_SECONDS


class Watching:
    """Looks at an installation, at most every few seconds however often it is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: Believed[str, Condition] = Believed(_SECONDS)

    def answers(self) -> bool:
        """Whether the database answers."""
        try:
            with self._store.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:
            return False
        return True

    def look(self) -> Condition:
        """How the installation stands; raises whatever the database raises."""
        return self._seen.get("") or self._seen.put("", self._look())

    def _look(self) -> Condition:
        try:
            check_schema(self._store.engine)
        except Problem:
            return Condition(False, False, 0, 0.0, 0, 0, 0, 0)
        return _sum(self._street(street) for street in self._store.streets())

    def _street(self, street: str) -> Condition:
        with self._store.read(street) as tx:
            oldest = _value(tx, _OLDEST, now=tx.shared_now)
            return Condition(
                schema=True,
                worker=_age(tx, _value(tx, _PULSE)) < SILENT_SECONDS,
                due=_value(tx, _DUE, now=tx.shared_now),
                oldest_due=_age(tx, oldest) if oldest else 0.0,
                review=_value(tx, _REVIEW),
                webhooks_waiting=_value(tx, _WAITING, state="waiting"),
                webhooks_dead=_value(tx, _WAITING, state="dead"),
                endpoints_off=_value(tx, _OFF),
            )


def beat(store: Store, street: str) -> None:
    """A worker's sign of life."""
    with store.write(street) as tx:
        if not tx.change(_BEAT, at=tx.shared_now):
            tx.put(tables.pulse, {"at": tx.shared_now})


def _sum(found: Iterable[Condition]) -> Condition:
    streets = list(found)
    return Condition(
        schema=True,
        worker=all(one.worker for one in streets),
        due=sum(one.due for one in streets),
        oldest_due=max((one.oldest_due for one in streets), default=0.0),
        review=sum(one.review for one in streets),
        webhooks_waiting=sum(one.webhooks_waiting for one in streets),
        webhooks_dead=sum(one.webhooks_dead for one in streets),
        endpoints_off=sum(one.endpoints_off for one in streets),
    )


def _value(tx: Tx, statement: Any, **values: Any) -> Any:
    row = tx.first(statement, **values)
    return row[0] if row is not None else None


def _age(tx: Tx, at: datetime | None) -> float:
    return max(0.0, (tx.shared_now - at).total_seconds()) if at is not None else float("inf")


_SECONDS: Final = 5.0
_O, _P = tables.operation.c, tables.pulse.c
_D, _E = tables.webhook_delivery.c, tables.webhook_endpoint.c
_BEAT: Final = update(tables.pulse).where(_P.street == STREET).values(at=param("at"))
_PULSE: Final = select(_P.at).where(_P.street == STREET)
_IS_DUE: Final = (_O.street == STREET) & (_O.due_at <= param("now"))
_OLDEST: Final = select(_O.due_at).where(_IS_DUE).order_by(_O.due_at).limit(1)
_DUE: Final = select(func.count()).select_from(tables.operation).where(_IS_DUE)
_REVIEW: Final = (
    select(func.count()).select_from(tables.operation).where(_O.street == STREET, UNFINISHED, _O.state == "review")
)
_WAITING: Final = (
    select(func.count())
    .select_from(tables.webhook_delivery)
    .where(_D.street == STREET, _D.endpoint.in_(select(_E.id).where(_E.street == STREET)), _D.state == param("state"))
)
_OFF: Final = (
    select(func.count())
    .select_from(tables.webhook_endpoint)
    .where(_E.street == STREET, _E.state == "off", _E.off_because != "by_hand")
)
