"""The register's face of the terminal: signed JSON over HTTP in, the journal's facts out (see `terminal_link`)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Final

from jiedao_connectors.unionpay.link_signature import ANSWER, HEADER, is_signed, sign
from jiedao_connectors.unionpay.terminal_link import State
from jiedao_sandbox.books import Row
from jiedao_sandbox.httpd import Body, Received, Refused, Route, Sent, decode_json, encode_json
from jiedao_sandbox.terminal.journal import Undone
from jiedao_sandbox.terminal.machine import WRONG_STATE, Cancelled, Duplicate, Terminal
from jiedao_sandbox.terminal.messages import Identity
from jiedao_sandbox.terminal.session import NotReady
from jiedao_sandbox.wall_clock import WallClock

QUEUE_SECONDS: Final = 20.0
"""How long a request waits for the one before it."""

_STATES: Final = {
    "approved": State.APPROVED,
    "voided": State.APPROVED,
    "declined": State.DECLINED,
    "sent": State.IN_DOUBT,
    "not_sent": State.UNAVAILABLE,
    "reversed": State.IN_DOUBT,
}


_KINDS: Final = {
    "reference": re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII),
    "rrn": re.compile(r"([A-Za-z0-9]{12})?", re.ASCII),
    "batch": re.compile(r"(\d{6})?", re.ASCII),
    "trace": re.compile(r"(\d{6})?", re.ASCII),
    "day": re.compile(r"(\d{4}-\d\d-\d\d)?", re.ASCII),
}


class Register:
    """Routes, signature and the queue in front of one terminal."""

    def __init__(self, terminal: Terminal, identity: Identity, secret: str, clock: WallClock) -> None:
        self._terminal = terminal
        self._identity = identity
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()

    def routes(self) -> dict[str, Route]:
        """Every act is a POST and is known to faults by its name."""
        acts: dict[str, Callable[[Body], Body]] = {
            "sale": self._sale,
            "reverse": self._reverse,
            "void": self._void,
            "refund": self._refund,
            "settle": self._settle,
            "status": self._status,
        }
        return {f"/register/{name}": Route(name, self._in_turn(act)) for name, act in acts.items()}

    def decode(self, received: Received) -> Body:
        """The request, after its signature; 401 when that is wrong."""
        if not is_signed(self._secret, received.path, received.raw, received.headers.get(HEADER, "")):
            raise Refused(401, {"error": "SIGNATURE", "says": "the signature is wrong"})
        return decode_json(received)

    def encode(self, answer: Body) -> Sent:
        """The answer with our signature."""
        plain = encode_json(answer)
        return Sent(plain.content, plain.media_type, {HEADER: sign(self._secret, ANSWER, plain.content)})

    def _in_turn(self, act: Callable[[Body], Body]) -> Callable[[Body], Body]:
        def answer(asked: Body) -> Body:
            echo: Body = {name: asked[name] for name in ("nonce", "reference", "amount", "currency") if name in asked}
            return {**self._who(), **self._guarded(act, asked), **echo}

        return answer

    def _guarded(self, act: Callable[[Body], Body], asked: Body) -> Body:
        """What the act answers; whatever kept it from being done is an answer too."""
        if asked.get("currency") != "CNY":
            return {"state": State.DECLINED, "code": "13"}
        try:
            with self._turn():
                return act(asked)
        except Cancelled:
            return {"state": State.CANCELLED}
        except Duplicate:
            return {"state": State.DUPLICATE}
        except NotReady as why:
            # A reversal is about the sale that it names; everything else about itself.
            is_open = self._terminal.is_open(str(asked.get("sale") or asked.get("reference")))
            return {"state": State.IN_DOUBT if is_open else State.UNAVAILABLE, "note": str(why)}

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=QUEUE_SECONDS):
            raise NotReady("the terminal is busy")
        try:
            yield
        finally:
            self._lock.release()

    def _who(self) -> Body:
        return {"terminal": self._identity.terminal, "merchant": self._identity.merchant}

    def _sale(self, asked: Body) -> Body:
        return self._answer(self._terminal.sale(_text(asked, "reference"), _amount(asked)))

    def _reverse(self, asked: Body) -> Body:
        row = self._terminal.reverse(_text(asked, "sale"), _amount(asked))
        if row is None:
            return {"state": State.NOTHING_TO_REVERSE}
        if row["state"] in ("reversed", "voided"):
            return {**self._answer(row), "state": State.REVERSED}
        if row["state"] == "sent" and row["reversal"] == "pending":
            return {**self._answer(row), "state": State.IN_DOUBT}
        # It stands: its batch is settled, something was refunded, or it is not the sale that the register means.
        code = WRONG_STATE if row["state"] == "approved" else row["code"]
        return {**self._answer(row), "state": State.DECLINED, "code": code}

    def _void(self, asked: Body) -> Body:
        return self._answer(self._terminal.void(_text(asked, "reference"), _undone(asked), _amount(asked)))

    def _refund(self, asked: Body) -> Body:
        return self._answer(self._terminal.refund(_text(asked, "reference"), _undone(asked), _amount(asked)))

    def _settle(self, asked: Body) -> Body:
        row = self._terminal.settle(_text(asked, "reference"))
        sums = {name: row[name] for name in ("debit", "debit_count", "credit", "credit_count")}
        return {"state": State.APPROVED, "batch": row["batch"], **sums, "balanced": bool(row["balanced"])}

    def _status(self, _: Body) -> Body:
        self._terminal.status()
        return {"state": State.READY}

    def _answer(self, row: Row) -> Body:
        facts = {name: row[name] for name in ("code", "card", "rrn", "authorisation", "trace", "batch")}
        day = _with_year(row["settlement_date"], self._clock.now().date())
        return {"state": _STATES[row["state"]], **facts, "settlement_date": day, "note": row.get("note", "")}


def _text(asked: Mapping[str, object], name: str, kind: str = "reference") -> str:
    """A text that the wire to the acquirer can carry; refused before it is written down, or it would hang there."""
    value = asked.get(name, "")
    if not isinstance(value, str) or not _KINDS[kind].fullmatch(value):
        raise Refused(400, {"error": "MALFORMED", "says": f"{name} is missing or cannot be sent"})
    return value


def _amount(asked: Body) -> int:
    value = asked.get("amount")
    if type(value) is not int or not 0 < value < 10**12:
        raise Refused(400, {"error": "MALFORMED", "says": "amount: fen, 1 to 999999999999"})
    return value


def _undone(asked: Body) -> Undone:
    original = asked.get("original")
    if not isinstance(original, dict):
        raise Refused(400, {"error": "MALFORMED", "says": "original is missing"})
    day = _text(original, "date", "day").replace("-", "")[4:]
    others = {name: _text(original, name, name) for name in ("rrn", "batch", "trace")}
    return Undone(_text(original, "reference"), date=day, **others)


def _with_year(day: str, today: date) -> str:
    """A date for field 15, which has no year: the one that is nearest to today."""
    if not day:
        return ""
    possible = [_date(year, day) for year in (today.year - 1, today.year, today.year + 1)]
    return min((d for d in possible if d), key=lambda d: abs(d - today)).isoformat()


def _date(year: int, day: str) -> date | None:
    try:
        return date(year, int(day[:2]), int(day[2:]))
    except ValueError:  # 29 February in a common year
        return None
