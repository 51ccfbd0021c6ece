"""The stand-in of the Polish post over its own wire: what it refuses, what it keeps, and that its books survive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from jiedao_sandbox.enadawca import LOGIN, PASSWORD, SERVICE, WSDL
from jiedao_sandbox.enadawca.interface import NAMESPACE
from jiedao_sandbox.launch import Running, Sandbox

GUID = "0123456789ABCDEF0123456789ABCDEF"


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Running]:
    with Sandbox(tmp_path) as sandbox:
        yield sandbox.start("enadawca")


def ask(post: Running, operation: str, parts: str = "", login: str = f"{LOGIN}:{PASSWORD}") -> tuple[int, str]:
    envelope = (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n="{NAMESPACE}" '
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        f"<s:Body><n:{operation}>{parts}</n:{operation}></s:Body></s:Envelope>"
    )
    return send(post, operation, envelope.encode(), login)


def send(post: Running, operation: str, content: bytes, login: str = f"{LOGIN}:{PASSWORD}") -> tuple[int, str]:
    headers = {"SOAPAction": f'"{NAMESPACE}/{operation}"', "Content-Type": "text/xml"}
    name, _, password = login.partition(":")
    answer = requests.post(post.url + SERVICE, content, headers=headers, auth=(name, password), timeout=10)
    return answer.status_code, answer.content.decode()


def shipment(guid: str = GUID, more: str = "", inner: str = "", town: str = "Otwock") -> str:
    to = f'<adres nazwa="Jan" ulica="Prosta" miejscowosc="{town}" kodPocztowy="05400"/>'
    return f'<przesylki i:type="n:paczkaPocztowaType" guid="{guid}" masa="5" {more}>{to}{inner}</przesylki>'


def test_a_shipment_gets_a_number_with_a_check_digit_once(post: Running) -> None:
    status, answer = ask(post, "addShipment", shipment())
    found = re.search(r'numerNadania="(\d{20})"', answer)
    assert (status, found is not None) == (200, True)
    assert found is not None
    digits = [int(digit) for digit in found[1][2:]]
    assert sum(d * (3 if place % 2 else 1) for place, d in enumerate(reversed(digits))) % 10 == 0
    assert 'errorNumber="110"' in ask(post, "addShipment", shipment())[1]
    assert len(post.books()["shipments"]) == 1


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        (shipment("xyz"), 103),
        (shipment(town="Odmowa"), 102),
        (shipment().replace("05400", "5400"), 101),
        (shipment().replace('masa="5"', 'masa="0"'), 103),
        (shipment().replace("paczkaPocztowaType", "listZwyklyType"), 103),
        (shipment(more='zasadySpecjalne="PODATKOWA"'), 104),
        (shipment() + "<idBufor>9</idBufor>", 200),
    ],
)
def test_a_wrong_shipment_is_refused(post: Running, wrong: str, number: int) -> None:
    assert f'errorNumber="{number}"' in ask(post, "addShipment", wrong)[1]
    assert post.books()["shipments"] == []


def test_who_has_no_login_is_not_admitted(post: Running) -> None:
    assert ask(post, "getUrzedyNadania", login="x:y")[0] == 401


def test_what_is_not_understood_is_a_fault_or_refused(post: Running) -> None:
    status, answer = ask(post, "burnShipments")
    assert (status, "Fault" in answer) == (500, True)
    status, answer = ask(post, "addShipment", shipment(town="Awaria"))
    assert (status, "awaria" in answer) == (500, True)
    assert send(post, "addShipment", b"not XML")[0] == 400
    assert send(post, "addShipment", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")[0] == 400


def test_a_folder_is_sent_whole_and_once(post: Running) -> None:
    ask(post, "addShipment", shipment())
    sent = ask(post, "sendEnvelope", "<urzadNadania>1</urzadNadania>")[1]
    assert "<idEnvelope>1</idEnvelope><envelopeStatus>WYSLANY</envelopeStatus>" in sent
    assert 'errorNumber="301"' in ask(post, "sendEnvelope", "<urzadNadania>1</urzadNadania>")[1]
    assert GUID in ask(post, "getEnvelopeContentShort", "<idEnvelope>1</idEnvelope>")[1]
    assert 'errorNumber="210"' in ask(post, "clearEnvelopeByGuids", f"<guid>{GUID}</guid>")[1]


def test_its_interface_file_names_its_own_address(post: Running) -> None:
    answer = requests.get(post.url + WSDL, timeout=10)
    assert f'location="{post.url}{SERVICE}"' in answer.text


@pytest.mark.crash
def test_what_it_has_answered_survives_a_kill(post: Running) -> None:
    ask(post, "addShipment", shipment())
    post.restart()
    assert [row["guid"] for row in post.books()["shipments"]] == [GUID]
