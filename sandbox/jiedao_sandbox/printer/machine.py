"""The printer itself: paper, cover, and what came out."""

from __future__ import annotations

import threading
from typing import Final

from jiedao_sandbox.books import Books
from jiedao_sandbox.httpd import Body, Refused

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS printed (job INTEGER PRIMARY KEY, content TEXT, whole INTEGER);
"""
_STATE: Final = {"paper": "ok", "cover": "closed", "fault": False, "left": None}
_ALWAYS: Final = 0b0001_0010


class Machine:
    """One printer; how it is, is in memory, what came out, in the books (as hexadecimal)."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._lock = threading.Lock()
        self._state: Body = dict(_STATE)

    def change(self, body: Body) -> Body:
        """Control face: another state; what is not named is in order again."""
        if not set(body) <= set(_STATE):
            raise Refused(400, {"error": "MALFORMED", "says": f"the state has {', '.join(_STATE)}"})
        with self._lock:
            self._state = {**_STATE, **body}
            return dict(self._state)

    def status(self, n: int) -> int:
        """The answer to DLE EOT n."""
        with self._lock:
            cover, paper, fault = self._state["cover"] == "open", self._state["paper"] == "out", self._state["fault"]
        bits = {
            1: 0b0000_1000 if cover or paper or fault else 0,
            2: (0b0000_0100 if cover else 0) | (0b0010_0000 if paper else 0) | (0b0100_0000 if fault else 0),
            3: 0b0010_0000 if fault else 0,
            4: 0b0110_1100 if paper else 0,
        }
        return _ALWAYS | bits.get(n, 0)

    def paper_sensor(self) -> int:
        """The answer to GS r 1."""
        with self._lock:
            return 0b0000_1100 if self._state["paper"] == "out" else 0

    def print(self, content: bytes) -> None:
        """Put a document on paper, as far as there is some."""
        with self._lock:
            left = self._state["left"]
            whole = left is None or len(content) <= left
            if not whole:
                content, self._state["paper"] = content[:left], "out"
        with self._books.writing() as connection:
            connection.execute("INSERT INTO printed (content, whole) VALUES (?, ?)", (content.hex(), whole))
