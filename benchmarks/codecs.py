"""What a protocol costs before anything is sent: CPU milliseconds for building a request and reading its answer.

Nothing of it touches a network, and only this process's CPU counts. Each codec is also run many times over, to see that
it keeps nothing: memory after the run against memory after a tenth of it.
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jiedao_connectors.unionpay.fields import Private, Purpose, Type
from jiedao_connectors.unionpay.frame import Frame, read_frame
from jiedao_connectors.unionpay.message import Message, decode

ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Codec:
    """One request and its answer; `limit` is the most CPU milliseconds that they may take."""

    name: str
    limit: float
    exchange: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Cost:
    """Median and range of the rounds in CPU milliseconds, and bytes kept by the long run."""

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
            f"{self.codec.name:<34}{self.median:>8.3f}{self.least:>8.3f}{self.most:>8.3f}{self.codec.limit:>8.1f}"
            f"{verdict:>6}{self.operations:>12}{self.kept:>12}"
        )


_COLUMNS = ("CPU ms", "least", "most", "limit", "", "operations", "bytes kept")
_WIDTHS = (8, 8, 8, 8, 6, 12, 12)
HEADING = f"{'request and answer':<34}" + "".join(
    f"{name:>{width}}" for name, width in zip(_COLUMNS, _WIDTHS, strict=True)
)


def bench(short: bool) -> Iterator[Cost]:
    """Every codec; in a short run with a hundredth of the operations."""
    for codec in codecs():
        yield _cost(codec, each=50 if short else 500, long=1_000 if short else 100_000)


def codecs() -> Iterator[Codec]:
    """What is measured."""
    yield Codec("ISO 8583 sale", 0.5, iso8583_sale())


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
    """Bytes of Python memory that the last nine tenths of a long run did not give back."""
    for _ in range(operations // 10):
        codec.exchange()
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(operations - operations // 10):
            codec.exchange()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
