"""What the HTTP client says about an exchange, against servers that do exactly one thing."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest

from jiedao_connectors.http import ClientError, HttpClient, JsonClient, NotSent, RawAnswer, Unanswered, encode

Script = Callable[[socket.socket], None]


@contextmanager
def serving(*scripts: Script) -> Iterator[str]:
    """A server that runs one script for each connection, in order, after reading the request's head and body."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, scripts))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            thread.join(10)


def _serve(listening: socket.socket, scripts: tuple[Script, ...]) -> None:
    listening.settimeout(5)
    for script in scripts:
        wire, _ = listening.accept()
        with wire:
            wire.settimeout(5)
            script(wire)


def read_request(wire: socket.socket) -> bytes:
    received = b""
    while b'{"a":1}' not in received:
        part = wire.recv(65536)
        if not part:
            return received
        received += part
    return received


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json", close: bool = True) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body


def says(*raw: bytes) -> Script:
    """Read one request and say something, whatever it is."""

    def script(wire: socket.socket) -> None:
        read_request(wire)
        for part in raw:
            wire.sendall(part)

    return script


def post(url: str, deadline: float = 5.0, **options: object) -> dict[str, object]:
    with closing(JsonClient(url, **options)) as client:  # type: ignore[arg-type]
        return client.post("/x", encode({"a": 1}), deadline)


def test_a_json_object_is_the_answer() -> None:
    body = '{"amount": 120, "rate": 0.10, "name": "街道"}'.encode()
    with serving(says(answer(body))) as url:
        assert post(url) == {"amount": 120, "rate": Decimal("0.10"), "name": "街道"}


def test_the_request_is_exactly_what_was_signed() -> None:
    seen: list[bytes] = []

    def script(wire: socket.socket) -> None:
        seen.append(read_request(wire))
        wire.sendall(answer(b"{}"))

    with serving(script) as url, closing(JsonClient(url + "/")) as client:
        client.post("/v1/pay", encode({"a": 1}), 5, {"X-Key": "k"})
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/pay HTTP/1.1\r\n")
    assert b"X-Key: k" in head
    assert b"Accept-Encoding: identity" in head
    assert body == b'{"a":1}'


def test_a_connection_is_used_again() -> None:
    def script(wire: socket.socket) -> None:
        for _ in range(3):
            read_request(wire)
            wire.sendall(answer(b'{"n": 1}', close=False))

    with serving(script) as url, closing(JsonClient(url)) as client:
        for _ in range(3):
            assert client.post("/x", encode({"a": 1}), 5) == {"n": 1}


def test_refused_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotSent):
        post(f"http://127.0.0.1:{port}")


def test_an_unknown_name_is_not_sent() -> None:
    with pytest.raises(NotSent):
        post("http://no-such-host.invalid")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "nonsense"])
def test_an_impossible_address_is_not_sent(url: str) -> None:
    with pytest.raises(NotSent):
        post(url)


def test_without_time_nothing_is_sent() -> None:
    with pytest.raises(NotSent):
        post("http://127.0.0.1:1", deadline=0)


def test_no_connection_in_time_is_not_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # A queue that is full lets no further connection through.
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(NotSent):
            post(f"http://127.0.0.1:{full.getsockname()[1]}", deadline=0.4)
        for one in waiting:
            one.close()


def test_a_certificate_that_is_not_trusted_is_not_sent(tmp_path: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate")]
    subprocess.run([*command, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")

    def script(wire: socket.socket) -> None:
        with pytest.raises(OSError), context.wrap_socket(wire, server_side=True) as secured:
            secured.recv(1)

    with serving(script) as url, pytest.raises(NotSent):
        post(url.replace("http:", "https:"))


def test_a_closed_connection_is_unanswered() -> None:
    with serving(says()) as url, pytest.raises(Unanswered):
        post(url)


def test_a_reset_is_unanswered() -> None:
    def script(wire: socket.socket) -> None:
        read_request(wire)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    with serving(script) as url, pytest.raises(Unanswered):
        post(url)


def test_a_kept_connection_that_dies_while_we_send_is_unanswered() -> None:
    """The provider may have read the second request before it closed: it is not certain that nothing was sent."""

    def script(wire: socket.socket) -> None:
        read_request(wire)
        wire.sendall(answer(b"{}", close=False))
        read_request(wire)

    with serving(script) as url, closing(JsonClient(url)) as client:
        client.post("/x", encode({"a": 1}), 5)
        with pytest.raises(Unanswered):
            client.post("/x", encode({"a": 1}), 5)


def test_a_kept_connection_that_was_closed_before_is_replaced() -> None:
    def first(wire: socket.socket) -> None:
        read_request(wire)
        wire.sendall(answer(b"{}", close=False))

    with serving(first, says(answer(b'{"n": 2}'))) as url, closing(JsonClient(url)) as client:
        client.post("/x", encode({"a": 1}), 5)
        time.sleep(0.05)
        assert client.post("/x", encode({"a": 1}), 5) == {"n": 2}


def test_a_second_answer_in_one_piece_is_not_taken_for_the_next() -> None:
    def script(wire: socket.socket) -> None:
        read_request(wire)
        wire.sendall(answer(b'{"n": 1}', close=False) * 2)
        read_request(wire)
        wire.sendall(answer(b'{"n": 2}'))

    with serving(script) as url, closing(JsonClient(url)) as client:
        assert [client.post("/x", encode({"a": 1}), 5)["n"] for _ in range(2)] == [1, 2]


def test_a_second_answer_that_comes_later_is_not_taken_for_the_next() -> None:
    def first(wire: socket.socket) -> None:
        read_request(wire)
        wire.sendall(answer(b'{"n": 1}', close=False))
        time.sleep(0.05)
        wire.sendall(answer(b'{"n": 1}', close=False))
        with suppress(ConnectionResetError):
            wire.recv(1)

    with serving(first, says(answer(b'{"n": 2}'))) as url, closing(JsonClient(url)) as client:
        assert client.post("/x", encode({"a": 1}), 5) == {"n": 1}
        time.sleep(0.15)
        assert client.post("/x", encode({"a": 1}), 5) == {"n": 2}


def test_silence_ends_at_the_deadline() -> None:
    begun = time.monotonic()
    with serving(lambda wire: time.sleep(0.6)) as url, pytest.raises(Unanswered):
        post(url, deadline=0.3)
    assert time.monotonic() - begun < 2


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    def script(wire: socket.socket) -> None:
        read_request(wire)
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        with pytest.raises(OSError):
            for _ in range(100):
                wire.sendall(b" ")
                time.sleep(0.05)

    begun = time.monotonic()
    with serving(script) as url, pytest.raises(Unanswered):
        post(url, deadline=0.5)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(answer(b"<html>busy</html>", kind="text/html"), id="200 with a page"),
        pytest.param(answer(b"<html>busy</html>"), id="a page that calls itself JSON"),
        pytest.param(answer(b"<html>bad</html>", "502 Bad Gateway", "text/html"), id="502"),
        pytest.param(answer(b'{"status": "DECLINED"}', "500 Internal Server Error"), id="500 with JSON"),
        pytest.param(answer(b"{}", "302 Found"), id="redirect"),
        pytest.param(answer(b'{"error": "slow"}', "408 Request Timeout"), id="408"),
        pytest.param(answer(b"not found", "404 Not Found", "text/plain"), id="404 without JSON"),
        pytest.param(answer(b""), id="empty"),
        pytest.param(answer(b"", "204 No Content"), id="204"),
        pytest.param(answer(b"[]"), id="a list"),
        pytest.param(answer(b'{"a": NaN}'), id="NaN"),
        pytest.param(answer(b'{"a": "\xff"}'), id="not UTF-8"),
        pytest.param(answer(b"{}", kind="application/json; charset=gbk"), id="another charset"),
        pytest.param(answer(b"[" * 100_000), id="too deep"),
        pytest.param(answer(b'{"a": 1}')[:-3], id="broken off"),
        pytest.param(answer(b'{"a": 1}   ')[:-3], id="broken off after what looks whole"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{",
            id="broken chunk",
        ),
        pytest.param(b"SSH-2.0-OpenSSH_9\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 70_000 + b"\r\n\r\n", id="a header too long"),
    ],
)
def test_what_is_not_an_answer_leaves_it_unknown(raw: bytes) -> None:
    with serving(says(raw)) as url, pytest.raises(Unanswered):
        post(url)


def test_an_error_status_answers_only_where_the_protocol_says_so() -> None:
    fault = answer(b"<fault/>", "500 Internal Server Error", "text/xml")
    with serving(says(fault)) as url:
        assert send_where_500_answers(url) == RawAnswer(500, "text/xml", b"<fault/>")
    gateway = answer(b"<html/>", "502 Bad Gateway", "text/html")
    with serving(says(gateway)) as url, pytest.raises(Unanswered, match="502"):
        send_where_500_answers(url)


def send_where_500_answers(url: str) -> RawAnswer:
    with closing(HttpClient(url, answering=frozenset({500}))) as client:
        return client.send("POST", "/x", encode({"a": 1}), 5)


def test_a_redirect_is_not_followed() -> None:
    moved = answer(b"{}", "307 Temporary Redirect").replace(b"Connection", b"Location: /y\r\nConnection")
    with serving(says(moved)) as url, pytest.raises(Unanswered, match="307"):
        post(url)


def test_an_answer_that_is_too_long_leaves_it_unknown() -> None:
    with serving(says(answer(b'{"a": "' + b"x" * 5_000 + b'"}'))) as url, pytest.raises(Unanswered, match="longer"):
        post(url, maximum_answer=1_000)


def test_a_client_error_with_json_is_definite() -> None:
    with (
        serving(says(answer(b'{"error": "BAD_SIGNATURE"}', "401 Unauthorized"))) as url,
        pytest.raises(ClientError) as refused,
    ):
        post(url)
    assert (refused.value.status, refused.value.body) == (401, {"error": "BAD_SIGNATURE"})


def test_nothing_of_the_surroundings_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(says(answer(b"{}"))) as url:
        assert post(url) == {}


def test_no_cookie_is_kept() -> None:
    seen: list[bytes] = []

    def script(wire: socket.socket) -> None:
        seen.append(read_request(wire))
        wire.sendall(answer(b"{}").replace(b"Connection", b"Set-Cookie: a=b\r\nConnection"))

    with serving(script, script) as url, closing(JsonClient(url)) as client:
        client.post("/x", encode({"a": 1}), 5)
        client.post("/x", encode({"a": 1}), 5)
    assert b"cookie" not in seen[1].lower()


def test_a_float_that_is_no_number_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode({"amount": float("nan")})
