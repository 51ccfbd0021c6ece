"""Stand-ins as real child processes, for tests, benchmarks and the demo.

with Sandbox(directory) as sandbox:
    hub = sandbox.start("billhub", seed=7)
    hub.faults("lose_answer", "pay")
    hub.kill()
    hub.restart()
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from urllib.parse import urlsplit

START_SECONDS: Final = 30.0
"""A stand-in that has not said by then where it listens will not."""


class NotStarted(RuntimeError):
    """A stand-in ended or stayed silent instead of listening; its complaint is on our standard error."""


class Running:
    """One stand-in that listens. It keeps its port over `restart`, so clients need not be told."""

    def __init__(self, name: str, books: Path, options: list[str]) -> None:
        self.name = name
        self._books = books
        self._options = options
        self.process = self._spawn([])
        self.ready = self._wait()

    @property
    def url(self) -> str:
        """Where it speaks its protocol."""
        return str(self.ready["url"])

    @property
    def control(self) -> str:
        """Base address of its control face."""
        return str(self.ready["control"])

    @property
    def host(self) -> str:
        """The host of `url`, for protocols without addresses of that form."""
        return str(urlsplit(self.url).hostname)

    @property
    def port(self) -> int:
        """The port of `url`."""
        return int(urlsplit(self.url).port or 0)

    def faults(self, fault: str, operation: str = "", times: int = 1, seconds: float = 0.0) -> None:
        """Arm a fault (see `jiedao_sandbox.faults.Fault`)."""
        self.call("POST", "faults", {"fault": fault, "operation": operation, "times": times, "seconds": seconds})

    def clear(self) -> None:
        """Disarm all faults."""
        self.call("DELETE", "faults")

    def books(self) -> dict[str, Any]:
        """What stands in its books."""
        return self.call("GET", "books")

    def health(self) -> dict[str, Any]:
        """Name, requests served by operation since the start, and armed faults."""
        return self.call("GET", "health")

    def call(self, method: str, action: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Use the control face: ``call("POST", "settle", {})``; urllib.error.HTTPError when it refuses."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 (our own child on loopback)
            f"{self.control}/_sandbox/{action}", data, {"Content-Type": "application/json"}, method=method
        )
        with _DIRECT.open(request, timeout=30) as answer:
            answered: dict[str, Any] = json.load(answer)
        return answered

    def kill(self) -> None:
        """SIGKILL: no goodbye, no flush."""
        self.process.kill()
        self._reap()

    def stop(self) -> None:
        """SIGTERM, then SIGKILL when it does not listen to reason."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reap()

    def restart(self) -> None:
        """Start again on the same books and ports, killing it first if it still runs."""
        self.kill()
        again = ["--port", str(self.port), "--control-port", str(urlsplit(self.control).port)]
        self.process = self._spawn(again)
        self.ready = self._wait()

    def _spawn(self, ports: list[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jiedao_sandbox", self.name, "--books", str(self._books), "--with-parent"]
        # Options that follow override earlier ones, so that a restart keeps the port it was given by the system.
        # Nobody but us writes the command; it never passes through a shell.
        return subprocess.Popen(  # noqa: S603
            [*command, *self._options, *ports], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def _wait(self) -> dict[str, Any]:
        line = _first_line(self.process)
        if not line:
            self.kill()
            raise NotStarted(f"{self.name} did not start")
        ready: dict[str, Any] = json.loads(line)
        return ready

    def _reap(self) -> None:
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Sandbox:
    """The stand-ins of one test or demo; each keeps its books in a folder of `directory`. All end with the block."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.running: dict[str, Running] = {}

    def start(self, name: str, *, label: str = "", **options: object) -> Running:
        """Start a stand-in and wait until it listens; `NotStarted` when it does not.

        Options become ``--long-options``: True is a flag, a list repeats the option. `label` tells two stand-ins of
        the same kind apart. Starting on books of an earlier run continues them.
        """
        label = label or name
        if label in self.running:
            raise ValueError(f"{label} runs already; give a second one a label")
        started = Running(name, self.directory / label, _as_arguments(options))
        self.running[label] = started
        return started

    def stop(self) -> None:
        """End them all."""
        while self.running:
            self.running.popitem()[1].stop()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _as_arguments(options: dict[str, object]) -> list[str]:
    return [word for name, value in options.items() for word in _as_argument(f"--{name.replace('_', '-')}", value)]


def _as_argument(option: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [option] if value else []
    if isinstance(value, list | tuple):
        return [word for one in value for word in (option, str(one))]
    return [option, str(value)]


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """What the child prints first; empty when it ended or stayed silent for `START_SECONDS`."""
    if process.stdout is None:
        return b""
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        return process.stdout.readline()
    finally:
        timer.cancel()


# A proxy of the surroundings must not come between a test and its child on loopback.
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
