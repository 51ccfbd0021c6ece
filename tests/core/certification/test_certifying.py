"""Certifying: every judgement of the bureau, every way of not having one, and nothing submitted twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cert_hall import DOLE, JPEG, PENSION, SEEN, TODAY, Hall
from doubles import Bureau, Step
from jiedao.certification.graph import At, Event
from jiedao.certification.outcomes import Outcome
from jiedao.certification.periods import Late
from jiedao.directory.caller import Claim, Replayed, replayed
from jiedao.hookspecs.certification import Beneficiary, Finding, Route, Standing, Verdict
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, NotFound, OutcomeUnknown, Pending, Succeeded, Unavailable
from jiedao.language import Text
from jiedao.operations import review
from jiedao.operations.model import State
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.registry.connections import State as Connected
from jiedao.store.direct import AlreadyThere
from postgres_server import Database

UNHEARD = OutcomeUnknown("line cut")
NEXT_YEAR = date(2027, 3, 2)


def judged(hall: Hall, finding: Finding, scheme: str = "pension", **more: Any) -> str:
    """Certify, and let the bureau judge so."""
    hall.bureau.will("certification_submit", Step(effect=False, answer=Succeeded(Verdict(finding, "R1", **more))))
    return hall.certify(scheme)


# judgements


def test_a_certification_lasts_for_the_period_of_its_scheme(hall: Hall) -> None:
    attempt = hall.certify()
    item, held = hall.items(attempt)["pension"], hall.held()
    assert (item.outcome, item.reference[:1], item.verdict["finding"]) == ("certified", "R", "certified")
    assert (held.at, held.dates.certified_on, held.dates.valid_to, held.dates.due_on) == (
        At.NOT_DUE,
        TODAY,
        NEXT_YEAR,
        NEXT_YEAR,
    )
    assert (held.attempt, hall.held("dole").at) == ("", At.DUE)
    last = hall.log()[-1]
    assert (last.event, last.operation, last.staff) == ("certified", item.operation, "")


def test_the_bureau_may_date_it_itself(hall: Hall) -> None:
    judged(hall, Finding.CERTIFIED, valid_to=date(2026, 12, 31))
    assert hall.held().dates.valid_to == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("finding", "more", "outcome", "at"),
    [
        (Finding.NOT_DUE, {}, Outcome.NOT_DUE, At.NOT_DUE),
        (Finding.RESTORED, {}, Outcome.RESTORED, At.RESTORED),
        (Finding.REJECTED, {"retryable": True, "reason": Text("照片模糊", "blurred")}, Outcome.REJECTED, At.DUE),
        (Finding.REJECTED, {"reason": Text("不是本人", "somebody else")}, Outcome.REJECTED, At.DUE),
        (Finding.NOT_FOUND, {}, Outcome.NOT_FOUND, At.DUE),
        (Finding.NOT_ELIGIBLE, {}, Outcome.NOT_ELIGIBLE, At.DUE),
        (Finding.WRONG_REGION, {"region": "150702"}, Outcome.WRONG_REGION, At.DUE),
        (Finding.NEEDS_COUNTER, {"needs": frozenset({"photo", "paper"})}, Outcome.NEEDS_COUNTER, At.DUE),
        (Finding.DECEASED, {}, Outcome.DECEASED, At.ENDED),
    ],
)
def test_every_judgement(hall: Hall, finding: Finding, more: dict[str, Any], outcome: Outcome, at: At) -> None:
    attempt = judged(hall, finding, **more)
    item = hall.items(attempt)["pension"]
    assert (item.outcome, item.operation_state, hall.held().at, hall.held().attempt) == (outcome, "succeeded", at, "")
    assert item.verdict["retryable"] is more.get("retryable", False)
    assert item.verdict["region"] == more.get("region", "")
    assert item.verdict["needs"] == sorted(more.get("needs", ()))
    assert item.reason == (more["reason"].as_json() if "reason" in more else {})


def test_after_a_rejection_one_may_try_again(hall: Hall) -> None:
    judged(hall, Finding.REJECTED, retryable=True)
    assert hall.outcome(hall.certify()) is Outcome.CERTIFIED
    assert len(hall.bureau.sent("certification_submit")) == 2


def test_a_late_one_restores_what_was_suspended(hall: Hall) -> None:
    hall.knows(hall.number, hall.due(PENSION, Standing.SUSPENDED, reason="未认证"))
    hall.look_up()
    assert (hall.held().at, hall.held().suspended_on, hall.held().reason) == (At.SUSPENDED, TODAY, "未认证")
    assert hall.outcome(hall.certify()) is Outcome.CERTIFIED
    assert (hall.held().at, hall.held().suspended_on) == (At.RESTORED, None)


def test_being_late_need_not_move_the_cycle(desk: Hall) -> None:
    desk.change("pension", late=Late.FROM_DUE)
    desk.knows(desk.number, desk.due(PENSION, Standing.OVERDUE, valid_to=date(2025, 12, 31)))
    desk.certify()
    assert desk.held().dates.valid_to == date(2026, 12, 31)


# what is not submitted


@pytest.mark.parametrize("standing", [Standing.NOT_DUE, Standing.RESTORED])
def test_what_is_certified_already_is_not_submitted(hall: Hall, standing: Standing) -> None:
    """By data match, for example: the look-up shows it."""
    hall.look_up()
    hall.knows(hall.number, hall.due(PENSION, standing, valid_to=NEXT_YEAR, route=Route.DATA_MATCH))
    attempt = hall.certify()
    assert (hall.outcome(attempt), hall.items(attempt)["pension"].operation) == (Outcome.NOT_DUE, "")
    assert hall.bureau.sent("certification_submit") == []
    assert (hall.held().attempt, hall.held().dates.due_on) == ("", NEXT_YEAR)


def test_what_has_ended_or_is_not_known_is_not_submitted(hall: Hall) -> None:
    hall.look_up()
    hall.knows(hall.number, hall.due(PENSION, Standing.ENDED, reason="超龄"))
    assert hall.outcome(hall.certify()) is Outcome.NOT_ELIGIBLE
    assert (hall.held().ended, hall.held().reason) == ("ended", "超龄")
    hall.bureau.people.clear()
    attempt = hall.certify("dole")
    assert (hall.outcome(attempt, "dole"), hall.items(attempt)["dole"].reason["zh"]) == (Outcome.NOT_FOUND, "查无此人")
    assert hall.bureau.submitted == []


def test_a_bureau_that_cannot_be_asked_is_not_submitted_to(hall: Hall) -> None:
    hall.look_up()
    hall.bureau.will("certification_lookup", Step(answer=Unavailable("no line")))
    with pytest.raises(ServicePaused) as refused:
        hall.room.certify(hall.made.operator, hall.wanted())
    assert refused.value.code == "certification.unreachable"
    hall.bureau.will("certification_lookup", Step(answer=Succeeded(Beneficiary("1", "李**", ()))))
    with pytest.raises(ServicePaused):
        hall.room.certify(hall.made.operator, hall.wanted())
    assert (hall.made.rows("cert_attempt"), hall.held().attempt) == ([], "")


def test_a_paused_bureau_is_not_submitted_to(desk: Hall) -> None:
    desk.look_up()
    desk.house.connections.pause(desk.street, "bureau", "settings")
    with pytest.raises(ServicePaused):
        desk.room.certify(desk.made.operator, desk.wanted())


# without a judgement


def test_unknown_is_asked_and_answered(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(answer=UNHEARD))
    attempt = hall.certify()
    assert (hall.outcome(attempt), hall.held().at, hall.held().attempt) == (Outcome.UNKNOWN, At.DUE, attempt)
    hall.resolve()
    assert (hall.outcome(attempt), hall.held().at, hall.held().attempt) == (Outcome.CERTIFIED, At.NOT_DUE, "")
    assert len(hall.bureau.submitted) == 1


def test_uploaded_is_not_certified(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(answer=Pending("U-7")))
    hall.bureau.will("certification_query", *[Step(answer=Pending("U-7"))] * 2)
    attempt = hall.certify()
    item = hall.items(attempt)["pension"]
    assert (item.outcome, item.reference, hall.held().at) == ("pending", "U-7", At.DUE)
    hall.resolve()
    assert (hall.outcome(attempt), hall.held().at) == (Outcome.CERTIFIED, At.NOT_DUE)


def test_what_never_arrived_may_be_tried_again_and_a_late_success_counts(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(effect=False, answer=UNHEARD))
    attempt = hall.certify()
    hall.resolve(times=1)
    item = hall.items(attempt)["pension"]
    assert (item.outcome, item.operation_state, hall.held().attempt) == ("not_submitted", "declined", "")
    assert "扣款" not in item.reason["zh"]
    hall.bureau.judged[item.operation] = Verdict(Finding.CERTIFIED, "LATE")
    hall.resolve()
    late = hall.items(attempt)["pension"]
    assert (late.outcome, late.reference, hall.held().at) == ("certified", "LATE", At.NOT_DUE)


def test_an_older_late_success_does_not_shorten_a_newer_one(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(effect=False, answer=UNHEARD))
    hall.look_up()
    begun = hall.room.certify(hall.made.operator, hall.wanted(on=TODAY - timedelta(days=20)))
    hall.house.operations.drive(begun.planned)
    hall.watch.forward(seconds=5)
    while hall.house.operations.resolve_due(hall.street):
        pass
    hall.certify()
    assert hall.held().dates.valid_to == NEXT_YEAR
    operation = hall.items(begun.attempt)["pension"].operation
    hall.bureau.judged[operation] = Verdict(Finding.CERTIFIED, "LATE", valid_to=date(2026, 12, 31))
    hall.resolve()
    assert hall.outcome(begun.attempt) is Outcome.CERTIFIED
    assert hall.held().dates.valid_to == NEXT_YEAR


@pytest.mark.parametrize(
    ("answer", "times", "reason"),
    [
        (Declined(Text("系统维护", "maintenance"), "M1"), 1, "系统维护"),
        (Unavailable("no line"), 2, "服务暂时无法连接，没有办理"),
    ],
)
def test_a_submission_that_is_not_taken_records_nothing(hall: Hall, answer: Any, times: int, reason: str) -> None:
    hall.bureau.will("certification_submit", *[Step(effect=False, answer=answer)] * times)
    attempt = hall.certify()
    hall.resolve(times=3)
    item = hall.items(attempt)["pension"]
    assert (item.outcome, item.reason["zh"], hall.held().attempt) == ("not_submitted", reason, "")
    assert hall.outcome(hall.certify()) is Outcome.CERTIFIED


def in_review(hall: Hall) -> tuple[str, str]:
    hall.bureau.will("certification_submit", Step(answer=UNHEARD))
    hall.bureau.will("certification_query", *[Step(answer=Unavailable("silent"))] * 40)
    attempt = hall.certify()
    hall.resolve()
    item = hall.items(attempt)["pension"]
    assert (item.outcome, item.operation_state) == ("unknown", "review")
    return attempt, item.operation


def close(hall: Hall, operation: str, verdict: State, reference: str = "R-9") -> None:
    planned = review.close(
        hall.house.store, hall.house.operations, hall.made.accountant, operation, verdict, reference, SEEN
    )
    hall.house.operations.drive(planned)


def test_a_person_with_evidence_closes_what_nobody_answers(hall: Hall) -> None:
    attempt, operation = in_review(hall)
    close(hall, operation, State.SUCCEEDED)
    item, held = hall.items(attempt)["pension"], hall.held()
    assert (item.outcome, item.reference, held.at, held.dates.valid_to) == (
        "certified",
        "R-9",
        At.NOT_DUE,
        NEXT_YEAR,
    )


def test_a_person_may_find_that_it_was_not_done(hall: Hall) -> None:
    attempt, operation = in_review(hall)
    close(hall, operation, State.DECLINED, "")
    assert (hall.outcome(attempt), hall.held().at, hall.held().attempt) == (Outcome.NOT_SUBMITTED, At.DUE, "")


# several entitlements in one attempt


def test_each_entitlement_is_an_operation_of_its_own(hall: Hall) -> None:
    attempt = hall.certify("pension", "dole")
    items = hall.items(attempt)
    assert {row.outcome for row in items.values()} == {"certified"}
    assert items["pension"].operation != items["dole"].operation
    assert sorted(one.kind for one in hall.bureau.submitted) == [PENSION, DOLE]
    assert hall.held("dole").dates.valid_to == TODAY + timedelta(days=30)


def test_one_judgement_may_satisfy_others(hall: Hall) -> None:
    both = frozenset({PENSION, DOLE})
    hall.bureau.will("certification_submit", Step(answer=Succeeded(Verdict(Finding.CERTIFIED, "R1", also=both))))
    attempt = hall.certify("pension", "dole")
    assert {row.outcome for row in hall.items(attempt).values()} == {"certified"}
    assert len(hall.bureau.submitted) == 1
    assert {hall.held(one).at for one in hall.schemes} == {At.NOT_DUE}
    assert (hall.held("dole").dates.valid_to, hall.held("dole").attempt) == (TODAY + timedelta(days=30), "")
    assert hall.made.rows("cert_attempt")[0].sealed is None


def test_it_satisfies_also_what_was_not_asked_for(hall: Hall) -> None:
    judged(hall, Finding.CERTIFIED, also=frozenset({DOLE, "999"}))
    assert hall.held("dole").at is At.NOT_DUE
    rejected = hall.log("dole")[-1]
    assert (rejected.event, rejected.operation) == ("certified", hall.made.rows("operation")[0].id)


def test_a_rejection_satisfies_nothing_else(hall: Hall) -> None:
    judged(hall, Finding.REJECTED, also=frozenset({DOLE}))
    assert hall.held("dole").at is At.DUE


def test_one_in_doubt_does_not_keep_the_next_waiting(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(answer=UNHEARD))
    attempt = hall.certify("pension", "dole")
    assert sorted(row.outcome for row in hall.items(attempt).values()) == ["certified", "unknown"]
    hall.resolve()
    assert {row.outcome for row in hall.items(attempt).values()} == {"certified"}


def test_what_another_judgement_satisfied_is_not_undone_by_its_own(hall: Hall) -> None:
    """The first is in doubt, the second satisfies it; then the bureau's word on the first is a rejection."""
    both = frozenset({PENSION, DOLE})
    hall.bureau.will(
        "certification_submit",
        Step(effect=False, answer=UNHEARD),
        Step(answer=Succeeded(Verdict(Finding.CERTIFIED, "R2", also=both))),
    )
    hall.bureau.will("certification_query", Step(answer=Succeeded(Verdict(Finding.REJECTED, "R1"))))
    attempt = hall.certify("pension", "dole")
    hall.resolve()
    assert {row.outcome for row in hall.items(attempt).values()} == {"certified"}
    assert {hall.held(one).at for one in hall.schemes} == {At.NOT_DUE}


def test_the_dead_are_not_submitted_again(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(answer=Succeeded(Verdict(Finding.DECEASED, "R1"))))
    attempt = hall.certify("pension", "dole")
    assert {row.outcome for row in hall.items(attempt).values()} == {"deceased"}
    assert len(hall.bureau.submitted) == 1
    assert {(hall.held(one).at, hall.held(one).ended, hall.held(one).attempt) for one in hall.schemes} == {
        (At.ENDED, "deceased", "")
    }
    hall.knows(hall.number, deceased=True)
    assert hall.outcome(hall.certify()) is Outcome.DECEASED
    assert len(hall.bureau.submitted) == 1


# once only


def test_twenty_windows_at_once_submit_once(hall: Hall) -> None:
    hall.look_up()
    wanted, together, answers = hall.wanted(), threading.Barrier(20), []
    all_refused = threading.Event()

    def press() -> str:
        together.wait()
        try:
            begun = hall.room.certify(hall.made.operator, wanted)
        except Conflict as refused:
            answers.append((refused.code, refused.facts["attempt"]))
            if len(answers) == 19:
                all_refused.set()
            return ""
        assert all_refused.wait(30), "another window got through"
        hall.house.operations.drive(begun.planned)
        return begun.attempt

    with ThreadPoolExecutor(20) as pool:
        made = [attempt for attempt in pool.map(lambda _: press(), range(20)) if attempt]
    assert len(made) + len(answers) == 20
    assert set(answers) == {("certification.open", made[0])}
    submitted = [row for row in hall.made.rows("operation") if row.hook == "certification_submit"]
    assert (len(submitted), len(hall.bureau.submitted), hall.outcome(made[0])) == (1, 1, Outcome.CERTIFIED)


def test_a_request_that_is_repeated_finds_what_it_made(hall: Hall) -> None:
    hall.look_up()
    caller = replace(hall.made.operator, claim=Claim("key-1", "digest"))
    begun = hall.room.certify(caller, hall.wanted())
    with pytest.raises((Conflict, AlreadyThere)):
        hall.room.certify(caller, hall.wanted())
    found = replayed(hall.house.store, caller)
    assert isinstance(found, Replayed)
    assert found.resource == begun.attempt


def test_a_bureau_that_is_sent_the_same_again(database: Database, tmp_path: Path) -> None:
    hall = Hall(database.url, tmp_path, Bureau(Recovery.RESEND))
    with closing(hall.house):
        hall.bureau.will("certification_submit", Step(answer=UNHEARD))
        attempt = hall.certify()
        hall.resolve()
        assert hall.outcome(attempt) is Outcome.CERTIFIED
        assert len({one.operation for one in hall.bureau.submitted}) == 1
        assert {one.number for one in hall.bureau.submitted} == {hall.number}


# what is kept


def test_number_photo_and_names_are_sealed_while_it_is_open_and_then_gone(hall: Hall) -> None:
    hall.change("pension", needs_photo=True)
    hall.bureau.will("certification_submit", Step(answer=UNHEARD))
    attempt = hall.certify("pension", photo=JPEG)
    (operation,) = hall.made.rows("operation")
    assert operation.sealed is not None
    assert hall.number not in str(operation.request)
    assert hall.bureau.submitted[0].photo == JPEG
    hall.resolve()
    (operation,) = hall.made.rows("operation")
    assert (operation.state, operation.sealed) == ("succeeded", None)
    (stored,) = hall.made.rows("cert_attempt")
    assert (stored.id, stored.photo, stored.sealed) == (attempt, True, None)


def test_neither_number_nor_photo_stands_anywhere_in_clear(sqlite: Database, tmp_path: Path) -> None:
    """Open or closed, in the database or in the log of statements."""
    hall = Hall(sqlite.url, tmp_path)
    written: list[Any] = []
    hall.house.store.watch = lambda sql, values: written.append(values)
    with closing(hall.house):
        hall.change("pension", needs_photo=True)
        hall.bureau.will("certification_submit", Step(effect=False, answer=UNHEARD))
        hall.certify("pension", "dole", photo=JPEG)
        hall.resolve(times=1)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("jiedao.db*"))
    for secret in (hall.number, JPEG[:60]):
        assert secret.encode() not in stored
        assert secret not in str(written)


def test_what_never_arrived_stays_sealed_until_nobody_looks_for_it_any_more(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(effect=False, answer=UNHEARD))
    hall.certify()
    hall.watch.forward(seconds=5)
    hall.house.operations.resolve_due(hall.street)
    (operation,) = hall.made.rows("operation")
    assert (operation.state, operation.sealed is None, operation.due_at is None) == ("declined", False, False)
    hall.resolve()
    (operation,) = hall.made.rows("operation")
    assert (operation.state, operation.sealed, operation.due_at) == ("declined", None, None)


def test_what_a_person_closes_is_emptied_too(hall: Hall) -> None:
    _, operation = in_review(hall)
    assert hall.made.rows("operation")[0].sealed is not None
    close(hall, operation, State.SUCCEEDED)
    assert hall.made.rows("operation")[0].sealed is None


def test_a_photo_that_no_scheme_needs_is_dropped(hall: Hall) -> None:
    hall.certify("pension", photo=JPEG)
    assert hall.bureau.submitted[0].photo == ""
    assert hall.made.rows("cert_attempt")[0].photo is False


def test_only_the_scheme_that_needs_it_gets_the_photo(hall: Hall) -> None:
    hall.change("dole", needs_photo=True)
    hall.certify("pension", "dole", photo=JPEG)
    assert {one.kind: bool(one.photo) for one in hall.bureau.submitted} == {PENSION: False, DOLE: True}


def test_the_bureau_hears_who_took_it_where(hall: Hall) -> None:
    hall.certify("pension", device="K-1", note="轮椅")
    sent = hall.bureau.submitted[0]
    assert (sent.operator, sent.place, sent.device, sent.note) == ("王芳", "第一社区 T1 号窗口", "K-1", "轮椅")
    assert (sent.number, sent.name, sent.agent, sent.on, sent.route) == (
        hall.number,
        "王秀兰",
        "",
        TODAY,
        Route.COUNTER,
    )


# what is refused


@pytest.fixture
def refusals(desk: Hall) -> Iterator[Hall]:
    """Nothing that is refused leaves anything behind."""
    desk.look_up()
    yield desk
    assert desk.made.rows("cert_attempt") == []
    assert desk.bureau.submitted == []


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on", "certification.day"),
        ({"on": TODAY - timedelta(days=32)}, "on", "certification.day"),
        ({"route": Route.DATA_MATCH}, "route", "certification.route"),
        ({"route": Route.RELATIVE}, "agent", "certification.agent"),
        ({"photo": "/9j"}, "photo", "photo.malformed"),
        ({"photo": "AAAA"}, "photo", "photo.malformed"),
        ({"photo": "照片"}, "photo", "photo.malformed"),
        ({"photo": JPEG[:-8]}, "photo", "photo.malformed"),
        ({"photo": "A" * 700_000}, "photo", "photo.large"),
    ],
)
def test_what_cannot_be_right_is_refused(refusals: Hall, more: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        refusals.room.certify(refusals.made.operator, refusals.wanted(**more))
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_photo_that_is_needed_must_be_there(refusals: Hall) -> None:
    refusals.change("pension", needs_photo=True)
    with pytest.raises(Invalid) as refused:
        refusals.room.certify(refusals.made.operator, refusals.wanted())
    assert (refused.value.field, "养老金" in refused.value.says.zh) == ("photo", True)


def test_entitlements_of_somebody_else_are_refused(refusals: Hall) -> None:
    stranger = refusals.resident("李强", "")
    for ids in ((refusals.held().id,), ()):
        with pytest.raises(Invalid) as refused:
            refusals.room.certify(
                refusals.made.operator, replace(refusals.wanted(), resident=stranger, entitlements=ids)
            )
        assert refused.value.field == "entitlements"


def test_without_a_number_nobody_can_be_certified(desk: Hall) -> None:
    with pytest.raises(Invalid) as refused:
        desk.look_up(desk.made.resident)
    assert refused.value.code == "certification.number"


def test_a_bureau_that_cannot_be_asked_about_people(sqlite: Database, tmp_path: Path) -> None:
    """What is drawn there is registered by staff, and submitted as it is."""

    class Mute(Bureau):
        certification_lookup = None  # type: ignore[assignment]

    hall = Hall(sqlite.url, tmp_path, Mute(abilities=frozenset()))
    with closing(hall.house):
        assert hall.look_up() == []
        hall.room.enrol(hall.made.operator, hall.wang, "pension")
        assert hall.held().at is At.UNKNOWN
        with pytest.raises(Conflict):
            hall.room.enrol(hall.made.operator, hall.wang, "pension")
        assert hall.outcome(hall.certify()) is Outcome.CERTIFIED
        assert hall.held().at is At.NOT_DUE


def test_off_waits_for_what_is_open(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(answer=Pending()))
    hall.certify()
    with pytest.raises(Conflict), hall.house.store.write(hall.street) as tx:
        hall.house.connections.switch(tx, "bureau", Connected.OFF)


def test_not_found_from_one_who_has_taken_it_proves_nothing(hall: Hall) -> None:
    hall.bureau.will("certification_submit", Step(answer=Pending("U-1")))
    hall.bureau.will("certification_query", *[Step(answer=NotFound())] * 40)
    attempt = hall.certify()
    hall.resolve()
    assert (hall.outcome(attempt), hall.items(attempt)["pension"].operation_state) == (Outcome.UNKNOWN, "review")
    assert Event.CERTIFIED not in {row.event for row in hall.log()}
