"""The property company's bills: it has no interface and delivers a file each month."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Final

from sqlalchemy import func, select

from jiedao.clock import local_date
from jiedao.hookspecs.biller import Bill, ImportedBills, ImportRequest
from jiedao.house import House
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.points.dates import plus_months
from jiedao.problems import Conflict
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx
from jiedao_cli.demo.facts import FILE, facts, street_code


def deliver(house: House) -> str:
    """Import the file of the next month that has not been delivered yet, from this month on; its name."""
    biller = facts()["property"]["code"]
    with house.store.read(street_code()) as tx:
        month = _next_month(tx)
        connection = house.connections.for_business(tx, FILE)
    name = f"{biller}-{month:%Y%m}.csv"
    request = ImportRequest(connection, 5.0, biller, name, _file(month).encode("utf-8-sig"))
    imported = house.registry.call_local("biller_import", request)
    if not isinstance(imported, ImportedBills) or imported.errors:
        raise Conflict("demo.file", _BAD.format(name=name))
    with house.store.write(street_code()) as tx:
        for bill in imported.bills:
            tx.add(tables.bill, **_row(bill, name))
    return name


def _next_month(tx: Tx) -> date:
    row = tx.first(_FILES)
    first = local_date(tx.now, facts()["street"]["timezone"]).replace(day=1)
    return plus_months(first, int(row.files) if row else 0)


def _file(month: date) -> str:
    """As a property company writes it."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(["户号", "账单号", "户名", "金额（元）", "账期", "截止日期"])
    for room in facts()["property"]["rooms"]:
        due = plus_months(month, 1).isoformat()
        bill = f"{month:%Y%m}-{room['account']}"
        sheet.writerow([room["account"], bill, room["customer"], format_amount(room["fen"]), f"{month:%Y%m}", due])
    return text.getvalue()


def _row(bill: Bill, file: str) -> dict[str, object]:
    return {
        "connection": FILE,
        "biller": bill.biller,
        "id": bill.id,
        "account": bill.account,
        "customer": bill.customer,
        "amount": bill.amount,
        "period": bill.period,
        "due": bill.due,
        "file": file,
    }


_B = tables.bill.c
_FILES: Final = select(func.count(func.distinct(_B.file)).label("files")).where(
    _B.street == STREET, _B.connection == FILE
)
_BAD: Final = Text(zh="账单文件 {name} 有错", en="The file of bills {name} is wrong")
