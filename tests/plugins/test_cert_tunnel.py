"""The tunnel plugin: what its codes mean, whose a record is, what 201 comes to; golden payloads, then the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bureau_connections import DEADLINE, TODAY, TUNNEL, someone, to_query, to_submit
from jiedao.hookspecs.certification import (
    BatchRequest,
    Finding,
    HistoryRequest,
    LookupRequest,
    Person,
    Route,
    Standing,
    Verdict,
)
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import InvalidConfig, NotFound, OutcomeUnknown, Pending, Succeeded, Unavailable
from jiedao_cert_tunnel import answers, plugin, questions
from jiedao_cert_tunnel.answers import NotUnderstood
from jiedao_connectors.cert_tunnel import Message
from jiedao_sandbox.bureau import IV
from jiedao_sandbox.bureau.people import PENSION, Fate, name_of
from jiedao_sandbox.launch import Running, Sandbox

NOWHERE = Connection("street", "c", "jiedao_cert_tunnel", 1, False, {})
ASKED = to_submit(NOWHERE, someone(), "op-1", agent="王二", note="腿脚不便")
QUERY = to_query(ASKED)
ABOUT = {"AAC002": ASKED.number, "AAE140": "110", "AAE036": "20260315"}
CERTIFIED = {"CODE": "200", **ABOUT, "AAE047": "20260315", "AAE278": "20270315", "AAE279": "02"}
WAITING = {"CODE": "201", **ABOUT}
UNTIL = date(2027, 3, 15)


def payload(*rows: dict[str, str], **fields: str) -> Message:
    return Message("", {"CODE": "200", **ABOUT, **fields}, rows)


def note(row: dict[str, str], words: str) -> dict[str, str]:
    return {**row, "AAE013": words}


def test_our_reference_leads_the_note_with_who_acted_for_whom() -> None:
    asked = questions.certify(ASKED)
    assert asked.fields["AAE013"] == "op-1 代办 王二 腿脚不便"
    assert (asked.fields["AAE001"], asked.fields["AAE036"], asked.fields["AAE279"]) == ("2026", "20260315", "02")
    assert (asked.fields["AAE011"], asked.fields["CBDID"], asked.fields["DEVICEID"]) == ("W01", "H1", "K1")
    assert questions.note(replace(ASKED, agent="", note="")) == "op-1"


@pytest.mark.parametrize("route", Route)
def test_every_route_has_a_method(route: Route) -> None:
    assert questions.certify(replace(ASKED, route=route)).fields["AAE279"]


@pytest.mark.parametrize(
    ("code", "finding", "retryable", "needs"),
    [
        ("301", Finding.REJECTED, True, frozenset()),
        ("302", Finding.NOT_FOUND, False, frozenset()),
        ("303", Finding.NOT_FOUND, False, frozenset()),
        ("304", Finding.NOT_ELIGIBLE, False, frozenset()),
        ("306", Finding.NEEDS_COUNTER, False, frozenset({"photo"})),
    ],
)
def test_a_refusal_is_the_bureaus_judgement(
    code: str, finding: Finding, retryable: bool, needs: frozenset[str]
) -> None:
    verdict = answers.submitted(payload(CODE=code), ASKED)
    assert isinstance(verdict, Succeeded)
    assert isinstance(verdict.detail, Verdict)
    assert (verdict.detail.finding, verdict.detail.retryable, verdict.detail.needs) == (finding, retryable, needs)
    assert verdict.detail.reason is not None


@pytest.mark.parametrize("code", ["", "0", "20", "2000", "202", "300", "305", "307", "404", "500", "ok"])
def test_a_code_that_is_not_in_the_table_means_nothing(code: str) -> None:
    for read, asked in ((answers.submitted, ASKED), (answers.is_ambiguous, ASKED), (answers.queried, QUERY)):
        with pytest.raises(NotUnderstood):
            read(payload(CODE=code), asked)  # type: ignore[operator]


def test_uploaded_is_not_certified() -> None:
    assert answers.submitted(payload(), ASKED) == Pending()
    certified = answers.submitted(payload(AAE047="20260315", AAE278="20270315"), ASKED)
    assert certified == Succeeded(Verdict(Finding.CERTIFIED, valid_to=UNTIL))


TOOK = payload(CODE="201")


def test_201_is_ours_when_the_records_say_so() -> None:
    assert answers.is_ambiguous(payload(CODE="201"), ASKED)
    assert answers.pending_or_already(TOOK, payload(note(WAITING, "op-1 代办 王二")), ASKED) == Pending()
    already = answers.pending_or_already(TOOK, payload(note(CERTIFIED, "op-1")), ASKED)
    assert already == Succeeded(Verdict(Finding.CERTIFIED, valid_to=UNTIL))


def test_201_is_not_due_when_another_certification_is_valid_that_day() -> None:
    earlier = {**CERTIFIED, "AAE036": "20260115", "AAE047": "20260115", "AAE278": "20270115"}
    outcome = answers.pending_or_already(TOOK, payload(earlier, {**earlier, "AAE278": "20260201"}), ASKED)
    assert outcome == Succeeded(Verdict(Finding.NOT_DUE, valid_to=date(2027, 1, 15)))


@pytest.mark.parametrize(("until", "is_valid"), [("20260315", True), ("20270315", True), ("20260314", False)])
def test_201_is_not_due_when_the_bureau_holds_it_valid_by_another_kind(until: str, is_valid: bool) -> None:
    took = payload(CODE="201", AAE278=until)
    if not is_valid:
        with pytest.raises(NotUnderstood):
            answers.pending_or_already(took, payload(), ASKED)
        return
    valid_to = date(int(until[:4]), 3, 15)
    assert answers.pending_or_already(took, payload(), ASKED) == Succeeded(Verdict(Finding.NOT_DUE, valid_to=valid_to))
    assert answers.pending_or_already(took, payload(note(WAITING, "op-1")), ASKED) == Pending()


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [note(WAITING, "op-2")],
        [{**CERTIFIED, "AAE047": "20250115", "AAE278": "20260115"}],
        [{**CERTIFIED, "AAE047": "20260316"}],
        [{**CERTIFIED, "AAE047": ""}],
        [{**CERTIFIED, "AAE278": ""}],
        [note({**CERTIFIED, "CODE": "301"}, "op-2")],
        [note({**WAITING, "AAE036": "20260314"}, "op-1")],
    ],
    ids=["none", "another waits", "has ended", "begins later", "no day", "no end", "rejected", "ours of another day"],
)
def test_201_stays_without_meaning_where_the_records_show_neither(rows: list[dict[str, str]]) -> None:
    with pytest.raises(NotUnderstood):
        answers.pending_or_already(TOOK, payload(*rows), ASKED)


def test_a_record_with_our_reference_is_ours() -> None:
    for words in ("op-1", "op-1 代办 王二", "op-1 x"):
        found = answers.queried(payload(note(CERTIFIED, words)), QUERY)
        assert found == Succeeded(Verdict(Finding.CERTIFIED, valid_to=UNTIL))


@pytest.mark.parametrize("words", ["op-2", "op-11", "x op-1", "数据比对", "OP-1"])
def test_a_record_with_another_note_is_somebody_elses_and_says_nothing_of_ours(words: str) -> None:
    assert answers.queried(payload(note(CERTIFIED, words), note(WAITING, words)), QUERY) == NotFound()


@pytest.mark.parametrize("words", ["", "o", "op-"])
def test_a_record_that_may_be_ours_or_not_proves_nothing(words: str) -> None:
    with pytest.raises(NotUnderstood, match="whose"):
        answers.queried(payload(note(CERTIFIED, words)), QUERY)
    assert answers.queried(payload(note(CERTIFIED, words), note(WAITING, "op-1")), QUERY) == Pending()


def test_of_two_records_of_ours_the_certified_one_counts() -> None:
    waiting, certified = note(WAITING, "op-1"), note(CERTIFIED, "op-1")
    uploaded, rejected = note({**CERTIFIED, "AAE047": ""}, "op-1"), note({**WAITING, "CODE": "301"}, "op-1")
    assert answers.queried(payload(waiting, uploaded, rejected, certified), QUERY) == Succeeded(
        Verdict(Finding.CERTIFIED, valid_to=UNTIL)
    )
    assert answers.queried(payload(rejected, waiting), QUERY) == Pending()
    assert answers.queried(payload(uploaded), QUERY) == Pending()


@pytest.mark.parametrize("changed", [{"AAC002": "x"}, {"AAE140": "210"}, {"AAE036": "20260314"}, {"CODE": "299"}])
def test_a_record_of_somebody_or_something_else_spoils_the_answer(changed: dict[str, str]) -> None:
    with pytest.raises(NotUnderstood):
        answers.queried(payload(note({**CERTIFIED, **changed}, "op-1")), QUERY)


def test_nobody_of_that_number_has_no_certification() -> None:
    assert answers.queried(payload(CODE="303"), QUERY) == NotFound()
    with pytest.raises(NotUnderstood):
        answers.queried(payload(CODE="306"), QUERY)


@pytest.mark.parametrize(
    ("row", "standing"),
    [
        ({"AAE116": "1", "AAE278": "20260315"}, Standing.NOT_DUE),
        ({"AAE116": "1", "AAE278": "20260314"}, Standing.DUE),
        ({"AAE116": "1"}, Standing.UNKNOWN),
        ({"AAE116": "2", "AAE278": "20270314"}, Standing.SUSPENDED),
        ({"AAE116": "3"}, Standing.ENDED),
        ({"AAE116": "9"}, Standing.UNKNOWN),
        ({}, Standing.UNKNOWN),
    ],
)
def test_how_a_benefit_stands_is_said_only_as_far_as_the_bureau_says(row: dict[str, str], standing: Standing) -> None:
    asked = LookupRequest(NOWHERE, 1.0, ASKED.number, ASKED.name, frozenset())
    outcome = answers.looked_up(payload({"AAE140": "110", **row}, AAC003="王小明"), asked)
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.benefits[0].standing is standing
    undated = Message("", {"CODE": "200", "AAC002": ASKED.number, "AAC003": "王小明"}, ({"AAE140": "110", **row},))
    known = standing if row.get("AAE116") != "1" else Standing.UNKNOWN
    assert answers.looked_up(undated, asked).detail.benefits[0].standing is known  # type: ignore[union-attr]


def test_a_batch_must_answer_for_everybody_asked_and_nobody_else() -> None:
    asked = BatchRequest(NOWHERE, 1.0, (Person("1", "a"), Person("2", "b")), "110")
    one = {"CODE": "200", "AAC002": "1", "AAC003": "a", "AAE140": "110", "AAE116": "1"}
    two, three = {**one, "AAC002": "2"}, {**one, "AAC002": "3"}
    assert len(answers.standing(payload(one, two), asked).detail) == 2  # type: ignore[union-attr]
    assert len(answers.standing(payload(one, {**two, "CODE": "303"}), asked).detail) == 1  # type: ignore[union-attr]
    for rows in ([one], [one, two, three], [one, {**two, "AAE140": "210"}], [one, {**two, "CODE": "306"}]):
        with pytest.raises(NotUnderstood):
            answers.standing(payload(*rows), asked)


# On the wire


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("tunnel")) as made:
        yield made
    TUNNEL.close()


@pytest.fixture(scope="module")
def bureau(sandbox: Sandbox) -> Running:
    return sandbox.start("bureau", today=TODAY.isoformat())


@pytest.mark.parametrize("mode", ["ECB", "CBC"])
@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_mode_and_charset_are_settings(sandbox: Sandbox, mode: str, charset: str) -> None:
    bureau = sandbox.start("bureau", label=f"{mode} {charset}", today=TODAY.isoformat(), mode=mode, charset=charset)
    vector: dict[str, Any] = {"iv": IV} if mode == "CBC" else {}
    connection = TUNNEL.connect(bureau.url, mode=mode, charset=charset, **vector)
    asked = to_submit(connection, someone())
    assert plugin.certification_submit(asked) == Succeeded(Verdict(Finding.CERTIFIED, valid_to=UNTIL))
    found = plugin.certification_lookup(LookupRequest(connection, DEADLINE, asked.number, asked.name, frozenset()))
    assert found.detail.name == asked.name  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changed", [{"key": "another-key-1234"}, {"user": "OTHER"}, {"mode": "CBC", "iv": IV}, {"key": "0" * 32}]
)
def test_a_wrong_key_or_user_is_an_unknown_unless_the_bureau_guarantees_more(
    bureau: Running, changed: dict[str, str]
) -> None:
    """What an ERROR means is the bureau's to say: only a code in the settings says that nothing was done."""
    asked = to_submit(TUNNEL.connect(bureau.url, **changed), someone())
    with pytest.raises(OutcomeUnknown, match="ERROR"):
        plugin.certification_submit(asked)
    with pytest.raises(Unavailable, match="ERROR"):
        plugin.certification_query(to_query(asked))
    asked = to_submit(TUNNEL.connect(bureau.url, refusals=["01", "02"], **changed), someone())
    with pytest.raises(InvalidConfig) as refused:
        plugin.certification_submit(asked)
    assert refused.value.code in ("01", "02")
    assert not any(row["number"] == asked.number for row in bureau.books()["certifications"])


def test_when_201_cannot_be_explained_in_time_it_is_unknown(bureau: Running) -> None:
    """The bureau takes it and says 201; then its records do not answer."""
    bureau.clear()
    connection = TUNNEL.connect(bureau.url)
    for fault, seconds in (("html", 0.0), ("lose_answer", 0.0), ("delay", 1.5)):
        asked = to_submit(connection, someone(Fate.REVIEW), deadline=1.0)
        bureau.faults(fault, "history", seconds=seconds)
        with pytest.raises(OutcomeUnknown):
            plugin.certification_submit(asked)
        assert plugin.certification_query(to_query(asked)) == Pending()


def test_somebody_elses_certification_under_review_is_not_taken_for_ours(bureau: Running) -> None:
    number, connection = someone(Fate.REVIEW), TUNNEL.connect(bureau.url)
    assert plugin.certification_submit(to_submit(connection, number)) == Pending()
    second = to_submit(connection, number)
    with pytest.raises(OutcomeUnknown, match="neither"):
        plugin.certification_submit(second)
    assert plugin.certification_query(to_query(second)) == NotFound()
    bureau.call("POST", "decide", {"number": number, "finding": "certified"})
    assert plugin.certification_query(to_query(second)) == NotFound()
    third = plugin.certification_submit(to_submit(connection, number))
    assert third == Succeeded(Verdict(Finding.NOT_DUE, valid_to=UNTIL))


def test_a_match_of_the_same_day_without_a_note_is_not_taken_for_ours(bureau: Running) -> None:
    asked = to_submit(TUNNEL.connect(bureau.url), someone())
    bureau.call("POST", "match", {"number": asked.number, "kind": PENSION})
    with pytest.raises(Unavailable, match="whose"):
        plugin.certification_query(to_query(asked))


def test_no_secret_and_no_number_stands_in_an_error(bureau: Running) -> None:
    asked = to_submit(TUNNEL.connect(bureau.url, key="another-key-1234"), someone())
    with pytest.raises(OutcomeUnknown) as failed:
        plugin.certification_submit(asked)
    assert asked.number not in str(failed.value)
    assert "another-key" not in f"{failed.value!r} {asked!r}"


def test_history_of_nobody_is_declined(bureau: Running) -> None:
    number = someone(Fate.NOBODY)
    request = HistoryRequest(TUNNEL.connect(bureau.url), DEADLINE, number, name_of(number), PENSION)
    assert plugin.certification_history(request).code == "303"  # type: ignore[union-attr]
