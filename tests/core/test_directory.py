"""Residents, whose names stay as they are and whose numbers stay sealed; places, roles and request keys."""

from __future__ import annotations

import json

import pytest
from core_counter import STREET, Counter

from jiedao.directory.caller import Caller, Claim, Role, claim, replayed
from jiedao.directory.places import add_hall, add_street, add_till, place, tills
from jiedao.directory.residents import Residents, checked_name, checked_number, folded, masked
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound
from jiedao.store.direct import AlreadyThere
from jiedao.store.keyring import CannotOpen, Keyring

NUMBER = "11010519491231002X"
PHONE = "13800138000"


# names


@pytest.mark.parametrize(
    "name",
    ["阿依古丽·买买提", "Айгүл Ержан", "䶮䶮", "𠮷田", "王䶮", "张三(小)", "O'Neil-Smith", "ᠪᠣᠷᠵᠢᠭᠢᠨ", "乙\U00031350"],
)
def test_names_are_kept_as_given(counter: Counter, name: str) -> None:
    with counter.write() as tx:
        id_ = counter.house.residents.add(tx, f"  {name} ").id
    with counter.read() as tx:
        assert counter.house.residents.get(tx, id_).name == name
        assert [found.id for found in counter.house.residents.find(tx, name[:2])] == [id_]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("王?", "name.damaged"),
        ("王\ufffd", "name.damaged"),
        ("王\x00", "name.damaged"),
        ("王\n小", "name.damaged"),
        ("王\u202e小", "name.damaged"),
        ("", "name.length"),
        ("   ", "name.length"),
        ("王" * 34, "name.length"),
    ],
)
def test_names_that_cannot_be_right(counter: Counter, name: str, code: str) -> None:
    with pytest.raises(Invalid) as refused, counter.write() as tx:
        counter.house.residents.add(tx, name)
    assert (refused.value.code, refused.value.field) == (code, "name")
    assert checked_name("王" * 33) == "王" * 33


@pytest.mark.parametrize("dot", ["\u00b7", "\u2022", "\u2027", "\u30fb", "\uff0e", "\uff65"])
def test_middle_dots_are_one_for_matching_only(counter: Counter, dot: str) -> None:
    with counter.write() as tx:
        id_ = counter.house.residents.add(tx, f"买买提{dot}阿里").id
    with counter.read() as tx:
        assert counter.house.residents.get(tx, id_).name == f"买买提{dot}阿里"
        for other in ("\u00b7", "\u2022", "\u30fb"):
            assert [found.id for found in counter.house.residents.find(tx, f"买买提{other}阿")] == [id_]
    assert folded("Ａb C") == "abc"


def test_signs_of_a_pattern_are_letters(counter: Counter) -> None:
    with counter.write() as tx:
        counter.house.residents.add(tx, "a_b%c")
    with counter.read() as tx:
        find = counter.house.residents.find
        assert [one.name for one in find(tx, "a_b%")] == ["a_b%c"]
        for words in ("%", "_", "a%", "\\", "", "  "):
            assert find(tx, words) == []


def test_at_most_twenty_are_found(counter: Counter) -> None:
    with counter.write() as tx:
        for number in range(25):
            counter.house.residents.add(tx, f"李{number}")
    with counter.read() as tx:
        assert len(counter.house.residents.find(tx, "李")) == 20


# numbers


@pytest.mark.parametrize("number", [NUMBER, NUMBER.lower(), " 150602195001010018 ", "110105491231002", "H12345678", ""])
def test_numbers_that_may_be_right(number: str) -> None:
    assert checked_number(number) == number.strip().upper()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "number.check_digit"),
        ("150602195001010019", "number.check_digit"),
        ("123", "number.malformed"),
        ("1101051949 231002X", "number.malformed"),
        ("１１０１０５", "number.malformed"),
        ("1" * 33, "number.malformed"),
    ],
)
def test_numbers_that_are_wrong(number: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_number(number)
    assert (refused.value.code, refused.value.field) == (code, "number")
    assert number not in str(refused.value)


def test_a_resident_is_found_by_a_phone_however_it_is_written(counter: Counter) -> None:
    residents = counter.house.residents
    with counter.write() as tx:
        made = residents.add(tx, "刘德明", phone="138 0013 8000")
        assert residents.phone(tx, made.id) == "13800138000"
        assert residents.phone_digest(tx, "+86 138-0013-8000") == residents.phone_digest(tx, "13800138000")
        for words in ("13800138000", "+8613800138000", "0086 138 0013 8000"):
            assert [one.id for one in residents.find(tx, words)] == [made.id]
        assert residents.find(tx, "+44 13800138000") == []
        assert residents.correct(tx, made.id, phone="+86 13800138000") == frozenset()


def test_a_number_is_found_by_its_blind_index_and_kept_once(on_both: Counter) -> None:
    residents = on_both.house.residents
    with on_both.write() as tx:
        made = residents.add(tx, "张三", number=NUMBER.lower(), phone=PHONE)
    assert made.number == "1101**********002X"
    with on_both.read() as tx:
        for words in (NUMBER, NUMBER.lower(), f" {NUMBER} ", PHONE, "138 0013 8000", "138-0013-8000", "张", "9900001"):
            expected = on_both.resident if words == "9900001" else made.id
            assert [one.id for one in residents.find(tx, words)] == [expected], words
        for words in (NUMBER[:17], PHONE[:10], made.number):
            assert residents.find(tx, words) == []
    with pytest.raises(Conflict, match=r"resident\.exists"), on_both.write() as tx:
        residents.add(tx, "李四", number=NUMBER)
    with on_both.write() as tx:
        residents.add(tx, "李四", phone=PHONE)
    with on_both.house.store.write("150602008") as tx:
        add_street(tx, Text.same("x"), "Asia/Shanghai", "CNY")
        assert residents.find(tx, NUMBER) == [], "each street has its own"
        residents.add(tx, "张三", number=NUMBER)


def test_numbers_are_nowhere_in_clear(counter: Counter) -> None:
    with counter.write() as tx:
        counter.house.residents.add(tx, "张三", number=NUMBER, phone=PHONE)
    stored = b"".join(p.read_bytes() for p in counter.folder.iterdir() if p.name.startswith("jiedao.db"))
    assert NUMBER.encode() not in stored
    assert PHONE.encode() not in stored


def test_seeing_a_number_needs_a_reason_that_is_kept(counter: Counter) -> None:
    residents = counter.house.residents
    with counter.write() as tx:
        id_ = residents.add(tx, "张三", number=NUMBER).id
        with pytest.raises(Invalid, match=r"reveal\.reason"):
            residents.reveal(tx, counter.me, id_, " x ")
    with counter.write() as tx:
        assert residents.reveal(tx, counter.me, id_, "核对身份证原件") == NUMBER
        assert residents.reveal(tx, counter.me, counter.stranger, "核对身份证原件") == ""
        with pytest.raises(NotFound, match=r"resident\.missing"):
            residents.reveal(tx, counter.me, "none", "核对身份证原件")
    rows = counter.sql("SELECT staff, action, subject, reason, detail FROM audit ORDER BY id")
    assert sorted(tuple(row)[:4] for row in rows) == sorted(
        ("op-1", "reveal", f"resident {whose}", "核对身份证原件") for whose in (id_, counter.stranger)
    )
    assert NUMBER not in json.dumps([list(row) for row in rows])


def test_a_sealed_number_cannot_be_moved_to_another_resident(counter: Counter) -> None:
    residents = counter.house.residents
    with counter.write() as tx:
        mine, theirs = (residents.add(tx, name, number=n).id for name, n in (("甲", NUMBER), ("乙", "H1234567")))
    with counter.house.store.engine.begin() as raw:
        raw.exec_driver_sql(
            "UPDATE resident SET id_sealed = (SELECT id_sealed FROM resident WHERE id = ?) WHERE id = ?", (mine, theirs)
        )
    with pytest.raises(CannotOpen), counter.write() as tx:
        residents.reveal(tx, counter.me, theirs, "核对身份证原件")


def test_another_keyring_finds_and_opens_nothing(counter: Counter) -> None:
    with counter.write() as tx:
        id_ = counter.house.residents.add(tx, "张三", number=NUMBER).id
    strange = Residents(Keyring([b"x" * 32]))
    with counter.write() as tx:
        assert strange.find(tx, NUMBER) == []
        with pytest.raises(CannotOpen):
            strange.reveal(tx, counter.me, id_, "核对身份证原件")


@pytest.mark.parametrize(
    ("number", "shown"), [(NUMBER, "1101**********002X"), ("H12345678", "H123*5678"), ("1234", "****"), ("", "")]
)
def test_masks(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_a_card_is_tied_to_one_resident(counter: Counter) -> None:
    residents = counter.house.residents
    with pytest.raises(Conflict, match=r"card\.tied"), counter.write() as tx:
        residents.tie_card(tx, "post", "9900001", counter.stranger, "M2")
    with pytest.raises(NotFound, match=r"resident\.missing"), counter.write() as tx:
        residents.tie_card(tx, "post", "9900002", "none", "M2")
    with counter.read() as tx:
        holder = residents.holder(tx, "9900001")
        assert holder is not None
        assert holder.id == counter.resident
        assert residents.holder(tx, "9900002") is None
        assert residents.cards(tx, counter.resident) == ["9900001"]


# places


def test_places(counter: Counter) -> None:
    with counter.write() as tx:
        for act in (
            lambda: add_street(tx, Text.same("x"), "Asia/Shanghai", "CNY"),
            lambda: add_hall(tx, "h1", Text.same("x")),
            lambda: add_till(tx, "T1", "h1", "x"),
        ):
            with pytest.raises(Conflict):
                act()
        with pytest.raises(NotFound, match=r"hall\.missing"):
            add_till(tx, "T3", "h9", "x")
        with pytest.raises(NotFound, match=r"till\.missing"):
            place(tx, "T3")
        assert [one.till for one in tills(tx)] == ["T1", "T2"]


# roles


@pytest.mark.parametrize("role", list(Role))
def test_roles(role: Role) -> None:
    caller = Caller(STREET, "x", role)
    caller.must_be(role)
    caller.must_be(*Role)
    for other in set(Role) - {role}:
        with pytest.raises(NotAllowed, match=r"role\.missing"):
            caller.must_be(other)


# request keys


def test_a_request_key_belongs_to_one_body_and_one_member_of_staff(counter: Counter) -> None:
    mine = Caller(STREET, "a", Role.OPERATOR, claim=Claim("k", "digest-1"))
    with counter.write() as tx:
        claim(tx, mine, "order", "o1")
        claim(tx, counter.me, "order", "o2")
    again = replayed(counter.house.store, mine)
    assert again is not None
    assert (again.kind, again.resource) == ("order", "o1")
    assert replayed(counter.house.store, counter.me) is None
    for other, known in ((Claim("k", "digest-2"), True), (Claim("k2", "digest-1"), False)):
        asking = Caller(STREET, "a", Role.OPERATOR, claim=other)
        if known:
            with pytest.raises(Conflict, match=r"request_key\.reused"):
                replayed(counter.house.store, asking)
        else:
            assert replayed(counter.house.store, asking) is None
    assert replayed(counter.house.store, Caller(STREET, "b", Role.OPERATOR, claim=mine.claim)) is None
    with pytest.raises(AlreadyThere), counter.write() as tx:
        claim(tx, mine, "order", "o3")
