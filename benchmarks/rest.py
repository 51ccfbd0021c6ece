"""Complete visits per second through the REST API.

Real servers (waitress, one process for each core where the database allows more than one) answer real HTTP on
loopback; the clients run in processes of their own on the same machine and cost their share of it. A visit is one
``POST /orders`` with points and a card, waited for to the numbered receipt; with `fetch` the bill is also looked up
for every visit.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.stand_ins import PLUGINS
from benchmarks.street import PASSWORD, STREET, build

from jiedao.house import House, Settings
from jiedao.ledger.verify import verify

VISITS = 150


class Client:
    """One window's program: signed in, one connection kept alive."""

    def __init__(self, port: int, number: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        body = {"street": STREET, "login": f"op{number}", "password": PASSWORD, "till": f"T{number}"}
        self._headers = {"Content-Type": "application/json", "Prefer": "wait=30"}
        self._headers["Authorization"] = f"Bearer {self.post('/sessions', body)['token']}"
        self.resident = self.post("/residents/search", {"q": f"居民{number}"})["residents"][0]["id"]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A POST under a key of its own."""
        return self._say("POST", path, json.dumps(body), {"Idempotency-Key": os.urandom(12).hex()})

    def get(self, path: str) -> dict[str, Any]:
        """A GET."""
        return self._say("GET", path, None, {})

    def offer(self, account: str) -> tuple[str, int]:
        """Look a bill up."""
        body = {"connection": "hub", "biller": "PROPERTY", "inputs": {"account": account}}
        found = self.post("/bills/fetch", body)["offers"][0]
        return found["offer"], found["bill"]["amount"]

    def visit(self, offer: str, amount: int) -> None:
        """Pay it, and see the receipt."""
        tenders = [
            {"kind": "points", "amount": 100},
            {"kind": "card", "amount": amount - 100, "connection": "card"},
        ]
        body = {"resident": self.resident, "lines": [{"offer": offer, "amount": amount}], "tenders": tenders}
        order = self.post("/orders", body)
        if order["state"] != "paid" or not order["receipts"]:
            raise SystemExit(f"not paid: {order}")

    def _say(self, method: str, path: str, body: str | None, more: dict[str, str]) -> dict[str, Any]:
        from urllib.parse import quote

        self._http.request(method, f"/api/v1{quote(path, safe='/?=&')}", body, {**self._headers, **more})
        answer = self._http.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:500]!r}")
        return dict(json.loads(content))


def run_client(port: int, number: int, start: float, fetch: bool, serial: str) -> tuple[float, float]:
    """One client's visits, from `start` on; when it began and ended."""
    client = Client(port, number)
    ready = [] if fetch else [client.offer(f"{serial}c{number}v{n}") for n in range(VISITS)]
    time.sleep(max(0.0, start - time.time()))
    began = time.time()
    for n in range(VISITS):
        client.visit(*(client.offer(f"{serial}c{number}v{n}") if fetch else ready[n]))
    return began, time.time()


def serve(folder: str, database: str, port: int) -> None:
    """One server process."""
    import waitress

    from jiedao_web.app import create_app

    house = House.open(Settings(Path(folder), database), plugins=PLUGINS)
    waitress.serve(create_app(house), host="127.0.0.1", port=port, threads=8, _quiet=True)


def measure(database: str, servers: int, clients: int, *, fetch: bool, rounds: int) -> list[float]:
    """Visits per second in each round; the books are checked at the end."""
    with tempfile.TemporaryDirectory() as folder:
        address = database or f"sqlite:///{folder}/bench.db"
        house, _windows = build(Path(folder), address, windows=clients)
        ports = [free_port() for _ in range(servers)]
        running = [_start(folder, address, port) for port in ports]
        try:
            _wait(ports)
            rates = [_round(ports, clients, fetch, f"r{n}") for n in range(rounds)]
        finally:
            for process in running:
                process.kill()
                process.wait()
        with house.store.read(STREET) as tx:
            faults = verify(tx).faults
        house.close()
    if faults:
        raise SystemExit(f"the books are wrong: {faults[:3]}")
    return rates


def _round(ports: list[int], clients: int, fetch: bool, serial: str) -> float:
    start = time.time() + 3 + clients * VISITS * (0 if fetch else 0.004)
    with ProcessPoolExecutor(clients) as pool:
        jobs = [
            pool.submit(run_client, port, number, start, fetch, serial)
            for number, port in zip(range(clients), cycle(ports), strict=False)
        ]
        times = [job.result() for job in jobs]
    return clients * VISITS / (max(end for _, end in times) - min(began for began, _ in times))


def _start(folder: str, database: str, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.rest", folder, database, str(port)])


def _wait(ports: list[int]) -> None:
    import socket

    for port in ports:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """One server process, started by `measure`."""
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))


if __name__ == "__main__":
    main()
