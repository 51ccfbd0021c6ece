"""Service items and cases: numbers without gaps, steps only along the graph, ratings once and only at the end."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from jiedao.directory.caller import Claim
from jiedao.hall import cases, items, ratings
from jiedao.hall.cases import Search
from jiedao.hall.graph import CLOSED, EDGES, STEPS, TITLES, At
from jiedao.hall.items import Channel, set_items
from jiedao.hall.ratings import Opinion
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound
from service_hall import ADVICE, MONDAY, PERMIT, ServiceHall

_FOR_EVER = r"append-only|permission denied"


def step(hall: ServiceHall, id_: str, to: At, note: str = "") -> None:
    hall.room.cases.step(hall.operator, id_, to, note)


def rate(hall: ServiceHall, id_: str, stars: int = 5, **more: Any) -> None:
    ratings.rate(hall.house.store, hall.operator, "case", id_, Opinion(stars, "很快"), **more)


def test_items_are_kept_as_they_were_given_and_changed_by_administrators_only(on_both: ServiceHall) -> None:
    with on_both.house.store.read(on_both.street) as tx:
        assert items.items(tx) == [PERMIT, ADVICE]
        assert items.offered(tx, Channel.KIOSK) == [PERMIT, ADVICE]
    closed = replace(ADVICE, active=False, title=Text("法律援助", "Legal aid"), channels=frozenset({Channel.WINDOW}))
    with pytest.raises(NotAllowed, match=r"role\.missing"):
        set_items(on_both.house.store, on_both.operator, [closed])
    set_items(on_both.house.store, on_both.administrator, [closed])
    with on_both.house.store.read(on_both.street) as tx:
        assert items.item(tx, "advice") == closed
        assert items.items(tx, only_active=True) == [PERMIT]
        with pytest.raises(NotFound, match=r"item\.missing"):
            items.item(tx, "none")
        with pytest.raises(NotFound, match=r"form\.missing"):
            PERMIT.form("none")


def test_all_items_are_taken_or_none(hall: ServiceHall) -> None:
    new = replace(ADVICE, code="new")
    for wrong, code in (
        ([new, new], r"item\.twice"),
        ([new, replace(PERMIT, channels=frozenset())], r"item\.channels"),
    ):
        with pytest.raises(Invalid, match=code):
            set_items(hall.house.store, hall.administrator, wrong)
    with pytest.raises(Invalid, match=r"item\.forms"):
        set_items(hall.house.store, hall.administrator, [new, replace(PERMIT, forms=PERMIT.forms * 2)])
    with hall.house.store.read(hall.street) as tx:
        assert [one.code for one in items.items(tx)] == ["permit", "advice"]


def test_a_case_goes_its_way_and_everything_is_written_down(on_both: ServiceHall) -> None:
    id_ = on_both.open(note="要快")
    row = on_both.case(id_)
    assert (row.number, row.state, row.hall, row.till, row.open) == ("2026-00001", "received", "h1", "T1", True)
    assert row.due_on == date(2026, 3, 9)
    step(on_both, id_, At.IN_WORK)
    step(on_both, id_, At.WAITING, "缺照片")
    on_both.room.cases.note(on_both.operator, id_, "打过电话")
    step(on_both, id_, At.IN_WORK)
    step(on_both, id_, At.FINISHED)
    row = on_both.case(id_)
    assert (row.state, row.open, row.closed_at) == ("finished", False, on_both.watch.now)
    assert on_both.events(id_) == [
        ("opened", "received", "要快"),
        ("step", "in_work", ""),
        ("step", "waiting", "缺照片"),
        ("note", "waiting", "打过电话"),
        ("step", "in_work", ""),
        ("step", "finished", ""),
    ]
    with pytest.raises(Exception, match=_FOR_EVER), on_both.house.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM case_event")


def test_only_edges_of_the_graph_are_taken_and_reasons_are_asked_for(hall: ServiceHall) -> None:
    id_ = hall.open()
    for at in (At.WAITING, At.RECEIVED):
        with pytest.raises(Conflict, match=r"case\.step"):
            step(hall, id_, at, "缺照片")
    for at in (At.REFUSED, At.WAITING):
        with pytest.raises(Invalid, match=r"case\.note"):
            step(hall, id_, at, "  ")
    with pytest.raises(Invalid, match=r"case\.note"):
        hall.room.cases.note(hall.operator, id_, " ")
    step(hall, id_, At.REFUSED, "不在本街道")
    for at in At:
        with pytest.raises(Conflict, match=r"case\.step"):
            step(hall, id_, at, "再来")
    assert EDGES.keys() == TITLES.keys() == set(At)
    assert STEPS.keys() == set(At) - {At.RECEIVED}
    assert all(not EDGES[at] for at in CLOSED)


def test_numbers_are_by_year_of_the_street_and_have_no_gaps(on_both: ServiceHall) -> None:
    with pytest.raises(NotFound, match=r"resident\.missing"):
        on_both.open(resident="0" * 20)
    assert on_both.case(on_both.open()).number == "2026-00001"
    claimed = replace(on_both.operator, claim=Claim("k", "d"))
    made = on_both.room.cases.open(claimed, cases.Matter("permit"))
    with pytest.raises(Exception, match="request_key"):
        on_both.room.cases.open(claimed, cases.Matter("permit"))
    assert on_both.case(made).number == "2026-00002"
    together, numbers = threading.Barrier(8), []

    def one() -> None:
        together.wait()
        numbers.append(on_both.case(on_both.open()).number)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"2026-{n:05d}" for n in range(3, 11)]
    on_both.watch.now = on_both.watch.now.replace(month=12, day=31, hour=16)
    assert on_both.case(on_both.open()).number == "2027-00001"


def test_two_at_once_do_not_both_close_a_case(on_both: ServiceHall) -> None:
    id_, together, ends = on_both.open(), threading.Barrier(6), []

    def one(to: At) -> None:
        together.wait()
        try:
            step(on_both, id_, to, "重复")
            ends.append(to)
        except Conflict as refused:
            ends.append(refused.code)

    threads = [threading.Thread(target=one, args=(to,)) for to in (At.FINISHED, At.WITHDRAWN, At.REFUSED) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("case.step") == 5
    assert [on_both.case(id_).state] == [end for end in ends if end != "case.step"]
    assert len(on_both.events(id_)) == 2


def test_who_acts_for_whom_needs_a_delegation_in_force(hall: ServiceHall) -> None:
    daughter = hall.another("王芳芳")
    good = hall.delegate(hall.resident, daughter, valid_to=MONDAY + timedelta(days=7))
    row = hall.case(hall.open(delegation=good))
    assert (row.agent, row.agent_name, row.delegation) == (daughter, "王芳芳", good)
    with pytest.raises(Invalid, match=r"case\.resident"):
        hall.open(delegation=good, resident="")
    with pytest.raises(Invalid, match=r"case\.delegation"):
        hall.open(delegation=good, resident=hall.another("李四"))
    later = hall.delegate(hall.resident, daughter, valid_from=MONDAY + timedelta(days=1))
    with pytest.raises(Invalid, match=r"case\.delegation"):
        hall.open(delegation=later)
    hall.watch.forward(days=8)
    with pytest.raises(Invalid, match=r"case\.delegation"):
        hall.open(delegation=good)
    hall.house.certification.delegations.revoke(hall.operator, later, "不再需要")
    with pytest.raises(Invalid, match=r"case\.delegation"):
        hall.open(delegation=later)
    with pytest.raises(NotFound, match=r"delegation\.missing"):
        hall.open(delegation="0" * 20)


def test_what_is_not_offered_cannot_be_opened(hall: ServiceHall) -> None:
    only = replace(PERMIT, channels=frozenset({Channel.WINDOW}))
    set_items(hall.house.store, hall.administrator, [only, replace(ADVICE, active=False)])
    with pytest.raises(Conflict, match=r"item\.channel"):
        hall.open(channel=Channel.KIOSK)
    with pytest.raises(Conflict, match=r"item\.inactive"):
        hall.open(item="advice")
    assert hall.case(hall.open(resident="")).resident is None


def test_a_rating_is_given_once_and_only_after_the_end(on_both: ServiceHall) -> None:
    id_ = on_both.open()
    with pytest.raises(Conflict, match=r"rating\.early"):
        rate(on_both, id_)
    step(on_both, id_, At.IN_WORK)
    with pytest.raises(Conflict, match=r"rating\.early"):
        rate(on_both, id_)
    step(on_both, id_, At.FINISHED)
    for stars in (0, 6):
        with pytest.raises(Invalid, match=r"rating\.stars"):
            rate(on_both, id_, stars)
    with pytest.raises(NotFound, match=r"case\.missing"):
        rate(on_both, id_, resident=on_both.another())
    rate(on_both, id_, 4, resident=on_both.resident)
    with pytest.raises(Conflict, match=r"rating\.given"):
        rate(on_both, id_, 1)
    assert (on_both.case(id_).stars, on_both.case(id_).comment) == (4, "很快")
    assert on_both.events(id_)[-1] == ("rated", "finished", "很快")
    withdrawn = on_both.open()
    step(on_both, withdrawn, At.WITHDRAWN)
    with pytest.raises(Conflict, match=r"rating\.early"):
        rate(on_both, withdrawn)


def test_a_resident_withdraws_only_what_is_theirs(hall: ServiceHall) -> None:
    id_, other = hall.open(), hall.another()
    with pytest.raises(NotFound, match=r"case\.missing"):
        hall.room.cases.step(hall.operator, id_, At.WITHDRAWN, resident=other)
    hall.room.cases.step(hall.operator, id_, At.WITHDRAWN, resident=hall.resident)
    assert hall.case(id_).state == "withdrawn"


def test_a_finished_paper_is_posted_once_with_a_consignment_of_the_resident(hall: ServiceHall) -> None:
    id_ = hall.open()
    with pytest.raises(Conflict, match=r"case\.unfinished"):
        hall.room.cases.post(hall.operator, id_, "0" * 20)
    step(hall, id_, At.FINISHED)
    with pytest.raises(Invalid, match=r"case\.consignment"):
        hall.room.cases.post(hall.operator, id_, "0" * 20)


def test_the_ledger_is_searched_page_by_page(on_both: ServiceHall) -> None:
    wang = on_both.another()
    made = [on_both.open(resident=wang if n % 2 else on_both.resident) for n in range(6)]
    step(on_both, made[0], At.FINISHED)
    on_both.watch.forward(days=20)
    made.append(on_both.open(item="advice", resident=""))
    with on_both.house.store.read(on_both.street) as tx:

        def found(after: str = "", most: int = 20, **wanted: Any) -> list[str]:
            return [row.id for row in cases.search(tx, Search(**wanted), after, most)]

        everything = sorted(made, reverse=True)
        assert found() == everything
        assert found(most=3) == everything[:3]
        assert found(after=everything[2], most=3) == everything[3:6]
        assert found(words="2026-00002") == [made[1]]
        assert found(words="王") == sorted(made[1:6:2], reverse=True)
        assert found(words="100%_") == []
        assert found(item="advice") == [made[6]]
        assert found(hall="h2") == []
        assert found(state="finished") == [made[0]]
        assert set(found(only_open=True)) == set(made[1:])
        assert set(found(late=True)) == set(made[1:6])
        assert [row.id for row in cases.of_resident(tx, wang, most=2)] == sorted(made[1:6:2], reverse=True)[:2]
