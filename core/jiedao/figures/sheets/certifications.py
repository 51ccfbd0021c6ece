"""Certifications, one row for each benefit; numbers of residents are masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select

from jiedao.figures.sheets.sheet import (
    DAYS,
    RESIDENT,
    STAFF,
    Limits,
    Record,
    Sheet,
    Sort,
    by_day,
    column,
    counted,
    only,
)
from jiedao.figures.words import OUTCOMES, ROUTES
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


def _certifications(tx: Tx, limits: Limits) -> Iterator[Record]:
    for row in tx.rows(_CERTIFICATIONS, **only(limits, *DAYS)):
        yield (
            row.done_on,
            row.attempt,
            row.resident_name,
            row.id_masked or "",
            Text.from_json(row.title),
            ROUTES.get(row.route, Text.same(row.route)),
            OUTCOMES.get(row.outcome, Text.same(row.outcome)),
            row.valid_to,
            row.agent_name,
            row.staff_name,
            row.place,
            row.reference,
        )


_I, _V, _M, _X, _N = (
    t.c for t in (tables.cert_item, tables.cert_attempt, tables.scheme, tables.entitlement, tables.resident)
)
_TRIED: Final = (
    tables.cert_attempt.join(tables.cert_item, (_I.street == _V.street) & (_I.attempt == _V.id)),
    (_V.street == STREET) & (_V.done_on >= param("first")) & (_V.done_on <= param("last")),
)
_CERTIFICATIONS: Final = (
    select(
        _V.done_on,
        _V.id.label("attempt"),
        _V.route,
        _V.agent_name,
        _V.staff_name,
        _V.place,
        _N.name.label("resident_name"),
        _N.id_masked,
        _M.title,
        _I.outcome,
        _I.reference,
        _X.valid_to,
    )
    .select_from(
        _TRIED[0]
        .join(tables.entitlement, (_X.street == _I.street) & (_X.id == _I.entitlement))
        .join(tables.scheme, (_M.street == _X.street) & (_M.id == _X.scheme))
        .join(tables.resident, (_N.street == _V.street) & (_N.id == _V.resident))
    )
    .where(_TRIED[1])
    .order_by(_V.done_on, _V.id, _I.no)
)
_CERTIFICATION_COUNT: Final = select(func.count().label("number")).select_from(_TRIED[0]).where(_TRIED[1])
CERTIFICATIONS: Final = Sheet(
    "certifications",
    Text(zh="资格认证", en="Certifications"),
    (
        column("日期", "Date", Sort.DAY),
        column("认证号", "Attempt"),
        RESIDENT,
        column("证件号码（掩码）", "Number (masked)"),
        column("险种", "Scheme"),
        column("方式", "Route"),
        column("结果", "Outcome"),
        column("有效期至", "Valid to", Sort.DAY),
        column("代办人", "Agent"),
        STAFF,
        column("地点", "Place"),
        column("社保流水号", "Bureau's reference"),
    ),
    counted(_CERTIFICATION_COUNT, *DAYS),
    by_day(_certifications),
)
