"""The hub's answers in the words of the contract. Pure; what does not fit raises `NotUnderstood`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from jiedao.hookspecs.biller import (
    Acknowledgement,
    AmountRule,
    Bill,
    Biller,
    BillerAnswer,
    BillerOutcome,
    Catalogue,
    FetchOutcome,
    FetchRule,
    InputRule,
    ValidateOutcome,
)
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text
from jiedao_connectors.http import Answer

Kind = TypeVar("Kind")


class NotUnderstood(Exception):
    """The answer is not one of the protocol, or not one to what was asked."""


def catalogue(answer: Answer) -> Catalogue:
    """The billers of the action `billers`."""
    return tuple(_biller(_is(dict, one, "biller")) for one in _list(answer, "billers"))


def fetched(answer: Answer, asked: Mapping[str, Any]) -> FetchOutcome:
    """The bills of `fetch`, or that the customer is not known; only if it repeats who was `asked` for."""
    _check_echo(answer, asked)
    if _status(answer) == "DECLINED":
        return _declined(answer)
    _expect(answer, "SUCCESS")
    return Succeeded(tuple(_bill(_is(dict, one, "bill"), asked["biller"]) for one in _list(answer, "bills")))


def validated(answer: Answer, asked: Mapping[str, Any]) -> ValidateOutcome:
    """The answer of `validate`, only if it repeats all that was `asked`."""
    _check_echo(answer, asked)
    if _status(answer) == "DECLINED":
        return _declined(answer)
    _expect(answer, "SUCCESS")
    return Succeeded(None)


def paid(answer: Answer, asked: Mapping[str, Any]) -> BillerOutcome:
    """The answer of `pay`, only if it repeats all that was `asked`."""
    _check_echo(answer, asked)
    status = _status(answer)
    if status == "DECLINED":
        return _declined(answer)
    if status == "PENDING":
        return Pending(_text(answer, "hub_reference"))
    _expect(answer, "SUCCESS")
    return Succeeded(_acknowledgement(answer))


def queried(answer: Answer, asked: Mapping[str, Any]) -> BillerAnswer:
    """The answer of `query`: as of `pay`, or that the reference is not known."""
    if _status(answer) == "NOT_FOUND":
        _check_echo(answer, {"reference": asked["reference"]})
        return NotFound()
    return paid(answer, asked)


def cancelled(answer: Answer, asked: Mapping[str, Any]) -> BillerOutcome:
    """The answer of `cancel`, only if it repeats all that was `asked`."""
    _check_echo(answer, asked)
    if _status(answer) == "DECLINED":
        return _declined(answer)
    _expect(answer, "SUCCESS")
    return Succeeded(Acknowledgement(_text(answer, "hub_reference")))


def _check_echo(answer: Answer, asked: Mapping[str, Any]) -> None:
    for name, value in asked.items():
        # The type counts too: 1 and true are equal in Python.
        if type(answer.get(name)) is not type(value) or answer[name] != value:
            raise NotUnderstood(f"the hub's answer is about another {name}")


def _status(answer: Answer) -> str:
    return _text(answer, "status")


def _expect(answer: Answer, status: str) -> None:
    if _status(answer) != status:
        raise NotUnderstood(f"the hub answered with status {_status(answer)[:40]!r}")


def _declined(answer: Answer) -> Declined:
    return Declined(_said(answer.get("message")), _text(answer, "code"))


def _said(message: object) -> Text:
    """The hub's reason; a refusal without words is a refusal all the same."""
    try:
        return _words(message)
    except NotUnderstood:
        return _REFUSED


def _acknowledgement(answer: Answer) -> Acknowledgement:
    printed = _is(dict, answer.get("printed", {}), "printed")
    times = _is(int, answer.get("bookings", 1), "bookings")
    return Acknowledgement(
        reference=_text(answer, "hub_reference"),
        note=f"booked {times} times" if times > 1 else "",
        printed={str(name): _is(str, value, "printed") for name, value in printed.items()},
    )


def _biller(one: Answer) -> Biller:
    return Biller(
        code=_text(one, "code"),
        name=_words(one.get("name")),
        category=_text(one, "category"),
        inputs=tuple(_input(_is(dict, rule, "customer_params")) for rule in _list(one, "customer_params")),
        fetch=_rule(_FETCH, one, "fetch_requirement"),
        amount=_rule(_AMOUNT, one, "payment_exactness"),
        minimum=_fen(one, "minimum"),
        maximum=_fen(one, "maximum"),
    )


def _input(rule: Answer) -> InputRule:
    pattern = _text(rule, "regex")
    try:
        re.compile(pattern)
    except re.error:
        raise NotUnderstood("the hub's pattern for an account is not a regular expression") from None
    return InputRule(_text(rule, "name"), _words(rule.get("label")), pattern, _text(rule, "example"))


def _bill(one: Answer, biller: str) -> Bill:
    return Bill(
        biller=biller,
        id=_text(one, "id"),
        account=_text(one, "account"),
        customer=_text(one, "customer"),
        amount=_fen(one, "amount"),
        period=_text(one, "period"),
        due=_date(_text(one, "due")),
    )


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = _is(str, answer.get(name), name)
    if not value:
        raise NotUnderstood(f"the hub's answer has an empty {name}")
    return value


def _fen(answer: Mapping[str, Any], name: str) -> int:
    value = _is(int, answer.get(name), name)
    if isinstance(value, bool) or value <= 0:
        raise NotUnderstood(f"the hub's answer has a {name} that is no amount")
    return value


def _list(answer: Mapping[str, Any], name: str) -> list[Any]:
    return _is(list, answer.get(name), name)


def _date(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise NotUnderstood("the hub's answer has a date that is none") from None


def _words(value: object) -> Text:
    sentence = _is(dict, value, "wording")
    return Text(zh=_text(sentence, "zh"), en=_text(sentence, "en"))


def _is(kind: type[Kind], value: object, name: str) -> Kind:
    if not isinstance(value, kind):
        raise NotUnderstood(f"the hub's answer has no {name}, or one of another kind")
    return value


def _rule(known: Mapping[str, Kind], one: Answer, name: str) -> Kind:
    rule = known.get(_text(one, name))
    if rule is None:
        raise NotUnderstood(f"the hub's answer has an unknown {name}")
    return rule


_FETCH: Final = {
    "MANDATORY": FetchRule.MANDATORY,
    "OPTIONAL": FetchRule.OPTIONAL,
    "NOT_SUPPORTED": FetchRule.NONE,
}
_AMOUNT: Final = {
    "EXACT": AmountRule.EXACT,
    "EXACT_AND_BELOW": AmountRule.PART,
    "EXACT_AND_ABOVE": AmountRule.OVER,
    "ANY": AmountRule.ANY,
}
_REFUSED: Final = Text(zh="收费单位拒绝了这笔缴费", en="The biller refused")
