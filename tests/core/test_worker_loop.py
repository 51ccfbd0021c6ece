"""The worker's loop, around a house of which only the doors it uses exist."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from jiedao import worker as module
from jiedao.house import House
from jiedao.tally import Tally
from jiedao.worker import Worker


class Doors:
    """The rooms that a worker enters; `due` is how many operations each street still has."""

    def __init__(self, due: dict[str, int]) -> None:
        self.due = due
        self.served: list[str] = []
        self.broken: set[str] = set()
        self.store = self
        self.tally = Tally()
        self.operations = self
        self.shifts = self
        self.notices = self
        self.post = self.tracking = self.consignments = self
        self.certification = self
        self.connections = self
        self.checked: list[str] = []
        self.refreshed: list[str] = []
        self.driven: list[object] = []

    def streets(self) -> list[str]:
        if "all" in self.broken:
            raise RuntimeError("no database")
        return list(self.due)

    def settle_waiting(self, street: str) -> list[str]:
        return [f"batch of {street}"]

    def finish_due(self, street: str) -> int:
        return 0

    def track_due(self, street: str) -> None:
        pass

    def forget_offers(self, street: str) -> None:
        pass

    def turn_the_page(self, street: str) -> list[str]:
        return []

    def refresh(self, street: str) -> bool:
        self.refreshed.append(street)
        return len(self.refreshed) < 3

    def check_due(self, street: str) -> bool:
        self.checked.append(street)
        return len(self.checked) < 3

    def drive(self, planned: list[object]) -> None:
        self.driven += planned

    def resolve_due(self, street: str, limit: int) -> int:
        self.served.append(street)
        if street in self.broken:
            raise RuntimeError("broken")
        taken = min(self.due[street], limit)
        self.due[street] -= taken
        return taken


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    turned: list[str] = []
    monkeypatch.setattr(module, "beat", lambda store, street: None)
    monkeypatch.setattr(module, "fold", lambda store, street: None)
    monkeypatch.setattr(module, "turn_the_page", lambda store, street: turned.append(street))
    return turned


def worker(doors: Doors, **options: Any) -> Worker:
    return Worker(cast(House, doors), **options)


def test_streets_take_turns(pages: list[str]) -> None:
    doors = Doors({"a": 3, "b": 1})
    served = worker(doors)
    assert [served.once() for _ in range(4)] == [2, 1, 1, 0]
    assert doors.served[:4] == ["a", "b", "a", "b"]


def test_batches_that_waited_are_settled_when_nothing_else_is_due(pages: list[str]) -> None:
    doors = Doors({"a": 1})
    served = worker(doors)
    served.once()
    assert doors.driven == []
    served.once()
    assert doors.driven == ["batch of a"]


def test_a_street_that_fails_holds_up_no_other(pages: list[str], caplog: pytest.LogCaptureFixture) -> None:
    doors = Doors({"a": 1, "b": 1})
    doors.broken.add("a")
    assert worker(doors).once() == 1
    assert doors.due == {"a": 1, "b": 0}
    assert "street a cannot be worked on" in caplog.text


def test_no_database_is_not_the_end(pages: list[str], caplog: pytest.LogCaptureFixture) -> None:
    doors = Doors({"a": 1})
    doors.broken.add("all")
    served = worker(doors)
    assert served.once() == 0
    doors.broken.clear()
    assert served.once() == 1


def test_the_page_turns_once_in_its_time(pages: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("jiedao.worker.time.monotonic", lambda: now[0])
    served = worker(Doors({"a": 0, "b": 0}))
    served.once()
    served.once()
    assert pages == ["a", "b"]
    now[0] += 3600.0
    served.once()
    assert pages == ["a", "b", "a", "b"]


def test_stops_when_told(pages: list[str]) -> None:
    served = worker(Doors({"a": 2}), pause=30.0)
    running = threading.Thread(target=served.run)
    running.start()
    served.stop()
    running.join(5)
    assert not running.is_alive()


def test_bureaus_are_asked_when_nothing_else_is_due_until_they_have_no_more_to_tell(pages: list[str]) -> None:
    doors = Doors({"a": 1})
    served = worker(doors)
    for _ in range(7):
        served.once()
    assert doors.refreshed == ["a"] * 3


def test_live_connections_are_checked_when_nothing_else_is_due_until_none_is_left(pages: list[str]) -> None:
    doors = Doors({"a": 1})
    served = worker(doors)
    served.once()
    assert doors.checked == []
    for _ in range(6):
        served.once()
    assert doors.checked == ["a"] * 3
