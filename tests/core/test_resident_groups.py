"""Groups of residents: what a street defines, and who is in them."""

from __future__ import annotations

import pytest
from core_counter import STREET, Counter

from jiedao.directory import groups
from jiedao.directory.caller import Caller, Role
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound

ADMINISTRATOR = Caller(STREET, "adm", Role.ADMINISTRATOR, "", "赵敏")
NAME = Text("八十岁以上", "Over eighty")


def test_a_resident_is_in_exactly_the_groups_that_were_said_last(counter: Counter) -> None:
    with counter.write() as tx:
        for code in ("a", "b", "c"):
            groups.add(tx, ADMINISTRATOR, code, Text.same(code))
        groups.put(tx, counter.me, counter.resident, ["a", "b"])
        groups.put(tx, counter.me, counter.resident, ["c", "b"])
        assert [group.code for group in groups.of(tx, counter.resident)] == ["b", "c"]
        assert [(group.code, group.residents) for group in groups.all(tx)] == [("a", 0), ("b", 1), ("c", 1)]
    noted = counter.sql("SELECT staff, action FROM audit WHERE subject = :s", s=f"resident {counter.resident}")
    assert [tuple(row) for row in noted] == [("op-1", "resident.groups")] * 2


def test_a_group_keeps_its_code_under_another_name(counter: Counter) -> None:
    with counter.write() as tx:
        groups.add(tx, ADMINISTRATOR, "old", NAME)
        groups.rename(tx, ADMINISTRATOR, "old", Text("高龄", "Very old"))
        assert [(group.code, group.name.en) for group in groups.all(tx)] == [("old", "Very old")]


def test_what_cannot_be_is_refused(counter: Counter) -> None:
    with counter.write() as tx, pytest.raises(Invalid, match=r"group\.code"):
        groups.add(tx, ADMINISTRATOR, "Über 80", NAME)
    with counter.write() as tx, pytest.raises(NotAllowed):
        groups.add(tx, counter.me, "old", NAME)
    with counter.write() as tx, pytest.raises(NotFound):
        groups.rename(tx, ADMINISTRATOR, "nobody", NAME)
    with counter.write() as tx, pytest.raises(Invalid) as caught:
        groups.put(tx, counter.me, counter.resident, ["nobody"])
    assert caught.value.field == "groups"
    with counter.write() as tx:
        groups.add(tx, ADMINISTRATOR, "old", NAME)
    with counter.write() as tx, pytest.raises(Conflict, match=r"group\.exists"):
        groups.add(tx, ADMINISTRATOR, "old", NAME)
    with counter.write() as tx, pytest.raises(NotFound):
        groups.put(tx, counter.me, "nobody", ["old"])
