"""The street's messages in pages, on each engine: by state, with nothing left out and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from notification_office import Office

from jiedao.notifications import listing
from jiedao.notifications.notifications import says
from jiedao.notifications.templates import title
from jiedao.problems import NotFound
from jiedao.store import tables

ALL = ("planned", "sent", "unknown", "pending", "review", "succeeded", "declined", "withdrawn")


def keep(office: Office, id_: str, state: str, at: datetime, street: str = "", resident: str | None = None) -> None:
    """A message as the room would have written it."""
    texts = ("subject", "code", "language", "connection", "operation")
    with office.house.store.write(street or office.made.street) as tx:
        tx.add(
            tables.message,
            **{**dict.fromkeys(texts, id_), "code": "post_served", "channel": "sms", "masked": "1381***0000"},
            id=id_,
            resident=resident,
            state=state,
            reason={},
            made_at=at,
            not_before=at,
        )


def ids(office: Office, state: str = "", after: str = "", most: int = 100) -> list[str]:
    """A page, by its ids."""
    with office.house.store.read(office.made.street) as tx:
        return [row.id for row in listing.messages(tx, state, after, most)]


def pages(office: Office, state: str, most: int) -> Iterator[list[str]]:
    """Every page, as a reader turns them."""
    page = ids(office, state, "", most)
    while page:
        yield page
        page = ids(office, state, page[-1], most)


def test_pages_leave_nothing_out_and_have_nothing_twice(office: Office) -> None:
    now = office.watch.now
    # Three of each moment, and ids that do not rise with the moments.
    rows = [(f"M{(7 * no) % 24:02d}", ALL[no % len(ALL)], now - timedelta(minutes=no // 3)) for no in range(24)]
    for id_, state, at in rows:
        keep(office, id_, state, at)
    newest_first = [id_ for id_, _, _ in sorted(rows, key=lambda row: (row[2], row[0]), reverse=True)]
    wanted: dict[str, tuple[str, ...]] = {"": ALL, **{one: (one,) for one in ALL}, **listing.KINDS}
    for state, states in wanted.items():
        asked = [id_ for id_ in newest_first if next(row for row in rows if row[0] == id_)[1] in states]
        assert ids(office, state) == asked, state
        for most in (1, 2, 5):
            assert [id_ for page in pages(office, state, most) for id_ in page] == asked, (state, most)


def test_what_comes_meanwhile_does_not_move_the_next_page(office: Office) -> None:
    now = office.watch.now
    for no in range(4):
        keep(office, f"M{no}", "declined", now - timedelta(minutes=no))
    first = ids(office, "not_sent", most=2)
    keep(office, "M9", "declined", now + timedelta(minutes=1))
    assert (first, ids(office, "not_sent", first[-1], 2)) == (["M0", "M1"], ["M2", "M3"])


def test_a_page_names_the_resident_where_there_is_one(office: Office) -> None:
    office.watch.forward(seconds=1)
    sent = office.send()
    keep(office, "M0", "succeeded", office.watch.now - timedelta(minutes=1))
    with office.house.store.read(office.made.street) as tx:
        known, test = listing.messages(tx)
    assert (known.id, known.resident, known.resident_name) == (sent.id, office.resident, "买买提")
    assert (test.resident, test.resident_name) == (None, None)


def test_a_street_lists_only_its_own(office: Office) -> None:
    keep(office, "M0", "declined", office.watch.now)
    keep(office, "M1", "declined", office.watch.now, street="150602999")
    assert ids(office) == ids(office, "not_sent") == ["M0"]
    for nobodys in ("M1", "M2"):
        with pytest.raises(NotFound) as refused:
            ids(office, "", nobodys)
        assert (refused.value.code, refused.value.field) == ("message.missing", "after")


def test_every_state_that_can_be_asked_for_has_words() -> None:
    assert all(says(state).en for state in ALL)
    assert {state for states in listing.KINDS.values() for state in states} <= set(ALL)


def test_every_message_has_a_title() -> None:
    assert (title("post_held").en, title("no_longer_sent").zh) == ("An item waits for you", "no_longer_sent")


@pytest.mark.parametrize(
    ("state", "index"),
    [
        ("", "ix_message_street_made_at"),
        ("succeeded", "ix_message_street_state_made_at"),
        ("not_sent", "ix_message_street_state_made_at"),
        ("maybe", "ix_message_street_state_made_at"),
    ],
)
def test_a_list_goes_by_an_index_that_holds_its_order(office: Office, state: str, index: str) -> None:
    """On SQLite, which says how it looks; a street in which nothing is open must not be looked through for it."""
    store: Any = office.house.store
    if store.engine.dialect.name != "sqlite":
        pytest.skip("one engine is enough")
    asked: list[str] = []
    keep(office, "M0", "succeeded", office.watch.now)
    store.watch = lambda sql, _values: asked.append(sql)
    ids(office, state)
    ids(office, state, "M0")
    store.watch = None
    lists = [sql for sql in asked if "LIMIT" in sql]
    assert len(lists) == 2
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        for sql in lists:
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))]
            looks = [step for step in plan if "message USING INDEX" in step and "autoindex" not in step]
            assert looks, plan
            assert all(index in step for step in looks), plan
            assert "USE TEMP B-TREE FOR ORDER BY" not in plan or state in listing.KINDS, plan
