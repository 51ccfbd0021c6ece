"""What EMS does over its current interface: one address, apiCode says what."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from jiedao_connectors.ems import codes, sm4
from jiedao_connectors.ems import current as wire_codes
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.ems.values import instant, yuan
from jiedao_sandbox.ems import booking, events, fate
from jiedao_sandbox.ems.booking import Objection, Post, Wanted
from jiedao_sandbox.ems.contract import Contract
from jiedao_sandbox.ems.pdf import label
from jiedao_sandbox.ems.wire import reply
from jiedao_sandbox.httpd import Body

OPERATIONS: Final = {
    wire_codes.CREATE: "create",
    wire_codes.CANCEL: "cancel",
    wire_codes.SERVICEABLE: "serviceable",
    wire_codes.TRACK: "track",
    wire_codes.ACTUAL_FEE: "query",
    wire_codes.ESTIMATE: "estimate",
    wire_codes.LABEL: "label",
}
"""The names by which faults know the calls."""


class Refused(Exception):
    """Answer with this code."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code, self.says = code, says


class Current:
    """The calls, each from the JSON that was sealed to an answer."""

    def __init__(self, post: Post, contract: Contract) -> None:
        self._post, self._contract = post, contract

    def serve(self, form: Mapping[str, str]) -> Body:
        """One call."""
        try:
            body = self._open(form)
            return self._handlers()[form["apiCode"]](body)
        except Refused as refused:
            return reply(None, refused.code, refused.says)
        except Objection as objection:
            return reply(None, *_OBJECTIONS[str(objection)])

    def _handlers(self) -> dict[str, Callable[[Any], Body]]:
        return {code: getattr(self, f"_{name}") for code, name in OPERATIONS.items()}

    def _open(self, form: Mapping[str, str]) -> Any:
        """The JSON of a call that is ours, sealed with our key and its key behind it."""
        if form.get("senderNo") != self._contract.sender:
            raise Refused("A0001", "客户代码不存在")
        if form.get("authorization") != self._contract.authorization:
            raise Refused("A0002", "授权码错误")
        if form.get("apiCode") not in OPERATIONS:
            raise Refused("A0004", "没有此接口权限")
        _check_envelope(form)
        return _unsealed(form.get("logitcsInterface", ""), self._contract.key)

    def _create(self, body: Any) -> Body:
        if not isinstance(body, list) or len(body) != 1:
            raise Refused("B0001", "报文应为一个订单的数组")
        order = _an_object(body[0])
        for name in ("createdTime", "ecommerceUserId", "logisticsOrderNo", "bizProductNo", "contentsAttribute"):
            _text(order, name)
        for who in ("sender", "receiver"):
            _check_place(_an_object(order.get(who)))
        if fate.REFUSED_NAME in order["receiver"]["name"]:
            raise Refused("B0005", "收件地址不在服务范围")
        wanted = Wanted(
            "current",
            _text(order, "logisticsOrderNo", 50),
            str(order.get("waybillNo") or ""),
            order["bizProductNo"],
            _grams(order),
            order,
        )
        booked = self._post.create(wanted)
        return reply({"waybillNo": booked["waybill"], "logisticsOrderNo": booked["number"], "routeCode": "A1-02-03"})

    def _cancel(self, body: Any) -> Body:
        asked = _an_object(body)
        self._post.cancel(_text(asked, "logisticsOrderNo"), _text(asked, "waybillNo"), _text(asked, "cancelReason"))
        return reply()

    def _query(self, body: Any) -> Body:
        order = self._post.order(_text(_an_object(body), "logisticsOrderNo"))
        if order is None:
            raise Objection(booking.UNKNOWN)
        told = {"logisticsOrderNo": order["number"], "waybillNo": order["waybill"], "bizProductNo": order["product"]}
        return reply({**told, "realWeight": order["weight"], "postageTotal": "0.00"})

    def _serviceable(self, body: Any) -> Body:
        asked = _an_object(body)
        address = _text(asked, "address", 300)
        if asked.get("senderNo") != self._contract.sender or asked.get("type") != "2":
            return reply({"status": "2"})
        if fate.LOST_ADDRESS in address:
            return reply({"status": "8"})
        return reply({"status": "1" if fate.FAR_ADDRESS in address else "0"})

    def _estimate(self, body: Any) -> Body:
        asked = _an_object(body)
        if len(_text(asked, "productCode")) != 15:
            raise Refused("B0002", "产品代码错误")
        grams = _grams(asked)
        fen = fate.postage(_text(asked, "senderInfo", 300), _text(asked, "receiveInfo", 300), grams)
        if grams > fate.MAXIMUM_GRAMS:
            raise Refused("B0005", "超过产品限重")
        return reply({"totalFee": yuan(fen), "standardFee": yuan(fen), "realFee": yuan(fen)})

    def _label(self, body: Any) -> Body:
        asked = _an_object(body)
        number = _text(asked, "waybillNo")
        if self._post.item(number) is None:
            raise Objection(booking.UNKNOWN)
        if _text(asked, "type") not in wire_codes.LABEL_TYPES:
            raise Refused("B0002", "面单类型错误")
        return reply(base64.b64encode(label(number, asked["type"])).decode())

    def _track(self, body: Any) -> Body:
        asked = _an_object(body)
        number = _text(asked, "waybillNo")
        if self._post.item(number) is None:
            raise Objection(booking.UNKNOWN)
        return reply({"responseItems": events.written(self._post.events(number))})


def _check_envelope(form: Mapping[str, str]) -> None:
    if form.get("msgType") != "0" or form.get("version") != wire_codes.VERSION:
        raise Refused("B0001", "公共参数错误")
    try:
        instant(form.get("timeStamp", ""))
    except NotUnderstood:
        raise Refused("B0002", "请求时间格式错误") from None


def _unsealed(sealed: str, key: str) -> Any:
    try:
        secret = base64.b64decode(sealed.removeprefix(sm4.MARK), validate=True)
        plain = sm4.decrypt(sm4.key_of(key), secret).decode("utf-8")
    except ValueError:
        raise Refused("A0003", "解密失败") from None
    if not sealed.startswith(sm4.MARK) or not plain.endswith(key):
        raise Refused("A0003", "验签失败")
    try:
        return json.loads(plain.removesuffix(key))
    except ValueError:
        raise Refused("B0002", "报文不是 JSON") from None


def _an_object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Refused("B0002", "报文结构错误")
    return value


def _text(body: Mapping[str, Any], name: str, longest: int = 200) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused("B0001", f"{name} 不能为空")
    if len(value) > longest:
        raise Refused("B0002", f"{name} 超长")
    return value


def _grams(body: Mapping[str, Any]) -> int:
    words = _text(body, "weight")
    if not (words.isascii() and words.isdigit() and int(words) > 0):
        raise Refused("B0002", "weight 应为克数")
    return int(words)


def _check_place(place: Mapping[str, Any]) -> None:
    for name in ("name", "prov", "city", "county", "address"):
        _text(place, name)
    if not (place.get("mobile") or place.get("phone")):
        raise Refused("B0001", "电话不能为空")


_OBJECTIONS: Final = {
    booking.DUPLICATE: (codes.DUPLICATE, "物流订单号重复"),
    booking.UNKNOWN: (codes.NOT_FOUND, "没有找到请求的数据"),
    booking.TAKEN: ("B0005", "邮件已收寄，不能撤单"),
    booking.CANCELLED: (codes.CANCELLED_ALREADY, "订单已撤销"),
    booking.NUMBER: ("B0002", "运单号不可用"),
}
