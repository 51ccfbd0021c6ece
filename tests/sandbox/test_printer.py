"""The stand-in of a network printer, spoken to over a bare socket."""

from __future__ import annotations

import socket
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiedao_sandbox.launch import Running, Sandbox


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Running]:
    with Sandbox(tmp_path) as sandbox:
        yield sandbox.start("printer")


def asked(printer: Running, words: bytes) -> int:
    with socket.create_connection((printer.host, printer.port), 5) as line:
        line.sendall(words)
        return line.recv(1)[0]


def test_the_bits_of_its_state_are_those_of_esc_pos(printer: Running) -> None:
    assert [asked(printer, bytes((0x10, 4, n))) for n in (1, 2, 3, 4)] == [0x12] * 4
    printer.call("POST", "state", {"paper": "out"})
    assert [asked(printer, bytes((0x10, 4, n))) for n in (1, 2, 4)] == [0x1A, 0x32, 0x7E]
    printer.call("POST", "state", {"cover": "open"})
    assert asked(printer, b"\x10\x04\x02") == 0x16


def test_what_was_confirmed_is_on_paper_and_stays_there(printer: Running) -> None:
    assert asked(printer, b"hello\x1dr\x01") == 0
    printer.restart()
    assert [bytes.fromhex(row["content"]) for row in printer.books()["printed"]] == [b"hello"]


def test_a_state_that_there_is_not_is_refused(printer: Running) -> None:
    with pytest.raises(urllib.error.HTTPError):
        printer.call("POST", "state", {"ink": "low"})
