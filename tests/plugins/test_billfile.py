"""Bills by file: every way in which a delivered file can be right or wrong, and the file that goes back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from jiedao.hookspecs.biller import (
    Acknowledgement,
    AmountRule,
    Bill,
    CatalogueRequest,
    ExportedFile,
    ExportRequest,
    FileError,
    ImportedBills,
    ImportRequest,
    PaidBill,
    PayRequest,
)
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import CheckRequest
from jiedao.problems import Invalid
from jiedao_billfile import plugin, tables
from jiedao_billfile.settings import configuration
from jiedao_schemas.billfile import REASONS

HEADER = ("户号", "账单号", "业主姓名", "应缴金额（元）", "账期", "截止日期")
GOOD = ("00123", "B-1", "王小明", "120.50", "2026-10", "2026-11-30")
BILL = Bill("PROP", "B-1", "00123", "王小明", 12050, "2026-10", date(2026, 11, 30))
ID_NUMBER = "110101199003074514"


def connect(**changed: Any) -> Connection:
    one = {"code": "PROP", "name_zh": "阳光物业", "name_en": "Sunshine Property", **changed}
    return Connection("street", "c1", "jiedao_billfile", 1, False, configuration.load({"billers": [one]}))


def load(name: str, content: bytes, **changed: Any) -> ImportedBills:
    return plugin.biller_import(ImportRequest(connect(**changed), 5.0, "PROP", name, content))


def as_csv(*rows: Sequence[object], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([header, *rows])
    return written.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.worksheets[0]
    for row in (header, *rows):
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    book.close()
    return written.getvalue()


def edited(content: bytes, old: str, new: str) -> bytes:
    """A sheet with something in it that openpyxl would not write."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(written, "w") as after:
        for name in before.namelist():
            words = before.read(name).decode()
            assert name != "xl/worksheets/sheet1.xml" or old in words
            after.writestr(name, words.replace(old, new))
    return written.getvalue()


def changed(**cells: Any) -> tuple[Any, ...]:
    """A good row with some cells replaced."""
    names = ("account", "bill", "customer", "amount", "period", "due")
    return tuple(cells.get(name, good) for name, good in zip(names, GOOD, strict=True))


def errors(loaded: ImportedBills) -> list[tuple[int, str, str]]:
    """Line, column, and the key of what is said (or the sentence itself)."""
    assert loaded.bills == ()
    keys = {says: key for key, says in REASONS.items()}
    return [(e.line, e.column, keys.get(e.says, e.says.en)) for e in loaded.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_the_country(encoding: str) -> None:
    assert load("bills.csv", as_csv(GOOD, encoding=encoding)) == ImportedBills((BILL,))


def test_xlsx_gives_the_same_bills() -> None:
    assert load("bills.XLSX", as_xlsx(GOOD)) == ImportedBills((BILL,))


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_recognised(delimiter: str) -> None:
    assert load("bills.csv", as_csv(GOOD).replace(b",", delimiter.encode())) == ImportedBills((BILL,))


def test_columns_go_by_name_in_either_language_and_any_order() -> None:
    header = ("Remark", "Amount", "Bill No", "Account Number")
    loaded = load("bills.csv", as_csv(("x", "1", "B9", "007"), header=header))
    assert loaded == ImportedBills((Bill("PROP", "B9", "007", "", 100),))


def test_titles_above_and_blank_rows_between_do_not_matter() -> None:
    content = "阳光物业 2026年10月账单\r\n\r\n".encode() + as_csv(GOOD, (), changed(bill="B-2"))
    assert [bill.id for bill in load("bills.csv", content).bills] == ["B-1", "B-2"]


def test_lines_are_those_that_a_person_counts() -> None:
    content = "标题\r\n\r\n".encode() + as_csv(GOOD, (), changed(bill="B-2", amount="x"))
    assert errors(load("bills.csv", content)) == [(6, HEADER[3], "amount")]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"account": ""}, 0, "missing"),
        ({"account": " \t"}, 0, "missing"),
        ({"bill": ""}, 1, "missing"),
        ({"amount": ""}, 3, "missing"),
        ({"account": "1" * 41}, 0, "too_long"),
        ({"customer": "王" * 61}, 2, "too_long"),
        ({"customer": "王\n小明"}, 2, "control"),
        ({"customer": "王\x00"}, 2, "control"),
        ({"customer": "王\u202e明"}, 2, "control"),
        ({"customer": "=HYPERLINK(1)"}, 2, "formula"),
        ({"amount": "=1+1"}, 3, "formula"),
        ({"amount": "12元"}, 3, "amount"),
        ({"amount": "1,23.00"}, 3, "amount"),
        ({"amount": "NaN"}, 3, "amount"),
        ({"amount": "１２"}, 3, "amount"),
        ({"amount": "1.005"}, 3, "decimals"),
        ({"amount": "0"}, 3, "range"),
        ({"amount": "-5"}, 3, "range"),
        ({"amount": "1000000.01"}, 3, "range"),
        ({"account": "1.10101E+17"}, 0, "rounded"),
        ({"account": "110101199003074000"}, 0, "rounded"),
        ({"due": "2026-02-30"}, 5, "date"),
        ({"due": "30/11/2026"}, 5, "date"),
        ({"due": "46000"}, 5, "date"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(cells: dict[str, str], column: int, reason: str) -> None:
    content = as_csv(changed(bill="B-0"), changed(**cells))
    assert errors(load("bills.csv", content)) == [(3, HEADER[column], reason)]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"amount": "=60*2"}, 3, "formula"),
        ({"amount": True}, 3, "not_text"),
        ({"amount": 120.505}, 3, "decimals"),
        ({"amount": "#N/A"}, 3, "error"),
        ({"account": 110101199003074514}, 0, "rounded"),
        ({"account": 1.1e17}, 0, "rounded"),
        ({"account": 12.5}, 0, "not_text"),
        ({"account": datetime(2026, 1, 2)}, 0, "not_text"),  # noqa: DTZ001 (a spreadsheet's dates have no zone)
        ({"due": 46000}, 5, "date"),
    ],
)
def test_a_wrong_cell_of_a_sheet_is_named_too(cells: dict[str, Any], column: int, reason: str) -> None:
    content = as_xlsx(changed(bill="B-0"), changed(**cells))
    assert errors(load("bills.xlsx", content)) == [(3, HEADER[column], reason)]


@pytest.mark.parametrize(
    ("cell", "fen"),
    [(120, 12000), (120.1, 12010), (0.1 + 0.2, 30), (1.1 * 3, 330), (999999.99, 99999999), (4.35, 435), (0.01, 1)],
)
def test_numbers_of_a_sheet_are_the_fen_that_it_shows(cell: float, fen: int) -> None:
    (bill,) = load("bills.xlsx", as_xlsx(changed(amount=cell))).bills
    assert bill.amount == fen


@pytest.mark.parametrize("stored", ["120.09999999999999", "120.10000000000001", "1.201E2", "120.1000"])
def test_what_a_spreadsheet_calculates_is_read_as_it_shows_it(stored: str) -> None:
    content = edited(as_xlsx(changed(amount=777)), "<v>777</v>", f"<v>{stored}</v>")
    assert [bill.amount for bill in load("a.xlsx", content).bills] == [12010]


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    content = edited(as_xlsx(GOOD, changed(bill="B-2")), 'ref="A1:F3"', 'ref="A1:B2"')
    assert [bill.id for bill in load("a.xlsx", content).bills] == ["B-1", "B-2"]


@settings(deadline=None)
@given(some.integers(1, 100_000_000))
def test_no_amount_is_damaged(fen: int) -> None:
    words = f"{fen // 100}.{fen % 100:02d}"
    for content, name in (
        (as_csv(changed(amount=words)), "a.csv"),
        (as_csv(changed(amount=f"{fen // 100:,}.{fen % 100:02d}")), "b.csv"),
    ):
        assert [bill.amount for bill in load(name, content).bills] == [fen]


@settings(deadline=None, max_examples=30)
@given(some.lists(some.integers(1, 100_000_000), min_size=1, max_size=20))
def test_no_number_of_a_sheet_is_damaged(amounts: list[int]) -> None:
    content = as_xlsx(*(changed(bill=f"B{n}", amount=fen / 100) for n, fen in enumerate(amounts)))
    assert [bill.amount for bill in load("a.xlsx", content).bills] == amounts


@pytest.mark.parametrize("words", ["2026-11-30", "2026/11/30", "2026.11.30", "20261130", "2026年11月30日"])
def test_dates_are_written_year_first(words: str) -> None:
    assert load("bills.csv", as_csv(changed(due=words))).bills[0].due == date(2026, 11, 30)


def test_date_cells_of_a_sheet_are_dates_and_months() -> None:
    row = changed(due=datetime(2026, 11, 30), period=datetime(2026, 10, 1))  # noqa: DTZ001 (as above)
    assert load("bills.xlsx", as_xlsx(row)) == ImportedBills((BILL,))


def test_leading_zeros_and_long_numbers_are_kept() -> None:
    row = changed(account="00123", bill=ID_NUMBER)
    for name, content in (("a.csv", as_csv(row)), ("a.xlsx", as_xlsx(row))):
        (bill,) = load(name, content).bills
        assert (bill.account, bill.id) == ("00123", ID_NUMBER)


def test_a_long_number_may_end_in_zeros_if_others_do_not() -> None:
    rows = (changed(bill="110101199003074000"), changed(bill=ID_NUMBER))
    assert len(load("a.csv", as_csv(*rows)).bills) == 2
    assert len(load("a.xlsx", as_xlsx(rows[0])).bills) == 1


def test_lost_zeros_are_found_by_the_pattern_of_accounts() -> None:
    loaded = load("a.xlsx", as_xlsx(changed(account=123)), account_pattern=r"\d{5}")
    assert [(e.line, e.column) for e in loaded.errors] == [(2, "户号")]
    assert "leading zeros" in loaded.errors[0].says.en


def test_a_bill_that_is_there_twice_names_the_first_line() -> None:
    assert errors(load("a.csv", as_csv(GOOD, changed(bill="B-2"), GOOD))) == [
        (4, "账单号", "is the same bill as in line 2")
    ]


def test_all_errors_come_at_once_and_nothing_is_half_imported() -> None:
    content = as_csv(GOOD, changed(bill="", amount="x"), changed(bill="B-3", due="x"))
    assert errors(load("a.csv", content)) == [
        (3, "账单号", "missing"),
        (3, HEADER[3], "amount"),
        (4, "截止日期", "date"),
    ]


def test_errors_end_at_a_hundred() -> None:
    assert len(load("a.csv", as_csv(*[changed(amount="x")] * 500)).errors) == 100


def test_an_unquoted_comma_in_an_amount_is_found() -> None:
    content = as_csv(GOOD) + "00124,B-2,李,1,234.50,2026-10,2026-11-30\r\n".encode()
    assert (3, "", "has more cells than there are columns (an amount with a comma must be quoted)") in errors(
        load("a.csv", content)
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n,,\r\n", "empty"),
        ("a.csv", as_csv(), "no bills"),
        ("a.csv", b"\xff\xfea\x00", "UTF-8 or GB18030"),
        ("a.csv", as_csv(header=("户号", "姓名")), "columns are missing: bill, amount"),
        ("a.csv", as_csv(header=("户号", "账单号", "金额", "Amount")), "two columns"),
        ("a.csv", as_csv() + b'"never closed', "quotation mark"),
        ("a.csv", b"x" * (tables.MAXIMUM_BYTES + 1), "too large"),
        ("a.csv", b"a,b\r\n" + b",\r\n" * tables.MAXIMUM_ROWS, "50,000 rows"),
        ("a.csv", b"a," * 101, "100 columns"),
        ("a.xls", b"", ".csv or .xlsx"),
        ("bills", b"", ".csv or .xlsx"),
        ("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1"), ".csv or .xlsx"),
        ("a.xlsx", b"not a zip", "intact"),
        ("a.xlsx", as_xlsx(GOOD)[:-100], "intact"),
        ("a.xlsx", as_xlsx(*[GOOD] * 3).replace(b"workbook.xml", b"workbook.xmx"), "intact"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, says: str) -> None:
    (error,) = load(name, content).errors
    assert says in error.says.en


def test_an_archive_that_unzips_to_too_much_is_not_opened() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (tables.MAXIMUM_UNZIPPED + 1))
    assert len(bomb.getvalue()) < 200_000
    (error,) = load("a.xlsx", bomb.getvalue()).errors
    assert "too large" in error.says.en


def test_a_row_far_below_does_not_cost_a_million_rows() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.worksheets[0]
    sheet.append(list(HEADER))
    sheet.cell(row=1_000_000, column=1, value="x")
    written = io.BytesIO()
    book.save(written)
    book.close()
    (error,) = load("a.xlsx", written.getvalue()).errors
    assert "50,000 rows" in error.says.en


def test_a_biller_that_is_not_set_up_is_refused() -> None:
    request = ImportRequest(connect(), 5.0, "OTHER", "a.csv", as_csv(GOOD))
    (error,) = plugin.biller_import(request).errors
    assert isinstance(error, FileError)
    assert error.line == 0


PAID = (
    PaidBill("01OP1", "202610-001", "00123", "=cmd|'/c calc'!A1", 12050, date(2026, 11, 1), "R-1"),
    PaidBill("01OP2", ID_NUMBER, "1E5", "@王", 10, date(2026, 11, 2), "R-2"),
    PaidBill("01OP3", "-B3", "+86138", "李\r\n四", 100_000_000, date(2026, 11, 3), "R-3"),
)


def export(format_: str) -> ExportedFile:
    return plugin.biller_export(ExportRequest(connect(), 5.0, "PROP", format_, PAID))


def test_the_csv_keeps_a_spreadsheet_from_calculating_and_rounding() -> None:
    exported = export("csv")
    assert exported.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["\t00123", "\t202610-001", "'=cmd|'/c calc'!A1", "120.50", "\t2026-11-01", "R-1", "\t01OP1"]
    assert [row[0] for row in rows[2:]] == ["\t1E5", "'+86138"]
    assert not any(cell.startswith(tables.CALCULATES) for row in rows for cell in row)


def test_the_xlsx_has_text_cells_and_amounts_to_add_up() -> None:
    exported = export("xlsx")
    book = openpyxl.load_workbook(io.BytesIO(exported.content))
    sheet: Any = book.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        assert [cell.data_type for cell in row] == ["s", "s", "s", "n", "s", "s", "s"]
    assert [cell.value for cell in sheet["D"][1:]] == [120.5, 0.1, 1_000_000]
    book.close()
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def through_a_spreadsheet(content: bytes) -> bytes:
    """Opened and saved again by another program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.data_type == "s":
                cell.data_type = "s"
    written = io.BytesIO()
    book.save(written)
    book.close()
    return written.getvalue()


@pytest.mark.parametrize("format_", ["csv", "xlsx", "saved again"])
def test_what_goes_out_comes_back_the_same(format_: str) -> None:
    exported = export("xlsx" if format_ == "saved again" else format_)
    content = through_a_spreadsheet(exported.content) if format_ == "saved again" else exported.content
    loaded = load(exported.name, content)
    assert loaded.errors == ()
    expected = [(p.bill, p.account, p.customer.replace("\r\n", ""), p.amount) for p in PAID]
    assert [(b.id, b.account, b.customer, b.amount) for b in loaded.bills] == expected


def test_no_other_format_is_written() -> None:
    with pytest.raises(ValueError, match="csv or xlsx"):
        export("pdf")


def test_a_payment_is_done_at_once_under_our_reference() -> None:
    request = PayRequest(connect(), 5.0, "01OP1", "PROP", "00123", "B-1", 12050, "CNY", "order")
    assert plugin.biller_pay(request) == Succeeded(Acknowledgement("01OP1"))
    other = PayRequest(connect(), 5.0, "01OP1", "OTHER", "00123", "B-1", 12050, "CNY", "order")
    assert isinstance(plugin.biller_pay(other), Declined)


def test_the_catalogue_comes_from_the_settings() -> None:
    connection = connect(category="heating", amount="part", account_pattern=r"\d{5}")
    (biller,) = plugin.biller_catalogue(CatalogueRequest(connection, 5.0))
    assert (biller.code, biller.name.en, biller.category) == ("PROP", "Sunshine Property", "heating")
    assert biller.amount is AmountRule.PART
    assert biller.inputs[0].pattern == r"\d{5}"
    assert plugin.check_connection(CheckRequest(connection, 5.0)).passed


def test_it_is_local_and_claims_what_it_has() -> None:
    manifest = plugin.describe()
    assert manifest.local
    assert manifest.recovery == {}
    assert manifest.abilities == {"import", "export"}


@pytest.mark.parametrize(
    "billers",
    [
        [],
        [{"code": "A"}],
        [{"code": "A/B", "name_zh": "a", "name_en": "a"}],
        [{"code": "A", "name_zh": "a", "name_en": "a", "account_pattern": "("}],
        [{"code": "A", "name_zh": "a", "name_en": "a", "amount": "some"}],
        [{"code": "A", "name_zh": "a", "name_en": "a"}] * 2,
    ],
)
def test_settings_that_cannot_work_are_refused(billers: list[dict[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        configuration.load({"billers": billers})
    assert refused.value.field.startswith("billers")
