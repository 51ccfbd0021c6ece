"""SOAP 1.1 as a server speaks it: from a request's bytes to its first element, and from XML to an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jiedao_sandbox.httpd import Refused, Sent

Values: TypeAlias = Mapping[str, Any]
"""Elements by name: texts, values inside, or several of either. None and empty texts are left out."""

_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_TYPE: Final = "text/xml; charset=utf-8"


def body_of(raw: bytes) -> Any:
    """The element in the body of an envelope; refused with 400 when there is none."""
    try:
        body = fromstring(raw, forbid_dtd=True).find(f"{{{_ENVELOPE}}}Body")
    except (ParseError, DefusedXmlException):
        body = None
    if body is None or len(body) != 1:
        raise Refused(400, {"error": "MALFORMED", "says": "the body is not a SOAP envelope"})
    return body[0]


def name_of(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def texts(element: Any) -> dict[str, str]:
    """The texts of the elements in an element, by name."""
    return {name_of(child): child.text or "" for child in element}


def answer(name: str, namespace: str, values: Values) -> Sent:
    """An answer whose parts all stand in the namespace."""
    return Sent(_in_envelope(f'<{name} xmlns="{namespace}">{_written(values)}</{name}>'), _TYPE)


def rpc_answer(name: str, namespace: str, part: str, value: str) -> Sent:
    """An answer of the style rpc, whose one part stands in no namespace."""
    return Sent(_in_envelope(f'<n:{name} xmlns:n="{namespace}"><{part}>{escape(value)}</{part}></n:{name}>'), _TYPE)


def fault(code: str, says: str) -> Sent:
    """A fault, which is HTTP 500."""
    inner = f"<faultcode>s:{code}</faultcode><faultstring>{escape(says)}</faultstring>"
    return Sent(_in_envelope(f"<s:Fault>{inner}</s:Fault>"), _TYPE, status=500)


def _in_envelope(inner: str) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{head}<s:Envelope xmlns:s="{_ENVELOPE}"><s:Body>{inner}</s:Body></s:Envelope>'.encode()


def _written(values: Values) -> str:
    return "".join(_element(name, value) for name, value in values.items() if value not in (None, ""))


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{_written(value)}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(name, one) for one in value)
    return f"<{name}>{escape(str(value))}</{name}>"
