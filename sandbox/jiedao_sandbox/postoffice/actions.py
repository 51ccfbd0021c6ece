"""The post office's actions: from a decoded request to an answer. Reads and checks fields; the rules are elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from jiedao_sandbox.books import Row
from jiedao_sandbox.httpd import Body, Refused
from jiedao_sandbox.postoffice.cards import find_card
from jiedao_sandbox.postoffice.claims import Claim, ClaimsBook, Conflict, Line

STREET: Final = "_street"
"""Where the service puts the key that signed, which is the street; no field of the wire begins with "_"."""
MAXIMUM_LINES: Final = 20_000


class Actions:
    """What the post office does for the streets under contract."""

    def __init__(self, book: ClaimsBook) -> None:
        self._book = book

    def terms(self, _: Body) -> Body:
        """What the contract says; changes nothing."""
        return {"status": "OK", "issuer": "中国邮政（模拟）", "currency": "CNY", "maximum_lines": MAXIMUM_LINES}

    def card(self, body: Body) -> Body:
        """Whose card it is."""
        number = _text(body, "card")
        card = find_card(number)
        if isinstance(card, str):
            return {"card": number, **_no(card)}
        return {
            "status": "FOUND",
            "card": number,
            "member": card.member,
            "holder": card.holder,
            "active": card.active,
        }

    def claim(self, body: Body) -> Body:
        """Book a statement; the same claim number is answered the same and paid once."""
        if body.get("currency") != "CNY":
            raise _malformed("currency must be CNY")
        asked = Claim(_text(body, STREET), _text(body, "claim"), _fen(body, "total"), _lines(body))
        try:
            return _answer(self._book.submit(asked))
        except Conflict:
            used = {"error": "CLAIM_NUMBER_USED", "says": "the claim number stands for another statement"}
            raise Refused(409, used) from None

    def claim_status(self, body: Body) -> Body:
        """What became of a claim."""
        number = _text(body, "claim")
        found = self._book.find(_text(body, STREET), number)
        return _answer(found) if found else {"status": "NOT_FOUND", "claim": number}

    def settle(self, body: Body) -> Body:
        """Control face: decide pending claims and pay accepted ones now, all or of one `claim`."""
        return {"settled": self._book.settle(str(body.get("claim", "")))}


def distort(answer: Body) -> Body:
    """The answer as if two streets' claims, or two persons' cards, had been mixed up."""
    wrong = {"claim": "X", "card": "6210", "total": 1}
    return {name: value + wrong[name] if name in wrong else value for name, value in answer.items()}


def _answer(row: Row) -> Body:
    echo = {"claim": row["claim"], "total": row["total"]}
    if row["status"] == "REFUSED":
        return {**echo, **_no(row["code"])}
    return {**echo, "status": row["status"], "reference": row["reference"], "paid": row["paid"]}


def _lines(body: Body) -> tuple[Line, ...]:
    given = body.get("lines")
    if not isinstance(given, list) or len(given) > MAXIMUM_LINES:
        raise _malformed(f"lines must be a list of at most {MAXIMUM_LINES}")
    return tuple(_line(one) for one in given)


def _line(one: object) -> Line:
    if not isinstance(one, dict):
        raise _malformed("a line must be an object")
    # A redemption that was undone stands in a statement with a negative amount; only the total must be positive.
    return Line(
        _text(one, "redemption"), _text(one, "member"), _text(one, "category"), _change(one, "amount"), _day(one)
    )


def _day(one: Mapping[str, object]) -> str:
    words = _text(one, "redeemed_on")
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise _malformed("redeemed_on must be a date") from None


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise _malformed(f"{name} must be a text")
    return value


def _fen(body: Mapping[str, object], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise _malformed(f"{name} must be a positive whole number of fen")
    return value


def _change(body: Mapping[str, object], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value == 0:
        raise _malformed(f"{name} must be a whole number of fen other than zero")
    return value


def _no(code: str) -> Body:
    zh, en = _REASONS[code]
    return {"status": "REFUSED", "code": code, "message": {"zh": zh, "en": en}}


def _malformed(says: str) -> Refused:
    return Refused(400, {"error": "MALFORMED", "says": says})


_REASONS: Final = {
    "UNKNOWN_CARD": ("没有这张积分卡", "There is no such points card"),
    "CARD_LOST": ("积分卡已挂失", "The points card was reported lost"),
    "CARD_BLOCKED": ("积分卡已停用", "The points card is blocked"),
    "NO_LINES": ("兑付单没有明细", "The claim has no lines"),
    "WRONG_SUM": ("兑付单合计与明细不符", "The total is not the sum of the lines"),
    "UNKNOWN_MEMBER": ("兑付单中有不存在的会员", "A member in the claim is not known"),
    "CLAIMED_BEFORE": ("兑付单中有已申请过的兑换", "A redemption in the claim was claimed before"),
    "REFUSED_BY_POST_OFFICE": ("邮局拒绝了兑付单", "The post office refused the claim"),
}
