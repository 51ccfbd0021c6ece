"""The points card's plugin against the post office's stand-in, with everything that can go wrong between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from postcard_connections import connection

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    Pending,
    Succeeded,
    Unavailable,
)
from jiedao.hookspecs.points import CardHolder, CardRequest, ClaimLine, ClaimQuery, ClaimReceipt, ClaimRequest
from jiedao.hookspecs.service import CheckRequest
from jiedao_connectors.postcard import card_number
from jiedao_postcard import plugin
from jiedao_postcard.exchange import clients
from jiedao_sandbox.launch import Running, Sandbox

_AFTER_EFFECT = ["lose_answer", "error_after_effect", "html", "wrong_echo"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("postoffice")) as sandbox:
        yield sandbox.start("postoffice")


@pytest.fixture
def street(office: Running) -> Iterator[Connection]:
    yield connection(url=office.url)
    clients.close()
    office.clear()


def _claim(street: Connection, number: str, *amounts: int, deadline: float = 10.0) -> ClaimRequest:
    lines = tuple(
        ClaimLine(f"{number}-{place}", "M00000001", "property", amount, date(2025, 3, 1))
        for place, amount in enumerate(amounts)
    )
    return ClaimRequest(street, deadline, number, sum(amounts), lines)


def _query(street: Connection, number: str, total: int) -> object:
    return plugin.points_claim_query(ClaimQuery(street, 10.0, number, total))


def _paid(office: Running, number: str) -> list[int]:
    return [row["amount"] for row in office.books()["payments"] if row["claim"] == number]


# Check


def test_check_passes_and_names_the_issuer(street: Connection) -> None:
    result = plugin.check_connection(CheckRequest(street, 10.0))
    assert result.passed
    assert "中国邮政" in result.says.zh


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"secret": "wrong"}, "BAD_SIGNATURE"), ({"key_id": "x"}, "UNKNOWN_KEY"), ({"url": "http://127.0.0.1:9"}, "not")],
)
def test_check_says_what_to_mend(office: Running, changed: dict[str, Any], says: str) -> None:
    result = plugin.check_connection(CheckRequest(connection(**{"url": office.url, **changed}), 10.0))
    clients.close()
    assert not result.passed
    assert says in result.says.en
    assert "sandbox-post-secret" not in result.says.en


def test_check_refuses_to_go_live_in_clear() -> None:
    result = plugin.check_connection(CheckRequest(connection(url="http://points.example.cn", live=True), 10.0))
    assert not result.passed
    assert "https" in result.says.en


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_check_survives_faults(street: Connection, office: Running, fault: str) -> None:
    office.faults(fault, "terms")
    assert not plugin.check_connection(CheckRequest(street, 10.0)).passed
    assert plugin.check_connection(CheckRequest(street, 10.0)).passed


# Cards


def test_a_card_is_found(street: Connection) -> None:
    card = card_number(25)
    found = plugin.points_card(CardRequest(street, 10.0, card))
    assert found == Succeeded(CardHolder(card, "M00000025", "古丽巴哈尔·买买提", True))


def test_a_card_that_is_not_active_says_so(street: Connection) -> None:
    found = plugin.points_card(CardRequest(street, 10.0, card_number(93)))
    assert isinstance(found, Succeeded)
    assert found.detail.active is False


@pytest.mark.parametrize(("serial", "code"), [(91, "CARD_LOST"), (92, "CARD_BLOCKED"), (99, "UNKNOWN_CARD")])
def test_refused_cards(street: Connection, serial: int, code: str) -> None:
    refused = plugin.points_card(CardRequest(street, 10.0, card_number(serial)))
    assert isinstance(refused, Declined)
    assert refused.code == code


def test_a_misread_card_is_asked_of_nobody(street: Connection, office: Running) -> None:
    before = office.health()["served"].get("card", 0)
    refused = plugin.points_card(CardRequest(street, 10.0, "6210012345670"))
    assert isinstance(refused, Declined)
    assert refused.code == "MISREAD"
    assert office.health()["served"].get("card", 0) == before


@pytest.mark.parametrize("fault", ["lose_request", *_AFTER_EFFECT])
def test_without_a_good_answer_a_card_is_unavailable(street: Connection, office: Running, fault: str) -> None:
    office.faults(fault, "card")
    with pytest.raises(Unavailable):
        plugin.points_card(CardRequest(street, 10.0, card_number(1)))
    assert isinstance(plugin.points_card(CardRequest(street, 10.0, card_number(1))), Succeeded)


# Claims


def test_a_claim_is_accepted_once(street: Connection, office: Running) -> None:
    request = _claim(street, "p-plain", 3000, 1250)
    first = plugin.points_claim(request)
    assert isinstance(first, Succeeded)
    assert first.detail.total == 4250
    assert plugin.points_claim(request) == first == _query(street, "p-plain", 4250)
    assert _paid(office, "p-plain") == [4250]
    line = next(row for row in office.books()["lines"] if row["redemption"] == "p-plain-1")
    assert (line["member"], line["category"], line["amount"], line["redeemed_on"]) == (
        "M00000001",
        "property",
        1250,
        "2025-03-01",
    )


def test_a_refused_claim_is_declined(street: Connection) -> None:
    refused = plugin.points_claim(_claim(street, "p-refused", 55))
    assert isinstance(refused, Declined)
    assert refused.code == "REFUSED_BY_POST_OFFICE"
    assert _query(street, "p-refused", 55) == refused


def test_a_pending_claim_is_asked_for(street: Connection, office: Running) -> None:
    assert isinstance(plugin.points_claim(_claim(street, "p-pending", 77)), Pending)
    assert isinstance(_query(street, "p-pending", 77), Pending)
    office.call("POST", "settle", {"claim": "p-pending"})
    assert isinstance(_query(street, "p-pending", 77), Succeeded)


def test_an_unknown_claim_is_not_found(street: Connection) -> None:
    assert _query(street, "p-never", 1) == NotFound()


@pytest.mark.parametrize("fault", _AFTER_EFFECT)
def test_a_claim_without_a_good_answer_is_unknown_and_found_by_asking(
    street: Connection, office: Running, fault: str
) -> None:
    number = f"p-{fault}"
    office.faults(fault, "claim")
    with pytest.raises(OutcomeUnknown):
        plugin.points_claim(_claim(street, number, 3000))
    found = _query(street, number, 3000)
    assert isinstance(found, Succeeded)
    assert isinstance(found.detail, ClaimReceipt)
    assert _paid(office, number) == [3000]


def test_a_claim_that_was_lost_on_the_way_is_unknown_too(street: Connection, office: Running) -> None:
    office.faults("lose_request", "claim")
    with pytest.raises(OutcomeUnknown):
        plugin.points_claim(_claim(street, "p-lost", 3000))
    assert _query(street, "p-lost", 3000) == NotFound()


def test_a_late_answer_is_unknown(street: Connection, office: Running) -> None:
    office.faults("delay", "claim", seconds=0.6)
    with pytest.raises(OutcomeUnknown):
        plugin.points_claim(_claim(street, "p-late", 3000, deadline=0.3))
    assert isinstance(_query(street, "p-late", 3000), Succeeded)


def test_a_late_effect_is_found_only_after_it_happened(street: Connection, office: Running) -> None:
    office.faults("delay_request", "claim", seconds=0.6)
    with pytest.raises(OutcomeUnknown):
        plugin.points_claim(_claim(street, "p-slow", 3000, deadline=0.2))
    # "Not found" now proves nothing: that is what the manifest's settling time is for.
    assert _query(street, "p-slow", 3000) == NotFound()
    again = plugin.points_claim(_claim(street, "p-slow", 3000))
    assert isinstance(again, Succeeded)
    assert _paid(office, "p-slow") == [3000]


def test_two_answers_on_one_connection_do_not_mix_claims_up(street: Connection, office: Running) -> None:
    office.faults("answer_twice", "claim")
    first = plugin.points_claim(_claim(street, "p-double", 3000))
    assert isinstance(first, Succeeded)
    try:
        second = plugin.points_claim(_claim(street, "p-next", 1000))
    except (OutcomeUnknown, Unavailable):
        second = plugin.points_claim(_claim(street, "p-next", 1000))
    assert isinstance(second, Succeeded)
    assert (second.detail.total, second.detail.reference != first.detail.reference) == (1000, True)


def test_another_total_under_the_same_number_is_unknown(street: Connection, office: Running) -> None:
    plugin.points_claim(_claim(street, "p-other", 3000))
    with pytest.raises(OutcomeUnknown, match="CLAIM_NUMBER_USED"):
        plugin.points_claim(_claim(street, "p-other", 4000))
    with pytest.raises(OutcomeUnknown, match="another total"):
        _query(street, "p-other", 4000)
    assert _paid(office, "p-other") == [3000]


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_a_question_without_an_answer_is_unavailable(street: Connection, office: Running, fault: str) -> None:
    plugin.points_claim(_claim(street, "p-ask", 3000))
    office.faults(fault, "claim-status")
    with pytest.raises(Unavailable):
        _query(street, "p-ask", 3000)


def test_a_wrong_echo_to_a_question_is_unknown(street: Connection, office: Running) -> None:
    plugin.points_claim(_claim(street, "p-echo", 3000))
    office.faults("wrong_echo", "claim-status")
    with pytest.raises(OutcomeUnknown):
        _query(street, "p-echo", 3000)


def test_wrong_keys_pause_the_connection(office: Running) -> None:
    wrong = connection(url=office.url, secret="wrong")
    with pytest.raises(InvalidConfig) as refused:
        plugin.points_claim(_claim(wrong, "p-key", 3000))
    clients.close()
    assert refused.value.code == "BAD_SIGNATURE"
    assert "p-key" not in [row["claim"] for row in office.books()["claims"]]


def test_new_settings_are_used_at_once(office: Running) -> None:
    with pytest.raises(InvalidConfig):
        plugin.points_card(CardRequest(connection(1, url=office.url, secret="old"), 10.0, card_number(1)))
    found = plugin.points_card(CardRequest(connection(2, url=office.url), 10.0, card_number(1)))
    clients.close()
    assert isinstance(found, Succeeded)


def test_nobody_there_means_nothing_was_sent() -> None:
    with pytest.raises(Unavailable):
        plugin.points_claim(_claim(connection(), "p-nobody", 3000))
    clients.close()


def test_killed_in_the_middle_of_a_claim(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        office = sandbox.start("postoffice")
        street = connection(url=office.url)
        office.faults("lose_answer", "claim")
        with pytest.raises(OutcomeUnknown):
            plugin.points_claim(_claim(street, "p-kill", 3000))
        office.kill()
        with pytest.raises((Unavailable, OutcomeUnknown)):
            _query(street, "p-kill", 3000)
        office.restart()
        assert isinstance(_query(street, "p-kill", 3000), Succeeded)
        assert isinstance(plugin.points_claim(_claim(street, "p-kill", 3000)), Succeeded)
        assert _paid(office, "p-kill") == [3000]
        clients.close()


def test_secrets_and_names_are_not_logged(
    street: Connection, office: Running, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    office.faults("wrong_echo", "card")
    with pytest.raises(Unavailable) as failed:
        plugin.points_card(CardRequest(street, 10.0, card_number(25)))
    said = caplog.text + "".join(capfd.readouterr()) + str(failed.value)
    assert "sandbox-post-secret" not in said
    assert "古丽" not in said
