"""Those who draw benefits, and going to see them at home: hall and community, who is old or immobile, visits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, or_, select, update

from jiedao.certification.graph import At
from jiedao.directory.caller import Caller, claim
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

ELDERLY: Final = 80
"""Years of age from which one is visited."""
RESULTS: Final = ("certified", "not_certified", "not_at_home", "in_care", "moved", "refused", "deceased")
"""What a home visit can bring. A death that staff hear of is asked about; only the bureau's answer ends a benefit."""
_BORN: Final = re.compile(r"[0-9]{6}([0-9]{4})[0-9]{7}[0-9X]")


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit at home. `attempt` is the certification that was made there, if any."""

    resident: str
    visited_on: date
    result: str
    note: str = ""
    attempt: str = ""


def register(tx: Tx, resident: str, number: str, hall: str = "") -> None:
    """Note that a resident draws benefits; the year of birth is read from a Chinese number (GB 11643)."""
    if tx.first(_ONE, resident=resident) is None:
        born = _BORN.fullmatch(number)
        tx.put(tables.beneficiary, {"resident": resident, "hall": hall, "born_year": int(born[1]) if born else None})


def beneficiary(tx: Tx, resident: str) -> Row | None:
    """What is noted of somebody who draws benefits."""
    return tx.first(_ONE, resident=resident)


def describe(tx: Tx, resident: str, *, hall: str, community: str, immobile: bool) -> None:
    """Note where somebody belongs, and whether they can come."""
    if hall and tx.first(_HALL, hall=hall) is None:
        raise NotFound("hall.missing", _NO_HALL, field="hall")
    if not tx.change(_DESCRIBE, resident=resident, hall=hall, community=community, immobile=immobile):
        raise NotFound("beneficiary.missing", _MISSING)


def due(tx: Tx, wanted: Mapping[str, Any], after: tuple[date, str] | None, most: int) -> Sequence[Row]:
    """Entitlements to be certified until a day, the most urgent first; what is suspended or late is among them.

    `wanted` has `until`, and `hall` and `community`, each empty for all. `after` is the last of the page before.
    """
    day, id_ = after or (date.min, "")
    return tx.rows(_DUE, **wanted, day=day, id_=id_, most=most)


def to_visit(tx: Tx, today: date, hall: str, most: int) -> Sequence[Row]:
    """Who should be seen at home: due, late or suspended, and of great age or immobile; with the last visit."""
    return tx.rows(_OUTREACH, hall=hall, born=today.year - ELDERLY, most=most)


def note_visit(tx: Tx, caller: Caller, visit: Visit, today: date) -> str:
    """Keep what came of a visit. One that certified names the attempt that was made there."""
    if visit.result not in RESULTS:
        raise Invalid("visit.result", _RESULT, field="result")
    if visit.visited_on > today:
        raise Invalid("visit.future", _FUTURE, field="visited_on")
    made = tx.first(_ATTEMPT, attempt=visit.attempt)
    if (visit.result == "certified" or visit.attempt) and (made is None or made.resident != visit.resident):
        raise Invalid("visit.attempt", _NO_ATTEMPT, field="attempt")
    id_ = new_id()
    row = {name: getattr(visit, name) for name in Visit.__slots__}
    tx.put(tables.home_visit, {**row, "id": id_, "staff": caller.staff, "staff_name": caller.name})
    claim(tx, caller, "visit", id_)
    return id_


def visit(tx: Tx, id_: str) -> Row:
    """One visit."""
    row = tx.first(_VISIT, id_=id_)
    if row is None:
        raise NotFound("visit.missing", _NO_VISIT)
    return row


def visits(tx: Tx, resident: str) -> Sequence[Row]:
    """Visits at somebody's home, newest first."""
    return tx.rows(_VISITS, resident=resident)


_FAR: Final = date(9999, 12, 31)
_B, _E, _R, _V = tables.beneficiary.c, tables.entitlement.c, tables.resident.c, tables.home_visit.c
_A, _H, _S = tables.cert_attempt.c, tables.hall.c, tables.scheme.c
_ONE: Final = select(tables.beneficiary).where(_B.street == STREET, _B.resident == param("resident"))
_HALL: Final = select(_H.id).where(_H.street == STREET, _H.id == param("hall"))
_ATTEMPT: Final = select(_A.resident).where(_A.street == STREET, _A.id == param("attempt"))
_DESCRIBE: Final = (
    update(tables.beneficiary)
    .where(_B.street == STREET, _B.resident == param("resident"))
    .values(hall=param("hall"), community=param("community"), immobile=param("immobile"))
)
_BELONGS: Final = (_B.street == _E.street) & (_B.resident == _E.resident)
_DUE_ON: Final = func.coalesce(_E.due_on, _FAR)
_WAITING: Final = _E.state.in_([At.DUE, At.OVERDUE, At.SUSPENDED])
_DUE: Final = (
    select(
        _E.id,
        _E.resident,
        _E.scheme,
        _E.state,
        _E.due_on,
        _E.suspended_on,
        _E.attempt,
        _R.name,
        _R.id_masked,
        _S.title,
        func.coalesce(_B.hall, "").label("hall"),
        func.coalesce(_B.community, "").label("community"),
    )
    .join(tables.resident, (_R.street == _E.street) & (_R.id == _E.resident))
    .join(tables.scheme, (_S.street == _E.street) & (_S.id == _E.scheme))
    .outerjoin(tables.beneficiary, _BELONGS)
    .where(
        _E.street == STREET,
        or_(_WAITING, _E.state.in_([At.NOT_DUE, At.RESTORED]) & (_E.due_on <= param("until"))),
        or_(_E.due_on.is_(None), _E.due_on <= param("until"), _E.state == At.SUSPENDED),
        or_(param("hall") == "", _B.hall == param("hall")),
        or_(param("community") == "", _B.community == param("community")),
        or_(param("day") < _DUE_ON, (param("day") == _DUE_ON) & (_E.id > param("id"))),
    )
    .order_by(_DUE_ON, _E.id)
    .limit(param("most"))
)
_EARLIER = tables.home_visit.alias("earlier").c
_LAST: Final = (
    select(func.max(_EARLIER.id))
    .where(_EARLIER.street == _E.street, _EARLIER.resident == _E.resident)
    .correlate(tables.entitlement)
    .scalar_subquery()
)
_OUTREACH: Final = (
    select(
        _E.id,
        _E.resident,
        _E.scheme,
        _E.state,
        _E.due_on,
        _R.name,
        _R.id_masked,
        _S.title,
        _B.hall,
        _B.community,
        _B.immobile,
        _B.born_year,
        _V.visited_on,
        _V.result,
        _V.staff_name,
    )
    .join(tables.beneficiary, _BELONGS)
    .join(tables.resident, (_R.street == _E.street) & (_R.id == _E.resident))
    .join(tables.scheme, (_S.street == _E.street) & (_S.id == _E.scheme))
    .outerjoin(tables.home_visit, (_V.street == _E.street) & (_V.id == _LAST))
    .where(
        _E.street == STREET,
        _WAITING,
        or_(_B.immobile, _B.born_year <= param("born")),
        or_(param("hall") == "", _B.hall == param("hall")),
    )
    .order_by(_DUE_ON, _E.id)
    .limit(param("most"))
)
_VISIT: Final = select(tables.home_visit).where(_V.street == STREET, _V.id == param("id"))
_VISITS: Final = (
    select(tables.home_visit)
    .where(_V.street == STREET, _V.resident == param("resident"))
    .order_by(_V.visited_on.desc(), _V.id.desc())
)
_NO_HALL: Final = Text(zh="没有这个大厅", en="There is no such hall")
_MISSING: Final = Text(zh="这位居民没有登记待遇", en="No benefits of this resident are known")
_RESULT: Final = Text(zh="没有这种走访结果", en="There is no such result of a visit")
_FUTURE: Final = Text(zh="走访日期在今天之后", en="The day of the visit is still to come")
_NO_ATTEMPT: Final = Text(
    zh="请填写走访时为这位居民所做的认证", en="Name the certification of this resident that was made at the visit"
)
_NO_VISIT: Final = Text(zh="没有这次走访", en="There is no such visit")
