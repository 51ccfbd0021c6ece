"""Bills by file on the bench of the kit: it speaks to nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import jiedao_billfile
from jiedao.hookspecs.biller import CatalogueRequest, ExportRequest, ImportRequest, PaidBill, PayRequest
from jiedao.testing import Act, Ask, Bench, Site, conformance_suite

DELIVERED = "户号,账单号,业主姓名,金额\n00123,B-1,王小明,120.50\n".encode()
PAID = PaidBill("OP", "B-1", "00123", "王小明", 12_050, date(2026, 11, 15), "T1-000001")


def settings(url: str) -> dict[str, Any]:
    return {"billers": [{"code": "PROP", "name_zh": "阳光物业", "name_en": "Sunshine Property"}]}


def pay(at: Site, biller: str = "PROP") -> PayRequest:
    return PayRequest(at.connection, at.deadline, at.operation, biller, "00123", "B-1", 12_050, "CNY", "order")


BENCH = Bench(
    settings=settings,
    invalid={"billers": []},
    acts=(Act("biller_pay", pay, declined=lambda at: pay(at, "OTHER")),),
    asks=(
        Ask("biller_catalogue", lambda at: CatalogueRequest(at.connection, at.deadline)),
        Ask("biller_import", lambda at: ImportRequest(at.connection, at.deadline, "PROP", "bills.csv", DELIVERED)),
        Ask("biller_export", lambda at: ExportRequest(at.connection, at.deadline, "PROP", "csv", (PAID,))),
    ),
)

TestBillFile = conformance_suite(jiedao_billfile.plugin, BENCH)
