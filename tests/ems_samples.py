"""Parties, items and connections that the tests of EMS share."""

from __future__ import annotations

from typing import Any, Final

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.postal import Contents, Handling, Item, Party
from jiedao_connectors.ems.order import Access, Order, Place
from jiedao_ems.settings import configuration
from jiedao_sandbox.ems import (
    AUTHORIZATION,
    COMPANY,
    CURRENT_PATH,
    KEY,
    OLDER_CHECK_PATH,
    OLDER_KEY,
    OLDER_ORDER_PATH,
    OLDER_TRACK_PATH,
    SENDER,
)

HALL: Final = Party(
    "诃额伦街道社区服务大厅", "0477-8581234", "CN", "017000", "内蒙古自治区", "鄂尔多斯市", "康巴什区", "康宁路 5 号"
)
RESIDENT: Final = Party(
    "王𠮷祥", "13800001234", "CN", "150001", "黑龙江省", "哈尔滨市", "南岗区", "<中山路> 88 号 & 2 单元"
)
LETTER: Final = Item(Contents.DOCUMENT, 120, "居住证明")
PLAIN: Final = Handling()

STREET_ACCESS: Final = Access(SENDER, KEY, AUTHORIZATION, "street-01", "")
OLDER_ACCESS: Final = Access(SENDER, OLDER_KEY, user="street-01", company=COMPANY)
ORDER: Final = Order(
    number="01JDQ2R7XKZB4M8N9PTV",
    waybill="",
    product="1",
    contents="1",
    receipt="1",
    weight=120,
    postage=2_000,
    insured=0,
    collect=0,
    cargo="居住证明",
    sender=Place("大厅", "0477-8581234", "", "017000", "内蒙古自治区", "鄂尔多斯市", "康巴什区", "康宁路 5 号"),
    receiver=Place("王𠮷祥", "", "13800001234", "150001", "黑龙江省", "哈尔滨市", "南岗区", "<中山路> 88 号 & 2 单元"),
)

PRODUCTS: Final = [
    {"product": "1", "estimate": "112104302300991", "services": ["cod", "insurance", "receipt", "documents"]},
    {"product": "10", "estimate": "115104300000691", "services": ["insurance"]},
    {"product": "2", "estimate": "", "services": []},
]
TARIFF: Final = [
    {"product": "1", "first_grams": 500, "first_fen": 2_000, "step_grams": 500, "step_fen": 600},
    {
        "product": "1",
        "province": "黑龙江省",
        "first_grams": 500,
        "first_fen": 2_200,
        "step_grams": 500,
        "step_fen": 900,
    },
]


def current(url: str, /, **changed: Any) -> Connection:
    """A connection over the current interface of a stand-in."""
    return _connection({**_settings(url), **changed})


def older(url: str, /, **changed: Any) -> Connection:
    """A connection over its older interface."""
    own = {
        "interface": "older",
        "url": url + OLDER_ORDER_PATH,
        "check_url": url + OLDER_CHECK_PATH,
        "track_url": url + OLDER_TRACK_PATH,
        "company": COMPANY,
        "key": OLDER_KEY,
        "tariff": TARIFF,
    }
    return _connection({**_settings(url), **own, **changed})


def _settings(url: str) -> dict[str, Any]:
    return {
        "interface": "current",
        "url": url + CURRENT_PATH,
        "sender_number": SENDER,
        "authorization": AUTHORIZATION,
        "key": KEY,
        "ecommerce_user_id": "street-01",
        "own_address": "017000 内蒙古自治区鄂尔多斯市康巴什区康宁路 5 号",
        "products": PRODUCTS,
    }


def _connection(given: dict[str, Any]) -> Connection:
    # The identity of a connection covers what it is set to here, as a version does in a street.
    return Connection("street", f"c{hash(repr(given))}", "jiedao_ems", 1, False, configuration.load(given))
