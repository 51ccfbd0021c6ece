"""The front's payloads in the words of the contract. Pure; what does not fit raises `NotUnderstood`.

Whose a record is, only the operator's note (AAE013) tells. A record of the same person, kind and day whose note begins
with another word is somebody else's: it says nothing of our act. One without a note, or with the beginning of our
reference only, may be ours or not, so nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from jiedao.hookspecs.certification import (
    BatchOutcome,
    BatchRequest,
    Beneficiary,
    Benefit,
    Finding,
    HistoryOutcome,
    HistoryRequest,
    LookupOutcome,
    LookupRequest,
    Record,
    Route,
    Standing,
    SubmitAnswer,
    SubmitOutcome,
    SubmitQuery,
    SubmitRequest,
    Verdict,
)
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text
from jiedao_cert_tunnel.questions import compact
from jiedao_connectors.cert_tunnel import CODE, METHODS, Message

Fields = Mapping[str, str]
OK: Final = "200"
PENDING_OR_ALREADY: Final = "201"


class NotUnderstood(Exception):
    """The payload is not one of the protocol, or not one to what was asked."""


def code_of(answer: Message) -> str:
    """The front's result code, one that we know."""
    return _code(answer.fields)


def looked_up(answer: Message, asked: LookupRequest) -> LookupOutcome:
    """The person, or that the bureau does not know them."""
    _check_echo(answer.fields, AAC002=asked.number)
    code = code_of(answer)
    if code in _REFUSALS:
        return Declined(_REFUSALS[code][1], code)
    _expect_ok(code)
    benefits = [_benefit(row, answer.fields) for row in answer.rows]
    wanted = tuple(one for one in benefits if one.kind in asked.kinds or not asked.kinds)
    return Succeeded(Beneficiary(asked.number, _text(answer.fields, "AAC003"), wanted))


def is_ambiguous(answer: Message, asked: SubmitRequest) -> bool:
    """Whether the front took our submission with 201, of which `pending_or_already` makes sense."""
    _check_echo(answer.fields, AAC002=asked.number, AAE140=asked.kind, AAE036=compact(asked.on))
    return code_of(answer) == PENDING_OR_ALREADY


def submitted(answer: Message, asked: SubmitRequest) -> SubmitOutcome:
    """What `certify` came to, unless it `is_ambiguous`.

    Code 200 with the certified date is certified. Without it the front has taken the pictures and no more.
    """
    _check_echo(answer.fields, AAC002=asked.number, AAE140=asked.kind, AAE036=compact(asked.on))
    code = code_of(answer)
    if code in _REFUSALS:
        return Succeeded(_refused(code))
    _expect_ok(code)
    certified = _day(answer.fields, "AAE047")
    if certified is None:
        return Pending()
    if certified != asked.on:
        raise NotUnderstood("the bureau certified another day")
    return Succeeded(Verdict(Finding.CERTIFIED, valid_to=_day(answer.fields, "AAE278")))


def pending_or_already(answer: Message, history: Message, asked: SubmitRequest) -> SubmitOutcome:
    """What 201 in `answer` to `certify` means, by the bureau's own records: ours, or a certification that is valid.

    One that was recorded for another kind of benefit may cover this one as well: no record of this kind shows it, only
    the date in the answer until which the bureau holds it valid. Where there is neither, 201 stays without meaning.
    """
    rows = _records(history, asked.number, asked.kind)
    ours = [row for row in rows if _is_ours(row, asked.operation) and _text(row, "AAE036") == compact(asked.on)]
    if ours:
        return _state(ours)
    valid = [row for row in rows if _is_valid_on(row, asked.on)]
    if valid:
        return Succeeded(Verdict(Finding.NOT_DUE, valid_to=max(until for row in valid if (until := _until(row)))))
    until = _until(answer.fields)
    if until is not None and until >= asked.on:
        return Succeeded(Verdict(Finding.NOT_DUE, valid_to=until))
    raise NotUnderstood("the bureau says pending or already certified, and its records show neither")


def queried(answer: Message, asked: SubmitQuery) -> SubmitAnswer:
    """What became of our submission, by the records of its day."""
    _check_echo(answer.fields, AAC002=asked.number, AAE140=asked.kind, AAE036=compact(asked.on))
    if code_of(answer) in ("302", "303"):
        return NotFound()
    rows = _records(answer, asked.number, asked.kind)
    for row in rows:
        _check_echo(row, AAE036=compact(asked.on))
    ours = [row for row in rows if _is_ours(row, asked.operation)]
    if ours:
        return _state(ours)
    if any(asked.operation.startswith(row.get("AAE013", "")) for row in rows):
        raise NotUnderstood("the bureau has a record of that day, and does not say whose")
    return NotFound()


def standing(answer: Message, asked: BatchRequest) -> BatchOutcome:
    """How people stand. Every person asked for must be answered, and nobody else."""
    _check_echo(answer.fields, AAE140=asked.kind)
    _expect_ok(code_of(answer))
    answered = {_text(row, "AAC002"): row for row in answer.rows}
    if set(answered) != {one.number for one in asked.people}:
        raise NotUnderstood("the bureau answers for other people than asked")
    found = [_standing(number, row, answer.fields) for number, row in answered.items()]
    return Succeeded(tuple(one for one in found if one is not None))


def recorded(answer: Message, asked: HistoryRequest) -> HistoryOutcome:
    """What the bureau judged, newest first. What it has not judged yet is left out."""
    _check_echo(answer.fields, AAC002=asked.number, AAE140=asked.kind)
    code = code_of(answer)
    if code in _REFUSALS:
        return Declined(_REFUSALS[code][1], code)
    rows = [row for row in _records(answer, asked.number, asked.kind) if _code(row) != PENDING_OR_ALREADY]
    return Succeeded(tuple(sorted(map(_record, rows), key=lambda one: one.on or date.min, reverse=True)))


def _records(answer: Message, number: str, kind: str) -> tuple[Fields, ...]:
    """The rows of an answer that is good, each about the person and kind."""
    _check_echo(answer.fields, AAC002=number, AAE140=kind)
    _expect_ok(code_of(answer))
    for row in answer.rows:
        _check_echo(row, AAC002=number, AAE140=kind)
    return answer.rows


def _state(ours: list[Fields]) -> Succeeded[Verdict] | Pending:
    """Of several records of ours, one that certifies counts before one that waits, and that before a refusal."""
    row = min(ours, key=lambda one: (_code(one), not one.get("AAE047")))
    code = _code(row)
    if code == PENDING_OR_ALREADY or (code == OK and not row.get("AAE047")):
        return Pending()
    if code in _REFUSALS:
        return Succeeded(_refused(code))
    return Succeeded(Verdict(Finding.CERTIFIED, valid_to=_until(row)))


def _is_ours(row: Fields, operation: str) -> bool:
    note = row.get("AAE013", "")
    return note == operation or note.startswith(f"{operation} ")


def _is_valid_on(row: Fields, on: date) -> bool:
    certified, until = _day(row, "AAE047"), _until(row)
    return _code(row) == OK and certified is not None and until is not None and certified <= on <= until


def _until(row: Fields) -> date | None:
    return _day(row, "AAE278")


def _refused(code: str) -> Verdict:
    finding, reason = _REFUSALS[code]
    needs = frozenset({"photo"}) if finding is Finding.NEEDS_COUNTER else frozenset[str]()
    return Verdict(finding, reason=reason, retryable=finding is Finding.REJECTED, needs=needs)


def _benefit(row: Fields, head: Fields) -> Benefit:
    return Benefit(
        kind=_text(row, "AAE140"),
        standing=_standing_of(row, _day(head, "AAE036")),
        certified_on=_day(row, "AAE047"),
        valid_to=_until(row),
        route=_route(row),
        reason=row.get("AAE013", ""),
    )


def _standing_of(row: Fields, as_of: date | None) -> Standing:
    """From the payment (AAE116), and the last certification by the bureau's own date; it does not say more."""
    paid, until = row.get("AAE116", ""), _until(row)
    if paid != _PAID:
        return _STANDINGS.get(paid, Standing.UNKNOWN)
    if until is None or as_of is None:
        return Standing.UNKNOWN
    return Standing.NOT_DUE if until >= as_of else Standing.DUE


def _standing(number: str, row: Fields, head: Fields) -> Beneficiary | None:
    code = _code(row)
    if code in _UNKNOWN_PERSON:
        return None
    if code == "304":
        return Beneficiary(number, _text(row, "AAC003"), ())
    _expect_ok(code)
    _check_echo(row, AAE140=_text(head, "AAE140"))
    return Beneficiary(number, _text(row, "AAC003"), (_benefit(row, head),))


def _record(row: Fields) -> Record:
    code, on = _code(row), _day(row, "AAE047") or _day(row, "AAE036")
    if on is None:
        raise NotUnderstood("the bureau has a record without a day")
    finding = _REFUSALS[code][0] if code in _REFUSALS else Finding.CERTIFIED
    return Record("", on, _route(row), finding, _until(row), row.get("CBDID", ""))


def _route(row: Fields) -> Route | None:
    known = METHODS.get(row.get("AAE279", ""))
    return Route(known) if known else None


def _check_echo(fields: Fields, **expected: str) -> None:
    for name, value in expected.items():
        if fields.get(name) != value:
            raise NotUnderstood(f"the bureau's answer is about another {name}")


def _expect_ok(code: str) -> None:
    if code != OK:
        raise NotUnderstood(f"the bureau answers with {code}, which makes no sense here")


def _code(fields: Fields) -> str:
    code = _text(fields, CODE)
    if code not in _CODES:
        raise NotUnderstood(f"the bureau answers with {code[:16]!r}, which we do not know")
    return code


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    if not value:
        raise NotUnderstood(f"the bureau's answer has no {name}")
    return value


def _day(fields: Fields, name: str) -> date | None:
    words = fields.get(name, "")
    if not words:
        return None
    try:
        if len(words) != 8:
            raise ValueError
        return datetime.strptime(words, "%Y%m%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        raise NotUnderstood(f"the bureau's answer has an {name} that is no day") from None


_REFUSALS: Final = {
    "301": (Finding.REJECTED, Text(zh="身份信息或照片与社保登记不一致", en="Name, number or photo do not match")),
    "302": (Finding.NOT_FOUND, Text(zh="未在该社保机构登记", en="Not registered with this bureau")),
    "303": (Finding.NOT_FOUND, Text(zh="社保机构查无此人", en="The bureau does not know this person")),
    "304": (Finding.NOT_ELIGIBLE, Text(zh="不属于需要认证的人员", en="Not of a class that is certified")),
    "306": (Finding.NEEDS_COUNTER, Text(zh="需到服务点现场拍照", en="A photo has to be taken at a service point")),
}
_CODES: Final = frozenset({OK, PENDING_OR_ALREADY, *_REFUSALS})
_UNKNOWN_PERSON: Final = frozenset({"301", "302", "303"})
_PAID: Final = "1"
_STANDINGS: Final = {"2": Standing.SUSPENDED, "3": Standing.ENDED}
