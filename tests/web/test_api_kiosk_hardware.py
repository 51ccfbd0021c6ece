"""A kiosk with its card reader and its printer, both real plugins over their stand-ins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from api_desk import Desk, refused
from phone_street import KIOSK, PhoneStreet, phone_street

import jiedao_idreader
import jiedao_print_raw
from houses import STREET
from jiedao.language import Text
from jiedao.registry.connections import State
from jiedao_idreader import clients
from jiedao_sandbox.idbridge import TOKEN
from jiedao_sandbox.launch import Running, Sandbox
from postgres_server import Database

NUMBER, NAME = "110101196002290019", "古丽巴哈尔·买买提"


@dataclass
class Equipped:
    """A kiosk with a reader and a printer."""

    street: PhoneStreet
    reader: Running
    printer: Running
    device: Desk

    def visit(self) -> Desk:
        """Somebody whom nobody knows."""
        return Desk(self.device.client, self.device.post("my/visits").json["token"], self.device.headers)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Running]]:
    """A card reader and a printer."""
    with Sandbox(tmp_path_factory.mktemp("machines")) as sandbox:
        yield sandbox.start("idbridge"), sandbox.start("printer")
    clients.close()


@pytest.fixture
def kiosk(sqlite: Database, tmp_path: Path, machines: tuple[Running, Running]) -> Iterator[Equipped]:
    """A kiosk with both; a card lies on the reader, and there is paper."""
    reader, printer = machines
    reader.call("POST", "card", {"lie": "good"})
    printer.call("POST", "state", {})
    street = phone_street(sqlite.url, tmp_path)
    printers = {KIOSK: {"host": "127.0.0.1", "port": printer.port}}
    for name, plugin, given in (
        ("jiedao_idreader", jiedao_idreader.plugin, {"bridges": {KIOSK: reader.url}, "token": TOKEN}),
        ("jiedao_print_raw", jiedao_print_raw.plugin, {"printers": printers}),
    ):
        street.house.registry.register(name, plugin)
        with street.house.store.write(STREET) as tx:
            street.house.connections.create(tx, name, name, Text.same(name), given)
            street.house.connections.switch(tx, name, State.TEST)
    device = Desk(street.app.test_client(use_cookies=False), "", {"X-Kiosk": street.kiosk()})
    yield Equipped(street, reader, printer, device)
    street.close()


def pay(visit: Desk) -> Any:
    body = {"connection": "bills", "biller": "WATER", "inputs": {"account": "00125678"}}
    offer = visit.post("my/bills/fetch", body).json["offers"][0]
    amount = offer["bill"]["amount"]
    tender = {"kind": "card", "connection": "card", "amount": amount}
    lines = [{"offer": offer["offer"], "amount": amount}]
    return visit.post("my/orders", {"lines": lines, "tenders": [tender]}, Prefer="wait=10")


def test_whose_identity_card_it_is(kiosk: Equipped) -> None:
    refused(kiosk.device.post("kiosk/visits/identity"), 404, "kiosk.identity")
    with kiosk.street.house.store.write(STREET) as tx:
        kiosk.street.house.residents.add(tx, NAME, number=NUMBER)
    answer = kiosk.device.post("kiosk/visits/identity")
    assert (answer.status_code, answer.json["name"]) == (201, NAME)
    assert NUMBER not in answer.text
    kiosk.reader.call("POST", "card", {"lie": "none"})
    refused(kiosk.device.post("kiosk/visits/identity"), 409, "identity.declined")


def test_a_receipt_comes_out_and_a_printer_without_paper_stops_the_money(kiosk: Equipped) -> None:
    visit = kiosk.visit()
    paid = pay(visit).json
    printed = visit.post("my/prints", {"receipt": paid["receipts"][0]})
    assert (printed.status_code, printed.json) == (201, {"printed": True})
    assert len(kiosk.printer.books()["printed"]) == 1
    kiosk.printer.call("POST", "state", {"paper": "out"})
    refused(visit.post("my/prints", {"receipt": paid["receipts"][0]}), 409, "printing.declined")
    assert kiosk.device.get("kiosk/device").json["condition"] == "no_paper"
    refused(pay(visit), 503, "kiosk.paper")
    assert len(kiosk.street.made.rows("orders")) == 1
