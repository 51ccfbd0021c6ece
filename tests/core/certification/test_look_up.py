"""What the bureau says of a person, alone or among many; a death; what is refused of schemes and delegations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cert_hall import DOLE, PENSION, TODAY, YEARLY, Hall, number
from doubles import Bureau, Step
from jiedao import hookimpl
from jiedao.certification import delegations
from jiedao.certification.delegations import Mandate
from jiedao.certification.graph import At
from jiedao.certification.outcomes import Outcome
from jiedao.certification.periods import Window, Windows
from jiedao.certification.schemes import schemes
from jiedao.hookspecs.certification import Beneficiary, Finding, Route, Standing, Verdict
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Succeeded, Unavailable
from jiedao.hookspecs.service import About, Notice, NoticeOutcome, NoticeRequest, Topic
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, ServicePaused
from jiedao.worker import Worker
from postgres_server import Database

NOBODY = Declined(Text("查无此人", "nobody"), "404")


def test_a_look_up_makes_entitlements_of_known_kinds(hall: Hall) -> None:
    hall.knows(
        hall.number,
        hall.due(PENSION, Standing.NOT_DUE, certified_on=date(2026, 1, 31), region="150602"),
        hall.due("999"),
    )
    (answer,) = hall.look_up()
    assert (answer.connection, answer.reached, answer.says) == ("bureau", True, None)
    held = hall.held()
    assert (held.at, held.region, held.dates.valid_to) == (At.NOT_DUE, "150602", date(2027, 1, 31))
    assert [row.scheme for row in hall.made.rows("entitlement")] == ["pension"]
    assert [(row.event, row.staff) for row in hall.log()] == [("found_not_due", hall.made.operator.staff)]


def test_what_changes_nothing_leaves_no_trace(hall: Hall) -> None:
    for _ in range(3):
        hall.look_up()
    assert len(hall.log()) == 1
    assert hall.made.rows("entitlement")[0].looked_on == TODAY


@pytest.mark.parametrize("standing", list(Standing))
def test_every_standing(desk: Hall, standing: Standing) -> None:
    desk.knows(desk.number, desk.due(PENSION, standing))
    desk.look_up()
    assert desk.held().at == standing


def test_a_standing_that_the_bureau_does_not_say_leaves_what_was_known(desk: Hall) -> None:
    desk.look_up()
    desk.knows(desk.number, desk.due(PENSION, Standing.UNKNOWN))
    desk.look_up()
    assert desk.held().at is At.DUE


@pytest.mark.parametrize(("classes", "drawn"), [((), False), (("survivor",), False), (("retired", "x"), True)])
def test_a_scheme_may_be_for_some_classes_only(desk: Hall, classes: tuple[str, ...], drawn: bool) -> None:
    desk.change("pension", classes=frozenset({"retired"}))
    desk.knows(desk.number, desk.due(PENSION), classes=classes)
    desk.look_up()
    assert bool(desk.made.rows("entitlement")) is drawn


def test_without_a_date_of_the_bureau_the_window_is_the_due_date(desk: Hall) -> None:
    desk.change("pension", period=Windows((Window((3, 1), (5, 31)),)))
    desk.look_up()
    assert desk.held().dates.due_on == date(2026, 5, 31)


def test_dates_that_its_standing_belies_are_dropped(desk: Hall) -> None:
    desk.knows(desk.number, desk.due(PENSION, Standing.NOT_DUE, valid_to=date(2025, 12, 31)))
    desk.look_up()
    assert (desk.held().at, desk.held().dates.due_on) == (At.NOT_DUE, None)
    desk.room.turn_the_page(desk.street)
    assert desk.held().at is At.NOT_DUE


@pytest.mark.parametrize(
    ("answer", "reached"),
    [
        (Unavailable("no line"), False),
        (OutcomeUnknown("cut"), False),
        (ValueError("bug"), False),
        (Succeeded(Beneficiary("somebody else", "李**", ())), False),
        (NOBODY, True),
    ],
)
def test_a_bureau_that_does_not_know_or_answer_changes_nothing(hall: Hall, answer: Any, reached: bool) -> None:
    hall.look_up()
    before = hall.held()
    hall.bureau.will("certification_lookup", Step(answer=answer))
    (said,) = hall.look_up()
    assert (said.reached, said.person, bool(said.says)) == (reached, None, True)
    assert hall.held() == before


def test_two_look_ups_at_once_make_one_entitlement(hall: Hall) -> None:
    """The second begins again with what the first made."""
    hall.bureau.will("certification_lookup", Step(after=hall.look_up))
    hall.look_up()
    assert len(hall.made.rows("entitlement")) == 2


def test_history_of_the_bureau_itself(hall: Hall) -> None:
    hall.certify()
    (record,) = hall.room.bureau.records(hall.street, hall.held().id)
    assert (record.on, record.finding, record.route) == (TODAY, Finding.CERTIFIED, Route.COUNTER)
    hall.bureau.will("certification_history", Step(answer=NOBODY), Step(answer=Unavailable("no line")))
    for refusal in (Conflict, ServicePaused):
        with pytest.raises(refusal):
            hall.room.bureau.records(hall.street, hall.held().id)


# death


def test_a_death_ends_everything_at_the_bureau_with_who_said_so(hall: Hall) -> None:
    hall.look_up()
    hall.knows(hall.number, deceased=True)
    hall.room.report_death(hall.made.operator, hall.wang, "女儿来电")
    for scheme in hall.schemes:
        assert (hall.held(scheme).at, hall.held(scheme).ended, hall.held(scheme).ended_on) == (
            At.ENDED,
            "deceased",
            TODAY,
        )
        last = hall.log(scheme)[-1]
        assert (last.event, last.staff, last.source) == ("died", hall.made.operator.staff, "女儿来电")


def test_a_report_of_a_death_ends_nothing_by_itself(hall: Hall) -> None:
    hall.look_up()
    hall.room.report_death(hall.made.operator, hall.wang, "邻居说的")
    assert hall.held().at is At.DUE
    (noted,) = [row for row in hall.made.rows("audit") if row.action == "report death"]
    assert noted.reason == "邻居说的"
    with pytest.raises(Invalid):
        hall.room.report_death(hall.made.operator, hall.wang, " ")


class Calling(Bureau):
    """A bureau that sends notices: the body is the person's number."""

    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        """Everything is genuine."""
        said = request.content.decode()
        return Succeeded(Notice(said, None, (Topic(About.PERSON, said.split()[0]),)))


def tell(hall: Hall, said: str) -> None:
    received = hall.house.notices.receive(hall.street, "bureau", {}, said.encode())
    hall.house.notices.ask(hall.street, received.id)


def test_a_notice_is_only_a_reason_to_look(database: Database, tmp_path: Path) -> None:
    hall = Hall(database.url, tmp_path, Calling(abilities=frozenset({"notice"})))
    with closing(hall.house):
        hall.look_up()
        tell(hall, f"{hall.number} is dead")
        assert hall.held().at is At.DUE
        hall.knows(hall.number, deceased=True)
        tell(hall, f"{number(1950)} is nobody here")
        assert hall.held().at is At.DUE
        tell(hall, f"{hall.number} is really dead")
        assert (hall.held().at, hall.log()[-1].source) == (At.ENDED, "notice")


def test_a_notice_that_cannot_be_asked_about_is_taken_up_again(sqlite: Database, tmp_path: Path) -> None:
    hall = Hall(sqlite.url, tmp_path, Calling(abilities=frozenset({"notice"})))
    with closing(hall.house):
        hall.look_up()
        hall.knows(hall.number, deceased=True)
        hall.bureau.will("certification_lookup", Step(answer=Unavailable("no line")))
        with pytest.raises(ServicePaused):
            tell(hall, hall.number)
        assert hall.held().at is At.DUE
        hall.watch.forward(hours=1)
        hall.house.notices.finish_due(hall.street)
        assert hall.held().at is At.ENDED


def test_a_death_that_was_no_death_is_taken_back_by_the_bureau_only(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(effect=False, answer=Succeeded(Verdict(Finding.DECEASED, "R1"))))
    hall.certify()
    assert hall.held().at is At.ENDED
    hall.look_up()
    assert (hall.held().at, hall.held().ended, hall.held().ended_on) == (At.DUE, "", None)
    assert [row.event for row in hall.log()] == ["found_due", "died", "found_due"]


# many at once


def crowd(hall: Hall, count: int) -> list[str]:
    made = []
    for serial in range(count):
        one = number(1940, serial + 1)
        hall.knows(one, hall.due(PENSION))
        made.append(hall.resident(f"居民{serial}", one))
        hall.look_up(made[-1])
    return made


def test_due_lists_are_asked_for_anew_once_a_day(hall: Hall) -> None:
    people = crowd(hall, 3)
    assert hall.room.refresh(hall.street) is False
    hall.watch.forward(days=1)
    hall.knows(number(1940, 1), hall.due(PENSION, Standing.NOT_DUE, valid_to=date(2027, 1, 1)))
    hall.knows(number(1940, 2), deceased=True)
    del hall.bureau.people[number(1940, 3)]
    assert hall.room.refresh(hall.street) is True
    assert hall.room.refresh(hall.street) is False
    assert [hall.held(resident=one).at for one in people] == [At.NOT_DUE, At.ENDED, At.DUE]
    assert len([1 for hook, _ in hall.bureau.calls if hook == "certification_batch"]) == 1


@pytest.mark.parametrize("answer", [Unavailable("no line"), OutcomeUnknown("cut"), NOBODY])
def test_a_bureau_that_fails_changes_nothing_and_is_left_alone(desk: Hall, answer: Any) -> None:
    (one,) = crowd(desk, 1)
    desk.watch.forward(days=1)
    desk.knows(number(1940, 1), deceased=True)
    desk.bureau.will("certification_batch", Step(answer=answer))
    before = desk.made.rows("entitlement")
    assert [desk.room.refresh(desk.street) for _ in range(3)] == [False, False, False]
    assert desk.made.rows("entitlement") == before
    assert len([1 for hook, _ in desk.bureau.calls if hook == "certification_batch"]) == 1
    assert desk.held(resident=one).at is At.DUE


def test_the_worker_turns_the_page_and_asks(desk: Hall) -> None:
    desk.certify()
    desk.watch.forward(days=400)
    desk.bureau.people[desk.number] = replace(desk.bureau.people[desk.number], deceased=True)
    worker = Worker(desk.house)
    worker.once()
    assert [row.event for row in desk.log()][-3:] == ["opened", "ran_out", "died"]


# schemes


def test_rules_of_a_scheme_may_change_but_not_what_it_is_about(desk: Hall) -> None:
    desk.change("pension", reminder_days=3, routes=frozenset({Route.FACE}))
    with desk.house.store.read(desk.street) as tx:
        assert {one.id: one for one in schemes(tx)} == desk.schemes
    for change in ({"kind": "111"}, {"id": "other"}):
        with pytest.raises(Conflict):
            desk.room.set_scheme(desk.made.administrator, replace(YEARLY, **change))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"connection": "cash"}, "connection"), ({"connection": "x"}, "connection"), ({"routes": frozenset()}, "routes")],
)
def test_a_scheme_that_cannot_be(desk: Hall, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.room.set_scheme(desk.made.administrator, replace(YEARLY, id="new", **change))
    assert refused.value.field == field


def test_only_administrators_make_schemes(desk: Hall) -> None:
    for caller in (desk.made.operator, desk.made.accountant):
        with pytest.raises(NotAllowed):
            desk.room.set_scheme(caller, YEARLY)


# acting for another


def mandate(hall: Hall, agent: str, **more: Any) -> str:
    wanted = Mandate(hall.wang, agent, "女儿", "委托书 2026-117", TODAY, **more)
    return hall.room.delegations.add(hall.made.operator, wanted)


def test_who_acted_is_recorded_and_told(hall: Hall) -> None:
    daughter = hall.resident("王小红")
    attempt = hall.certify(route=Route.RELATIVE, agent=daughter)
    assert hall.outcome(attempt) is Outcome.CERTIFIED
    (stored,) = hall.made.rows("cert_attempt")
    assert (stored.agent, stored.agent_name, stored.delegation) == (daughter, "王小红", "")
    assert hall.bureau.submitted[0].agent == "王小红"


def test_where_the_scheme_asks_for_it_only_a_delegate_may_act(hall: Hall) -> None:
    hall.change("pension", needs_delegation=True)
    daughter = hall.resident("王小红")
    hall.look_up()
    with pytest.raises(Invalid) as refused:
        hall.room.certify(hall.made.operator, hall.wanted(agent=daughter))
    assert (refused.value.code, refused.value.field) == ("certification.delegation", "agent")
    assert "王小红" in refused.value.says.zh
    made = mandate(hall, daughter)
    hall.certify(agent=daughter)
    assert hall.made.rows("cert_attempt")[0].delegation == made


@pytest.mark.parametrize("ended", ["expired", "revoked", "to come"])
def test_a_delegation_ends(hall: Hall, ended: str) -> None:
    hall.change("pension", needs_delegation=True)
    daughter = hall.resident("王小红")
    hall.look_up()
    if ended == "to come":
        mandate(hall, daughter, valid_to=TODAY + timedelta(days=5))
        more = {"on": TODAY - timedelta(days=1)}
    elif ended == "expired":
        mandate(hall, daughter, valid_to=TODAY + timedelta(days=5))
        hall.watch.forward(days=6)
        more = {}
    else:
        made = mandate(hall, daughter)
        hall.room.delegations.revoke(hall.made.operator, made, "本人收回")
        more = {}
        with pytest.raises(Conflict):
            hall.room.delegations.revoke(hall.made.operator, made, "again")
    with pytest.raises(Invalid) as refused:
        hall.room.certify(hall.made.operator, hall.wanted(agent=daughter, **more))
    assert refused.value.code == "certification.delegation"


def test_a_delegation_of_somebody_else_does_not_count(desk: Hall) -> None:
    desk.change("pension", needs_delegation=True)
    daughter, other = desk.resident("王小红"), desk.resident("李强")
    mandate(desk, daughter)
    desk.look_up()
    with pytest.raises(Invalid):
        desk.room.certify(desk.made.operator, desk.wanted(agent=other))
    with pytest.raises(Invalid):
        desk.room.certify(desk.made.operator, desk.wanted(agent=desk.wang))


def test_the_proof_is_sealed(hall: Hall) -> None:
    made = mandate(hall, hall.resident("王小红"))
    (row,) = hall.made.rows("delegation")
    assert b"117" not in bytes(row.proof)
    with hall.house.store.read(hall.street) as tx:
        one = delegations.one(tx, made)
        assert (hall.room.delegations.proof(tx, one), one.agent_name, one.relation) == (
            "委托书 2026-117",
            "王小红",
            "女儿",
        )
        assert [row.id for row in delegations.of_resident(tx, hall.wang)] == [made]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agent": "self"}, "agent"),
        ({"proof": " "}, "proof"),
        ({"valid_to": TODAY - timedelta(days=1)}, "valid_to"),
    ],
)
def test_a_delegation_that_cannot_be(desk: Hall, change: dict[str, Any], field: str) -> None:
    wanted = Mandate(desk.wang, desk.made.resident, "女儿", "委托书", TODAY)
    change = {name: desk.wang if value == "self" else value for name, value in change.items()}
    with pytest.raises(Invalid) as refused:
        desk.room.delegations.add(desk.made.operator, replace(wanted, **change))
    assert refused.value.field == field
    with pytest.raises(NotFound):
        desk.room.delegations.add(desk.made.operator, replace(wanted, agent="nobody"))


def test_history_is_append_only(desk: Hall) -> None:
    desk.look_up()
    with (
        desk.house.store.engine.connect() as connection,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        connection.connection.driver_connection.execute("UPDATE entitlement_event SET state = 'ended'")  # type: ignore[union-attr]


def test_a_batch_does_not_disturb_what_is_open(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(answer=OutcomeUnknown("cut")))
    attempt = hall.certify()
    hall.watch.forward(days=1)
    assert hall.room.refresh(hall.street) is True
    hall.resolve()
    assert (hall.outcome(attempt), hall.held().at, hall.held("dole").at) == (Outcome.CERTIFIED, At.NOT_DUE, At.DUE)
    assert DOLE in {one.kind for one in hall.bureau.people[hall.number].benefits}
