"""serve and worker as processes: they run until they are told to end, and end in order."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from cli_runner import Run

from houses import PASSWORD


@contextmanager
def running(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    program = "import sys; from jiedao_cli.main import main; sys.exit(main())"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIEDAO_")}
    process = subprocess.Popen(
        [sys.executable, "-c", program, "--home", str(home), "--lang", "en", *words],
        env={**kept, "PYTHONUTF8": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("words", [(), ("--no-workers-inside",)])
def test_serve(street: str, home: Path, words: tuple[str, ...]) -> None:
    with running(home, "serve", "--port", "0", *words) as process:
        url = re.search(r"http://127\.0\.0\.1:\d+/", first_line(process))
        assert url is not None
        assert requests.get(url[0], timeout=30).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "Ended" in first_line(process)


@pytest.mark.parametrize(("proxy", "secure"), [("127.0.0.1", True), ("127.0.0.9", False), ("", False)])
def test_only_the_trusted_proxy_says_that_the_browser_speaks_tls(
    run: Run, street: str, home: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, secure: bool
) -> None:
    monkeypatch.setenv("SECRET", PASSWORD)
    hired = run("street", "staff", "operator", "--name", "王芳", "--role", "operator", "--password-env", "SECRET")
    assert hired.code == 0, hired
    trusted = ("--trusted-proxy", proxy) if proxy else ()
    with running(home, "serve", "--port", "0", *trusted) as process:
        url = re.search(r"http://127\.0\.0\.1:\d+/", first_line(process))
        assert url is not None
        body = {"street": street, "login": "operator", "password": PASSWORD}
        told = {"X-Forwarded-Proto": "https", "Idempotency-Key": "one"}
        answer = requests.post(f"{url[0]}api/v1/sessions", json=body, headers=told, timeout=30)
    assert answer.status_code == 201
    assert ("Secure" in answer.headers["Set-Cookie"]) is secure


def test_a_port_that_is_taken(run: Run, street: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ran = run("serve", "--port", str(other.getsockname()[1]))
    assert (ran.code, ran.out) == (1, "")
    assert "cannot be used" in ran.err


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_worker(street: str, home: Path, ending: signal.Signals) -> None:
    with running(home, "worker") as process:
        assert "Finishing" in first_line(process)
        process.send_signal(ending)
        assert process.wait(30) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
