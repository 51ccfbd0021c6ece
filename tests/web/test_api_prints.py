"""Printing at a till by reference: what comes out is counted, what does not is not, and nobody prints bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused

import jiedao_cash
import jiedao_print_raw
from doubles import Acquirer, BillOffice, Issuer, PostOffice
from houses import PASSWORD, STREET, Furnished, Setting, furnish
from jiedao.hookspecs.postal import Handling, Party
from jiedao.post.consignments import NewConsignment
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_web.app import create_app
from jiedao_web.context import NAME
from post_desk import LETTER
from postgres_server import Database
from waiting import until

OTHER = "150602008"


@dataclass
class Hall:
    """A street with a thermal printer at T1 and one for PDF at T2."""

    made: Furnished
    printer: Running
    app: Any

    def sign_in(self, login: str = "operator", till: str = "T1", street: str = STREET) -> Desk:
        client = self.app.test_client(use_cookies=False)
        body = {"street": street, "login": login, "password": PASSWORD, "till": till}
        return Desk(client, client.post(f"{BASE}sessions", json=body).json["token"])

    def receipt(self) -> str:
        """The number of a receipt paid in cash."""
        offer = self.made.bill("ELEC", f"{len(self.made.rows('orders')) + 1001:04d}")
        begun = self.made.visit([offer], cash=offer.bill.amount)
        self.made.finish(begun)
        return f"T1-{len(self.made.rows('receipt')):06d}"

    def papers(self) -> list[bytes]:
        return [bytes.fromhex(row["content"]) for row in self.printer.books()["printed"]]

    def come_out(self, before: int, number: int = 1) -> list[bytes]:
        """The papers since then. Bytes that were taken are on their way to the paper when the answer is here."""
        until(lambda: len(self.papers()) >= before + number, "the paper")
        return self.papers()[before:]

    def prints(self) -> list[int]:
        return [row.prints for row in self.made.rows("receipt")]


@pytest.fixture(scope="module")
def printer(sandbox: Sandbox) -> Running:
    return sandbox.start("printer", label="prints")


@pytest.fixture
def hall(sqlite: Database, tmp_path: Path, printer: Running) -> Iterator[Hall]:
    printer.clear()
    printer.call("POST", "state", {})
    furnish(sqlite.url, tmp_path, street=OTHER).house.close()
    acquirer, biller, issuer, post = Acquirer(), BillOffice(), Issuer(), PostOffice()
    doubles = [(d.name, d) for d in (acquirer, biller, issuer, post)]
    printers = {"T1": {"host": "127.0.0.1", "port": printer.port}}
    printers["T2"] = {**printers["T1"], "kind": "pdf"}
    made = furnish(
        sqlite.url,
        tmp_path,
        acquirer=acquirer,
        biller=biller,
        issuer=issuer,
        plugins=[
            ("jiedao_cash", jiedao_cash.plugin),
            ("jiedao_print_raw", jiedao_print_raw.plugin),
            *doubles,
        ],
        connections={
            "cash": Setting("jiedao_cash"),
            "card": Setting(acquirer.name),
            "bills": Setting(biller.name),
            "post": Setting(issuer.name),
            "ems": Setting(post.name),
            "printer": Setting("jiedao_print_raw", {"printers": printers}),
        },
    )
    made.open_shift()
    app = create_app(made.house)
    with closing(made.house):
        yield Hall(made, printer, app)
        app.extensions[NAME].runner.close()


def print_(desk: Desk, what: str, reference: str, **more: Any) -> Any:
    return desk.post("prints", {"what": what, "reference": reference, **more})


def test_the_streets_printers_are_known(hall: Hall) -> None:
    shown = hall.sign_in().get("printers").json
    assert shown == {"printers": [{"id": "printer", "title": {"zh": "printer", "en": "printer"}}], "prints_at": "T1"}
    assert hall.sign_in(street=OTHER).get("printers").json["printers"] == []


def test_the_second_print_of_a_receipt_is_a_marked_copy(hall: Hall) -> None:
    desk, number = hall.sign_in(), hall.receipt()
    before = len(hall.papers())
    first = print_(desk, "receipt", number)
    assert (first.status_code, first.json) == (201, {"what": "receipt", "reference": number, "copy": 0})
    assert print_(desk, "receipt", number).json["copy"] == 1
    original, copy = hall.come_out(before, 2)
    assert "补打".encode("gbk") not in original
    assert "补打".encode("gbk") in copy
    assert number.encode() in copy


def test_the_same_key_prints_once(hall: Hall) -> None:
    desk, number = hall.sign_in(), hall.receipt()
    before = len(hall.papers())
    body = {"what": "receipt", "reference": number}
    first, again = (desk.post("prints", body, key="print-once") for _ in range(2))
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(hall.come_out(before)) == 1
    assert hall.prints() == [1]


def test_what_is_wrong_with_the_printer_is_said_and_not_counted(hall: Hall) -> None:
    desk, number = hall.sign_in(), hall.receipt()
    hall.printer.call("POST", "state", {"paper": "out"})
    problem = refused(print_(desk, "receipt", number), 409, "printing.declined")
    assert "paper" in problem["detail"] or "缺纸" in problem["detail"]
    assert hall.prints() == [0]
    hall.printer.call("POST", "state", {})
    assert print_(desk, "receipt", number).json["copy"] == 0


def test_what_may_have_come_out_counts(hall: Hall) -> None:
    desk, number = hall.sign_in(), hall.receipt()
    hall.printer.faults("lose_answer", "print")
    refused(print_(desk, "receipt", number), 503, "printing.unknown")
    assert print_(desk, "receipt", number).json["copy"] == 1


def test_a_printer_for_pdf_gets_a_pdf(hall: Hall) -> None:
    number = hall.receipt()
    before = len(hall.papers())
    assert print_(hall.sign_in(till="T2"), "receipt", number).status_code == 201
    (paper,) = hall.come_out(before)
    assert paper.startswith(b"%PDF-")


def test_a_label_is_the_posts_and_comes_out_where_there_is_a_printer_for_it(hall: Hall) -> None:
    sender = Party("诃额伦街道", "", "CN", "", "", "", "", "人民路 1 号")
    recipient = Party("古丽", "13800000000", "CN", "", "", "", "", "解放北路 22 号")
    new = NewConsignment("ems", "letter", sender, recipient, LETTER, Handling())
    begun = hall.made.house.post.consignments.create(hall.made.operator, new)
    hall.made.finish(begun)
    before = len(hall.papers())
    assert print_(hall.sign_in(till="T2"), "label", begun.consignment).status_code == 201
    assert hall.come_out(before)[0].startswith(b"%PDF-")
    problem = refused(print_(hall.sign_in(), "label", begun.consignment), 409, "printing.declined")
    assert problem["provider_code"] == "MEDIA_TYPE"


def test_the_sheet_of_a_shift_says_how_the_expected_amount_comes_about(hall: Hall) -> None:
    desk = hall.sign_in()
    hall.receipt()
    (amount,) = [row.amount for row in hall.made.rows("tender")]
    (shift,) = [row.id for row in hall.made.rows("shift")]
    refused(desk.get(f"shifts/{shift}/sheet.pdf"), 409, "shift.not_closed")
    refused(print_(desk, "shift", shift), 409, "shift.not_closed")
    assert desk.get(f"shifts/{shift}").json["reckoning"] is None
    desk.post(f"shifts/{shift}/movements", {"kind": "in", "amount": 5_000, "reason": "零钱"})
    desk.post(f"shifts/{shift}/movements", {"kind": "out", "amount": 1_000, "reason": "存银行"})
    closed = desk.post(f"shifts/{shift}/close", {"counted": 24_000}, Prefer="wait=10").json
    assert closed["reckoning"] == {
        "float": 20_000,
        "taken": amount,
        "given_back": 0,
        "paid_in": 5_000,
        "paid_out": 1_000,
    }
    assert closed["expected"] == 20_000 + amount + 4_000
    sheet = desk.get(f"shifts/{shift}/sheet.txt?language=zh").text
    assert "日 结 单" in sheet
    assert "存银行" in sheet
    assert desk.get(f"shifts/{shift}/sheet.html?language=en").text.count("SHIFT SHEET") == 2
    before = len(hall.papers())
    assert print_(desk, "shift", shift).status_code == 201
    assert len(hall.come_out(before)) == 1


def test_money_given_back_is_part_of_the_reckoning(hall: Hall) -> None:
    desk = hall.sign_in()
    hall.receipt()
    (order,) = hall.made.rows("orders")
    assert desk.post(f"orders/{order.id}/void", {"reason": "重复缴费"}, Prefer="wait=10").status_code == 201
    (shift,) = [row.id for row in hall.made.rows("shift")]
    told = desk.post(f"shifts/{shift}/close", {"counted": 20_000}).json
    assert told["reckoning"]["taken"] == told["reckoning"]["given_back"] == order.total
    assert told["difference"] == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"what": "poster", "reference": "x"}, 422, "body.invalid"),
        ({"what": "receipt", "reference": "T1-000009"}, 404, "receipt.missing"),
        ({"what": "slip", "reference": "0" * 20}, 404, "order.missing"),
        ({"what": "label", "reference": "0" * 20}, 404, "consignment.missing"),
        ({"what": "shift", "reference": "0" * 20}, 404, "shift.missing"),
        ({"what": "receipt", "reference": "T1-000001", "content": "aGk="}, 422, "body.invalid"),
    ],
)
def test_only_papers_of_ours_by_reference(hall: Hall, body: dict[str, Any], status: int, code: str) -> None:
    refused(hall.sign_in().post("prints", body), status, code)


def test_another_streets_papers_are_not_there(hall: Hall) -> None:
    number = hall.receipt()
    (shift,) = [row.id for row in hall.made.rows("shift")]
    elsewhere = hall.sign_in(street=OTHER)
    refused(print_(elsewhere, "receipt", number), 404, "receipt.missing")
    refused(print_(elsewhere, "shift", shift), 404, "shift.missing")
    refused(elsewhere.get(f"shifts/{shift}/sheet.pdf"), 404, "shift.missing")
    assert hall.prints() == [0]


def test_without_a_till_or_a_printing_connection_it_is_said(hall: Hall) -> None:
    number = hall.receipt()
    refused(print_(hall.sign_in(till=""), "receipt", number), 409, "printing.till")
    assert hall.prints() == [0]


def test_the_sheet_says_how_the_batches_of_the_acquirer_stand(hall: Hall) -> None:
    desk = hall.sign_in()
    offer = hall.made.bill("ELEC", "4711")
    hall.made.finish(hall.made.visit([offer], card=offer.bill.amount))
    (shift,) = [row.id for row in hall.made.rows("shift")]
    desk.post(f"shifts/{shift}/close", {"counted": 20_000}, Prefer="wait=10")
    assert "Settled" in desk.get(f"shifts/{shift}/sheet.txt?language=en").text
    assert print_(desk, "shift", shift, language="zh").status_code == 201
