"""A post office without an interface on the bench of the kit: it speaks to nobody."""

from __future__ import annotations

from typing import Any

import jiedao_counterbook
from jiedao.hookspecs.postal import (
    Contents,
    CreateRequest,
    Handling,
    Item,
    LabelRequest,
    Party,
    QuoteRequest,
    WithdrawRequest,
)
from jiedao.testing import Act, Ask, Bench, Site, conformance_suite
from jiedao_connectors.s10 import number

HALL = Party("诃额伦街道", "0477-1234567", "CN", "017000", "内蒙古自治区", "鄂尔多斯市", "东胜区", "伊煤路 1 号")
RESIDENT = Party("古丽巴哈尔·买买提", "13800000000", "CN", "830000", "新疆", "乌鲁木齐市", "天山区", "幸福路 5 号")
PAPERS, REGISTERED = Item(Contents.DOCUMENT, 20, "证明"), Handling(registered=True)


def settings(url: str) -> dict[str, Any]:
    letter = {
        "code": "letter",
        "title_zh": "信函",
        "title_en": "Letter",
        "contents": ["document"],
        "countries": ["CN"],
        "steps": [{"up_to": 100, "amount": 120}],
        "surcharges": {"registered": 300},
    }
    return {"tariff": [letter]}


def create(at: Site, postage: int = 420) -> CreateRequest:
    ours = number("RR", at.serial, "CN")
    told = (ours, "letter", HALL, RESIDENT, PAPERS, REGISTERED, postage, "CNY", "")
    return CreateRequest(at.connection, at.deadline, at.operation, *told)


def withdraw(at: Site) -> WithdrawRequest:
    ours = number("RR", at.serial, "CN")
    return WithdrawRequest(at.connection, at.deadline, at.operation, "original", ours, "", "wrong address")


def quote(at: Site, weight: int = 20) -> QuoteRequest:
    item = Item(Contents.DOCUMENT, weight, "证明")
    return QuoteRequest(at.connection, at.deadline, HALL, RESIDENT, item, REGISTERED)


def label(at: Site, size: str = "") -> LabelRequest:
    ours = number("RR", 1, "CN")
    return LabelRequest(at.connection, at.deadline, ours, "", size, HALL, RESIDENT, REGISTERED)


BENCH = Bench(
    settings=settings,
    invalid={"tariff": [], "formats": ["s11"], "currency": "yuan", "font": "/nowhere.ttf"},
    acts=(Act("postal_create", create, declined=lambda at: create(at, 0)), Act("postal_cancel", withdraw)),
    asks=(
        Ask("postal_quote", quote, declined=lambda at: quote(at, 101)),
        Ask("postal_label", label, declined=lambda at: label(at, "A0")),
    ),
)

TestCounterbook = conformance_suite(jiedao_counterbook.plugin, BENCH)
