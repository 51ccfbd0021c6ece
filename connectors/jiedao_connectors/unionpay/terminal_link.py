"""The cash register link: our process asks a semi-integrated card terminal over HTTP and JSON.

`POST /register/<act>` with {"nonce", "reference", "amount", …}; both directions are signed (see `link_signature`). A
reference is the register's own, 1 to 40 letters, digits, dots, dashes or underscores; amounts are fen. The link cannot
ask what became of a sale: an open sale is reversed. Every other act may be sent again with its reference, and the
terminal answers the same from its journal.

The exceptions say exactly whether anything can have happened: `NothingSent` and `LinkRefused` no, `OutcomeInDoubt` yes.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from jiedao_connectors.unionpay.link_signature import ANSWER, HEADER, is_signed, sign

CONNECT_SECONDS: Final = 5.0
LONGEST_ANSWER: Final = 65_536


class LinkError(Exception):
    """Base of what the link raises; its text holds neither the secret nor anything of a card."""


class NothingSent(LinkError):
    """The terminal was not reached, or says that it is not able to act now: nothing happened, try again later."""


class LinkRefused(LinkError):
    """The address is no address, or the terminal does not accept our signature: nothing happened, mend the settings."""


class OutcomeInDoubt(LinkError):
    """The request may have reached the terminal and there is no trustworthy answer to it."""


class State(StrEnum):
    """What the terminal says of an act."""

    APPROVED = "approved"
    DECLINED = "declined"
    """Refused by acquirer, issuer or terminal; nothing was booked."""
    IN_DOUBT = "in_doubt"
    """The terminal has no answer from the acquirer either."""
    REVERSED = "reversed"
    """Answer to `reverse`: the sale stood or was in doubt, and the acquirer has acknowledged its reversal."""
    NOTHING_TO_REVERSE = "nothing_to_reverse"
    """Answer to `reverse`: no money was taken under that reference, and none will be."""
    CANCELLED = "cancelled"
    """Answer to a sale: its reference was cancelled before."""
    DUPLICATE = "duplicate"
    """Answer to a sale: its reference is known; this request did nothing, an earlier one may have."""
    UNAVAILABLE = "unavailable"
    """The terminal is busy or has no line to the acquirer; this request did nothing."""
    READY = "ready"
    """Answer to `status`."""


@dataclass(frozen=True, slots=True)
class TerminalAnswer:
    """What the terminal knows of one act. Of the card never more than its first six and last four digits.

    `settlement_date` is the acquirer's day (field 15), with the year that the terminal worked out.
    """

    state: State
    code: str = ""
    rrn: str = ""
    card: str = ""
    authorisation: str = ""
    trace: str = ""
    batch: str = ""
    terminal: str = ""
    merchant: str = ""
    settlement_date: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SettledBatch:
    """A settled batch as the acquirer has it, in fen. Credits are voids and refunds."""

    batch: str
    debit: int
    debit_count: int
    credit: int
    credit_count: int
    balanced: bool


@dataclass(frozen=True, slots=True)
class OriginalSale:
    """The sale that is undone; the acquirer's numbers are for a terminal that did not make the sale itself."""

    reference: str
    rrn: str = ""
    batch: str = ""
    trace: str = ""
    settlement_date: date | None = None

    def as_json(self) -> dict[str, str]:
        """For the request."""
        day = self.settlement_date.isoformat() if self.settlement_date else ""
        return {"reference": self.reference, "rrn": self.rrn, "batch": self.batch, "trace": self.trace, "date": day}


class TerminalLink:
    """One terminal. Safe between threads: every call makes its own connection and closes it.

    A connection per call is on purpose: on a kept one, a terminal that restarted looks like a lost answer, and a second
    copy of an answer would be taken for the answer to the next request. `seconds` is the time that a call may take.
    """

    def __init__(self, url: str, secret: str) -> None:
        self._url = url.rstrip("/")
        self._secret = secret

    def sale(self, reference: str, amount: int, *, seconds: float) -> TerminalAnswer:
        """Take `amount` fen from the card that is presented."""
        return self._act("sale", {"reference": reference, "amount": amount}, seconds)

    def reverse(self, reference: str, sale: str, amount: int, *, seconds: float) -> TerminalAnswer:
        """Make sure that `sale` does not stand; if the terminal never saw it, it will refuse it when it comes."""
        return self._act("reverse", {"reference": reference, "amount": amount, "sale": sale}, seconds)

    def void(self, reference: str, original: OriginalSale, amount: int, *, seconds: float) -> TerminalAnswer:
        """Undo a whole sale of the open batch."""
        return self._act("void", _undoing(reference, original, amount), seconds)

    def refund(self, reference: str, original: OriginalSale, amount: int, *, seconds: float) -> TerminalAnswer:
        """Give `amount` fen of a sale back to the same card."""
        return self._act("refund", _undoing(reference, original, amount), seconds)

    def settle(self, reference: str, *, seconds: float) -> SettledBatch | TerminalAnswer:
        """Close the batch; a `TerminalAnswer` when that was declined."""
        answer = self._ask("settle", {"reference": reference}, seconds)
        state = _state(answer)
        return _batch(answer) if state is State.APPROVED else _answer(state, answer)

    def status(self, *, seconds: float) -> TerminalAnswer:
        """Terminal, merchant and batch; makes the terminal try its line to the acquirer, and moves no money."""
        return self._act("status", {"reference": f"status-{secrets.token_hex(8)}"}, seconds)

    def _act(self, act: str, asked: dict[str, Any], seconds: float) -> TerminalAnswer:
        answer = self._ask(act, asked, seconds)
        return _answer(_state(answer), answer)

    def _ask(self, act: str, asked: dict[str, Any], seconds: float) -> Mapping[str, Any]:
        """The signed answer that echoes what was asked, or an exception."""
        asked = {"nonce": secrets.token_hex(16), "currency": "CNY", **asked}
        path = f"/register/{act}"
        body = json.dumps(asked).encode()
        status, signature, content = self._exchange(path, body, time.monotonic() + seconds)
        if status == 401 and _reads_as_refusal(content):
            raise LinkRefused("the terminal does not accept the signature; is the link secret the same on both sides?")
        if status != 200 or not is_signed(self._secret, ANSWER, content, signature):
            raise OutcomeInDoubt(f"HTTP {status} without the terminal's signature")
        answer = _object(content)
        _check_echo(asked, answer)
        return answer

    def _exchange(self, path: str, body: bytes, deadline: float) -> tuple[int, str, bytes]:
        headers = {"Content-Type": "application/json", "Connection": "close", HEADER: sign(self._secret, path, body)}
        left = max(0.1, deadline - time.monotonic())
        with requests.Session() as session:
            # A proxy or a .netrc of the surroundings must not come between register and terminal.
            session.trust_env = False
            try:
                with session.post(
                    self._url + path,
                    body,
                    headers=headers,
                    timeout=(min(CONNECT_SECONDS, left), left),
                    allow_redirects=False,
                    stream=True,
                ) as answered:
                    return answered.status_code, answered.headers.get(HEADER, ""), _content(answered, deadline)
            except requests.RequestException as failed:
                raise _as_link_error(failed) from None


def _undoing(reference: str, original: OriginalSale, amount: int) -> dict[str, Any]:
    return {"reference": reference, "amount": amount, "original": original.as_json()}


def _content(answered: requests.Response, deadline: float) -> bytes:
    """The body, bounded in size and time: the timeout of `requests` starts anew with every byte."""
    content = b""
    # One byte at a time: a larger chunk would be waited for as a whole.
    for byte in answered.iter_content(1):
        content += byte
        if len(content) > LONGEST_ANSWER or time.monotonic() > deadline:
            raise OutcomeInDoubt("the answer is too long or too slow")
    return content


_UNSENDABLE: Final = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)
_NOT_CONNECTED: Final = (NewConnectionError, NameResolutionError, ConnectTimeoutError)


def _as_link_error(failed: requests.RequestException) -> LinkError:
    """Only a connection that was never made proves that nothing was sent."""
    if isinstance(failed, _UNSENDABLE):
        return LinkRefused("the address of the terminal is not an address")
    cause = failed.args[0] if failed.args else None
    if isinstance(getattr(cause, "reason", cause), _NOT_CONNECTED):
        return NothingSent("the terminal cannot be reached")
    return OutcomeInDoubt(f"no answer from the terminal: {type(failed).__name__}")


def _reads_as_refusal(content: bytes) -> bool:
    """A terminal refuses a signature in JSON; a 401 of something else on the way says nothing."""
    try:
        return bool(_object(content).get("error") == "SIGNATURE")
    except OutcomeInDoubt:
        return False


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        raise OutcomeInDoubt("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise OutcomeInDoubt("the answer is not a JSON object")
    return answer


def _check_echo(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    for name in ("nonce", "reference", "amount", "currency"):
        if name in asked and answer.get(name) != asked[name]:
            raise OutcomeInDoubt(f"the answer is for another {name}")


def _state(answer: Mapping[str, Any]) -> State:
    try:
        state = State(answer.get("state", ""))
    except ValueError:
        raise OutcomeInDoubt("the answer has a state that is not known") from None
    if state is State.UNAVAILABLE:
        raise NothingSent(str(answer.get("note") or "the terminal is not able to act now"))
    return state


_TEXTS: Final = ("code", "rrn", "card", "authorisation", "trace", "batch", "terminal", "merchant", "note")


def _answer(state: State, answer: Mapping[str, Any]) -> TerminalAnswer:
    texts = {name: str(answer.get(name, "")) for name in _TEXTS}
    return TerminalAnswer(state=state, settlement_date=_day(answer.get("settlement_date")), **texts)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        raise OutcomeInDoubt("the answer has a date that is none") from None


def _batch(answer: Mapping[str, Any]) -> SettledBatch:
    sums = [answer.get(name) for name in ("debit", "debit_count", "credit", "credit_count")]
    balanced = answer.get("balanced")
    if not all(type(value) is int for value in sums) or not isinstance(balanced, bool):
        raise OutcomeInDoubt("the answer has no totals")
    debit, debit_count, credit, credit_count = (int(value or 0) for value in sums)
    return SettledBatch(str(answer.get("batch", "")), debit, debit_count, credit, credit_count, balanced)
