"""The timeline of an operation: every try that did not end it, every person, and no secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from core_counter import SEEN, Counter
from core_doubles import slip

from jiedao.checkout.checkout import Begun, Paying
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Pending, Unavailable
from jiedao.language import Text
from jiedao.operations import review
from jiedao.operations.history import How, Moment, timeline
from jiedao.operations.model import State as Op
from jiedao.operations.secrets import presentable, without_secrets

ID_NUMBER, CARD = "150602198001010013", "6217000010001234569"
SECRET, TOKEN = "very-secret-key-0001", "tok_9f8e7d6c5b4a"
ASKED = How.ASKED


def lines(counter: Counter, begun: Begun) -> list[Moment]:
    (id_,) = ids(counter, begun, "payment_start")
    with counter.read() as tx:
        return timeline(tx, review.look(tx, id_))


def ids(counter: Counter, begun: Begun, hook: str) -> list[str]:
    found = counter.sql(
        "SELECT id FROM operation WHERE subject = :subject AND hook = :hook", subject=begun.attempt, hook=hook
    )
    return [row.id for row in found]


def told(moments: list[Moment]) -> list[tuple[str, str, str]]:
    return [(moment.what, moment.state, moment.says) for moment in moments]


def by_card(counter: Counter, *answers: Any, plugin: str = "pos", amount: int = 9000) -> Begun:
    counter.plugins[plugin].will("payment_start", *answers)
    return counter.visit(counter.bill("ELEC", amount), Paying("card", amount, plugin))


def test_a_clean_act_leaves_no_event(counter: Counter) -> None:
    begun = by_card(counter)
    assert counter.sql("SELECT * FROM operation_event") == []
    assert told(lines(counter, begun)) == [("planned", "", ""), ("ended", "succeeded", "")]
    refused = by_card(counter, Declined(Text("余额不足", "No money"), "51"))
    assert counter.sql("SELECT * FROM operation_event") == []
    assert told(lines(counter, refused)) == [("planned", "", ""), ("ended", "declined", "51")]


def test_every_try_is_there_with_what_came_back(on_both: Counter) -> None:
    begun = by_card(on_both, OutcomeUnknown("line cut"))
    on_both.plugins["pos"].will("payment_query", Unavailable("no line"), Pending("P1"), slip)
    for _ in range(3):
        on_both.resolve()
    assert told(lines(on_both, begun)) == [
        ("planned", "", ""),
        ("sent", "unknown", "line cut"),
        ("asked", "unknown", "no line"),
        ("asked", "pending", "P1"),
        ("asked", "succeeded", ""),
    ]
    assert [moment.tries for moment in lines(on_both, begun)][1:] == [1, 2, 3, 4]


def test_the_same_answer_again_and_again_is_told_once(counter: Counter) -> None:
    begun = by_card(counter, OutcomeUnknown("line cut"))
    counter.plugins["pos"].will("payment_query", *[OutcomeUnknown("line cut")] * 30)
    for _ in range(30):
        counter.resolve()
    found = lines(counter, begun)
    assert found[-1].state == "review"
    assert len(found) == 1 + counter.house.operations.policy.asks


def test_who_looked_and_who_decided_is_there(counter: Counter) -> None:
    begun = by_card(counter, OutcomeUnknown("line cut"), amount=60_000)
    counter.tire("payment_start")
    counter.plugins["pos"].will("payment_query", *[OutcomeUnknown("line cut")] * 2)
    counter.resolve()
    (id_,) = ids(counter, begun, "payment_start")
    counter.house.operations.ask_now(counter.me.street, id_)
    made = review.propose(counter.house.store, counter.accountant, id_, Op.SUCCEEDED, "R77", SEEN)
    second = replace(counter.accountant, staff="acc-2", name="孙丽")
    counter.house.operations.drive(counter.house.proposals.agree(second, made, "已核对流水"))
    found = lines(counter, begun)
    assert sorted(moment.what for moment in found) == sorted(
        ["planned", "sent", "asked", "hurried", "proposed", "agreed", "person"]
    )
    proposed = next(moment for moment in found if moment.what == "proposed")
    assert (proposed.by, proposed.says, proposed.reference, proposed.state) == ("赵敏", SEEN, "R77", "succeeded")


def test_events_are_never_changed(on_both: Counter) -> None:
    by_card(on_both, OutcomeUnknown("line cut"))
    with pytest.raises(Exception, match=r"append-only|permission denied"), on_both.house.store.engine.begin() as at:
        at.exec_driver_sql("UPDATE operation_event SET says = 'nothing'")


def test_no_secret_comes_into_the_books_or_onto_the_timeline(counter: Counter) -> None:
    """A careless plugin says everything it knows; nothing of it is kept or shown."""
    with counter.write() as tx:
        counter.house.connections.configure(tx, "pos", {"secret": SECRET, "password": {"inner": "deep-secret-value"}})
    careless = (
        f"POST failed for {ID_NUMBER} card {CARD} key {SECRET} deep-secret-value Authorization: Bearer {TOKEN} "
        f"password=hunter2345 sk_live_abcdefgh1234 ref 202603020001"
    )
    begun = by_card(counter, OutcomeUnknown(careless))
    counter.plugins["pos"].will("payment_query", OutcomeUnknown(careless), Unavailable(careless))
    counter.resolve()
    counter.resolve()
    kept = counter.sql("SELECT says FROM operation_event")
    kept += counter.sql("SELECT reason FROM operation")
    kept += counter.sql("SELECT detail FROM attempt_event")
    written = json.dumps([list(row) for row in kept], default=str, ensure_ascii=False)
    shown = str(lines(counter, begun))
    for secret in (ID_NUMBER, CARD, SECRET, "deep-secret-value", TOKEN, "hunter2345", "sk_live_abcdefgh1234"):
        assert secret not in written
        assert secret not in shown
    assert "202603020001" in shown
    assert "621700*********4569" in shown


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("00 approved", "00 approved"),
        ("ref 20260302123456789012", "ref 20260302123456789012"),
        ("P-20260302-00001", "P-20260302-00001"),
        (f"%B{CARD}^LI/LEI^2512", "%B621700*********4569^LI/LEI^2512"),
        (f"no. {ID_NUMBER}.", "no. 1506**********0013."),
        ('{"access_token": "abc.def", "code": 5}', '{"access_token": "•••", "code": 5}'),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.sig", "•••"),
    ],
)
def test_what_is_taken_out_of_words(words: str, kept: str) -> None:
    assert without_secrets(words) == kept


def test_a_request_is_shown_without_what_is_nobodys_business() -> None:
    request = {
        "amount": 100,
        "photo": "aGVsbG8=",
        "who": {"number": ID_NUMBER, "api_key": "x1"},
        "items": [CARD],
        "pin": "",
    }
    assert presentable(request) == {
        "amount": 100,
        "photo": "•••",
        "who": {"number": "1506**********0013", "api_key": "•••"},
        "items": ["621700*********4569"],
        "pin": "",
    }
