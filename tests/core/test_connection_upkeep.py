"""Connections in use: trying settings before they are saved, the daily check, what is still open, and copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from core_counter import STREET, Counter
from core_doubles import Acquirer

from houses import PASSWORD, furnish
from jiedao.catalogue.copying import Wanted
from jiedao.checkout.checkout import Paying
from jiedao.directory import groups
from jiedao.directory.caller import Caller, Role
from jiedao.directory.staff import Change, add_staff, change_staff
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown
from jiedao.hookspecs.service import CheckResult
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, TooMany
from jiedao.registry.connections import State
from jiedao.registry.terms import Terms
from jiedao.store import tables
from post_desk import post_desk
from postgres_server import Database

OTHER = "150602008"
SECRET = "hunter2-hunter2-hunter2"


# trials


def test_settings_are_tried_before_they_are_saved_and_nothing_is_kept_of_it(counter: Counter) -> None:
    pos, rooms = counter.plugins["pos"], counter.house.connections
    pos.will("check_connection", InvalidConfig("401"))
    assert rooms.trial(STREET, "pos", {"url": "u", "secret": SECRET}).passed is False
    assert rooms.trial(STREET, "pos", {"url": "u", "secret": SECRET, "none": None}).passed
    asked = [request.connection for request in pos.asked("check_connection")]
    assert dict(asked[1].settings) == {"url": "u", "secret": SECRET}
    assert asked[0].version != asked[1].version
    with counter.read() as tx:
        assert {one.id for one in rooms.all(tx)} == set(counter.plugins)
    with pytest.raises(Invalid):
        rooms.trial(STREET, "pos", {"broken": 1})


def test_changes_are_tried_with_the_secrets_that_are_kept(counter: Counter) -> None:
    pos, rooms = counter.plugins["pos"], counter.house.connections
    with counter.write() as tx:
        rooms.create(tx, "card2", "pos", Text.same("card"), {"url": "old", "secret": SECRET})
    assert rooms.trial(STREET, "", {"url": "new"}, after="card2").passed
    assert dict(pos.asked("check_connection")[-1].connection.settings) == {"url": "new", "secret": SECRET}
    with counter.read() as tx:
        assert (rooms.one(tx, "card2").settings, rooms.one(tx, "card2").checked) == ({"url": "old"}, False)


def test_none_takes_a_setting_away(counter: Counter) -> None:
    rooms = counter.house.connections
    with counter.write() as tx:
        rooms.create(tx, "card2", "pos", Text.same("card"), {"url": "u", "more": "m", "secret": SECRET})
        rooms.configure(tx, "card2", {"more": None, "secret": None})
        assert (rooms.one(tx, "card2").settings, rooms.one(tx, "card2").secrets) == ({"url": "u"}, ())


# the daily check


def test_a_live_connection_is_checked_once_a_day_and_others_are_not(on_both: Counter) -> None:
    counter, rooms = on_both, on_both.house.connections
    rooms.check(STREET, "pos")
    with counter.write() as tx:
        rooms.switch(tx, "pos", State.LIVE)
    assert [rooms.check_due(STREET) for _ in range(3)] == [True, False, False]
    counter.watch.forward(hours=23)
    assert not rooms.check_due(STREET)
    counter.watch.forward(hours=2)
    counter.plugins["pos"].will("check_connection", CheckResult(False, Text("坏了", "broken")))
    assert rooms.check_due(STREET)
    with counter.read() as tx:
        one = rooms.one(tx, "pos")
    assert (one.state, one.check["passed"], one.checked_at) == (State.LIVE, False, counter.watch.now)
    assert [len(counter.plugins[name].asked("check_connection")) for name in ("pos", "hub")] == [3, 0]


# what is still open


def test_what_is_open_is_said_by_kind_and_keeps_it_from_being_switched_off(counter: Counter) -> None:
    rooms = counter.house.connections
    counter.plugins["hub"].will("biller_pay", OutcomeUnknown("cut"), OutcomeUnknown("cut"))
    two = [counter.bill("ELEC", 9000, id_="A"), counter.bill("GAS", 1000, id_="B")]
    counter.visit(two, Paying("cash", 10000, "cash"))
    with counter.read() as tx:
        (work,) = rooms.still_open(tx, "hub")
        assert (work.kind, work.count, work.since, work.says.en) == (
            "attempt",
            1,
            counter.watch.now,
            "1 open payment",
        )
        assert (rooms.still_open(tx, "pos"), rooms.open_work(tx, "hub")) == ([], 1)
    with counter.write() as tx, pytest.raises(Conflict) as caught:
        rooms.switch(tx, "hub", State.OFF)
    assert caught.value.says.en == "Still open: 1 open payment. It can be paused but not switched off"
    with counter.write() as tx:
        rooms.switch(tx, "hub", State.PAUSED)
        assert rooms.one(tx, "hub").state_at == counter.watch.now


def test_post_that_is_on_its_way_is_open_work(sqlite: Database, tmp_path: Path) -> None:
    desk = post_desk(sqlite.url, tmp_path)
    desk.post()
    desk.post()
    house = desk.made.house
    with house.store.read(desk.made.street) as tx:
        (work,) = house.connections.still_open(tx, "ems")
        assert (work.kind, work.says) == ("parcel", Text("2 件在途邮件", "2 parcels on their way"))
    house.close()


# copies


@pytest.fixture
def streets(sqlite: Database, tmp_path: Path) -> Any:
    """Two streets of one installation; the other one has a card connection with terms."""
    acquirer = Acquirer("pos", abilities=())
    other = furnish(sqlite.url, tmp_path, street=OTHER)
    other.house.close()
    made = furnish(sqlite.url, tmp_path)
    made.house.registry.register("pos", acquirer)
    with made.house.store.write(OTHER) as tx:
        made.house.connections.create(
            tx, "theirs", "pos", Text("卡", "Card"), {"url": "http://pos", "merchant": "M1", "secret": SECRET}
        )
        groups.add(tx, other.administrator, "theirs-only", Text.same("theirs"))
        groups.add(tx, other.administrator, "both", Text.same("both"))
        terms = Terms(most=5000, groups=("both", "theirs-only"), credential_until=date(2027, 1, 1))
        made.house.connections.agree(tx, "theirs", terms)
    with made.house.store.write(STREET) as tx:
        groups.add(tx, made.administrator, "both", Text.same("both"))
    yield made
    made.house.close()


def prove(made: Any, login: str = "administrator", password: str = PASSWORD, street: str = OTHER) -> Caller:
    there: Caller = made.house.copying.administrator_of(made.administrator, street, login, password, "")
    return there


def test_what_was_proven_serves_the_same_person_for_a_quarter_of_an_hour(
    streets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying, by, there = streets.house.copying, streets.administrator, prove(streets)
    proof = copying.seal(by, there)
    assert copying.unseal(by, proof) == there
    for forged in ("", "zz", "00", proof[:-2] + ("00" if proof[-2:] != "00" else "01")):
        with pytest.raises(Invalid, match=r"copy\.forged"):
            copying.unseal(by, forged)
    with pytest.raises(Invalid, match=r"copy\.forged"):
        copying.unseal(replace(by, staff=there.staff), proof)
    with pytest.raises(NotAllowed, match=r"role\.missing"):
        copying.unseal(streets.operator, proof)
    now = streets.house.store.clock()
    monkeypatch.setattr(streets.house.store, "clock", lambda: now + timedelta(minutes=16))
    with pytest.raises(Conflict, match=r"copy\.expired"):
        copying.unseal(by, proof)


@pytest.mark.parametrize(
    ("change", "code"), [(Change(role=Role.OPERATOR), "copy.role"), (Change(active=False), "copy.refused")]
)
def test_whoever_is_no_administrator_any_more_copies_nothing(streets: Any, change: Change, code: str) -> None:
    there = prove(streets)
    proof = streets.house.copying.seal(streets.administrator, there)
    with streets.house.store.write(OTHER) as tx:
        boss = Caller(OTHER, add_staff(tx, "second", "赵磊", Role.ADMINISTRATOR, PASSWORD), Role.ADMINISTRATOR, "")
        change_staff(tx, boss, there.staff, change)
    with pytest.raises(NotAllowed, match=code):
        streets.house.copying.unseal(streets.administrator, proof)


def test_settings_and_terms_are_copied_without_secrets_and_noted_on_both_sides(streets: Any) -> None:
    made = streets
    there = prove(made)
    (offered,) = made.house.copying.offered(made.administrator, there, "pos")
    wanted = Wanted(offered.id, "card9", Text("刷卡", "Cards"), {"merchant": "M2", "secret": "our-own-secret-0"})
    assert made.house.copying.copy(made.administrator, there, wanted) == ("theirs-only",)
    with made.house.store.read(STREET) as tx:
        one = made.house.connections.one(tx, "card9")
    assert (one.state, one.settings, one.secrets) == (
        State.OFF,
        {"url": "http://pos", "merchant": "M2"},
        ("secret",),
    )
    assert one.terms == Terms(most=5000, groups=("both",), credential_until=date(2027, 1, 1))
    assert made.house.connections.check(STREET, "card9").passed
    used = made.house.registry.plugins["pos"].implementation.asked("check_connection")[-1].connection.settings
    assert used["secret"] == "our-own-secret-0"
    noted = {(row.street, row.action) for row in all_audit(made)}
    assert noted >= {
        (OTHER, "connection.shown"),
        (OTHER, "connection.copied"),
        (STREET, "connection.copy"),
    }


def all_audit(made: Any) -> list[Any]:
    with made.house.store.engine.connect() as connection:
        return list(connection.execute(tables.audit.select()))


def test_nobody_copies_from_a_street_of_which_they_are_not_proven_an_administrator(streets: Any) -> None:
    made = streets
    with pytest.raises(NotAllowed, match=r"copy\.role"):
        prove(made, "operator")
    with pytest.raises(NotAllowed, match=r"copy\.refused"):
        prove(made, password="wrong password")
    with pytest.raises(NotAllowed, match=r"copy\.refused"):
        prove(made, street="999999999")
    with pytest.raises(Invalid, match=r"copy\.own"):
        prove(made, street=STREET)
    with pytest.raises(NotAllowed, match=r"role\.missing"):
        made.house.copying.administrator_of(made.operator, OTHER, "administrator", PASSWORD, "")
    for _ in range(4):
        with pytest.raises(NotAllowed):
            prove(made, password="wrong password")
    with pytest.raises(TooMany):
        prove(made)
    assert [row.street for row in all_audit(made) if row.action.startswith("connection.co")] == []
