"""The stand-in for the post office's points card, spoken to over its real wire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from stdnum.iso7064 import mod_11_10

from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered
from jiedao_connectors.postcard import (
    PostcardClient,
    card_number,
    is_card_number,
    is_genuine,
    serial_of,
    sign,
)
from jiedao_sandbox.launch import Running, Sandbox

_KEY, _SECRET = "street-1", "sandbox-post-secret"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("postoffice")) as sandbox:
        other = f"street-2:{_SECRET}2"
        yield sandbox.start("postoffice", key=[f"{_KEY}:{_SECRET}", other])


@pytest.fixture
def client(office: Running) -> Iterator[PostcardClient]:
    client = PostcardClient(office.url, _KEY, _SECRET)
    yield client
    client.close()
    office.clear()


def _line(redemption: str, amount: int, **other: Any) -> dict[str, Any]:
    usual = {"member": "M00000001", "category": "property", "redeemed_on": "2025-03-01"}
    return {"redemption": redemption, "amount": amount, **usual, **other}


def _claim(number: str, *amounts: int, **other: Any) -> dict[str, Any]:
    lines = [_line(f"{number}-{place}", amount) for place, amount in enumerate(amounts)]
    return {"claim": number, "total": sum(amounts), "currency": "CNY", "lines": lines, **other}


def _send(client: PostcardClient, claim: dict[str, Any]) -> Answer:
    return client.call("claim", claim, 10)


def _paid(office: Running, number: str) -> list[int]:
    return [row["amount"] for row in office.books()["payments"] if row["claim"] == number]


# Cards


def test_a_card_number_has_a_check_digit_that_finds_slips() -> None:
    card = card_number(1234567)
    assert card == "6210012345675"
    assert card[-1] == mod_11_10.calc_check_digit(card[:-1])
    assert is_card_number(card)
    assert serial_of(card) == "01234567"
    for place in range(4, 13):
        for digit in set("0123456789") - {card[place]}:
            assert not is_card_number(card[:place] + digit + card[place + 1 :])


@pytest.mark.parametrize(
    "words", ["", "6210", "6210012345670x", "6211012345675", "６２１００１２３４５６７５", "6210012345675 "]
)
def test_what_is_no_card_number(words: str) -> None:
    assert not is_card_number(words)


def test_an_active_card(client: PostcardClient) -> None:
    card = card_number(14)
    assert client.call("card", {"card": card}, 10) == {
        "status": "FOUND",
        "card": card,
        "member": "M00000014",
        "holder": "杨䶮",
        "active": True,
    }


@pytest.mark.parametrize(("serial", "holder"), [(5, "古丽巴哈尔·买买提"), (6, "𠮷田"), (93, "刘德明")])
def test_names_arrive_as_they_are(client: PostcardClient, serial: int, holder: str) -> None:
    answer = client.call("card", {"card": card_number(serial)}, 10)
    assert (answer["holder"], answer["active"]) == (holder, serial != 93)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (card_number(191), "CARD_LOST"),
        (card_number(192), "CARD_BLOCKED"),
        (card_number(199), "UNKNOWN_CARD"),
        ("6210012345670", "UNKNOWN_CARD"),
    ],
)
def test_cards_that_are_refused(client: PostcardClient, card: str, code: str) -> None:
    answer = client.call("card", {"card": card}, 10)
    assert (answer["status"], answer["code"], answer["card"]) == ("REFUSED", code, card)
    assert set(answer["message"]) == {"zh", "en"}


# Signatures


def test_what_is_not_signed_as_agreed_is_refused(office: Running) -> None:
    for key, secret, moment, code in (
        ("street-9", _SECRET, time.time, "UNKNOWN_KEY"),
        (_KEY, "wrong", time.time, "BAD_SIGNATURE"),
        (_KEY, _SECRET, lambda: time.time() - 301, "STALE"),
    ):
        stranger = PostcardClient(office.url, key, secret, moment)
        with pytest.raises(ClientError) as refused:
            stranger.call("terms", {}, 10)
        stranger.close()
        assert (refused.value.status, refused.value.body["error"]) == (401, code)


def test_a_signature_holds_for_one_path_time_and_body_only() -> None:
    signature = sign("s", "1", "/points/v1/claim-status", b"{}")
    assert is_genuine("s", "1", "/points/v1/claim-status", b"{}", signature)
    assert not is_genuine("s", "1", "/points/v1/claim", b"{}", signature)
    assert not is_genuine("s", "2", "/points/v1/claim-status", b"{}", signature)
    assert not is_genuine("s", "1", "/points/v1/claim-status", b"{ }", signature)


# Claims


def test_a_claim_is_accepted_and_paid(client: PostcardClient, office: Running) -> None:
    answer = _send(client, _claim("c-plain", 3000, 1250))
    assert (answer["status"], answer["claim"], answer["total"], answer["paid"]) == ("ACCEPTED", "c-plain", 4250, 4250)
    assert _paid(office, "c-plain") == [4250]


def test_the_same_claim_is_answered_the_same_and_paid_once(client: PostcardClient, office: Running) -> None:
    answers = [_send(client, _claim("c-twice", 3000)) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert _paid(office, "c-twice") == [3000]


def test_twenty_at_once_are_paid_once(client: PostcardClient, office: Running) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: _send(client, _claim("c-race", 1000)), range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert _paid(office, "c-race") == [1000]


def test_a_number_stands_for_one_statement(client: PostcardClient, office: Running) -> None:
    _send(client, _claim("c-once", 3000))
    with pytest.raises(ClientError) as refused:
        _send(client, _claim("c-once", 4000))
    assert (refused.value.status, refused.value.body["error"]) == (409, "CLAIM_NUMBER_USED")
    assert _paid(office, "c-once") == [3000]


def test_streets_do_not_see_each_other(client: PostcardClient, office: Running) -> None:
    _send(client, _claim("c-street", 3000))
    other = PostcardClient(office.url, "street-2", f"{_SECRET}2")
    assert other.call("claim-status", {"claim": "c-street"}, 10)["status"] == "NOT_FOUND"
    assert _send(other, _claim("c-street", 700))["total"] == 700
    other.close()
    assert sorted(_paid(office, "c-street")) == [700, 3000]


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (_claim("c-sum", 3000, total=3001), "WRONG_SUM"),
        (_claim("c-none", lines=[], total=1), "NO_LINES"),
        (_claim("c-who", lines=[_line("r", 100, member="M00000199")], total=100), "UNKNOWN_MEMBER"),
        (_claim("c-same", lines=[_line("r", 100), _line("r", 100)], total=200), "CLAIMED_BEFORE"),
        (_claim("c-55", 1055), "REFUSED_BY_POST_OFFICE"),
    ],
)
def test_claims_that_are_refused(client: PostcardClient, office: Running, claim: dict[str, Any], code: str) -> None:
    answer = _send(client, claim)
    assert (answer["status"], answer["code"], answer["claim"]) == ("REFUSED", code, claim["claim"])
    assert _send(client, claim) == answer
    assert _paid(office, claim["claim"]) == []


def test_a_redemption_is_paid_in_one_claim_only(client: PostcardClient) -> None:
    _send(client, _claim("c-first", lines=[_line("shared", 100)], total=100))
    again = _send(client, _claim("c-second", lines=[_line("shared", 100)], total=100))
    assert again["code"] == "CLAIMED_BEFORE"


def test_a_refused_claims_redemptions_can_be_claimed_again(client: PostcardClient) -> None:
    _send(client, _claim("c-bad", lines=[_line("free", 100)], total=999))
    assert _send(client, _claim("c-good", lines=[_line("free", 100)], total=100))["status"] == "ACCEPTED"


@pytest.mark.parametrize(("amount", "end"), [(1077, "ACCEPTED"), (1066, "REFUSED")])
def test_pending_claims_are_decided_later(client: PostcardClient, office: Running, amount: int, end: str) -> None:
    number = f"c-pending-{amount}"
    assert _send(client, _claim(number, amount))["status"] == "PENDING"
    assert client.call("claim-status", {"claim": number}, 10)["status"] == "PENDING"
    assert office.call("POST", "settle", {"claim": number}) == {"settled": 1}
    assert client.call("claim-status", {"claim": number}, 10)["status"] == end
    assert _paid(office, number) == ([1077] if end == "ACCEPTED" else [])


def test_pending_claims_decide_themselves_when_told_so(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        office = sandbox.start("postoffice", settle_after=0, pay_after=1000)
        client = PostcardClient(office.url, _KEY, _SECRET)
        assert _send(client, _claim("c", 77))["status"] == "PENDING"
        assert client.call("claim-status", {"claim": "c"}, 10) | {"reference": ""} == {
            "claim": "c",
            "total": 77,
            "status": "ACCEPTED",
            "reference": "",
            "paid": 0,
        }
        client.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": 1.5},
        {"total": True},
        {"total": 0},
        {"total": "3000"},
        {"currency": "USD"},
        {"claim": ""},
        {"lines": {}},
        {"lines": ["x"]},
        {"total": -1, "lines": [_line("r", -1)]},
        {"lines": [_line("r", 0)]},
        {"lines": [_line("r", 1, redeemed_on="2025-02-30")]},
    ],
)
def test_malformed_claims_leave_no_trace(client: PostcardClient, office: Running, wrong: dict[str, Any]) -> None:
    before = len(office.books()["claims"])
    with pytest.raises(ClientError) as refused:
        _send(client, _claim("c-malformed", 3000) | wrong)
    assert refused.value.body["error"] == "MALFORMED"
    assert len(office.books()["claims"]) == before


def test_a_redemption_that_was_undone_is_taken_off_the_total(client: PostcardClient, office: Running) -> None:
    answer = _send(client, _claim("c-undone", 3000, -1000))
    assert (answer["status"], answer["total"]) == ("ACCEPTED", 2000)


# When things go wrong


@pytest.mark.parametrize("fault", ["lose_answer", "error_after_effect", "html"])
def test_an_answer_that_is_lost_does_not_undo_the_claim(client: PostcardClient, office: Running, fault: str) -> None:
    office.faults(fault, "claim")
    with pytest.raises(Unanswered):
        _send(client, _claim(f"c-{fault}", 3000))
    assert client.call("claim-status", {"claim": f"c-{fault}"}, 10)["status"] == "ACCEPTED"
    assert _paid(office, f"c-{fault}") == [3000]


def test_a_request_that_is_lost_has_no_effect(client: PostcardClient, office: Running) -> None:
    office.faults("lose_request", "claim")
    with pytest.raises(Unanswered):
        _send(client, _claim("c-lost", 3000))
    assert client.call("claim-status", {"claim": "c-lost"}, 10)["status"] == "NOT_FOUND"


def test_kill_minus_nine_loses_nothing_and_pays_nothing_twice(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        office = sandbox.start("postoffice", pay_after=0)
        client = PostcardClient(office.url, _KEY, _SECRET)
        first = _send(client, _claim("c-kill", 3000))
        office.kill()
        with pytest.raises((NotSent, Unanswered)):
            _send(client, _claim("c-kill", 3000))
        office.restart()
        assert _send(client, _claim("c-kill", 3000)) == first
        assert _paid(office, "c-kill") == [3000]
        client.close()
