"""Figures and exports over REST: what a street with a year of history says, and who may hear it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from api_desk import BASE, Desk, refused
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from full_year import PASSWORD, STREET, Plan, Year
from houses import furnish
from jiedao.ledger.verify import verify
from jiedao.store import tables
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.store.unit import STREET as SCOPE
from jiedao.worker import Runner
from jiedao_schemas import tablefile
from jiedao_schemas.tablefile import unprotected
from jiedao_web.app import create_app
from year_house import open_year, year_plugins

TOTAL = 2_000_000
OTHER = "150602999"
SHEETS = ("payments", "points", "shifts", "certifications", "parcels")


class Office:
    """A street with a year of history, another one without any, and sessions of each role."""

    def __init__(self, year: Year, runner: Runner) -> None:
        self.year = year
        self.client = create_app(year.house, runner=runner).test_client(use_cookies=False)
        self.accountant, self.operator = self.sign_in("accountant"), self.sign_in("operator")
        self.elsewhere = self.sign_in("accountant", OTHER)

    def sign_in(self, login: str, street: str = STREET) -> Desk:
        who = {"street": street, "login": login, "password": PASSWORD, "till": ""}
        return Desk(self.client, self.client.post(f"{BASE}sessions", json=who).json["token"])

    def audited(self) -> list[Any]:
        table = tables.audit
        with self.year.house.store.read(STREET) as tx:
            return list(tx.rows(select(table).where(table.c.street == SCOPE, table.c.action == "export")))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("year")
    url = f"sqlite:///{folder / 'jiedao.db'}"
    engine = open_engine(url)
    create_schema(engine)
    engine.dispose()
    furnish(url, folder, street=OTHER, plugins=year_plugins()).house.close()
    year = open_year(url, folder, Plan(orders=160, halls=2, total=TOTAL, parcels=60))
    runner = Runner(year.house)
    with closing(year.house):
        yield Office(year, runner)
        runner.close()


def test_the_year_is_booked_right(office: Office) -> None:
    with office.year.house.store.read(STREET) as tx:
        assert verify(tx).faults == ()


def test_a_year_at_a_glance(office: Office) -> None:
    said = office.accountant.get("figures?span=year").json
    assert said["span"] == {"from": "2026-01-01", "to": "2026-11-26"}
    assert said["complete"] is True
    assert said["total"]["net"] == TOTAL
    assert said["total"]["orders"] == 160
    for part in ("by_biller", "by_category", "by_hall"):
        assert sum(one["net"] for one in said[part]) == TOTAL
    assert sum(step["paid"] - step["refunded"] for step in said["steps"]) == TOTAL
    assert len(said["steps"]) == 11
    points = said["points"]
    money = sum(way["taken"] - way["returned"] for way in said["ways"])
    assert money + points["redeemed"] - points["restored"] == TOTAL
    assert {way["key"]: way["name"]["en"] for way in said["ways"]} == {"1110:card": "Card terminal", "cash": "Cash"}
    assert {scheme["scheme"] for scheme in said["certifications"]} == {"pension", "veteran"}
    assert sum(said["parcels"].values()) == 60
    assert said["open"] == {"review": 0, "unknown": 0, "unsent": 0, "breaks": 0, "shifts": 0}
    power = next(one for one in said["by_biller"] if one["key"] == "ELEC")
    assert power["name"] == {"zh": "市供电公司", "en": "City Power"}


def test_days_add_up_to_the_month(office: Office) -> None:
    month = office.accountant.get("figures?from=2026-03-01&to=2026-03-31").json
    days = [
        office.accountant.get(f"figures?from={step['from']}&to={step['to']}").json["total"] for step in month["steps"]
    ]
    assert len(days) == 31
    assert sum(day["paid"] for day in days) == month["total"]["paid"] > 0


@pytest.mark.parametrize("path", ["figures", "figures/shifts", *(f"exports/{sheet}.csv" for sheet in SHEETS)])
def test_operators_and_strangers_hear_nothing(office: Office, path: str) -> None:
    refused(office.operator.get(path), 403, "role.missing")
    assert office.client.get(BASE + path).status_code == 401


def test_another_street_has_figures_of_its_own(office: Office) -> None:
    assert office.elsewhere.get("figures?span=year").json["total"]["paid"] == 0
    assert office.elsewhere.get("figures/shifts?span=year").json["shifts"] == []
    assert len(rows(office.elsewhere.get("exports/payments.csv?span=year"))) == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-03-01", "to"),
        ("to=2026-03-01", "from"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("from=2010-01-01&to=2026-03-01", "from"),
        ("from=yesterday&to=2026-03-01", "from"),
        ("span=decade", "span"),
    ],
)
def test_spans_that_are_none_are_refused(office: Office, query: str, field: str) -> None:
    for path in ("figures", "exports/payments.xlsx"):
        answer = office.accountant.get(f"{path}?{query}")
        assert (answer.status_code, answer.json["field"]) == (422, field)


def test_shifts_are_paged(office: Office) -> None:
    first = office.accountant.get("figures/shifts?span=year&limit=3").json
    assert [shift["state"] for shift in first["shifts"]] == ["open"] * 3
    then = office.accountant.get(f"figures/shifts?span=year&limit=100&before={first['next']}").json["shifts"]
    assert not {shift["id"] for shift in first["shifts"]} & {shift["id"] for shift in then}
    closed = next(shift for shift in then if shift["state"] == "closed" and shift["batches"])
    assert closed["difference"] == closed["counted"] - closed["expected"]
    assert closed["batches"] == [{"connection": "card", "state": "succeeded", "balanced": True}]


def rows(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/csv; charset=utf-8"
    content = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), strict=True))


def sheet(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.data)).active


def test_payments_keep_account_numbers_whatever_they_look_like(office: Office) -> None:
    found = rows(office.accountant.get("exports/payments.csv?span=year&language=en"))
    figures = office.accountant.get("figures?span=year").json
    assert len(found) == figures["total"]["lines"]
    assert sum(fen(row["Amount"]) for row in found) == figures["total"]["paid"]
    assert sum(fen(row["Refunded"]) for row in found) == figures["total"]["refunded"]
    accounts = [unprotected(row["Account number"]) for row in found]
    assert all(account.isdigit() for account in accounts)
    assert any(account.startswith("00") for account in accounts)
    page = sheet(office.accountant.get("exports/payments.xlsx?span=year&language=en"))
    head = [cell.value for cell in page[1]]
    column = head.index("Account number")
    cells = [row[column] for row in page.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == accounts
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert any(len(cell.value) == 18 for cell in cells)
    amounts = [row[head.index("Amount")].value for row in page.iter_rows(min_row=2)]
    assert round(sum(amounts) * 100) == figures["total"]["paid"]
    tenders = {row["Paid with"] for row in found}
    assert any(words.startswith("Points ") and "; " in words for words in tenders)
    assert {row["State"] for row in found} == {"Paid"}
    assert all(unprotected(row["Receipts"]).startswith("T") for row in found)


def fen(words: str) -> int:
    return round(float(words) * 100)


def test_points_movements_add_up_to_what_residents_have(office: Office) -> None:
    found = rows(office.accountant.get("exports/points.csv?span=year&language=en"))
    with office.year.house.store.read(STREET) as tx:
        table = tables.points_account
        active = sum(row.active for row in tx.rows(select(table).where(table.c.street == SCOPE)))
    assert sum(fen(row["Active"]) for row in found) == active
    assert sum(fen(row["Held"]) for row in found) == 0
    assert {row["What"] for row in found} == {"Bills paid", "Held for a payment"}
    assert all(row["Resident"] for row in found)


def test_certifications_are_masked(office: Office) -> None:
    found = rows(office.accountant.get("exports/certifications.csv?span=year&language=en"))
    assert found
    assert all("*" * 10 in row["Number (masked)"] for row in found)
    assert {row["Outcome"] for row in found} == {"Certified"}


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_comes_in_both_forms_and_languages(office: Office, name: str) -> None:
    before = len(office.audited())
    in_csv = office.accountant.get(f"exports/{name}.csv?span=year&language=zh")
    page = sheet(office.accountant.get(f"exports/{name}.xlsx?span=year&language=zh"))
    assert [cell.value for cell in page[1]] == list(rows(in_csv)[0])
    assert page.max_row == len(rows(in_csv)) + 1
    assert in_csv.headers["Content-Disposition"] == (
        f'attachment; filename="{name}-{STREET}-2026-01-01-2026-11-26.csv"'
    )
    noted = office.audited()[before:]
    assert [(row.subject, row.detail["form"], row.detail["rows"]) for row in noted] == [
        (name, "csv", len(rows(in_csv))),
        (name, "xlsx", len(rows(in_csv))),
    ]


def test_a_file_takes_so_many_rows_and_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tablefile.MOST, "xlsx", 10)
    problem = refused(office.accountant.get("exports/payments.xlsx?span=year"), 422, "export.rows", "to")
    assert problem["most"] == 10
    assert problem["rows"] > 10


@pytest.mark.parametrize("file", ["payments.ods", "payments", "secrets.csv", ".csv"])
def test_what_is_no_export_is_not_found(office: Office, file: str) -> None:
    assert office.accountant.get(f"exports/{file}").status_code == 404
