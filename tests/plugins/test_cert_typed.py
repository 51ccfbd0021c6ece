"""The typed plugin: dates of which not all is known, remarks instead of an answer, and the interface file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bureau_connections import TODAY, TYPED, someone, to_query, to_submit
from jiedao.hookspecs.certification import Finding, HistoryRequest, LookupRequest, Verdict
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, Pending, Succeeded
from jiedao.hookspecs.service import CheckRequest
from jiedao_cert_typed import answers, plugin
from jiedao_cert_typed.answers import NotUnderstood
from jiedao_cert_typed.dates import compact, day, is_partial
from jiedao_sandbox.bureau import TYPED_INTERFACE
from jiedao_sandbox.launch import Running, Sandbox

NOWHERE = Connection("street", "c", "jiedao_cert_typed", 1, False, {})
ASKED = to_submit(NOWHERE, someone(), "op-1")
QUERY = to_query(ASKED)
LOOKUP = LookupRequest(NOWHERE, 1.0, ASKED.number, ASKED.name, frozenset())
HISTORY = HistoryRequest(NOWHERE, 1.0, ASKED.number, ASKED.name, "110")
ECHO = {"Reference": "op-1", "PersonNumber": ASKED.number, "Kind": "110", "Date": "20260315"}
CERTIFICATION = {"BureauReference": "TB1", "Status": "DECIDED", "Finding": "CERTIFIED", "ValidTo": "20270315"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("20260315", date(2026, 3, 15)),
        ("20240229", date(2024, 2, 29)),
        ("20260300", None),
        ("20260000", None),
        ("00000000", None),
        ("20000229", date(2000, 2, 29)),
        ("00000229", None),
        ("", None),
    ],
)
def test_a_date_with_an_unknown_part_is_no_day(words: str, found: date | None) -> None:
    assert day(words) == found
    assert is_partial(words) is (found is None and words != "")
    assert found is None or compact(found) == words


@pytest.mark.parametrize(
    "words", ["2026031", "202603150", "2026-3-15", "20261315", "20260230", "２０２６０３１５", "x" * 8, "20261300"]
)
def test_what_is_no_date_is_refused(words: str) -> None:
    with pytest.raises(ValueError):
        day(words)


def test_what_is_known_of_a_date_is_kept_in_the_reason() -> None:
    benefit = {
        "Kind": "110",
        "Standing": "DUE",
        "CertifiedOn": "20250000",
        "ValidTo": "20260300",
        "Reason": "onbekend",
    }
    person = {"Name": ASKED.name, "Class": [], "DateOfDeath": None, "Benefit": [benefit]}
    outcome = answers.looked_up({"PersonNumber": ASKED.number, "Person": person}, LOOKUP)
    assert isinstance(outcome, Succeeded)
    (found,) = outcome.detail.benefits
    assert (found.certified_on, found.valid_to) == (None, None)
    assert found.reason == "onbekend; CertifiedOn 20250000; ValidTo 20260300"


@pytest.mark.parametrize(
    ("words", "deceased"), [("20260201", True), ("20260000", True), ("00000000", True), (None, False)]
)
def test_a_death_of_which_the_day_is_not_known_is_a_death(words: str | None, deceased: bool) -> None:
    person = {"Name": ASKED.name, "DateOfDeath": words}
    outcome = answers.looked_up({"PersonNumber": ASKED.number, "Person": person}, LOOKUP)
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.deceased is deceased


def test_a_verdict_without_a_whole_date_has_none() -> None:
    outcome = answers.submitted({**ECHO, "Certification": {**CERTIFICATION, "ValidTo": "20270000"}}, ASKED)
    assert isinstance(outcome, Succeeded)
    assert isinstance(outcome.detail, Verdict)
    assert outcome.detail.valid_to is None
    assert outcome.detail.reason is not None
    assert outcome.detail.reason.en == "ValidTo 20270000"


def test_a_certification_of_which_the_day_is_not_known_stays_in_the_history() -> None:
    entry = {"BureauReference": "1", "Date": "20200000", "Finding": "CERTIFIED", "Route": "VISIT"}
    answer = {"PersonNumber": ASKED.number, "Kind": "110", "History": {"Entry": [entry, {**entry, "Date": "20210501"}]}}
    outcome = answers.recorded(answer, HISTORY)
    assert isinstance(outcome, Succeeded)
    newest, oldest = outcome.detail
    assert (newest.on, newest.note) == (date(2021, 5, 1), "")
    assert (oldest.on, oldest.note) == (None, "Date 20200000")


def remark(kind: str, code: str) -> dict[str, Any]:
    return {kind: [{"Code": code, "Text": "x"}]}


@pytest.mark.parametrize("kind", ["Fout", "Waarschuwing", "Informatie"])
def test_remarks_are_no_answer_to_a_question(kind: str) -> None:
    said = remark(kind, "F01")
    for read, answer in (
        (lambda a: answers.looked_up(a, LOOKUP), {"PersonNumber": ASKED.number}),
        (lambda a: answers.queried(a, QUERY), ECHO),
        (lambda a: answers.recorded(a, HISTORY), ECHO),
    ):
        with pytest.raises(NotUnderstood, match="F01"):
            read({**answer, "FWI": said})


def test_only_an_error_that_comes_before_anything_is_recorded_declines() -> None:
    outcome = answers.submitted({**ECHO, "FWI": remark("Fout", "F01")}, ASKED)
    assert isinstance(outcome, Declined)
    assert outcome.code == "F01"
    warned = {**remark("Fout", "F01"), **remark("Waarschuwing", "W1")}
    assert answers.submitted({**ECHO, "FWI": warned}, ASKED) == outcome


def test_nothing_found_says_what_it_was_asked_about() -> None:
    nothing = {"Text": None}
    assert answers.queried({**ECHO, "NietsGevonden": nothing}, QUERY) == NotFound()
    verdict = answers.submitted({**ECHO, "NietsGevonden": nothing}, ASKED)
    assert isinstance(verdict, Succeeded)
    assert isinstance(verdict.detail, Verdict)
    assert verdict.detail.finding is Finding.NOT_FOUND
    assert answers.recorded({**ECHO, "NietsGevonden": nothing}, HISTORY) == Succeeded(())
    assert isinstance(answers.looked_up({**ECHO, "NietsGevonden": nothing}, LOOKUP), Declined)
    for name in ECHO:
        with pytest.raises(NotUnderstood, match=name):
            answers.queried({**ECHO, name: "other", "NietsGevonden": nothing}, QUERY)


def test_received_is_pending_whatever_else_it_says() -> None:
    received = {**CERTIFICATION, "Status": "RECEIVED"}
    assert answers.submitted({**ECHO, "Certification": received}, ASKED) == Pending("TB1")


@pytest.mark.parametrize("answer", [None, "x", [], {}, {"PersonNumber": "x"}])
def test_what_is_no_answer_is_not_understood(answer: Any) -> None:
    for read in (lambda: answers.submitted(answer, ASKED), lambda: answers.looked_up(answer, LOOKUP)):
        with pytest.raises(NotUnderstood):
            read()


@pytest.fixture
def bureau(tmp_path: Any) -> Iterator[Running]:
    with Sandbox(tmp_path) as sandbox:
        yield sandbox.start("bureau", today=TODAY.isoformat())
    TYPED.close()


def test_a_wrong_password_is_a_wrong_setting_and_nothing_was_done(bureau: Running) -> None:
    asked = to_submit(TYPED.connect(bureau.url, password="guessed"), someone())
    assert not plugin.check_connection(CheckRequest(asked.connection, 5.0)).passed
    for call in (lambda: plugin.certification_submit(asked), lambda: plugin.certification_query(to_query(asked))):
        with pytest.raises(InvalidConfig) as refused:
            call()
        assert "guessed" not in str(refused.value)
    assert bureau.books()["certifications"] == []


def test_the_interface_file_is_read_once(bureau: Running, tmp_path: Any) -> None:
    copy = tmp_path / "copy.wsdl"
    copy.write_bytes(TYPED_INTERFACE.read_bytes())
    connection = TYPED.connect(bureau.url, interface=str(copy))
    assert isinstance(plugin.certification_submit(to_submit(connection, someone())), Succeeded)
    copy.unlink()
    assert isinstance(plugin.certification_submit(to_submit(connection, someone())), Succeeded)
