"""A post office without an interface: its tariff, its numbers, and labels that a scanner reads."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from printed_page import bars, content, page_width, scanned

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Succeeded
from jiedao.hookspecs.postal import (
    Consigned,
    Contents,
    CreateRequest,
    Handling,
    Item,
    LabelRequest,
    Party,
    QuoteRequest,
    Withdrawn,
    WithdrawRequest,
)
from jiedao.hookspecs.service import CheckRequest
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_connectors.s10 import number
from jiedao_counterbook import plugin
from jiedao_counterbook.settings import configuration
from receipt_fonts import make_font

NUMBER = "RB123456785GB"
LETTER = {
    "code": "letter",
    "title_zh": "信函",
    "title_en": "Letter",
    "contents": ["document"],
    "countries": ["CN"],
    "days": 4,
    "steps": [{"up_to": 20, "amount": 120}, {"up_to": 100, "amount": 320}],
    "surcharges": {"registered": 300, "return_receipt": 300, "insured_per_thousand": 10, "insured_minimum": 100},
}
PARCEL = {
    "code": "parcel",
    "title_zh": "包裹",
    "title_en": "Parcel",
    "contents": ["goods", "document"],
    "countries": ["CN", "PL"],
    "steps": [{"up_to": 30_000, "amount": 1_500}],
    "surcharges": {"registered": 0},
}
SENDER = Party("诃额伦街道", "0477-1234567", "CN", "017000", "内蒙古自治区", "鄂尔多斯市", "东胜区", "伊煤路 1 号")
RECIPIENT = Party(
    "古丽巴哈尔·买买提", "13800000000", "CN", "830000", "新疆", "乌鲁木齐市", "天山区", "幸福路 5 号 2-301"
)
PAPERS = Item(Contents.DOCUMENT, 20, "证明")


def connect(**changed: Any) -> Connection:
    given = {"tariff": [LETTER, PARCEL], **changed}
    return Connection("street", "post", "jiedao_counterbook", 1, True, configuration.load(given))


def quote(item: Item = PAPERS, handling: Handling = Handling(), country: str = "CN", **changed: Any) -> Any:  # noqa: B008
    recipient = replace(RECIPIENT, country=country)
    return plugin.postal_quote(QuoteRequest(connect(**changed), 1.0, SENDER, recipient, item, handling))


def prices(outcome: Any) -> dict[str, int]:
    assert isinstance(outcome, Succeeded), outcome
    return {one.product: one.amount for one in outcome.detail}


def to_create(**changed: Any) -> CreateRequest:
    usual = CreateRequest(
        connect(), 1.0, "op", NUMBER, "letter", SENDER, RECIPIENT, PAPERS, Handling(registered=True), 420, "CNY", ""
    )
    return replace(usual, **changed)


def to_print(**changed: Any) -> LabelRequest:
    return replace(
        LabelRequest(connect(), 1.0, NUMBER, "", "", SENDER, RECIPIENT, Handling(registered=True)), **changed
    )


def label(**changed: Any) -> bytes:
    outcome = plugin.postal_label(to_print(**changed))
    assert isinstance(outcome, Succeeded), outcome
    assert outcome.detail.media_type == "application/pdf"
    return outcome.detail.content


def test_it_acts_on_nothing_outside() -> None:
    manifest = Registry().register("jiedao_counterbook", plugin).manifest
    assert manifest.local
    assert manifest.abilities == {"withdraw", "own_numbers"}
    assert not manifest.recovery


def test_a_tariff_that_cannot_be_right_is_refused() -> None:
    steps = [{"up_to": 100, "amount": 320}, {"up_to": 20, "amount": 120}]
    for wrong in (
        {"tariff": []},
        {"tariff": [LETTER, LETTER]},
        {"tariff": [{**LETTER, "steps": steps}]},
        {"tariff": [{**LETTER, "steps": [{"up_to": 20, "amount": 0}]}]},
        {"tariff": [{**LETTER, "surcharges": {"registred": 300}}]},
        {"tariff": [{**LETTER, "countries": ["China"]}]},
        {"formats": ["s11"]},
        {"font": "/nowhere/font.ttf"},
    ):
        with pytest.raises(Invalid) as refused:
            connect(**wrong)
        assert refused.value.field.split(".")[0] in wrong


def test_the_check_needs_nobody() -> None:
    result = plugin.check_connection(CheckRequest(connect(), 1.0))
    assert result.passed
    assert "2 products" in result.says.en


@pytest.mark.parametrize(
    ("weight", "handling", "expected"),
    [
        (20, Handling(), {"letter": 120, "parcel": 1500}),
        (21, Handling(registered=True), {"letter": 620, "parcel": 1500}),
        (20, Handling(registered=True, return_receipt=True), {"letter": 720}),
        (20, Handling(declared_value=1_000), {"letter": 220}),
        (20, Handling(declared_value=12_301), {"letter": 244}),
        (101, Handling(), {"parcel": 1500}),
    ],
)
def test_postage_is_a_step_and_its_surcharges(weight: int, handling: Handling, expected: dict[str, int]) -> None:
    assert prices(quote(replace(PAPERS, weight=weight), handling)) == expected


@pytest.mark.parametrize(
    ("item", "handling", "country"),
    [
        (replace(PAPERS, weight=30_001), Handling(), "CN"),
        (replace(PAPERS, weight=0), Handling(), "CN"),
        (PAPERS, Handling(procedural=True), "CN"),
        (PAPERS, Handling(cash_on_delivery=100), "CN"),
        (PAPERS, Handling(), "US"),
        (replace(PAPERS, contents=Contents.GOODS), Handling(return_receipt=True), "CN"),
    ],
)
def test_a_missing_tariff_is_a_refusal_and_never_0(item: Item, handling: Handling, country: str) -> None:
    outcome = quote(item, handling, country)
    assert isinstance(outcome, Declined)
    assert outcome.code == "NOT_CARRIED"
    assert outcome.reason.zh != outcome.reason.en


def test_a_product_that_goes_there_is_the_only_one_offered() -> None:
    assert prices(quote(country="PL")) == {"parcel": 1500}


@pytest.mark.parametrize("given", [NUMBER, "1234567890123"])
def test_an_item_is_consigned_under_the_number_from_the_range(given: str) -> None:
    assert plugin.postal_create(to_create(number=given)) == Succeeded(Consigned(given))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": ""}, "NO_NUMBER"),
        ({"number": "RB123456786US"}, "BAD_NUMBER"),
        ({"number": "123456789012"}, "BAD_NUMBER"),
        ({"product": "telegram"}, "NOT_CARRIED"),
        ({"handling": Handling(procedural=True)}, "NOT_CARRIED"),
        ({"postage": 0}, "POSTAGE"),
        ({"postage": 421}, "POSTAGE"),
        ({"currency": "PLN"}, "POSTAGE"),
        ({"connection": connect(formats=["cn13"])}, "BAD_NUMBER"),
    ],
)
def test_what_the_post_would_hand_back_is_declined(changed: dict[str, Any], code: str) -> None:
    outcome = plugin.postal_create(to_create(**changed))
    assert isinstance(outcome, Declined)
    assert outcome.code == code


def test_an_item_that_still_lies_here_is_withdrawn() -> None:
    asked = WithdrawRequest(connect(), 1.0, "op-2", "op", NUMBER, "", "wrong address")
    assert plugin.postal_cancel(asked) == Succeeded(Withdrawn())


@pytest.mark.parametrize("size", ["", "100x150", "76x130"])
@pytest.mark.parametrize("given", [NUMBER, "1234567890123", number("RR", 99_999_999, "CN")])
def test_a_scanner_reads_the_number_off_the_label(size: str, given: str) -> None:
    pdf = label(size=size, number=given)
    (found,) = zxingcpp.read_barcodes(scanned(pdf))
    assert (found.text, found.format) == (given, zxingcpp.BarcodeFormat.Code128)


@pytest.mark.parametrize("size", ["100x150", "76x130"])
def test_the_bars_have_their_quiet_zone(size: str) -> None:
    drawn = bars(pdf := label(size=size))
    module = min(right - left for left, right in drawn)
    assert module >= 0.25 * 72 / 25.4 - 0.001, "narrower than hand scanners read"
    assert drawn[0][0] >= 10 * module
    assert page_width(pdf) - drawn[-1][1] >= 10 * module


def test_a_wrong_bar_is_seen() -> None:
    """The scanner of these tests can say no."""
    seen = scanned(label())
    seen.paste(255, (seen.width // 2 - 40, 0, seen.width // 2 + 40, seen.height))
    assert not zxingcpp.read_barcodes(seen)


def test_the_label_says_who_and_how() -> None:
    drawn = content(label(handling=Handling(registered=True, cash_on_delivery=12_345))).decode("latin-1")
    assert "123.45" in drawn
    assert NUMBER in drawn
    assert "13800000000" in drawn
    name = "".join(f"{ord(char):04X}" for char in "古丽巴哈尔").encode()
    unescaped = re.sub(rb"\\(\d{3})", lambda octal: bytes([int(octal[1], 8)]), content(label()))
    assert bytes.fromhex(name.decode()) in unescaped.replace(b"\\(", b"(").replace(b"\\)", b")").replace(b"\\\\", b"\\")


def test_the_same_label_is_the_same_bytes() -> None:
    assert label() == label()
    assert label() != label(number="1234567890123")


def test_a_character_that_no_font_has_is_named(tmp_path: Path) -> None:
    rare = replace(RECIPIENT, name="王𠮷")
    outcome = plugin.postal_label(to_print(recipient=rare))
    assert isinstance(outcome, Declined)
    assert (outcome.code, "𠮷" in outcome.reason.zh, "王" in outcome.reason.zh) == ("UNWRITABLE", True, False)


def test_a_font_of_the_street_writes_rare_characters(tmp_path: Path) -> None:
    font = make_font(tmp_path / "rare.ttf", "𠮷")
    rare = to_print(recipient=replace(RECIPIENT, name="王𠮷"), connection=connect(font=str(font)))
    outcome = plugin.postal_label(rare)
    assert isinstance(outcome, Succeeded)
    assert b"FontFile2" in outcome.detail.content


def test_a_font_that_is_none_fails_the_check_and_the_label(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    connection = connect(font=str(broken))
    assert not plugin.check_connection(CheckRequest(connection, 1.0)).passed
    with pytest.raises(InvalidConfig):
        plugin.postal_label(to_print(connection=connection))


def test_an_unknown_size_is_declined() -> None:
    outcome = plugin.postal_label(to_print(size="A0"))
    assert isinstance(outcome, Declined)
    assert "100x150" in outcome.reason.en
