"""The kit of the sandbox over real sockets: faults, control face, durable books, processes."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from jiedao_sandbox import __main__ as sandbox_main
from jiedao_sandbox.books import Books
from jiedao_sandbox.faults import NO_FAULT, Fault, Faults, altered
from jiedao_sandbox.httpd import Body, HttpServer, Refused, Route, Service, control_server
from jiedao_sandbox.launch import NotStarted, Sandbox

SCHEMA = "CREATE TABLE IF NOT EXISTS effects (number INTEGER PRIMARY KEY, amount INTEGER NOT NULL)"


class Counter:
    """A stand-in that books amounts and echoes them."""

    def __init__(self, directory: Path) -> None:
        self.books = Books(directory, "counter", SCHEMA)
        routes = {"/add": Route("add", self.add), "/no": Route("no", self.refuse)}
        self.service = Service("counter", routes, self.books.dump)

    def add(self, body: Body) -> Body:
        with self.books.writing() as write:
            write.execute("INSERT INTO effects (amount) VALUES (?)", (body["amount"],))
        return {"amount": body["amount"], "reference": "R1", "kept": 5}

    def refuse(self, body: Body) -> Body:
        raise Refused(422, {"error": "NO"})

    @property
    def effects(self) -> int:
        return len(self.books.dump()["effects"])


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path)
    with made.books:
        yield made


@pytest.fixture
def server(counter: Counter) -> Iterator[HttpServer]:
    with HttpServer(counter.service) as listening:
        yield listening


@pytest.fixture
def line(server: HttpServer) -> Iterator[http.client.HTTPConnection]:
    address = urlsplit(server.url)
    with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)) as connection:
        yield connection


def exchange(
    line: http.client.HTTPConnection, method: str, path: str, body: dict[str, Any] | None = None
) -> tuple[int, bytes]:
    line.request(method, path, None if body is None else json.dumps(body))
    answer = line.getresponse()
    return answer.status, answer.read()


def add(line: http.client.HTTPConnection) -> tuple[int, dict[str, Any]]:
    status, body = exchange(line, "POST", "/add", {"amount": 7})
    return status, json.loads(body)


def test_answers_and_keeps_the_connection(line: http.client.HTTPConnection, counter: Counter) -> None:
    assert add(line) == (200, {"amount": 7, "reference": "R1", "kept": 5})
    first = line.sock
    assert add(line)[0] == 200
    assert line.sock is first
    assert counter.effects == 2


def test_a_refusal_and_a_wrong_path_answer_with_their_status(line: http.client.HTTPConnection) -> None:
    assert exchange(line, "POST", "/no", {}) == (422, b'{"error": "NO"}')
    assert exchange(line, "POST", "/nowhere", {})[0] == 404
    assert exchange(line, "GET", "/add")[0] == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"x"'])
def test_what_is_not_a_json_object_is_refused(line: http.client.HTTPConnection, counter: Counter, body: bytes) -> None:
    line.request("POST", "/add", body)
    answer = line.getresponse()
    assert answer.status == 400
    assert json.loads(answer.read())["error"] == "MALFORMED"
    assert counter.effects == 0


def test_a_lost_request_has_no_effect(line: http.client.HTTPConnection, counter: Counter) -> None:
    counter.service.faults.arm("lose_request", "add")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        add(line)
    assert counter.effects == 0
    line.close()
    assert add(line)[0] == 200


def test_a_lost_answer_has_its_effect(line: http.client.HTTPConnection, counter: Counter) -> None:
    counter.service.faults.arm("lose_answer")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        add(line)
    assert counter.effects == 1


@pytest.mark.parametrize(
    ("fault", "content"),
    [
        ("empty", b""),
        ("malformed", b'{"amount": 7, "refere'),
        ("charset", '{"amount": 7, "reference": "R1", "kept": 5}'.encode("utf-16-le")),
        ("wrong_amount", b'{"amount": 8, "reference": "R1", "kept": 5}'),
        ("wrong_number", b'{"amount": 7, "reference": "XR1", "kept": 5}'),
        ("wrong_currency", b'{"amount": 7, "reference": "R1", "kept": 5}'),
    ],
)
def test_a_spoiled_answer_has_its_effect(
    line: http.client.HTTPConnection, counter: Counter, fault: str, content: bytes
) -> None:
    counter.service.faults.arm(fault, "add")
    status, answered = exchange(line, "POST", "/add", {"amount": 7})
    assert (status, counter.effects, answered) == (200, 1, content)


def test_a_huge_answer_is_the_answer_and_blanks(line: http.client.HTTPConnection, counter: Counter) -> None:
    counter.service.faults.arm("huge", "add")
    _, answered = exchange(line, "POST", "/add", {"amount": 7})
    assert len(answered) > 16_000_000
    assert json.loads(answered)["amount"] == 7


def test_an_answer_that_breaks_off(line: http.client.HTTPConnection, counter: Counter) -> None:
    counter.service.faults.arm("truncated", "add")
    with pytest.raises(http.client.IncompleteRead):
        add(line)
    assert counter.effects == 1


def test_silence_lasts_until_the_caller_hangs_up(line: http.client.HTTPConnection, counter: Counter) -> None:
    counter.service.faults.arm("silence", "add")
    line.timeout = 0.3
    with pytest.raises(TimeoutError):
        add(line)
    line.close()
    assert counter.effects == 1
    assert add(line)[0] == 200


def test_echoes_are_altered_however_deep_they_lie() -> None:
    answer = {"list": [{"amount": 1, "other": 1}], "id": "0099", "amount": {"kept": 1}}
    assert altered(answer, frozenset({"amount", "id"})) == {
        "list": [{"amount": 2, "other": 1}],
        "id": "0100",
        "amount": {"kept": 1},
    }


@pytest.mark.parametrize(("fault", "effects"), [("delay", 1), ("delay_request", 0)])
def test_delays_stand_before_or_after_the_effect(
    line: http.client.HTTPConnection, counter: Counter, fault: str, effects: int
) -> None:
    counter.service.faults.arm(fault, seconds=0.4)
    line.request("POST", "/add", b'{"amount": 7}')
    time.sleep(0.2)
    assert counter.effects == effects
    assert line.getresponse().read()
    assert counter.effects == 1


def test_an_answer_can_come_twice(server: HttpServer, counter: Counter) -> None:
    counter.service.faults.arm("answer_twice")
    address = urlsplit(server.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=5) as wire:
        wire.sendall(b'POST /add HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"amount":7}')
        received = b"".join(iter(lambda: wire.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.count(b'"R1"') == 2
    assert counter.effects == 1


@pytest.mark.parametrize(
    ("fault", "status", "begins"), [("error_after_effect", 500, b"{"), ("html", 200, b"<!doctype")]
)
def test_an_effect_can_be_hidden_by_the_answer(
    line: http.client.HTTPConnection, counter: Counter, fault: str, status: int, begins: bytes
) -> None:
    counter.service.faults.arm(fault)
    answered, body = exchange(line, "POST", "/add", {"amount": 7})
    assert answered == status
    assert body.startswith(begins)
    assert counter.effects == 1


def test_an_echo_can_be_wrong(line: http.client.HTTPConnection, counter: Counter) -> None:
    counter.service.faults.arm("wrong_echo")
    assert add(line) == (200, {"amount": 8, "reference": "XR1", "kept": 5})
    assert counter.books.rows("SELECT amount FROM effects") == [{"amount": 7}]


def test_faults_are_taken_in_order_and_by_operation() -> None:
    faults = Faults()
    faults.arm("delay", "pay", times=2, seconds=1)
    faults.arm("html")
    assert faults.take("query").fault is Fault.HTML
    assert [faults.take("pay").fault for _ in range(3)] == [Fault.DELAY, Fault.DELAY, None]
    assert faults.take("pay") is NO_FAULT


def test_each_fault_is_taken_once_by_any_number_of_threads() -> None:
    faults = Faults()
    faults.arm("lose_answer", times=50)
    taken: list[bool] = []
    threads = [threading.Thread(target=_take, args=(faults, taken)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 200
    assert sum(taken) == 50


def _take(faults: Faults, taken: list[bool]) -> None:
    taken.extend(faults.take("x").loses_answer for _ in range(20))


def test_the_control_face_arms_counts_and_clears(line: http.client.HTTPConnection, counter: Counter) -> None:
    wanted = {"fault": "html", "operation": "add", "times": 3, "seconds": 0.0}
    assert json.loads(exchange(line, "POST", "/_sandbox/faults", wanted)[1]) == {"faults": [wanted]}
    exchange(line, "POST", "/add", {"amount": 1})
    health = json.loads(exchange(line, "GET", "/_sandbox/health")[1])
    assert health == {"name": "counter", "served": {"add": 1}, "faults": [{**wanted, "times": 2}]}
    assert json.loads(exchange(line, "DELETE", "/_sandbox/faults")[1]) == {"faults": []}
    assert json.loads(exchange(line, "GET", "/_sandbox/books")[1]) == {"effects": [{"number": 1, "amount": 1}]}


@pytest.mark.parametrize("wrong", [{"fault": "rain"}, {"fault": "html", "times": 0}, {"fault": "html", "often": 1}, {}])
def test_a_fault_that_makes_no_sense_is_refused(line: http.client.HTTPConnection, wrong: dict[str, Any]) -> None:
    assert exchange(line, "POST", "/_sandbox/faults", wrong)[0] == 400


def test_a_tcp_stand_in_has_the_control_face_too() -> None:
    faults = Faults()
    with control_server("acquirer", faults, lambda: {"sales": []}) as control:
        address = urlsplit(control.url)
        with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)) as line:
            assert exchange(line, "POST", "/_sandbox/faults", {"fault": "lose_answer", "operation": "0200"})[0] == 200
            assert exchange(line, "GET", "/_sandbox/books") == (200, b'{"sales": []}')
    assert faults.take("0200").loses_answer


def test_books_undo_a_broken_transaction(counter: Counter) -> None:
    with pytest.raises(ZeroDivisionError), counter.books.writing() as write:
        write.execute("INSERT INTO effects (amount) VALUES (1)")
        raise ZeroDivisionError
    assert counter.effects == 0


def test_books_are_shared_by_threads(counter: Counter) -> None:
    threads = [threading.Thread(target=counter.add, args=({"amount": n},)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row["amount"] for row in counter.books.dump()["effects"]) == list(range(30))


def test_a_child_is_killed_and_starts_again_on_its_port_and_books(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        hub = sandbox.start("billhub", seed=3)
        url = hub.url
        hub.kill()
        assert hub.process.returncode == -signal.SIGKILL
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            hub.health()
        hub.restart()
        assert hub.url == url
        assert hub.health()["name"] == "billhub"
        with pytest.raises(ValueError, match="label"):
            sandbox.start("billhub")
    assert hub.process.returncode == 0


def test_what_does_not_listen_is_said_to_be_not_started(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(tmp_path) as sandbox, pytest.raises(NotStarted):
        sandbox.start("billhub", nonsense=1)
    assert "unrecognized arguments: --nonsense" in capfd.readouterr().err


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert sandbox_main.main(["lottery"]) == 2
    assert "billhub" in capsys.readouterr().err


_PARENT = """
import sys, time
from pathlib import Path
from jiedao_sandbox.launch import Sandbox
sandbox = Sandbox(Path(sys.argv[1]))
print(sandbox.start("billhub").process.pid, flush=True)
time.sleep(60)
"""


def test_children_die_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.kill()
    end = time.monotonic() + 5
    while _is_alive(child):
        assert time.monotonic() < end, "the child outlived its parent"
        time.sleep(0.02)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        # An orphan that nobody reaps yet is dead all the same.
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
