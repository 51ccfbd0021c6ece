"""One table of what certifying comes to, run over all three wires to the one bureau, with every fault on each."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bureau_connections import (
    DEADLINE,
    QUESTIONS,
    SPDCI,
    TODAY,
    TUNNEL,
    TYPED,
    WIRES,
    Wire,
    questions,
    someone,
    to_query,
    to_submit,
)
from jiedao.hookspecs.certification import (
    BatchRequest,
    Finding,
    HistoryRequest,
    LookupRequest,
    Person,
    Route,
    Standing,
    SubmitRequest,
    Verdict,
)
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, OutcomeUnknown, Pending, Succeeded, Unavailable
from jiedao.hookspecs.service import CheckRequest
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_sandbox.bureau.people import PENSION, UNEMPLOYMENT, Fate, name_of
from jiedao_sandbox.launch import Running, Sandbox

ON_EACH = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
NEXT_YEAR = date(2027, 3, 15)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("bureau")) as sandbox:
        yield sandbox.start("bureau", today=TODAY.isoformat())
    for wire in WIRES:
        wire.close()


@pytest.fixture
def bureau(running: Running) -> Running:
    running.clear()
    return running


def lookup(connection: Connection, number: str, kinds: frozenset[str] = frozenset()) -> LookupRequest:
    return LookupRequest(connection, DEADLINE, number, name_of(number), kinds)


def judged(wire: Wire, asked: SubmitRequest) -> Any:
    """What a submission comes to at last, on a wire that tells later too."""
    outcome = wire.plugin.certification_submit(asked)
    if not wire.waits:
        return outcome
    assert isinstance(outcome, Pending)
    return wire.plugin.certification_query(to_query(asked))


def certifications(bureau: Running, number: str) -> list[dict[str, Any]]:
    return [row for row in bureau.books()["certifications"] if row["number"] == number and row["wire"] != "earlier"]


@ON_EACH
def test_the_contract_is_kept_and_abilities_are_honest(wire: Wire) -> None:
    registry = Registry()
    registry.register(f"jiedao_cert_{wire.name}", wire.plugin)
    manifest = wire.plugin.describe()
    assert manifest.recovery == {"certification_submit": Recovery.QUERY}
    assert manifest.settling > 0
    assert ("batch_lookup" in manifest.abilities) is (wire is not TYPED)
    assert ("notice" in manifest.abilities) is (wire is SPDCI)
    assert "history" in manifest.abilities


@ON_EACH
def test_a_good_connection_passes_the_check(wire: Wire, bureau: Running) -> None:
    result = wire.plugin.check_connection(CheckRequest(wire.connect(bureau.url), DEADLINE))
    assert result.passed, result.says.en


@ON_EACH
def test_a_bureau_that_is_down_fails_the_check_and_nothing_was_sent(wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        connection = wire.connect(f"http://127.0.0.1:{free.getsockname()[1]}")
    assert not wire.plugin.check_connection(CheckRequest(connection, DEADLINE)).passed
    with pytest.raises(Unavailable):
        wire.plugin.certification_submit(to_submit(connection, someone()))


@ON_EACH
def test_live_needs_https_beyond_this_machine(wire: Wire) -> None:
    connection = wire.connect("http://bureau.example.cn", live=True)
    result = wire.plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not result.passed
    assert "https" in result.says.en


@pytest.mark.parametrize("wire", [TUNNEL, TYPED], ids=lambda wire: wire.name)
def test_an_interface_file_that_is_none_is_a_wrong_setting(wire: Wire, bureau: Running, tmp_path: Path) -> None:
    page = tmp_path / "page.wsdl"
    page.write_text("<html></html>")
    for interface in (tmp_path / "missing.wsdl", page):
        connection = wire.connect(bureau.url, interface=str(interface))
        assert not wire.plugin.check_connection(CheckRequest(connection, DEADLINE)).passed
        with pytest.raises(InvalidConfig):
            wire.plugin.certification_submit(to_submit(connection, someone()))


@pytest.mark.parametrize(
    ("wire", "changed", "field"),
    [
        (TUNNEL, {"url": "bureau"}, "url"),
        (TUNNEL, {"key": "short"}, "key"),
        (TUNNEL, {"key": "zz", "key_form": "hex"}, "key"),
        (TUNNEL, {"mode": "CBC"}, "iv"),
        (TUNNEL, {"charset": "big5"}, "charset"),
        (TUNNEL, {"unheard_of": 1}, "unheard_of"),
        (TYPED, {"interface": ""}, "interface"),
        (TYPED, {"interface": "https://bureau.example.cn/?wsdl"}, "interface"),
        (TYPED, {"settling": -1}, "settling"),
        (SPDCI, {"signing_key": "c2hvcnQ="}, "signing_key"),
        (SPDCI, {"bureau_key": "?"}, "bureau_key"),
        (SPDCI, {"sender": 'a"b'}, "sender"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(wire: Wire, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        wire.connect("http://127.0.0.1:1", **changed)
    assert refused.value.field == field


# Looking up


@ON_EACH
@pytest.mark.parametrize(
    ("fate", "standing"),
    [
        (Fate.DUE, Standing.DUE),
        (Fate.ALREADY, Standing.NOT_DUE),
        (Fate.SUSPENDED, Standing.SUSPENDED),
        (Fate.DECEASED, Standing.ENDED),
    ],
)
def test_a_person_is_found_with_what_they_draw(wire: Wire, bureau: Running, fate: Fate, standing: Standing) -> None:
    number = someone(fate)
    outcome = wire.plugin.certification_lookup(lookup(wire.connect(bureau.url), number))
    assert isinstance(outcome, Succeeded)
    assert (outcome.detail.number, outcome.detail.name) == (number, name_of(number))
    (benefit,) = outcome.detail.benefits
    assert (benefit.kind, benefit.standing) == (PENSION, standing)
    assert benefit.route is (Route.DATA_MATCH if fate is Fate.ALREADY else Route.COUNTER)
    assert outcome.detail.deceased is (fate is Fate.DECEASED and wire is not TUNNEL)


@ON_EACH
def test_only_the_kinds_asked_for_are_told(wire: Wire, bureau: Running) -> None:
    number, connection = someone(Fate.TWO_KINDS), wire.connect(bureau.url)
    for kinds in (frozenset({PENSION}), frozenset({UNEMPLOYMENT}), frozenset({PENSION, UNEMPLOYMENT})):
        outcome = wire.plugin.certification_lookup(lookup(connection, number, kinds))
        assert {benefit.kind for benefit in outcome.detail.benefits} == kinds


@ON_EACH
def test_nobody_is_declined_in_both_languages(wire: Wire, bureau: Running) -> None:
    outcome = wire.plugin.certification_lookup(lookup(wire.connect(bureau.url), someone(Fate.NOBODY)))
    assert isinstance(outcome, Declined)
    assert outcome.reason.zh == "社保机构查无此人"
    assert outcome.reason.en


@ON_EACH
def test_a_name_that_no_gbk_can_write_arrives_whole(wire: Wire, bureau: Running) -> None:
    number = someone()
    bureau.call("POST", "person", {"number": number, "name": "李䶮𠮷", "fate": "00"})
    connection = wire.connect(bureau.url)
    outcome = wire.plugin.certification_lookup(replace(lookup(connection, number), name="李䶮𠮷"))
    assert outcome.detail.name == "李䶮𠮷"
    assert judged(wire, to_submit(connection, number, name="李䶮𠮷")).detail.finding is Finding.CERTIFIED


# Certifying

TOLD = {
    Fate.DUE: Finding.CERTIFIED,
    Fate.OVERDUE: Finding.CERTIFIED,
    Fate.ALREADY: Finding.NOT_DUE,
    Fate.SUSPENDED: Finding.RESTORED,
    Fate.NOT_ELIGIBLE: Finding.NOT_ELIGIBLE,
    Fate.ELSEWHERE: Finding.WRONG_REGION,
    Fate.COUNTER: Finding.NEEDS_COUNTER,
    Fate.MISMATCH: Finding.REJECTED,
    Fate.DECEASED: Finding.DECEASED,
    Fate.NOBODY: Finding.NOT_FOUND,
}
# The tunnel has fewer words.
TOLD_BY_TUNNEL = {
    **TOLD,
    Fate.SUSPENDED: Finding.CERTIFIED,
    Fate.ELSEWHERE: Finding.NOT_FOUND,
    Fate.DECEASED: Finding.NOT_ELIGIBLE,
}


@ON_EACH
@pytest.mark.parametrize("fate", TOLD)
def test_the_bureau_judges(wire: Wire, bureau: Running, fate: Fate) -> None:
    number = someone(fate)
    verdict = judged(wire, to_submit(wire.connect(bureau.url), number)).detail
    assert verdict.finding is (TOLD_BY_TUNNEL if wire is TUNNEL else TOLD)[fate]
    assert verdict.retryable is (fate is Fate.MISMATCH)
    assert verdict.needs == ({"photo"} if fate is Fate.COUNTER else frozenset())
    assert verdict.region == ("990200" if verdict.finding is Finding.WRONG_REGION else "")
    certified = verdict.finding in (Finding.CERTIFIED, Finding.RESTORED)
    until = NEXT_YEAR if certified else date(2027, 1, 15) if verdict.finding is Finding.NOT_DUE else None
    assert verdict.valid_to == until


@ON_EACH
def test_a_photo_at_the_counter_is_enough_where_one_is_needed(wire: Wire, bureau: Running) -> None:
    number, connection = someone(Fate.COUNTER), wire.connect(bureau.url)
    assert judged(wire, to_submit(connection, number)).detail.finding is Finding.NEEDS_COUNTER
    again = to_submit(connection, number, route=Route.COUNTER, agent="王二", note="代办")
    assert judged(wire, again).detail.finding is Finding.CERTIFIED
    assert certifications(bureau, number)[-1]["place"] == "H1"


@pytest.mark.parametrize("wire", [TYPED, SPDCI], ids=lambda wire: wire.name)
def test_one_certification_may_satisfy_another_kind(wire: Wire, bureau: Running) -> None:
    verdict = judged(wire, to_submit(wire.connect(bureau.url), someone(Fate.TWO_KINDS))).detail
    assert verdict.also == {UNEMPLOYMENT}


def test_the_tunnel_says_that_another_kind_is_satisfied_when_it_is_asked_to_certify_it(bureau: Running) -> None:
    number, connection = someone(Fate.TWO_KINDS), TUNNEL.connect(bureau.url)
    assert judged(TUNNEL, to_submit(connection, number)).detail.finding is Finding.CERTIFIED
    verdict = judged(TUNNEL, to_submit(connection, number, kind=UNEMPLOYMENT)).detail
    assert (verdict.finding, verdict.valid_to) == (Finding.NOT_DUE, NEXT_YEAR)


@ON_EACH
@pytest.mark.parametrize("fate", [Fate.REVIEW, Fate.UPLOADED])
@pytest.mark.parametrize(("decided", "finding"), [("certified", Finding.CERTIFIED), ("rejected", Finding.REJECTED)])
def test_what_was_uploaded_is_pending_until_a_person_has_seen_it(
    wire: Wire, bureau: Running, fate: Fate, decided: str, finding: Finding
) -> None:
    asked = to_submit(wire.connect(bureau.url), someone(fate))
    outcome = wire.plugin.certification_submit(asked)
    assert isinstance(outcome, Pending)
    assert wire.plugin.certification_query(to_query(asked)) == outcome
    assert bureau.call("POST", "decide", {"number": asked.number, "finding": decided})["decided"] == 1
    answer = wire.plugin.certification_query(to_query(asked))
    assert answer.detail.finding is finding
    assert answer.detail.valid_to == (NEXT_YEAR if finding is Finding.CERTIFIED else None)


@ON_EACH
def test_somebody_whom_a_data_match_certified_meanwhile_is_not_due(wire: Wire, bureau: Running) -> None:
    number = someone()
    bureau.call("POST", "match", {"number": number, "kind": PENSION})
    verdict = judged(wire, to_submit(wire.connect(bureau.url), number)).detail
    assert (verdict.finding, verdict.valid_to) == (Finding.NOT_DUE, NEXT_YEAR)


@pytest.mark.parametrize(
    ("wire", "name"),
    # JSON can write a control character.
    [*((wire, "王\ud800") for wire in WIRES), (TUNNEL, "王\x00"), (TYPED, "王\x00")],
)
def test_a_name_that_cannot_be_written_is_not_sent(wire: Wire, bureau: Running, name: str) -> None:
    asked = to_submit(wire.connect(bureau.url), someone(), name=name)
    with pytest.raises(Unavailable):
        wire.plugin.certification_submit(asked)
    assert certifications(bureau, asked.number) == []


# What is in doubt


@ON_EACH
@pytest.mark.parametrize(
    ("fault", "arrived"),
    [("lose_request", False), ("lose_answer", True), ("error_after_effect", True), ("html", True)],
)
def test_a_submission_without_a_trustworthy_answer_is_unknown_until_asked(
    wire: Wire, bureau: Running, fault: str, arrived: bool
) -> None:
    asked = to_submit(wire.connect(bureau.url), someone())
    bureau.faults(fault, "certify")
    with pytest.raises(OutcomeUnknown):
        wire.plugin.certification_submit(asked)
    answer = wire.plugin.certification_query(to_query(asked))
    assert isinstance(answer, Succeeded if arrived else NotFound)
    assert len(certifications(bureau, asked.number)) == arrived


@pytest.mark.parametrize("wire", [TUNNEL, TYPED], ids=lambda wire: wire.name)
def test_an_answer_about_another_person_is_unknown(wire: Wire, bureau: Running) -> None:
    asked = to_submit(wire.connect(bureau.url), someone())
    bureau.faults("wrong_echo", "certify")
    with pytest.raises(OutcomeUnknown):
        wire.plugin.certification_submit(asked)
    assert wire.plugin.certification_query(to_query(asked)).detail.finding is Finding.CERTIFIED


@ON_EACH
@pytest.mark.parametrize("fault", ["delay", "delay_request"])
def test_an_answer_after_the_deadline_is_unknown(wire: Wire, bureau: Running, fault: str) -> None:
    connection = wire.connect(bureau.url)
    wire.plugin.check_connection(CheckRequest(connection, DEADLINE))
    asked = to_submit(connection, someone(), deadline=0.4)
    bureau.faults(fault, "certify", seconds=0.8)
    with pytest.raises(OutcomeUnknown):
        wire.plugin.certification_submit(asked)


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html", "wrong_echo", "delay"])
@pytest.mark.parametrize(
    ("wire", "operation"),
    [(wire, operation) for wire in WIRES for operation in QUESTIONS if (wire, operation) != (TYPED, "batch")],
    ids=lambda it: getattr(it, "name", it),
)
def test_a_question_without_a_trustworthy_answer_is_unavailable(
    wire: Wire, bureau: Running, operation: str, fault: str
) -> None:
    asked = to_submit(wire.connect(bureau.url), someone())
    wire.plugin.certification_submit(asked)
    question = questions(wire, asked)[operation]
    bureau.faults(fault, operation, seconds=0.8 if fault == "delay" else 0.0)
    with pytest.raises(Unavailable):
        question(0.4 if fault == "delay" else DEADLINE)
    question(DEADLINE)


@ON_EACH
def test_a_certification_sent_twice_is_recorded_once(wire: Wire, bureau: Running) -> None:
    asked = to_submit(wire.connect(bureau.url), someone())
    first, second = judged(wire, asked), judged(wire, asked)
    assert first == second, "the tunnel finds our own record behind its 201"
    assert len(certifications(bureau, asked.number)) == 1


@pytest.mark.parametrize("wire", [TYPED, SPDCI], ids=lambda wire: wire.name)
def test_a_reference_used_for_somebody_else_refuses_nothing(wire: Wire, bureau: Running) -> None:
    connection = wire.connect(bureau.url)
    asked = to_submit(connection, someone())
    wire.plugin.certification_submit(asked)
    other = to_submit(connection, someone(), asked.operation)
    with pytest.raises(OutcomeUnknown):
        wire.plugin.certification_submit(other)
    with pytest.raises(Unavailable):
        wire.plugin.certification_query(to_query(other))


@ON_EACH
def test_a_question_about_another_kind_or_day_is_not_answered_with_ours(wire: Wire, bureau: Running) -> None:
    asked = to_submit(wire.connect(bureau.url), someone())
    wire.plugin.certification_submit(asked)
    for other in (replace(to_query(asked), kind="310"), replace(to_query(asked), on=date(2026, 3, 14))):
        if wire is TUNNEL:
            assert wire.plugin.certification_query(other) == NotFound()
        else:
            with pytest.raises(Unavailable):
                wire.plugin.certification_query(other)


@ON_EACH
def test_a_bureau_that_was_killed_answers_for_what_it_recorded(wire: Wire, tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        bureau = sandbox.start("bureau", today=TODAY.isoformat())
        asked = to_submit(wire.connect(bureau.url), someone())
        bureau.faults("delay", "certify", seconds=5)
        with pytest.raises(OutcomeUnknown):
            wire.plugin.certification_submit(replace(asked, deadline=0.6))
        bureau.kill()
        with pytest.raises(Unavailable):
            wire.plugin.certification_query(to_query(asked))
        bureau.restart()
        assert wire.plugin.certification_query(to_query(asked)).detail.finding is Finding.CERTIFIED


# Lists


@pytest.mark.parametrize("wire", [TUNNEL, SPDCI], ids=lambda wire: wire.name)
def test_many_people_are_looked_up_at_once_and_nobody_is_left_out_silently(wire: Wire, bureau: Running) -> None:
    due, already, nobody, none = (someone(f) for f in (Fate.DUE, Fate.ALREADY, Fate.NOBODY, Fate.NOT_ELIGIBLE))
    people = tuple(Person(number, name_of(number)) for number in (due, already, nobody, none))
    outcome = wire.plugin.certification_batch(BatchRequest(wire.connect(bureau.url), DEADLINE, people, PENSION))
    found = {one.number: one for one in outcome.detail}
    assert set(found) == {due, already, none}
    assert found[due].benefits[0].standing is Standing.DUE
    assert found[already].benefits[0].standing is Standing.NOT_DUE
    assert found[none].benefits == ()


@ON_EACH
def test_history_is_newest_first(wire: Wire, bureau: Running) -> None:
    asked = to_submit(wire.connect(bureau.url), someone(), route=Route.VISIT)
    wire.plugin.certification_submit(asked)
    request = HistoryRequest(asked.connection, DEADLINE, asked.number, asked.name, PENSION)
    newest, oldest = wire.plugin.certification_history(request).detail
    assert (newest.on, newest.route, newest.finding) == (TODAY, Route.VISIT, Finding.CERTIFIED)
    assert (newest.valid_to, newest.place) == (NEXT_YEAR, "H1")
    assert (oldest.on, oldest.route) == (date(2025, 1, 15), Route.COUNTER)


@ON_EACH
def test_what_waits_for_review_is_no_history(wire: Wire, bureau: Running) -> None:
    asked = to_submit(wire.connect(bureau.url), someone(Fate.REVIEW))
    wire.plugin.certification_submit(asked)
    request = HistoryRequest(asked.connection, DEADLINE, asked.number, asked.name, PENSION)
    assert [one.on for one in wire.plugin.certification_history(request).detail] == [date(2025, 1, 15)]


@ON_EACH
def test_a_verdict_is_stored_and_read_again(wire: Wire, bureau: Running) -> None:
    from jiedao.hookspecs import codec

    verdict = judged(wire, to_submit(wire.connect(bureau.url), someone(Fate.COUNTER))).detail
    assert codec.from_json(Verdict, codec.to_json(verdict)) == verdict
