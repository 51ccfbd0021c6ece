"""The property company's bills: it has no interface and delivers a file each month."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Final

from sqlalchemy import func, select

from jiedao.clock import local_date
from jiedao.directory.caller import Role
from jiedao.house import House
from jiedao.money import format_amount
from jiedao.points.dates import plus_months
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx
from jiedao_cli.demo.facts import FILE, facts, street_code
from jiedao_cli.demo.furnish import colleague


def deliver(house: House) -> str:
    """Have the accountant import the next month's file, beginning with this month's; its name."""
    biller = facts()["property"]["code"]
    with house.store.read(street_code()) as tx:
        month = _next_month(tx)
    name = f"{biller}-{month:%Y%m}.csv"
    house.files.take_in(colleague(house, Role.ACCOUNTANT), FILE, biller, name, _file(month).encode("utf-8-sig"))
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


_B = tables.bill.c
_FILES: Final = select(func.count(func.distinct(_B.file)).label("files")).where(
    _B.street == STREET, _B.connection == FILE
)
