"""What EMS does over its older interface: XML with a digest at two addresses, JSON at the third."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jiedao_connectors.ems import codes
from jiedao_connectors.ems import older as protocol
from jiedao_sandbox.ems import booking, events, fate
from jiedao_sandbox.ems.booking import Objection, Post, Wanted
from jiedao_sandbox.ems.contract import Contract
from jiedao_sandbox.ems.wire import failure, response
from jiedao_sandbox.httpd import Body


class Refused(Exception):
    """Answer with this reason."""


class Older:
    """The calls, each from a form to an answer."""

    def __init__(self, post: Post, contract: Contract) -> None:
        self._post, self._contract = post, contract

    def orders(self, form: Mapping[str, str]) -> Body:
        """ORDERCREATE and ORDERQUERY."""
        handlers = {protocol.ORDER_CREATE: self._create, protocol.ORDER_QUERY: self._query}
        try:
            root = self._open(form, tuple(handlers))
            return handlers[form["msg_type"]](root)
        except Refused as refused:
            return failure(str(refused))
        except Objection as objection:
            return failure(_OBJECTIONS[str(objection)])

    def addresses(self, form: Mapping[str, str]) -> Body:
        """AddressCheck."""
        try:
            root = self._open(form, (protocol.ADDRESS_CHECK,))
            return self._match(root)
        except Refused as refused:
            return failure(str(refused))

    def traces(self, form: Mapping[str, str]) -> Body:
        """JDPT_TRACE."""
        text = unquote(form.get("msgBody", ""))
        kind = f"{self._contract.company}_JDPT_TRACE"
        if form.get("sendID") != self._contract.company or form.get("msgKind") != kind:
            return _no_traces("无权限")
        if form.get("dataDigest") != protocol.trace_digest(text, self._contract.older_key):
            return _no_traces("签名错误")
        number = _trace_number(text)
        if not number:
            return _no_traces("报文错误")
        items = events.written(self._post.events(number), "traceNo")
        return {"wire": "json", "answer": {"responseState": True, "errorDesc": "", "responseItems": items}}

    def _open(self, form: Mapping[str, str], kinds: tuple[str, ...]) -> Element:
        text = form.get("logistics_interface", "")
        if form.get("ecCompanyId") != self._contract.company:
            raise Refused("S03")
        if form.get("data_digest") != protocol.digest(text, self._contract.older_key):
            raise Refused("S02")
        if form.get("msg_type") not in kinds:
            raise Refused("S04")
        try:
            root: Element = fromstring(text, forbid_dtd=True)
        except (ParseError, DefusedXmlException):
            raise Refused("S01") from None
        return root

    def _create(self, root: Element) -> Body:
        order = _fields(root, "OrderNormal", self._contract)
        for name in ("created_time", "logistics_order_no", "base_product_no", "contents_attribute", "weight"):
            _text(order, name)
        for who in ("sender", "pickup", "receiver"):
            for name in ("name", "prov", "city", "county", "address"):
                _text(order[who], name)
        if fate.REFUSED_NAME in order["receiver"]["name"] or not order["weight"].isdigit():
            raise Refused("B02")
        number, product = _text(order, "logistics_order_no", 50), order["base_product_no"]
        wanted = Wanted("older", number, order.get("waybill_no", ""), product, int(order["weight"]), order)
        booked = self._post.create(wanted)
        return response(success="true", waybill_no=booked["waybill"], logistics_order_no=number, routeCode="A1-02-03")

    def _query(self, root: Element) -> Body:
        asked = _fields(root, "OrderQuery", self._contract)
        order = self._post.order(_text(asked, "logistics_order_no"))
        if order is None:
            raise Objection(booking.UNKNOWN)
        return response(
            success="true",
            logistics_order_no=order["number"],
            waybill_no=order["waybill"],
            biz_product_no=order["product"],
        )

    def _match(self, root: Element) -> Body:
        asked = {child.tag: child.text or "" for child in root}
        address, ability = _text(asked, "Address", 300), _text(asked, "IsPickupOrDelive")
        if root.tag != "AddressMatch" or ability not in (protocol.PICKUP, protocol.DELIVERY):
            raise Refused("B02")
        if fate.LOST_ADDRESS in address:
            raise Refused(codes.OLDER_NOT_FOUND)
        far = fate.FAR_ADDRESS in address and ability == protocol.PICKUP
        return response(success="true", item_no=_text(asked, "ItemNo"), match="0" if far else "1")


def _fields(root: Element, tag: str, contract: Contract) -> dict[str, Any]:
    """Texts by name, and places as objects; only of the customer whose key signed it."""
    if root.tag != tag:
        raise Refused("S05")
    found: dict[str, Any] = {
        child.tag: {inner.tag: inner.text or "" for inner in child} if len(child) else child.text or ""
        for child in root
    }
    if found.get("ecommerce_no") != contract.company or found.get("sender_no") != contract.sender:
        raise Refused("S03")
    return found


def _text(fields: Any, name: str, longest: int = 200) -> str:
    value = fields.get(name) if isinstance(fields, dict) else None
    if not isinstance(value, str) or not value:
        raise Refused("B01")
    if len(value) > longest:
        raise Refused("B02")
    return value


def _trace_number(text: str) -> str:
    try:
        asked = json.loads(text)
    except ValueError:
        return ""
    number = asked.get("traceNo") if isinstance(asked, dict) else None
    return number if isinstance(number, str) else ""


def _no_traces(says: str) -> Body:
    return {"wire": "json", "answer": {"responseState": False, "errorDesc": says, "responseItems": []}}


_OBJECTIONS: Final = {
    booking.DUPLICATE: codes.OLDER_DUPLICATE,
    booking.UNKNOWN: codes.OLDER_NOT_FOUND,
    booking.NUMBER: "B02",
}
