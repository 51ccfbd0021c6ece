"""The post room over the plugin for a post office without an interface: nothing leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import jiedao_counterbook
from houses import Furnished, Setting, furnish
from jiedao.hookspecs.postal import Handling
from jiedao.post.consignments import NewConsignment
from jiedao.post.ranges import NewRange
from jiedao.post.records import find
from jiedao.problems import Problem
from jiedao_connectors.s10 import number
from post_desk import HALL, HER, LETTER
from postgres_server import Database

TARIFF = {
    "code": "letter",
    "title_zh": "信函",
    "title_en": "Letter",
    "contents": ["document"],
    "countries": ["CN"],
    "steps": [{"up_to": 100, "amount": 120}],
    "surcharges": {"registered": 300},
}
NEW = NewConsignment("book", "letter", HALL, HER, LETTER, Handling(registered=True))


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[Furnished]:
    """A street whose only post is the counterbook, with twenty numbers."""
    plugins = [("jiedao_counterbook", jiedao_counterbook.plugin)]
    connections = {"book": Setting("jiedao_counterbook", {"tariff": [TARIFF]})}
    street = furnish(database.url, tmp_path, plugins=plugins, connections=connections)
    given = {"kind": "s10", "prefix": "RR", "country": "CN"}
    street.house.post.ranges.add(street.administrator, NewRange("book", first=1, last=2, **given))
    with closing(street.house):
        yield street


def post(made: Furnished, new: NewConsignment = NEW) -> Any:
    begun = made.house.post.consignments.create(made.operator, new)
    assert not begun.planned, "nothing has to be sent to anybody"
    with made.house.store.read(made.street) as tx:
        return find(tx, begun.consignment)


def test_an_item_is_entered_at_once_under_the_next_number(made: Furnished) -> None:
    first, second = post(made), post(made)
    assert [one.number for one in (first, second)] == [number("RR", serial, "CN") for serial in (1, 2)]
    assert (first.state, first.postage) == ("created", 420)
    assert not made.operations()


def test_its_label_is_drawn_from_what_was_sealed(made: Furnished) -> None:
    consignment, room = post(made), made.house.post
    parties = room.consignments.parties(made.street, consignment)
    numbers = (consignment.number, consignment.reference)
    paper = room.calls.label(made.street, "book", numbers, "", parties, Handling(registered=True))
    assert (paper.name, paper.content[:5]) == (f"{consignment.number}.pdf", b"%PDF-")


def test_when_the_numbers_are_used_up_nothing_is_entered(made: Furnished) -> None:
    post(made), post(made)
    with pytest.raises(Problem):
        post(made)
    assert len(made.rows("consignment")) == 2


def test_what_the_tariff_does_not_have_is_not_posted(made: Furnished) -> None:
    for new in (replace(NEW, handling=Handling(procedural=True)), replace(NEW, item=replace(LETTER, weight=101))):
        with pytest.raises(Problem):
            post(made, new)
    assert not made.rows("consignment")


def test_an_item_is_taken_back_while_it_lies_here(made: Furnished) -> None:
    consignment = post(made)
    made.house.post.consignments.cancel(made.operator, consignment.id, "写错了地址")
    with made.house.store.read(made.street) as tx:
        assert find(tx, consignment.id).state == "cancelled"
