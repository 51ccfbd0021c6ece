"""A hostile plugin costs its own connection something, and nobody else anything: the platform survives it."""

from __future__ import annotations

import functools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_office import CONDUCTS, LYING, SECRET, HostileOffice

import jiedao_cash
from doubles import BillOffice
from houses import Furnished, Setting, furnish
from jiedao.operations import review
from jiedao.operations.model import State
from jiedao.registry import boundary
from postgres_server import Database

OWNED = 10_000


@pytest.fixture
def hostile() -> Iterator[HostileOffice]:
    made = HostileOffice()
    yield made
    made.released.set()


@pytest.fixture
def street(
    hostile: HostileOffice, sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Furnished]:
    """A street with a hostile biller and an honest one; a circuit rests for a moment only."""
    monkeypatch.setattr(boundary, "Circuit", functools.partial(boundary.Circuit, rest=0.1))
    honest = BillOffice()
    plugins = [("jiedao_cash", jiedao_cash.plugin), (honest.name, honest), (hostile.name, hostile)]
    connections = {"cash": Setting("jiedao_cash"), "bills": Setting(honest.name), "hostile": Setting(hostile.name)}
    made = furnish(sqlite.url, tmp_path, biller=honest, plugins=plugins, connections=connections)
    made.open_shift()
    yield made
    made.house.close()


def pay(street: Furnished, account: str, connection: str) -> str:
    """Pay one bill in cash and let a worker go on; the state of the order."""
    offer = street.bill("ELEC", account, connection)
    begun = street.visit([offer], cash=offer.bill.amount)
    street.finish(begun, seconds=30)
    return next(row.state for row in street.rows("orders") if row.id == begun.order)


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_whatever_it_does_after_booking_the_truth_is_found_and_nobody_else_suffers(
    street: Furnished, hostile: HostileOffice, conduct: str, caplog: pytest.LogCaptureFixture
) -> None:
    hostile.conduct = conduct
    assert pay(street, "0001", "hostile") == "paid"
    assert len(hostile.sent("biller_pay")) == 1, "never sent again"
    assert pay(street, "0001", "bills") == "paid"
    assert street.faults() == []
    assert SECRET not in caplog.text


def test_a_plugin_that_cannot_do_what_it_declares_ends_with_a_person(street: Furnished, hostile: HostileOffice) -> None:
    hostile.conduct = LYING
    assert pay(street, "0001", "hostile") == "paying"
    (waiting,) = [row for row in street.operations() if row.state == "review"]
    assert waiting.reason
    assert SECRET not in waiting.reason
    told = review.close(
        street.house.store,
        street.house.operations,
        street.accountant,
        waiting.id,
        State.SUCCEEDED,
        "BK-1",
        "seen in the biller's own book",
    )
    street.house.operations.drive(told)
    assert {row.state for row in street.rows("orders")} == {"paid"}
    assert len(hostile.sent("biller_pay")) == 1
    assert street.faults() == []


def test_calls_that_never_come_back_take_no_thread_from_anybody_else(street: Furnished, hostile: HostileOffice) -> None:
    """More of them than one connection has threads."""
    from jiedao.hookspecs.biller import PayRequest

    hostile.conduct = "hangs"
    connection = street.house.connections.for_finishing(street.street, "hostile")
    calls = [PayRequest(connection, 0.01, f"OP{n}", "ELEC", "0001", f"B{n}", OWNED, "CNY", "O") for n in range(80)]
    callers = [threading.Thread(target=street.house.registry.call, args=("biller_pay", call)) for call in calls]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert pay(street, "0002", "bills") == "paid"
    stuck = [thread for thread in threading.enumerate() if thread.name.startswith("plugin-")]
    assert len(stuck) <= 64 + 8
    assert all(thread.daemon for thread in stuck)


# as processes

_DESCRIBED = """
from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest
from jiedao.language import Text

class Nothing:
    def load(self, given): return dict(given)
    def fields(self): return ()
    def secrets(self): return frozenset()

@hookimpl
def describe() -> Manifest:
    return Manifest(__name__, "0.1", Text("坏", "bad"), (), Nothing())
"""
_LEAKS = """
import threading, time
kept = []
def leak():
    while True:
        kept.append(bytearray(8_000_000))
        time.sleep(0.05)
threading.Thread(target=leak, daemon=True).start()
"""
_HANGS_AT_THE_END = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
_RUN = "import sys; from jiedao_cli.main import main; sys.exit(main())"


def installed(folder: Path, name: str, code: str) -> dict[str, str]:
    """The surroundings of a process in which a distribution with this one module is installed."""
    (folder / f"{name}.py").write_text(code, "utf-8")
    info = folder / f"{name}-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[jiedao.plugins]\n{name} = {name}\n", "utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JIEDAO_")}
    return {**kept, "PYTHONPATH": str(folder), "PYTHONUTF8": "1", "JIEDAO_LANG": "en"}


def jiedao(home: Path, surroundings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _RUN, "--home", str(home), *words]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=60, check=False)


def test_a_plugin_that_fails_at_import_is_named_and_the_rest_work(tmp_path: Path) -> None:
    surroundings = installed(tmp_path, "hostile_import", "raise OSError('not today')\n")
    home = tmp_path / "home"
    assert jiedao(home, surroundings, "init").returncode == 0
    listed = jiedao(home, surroundings, "plugin", "list")
    assert listed.returncode == 0
    assert re.search(r"hostile_import .*OSError: not today", listed.stdout)
    assert "jiedao_cash" in listed.stdout
    assert "not today" in jiedao(home, surroundings, "doctor", "--offline").stdout


def test_a_plugin_that_leaks_memory_costs_an_orderly_restart(tmp_path: Path) -> None:
    surroundings = installed(tmp_path, "hostile_leak", _DESCRIBED + _LEAKS)
    home = tmp_path / "home"
    assert jiedao(home, surroundings, "init").returncode == 0
    ended = jiedao(home, surroundings, "worker", "--memory", "400")
    assert ended.returncode == 0
    assert "it ends in order" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_worker_ends_although_a_plugin_hangs(tmp_path: Path) -> None:
    surroundings = installed(tmp_path, "hostile_hang", _DESCRIBED + _HANGS_AT_THE_END)
    home = tmp_path / "home"
    assert jiedao(home, surroundings, "init").returncode == 0
    command = [sys.executable, "-c", _RUN, "--home", str(home), "worker"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        before = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert time.monotonic() - before < 15
