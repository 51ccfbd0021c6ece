"""The current interface: form fields around JSON in SM4, and JSON inside JSON back. Pure.

From a provider's documents come apiCode, form fields and the fields of a body. Two things are not public and are our
stand-in's convention until a street's provider says otherwise: the codes in `codes` other than 00000, and that
`ACTUAL_FEE`, which is asked by our own logisticsOrderNo, repeats waybillNo and bizProductNo.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from jiedao_connectors.ems import sm4
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
from jiedao_connectors.ems.reading import a_text, an_object, any_text, parse
from jiedao_connectors.ems.values import written, yuan

LABEL: Final = "010004"
CREATE: Final = "020003"
CANCEL: Final = "020006"
SERVICEABLE: Final = "030005"
TRACK: Final = "040001"
PUSH: Final = "040002"
ACTUAL_FEE: Final = "050001"
ESTIMATE: Final = "050005"

LABEL_TYPES: Final = ("129", "149", "179")
"""Templates of head office: 76 × 129, 76 × 149 and 100 × 179 mm."""

VERSION: Final = "V1.0.0"
MAXIMUM_ORDER_NUMBER: Final = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `code` is 00000 when it was done; `body` is text, most often JSON, empty for none."""

    code: str
    says: str
    body: str
    serial: str

    def content(self) -> Any:
        """The JSON in the body."""
        return parse(self.body)


def encode(access: Access, code: str, body: object, now: datetime) -> bytes:
    """The form of one call; `code` is apiCode, `body` becomes JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    fields = {
        "apiCode": code,
        "senderNo": access.sender,
        "authorization": access.authorization,
        "msgType": "0",
        "timeStamp": written(now),
        "version": VERSION,
        # EMS spells it so.
        "logitcsInterface": sm4.seal(access.key, text),
        "userCode": access.user_code,
    }
    return urlencode(fields).encode("ascii")


def encode_create(access: Access, order: Order, now: datetime) -> bytes:
    """The form that hands one item over."""
    return encode(access, CREATE, [order_body(access, order, now)], now)


def order_body(access: Access, order: Order, now: datetime) -> Mapping[str, Any]:
    """One element of the array that `CREATE` takes."""
    return {
        "createdTime": written(now),
        "ecommerceUserId": access.user,
        "senderNo": access.sender,
        "logisticsOrderNo": order.number,
        **({"waybillNo": order.waybill} if order.waybill else {}),
        "contentsAttribute": order.contents,
        "bizProductNo": order.product,
        "weight": str(order.weight),
        **({"postageTotal": yuan(order.postage)} if order.postage else {}),
        "insuranceFlag": INSURED if order.insured else NO_INSURANCE,
        **({"insuranceAmount": yuan(order.insured)} if order.insured else {}),
        "pickupType": FETCHED,
        "paymentMode": SENDER_PAYS,
        "codFlag": COLLECT if order.collect else NOTHING_TO_COLLECT,
        **({"codAmount": yuan(order.collect)} if order.collect else {}),
        "receiptFlag": order.receipt,
        "sender": _place(order.sender),
        "receiver": _place(order.receiver),
        "cargos": [{"cargoName": order.cargo, "cargoQuantity": "1", "cargoWeight": str(order.weight)}],
    }


def decode_reply(content: bytes) -> Reply:
    """An answer of any call; `NotUnderstood` when it is none."""
    answer = an_object(parse(content), "the answer")
    code, done = a_text(answer, "retCode"), answer.get("success")
    if done is not None and (done in (True, "true")) != (code == "00000"):
        raise NotUnderstood("the answer says both that it was done and that it was not")
    return Reply(code, any_text(answer, "retMsg"), _body(answer.get("retBody")), any_text(answer, "serialNo"))


def _body(given: object) -> str:
    """EMS writes the body as text; an object in its place is taken as what the text would say."""
    if given is None or isinstance(given, str):
        return given or ""
    return json.dumps(given, ensure_ascii=False, default=str)


def _place(place: Place) -> dict[str, str]:
    return {
        "name": place.name,
        "postCode": place.postcode,
        "phone": place.phone,
        "mobile": place.mobile,
        "prov": place.province,
        "city": place.city,
        "county": place.county,
        "address": place.address,
    }
