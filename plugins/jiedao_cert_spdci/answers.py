"""The registry's answers in the words of the contract. Pure; what does not fit raises `NotUnderstood`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from jiedao.hookspecs.certification import (
    Beneficiary,
    Benefit,
    Finding,
    HistoryRequest,
    LookupOutcome,
    LookupRequest,
    Record,
    Route,
    Standing,
    SubmitAnswer,
    SubmitQuery,
    Verdict,
)
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text
from jiedao_cert_spdci.questions import BENEFICIARY, CERTIFICATION, reference

Word = TypeVar("Word", bound=StrEnum)
Kind = TypeVar("Kind")
Object = Mapping[str, Any]


class NotUnderstood(Exception):
    """The answer is not one of the protocol, or not one to what was asked."""


def acknowledged(answer: Object) -> Pending:
    """That the registry took our submission and will judge it. NACK says that it will not tell: that is not enough."""
    message = _object(answer, "message")
    status = _text(message, "ack_status")
    if status != "ACK":
        raise NotUnderstood(f"the registry acknowledges with {status[:16]!r}")
    return Pending(_text(message, "correlation_id"))


def looked_up(answer: Object, transaction: str, asked: LookupRequest) -> LookupOutcome:
    """The person, or that the registry does not know them."""
    (records,) = found(answer, transaction, [asked.number], BENEFICIARY)
    if not records:
        return Declined(_UNKNOWN_PERSON, "not found")
    person = beneficiary(records, asked.number)
    wanted = tuple(one for one in person.benefits if one.kind in asked.kinds or not asked.kinds)
    return Succeeded(replace(person, benefits=wanted))


def found(answer: Object, transaction: str, numbers: Sequence[str], record: str) -> list[list[Object]]:
    """The records of a look-up for each number, in the order of the numbers; every one is of its person."""
    _expect(_object(answer, "header"), action="on-search")
    message = _object(answer, "message")
    _expect(message, transaction_id=transaction)
    given = {_text(one, "reference_id"): one for one in _objects(message, "search_response")}
    wanted = [reference(transaction, place) for place in range(len(numbers))]
    if set(given) != set(wanted):
        raise NotUnderstood("the registry answers other requests than ours")
    return [_records(given[name], number, record) for name, number in zip(wanted, numbers, strict=True)]


def beneficiary(records: Sequence[Object], number: str) -> Beneficiary:
    """The one person found under a number."""
    if len(records) != 1:
        raise NotUnderstood("the registry has several people of one number")
    (record,) = records
    region = _optional(record, "region")
    return Beneficiary(
        number=number,
        name=_text(record, "name"),
        benefits=tuple(_benefit(one, region) for one in _objects(record, "benefits")),
        classes=tuple(_texts(record, "classes")),
        deceased=_date(record, "death_date") is not None,
    )


def standing(found: Sequence[Sequence[Object]], numbers: Sequence[str], kind: str) -> tuple[Beneficiary, ...]:
    """How people stand with one kind; whom the registry does not know is left out."""
    people = [beneficiary(records, number) for records, number in zip(found, numbers, strict=True) if records]
    return tuple(replace(one, benefits=tuple(b for b in one.benefits if b.kind == kind)) for one in people)


def recorded(answer: Object, transaction: str, asked: HistoryRequest) -> tuple[Record, ...]:
    """Earlier certifications of the kind, newest first."""
    (records,) = found(answer, transaction, [asked.number], CERTIFICATION)
    for one in records:
        _expect(one, kind=asked.kind)
    return tuple(sorted(map(_record, records), key=lambda one: one.on or date.min, reverse=True))


def queried(answer: Object, question: str, asked: SubmitQuery) -> SubmitAnswer:
    """What became of our submission: the status of the transaction that bears our operation's name."""
    _expect(_object(answer, "header"), action="txn-on-status")
    message = _object(answer, "message")
    _expect(message, transaction_id=question)
    told = _object(message, "txnstatus_response")
    _expect(told, txn_type="on-certify")
    status = _object(told, "txn_status")
    _expect(status, transaction_id=asked.operation)
    results = _objects(status, "certify_response")
    if not results:
        return NotFound()
    if len(results) != 1:
        raise NotUnderstood("the registry has several results of one submission")
    return _result(results[0], _text(status, "correlation_id"), asked)


def _result(result: Object, correlation: str, asked: SubmitQuery) -> SubmitAnswer:
    _expect(result, reference_id=asked.operation)
    status = _text(result, "status")
    if status == "rjct":
        return _rejected(result)
    data = _object(result, "data")
    _expect(data, identifier_value=asked.number, kind=asked.kind, on=asked.on.isoformat())
    if status in ("rcvd", "pdng"):
        return Pending(correlation)
    if status != "succ":
        raise NotUnderstood(f"the registry's result has status {status[:16]!r}")
    return Succeeded(_verdict(data))


def _rejected(result: Object) -> Declined:
    """The request was not taken. `duplicate` is none of the reasons: it says that an earlier one was."""
    code = _text(result, "status_reason_code")
    if code not in _REJECTIONS:
        raise NotUnderstood(f"the registry rejects with {code[:40]!r}, which we do not know")
    return Declined(_REJECTED, code)


def _verdict(data: Object) -> Verdict:
    words = _optional(data, "reason")
    return Verdict(
        finding=_known(Finding, data, "finding"),
        reference=_text(data, "reference"),
        valid_to=_date(data, "valid_to"),
        reason=Text(words, words) if words else None,
        retryable=data.get("retryable") is True,
        region=_optional(data, "region"),
        needs=frozenset(_texts(data, "needs")),
        also=frozenset(_texts(data, "also")),
    )


def _records(one: Object, number: str, record: str) -> list[Object]:
    _expect(one, status="succ")
    data = _object(one, "data")
    _expect(data, reg_record_type=record)
    records = _objects(data, "reg_records")
    for found in records:
        if number not in numbers_of(found):
            raise NotUnderstood("the registry's answer is about another person")
    return records


def numbers_of(record: Object) -> list[str]:
    """The identifiers of a record."""
    return [_text(one, "identifier_value") for one in _objects(record, "identifier")]


def _benefit(one: Object, region: str) -> Benefit:
    return Benefit(
        kind=_text(one, "kind"),
        standing=_read(Standing, _text(one, "standing")) or Standing.UNKNOWN,
        certified_on=_date(one, "certified_on"),
        valid_to=_date(one, "valid_to"),
        route=_read(Route, _optional(one, "route")),
        region=region,
        reason=_optional(one, "reason"),
    )


def _record(one: Object) -> Record:
    return Record(
        reference=_text(one, "reference"),
        on=_date(one, "on"),
        route=_read(Route, _optional(one, "route")),
        finding=_known(Finding, one, "finding"),
        valid_to=_date(one, "valid_to"),
        place=_optional(one, "place"),
    )


def _expect(value: Object, **expected: str) -> None:
    for name, words in expected.items():
        if value.get(name) != words:
            raise NotUnderstood(f"the registry's answer has another {name}")


def _object(value: Object, name: str) -> Object:
    return _is(dict, value.get(name), name)


def _objects(value: Object, name: str) -> list[Object]:
    return [_is(dict, one, name) for one in _is(list, value.get(name), name)]


def _texts(value: Object, name: str) -> list[str]:
    return [_is(str, one, name) for one in _is(list, value.get(name, []), name)]


def _text(value: Object, name: str) -> str:
    found = _is(str, value.get(name), name)
    if not found:
        raise NotUnderstood(f"the registry's answer has an empty {name}")
    return found


def _optional(value: Object, name: str) -> str:
    return _is(str, value.get(name) or "", name)


def _date(value: Object, name: str) -> date | None:
    words = _optional(value, name)
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise NotUnderstood(f"the registry's answer has a {name} that is no date") from None


def _known(kind: type[Word], value: Object, name: str) -> Word:
    found = _read(kind, _text(value, name))
    if found is None:
        raise NotUnderstood(f"the registry's answer has a {name} that we do not know")
    return found


def _read(kind: type[Word], words: str) -> Word | None:
    """A value of an enumeration whose words the registry shares with the contract."""
    return next((one for one in kind if one.value == words), None)


def _is(kind: type[Kind], value: object, name: str) -> Kind:
    if not isinstance(value, kind):
        raise NotUnderstood(f"the registry's answer has no {name}, or one of another kind")
    return value


_UNKNOWN_PERSON: Final = Text(zh="社保机构查无此人", en="The bureau does not know this person")
_REJECTED: Final = Text(zh="社保机构没有接受这次认证", en="The bureau did not take this certification")
_REJECTIONS: Final = frozenset({"rjct.reference_id.invalid", "rjct.timestamp.invalid", "rjct.certificate.invalid"})
