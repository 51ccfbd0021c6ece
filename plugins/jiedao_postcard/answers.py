"""The post office's answers in the words of the contract. Pure; what does not fit raises `NotUnderstood`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.points import CardHolder, CardOutcome, ClaimAnswer, ClaimOutcome, ClaimReceipt
from jiedao.language import Text
from jiedao_connectors.http import Answer

Kind = TypeVar("Kind")


class NotUnderstood(Exception):
    """The answer is not one of the protocol, or not one to what was asked."""


def issuer(answer: Answer) -> str:
    """Who answers, from `terms`."""
    _expect(answer, "OK")
    if _text(answer, "currency") != "CNY":
        raise NotUnderstood("the post office does not pay in CNY")
    return _text(answer, "issuer")


def holder(answer: Answer, card: str) -> CardOutcome:
    """The answer of `card`, only if it is about the card that was asked for."""
    _check_echo(answer, {"card": card})
    if _text(answer, "status") == "REFUSED":
        return _declined(answer)
    _expect(answer, "FOUND")
    active = _is(bool, answer.get("active"), "active")
    return Succeeded(CardHolder(card, _text(answer, "member"), _text(answer, "holder"), active))


def claimed(answer: Answer, asked: Mapping[str, Any]) -> ClaimOutcome:
    """The answer of `claim`, only if it repeats `claim` and `total` as `asked`."""
    _check_echo(answer, asked)
    status = _text(answer, "status")
    if status == "REFUSED":
        return _declined(answer)
    if status == "PENDING":
        return Pending(_text(answer, "reference"))
    _expect(answer, "ACCEPTED")
    return Succeeded(ClaimReceipt(_text(answer, "reference"), asked["total"]))


def queried(answer: Answer, asked: Mapping[str, Any]) -> ClaimAnswer:
    """The answer of `claim-status`: as of `claim`, or that the claim is not known."""
    if _text(answer, "status") == "NOT_FOUND":
        _check_echo(answer, {"claim": asked["claim"]})
        return NotFound()
    return claimed(answer, asked)


def _check_echo(answer: Answer, asked: Mapping[str, Any]) -> None:
    for name, value in asked.items():
        # The type counts too: 1 and true are equal in Python.
        if type(answer.get(name)) is not type(value) or answer[name] != value:
            raise NotUnderstood(f"the post office's answer is about another {name}")


def _expect(answer: Answer, status: str) -> None:
    if _text(answer, "status") != status:
        raise NotUnderstood(f"the post office answered with status {_text(answer, 'status')[:40]!r}")


def _declined(answer: Answer) -> Declined:
    return Declined(_said(answer.get("message")), _text(answer, "code"))


def _said(message: object) -> Text:
    """Their reason; a refusal without words is a refusal all the same."""
    try:
        sentence = _is(dict, message, "message")
        return Text(zh=_text(sentence, "zh"), en=_text(sentence, "en"))
    except NotUnderstood:
        return _REFUSED


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = _is(str, answer.get(name), name)
    if not value:
        raise NotUnderstood(f"the post office's answer has an empty {name}")
    return value


def _is(kind: type[Kind], value: object, name: str) -> Kind:
    if not isinstance(value, kind):
        raise NotUnderstood(f"the post office's answer has no {name}, or one of another kind")
    return value


_REFUSED: Final = Text(zh="邮局拒绝了请求", en="The post office refused")
