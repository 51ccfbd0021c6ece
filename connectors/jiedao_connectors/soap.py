"""SOAP with errors that say exactly what is known about an act, over `jiedao_connectors.http`.

zeep builds and reads the XML (see `soap_interface`); it never sees the network. So an answer that is none (HTTP 502, a
web page, an empty or cut body, another charset, a document type) is `Unanswered` before any XML library has a say, and
a SOAP fault, which is an answer, is never taken for one of those.
"""

from __future__ import annotations

import base64
import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jiedao_connectors.http import HttpClient, HttpProblem, NotSent, RawAnswer, Unanswered

if TYPE_CHECKING:
    from jiedao_connectors.soap_interface import Interface

TYPE: Final = "xsi:type"
"""Under this name a value of an answer tells which derived type it is of."""

MAXIMUM_INTERFACE: Final = 4_000_000
"""Bytes of an interface file; the longest known has a tenth of it."""

_XML: Final = frozenset({"text/xml", "application/xml", "application/soap+xml"})
_NOT_ADMITTED: Final = frozenset({401, 403})


class InterfaceProblem(Exception):
    """The interface file cannot be read, is none, or wants something that does not lie beside it."""


class Unsuitable(NotSent):
    """The arguments do not fit the interface, so nothing was sent."""


class NotAdmitted(HttpProblem):
    """HTTP 401 or 403: login or password are wrong, and nothing was done."""


class SoapFault(HttpProblem):
    """The provider's own refusal, read from a complete answer. What it means for an act is the plugin's to say."""

    def __init__(self, code: str, string: str, detail: str = "") -> None:
        """`detail` is the text of the fault's detail, without its tags."""
        super().__init__(f"{code}: {string}")
        self.code = code
        self.string = string
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Typed:
    """A value for a place where the interface takes several types: the name of the type and its values."""

    type: str
    values: Mapping[str, Any]


def load(place: str, deadline: float = 30.0) -> Interface:
    """The interface at a path or an http(s) address, read once; nothing is ever fetched for it later.

    Raises `InterfaceProblem`; for an address also `NotSent` or `Unanswered`.
    """
    # zeep takes a quarter of a second to import, which only those pay who speak SOAP.
    from jiedao_connectors.soap_interface import Interface

    if place.startswith(("http://", "https://")):
        return Interface(_fetch(place, deadline), place)
    return Interface(read(Path(place)), str(Path(place).absolute()))


def read(path: Path) -> bytes:
    """A file of the interface, up to the limit; `InterfaceProblem` otherwise."""
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_INTERFACE + 1)
    except OSError as failed:
        raise InterfaceProblem(f"the interface file cannot be read: {failed.strerror}") from failed
    if len(content) > MAXIMUM_INTERFACE:
        raise InterfaceProblem(f"the interface file is longer than {MAXIMUM_INTERFACE} bytes")
    return content


class SoapClient:
    """Speaks to one provider through one interface; threads may share it."""

    def __init__(
        self, interface: Interface, url: str = "", *, login: str = "", password: str = "", verify: bool | str = True
    ) -> None:
        """`url` is where to send, empty for the address that the interface names. With `login`, HTTP Basic."""
        self._interface = interface
        self._http = HttpClient(url or interface.address, verify=verify, answering=frozenset({500}))
        self._headers = _basic(login, password) if login else {}

    def call(self, operation: str, arguments: Mapping[str, Any], deadline: float) -> Any:
        """Do one operation within `deadline` seconds; the answer in dictionaries, lists and plain values.

        As in zeep, an answer that has one part only is that part itself, and a part that is missing is None: whoever
        needs it has to look. Raises `NotSent` (`Unsuitable`), `Unanswered`,
        `NotAdmitted` or `SoapFault`.
        """
        content = self._interface.envelope(operation, arguments)
        headers = {**self._headers, **self._interface.headers(operation)}
        answer = self._http.send("POST", "", content, deadline, headers)
        return self._understand(operation, answer)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()

    def _understand(self, operation: str, answer: RawAnswer) -> Any:
        if answer.status in _NOT_ADMITTED:
            raise NotAdmitted(f"HTTP {answer.status}")
        result = self._interface.understand(operation, answer.content, _charset(answer.content_type))
        if answer.status != 200:
            raise Unanswered(f"HTTP {answer.status} without a fault")
        return result


def _charset(content_type: str) -> str:
    """The charset of an XML answer, empty where only the XML itself says it."""
    header = Message()
    header["Content-Type"] = content_type or "of/no-type"
    if header.get_content_type() not in _XML:
        raise Unanswered(f"the answer is {content_type or 'of no type'}, not XML")
    charset = header.get_content_charset() or ""
    try:
        return codecs.lookup(charset).name if charset else ""
    except LookupError:
        raise Unanswered("the answer is in a charset that nobody knows") from None


def _basic(login: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


def _fetch(address: str, deadline: float) -> bytes:
    http = HttpClient(address, maximum_answer=MAXIMUM_INTERFACE)
    try:
        answer = http.send("GET", "", b"", deadline)
    finally:
        http.close()
    if answer.status != 200:
        raise InterfaceProblem(f"the interface file cannot be fetched: HTTP {answer.status}")
    return answer.content
