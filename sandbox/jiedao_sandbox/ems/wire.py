"""The two wires of EMS from the side of EMS: forms in, JSON or XML out.

An answer inside the stand-in is a `Body` that says in `wire` how it is written: `current` (code, says, body), `xml`
(fields of one response) or `json` (answer).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from jiedao_sandbox.httpd import Body, Received, Sent

OK: Final = "00000"


def form(received: Received) -> dict[str, str]:
    """The fields of a form; one that came twice counts as not sent."""
    fields = parse_qs(received.raw.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def reply(body: object = None, code: str = OK, says: str = "成功") -> Body:
    """An answer of the current interface."""
    return {"wire": "current", "code": code, "says": says, "body": body}


def response(**fields: str) -> Body:
    """An answer of the older interface."""
    return {"wire": "xml", "fields": fields}


def failure(reason: str) -> Body:
    """A refusal of the older interface."""
    return response(success="false", reason=reason)


def encode(answer: Body) -> Sent:
    """As it goes over the wire."""
    if answer["wire"] == "xml":
        return Sent(_xml(answer["fields"]).encode(), "text/xml; charset=UTF-8")
    told = answer["answer"] if answer["wire"] == "json" else _current(answer)
    return Sent(json.dumps(told, ensure_ascii=False).encode(), "application/json;charset=UTF-8")


def distort(answer: Body) -> Body:
    """The answer with other numbers of orders and items, as of a provider that mixed two customers up."""
    return {name: value if name == "wire" else _other(value) for name, value in answer.items()}


def _other(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {inner: _other(value[inner], inner) for inner in value}
    if isinstance(value, list):
        return [_other(item, name) for item in value]
    if name in _WAYBILLS:
        return f"9{value[1:]}"
    return f"X{value}" if name in _NUMBERS else value


def _current(answer: Body) -> dict[str, Any]:
    body = answer["body"]
    return {
        "serialNo": uuid.uuid4().hex.upper(),
        "retCode": answer["code"],
        "retMsg": answer["says"],
        "retBody": body if body is None or isinstance(body, str) else json.dumps(body, ensure_ascii=False),
        "retDate": "",
        "success": answer["code"] == OK,
    }


def _xml(fields: Mapping[str, str]) -> str:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f"<responses><responseItems><response>{inner}</response></responseItems></responses>"


_WAYBILLS: Final = frozenset({"waybillNo", "waybill_no", "traceNo"})
_NUMBERS: Final = frozenset({"logisticsOrderNo", "logistics_order_no", "item_no"})
