"""SOAP 1.1 by hand: from a request to the element in its body, and from elements to an answer or a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jiedao_sandbox.enadawca.interface import NAMESPACE
from jiedao_sandbox.httpd import Body, Received, Refused

_SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


MIXED_UP: Final = "mixed_up"
"""A mark beside the XML of an answer: not 0 where its numbers are to be wrong (see `Fault.WRONG_NUMBER`)."""


class Failed(Exception):
    """The service answers with a fault."""


def operation_of(received: Received) -> str:
    """The operation that the SOAPAction names; the path where there is none."""
    return (received.headers.get("SOAPAction") or received.path).strip('"').rpartition("/")[2]


def body_of(raw: bytes) -> Element:
    """The element in the body of an envelope; refused with 400 when there is none."""
    try:
        body = fromstring(raw, forbid_dtd=True).find(f"{_SOAP}Body")
    except (ParseError, DefusedXmlException):
        body = None
    if body is None or len(body) != 1:
        raise Refused(400, {"error": "MALFORMED", "says": "the body is not a SOAP envelope"})
    found: Element = body[0]
    return found


def type_of(element: Element) -> str:
    """The name of the type that an element says it is of."""
    return element.get(_TYPE, "").rpartition(":")[2]


def of_type(element: Element, name: str) -> Element:
    """The element, saying that it is of a type of the interface."""
    # The prefix is in the value, where the library does not see it; it is declared here for this element.
    element.set("xmlns:t", NAMESPACE)
    element.set(_TYPE, f"t:{name}")
    return element


def part(name: str, text: object = None, **attributes: object) -> Element:
    """An element; attributes that are None are left out."""
    made = Element(name, {key: str(value) for key, value in attributes.items() if value is not None})
    made.text = None if text is None else str(text)
    return made


def error(number: int, says: str, guid: str | None = None) -> Element:
    """A refusal as the interface gives it."""
    return part("error", errorNumber=number, errorDesc=says, guid=guid)


def answer(operation: str, parts: Iterable[Element]) -> Body:
    """The answer of an operation."""
    wrapper = Element(f"{{{NAMESPACE}}}{operation}Response")
    wrapper.extend(parts)
    return {"xml": _in_envelope(wrapper), "status": 200, MIXED_UP: 0}


def fault(says: str) -> Body:
    """A fault, which is HTTP 500."""
    made = Element(f"{_SOAP}Fault")
    made.extend([part("faultcode", "SOAP-ENV:Server"), part("faultstring", says)])
    return {"xml": _in_envelope(made), "status": 500, MIXED_UP: 0}


def distorted(body: Body) -> Body:
    """The answer of a post that mixed two items up."""
    return {**body, "xml": _ECHOED.sub(_other, body["xml"])}


def misnumbered(body: Body) -> Body:
    """The answer with other numbers, and everything else right."""
    return {**body, "xml": _NUMBERS.sub(_other, body["xml"])}


def _other(found: re.Match[bytes]) -> bytes:
    return found[1] + (b"8" if found[2] != b"8" else b"9")


def _in_envelope(inner: Element) -> bytes:
    envelope = Element(f"{_SOAP}Envelope")
    SubElement(envelope, f"{_SOAP}Body").append(inner)
    made: Any = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return bytes(made)


_NUMBERS: Final = re.compile(rb'((?:numerNadania|nrNadania|idEnvelope)="|<(?:guidPrzesylki|idEnvelope)>)(.)')
_ECHOED: Final = re.compile(rb'((?:guid|numerNadania|nrNadania|idEnvelope)="|<(?:guidPrzesylki|idEnvelope)>)(.)')
