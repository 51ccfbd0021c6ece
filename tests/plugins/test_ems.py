"""The EMS plugin against its stand-in, over both interfaces, with every fault on the wire."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

import ems_samples
from ems_samples import HALL, LETTER, PLAIN, RESIDENT, TARIFF
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    Succeeded,
    Unavailable,
)
from jiedao.hookspecs.postal import (
    Consigned,
    CreateQuery,
    CreateRequest,
    EventKind,
    Handling,
    LabelRequest,
    Party,
    QuoteRequest,
    RecipientClass,
    ServiceableRequest,
    TrackRequest,
    WithdrawRequest,
)
from jiedao.hookspecs.service import About, CheckRequest, NoticeRequest, Topic
from jiedao.ids import new_id
from jiedao.problems import Invalid
from jiedao_connectors.ems.push import seal_push
from jiedao_ems import exchange, plugin
from jiedao_ems.hooks import Ems
from jiedao_sandbox.ems import KEY, SENDER
from jiedao_sandbox.launch import Running, Sandbox

DEADLINE = 5.0
SERIAL = count(1)
Connect = Callable[..., Connection]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("ems")) as sandbox:
        yield sandbox.start("ems")
    exchange.close()


@pytest.fixture
def ems(running: Running) -> Running:
    running.clear()
    return running


@pytest.fixture(params=[ems_samples.current, ems_samples.older], ids=["current", "older"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Makes a connection over one interface, then over the other."""
    made: Connect = request.param
    return made


@pytest.fixture
def connection(ems: Running, connect: Connect) -> Connection:
    return connect(ems.url)


@pytest.fixture
def newer(ems: Running) -> Connection:
    return ems_samples.current(ems.url)


def to_create(connection: Connection, **changed: Any) -> CreateRequest:
    usual = CreateRequest(connection, DEADLINE, new_id(), "", "1", HALL, RESIDENT, LETTER, PLAIN, 2_000, "CNY", "")
    return replace(usual, **changed)


def to_query(asked: CreateRequest) -> CreateQuery:
    return CreateQuery(asked.connection, DEADLINE, asked.operation, asked.number, asked.product)


def create(connection: Connection, **changed: Any) -> tuple[CreateRequest, Consigned]:
    asked = to_create(connection, **changed)
    outcome = plugin.postal_create(asked)
    assert isinstance(outcome, Succeeded)
    return asked, outcome.detail


def booked(ems: Running, operation: str) -> int:
    return sum(row["number"] == operation for row in ems.books()["orders"])


def nowhere(connect: Connect) -> Connection:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return connect(f"http://127.0.0.1:{free.getsockname()[1]}")


def test_it_says_what_it_can_and_how_its_unknowns_are_resolved() -> None:
    manifest = plugin.describe()
    assert manifest.recovery == {"postal_create": Recovery.QUERY, "postal_cancel": Recovery.RESEND}
    assert manifest.abilities == {"serviceable", "withdraw", "notice"}
    assert manifest.settling > 0
    assert manifest.configuration.secrets() == {"authorization", "key"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"interface": "newest"}, "interface"),
        ({"url": "ems"}, "url"),
        ({"key": "not base64 of 16"}, "key"),
        ({"authorization": ""}, "authorization"),
        ({"default_product": "11"}, "default_product"),
        ({"products": []}, "products"),
        ({"products": [{"product": "1"}, {"product": "1"}]}, "products.1.product"),
        ({"products": [{"product": "1", "estimate": "12"}]}, "products.0.estimate"),
        ({"contents": {"document": "1"}}, "contents"),
        ({"settling": -1}, "settling"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
def test_settings_that_cannot_work_are_refused(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ems_samples.current("http://127.0.0.1:1", **changed)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"track_url": ""}, "track_url"),
        ({"company": ""}, "company"),
        ({"tariff": [TARIFF[0], TARIFF[0]]}, "tariff.1.product"),
        ({"tariff": [{**TARIFF[0], "first_fen": 0}]}, "tariff.0.first_fen"),
    ],
)
def test_settings_of_the_older_interface_that_cannot_work_are_refused(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ems_samples.older("http://127.0.0.1:1", **changed)
    assert refused.value.field == field


def test_an_authorization_that_was_left_out_is_missed() -> None:
    with pytest.raises(Invalid):
        ems_samples.configuration.load(
            {
                "interface": "current",
                "url": "https://ems.example.cn",
                "sender_number": "1",
                "key": KEY,
                "ecommerce_user_id": "1",
                "own_address": "017000 鄂尔多斯",
            }
        )


def test_a_good_connection_passes_the_check_and_books_nothing(connection: Connection, ems: Running) -> None:
    before = ems.books()
    assert plugin.check_connection(CheckRequest(connection, DEADLINE)).passed
    assert ems.books() == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sender_number": "1"}, "A0001"),
        ({"authorization": "guessed"}, "A0002"),
        ({"key": "Z3Vlc3NlZC1lbXMta2V5IQ=="}, "A0003"),
    ],
)
def test_wrong_credentials_fail_the_check_and_every_act(ems: Running, changed: dict[str, str], code: str) -> None:
    _check_refused(ems, ems_samples.current(ems.url, **changed), code)


@pytest.mark.parametrize(("changed", "code"), [({"company": "OTHER"}, "S03"), ({"key": "guessed"}, "S02")])
def test_wrong_credentials_of_the_older_interface(ems: Running, changed: dict[str, str], code: str) -> None:
    _check_refused(ems, ems_samples.older(ems.url, **changed), code)


def _check_refused(ems: Running, connection: Connection, code: str) -> None:
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not result.passed
    assert code in result.says.en
    assert "guessed" not in result.says.en
    asked = to_create(connection)
    with pytest.raises(InvalidConfig) as refused:
        plugin.postal_create(asked)
    assert refused.value.code == code
    with pytest.raises(InvalidConfig):
        plugin.postal_query(to_query(asked))
    assert booked(ems, asked.operation) == 0


def test_a_post_that_is_down_fails_the_check_and_nothing_was_sent(connect: Connect) -> None:
    connection = nowhere(connect)
    assert not plugin.check_connection(CheckRequest(connection, DEADLINE)).passed
    with pytest.raises(Unavailable):
        plugin.postal_create(to_create(connection))


def test_live_needs_https_beyond_this_machine(connect: Connect) -> None:
    live = replace(connect("http://ems.example.cn"), live=True)
    result = plugin.check_connection(CheckRequest(live, DEADLINE))
    assert not result.passed
    assert "https" in result.says.en


# Postage


def to_quote(connection: Connection, **changed: Any) -> QuoteRequest:
    return replace(QuoteRequest(connection, DEADLINE, HALL, RESIDENT, LETTER, PLAIN), **changed)


def test_postage_is_asked_for_every_product_that_has_a_code(newer: Connection) -> None:
    outcome = plugin.postal_quote(to_quote(newer))
    assert isinstance(outcome, Succeeded)
    assert [(q.product, q.amount, q.currency) for q in outcome.detail] == [("1", 2_000, "CNY"), ("10", 2_000, "CNY")]
    heavy = plugin.postal_quote(to_quote(newer, recipient=HALL, item=replace(LETTER, weight=1_501)))
    assert isinstance(heavy, Succeeded)
    assert heavy.detail[0].amount == 1_600


def test_a_quote_says_that_services_cost_more_and_leaves_out_who_has_them_not(newer: Connection) -> None:
    outcome = plugin.postal_quote(to_quote(newer, handling=Handling(return_receipt=True)))
    assert isinstance(outcome, Succeeded)
    (only,) = outcome.detail
    assert only.product == "1"
    assert "without fees" in only.title.en


def test_what_no_product_carries_is_declined(newer: Connection) -> None:
    outcome = plugin.postal_quote(to_quote(newer, item=replace(LETTER, weight=50_000)))
    assert isinstance(outcome, Declined)
    assert outcome.code == "B0005"


def test_without_a_code_to_ask_with_there_is_no_postage(ems: Running) -> None:
    with pytest.raises(InvalidConfig):
        plugin.postal_quote(to_quote(ems_samples.current(ems.url, products=[{"product": "1"}])))


@pytest.mark.parametrize(
    ("province", "grams", "fen"), [("黑龙江省", 500, 2_200), ("黑龙江省", 501, 3_100), ("广东省", 1_600, 3_800)]
)
def test_postage_of_the_older_interface_is_the_contracts(ems: Running, province: str, grams: int, fen: int) -> None:
    asked = to_quote(
        ems_samples.older(ems.url), recipient=replace(RESIDENT, province=province), item=replace(LETTER, weight=grams)
    )
    outcome = plugin.postal_quote(asked)
    assert isinstance(outcome, Succeeded)
    assert [(quote.product, quote.amount) for quote in outcome.detail] == [("1", fen)]


def test_a_missing_tariff_is_never_nothing(ems: Running) -> None:
    with pytest.raises(InvalidConfig):
        plugin.postal_quote(to_quote(ems_samples.older(ems.url, tariff=[])))
    heavy = plugin.postal_quote(to_quote(ems_samples.older(ems.url), item=replace(LETTER, weight=40_001)))
    assert isinstance(heavy, Declined)


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_a_quote_without_a_trustworthy_answer_is_unavailable(newer: Connection, ems: Running, fault: str) -> None:
    ems.faults(fault, "estimate")
    with pytest.raises(Unavailable):
        plugin.postal_quote(to_quote(newer))


def test_all_questions_of_a_quote_have_one_deadline(newer: Connection, ems: Running) -> None:
    ems.faults("delay", "estimate", times=2, seconds=0.3)
    with pytest.raises(Unavailable):
        plugin.postal_quote(to_quote(newer, deadline=0.5))


# Addresses


def at(party: Party, line: str) -> Party:
    return replace(party, line=line)


def test_whether_the_post_comes(connection: Connection) -> None:
    outcome = plugin.postal_serviceable(ServiceableRequest(connection, DEADLINE, RESIDENT))
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.able == {"pickup", "delivery"}
    far = plugin.postal_serviceable(ServiceableRequest(connection, DEADLINE, at(RESIDENT, "边远牧区")))
    assert isinstance(far, Succeeded)
    assert far.detail.able == {"delivery"}


def test_an_address_is_asked_about_before_it_is_known_whose_it_is(connection: Connection) -> None:
    nobody = replace(RESIDENT, name="", phone="")
    assert isinstance(plugin.postal_serviceable(ServiceableRequest(connection, DEADLINE, nobody)), Succeeded)
    assert isinstance(plugin.postal_quote(to_quote(connection, recipient=nobody)), Succeeded)
    nowhere = plugin.postal_serviceable(ServiceableRequest(connection, DEADLINE, replace(nobody, city="")))
    assert isinstance(nowhere, Declined)
    assert nowhere.code == "MISSING"


def test_an_address_that_is_not_understood_is_declined(connection: Connection) -> None:
    outcome = plugin.postal_serviceable(ServiceableRequest(connection, DEADLINE, at(RESIDENT, "不详")))
    assert isinstance(outcome, Declined)
    abroad = plugin.postal_serviceable(ServiceableRequest(connection, DEADLINE, replace(RESIDENT, country="PL")))
    assert isinstance(abroad, Declined)
    assert abroad.code == "ABROAD"


@pytest.mark.parametrize("fault", ["lose_request", "html", "error_after_effect"])
def test_an_address_without_a_trustworthy_answer(connection: Connection, ems: Running, fault: str) -> None:
    ems.faults(fault, "serviceable")
    with pytest.raises(Unavailable):
        plugin.postal_serviceable(ServiceableRequest(connection, DEADLINE, RESIDENT))


# Handing over


def test_an_item_is_created_once_and_found_again(connection: Connection, ems: Running) -> None:
    asked, consigned = create(connection)
    assert len(consigned.number) == 13
    assert not consigned.draft
    assert booked(ems, asked.operation) == 1
    answer = plugin.postal_query(to_query(asked))
    assert isinstance(answer, Succeeded)
    assert answer.detail.number == consigned.number


def test_what_was_sent_is_what_was_meant(connection: Connection, ems: Running) -> None:
    asked, _ = create(connection)
    (row,) = [row for row in ems.books()["orders"] if row["number"] == asked.operation]
    sent = json.loads(row["sent"])
    assert sent["receiver"]["name"] == RESIDENT.name
    assert sent["receiver"]["address"] == RESIDENT.line
    assert sent["receiver"]["mobile"] == RESIDENT.phone
    assert (sent["sender"]["phone"], sent["sender"]["mobile"]) == (HALL.phone, "")
    assert (row["product"], row["weight"]) == ("1", 120)


def test_a_city_without_districts_is_its_own_county(connection: Connection, ems: Running) -> None:
    party = replace(RESIDENT, province="广东省", city="东莞市", district="", line="莞城街道 1 号")
    asked, _ = create(connection, recipient=party)
    (row,) = [row for row in ems.books()["orders"] if row["number"] == asked.operation]
    assert json.loads(row["sent"])["receiver"]["county"] == "东莞市"


def test_a_number_from_a_range_is_kept(connection: Connection) -> None:
    number = f"99{next(SERIAL):011d}"
    asked, consigned = create(connection, number=number)
    assert consigned.number == number
    answer = plugin.postal_query(to_query(asked))
    assert isinstance(answer, Succeeded)
    again = plugin.postal_create(to_create(connection, number=number))
    assert isinstance(again, Declined)


@pytest.mark.parametrize(
    ("handling", "current", "older"),
    [
        (Handling(registered=True), {"receiptFlag": "1"}, {"receipt_flag": "1"}),
        (Handling(return_receipt=True), {"receiptFlag": "2"}, {"receipt_flag": "2"}),
        (Handling(return_documents=True), {"receiptFlag": "7"}, {"receipt_flag": "7"}),
        (
            Handling(declared_value=123_456),
            {"insuranceFlag": "2", "insuranceAmount": "1234.56"},
            {"insurance_flag": "2", "insurance_amount": "1234.56"},
        ),
        (
            Handling(cash_on_delivery=9_900),
            {"codFlag": "1", "codAmount": "99.00"},
            {"cod_flag": "1", "cod_amount": "99.00"},
        ),
    ],
)
def test_handling_reaches_the_post(
    connection: Connection, ems: Running, handling: Handling, current: dict[str, str], older: dict[str, str]
) -> None:
    asked, _ = create(connection, handling=handling)
    (row,) = [row for row in ems.books()["orders"] if row["number"] == asked.operation]
    expected = current if row["interface"] == "current" else older
    assert expected.items() <= json.loads(row["sent"]).items()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"handling": Handling(addressee_only=True)}, "ADDRESSEE_ONLY"),
        ({"handling": Handling(procedural=True)}, "PROCEDURAL"),
        ({"handling": Handling(return_receipt=True, return_documents=True)}, "ONE_RECEIPT"),
        ({"product": "2", "handling": Handling(cash_on_delivery=1)}, "NOT_OF_PRODUCT"),
        ({"product": "10", "handling": Handling(return_receipt=True)}, "NOT_OF_PRODUCT"),
        ({"product": "11"}, "NO_SUCH_PRODUCT"),
        ({"product": "no such"}, "NO_SUCH_PRODUCT"),
        ({"number": "1"}, "WRONG_NUMBER"),
        ({"number": "RB123456786US"}, "WRONG_NUMBER"),
        ({"operation": "x" * 51}, "WRONG_REFERENCE"),
        ({"currency": "PLN"}, "WRONG_CURRENCY"),
        ({"postage": -1}, "WRONG_AMOUNT"),
        ({"item": replace(LETTER, weight=0)}, "WRONG_WEIGHT"),
        ({"item": replace(LETTER, description=" ")}, "MISSING"),
        ({"recipient": replace(RESIDENT, name="")}, "MISSING"),
        ({"recipient": replace(RESIDENT, line="x" * 201)}, "UNWRITABLE"),
        ({"recipient": replace(RESIDENT, name="王\ufffd")}, "UNWRITABLE"),
        ({"sender": replace(HALL, name="bell\x07")}, "UNWRITABLE"),
        ({"recipient": replace(RESIDENT, country="US")}, "ABROAD"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_before_anything_is_sent(
    connect: Connect, changed: dict[str, Any], code: str
) -> None:
    outcome = plugin.postal_create(to_create(nowhere(connect), **changed))
    assert isinstance(outcome, Declined)
    assert outcome.code == code
    assert outcome.reason.zh
    assert outcome.reason.en
    assert "{" not in outcome.reason.zh + outcome.reason.en


def test_a_refusal_of_the_post_is_a_refusal(connection: Connection, ems: Running) -> None:
    asked = to_create(connection, recipient=replace(RESIDENT, name="拒收"))
    outcome = plugin.postal_create(asked)
    assert isinstance(outcome, Declined)
    assert booked(ems, asked.operation) == 0
    assert isinstance(plugin.postal_query(to_query(asked)), NotFound)


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        ("lose_request", NotFound),
        ("lose_answer", Succeeded),
        ("error_after_effect", Succeeded),
        ("html", Succeeded),
        ("wrong_echo", Succeeded),
    ],
)
def test_a_create_without_a_trustworthy_answer_is_unknown_until_asked(
    connection: Connection, ems: Running, fault: str, after: type
) -> None:
    asked = to_create(connection)
    ems.faults(fault, "create")
    with pytest.raises(OutcomeUnknown):
        plugin.postal_create(asked)
    assert isinstance(plugin.postal_query(to_query(asked)), after)
    assert booked(ems, asked.operation) == (after is Succeeded)


@pytest.mark.parametrize("fault", ["delay", "delay_request"])
def test_a_late_answer_is_unknown(connection: Connection, ems: Running, fault: str) -> None:
    ems.faults(fault, "create", seconds=0.6)
    with pytest.raises(OutcomeUnknown):
        plugin.postal_create(to_create(connection, deadline=0.3))


def test_an_answer_that_comes_twice_is_taken_once(connection: Connection, ems: Running) -> None:
    ems.faults("answer_twice", "create")
    (first, one), (second, other) = create(connection), create(connection)
    assert one.number != other.number
    for asked, consigned in ((first, one), (second, other)):
        answer = plugin.postal_query(to_query(asked))
        assert isinstance(answer, Succeeded)
        assert answer.detail.number == consigned.number


def test_a_number_of_ours_that_is_in_the_books_is_asked_for_and_not_refused(
    connection: Connection, ems: Running
) -> None:
    """A refusal would say that nothing happened, while the item is on its way."""
    asked, consigned = create(connection)
    with pytest.raises(OutcomeUnknown):
        plugin.postal_create(asked)
    answer = plugin.postal_query(to_query(asked))
    assert isinstance(answer, Succeeded)
    assert answer.detail.number == consigned.number
    assert booked(ems, asked.operation) == 1


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html", "wrong_echo"])
def test_a_query_without_a_trustworthy_answer_is_asked_again(connection: Connection, ems: Running, fault: str) -> None:
    asked, _ = create(connection)
    ems.faults(fault, "query")
    with pytest.raises(Unavailable):
        plugin.postal_query(to_query(asked))
    assert isinstance(plugin.postal_query(to_query(asked)), Succeeded)


def test_a_query_about_something_else_is_no_answer(connection: Connection) -> None:
    asked, _ = create(connection)
    for other in ({"product": "10"}, {"number": "1100099999999"}):
        with pytest.raises(Unavailable):
            plugin.postal_query(replace(to_query(asked), **other))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        HEAD + b"0\r\n\r\n",
        HEAD + b"40\r\n\r\n" + b'{"retCode":"00000"',
        HEAD + b"18\r\n\r\n" + b'{"retCode":"00000"',
        HEAD + b"20\r\n\r\n" + "系统维护".encode("gbk") + b" " * 12,
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        b"no HTTP at all",
    ],
)
def test_an_answer_that_is_cut_off_or_empty_is_unknown(connect: Connect, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_twice, args=(server, answer))
        thread.start()
        connection = connect(f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(OutcomeUnknown):
            plugin.postal_create(to_create(connection))
        with pytest.raises(Unavailable):
            plugin.postal_query(to_query(to_create(connection)))
        thread.join()


def _answer_twice(server: socket.socket, answer: bytes) -> None:
    """Hang up after each answer. Who sends the second call down the connection that is gone never comes here again."""
    server.settimeout(2)
    for _ in range(2):
        try:
            caller, _ = server.accept()
        except TimeoutError:
            return
        with caller:
            caller.settimeout(2)
            head, _, body = _received(caller).partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += caller.recv(65_536)
            caller.sendall(answer)


def _received(caller: socket.socket) -> bytes:
    told = b""
    while b"\r\n\r\n" not in told:
        told += caller.recv(65_536)
    return told


@pytest.mark.crash
def test_a_post_that_was_killed_answers_for_what_it_booked(tmp_path: Any, connect: Connect) -> None:
    with Sandbox(tmp_path) as sandbox:
        ems = sandbox.start("ems")
        asked = to_create(connect(ems.url))
        ems.faults("delay", "create", seconds=5)
        with pytest.raises(OutcomeUnknown):
            plugin.postal_create(replace(asked, deadline=0.4))
        ems.kill()
        with pytest.raises(Unavailable):
            plugin.postal_query(to_query(asked))
        ems.restart()
        assert isinstance(plugin.postal_query(to_query(asked)), Succeeded)
        assert booked(ems, asked.operation) == 1


# Taking back


def to_cancel(asked: CreateRequest, consigned: Consigned) -> WithdrawRequest:
    return WithdrawRequest(asked.connection, DEADLINE, new_id(), asked.operation, consigned.number, "", "住户改主意")


def test_an_item_is_taken_back_until_the_post_has_it(newer: Connection, ems: Running) -> None:
    asked, consigned = create(newer)
    assert isinstance(plugin.postal_cancel(to_cancel(asked, consigned)), Succeeded)
    # Sent again after a lost answer: it is cancelled, and that is what was wanted.
    assert isinstance(plugin.postal_cancel(to_cancel(asked, consigned)), Succeeded)
    gone, carried = create(newer)
    ems.call("POST", "advance", {"waybill": carried.number, "codes": ["203"]})
    refused = plugin.postal_cancel(to_cancel(gone, carried))
    assert isinstance(refused, Declined)
    assert refused.code == "B0005"


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_a_cancellation_without_an_answer_is_unknown_and_sent_again(
    newer: Connection, ems: Running, fault: str
) -> None:
    cancel = to_cancel(*create(newer))
    ems.faults(fault, "cancel")
    with pytest.raises(OutcomeUnknown):
        plugin.postal_cancel(cancel)
    assert isinstance(plugin.postal_cancel(cancel), Succeeded)
    states = [row["state"] for row in ems.books()["orders"] if row["waybill"] == cancel.number]
    assert states == ["cancelled"]


def test_the_older_interface_says_in_words_what_it_cannot(ems: Running) -> None:
    connection = ems_samples.older(ems.url)
    asked, consigned = create(connection)
    cancel = plugin.postal_cancel(to_cancel(asked, consigned))
    label = plugin.postal_label(to_label(connection, consigned.number))
    notice = plugin.parse_notice(NoticeRequest(connection, DEADLINE, {}, b"{}"))
    assert [one.code for one in (cancel, label, notice) if isinstance(one, Declined)] == [
        "NO_CANCEL",
        "NO_LABEL",
        "NO_PUSH",
    ]
    assert [row["state"] for row in ems.books()["orders"] if row["waybill"] == consigned.number] == ["created"]


# Labels


def to_label(connection: Connection, number: str, size: str = "") -> LabelRequest:
    return LabelRequest(connection, DEADLINE, number, "", size, HALL, RESIDENT, PLAIN)


@pytest.mark.parametrize("size", ["", "129", "149", "179"])
def test_a_label_is_a_pdf(newer: Connection, size: str) -> None:
    _, consigned = create(newer)
    outcome = plugin.postal_label(to_label(newer, consigned.number, size))
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.media_type == "application/pdf"
    assert outcome.detail.content.startswith(b"%PDF-")
    assert outcome.detail.content.rstrip().endswith(b"%%EOF")
    assert consigned.number.encode() in outcome.detail.content
    assert consigned.number in outcome.detail.name


def test_a_label_that_cannot_be_had(newer: Connection) -> None:
    _, consigned = create(newer)
    for number, size, code in (
        (consigned.number, "A4", "NO_SIZE"),
        ("1", "129", "WRONG_NUMBER"),
        ("1199999999999", "129", "B0003"),
    ):
        outcome = plugin.postal_label(to_label(newer, number, size))
        assert isinstance(outcome, Declined)
        assert outcome.code == code


@pytest.mark.parametrize("fault", ["lose_answer", "html", "error_after_effect"])
def test_a_label_without_a_trustworthy_answer_is_unavailable(newer: Connection, ems: Running, fault: str) -> None:
    _, consigned = create(newer)
    ems.faults(fault, "label")
    with pytest.raises(Unavailable):
        plugin.postal_label(to_label(newer, consigned.number))


# Tracking


def test_a_life_of_an_item_with_a_reversal(connection: Connection, ems: Running) -> None:
    _, consigned = create(connection)
    codes: list[Any] = [
        "203",
        "305",
        "954",
        "713",
        "702",
        {"code": "705", "failure": "4"},
        "702",
        {"code": "704", "manner": "10"},
        "743",
        {"code": "704", "manner": "70"},
        "brand new",
    ]
    ems.call("POST", "advance", {"waybill": consigned.number, "codes": codes, "at": "2026-11-25 09:00:00"})
    outcome = plugin.postal_track(TrackRequest(connection, DEADLINE, consigned.number, ""))
    assert isinstance(outcome, Succeeded)
    kinds = [event.kind for event in outcome.detail]
    assert kinds == [
        EventKind.ACCEPTED,
        EventKind.IN_TRANSIT,
        EventKind.IN_TRANSIT,
        EventKind.ARRIVED,
        EventKind.OUT_FOR_DELIVERY,
        EventKind.ATTEMPTED,
        EventKind.OUT_FOR_DELIVERY,
        EventKind.DELIVERED,
        EventKind.VOIDS,
        EventKind.DELIVERED,
        EventKind.INFORMATION,
    ]
    assert outcome.detail[5].reason == "收件人不在，无法联系"
    assert outcome.detail[7].recipient is RecipientClass.ADDRESSEE
    assert outcome.detail[8].voids == "704"
    assert outcome.detail[9].recipient is RecipientClass.MANAGEMENT
    assert outcome.detail[0].at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    assert outcome.detail[0].place == "内蒙古自治区 鄂尔多斯市"
    again = plugin.postal_track(TrackRequest(connection, DEADLINE, consigned.number, ""))
    assert again == outcome


def test_an_item_that_nothing_is_known_of_is_declined(connection: Connection) -> None:
    _, consigned = create(connection)
    for number in (consigned.number, "1199999999999"):
        assert isinstance(plugin.postal_track(TrackRequest(connection, DEADLINE, number, "")), Declined)


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html", "wrong_echo"])
def test_tracking_without_a_trustworthy_answer_is_unavailable(connection: Connection, ems: Running, fault: str) -> None:
    _, consigned = create(connection)
    ems.call("POST", "advance", {"waybill": consigned.number, "codes": ["203"]})
    ems.faults(fault, "track")
    with pytest.raises(Unavailable):
        plugin.postal_track(TrackRequest(connection, DEADLINE, consigned.number, ""))


# Pushes


def pushed(ems: Running, number: str, variant: str) -> list[bytes]:
    told = ems.call("POST", "push", {"waybill": number, "variant": variant})
    return [one["body"].encode() for one in told["pushes"]]


def test_a_push_is_about_the_item_and_is_acknowledged(newer: Connection, ems: Running) -> None:
    _, consigned = create(newer)
    ems.call("POST", "advance", {"waybill": consigned.number, "codes": ["203", "305"]})
    first, again, *_ = pushed(ems, consigned.number, "duplicate")
    outcome = plugin.parse_notice(NoticeRequest(newer, DEADLINE, {}, first))
    assert isinstance(outcome, Succeeded)
    notice = outcome.detail
    assert notice.topics == (Topic(About.CONSIGNMENT, consigned.number),)
    assert json.loads(notice.reply) == {
        "serialNo": notice.id,
        "code": "00000",
        "codeMessage": "成功",
        "senderNo": SENDER,
    }
    assert notice.media_type == "application/json"
    assert plugin.parse_notice(NoticeRequest(newer, DEADLINE, {}, again)) == outcome


@pytest.mark.parametrize(("variant", "code"), [("forged", "NOT_GENUINE"), ("stale", "STALE")])
def test_a_push_that_is_not_genuine_or_too_old_is_declined(
    newer: Connection, ems: Running, variant: str, code: str
) -> None:
    _, consigned = create(newer)
    ems.call("POST", "advance", {"waybill": consigned.number, "codes": ["203"]})
    (content,) = pushed(ems, consigned.number, variant)
    outcome = plugin.parse_notice(NoticeRequest(newer, DEADLINE, {}, content))
    assert isinstance(outcome, Declined)
    assert outcome.code == code


NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
EVENT = {"waybillNo": "1100000000001", "opCode": "203", "opTime": "2026-11-25 12:00:00"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "NOT_GENUINE"),
        (b"logitcsInterface=%7C%244%7C", "NOT_GENUINE"),
        (b"{}", "NOT_GENUINE"),
        (b" " * 1_000_001, "NOT_GENUINE"),
        (seal_push(KEY, "somebody else", "S1", [EVENT], NOON), "NOT_OUR_SENDER"),
        (seal_push(KEY, SENDER, "S1", [EVENT], NOON - timedelta(hours=25)), "STALE"),
        (seal_push(KEY, SENDER, "S1", [EVENT], NOON + timedelta(hours=25)), "STALE"),
    ],
)
def test_a_push_that_is_not_ours_is_declined(content: bytes, code: str) -> None:
    connection = ems_samples.current("http://127.0.0.1:1")
    outcome = Ems(lambda: NOON).parse_notice(NoticeRequest(connection, DEADLINE, {}, content))
    assert isinstance(outcome, Declined)
    assert outcome.code == code


def test_a_push_of_several_items_names_each_once() -> None:
    items = [EVENT, {**EVENT, "waybillNo": "1100000000002"}, {**EVENT, "opCode": "305"}]
    content = seal_push(KEY, SENDER, "S1", items, NOON)
    connection = ems_samples.current("http://127.0.0.1:1")
    outcome = Ems(lambda: NOON + timedelta(hours=1)).parse_notice(NoticeRequest(connection, DEADLINE, {}, content))
    assert isinstance(outcome, Succeeded)
    assert [topic.reference for topic in outcome.detail.topics] == ["1100000000001", "1100000000002"]
    assert outcome.detail.made_at == NOON


def test_nothing_secret_or_personal_is_in_what_is_raised(newer: Connection, ems: Running) -> None:
    for fault in ("html", "wrong_echo", "lose_answer"):
        ems.faults(fault, "create")
        with pytest.raises(OutcomeUnknown) as raised:
            plugin.postal_create(to_create(newer))
        for word in (KEY, RESIDENT.name, RESIDENT.phone, RESIDENT.line):
            assert word not in raised.value.says
