"""What a protocol costs before anything is sent: CPU milliseconds for building a request and reading its answer.

Nothing of it touches a network, and only this process's CPU counts. Each codec is also run many times over, to see that
it keeps nothing: memory of the whole process (so of C libraries too) after the run against that after a tenth of it.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from tests.ems_samples import OLDER_ACCESS, ORDER, STREET_ACCESS

from jiedao_connectors.ems import current, older
from jiedao_connectors.ems.order import Access
from jiedao_connectors.soap import Typed
from jiedao_connectors.soap_interface import Interface
from jiedao_connectors.unionpay.fields import Private, Purpose, Type
from jiedao_connectors.unionpay.frame import Frame, read_frame
from jiedao_connectors.unionpay.message import Message, decode
from jiedao_sandbox.enadawca.interface import NAMESPACE, interface

ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Codec:
    """One request and its answer; `limit` is the most CPU milliseconds that they may take."""

    name: str
    limit: float
    exchange: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Cost:
    """Median and range of the rounds in CPU milliseconds, and kilobytes kept by the long run."""

    codec: Codec
    median: float
    least: float
    most: float
    operations: int
    kept: int

    def row(self) -> str:
        """For the table."""
        verdict = "good" if self.median <= self.codec.limit else "OVER"
        return (
            f"{self.codec.name:<38}{self.median:>8.3f}{self.least:>8.3f}{self.most:>8.3f}{self.codec.limit:>8.1f}"
            f"{verdict:>6}{self.operations:>12}{self.kept:>12}"
        )


_COLUMNS = ("CPU ms", "least", "most", "limit", "", "operations", "kB kept")
_WIDTHS = (8, 8, 8, 8, 6, 12, 12)
HEADING = f"{'request and answer':<38}" + "".join(
    f"{name:>{width}}" for name, width in zip(_COLUMNS, _WIDTHS, strict=True)
)


def bench(short: bool) -> Iterator[Cost]:
    """Every codec; in a short run with a hundredth of the operations."""
    for codec in codecs():
        yield _cost(codec, each=50 if short else 500, long=1_000 if short else 100_000)


def codecs() -> Iterator[Codec]:
    """What is measured."""
    yield Codec("ISO 8583 sale", 0.5, iso8583_sale())
    yield Codec("EMS create, current interface", 1.0, ems_create(current, STREET_ACCESS))
    yield Codec("EMS create, older interface", 1.0, ems_create(older, OLDER_ACCESS))
    for name, known in _interfaces():
        yield Codec(f"SOAP addShipment, {name}", 1.5, soap_create(known))


def iso8583_sale() -> Callable[[], object]:
    """A terminal's sale with its MAC in a frame, and the acquirer's answer read and its MAC checked."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    sale = {
        3: "000000",
        4: "000000012034",
        11: "000017",
        22: "072",
        25: "00",
        41: "00010001",
        42: "898110000000001",
        49: "156",
        60: Purpose(Type.SALE, "000001").encode(),
        63: Private("1M81STFQJDKWWG8QEVGF").encode(),
    }
    approved = {**sale, 15: "1115", 37: "000000000017", 38: "A00017", 39: "00"}
    answer = _Bytes(Frame(Message("0210", approved).encode(key)).encode())

    def exchange() -> object:
        Frame(Message("0200", sale).encode(key)).encode()
        frame = read_frame(answer.again())
        if frame is None or not (told := decode(frame.body)).is_authentic(key):
            raise ValueError("the answer was not read")
        return told.get(39)

    return exchange


def ems_create(protocol: ModuleType, access: Access) -> Callable[[], object]:
    """An item handed to EMS, its body sealed or signed, and the answer that names its number."""
    now = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)
    answer = _EMS_ANSWERS[protocol.__name__.rpartition(".")[2]].encode()

    def exchange() -> object:
        protocol.encode_create(access, ORDER, now)
        return protocol.decode_reply(answer)

    return exchange


def soap_create(known: Interface) -> Callable[[], object]:
    """A registered letter added at the Polish post by an interface loaded once, and the answer with its number."""
    to = {"nazwa": "Jan Kowalski", "ulica": "Prosta", "numerDomu": "1", "miejscowosc": "Otwock", "kodPocztowy": "05400"}
    about = {"format": "S", "kategoria": "EKONOMICZNA", "guid": "0" * 31 + "1", "masa": 120, "adres": to, "nadawca": to}
    letter = Typed("przesylkaPoleconaKrajowaType", about)
    answer = (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<n:addShipmentResponse xmlns:n="{NAMESPACE}"><retval guid="{"0" * 31}1" numerNadania="00159007730000000017"/>'
        "</n:addShipmentResponse></s:Body></s:Envelope>"
    ).encode()

    def exchange() -> object:
        known.envelope("addShipment", {"przesylki": [letter]})
        return known.understand("addShipment", answer)

    return exchange


def _interfaces() -> Iterator[tuple[str, Interface]]:
    """The post's own interface file where it lies beside the checkout, and the small one of the stand-in."""
    data = Path(os.environ.get("JIEDAO_DATA", "") or Path(__file__).resolve().parents[2] / "shared" / "data")
    real = data / "poczta-polska" / "en.wsdl"
    if real.exists():
        yield "the post's own file", Interface(real.read_bytes())
    yield "the stand-in's file", Interface(interface("http://127.0.0.1:1"))


_EMS_ANSWERS = {
    "current": '{"retCode":"00000","retMsg":"","success":true,"serialNo":"1","retDate":"2026-11-15 09:30:00",'
    '"retBody":"{\\"logisticsOrderNo\\":\\"01JDQ2R7XKZB4M8N9PTV\\",\\"waybillNo\\":\\"1100000000017\\"}"}',
    "older": "<responses><responseItems><response><success>true</success><reason></reason>"
    "<waybillNo>1100000000017</waybillNo><logisticsOrderNo>01JDQ2R7XKZB4M8N9PTV</logisticsOrderNo>"
    "</response></responseItems></responses>",
}


class _Bytes:
    """A stream over the same bytes, again and again."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def again(self) -> _Bytes:
        """From the beginning."""
        self._at = 0
        return self

    def read(self, size: int, /) -> bytes:
        """As of a file."""
        self._at += size
        return self._content[self._at - size : self._at]


def _cost(codec: Codec, each: int, long: int) -> Cost:
    _run(codec, each)
    rounds = [_run(codec, each) for _ in range(ROUNDS)]
    return Cost(codec, statistics.median(rounds), min(rounds), max(rounds), long, _kept(codec, long))


def _run(codec: Codec, times: int) -> float:
    """CPU milliseconds of one exchange."""
    began = time.process_time()
    for _ in range(times):
        codec.exchange()
    return (time.process_time() - began) * 1000 / times


def _kept(codec: Codec, operations: int) -> int:
    """Kilobytes by which the process grew in the last nine tenths of a long run."""
    for _ in range(operations // 10):
        codec.exchange()
    gc.collect()
    before = _resident()
    for _ in range(operations - operations // 10):
        codec.exchange()
    gc.collect()
    return (_resident() - before) // 1024


def _resident() -> int:
    """Bytes of this process in memory; where the system does not tell, the most that it ever had."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text("ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
