"""What the benches of the three certification plugins have in common: the bureau, its people, and what it recorded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from benches import running
from bureau_connections import PENSION, TODAY, Fate, Wire, name_of, number_for, to_submit
from jiedao.hookspecs.certification import BatchRequest, HistoryRequest, LookupRequest, Person, SubmitRequest
from jiedao.testing import Act, Ask, Site, StandIn
from jiedao.testing.bench import Books

NUMBER: Final = frozenset({"number"})
VOLATILE: Final = frozenset({"people", "benefits", "earlier"})
"""A person is entered when they are asked for the first time."""


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "bureau", today=TODAY.isoformat())


def settings(wire: Wire, **changed: Any) -> Callable[[str], dict[str, Any]]:
    return lambda url: {"url": url + wire.path, **wire.given, **changed}


def submission(at: Site, fate: Fate = Fate.DUE) -> SubmitRequest:
    return to_submit(at.connection, number_for(fate, at.serial), at.operation, deadline=at.deadline)


def recorded(books: Books, asked: Any) -> int:
    return sum(row["number"] == asked.number and row["kind"] == asked.kind for row in books["certifications"])


def submit(**about: Any) -> Act:
    given = {"wire": "certify", "asked_as": "query", "effects": recorded, "pending": under_review, **about}
    return Act("certification_submit", submission, **given)


def under_review(at: Site) -> SubmitRequest:
    return submission(at, Fate.REVIEW)


def lookup(at: Site, fate: Fate = Fate.DUE) -> LookupRequest:
    number = number_for(fate, at.serial)
    return LookupRequest(at.connection, at.deadline, number, name_of(number), frozenset())


def history(at: Site) -> HistoryRequest:
    number = number_for(Fate.DUE, at.serial)
    return HistoryRequest(at.connection, at.deadline, number, name_of(number), PENSION)


def batch(at: Site) -> BatchRequest:
    numbers = [number_for(fate, at.serial) for fate in (Fate.DUE, Fate.NOBODY)]
    people = tuple(Person(number, name_of(number)) for number in numbers)
    return BatchRequest(at.connection, at.deadline, people, PENSION)


LOOKUP: Final = Ask(
    "certification_lookup", lookup, wire="lookup", declined=lambda at: lookup(at, Fate.NOBODY), echoes=NUMBER
)
HISTORY: Final = Ask("certification_history", history, wire="history", echoes=NUMBER)
BATCH: Final = Ask("certification_batch", batch, wire="batch", echoes=NUMBER)
