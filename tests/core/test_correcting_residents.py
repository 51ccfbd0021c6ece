"""What was registered wrongly of a resident is corrected, with everything that hangs on a phone number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from houses import Furnished, furnish
from jiedao.directory import resident_sessions
from jiedao.directory.resident_sessions import Channel
from jiedao.directory.residents import _check_digit
from jiedao.personal.correcting import Correction
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from postgres_server import Database

REASON = "居民出示新身份证"
OLD, NEW = "13904770001", "13904770002"


def number(serial: int) -> str:
    digits = f"15060219490101{serial:03d}"
    return digits + _check_digit(digits)


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[Furnished]:
    street = furnish(database.url, tmp_path)
    with closing(street.house):
        yield street


def register(made: Furnished, name: str = "王秀兰", **more: str) -> str:
    with made.house.store.write(made.street) as tx:
        return made.house.residents.add(tx, name, **more).id


def found(made: Furnished, words: str) -> list[str]:
    with made.house.store.read(made.street) as tx:
        return [one.id for one in made.house.residents.find(tx, words)]


def noted(made: Furnished) -> list[Any]:
    return [row for row in made.rows("audit") if row.action == "resident.correct"]


def test_all_of_it_at_once(made: Furnished) -> None:
    wang = register(made, number=number(1), phone=OLD)
    given = Correction(REASON, name="王秀蓝", number=number(2), phone=NEW)
    assert made.house.correcting.correct(made.administrator, wang, given) == {"name", "number", "phone"}
    for words in (number(2), NEW, "王秀蓝"):
        assert found(made, words) == [wang]
    for words in (number(1), OLD, "王秀兰"):
        assert found(made, words) == []
    with made.house.store.read(made.street) as tx:
        assert made.house.residents.identity(tx, wang).number == number(2)
        assert made.house.residents.phone(tx, wang) == NEW
    (note,) = noted(made)
    assert (note.reason, note.detail["changed"]) == (REASON, ["name", "number", "phone"])
    assert not {OLD, NEW, number(1), number(2)} & set(str(note).split())


def test_what_is_left_out_stays_and_the_same_again_changes_nothing(made: Furnished) -> None:
    wang = register(made, number=number(1), phone=OLD)
    same = Correction(REASON, name="王秀兰", number=number(1).lower(), phone="139 0477 0001")
    assert made.house.correcting.correct(made.administrator, wang, same) == frozenset()
    assert made.house.correcting.correct(made.operator, wang, Correction(REASON, phone=NEW)) == {"phone"}
    assert found(made, number(1)) == found(made, "王秀兰") == found(made, NEW) == [wang]
    assert len(noted(made)) == 1


def test_a_phone_is_taken_away(made: Furnished) -> None:
    wang = register(made, phone=OLD)
    assert made.house.correcting.correct(made.operator, wang, Correction(REASON, phone="")) == {"phone"}
    assert found(made, OLD) == []
    with made.house.store.read(made.street) as tx:
        assert made.house.residents.phone(tx, wang) == ""


def test_a_number_belongs_to_one_and_only_administrators_change_it(made: Furnished) -> None:
    wang, li = register(made, number=number(1)), register(made, "李强", number=number(2))
    with pytest.raises(Conflict) as refused:
        made.house.correcting.correct(made.administrator, li, Correction(REASON, number=number(1)))
    assert refused.value.field == "number"
    with pytest.raises(NotAllowed):
        made.house.correcting.correct(made.operator, wang, Correction(REASON, number=number(3)))
    assert (found(made, number(1)), found(made, number(2)), noted(made)) == ([wang], [li], [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Correction("", name="王"), "reason"),
        (Correction(REASON, name=" "), "name"),
        (Correction(REASON, name="王?兰"), "name"),
        (Correction(REASON, phone="12"), "phone"),
        (Correction(REASON, number="150602194901010011"), "number"),
    ],
)
def test_what_is_wrong_is_refused(made: Furnished, wrong: Correction, field: str) -> None:
    wang = register(made, number=number(1), phone=OLD)
    with pytest.raises(Invalid) as refused:
        made.house.correcting.correct(made.administrator, wang, wrong)
    assert (refused.value.field, found(made, OLD)) == (field, [wang])


def test_nobody_of_another_street(made: Furnished) -> None:
    with pytest.raises(NotFound):
        made.house.correcting.correct(made.operator, "0" * 20, Correction(REASON, name="王"))


@pytest.mark.parametrize(
    ("change", "ended"), [({"phone": NEW}, True), ({"phone": OLD}, False), ({"name": "王"}, False)]
)
def test_with_another_phone_one_is_signed_out_everywhere(made: Furnished, change: dict[str, str], ended: bool) -> None:
    wang, li = register(made, phone=OLD), register(made, "李强", phone=OLD)
    with made.house.store.write(made.street) as tx:
        alone = resident_sessions.begin(tx, Channel.PHONE, "", [wang]).token
        undecided = resident_sessions.begin(tx, Channel.PHONE, "", [wang, li]).token
        other = resident_sessions.begin(tx, Channel.PHONE, "", [li]).token
    made.house.correcting.correct(made.operator, wang, Correction(REASON, **change))
    for token in (alone, undecided):
        if ended:
            with pytest.raises(NotSignedIn):
                resident_sessions.session(made.house.store, made.street, token)
        else:
            resident_sessions.session(made.house.store, made.street, token)
    resident_sessions.session(made.house.store, made.street, other)
