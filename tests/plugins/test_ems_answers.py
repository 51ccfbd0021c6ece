"""Answers of EMS on golden text, without a network: what is a success, what a refusal, and what neither."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

import ems_samples
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, Succeeded
from jiedao.hookspecs.postal import (
    Consigned,
    CreateQuery,
    LabelRequest,
    QuoteRequest,
    Serviceable,
    ServiceableRequest,
    TrackRequest,
    WithdrawRequest,
)
from jiedao_connectors.ems import current, older
from jiedao_connectors.ems.client import CurrentClient
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.http import HttpClient, RawAnswer
from jiedao_ems import answers, plugin
from jiedao_ems.exchange import is_private

OURS = "01JDQ2R7XKZB4M8N9PTV"
ITEM = "1100000000001"
BODY = {"logisticsOrderNo": OURS, "waybillNo": ITEM, "bizProductNo": "1"}
FIELDS = {"logistics_order_no": OURS, "waybill_no": ITEM, "biz_product_no": "1"}


def reply(body: object = None, code: str = "00000", says: str = "") -> current.Reply:
    return current.Reply(code, says, body if isinstance(body, str) else json.dumps(body), "S1")


def response(done: bool = True, reason: str = "", **fields: str) -> older.Reply:
    return older.Reply(done, reason, fields)


def test_a_create_needs_a_number_and_may_leave_the_rest() -> None:
    assert answers.created(reply(BODY), OURS, "") == Succeeded(Consigned(ITEM))
    assert answers.created(reply([BODY]), OURS, "") == Succeeded(Consigned(ITEM))
    assert answers.created(reply({"waybillNo": ITEM, "routeCode": "A1"}), OURS, ITEM) == Succeeded(
        Consigned(ITEM, note="A1")
    )
    assert answers.older_created(response(**FIELDS), OURS, "") == Succeeded(Consigned(ITEM))


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "成功",
        [],
        [BODY, BODY],
        {},
        {**BODY, "waybillNo": ""},
        {**BODY, "waybillNo": "12"},
        {**BODY, "waybillNo": "1100000000002"},
        {**BODY, "logisticsOrderNo": "another"},
    ],
)
def test_a_create_with_another_echo_is_not_understood(body: object) -> None:
    with pytest.raises(NotUnderstood):
        answers.created(reply(body), OURS, ITEM)


@pytest.mark.parametrize(
    "changed", [{"waybill_no": ""}, {"waybill_no": "1100000000002"}, {"logistics_order_no": "another"}]
)
def test_an_older_create_with_another_echo_is_not_understood(changed: dict[str, str]) -> None:
    with pytest.raises(NotUnderstood):
        answers.older_created(response(**{**FIELDS, **changed}), OURS, ITEM)


@pytest.mark.parametrize("code", ["B0004", "S0001", "99999", "0", "E500"])
def test_a_code_that_is_not_among_the_refusals_refuses_nothing(code: str) -> None:
    with pytest.raises(NotUnderstood):
        answers.created(reply(None, code), OURS, "")


@pytest.mark.parametrize("reason", ["B06", "B00", "B04", "S06", "S07", ""])
def test_a_reason_that_is_not_among_the_refusals_refuses_nothing(reason: str) -> None:
    with pytest.raises(NotUnderstood):
        answers.older_created(response(False, reason), OURS, "")


def test_a_refusal_has_words() -> None:
    said = answers.created(reply(None, "B0005", "不在服务范围"), OURS, "")
    assert isinstance(said, Declined)
    assert (said.reason.zh, said.code) == ("不在服务范围", "B0005")
    silent = answers.created(reply(None, "B0005"), OURS, "")
    assert isinstance(silent, Declined)
    assert silent.reason.en
    older_one = answers.older_created(response(False, "B05"), OURS, "")
    assert isinstance(older_one, Declined)
    assert older_one.reason.en != older_one.reason.zh


@pytest.mark.parametrize("code", ["A0001", "A0002", "A0003", "A0004"])
def test_credentials_that_are_not_accepted_are_the_settings_fault(code: str) -> None:
    for ask in (lambda r: answers.created(r, OURS, ""), lambda r: answers.found(r, OURS, "", "1"), answers.estimated):
        with pytest.raises(InvalidConfig):
            ask(reply(None, code))


@pytest.mark.parametrize("reason", ["S01", "S02", "S03", "S04", "S05"])
def test_so_are_those_of_the_older_interface(reason: str) -> None:
    with pytest.raises(InvalidConfig):
        answers.older_found(response(False, reason), OURS, "", "1")


def test_our_number_is_found_or_not() -> None:
    assert answers.found(reply(BODY), OURS, "", "1") == Succeeded(Consigned(ITEM))
    assert answers.found(reply(None, "B0003"), OURS, "", "1") == NotFound()
    assert answers.older_found(response(**FIELDS), OURS, "", "1") == Succeeded(Consigned(ITEM))
    assert answers.older_found(response(False, "B03"), OURS, "", "1") == NotFound()


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("B0002", None),
        ("S0001", None),
        ("00000", {"waybillNo": ITEM}),
        ("00000", {**BODY, "logisticsOrderNo": "another"}),
        ("00000", {**BODY, "bizProductNo": "2"}),
        ("00000", {**BODY, "waybillNo": "1100000000002"}),
    ],
)
def test_anything_else_says_nothing_of_our_number(code: str, body: object) -> None:
    with pytest.raises(NotUnderstood):
        answers.found(reply(body, code), OURS, ITEM, "1")


@pytest.mark.parametrize(
    "told",
    [
        response(False, "B01"),
        response(False, "B00"),
        response(waybill_no=ITEM),
        response(**{**FIELDS, "logistics_order_no": "another"}),
        response(**{**FIELDS, "biz_product_no": "2"}),
    ],
)
def test_nor_does_it_over_the_older_interface(told: older.Reply) -> None:
    with pytest.raises(NotUnderstood):
        answers.older_found(told, OURS, ITEM, "1")


@pytest.mark.parametrize(
    ("status", "able"),
    [("0", {"pickup", "delivery"}), (0, {"pickup", "delivery"}), ("1", {"delivery"}), ("10", {"delivery"})],
)
def test_what_an_address_can_have(status: object, able: set[str]) -> None:
    assert answers.serviceable(reply({"status": status})) == Succeeded(Serviceable(frozenset(able)))


def test_what_is_wrong_with_an_address_or_a_setting() -> None:
    for status in ("2", "8", "9"):
        assert isinstance(answers.serviceable(reply({"status": status})), Declined)
    for status in ("3", "4"):
        with pytest.raises(InvalidConfig):
            answers.serviceable(reply({"status": status}))
    for status in ("6", "7", "11", "", None, True):
        with pytest.raises(NotUnderstood):
            answers.serviceable(reply({"status": status}))


def test_an_address_check_must_be_about_what_was_asked() -> None:
    assert answers.matched(response(item_no="1", match="1"), "1") is True
    assert answers.matched(response(item_no="1", match="0"), "1") is False
    assert isinstance(answers.matched(response(False, "B03"), "1"), Declined)
    for wrong in (response(item_no="2", match="1"), response(item_no="1"), response(item_no="1", match="yes")):
        with pytest.raises(NotUnderstood):
            answers.matched(wrong, "1")


@pytest.mark.parametrize("body", [{}, {"totalFee": "0.00"}, {"totalFee": None}, {"realFee": "1.00"}])
def test_postage_is_never_nothing(body: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        answers.estimated(reply(body))


def test_a_label_must_be_a_pdf() -> None:
    good = base64.b64encode(b"%PDF-1.4 ...").decode()
    assert answers.label(reply(good)) == b"%PDF-1.4 ..."
    page, long = base64.b64encode(b"<html>").decode(), base64.b64encode(b"%PDF-" + b" " * 3_000_000).decode()
    for wrong in ("", "https://ems.example.cn/label.pdf", page, long):
        with pytest.raises(NotUnderstood):
            answers.label(reply(wrong))


def test_traces_that_were_not_done_say_nothing() -> None:
    with pytest.raises(NotUnderstood):
        answers.older_tracked(older.Traces(False, ()), ITEM)


def _answered(monkeypatch: pytest.MonkeyPatch, status: int, kind: str) -> Callable[[], object]:
    content = json.dumps({"retCode": "00000", "retBody": None}).encode()
    monkeypatch.setattr(HttpClient, "send", lambda *_: RawAnswer(status, kind, content))
    client = CurrentClient("http://127.0.0.1:1", ems_samples.STREET_ACCESS)
    return lambda: client.call("040001", {}, 1.0)


@pytest.mark.parametrize("kind", ["", "application/json", "text/html;charset=UTF-8", 'text/plain; charset="utf-8"'])
def test_the_label_of_an_answer_does_not_matter(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    _answered(monkeypatch, 200, kind)()


@pytest.mark.parametrize(("status", "kind"), [(200, "application/json; charset=GBK"), (404, ""), (403, ""), (201, "")])
def test_another_status_or_charset_is_not_understood(monkeypatch: pytest.MonkeyPatch, status: int, kind: str) -> None:
    with pytest.raises(NotUnderstood):
        _answered(monkeypatch, status, kind)()


def test_what_is_asked_is_what_the_interface_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every body but that of a create, field for field."""
    asked = []

    def call(self: object, code: str, body: object, deadline: float) -> current.Reply:
        asked.append((code, body))
        return reply(None, "B0003")

    monkeypatch.setattr(CurrentClient, "call", call)
    here, there = ems_samples.HALL, ems_samples.RESIDENT
    street = ems_samples.current("http://127.0.0.1:1")
    plugin.postal_cancel(WithdrawRequest(street, 1.0, "op", OURS, ITEM, "", "改主意"))
    plugin.postal_query(CreateQuery(street, 1.0, OURS, "", "1"))
    plugin.postal_serviceable(ServiceableRequest(street, 1.0, here))
    plugin.postal_label(LabelRequest(street, 1.0, ITEM, "", "149", here, there, ems_samples.PLAIN))
    plugin.postal_track(TrackRequest(street, 1.0, ITEM, ""))
    plugin.postal_quote(QuoteRequest(street, 1.0, here, there, ems_samples.LETTER, ems_samples.PLAIN))
    address, far = "内蒙古自治区鄂尔多斯市康巴什区康宁路 5 号", "黑龙江省哈尔滨市南岗区<中山路> 88 号 & 2 单元"
    estimate = {"weight": "120", "senderInfo": address, "receiveInfo": far}
    assert asked == [
        ("020006", {"logisticsOrderNo": OURS, "waybillNo": ITEM, "cancelReason": "改主意"}),
        ("050001", {"logisticsOrderNo": OURS, "waybillNo": ""}),
        (
            "030005",
            {
                "address": address,
                "prov": "内蒙古自治区",
                "city": "鄂尔多斯市",
                "county": "康巴什区",
                "bizProductNo": "1",
                "type": "2",
                "senderNo": "1100012345678",
            },
        ),
        ("010004", {"waybillNo": ITEM, "type": "149"}),
        ("040001", {"waybillNo": ITEM, "direction": "0"}),
        ("050005", {"productCode": "112104302300991", **estimate}),
        ("050005", {"productCode": "115104300000691", **estimate}),
    ]


def test_where_addresses_cross_a_network_in_clear() -> None:
    assert is_private(ems_samples.current("http://127.0.0.1:1"))
    assert is_private(ems_samples.current("https://ems.example.cn"))
    assert not is_private(ems_samples.current("http://ems.example.cn"))
    assert is_private(ems_samples.older("https://ems.example.cn"))
    assert not is_private(ems_samples.older("https://ems.example.cn", track_url="http://ems.example.cn/track"))
