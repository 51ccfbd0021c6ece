"""The older interface: XML with a digest, and JSON for tracking. Pure.

The digest of an XML call is base64 of the MD5 itself, that of tracking base64 of its hexadecimal letters. Reason codes
B00 to B05 are the provider's; the S codes are those of the platform it grew up in. Not public and our stand-in's
convention until a street's provider says otherwise: `ORDER_QUERY`, the reason `B06`, and the answer to AddressCheck.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jiedao_connectors.ems.order import (
    COLLECT,
    FETCHED,
    INSURED,
    NO_INSURANCE,
    NOTHING_TO_COLLECT,
    SENDER_PAYS,
    Access,
    Order,
    Place,
)
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.ems.reading import an_object, parse
from jiedao_connectors.ems.values import SHANGHAI, written, yuan

ORDER_CREATE: Final = "ORDERCREATE"
ORDER_QUERY: Final = "ORDERQUERY"
ADDRESS_CHECK: Final = "AddressCheck"

PICKUP, DELIVERY = "1", "2"
"""IsPickupOrDelive."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to an XML call: the fields of its one `<response>`. `reason` is a code where it was not done."""

    done: bool
    reason: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Traces:
    """The answer of tracking: its items as they stand there; not `done` where EMS had an objection."""

    done: bool
    items: tuple[Mapping[str, Any], ...]


def digest(text: str, key: str) -> str:
    """data_digest of an XML call."""
    return base64.b64encode(_md5(text + key).digest()).decode()


def trace_digest(text: str, key: str) -> str:
    """dataDigest of tracking."""
    return base64.b64encode(_md5(text + key).hexdigest().encode()).decode()


def encode(access: Access, kind: str, xml: str) -> bytes:
    """The form of one XML call; `kind` is msg_type."""
    fields = {
        "logistics_interface": xml,
        "data_digest": digest(xml, access.key),
        "msg_type": kind,
        "ecCompanyId": access.company,
    }
    return urlencode(fields).encode("ascii")


def encode_create(access: Access, order: Order, now: datetime) -> bytes:
    """The form that hands one item over."""
    return encode(access, ORDER_CREATE, order_xml(access, order, now))


def order_xml(access: Access, order: Order, now: datetime) -> str:
    """`<OrderNormal>`, every field that the interface has, empty where there is nothing to say."""
    inner = "".join(_field(name, value) for name, value in _order_fields(access, order, now).items())
    cargo = {"cargo_name": order.cargo, "cargo_quantity": "1", "cargo_weight": str(order.weight)}
    places = _place("sender", order.sender) + _place("pickup", order.sender) + _place("receiver", order.receiver)
    return f"<OrderNormal>{inner}{places}<cargos>{_element('Cargo', cargo)}</cargos></OrderNormal>"


def encode_order_query(access: Access, number: str) -> bytes:
    """The form that asks for an order by our own number."""
    asked = {"ecommerce_no": access.company, "sender_no": access.sender, "logistics_order_no": number}
    return encode(access, ORDER_QUERY, _element("OrderQuery", asked))


def encode_address_check(access: Access, item: str, ability: str, address: str) -> bytes:
    """The form that asks whether an address can have pick-up or delivery; the district code is left to EMS."""
    asked = {"ItemNo": item, "IsPickupOrDelive": ability, "DistCode": "", "Address": address}
    return encode(access, ADDRESS_CHECK, _element("AddressMatch", asked))


def encode_trace(access: Access, number: str, serial: str, now: datetime) -> bytes:
    """The form that asks what has happened to an item."""
    body = json.dumps({"traceNo": number}, separators=(",", ":"))
    fields = {
        "sendID": access.company,
        # EMS spells it so; 99 is the whole country.
        "proviceNo": "99",
        "msgKind": f"{access.company}_JDPT_TRACE",
        "serialNo": serial,
        "sendDate": now.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S"),
        "receiveID": "JDPT",
        "dataType": "1",
        "dataDigest": trace_digest(body, access.key),
        "msgBody": quote(body, safe=""),
    }
    return urlencode(fields).encode("ascii")


def decode_reply(content: bytes) -> Reply:
    """The answer to an XML call; `NotUnderstood` when it is none."""
    root = _parse(content)
    found = root.findall("responseItems/response")
    if root.tag != "responses" or len(found) != 1:
        raise NotUnderstood("the answer does not have exactly one response")
    fields = {str(child.tag): (child.text or "").strip() for child in found[0]}
    if fields.get("success") not in ("true", "false"):
        raise NotUnderstood("the answer does not say whether it was done")
    return Reply(fields["success"] == "true", fields.get("reason", ""), fields)


def decode_traces(content: bytes) -> Traces:
    """The answer of tracking; `NotUnderstood` when it is none."""
    answer = an_object(parse(content), "the answer")
    done, items = answer.get("responseState"), answer.get("responseItems")
    items = [] if items is None else items
    if not isinstance(done, bool) or not isinstance(items, list):
        raise NotUnderstood("the answer does not say whether it was done")
    return Traces(done, tuple(an_object(item, "an event") for item in items))


def _order_fields(access: Access, order: Order, now: datetime) -> dict[str, str]:
    return {
        "created_time": written(now),
        "logistics_provider": "B",
        "ecommerce_no": access.company,
        "ecommerce_user_id": access.user,
        "sender_type": "1",
        "sender_no": access.sender,
        "inner_channel": "0",
        "logistics_order_no": order.number,
        "waybill_no": order.waybill,
        "contents_attribute": order.contents,
        "base_product_no": order.product,
        "biz_product_no": order.product,
        "weight": str(order.weight),
        "postage_total": yuan(order.postage) if order.postage else "",
        "insurance_flag": INSURED if order.insured else NO_INSURANCE,
        "insurance_amount": yuan(order.insured) if order.insured else "",
        "deliver_type": "",
        "pickup_type": FETCHED,
        "payment_mode": SENDER_PAYS,
        "cod_flag": COLLECT if order.collect else NOTHING_TO_COLLECT,
        "cod_amount": yuan(order.collect) if order.collect else "",
        "receipt_flag": order.receipt,
        "receipt_waybill_no": "",
        "valuable_flag": "0",
        "sender_safety_code": "0",
        "receiver_safety_code": "",
    }


def _place(tag: str, place: Place) -> str:
    return _element(
        tag,
        {
            "name": place.name,
            "post_code": place.postcode,
            "phone": place.phone,
            "mobile": place.mobile,
            "prov": place.province,
            "city": place.city,
            "county": place.county,
            "address": place.address,
        },
    )


def _element(tag: str, fields: Mapping[str, str]) -> str:
    return f"<{tag}>{''.join(_field(name, value) for name, value in fields.items())}</{tag}>"


def _field(name: str, value: str) -> str:
    if _NOT_IN_XML.search(value):
        raise ValueError(f"{name} has a character that XML cannot carry")
    return f"<{name}>{escape(value)}</{name}>"


def _parse(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise NotUnderstood("the answer is empty" if not content else "the answer is not XML") from None
    return root


def _md5(text: str) -> Any:
    # The protocol's own digest; nothing else of ours relies on MD5.
    return hashlib.md5(text.encode(), usedforsecurity=False)


_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
