"""What the register link concludes from every way in which a terminal, or something else at its address, can answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from jiedao_connectors.unionpay.link_signature import ANSWER, HEADER, is_signed, sign
from jiedao_connectors.unionpay.terminal_link import (
    LinkRefused,
    NothingSent,
    OriginalSale,
    OutcomeInDoubt,
    SettledBatch,
    State,
    TerminalAnswer,
    TerminalLink,
)

SECRET = "not-a-real-secret"
Reply = Callable[[socket.socket, str, bytes], None]


@contextmanager
def at_address(reply: Reply) -> Iterator[str]:
    """Something that listens and answers each connection with `reply(connection, head, body)`."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, reply), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def _serve(server: socket.socket, reply: Reply) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as stream:
            head = b"".join(iter(stream.readline, b"\r\n")).decode()
            length = int(next(line.split(":")[1] for line in head.splitlines() if line.startswith("Content-Length")))
            try:
                reply(connection, head, stream.read(length))
            except OSError:
                continue


def http(status: str, content: bytes, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


def signed(answer: dict[str, Any], secret: str = SECRET) -> bytes:
    content = json.dumps(answer).encode()
    return http("200 OK", content, **{HEADER: sign(secret, ANSWER, content)})


def answering(secret: str = SECRET, **more: Any) -> Reply:
    """A terminal that approves and echoes, with `more` in place of what it would say."""

    def reply(connection: socket.socket, head: str, body: bytes) -> None:
        asked = json.loads(body)
        connection.sendall(signed({"state": "approved", "code": "00", **asked, **more}, secret))

    return reply


def raw(data: bytes) -> Reply:
    return lambda connection, head, body: connection.sendall(data)


def sale(url: str, seconds: float = 2.0) -> TerminalAnswer:
    return TerminalLink(url, SECRET).sale("ORDER1", 12_000, seconds=seconds)


def test_an_answer_is_read() -> None:
    with at_address(answering(card="622848******1234", rrn="000000000007", settlement_date="2025-03-31")) as url:
        answer = sale(url)
    assert (answer.state, answer.code, answer.card, answer.rrn) == (
        State.APPROVED,
        "00",
        "622848******1234",
        "000000000007",
    )
    assert answer.settlement_date is not None
    assert answer.settlement_date.isoformat() == "2025-03-31"


def test_the_request_is_signed_over_path_and_body_and_the_connection_is_not_kept() -> None:
    seen: list[tuple[str, bytes]] = []

    def reply(connection: socket.socket, head: str, body: bytes) -> None:
        seen.append((head, body))
        answering()(connection, head, body)

    with at_address(reply) as url:
        sale(url)
    head, body = seen[0]
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    assert head.startswith("POST /register/sale HTTP/1.1")
    assert is_signed(SECRET, "/register/sale", body, headers[HEADER])
    assert not is_signed(SECRET, "/register/refund", body, headers[HEADER])
    assert headers["Connection"] == "close"
    assert {k: json.loads(body)[k] for k in ("reference", "amount", "currency")} == {
        "reference": "ORDER1",
        "amount": 12_000,
        "currency": "CNY",
    }
    assert SECRET not in head + body.decode()


def test_nobody_at_the_address_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NothingSent):
        sale(f"http://127.0.0.1:{port}")


def test_an_unknown_name_means_that_nothing_was_sent() -> None:
    with pytest.raises(NothingSent):
        sale("http://no-such-terminal.invalid")


@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1/", "http://"])
def test_an_address_that_is_none_is_a_wrong_setting(address: str) -> None:
    with pytest.raises(LinkRefused):
        sale(address)


def test_a_terminal_that_says_it_cannot_act_did_nothing() -> None:
    with at_address(answering(state="unavailable", note="the terminal is busy")) as url, pytest.raises(NothingSent):
        sale(url)


def test_a_refused_signature_is_a_wrong_setting() -> None:
    with at_address(raw(http("401 Unauthorized", b'{"error": "SIGNATURE"}'))) as url, pytest.raises(LinkRefused):
        sale(url)


PAGE = b"<html><body>maintenance</body></html>"
DOUBTFUL: dict[str, Reply] = {
    "hung up": raw(b""),
    "garbage": raw(b"\xff\xfe\x00garbage\r\n\r\n"),
    "half an answer": raw(signed({"state": "approved"})[:-4]),
    "a web page": raw(http("200 OK", PAGE)),
    "a bad gateway": raw(http("502 Bad Gateway", PAGE)),
    "an error": raw(http("500 Internal Server Error", b'{"error": "INTERNAL"}')),
    "an empty body": raw(http("200 OK", b"")),
    "somebody else's 401": raw(http("401 Unauthorized", PAGE)),
    "a 401 in strange JSON": raw(http("401 Unauthorized", b"[]")),
    "a redirect": raw(http("302 Found", b"", Location="http://127.0.0.1:1/")),
    "no signature": raw(http("200 OK", b'{"state": "approved"}')),
    "another secret": answering("another-secret"),
    "another amount": answering(amount=12_001),
    "another reference": answering(reference="ORDER2"),
    "another currency": answering(currency="USD"),
    "an old answer": answering(nonce="0" * 32),
    "an unknown state": answering(state="perhaps"),
    "a date that is none": answering(settlement_date="31.3.2025"),
    "a list": raw(http("200 OK", b"[]", **{HEADER: sign(SECRET, ANSWER, b"[]")})),
    "too long": raw(http("200 OK", b" " * 100_000, **{HEADER: sign(SECRET, ANSWER, b" " * 100_000)})),
}


@pytest.mark.parametrize("what", DOUBTFUL)
def test_what_is_no_trustworthy_answer_leaves_the_outcome_in_doubt(what: str) -> None:
    with at_address(DOUBTFUL[what]) as url, pytest.raises(OutcomeInDoubt) as doubt:
        sale(url)
    assert SECRET not in str(doubt.value)


def test_a_reset_connection_leaves_the_outcome_in_doubt() -> None:
    def reset(connection: socket.socket, head: str, body: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.close()

    with at_address(reset) as url, pytest.raises(OutcomeInDoubt):
        sale(url)


def test_silence_leaves_the_outcome_in_doubt_within_the_given_seconds() -> None:
    began = time.monotonic()
    with at_address(lambda *_: time.sleep(3)) as url, pytest.raises(OutcomeInDoubt):
        sale(url, seconds=0.2)
    assert time.monotonic() - began < 2.5


def test_an_answer_in_drops_does_not_outlast_the_given_seconds() -> None:
    def drops(connection: socket.socket, head: str, body: bytes) -> None:
        answer = signed({"state": "approved", **json.loads(body)})
        connection.sendall(answer[:-40])
        for place in range(len(answer) - 40, len(answer)):
            time.sleep(0.05)
            connection.sendall(answer[place : place + 1])

    began = time.monotonic()
    with at_address(drops) as url, pytest.raises(OutcomeInDoubt):
        sale(url, seconds=0.3)
    assert time.monotonic() - began < 1.9


def test_a_second_copy_of_an_answer_is_not_taken_for_the_next_one() -> None:
    def twice(connection: socket.socket, head: str, body: bytes) -> None:
        connection.sendall(signed({"state": "approved", "code": "00", **json.loads(body)}) * 2)

    with at_address(twice) as url:
        assert sale(url).state is State.APPROVED
        assert sale(url).state is State.APPROVED


def test_a_proxy_of_the_surroundings_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with at_address(answering()) as url:
        assert sale(url).state is State.APPROVED


def test_settlement_totals() -> None:
    totals = {"batch": "000002", "debit": 12_900, "debit_count": 2, "credit": 300, "credit_count": 1, "balanced": True}
    with at_address(answering(**totals)) as url:
        settled = TerminalLink(url, SECRET).settle("S1", seconds=2)
    assert settled == SettledBatch("000002", 12_900, 2, 300, 1, True)


@pytest.mark.parametrize("missing", ["debit", "credit_count", "balanced"])
def test_settlement_without_totals_is_in_doubt(missing: str) -> None:
    totals: dict[str, Any] = {"debit": 1, "debit_count": 1, "credit": 0, "credit_count": 0, "balanced": True}
    totals[missing] = None
    with at_address(answering(**totals)) as url, pytest.raises(OutcomeInDoubt):
        TerminalLink(url, SECRET).settle("S1", seconds=2)


def test_the_original_travels_with_a_refund() -> None:
    seen: list[dict[str, Any]] = []

    def reply(connection: socket.socket, head: str, body: bytes) -> None:
        seen.append(json.loads(body))
        answering()(connection, head, body)

    with at_address(reply) as url:
        TerminalLink(url, SECRET).refund("F1", OriginalSale("ORDER1", "000000000007", "000001", "000003"), 5, seconds=2)
    assert seen[0]["original"] == {
        "reference": "ORDER1",
        "rrn": "000000000007",
        "batch": "000001",
        "trace": "000003",
        "date": "",
    }
