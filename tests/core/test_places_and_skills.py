"""Halls, counters and skills as an administrator keeps them."""

from __future__ import annotations

import pytest
from core_counter import STREET, Counter

from jiedao.directory import skills
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import Kind, add_hall, add_till, change_till, counter, counters, halls, rename_hall
from jiedao.directory.staff import Change, add_staff, change_staff, colleague
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound

CHIEF = Caller(STREET, "chief", Role.ADMINISTRATOR)
BILLS, POST = Text("缴费", "Bills"), Text("邮寄", "Post")


def test_a_counter_is_renamed_moved_and_given_a_kind(on_both: Counter) -> None:
    with on_both.write() as tx:
        add_hall(tx, "h2", Text("二社区", "Two"))
        add_till(tx, "K1", "h2", "自助机", kind=Kind.KIOSK)
        change_till(tx, CHIEF, "T2", hall="h2", name=" 3号窗口 ")
        assert [(one.id, one.hall, one.name, one.kind) for one in counters(tx)] == [
            ("T1", "h1", "1号窗口", Kind.WINDOW),
            ("K1", "h2", "自助机", Kind.KIOSK),
            ("T2", "h2", "3号窗口", Kind.WINDOW),
        ]
        assert [(one.id, one.counters) for one in halls(tx)] == [("h1", 1), ("h2", 2)]


def test_a_counter_with_an_open_shift_stays_where_it_is(counter_street: Counter) -> None:
    with counter_street.write() as tx:
        add_hall(tx, "h2", Text("二社区", "Two"))
        with pytest.raises(Conflict, match=r"till\.open") as refused:
            change_till(tx, CHIEF, "T1", hall="h2")
        assert refused.value.field == "hall"
        change_till(tx, CHIEF, "T1", hall="h1", name="一号窗口")
        assert counter(tx, "T1").shift == counter_street.shift


def test_what_is_not_there_cannot_be_changed(counter_street: Counter) -> None:
    with counter_street.write() as tx:
        for act, code in (
            (lambda: change_till(tx, CHIEF, "T9", name="x"), "till.missing"),
            (lambda: change_till(tx, CHIEF, "T2", hall="h9"), "hall.missing"),
            (lambda: rename_hall(tx, CHIEF, "h9", BILLS), "hall.missing"),
            (lambda: skills.rename_skill(tx, CHIEF, "none", BILLS), "skill.missing"),
            (lambda: skills.remove_skill(tx, CHIEF, "none"), "skill.missing"),
        ):
            with pytest.raises(NotFound) as refused:
                act()
            assert refused.value.code == code
        with pytest.raises(Invalid, match=r"till\.name"):
            change_till(tx, CHIEF, "T2", name="  ")


def test_a_hall_has_its_new_name_on_the_next_receipt(counter_street: Counter) -> None:
    places = counter_street.house.places
    with counter_street.write() as tx:
        assert places.at(tx, "T1").hall_name.en == "One"
        rename_hall(tx, CHIEF, "h1", Text("第一社区", "First"))
        places.forget()
        assert places.at(tx, "T1").hall_name.en == "First"


def test_skills_are_given_and_go_with_the_list(on_both: Counter) -> None:
    with on_both.write() as tx:
        skills.add_skill(tx, CHIEF, "bills", BILLS)
        skills.add_skill(tx, CHIEF, "post", POST)
        wang = add_staff(tx, "wang", "王芳", Role.OPERATOR, "correct horse battery", skills_=["post", "bills"])
        change_till(tx, CHIEF, "T1", skills_=["bills"])
        assert colleague(tx, wang).skills == ("bills", "post")
        assert counter(tx, "T1").skills == ("bills",)
        change_staff(tx, CHIEF, wang, Change(skills=("post",)))
        assert colleague(tx, wang).skills == ("post",)
        skills.rename_skill(tx, CHIEF, "post", Text("寄件", "Post"))
        skills.remove_skill(tx, CHIEF, "bills")
        assert counter(tx, "T1").skills == ()
        assert [(one.code, one.name.zh) for one in skills.skills(tx)] == [("post", "寄件")]
    with on_both.house.store.write("150602008") as tx:
        assert skills.skills(tx) == []


def test_skills_that_are_refused(counter_street: Counter) -> None:
    with counter_street.write() as tx:
        skills.add_skill(tx, CHIEF, "bills", BILLS)
        for code in ("Bills", "", "1a", "a b", "é", "x" * 41):
            with pytest.raises(Invalid, match=r"skill\.code"):
                skills.add_skill(tx, CHIEF, code, BILLS)
        with pytest.raises(Invalid, match=r"skill\.missing") as refused:
            change_till(tx, CHIEF, "T1", skills_=["bills", "none"])
        assert refused.value.field == "skills"
        with pytest.raises(NotAllowed):
            skills.add_skill(tx, counter_street.me, "post", POST)
    with pytest.raises(Conflict, match=r"skill\.exists"), counter_street.write() as tx:
        skills.add_skill(tx, CHIEF, "bills", BILLS)


@pytest.fixture
def counter_street(request: pytest.FixtureRequest) -> Counter:
    """The fixture `counter`, by a name that does not hide the function."""
    made: Counter = request.getfixturevalue("counter")
    return made
