"""The bureau's files: people, what they draw, and every certification that it recorded.

Every effect is committed before it is returned. Whatever wire a certification came over, it is judged here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from jiedao_sandbox.books import Books, Row
from jiedao_sandbox.bureau import people
from jiedao_sandbox.bureau.people import Drawn, Fate

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS people (
    number TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    fate TEXT NOT NULL,
    died_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS benefits (
    number TEXT NOT NULL REFERENCES people (number),
    kind TEXT NOT NULL,
    standing TEXT NOT NULL,
    certified_on TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    route TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (number, kind)
);
CREATE TABLE IF NOT EXISTS earlier (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    route TEXT NOT NULL,
    valid_to TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS earlier_by_person ON earlier (number, kind);
CREATE TABLE IF NOT EXISTS certifications (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    route TEXT NOT NULL,
    wire TEXT NOT NULL,
    note TEXT NOT NULL,
    place TEXT NOT NULL,
    callback TEXT NOT NULL,
    photo INTEGER NOT NULL,
    finding TEXT NOT NULL,
    certified_on TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    also TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS certifications_by_reference ON certifications (reference);
CREATE INDEX IF NOT EXISTS certifications_by_person ON certifications (number, kind);
CREATE TABLE IF NOT EXISTS subscriptions (
    code TEXT PRIMARY KEY,
    address TEXT NOT NULL
);
"""

PENDING: Final = "pending"
WAITING: Final = "waiting"
"""Another certification of the same benefit is under review; this one will be what that one comes to."""
RECORDED: Final = frozenset({"certified", "restored", PENDING})
"""Findings that leave a certification behind; the rest are refusals."""


class Conflict(Exception):
    """The reference was used before for something else."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A certification as some wire brought it. `reference` is empty where the wire has none; `day` is ISO."""

    wire: str
    number: str
    name: str
    kind: str
    day: str
    route: str
    photo: bool
    reference: str = ""
    note: str = ""
    place: str = ""
    callback: str = ""


class Files:
    """The bureau's books with their rules."""

    def __init__(self, directory: Path, today: Callable[[], date]) -> None:
        self._books = Books(directory, "bureau", SCHEMA)
        self.today = today

    def person(self, number: str) -> Row | None:
        """A person with `benefits`; None for nobody."""
        fate = people.fate_of(number)
        known = self._books.row("SELECT * FROM people WHERE number = ?", number)
        if known is None and fate is not Fate.NOBODY:
            self.add(number, people.name_of(number), fate)
            known = self._books.row("SELECT * FROM people WHERE number = ?", number)
        if known is None:
            return None
        return {**known, "benefits": self._books.rows("SELECT * FROM benefits WHERE number = ? ORDER BY kind", number)}

    def add(self, number: str, name: str, fate: Fate) -> None:
        """Enter a person with what they draw."""
        died = self.today().isoformat() if fate is Fate.DECEASED else ""
        with self._books.writing() as write:
            write.execute("INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?)", (number, name, fate, died))
            for drawn in people.benefits_of(fate, self.today()):
                _enter(write, number, drawn)

    def certify(self, asked: Submission) -> Row:
        """Judge and record a certification, and return its row.

        The same reference gives the row of the first time; `Conflict` when that was about something else. What a
        wire without references brings, and the bureau refuses, is not recorded: its row has the id 0.
        """
        person = self.person(asked.number)
        with self._books.writing() as write:
            earlier = self.find(asked.reference) if asked.reference else None
            if earlier is not None:
                return _same(earlier, asked)
            finding = self._judge(asked, person)
            return self._record(write, asked, finding)

    def find(self, reference: str) -> Row | None:
        """The certification with the sender's reference."""
        return self._books.row("SELECT * FROM certifications WHERE reference = ? ORDER BY id LIMIT 1", reference)

    def history(self, number: str, kind: str, day: str = "") -> list[Row]:
        """What was recorded for a person's benefit, of one day or of all, newest first."""
        asked = (number, kind, day)
        here, before = self._books.rows(_RECORDED, *asked), self._books.rows(_EARLIER, *asked)
        judged = [row for row in here if row["finding"] in RECORDED or row["finding"] == "rejected"]
        return sorted([*judged, *map(_as_certification, before)], key=lambda row: (row["day"], row["id"]), reverse=True)

    def decide(self, number: str, finding: str) -> Sequence[Row]:
        """End the review of everything that waits for a person; the rows decided."""
        with self._books.writing() as write:
            waiting = self._books.rows(
                "SELECT * FROM certifications WHERE number = ? AND finding IN ('pending', 'waiting')", number
            )
            for row in waiting:
                second = row["finding"] == WAITING and finding in ("certified", "restored")
                self._close(write, row, "not_due" if second else finding)
        return [found for row in waiting if (found := self._row(row["id"]))]

    def die(self, number: str, on: str) -> None:
        """Report a death, which ends what the person drew."""
        self.person(number)
        with self._books.writing() as write:
            write.execute("UPDATE people SET died_on = ?, fate = ? WHERE number = ?", (on, Fate.DECEASED, number))
            write.execute("UPDATE benefits SET standing = 'ended', reason = '死亡' WHERE number = ?", (number,))

    def match(self, number: str, kind: str) -> None:
        """Certify by data match, as another office does: a record that no sender's reference is on."""
        person = self.person(number)
        if person is not None:
            asked = Submission("match", number, person["name"], kind, self.today().isoformat(), "data_match", False)
            with self._books.writing() as write:
                self._record(write, asked, "certified")

    def subscribe(self, code: str, address: str) -> None:
        """Send events to an address from now on."""
        with self._books.writing() as write:
            write.execute("INSERT OR REPLACE INTO subscriptions VALUES (?, ?)", (code, address))

    def subscribers(self) -> list[str]:
        """Addresses that want events."""
        return [str(row["address"]) for row in self._books.rows("SELECT address FROM subscriptions ORDER BY code")]

    def dump(self) -> dict[str, list[Row]]:
        """Everything."""
        return self._books.dump()

    def close(self) -> None:
        """Close the books."""
        self._books.close()

    def _judge(self, asked: Submission, person: Row | None) -> str:
        if person is None:
            return "not_found"
        fate = Fate(person["fate"])
        if fate in _REFUSALS:
            return _REFUSALS[fate]
        if person["name"] != asked.name:
            return "mismatch"
        benefit = next((b for b in person["benefits"] if b["kind"] == asked.kind), None)
        if benefit is None:
            return "not_eligible"
        return self._judge_benefit(asked, fate, benefit)

    def _judge_benefit(self, asked: Submission, fate: Fate, benefit: Row) -> str:
        if any(row["finding"] == PENDING for row in self.history(asked.number, asked.kind)):
            return WAITING
        if benefit["standing"] == "not_due":
            return "not_due"
        if fate is Fate.COUNTER and not (asked.route == "counter" and asked.photo):
            return "needs_counter"
        if fate in (Fate.REVIEW, Fate.UPLOADED):
            return PENDING
        return "restored" if benefit["standing"] == "suspended" else "certified"

    def _record(self, write: sqlite3.Connection, asked: Submission, finding: str) -> Row:
        done = finding in ("certified", "restored")
        until = _a_year_after(asked.day) if done else self._valid_to(asked) if finding == "not_due" else ""
        also = self._also(asked) if done else ""
        values = (
            asked.reference,
            asked.number,
            asked.kind,
            asked.day,
            asked.route,
            asked.wire,
            asked.note,
            asked.place,
        )
        found = (asked.callback, asked.photo, finding, asked.day if done else "", until, also)
        if not asked.reference and finding not in RECORDED:
            return dict(zip(_COLUMNS, (0, *values, *found), strict=True))
        written = write.execute(f"INSERT INTO certifications VALUES (NULL{', ?' * 14})", (*values, *found))  # noqa: S608
        if done:
            for kind in (asked.kind, *also.split()):
                _certified(write, asked.number, kind, asked.day, until, asked.route)
        return self._row(int(written.lastrowid or 0))

    def _close(self, write: sqlite3.Connection, row: Row, finding: str) -> None:
        done = finding in ("certified", "restored")
        until = _a_year_after(row["day"]) if done else ""
        write.execute(
            "UPDATE certifications SET finding = ?, certified_on = ?, valid_to = ? WHERE id = ?",
            (finding, row["day"] if done else "", until, row["id"]),
        )
        if done:
            _certified(write, row["number"], row["kind"], row["day"], until, row["route"])

    def _valid_to(self, asked: Submission) -> str:
        found = self._books.row("SELECT valid_to FROM benefits WHERE number = ? AND kind = ?", asked.number, asked.kind)
        return str(found["valid_to"]) if found else ""

    def _also(self, asked: Submission) -> str:
        """Other kinds that one certification satisfies."""
        person = self.person(asked.number)
        drawn = [b["kind"] for b in person["benefits"]] if person else []
        return " ".join(kind for kind in drawn if kind != asked.kind)

    def _row(self, id: int) -> Row:
        return self._books.rows("SELECT * FROM certifications WHERE id = ?", id)[0]


def _enter(write: sqlite3.Connection, number: str, drawn: Drawn) -> None:
    """A benefit, and the certification it had before."""
    route, on, until = drawn.route, drawn.certified_on, drawn.valid_to
    benefit = (number, drawn.kind, drawn.standing, on, until, route, drawn.reason)
    write.execute("INSERT OR REPLACE INTO benefits VALUES (?, ?, ?, ?, ?, ?, ?)", benefit)
    if on:
        write.execute("INSERT INTO earlier VALUES (NULL, ?, ?, ?, ?, ?)", (number, drawn.kind, on, route, until))


def _as_certification(row: Row) -> Row:
    """A certification from before, with a number of its own."""
    what = ("", row["number"], row["kind"], row["day"], row["route"], "earlier", "", "", "", 0)
    return dict(zip(_COLUMNS, (_BEFORE + row["id"], *what, "certified", row["day"], row["valid_to"], ""), strict=True))


def _certified(write: sqlite3.Connection, number: str, kind: str, on: str, until: str, route: str) -> None:
    write.execute(
        "UPDATE benefits SET standing = 'not_due', certified_on = ?, valid_to = ?, route = ?, reason = '' "
        "WHERE number = ? AND kind = ?",
        (on, until, route, number, kind),
    )


def _same(earlier: Row, asked: Submission) -> Row:
    if (earlier["number"], earlier["kind"], earlier["day"]) != (asked.number, asked.kind, asked.day):
        raise Conflict
    return earlier


def _a_year_after(day: str) -> str:
    """Twelve months later; 29 February becomes the 28th."""
    on = date.fromisoformat(day)
    return (on.replace(year=on.year + 1) if (on.month, on.day) != (2, 29) else date(on.year + 1, 2, 28)).isoformat()


_REFUSALS: Final = {
    Fate.NOT_ELIGIBLE: "not_eligible",
    Fate.ELSEWHERE: "wrong_region",
    Fate.MISMATCH: "mismatch",
    Fate.DECEASED: "deceased",
}
_RECORDED: Final = "SELECT * FROM certifications WHERE number = ? AND kind = ? AND ? IN ('', day)"
_EARLIER: Final = "SELECT * FROM earlier WHERE number = ? AND kind = ? AND ? IN ('', day)"
_BEFORE: Final = 90_000_000
_COLUMNS: Final = (
    "id",
    "reference",
    "number",
    "kind",
    "day",
    "route",
    "wire",
    "note",
    "place",
    "callback",
    "photo",
    "finding",
    "certified_on",
    "valid_to",
    "also",
)
