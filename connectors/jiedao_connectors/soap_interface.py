"""One interface file (WSDL) in memory: from arguments to the envelope, and from an answer to plain values. Pure.

zeep does both. It is given no transport: the file and what lies beside it is all that it can load, and answers are
parsed here, without document types, entities or network.
"""

from __future__ import annotations

import codecs
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from typing import Any, Final, cast

from lxml import etree
from zeep import Settings
from zeep.exceptions import Error as ZeepError
from zeep.wsdl import Document
from zeep.wsdl.bindings.soap import SoapBinding
from zeep.xsd import CompoundValue
from zeep.xsd.elements import attribute
from zeep.xsd.types import simple

from jiedao_connectors.http import Unanswered
from jiedao_connectors.soap import TYPE, InterfaceProblem, SoapFault, Typed, Unsuitable, read

SOAP_ENCODING: Final = "http://schemas.xmlsoap.org/soap/encoding/"


class Interface:
    """What one WSDL says; threads may share it. Loading takes tenths of a second, everything else none."""

    def __init__(self, content: bytes, place: str = "") -> None:
        """`place` is the absolute path or the address of the file; only files in the same folder may be imported."""
        settings = Settings(forbid_dtd=True, forbid_entities=True)
        try:
            # zeep says that it wants a class here; it wants an object that can load.
            shelf = cast(Any, _Shelf(place))
            self._document = Document(BytesIO(content), shelf, base=place or None, settings=settings)
            port = next(p for s in self._document.services.values() for p in s.ports.values() if _is_soap(p.binding))
        except InterfaceProblem:
            raise
        except StopIteration:
            raise InterfaceProblem("the interface file names no SOAP service") from None
        except Exception as failed:
            # zeep raises whatever it stumbles over; nothing has been sent, and the file is the one thing to mend.
            raise InterfaceProblem(f"the interface file is not understood: {_words(failed)}") from failed
        # Only now: zeep itself asks for the encoding schema by its http name, which `_Shelf` answers.
        settings.forbid_external = True
        self._binding = port.binding
        self.address: Final = str(port.binding_options.get("address") or "")
        self._types = {kind.qname.localname: kind for kind in self._document.types.types if kind.qname is not None}

    @property
    def operations(self) -> frozenset[str]:
        """Names of the operations."""
        return frozenset(self._binding.all())

    def headers(self, operation: str) -> dict[str, str]:
        """The HTTP headers that belong to an envelope."""
        action = self._operation(operation).soapaction or ""
        if self._binding.nsmap["soap-env"] == _SOAP_12:
            return {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}

    def envelope(self, operation: str, arguments: Mapping[str, Any]) -> bytes:
        """The envelope in UTF-8; `Unsuitable` when the arguments do not fit."""
        try:
            given = {name: self._given(value) for name, value in arguments.items()}
            made = self._operation(operation).create(**given).content
        except _WRONG as wrong:
            raise Unsuitable(f"{operation}: {_words(wrong)}") from wrong
        return etree.tostring(made, encoding="utf-8", xml_declaration=True)

    def understand(self, operation: str, answer: bytes, charset: str = "") -> Any:
        """The answer in dictionaries, lists and plain values; `SoapFault` for a fault, `Unanswered` for nonsense.

        `charset` is what HTTP said; an answer that says another of itself is not trusted.
        """
        root = _parse(answer, charset)
        self._check_envelope(self._operation(operation), root)
        _misfits.set(0)
        try:
            result = _plain(self._operation(operation).process_reply(root))
        except _WRONG as wrong:
            raise Unanswered(f"the answer does not fit the interface: {_words(wrong)}") from wrong
        if misfits := _misfits.get():
            raise Unanswered(f"{misfits} values of the answer are not of their types")
        return result

    def _operation(self, name: str) -> Any:
        try:
            return self._binding.get(name)
        except ValueError:
            raise Unsuitable(f"the interface has no operation {name}") from None

    def _type(self, name: str) -> Any:
        if name not in self._types:
            raise Unsuitable(f"the interface has no type {name}")
        return self._types[name]

    def _given(self, value: Any) -> Any:
        """Values as zeep takes them; its own objects are needed only where the type has to be told."""
        if isinstance(value, Typed):
            return self._type(value.type)(**self._given(value.values))
        if isinstance(value, Mapping):
            return {name: self._given(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._given(inner) for inner in value]
        return value

    def _check_envelope(self, operation: Any, root: Any) -> None:
        """Raises unless it is an envelope of our SOAP version with the answer to what was asked."""
        space = self._binding.nsmap["soap-env"]
        if root.tag != f"{{{space}}}Envelope":
            raise Unanswered("the answer is no SOAP envelope of the interface's version")
        body = root.find(f"{{{space}}}Body")
        if body is None or len(body) == 0:
            raise Unanswered("the answer has an empty body")
        if body[0].tag == f"{{{space}}}Fault":
            raise _fault(body[0], space)
        if operation.style == "document" and body[0].tag != operation.output.body.qname.text:
            raise Unanswered(f"the answer is not one to {operation.name}")


class _Misfits(logging.Logger):
    """In place of two loggers of zeep, which catches a value that is not of its type, logs it and goes on without.

    The value may be a resident's, and an answer without it is another answer: it is counted and not logged. Not a
    filter, which would be deaf as soon as somebody turned logging down.
    """

    def exception(self, msg: object, *args: object, **_: Any) -> None:
        """Count what was caught while a value was read."""
        _misfits.set(_misfits.get() + 1)


_misfits: Final[ContextVar[int]] = ContextVar("misfits", default=0)
simple.logger = attribute.logger = _Misfits("zeep.xsd")


class _Shelf:
    """In place of zeep's transport: the folder of the interface file, and the SOAP encoding. Nothing else is loaded."""

    def __init__(self, place: str) -> None:
        local = place and not place.startswith(_WEB)
        self._folder = Path(place).parent.resolve() if local else None

    def load(self, url: str) -> bytes:
        """A file that the interface imports."""
        if url == SOAP_ENCODING:
            return _ENCODING
        path = Path(url)
        if self._folder is None or url.startswith(_WEB) or path.resolve().parent != self._folder:
            raise InterfaceProblem(f"the interface file wants {url}, which does not lie beside it")
        return read(path)


def _is_soap(binding: Any) -> bool:
    return isinstance(binding, SoapBinding)


def _parse(answer: bytes, charset: str) -> Any:
    """The root of an answer. Entities are not resolved, and whoever declares any is not read at all."""
    if not answer:
        raise Unanswered("the answer is empty")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(answer, parser)
    except etree.XMLSyntaxError:
        raise Unanswered("the answer is not XML, or it broke off") from None
    told = root.getroottree().docinfo
    if told.doctype:
        raise Unanswered("the answer declares a document type")
    if charset and codecs.lookup(told.encoding or "utf-8").name != charset:
        raise Unanswered(f"the answer is in {told.encoding}, and HTTP says {charset}")
    return root


def _fault(fault: Any, space: str) -> SoapFault:
    """Code and reason stand in other elements in SOAP 1.1 and 1.2."""
    if space == _SOAP_12:
        return SoapFault(*(_text(fault.find(f"{{{space}}}{name}")) for name in ("Code", "Reason", "Detail")))
    return SoapFault(*(_text(fault.find(name)) for name in ("faultcode", "faultstring", "detail")))


def _text(element: Any) -> str:
    """All text in an element; faults are short, whatever the answer was."""
    return "" if element is None else " ".join(" ".join(element.itertext()).split())[:_LONGEST_WORDS]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, CompoundValue):
        return value
    plain = {name: _plain(inner) for name, inner in value.__values__.items()}
    return {TYPE: value._xsd_type.name, **plain} if value._xsd_type._extension_types else plain


def _words(wrong: Exception) -> str:
    """What zeep complains of. Complaints of Python hold values, which may be a resident's."""
    return str(wrong)[:_LONGEST_WORDS] if isinstance(wrong, ZeepError) else type(wrong).__name__


_WRONG: Final = (ZeepError, TypeError, ValueError, AttributeError, KeyError, IndexError, ArithmeticError)
_WEB: Final = ("http://", "https://")
_SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
_LONGEST_WORDS: Final = 1_000
# A WSDL that types a value as soapenc:string means this namespace, which zeep would download. As simple types, its
# values come back as plain ones.
_SIMPLE: Final = (
    "anyURI base64Binary boolean byte date dateTime decimal double duration float hexBinary int integer language long "
    "Name NCName negativeInteger NMTOKEN nonNegativeInteger nonPositiveInteger normalizedString positiveInteger QName "
    "short string time token unsignedByte unsignedInt unsignedLong unsignedShort"
)
_ENCODING: Final = "".join(
    (
        f'<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:e="{SOAP_ENCODING}" ',
        f'targetNamespace="{SOAP_ENCODING}" elementFormDefault="qualified">',
        *(f'<s:simpleType name="{n}"><s:restriction base="s:{n}"/></s:simpleType>' for n in _SIMPLE.split()),
        '<s:simpleType name="base64"><s:restriction base="s:base64Binary"/></s:simpleType>',
        '<s:attribute name="arrayType" type="s:string"/>',
        '<s:complexType name="Array"><s:sequence><s:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>',
        '</s:sequence><s:attribute ref="e:arrayType"/></s:complexType></s:schema>',
    )
).encode()
