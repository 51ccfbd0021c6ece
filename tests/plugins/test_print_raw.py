"""Printing on a network printer: what is wrong is said first, and what may have come out is never called lost."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Succeeded, Unavailable
from jiedao.hookspecs.service import CheckRequest, Printed, PrintRequest
from jiedao.hookspecs.values import Document
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_print_raw import plugin
from jiedao_sandbox.launch import Running, Sandbox

DEADLINE = 5.0
CONFIGURATION = plugin.describe().configuration
RECEIPT = Document(
    "receipt", "application/vnd.escpos", b"\x1b@" + "收据".encode("gbk") * 400 + b"\x10\x04\x01\n\x1dV\x00"
)
LABEL = Document("label.pdf", "application/pdf", b"%PDF-1.4" + bytes(range(256)) * 40)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("printer")) as sandbox:
        yield sandbox.start("printer")


@pytest.fixture
def printer(running: Running) -> Running:
    running.clear()
    running.call("POST", "state", {})
    return running


def connect(**printers: dict[str, Any]) -> Connection:
    settings = CONFIGURATION.load({"printers": printers})
    return Connection("street", "printer", "jiedao_print_raw", 1, True, settings)


def at(port: int, **changed: Any) -> Connection:
    return connect(T1={"host": "127.0.0.1", "port": port, **changed})


def print_on(printer: Running, document: Document = RECEIPT, **changed: Any) -> Any:
    kind = "pdf" if document is LABEL else "escpos"
    return plugin.print_document(PrintRequest(at(printer.port, kind=kind, **changed), DEADLINE, "T1", document))


def papers(printer: Running) -> list[bytes]:
    return [bytes.fromhex(row["content"]) for row in printer.books()["printed"]]


def test_it_is_a_service_whose_printing_nobody_repeats() -> None:
    manifest = Registry().register("jiedao_print_raw", plugin).manifest
    assert not manifest.recovery
    assert not manifest.local


@pytest.mark.parametrize(
    "wrong",
    [{}, {"T1": {}}, {"T1": {"host": "a b"}}, {"T1": {"host": "p", "port": 0}}, {"T1": {"host": "p", "kind": "x"}}],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        connect(**wrong)


@pytest.mark.parametrize("confirms", [True, False])
@pytest.mark.parametrize("document", [RECEIPT, LABEL])
def test_every_byte_comes_out_once(printer: Running, document: Document, confirms: bool) -> None:
    before = len(papers(printer))
    assert print_on(printer, document, confirms=confirms) == Succeeded(Printed())
    end = time.monotonic() + 5
    while len(papers(printer)) == before:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert papers(printer)[before:] == [document.content]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"paper": "out"}, "PAPER"),
        ({"cover": "open"}, "COVER"),
        ({"cover": "open", "paper": "out"}, "COVER"),
        ({"fault": True}, "ERROR"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_is_printed(printer: Running, state: Any, code: str) -> None:
    before = len(papers(printer))
    printer.call("POST", "state", state)
    outcome = print_on(printer)
    assert isinstance(outcome, Declined)
    assert outcome.code == code
    assert outcome.reason.zh != outcome.reason.en
    assert len(papers(printer)) == before
    assert not plugin.check_connection(CheckRequest(at(printer.port), DEADLINE)).passed


def test_paper_that_runs_out_while_it_prints_is_not_a_success(printer: Running) -> None:
    printer.call("POST", "state", {"left": 10})
    with pytest.raises(OutcomeUnknown, match="ran out"):
        print_on(printer)
    assert papers(printer)[-1] == RECEIPT.content[:10]


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "html"])
def test_a_printer_that_does_not_say_how_it_is_gets_nothing(printer: Running, fault: str) -> None:
    before = len(papers(printer))
    printer.faults(fault, "status")
    with pytest.raises(Unavailable):
        print_on(printer)
    assert len(papers(printer)) == before


@pytest.mark.parametrize(("fault", "copies"), [("lose_answer", 1), ("error_after_effect", 1), ("html", 1)])
def test_a_document_that_is_not_confirmed_may_have_come_out(printer: Running, fault: str, copies: int) -> None:
    before = len(papers(printer))
    printer.faults(fault, "print")
    with pytest.raises(OutcomeUnknown):
        print_on(printer)
    assert len(papers(printer)) == before + copies


def test_a_line_that_breaks_while_it_prints_is_unknown(printer: Running) -> None:
    printer.faults("lose_request", "print")
    with pytest.raises(OutcomeUnknown):
        print_on(printer)


@pytest.mark.parametrize(("operation", "kind"), [("status", Unavailable), ("print", OutcomeUnknown)])
def test_one_deadline_covers_all_of_it(printer: Running, operation: str, kind: type[Exception]) -> None:
    printer.faults("delay", operation, seconds=3)
    request = PrintRequest(at(printer.port), 0.3, "T1", RECEIPT)
    started = time.monotonic()
    with pytest.raises(kind):
        plugin.print_document(request)
    assert time.monotonic() - started < 2.5


def test_nothing_sent_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unavailable):
        plugin.print_document(PrintRequest(at(port), DEADLINE, "T1", RECEIPT))
    result = plugin.check_connection(CheckRequest(at(port), DEADLINE))
    assert not result.passed
    assert "T1" in result.says.en


def test_the_check_prints_nothing(printer: Running) -> None:
    before = len(papers(printer))
    assert plugin.check_connection(CheckRequest(at(printer.port), DEADLINE)).passed
    assert plugin.check_connection(CheckRequest(at(printer.port, kind="pdf"), DEADLINE)).passed
    assert len(papers(printer)) == before


@pytest.mark.parametrize(("changed", "code"), [({"till": "T9"}, "NO_PRINTER"), ({"document": LABEL}, "MEDIA_TYPE")])
def test_what_a_till_cannot_print_is_declined(printer: Running, changed: dict[str, Any], code: str) -> None:
    request = replace(PrintRequest(at(printer.port), DEADLINE, "T1", RECEIPT), **changed)
    outcome = plugin.print_document(request)
    assert isinstance(outcome, Declined)
    assert outcome.code == code
