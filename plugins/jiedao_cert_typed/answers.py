"""The bureau's typed answers in the words of the contract. Pure; what does not fit raises `NotUnderstood`.

An answer repeats what was asked, and holds exactly one of: what was asked for, FWI (Fout, Waarschuwing, Informatie:
error, warning, information), or NietsGevonden (nothing found).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from jiedao.hookspecs.certification import (
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
from jiedao_cert_typed.dates import compact, day, is_partial

Value = TypeVar("Value")
Values = Mapping[str, Any]

NOTHING: Final = "NietsGevonden"
REMARKS: Final = "FWI"


class NotUnderstood(Exception):
    """The answer is not one of the interface, or not one to what was asked."""


def is_answer(answer: Any, number: str) -> bool:
    """Whether it is any answer about the person."""
    _check_echo(answer, PersonNumber=number)
    return bool(_one_of(answer, "Person"))


def looked_up(answer: Any, asked: LookupRequest) -> LookupOutcome:
    """The person, or that the bureau does not know them."""
    _check_echo(answer, PersonNumber=asked.number)
    name, value = _one_of(answer, "Person")
    if name == NOTHING:
        return Declined(_UNKNOWN_PERSON, NOTHING)
    if name == REMARKS:
        raise NotUnderstood(f"the bureau has nothing but remarks: {', '.join(_codes(value))}")
    benefits = [_benefit(one) for one in _list(value, "Benefit")]
    return Succeeded(
        Beneficiary(
            number=asked.number,
            name=_text(value, "Name"),
            benefits=tuple(one for one in benefits if one.kind in asked.kinds or not asked.kinds),
            classes=tuple(map(str, _list(value, "Class"))),
            # Any date of death is one, whichever parts of it are known.
            deceased=bool(value.get("DateOfDeath")),
        )
    )


def submitted(answer: Any, asked: SubmitRequest) -> SubmitOutcome:
    """The bureau's judgement, that it will judge, or that it did not take the submission."""
    _check_act(answer, asked)
    name, value = _one_of(answer, "Certification")
    if name == NOTHING:
        return Succeeded(Verdict(Finding.NOT_FOUND, reason=_UNKNOWN_PERSON))
    if name == REMARKS:
        return _refused(value)
    return _judged(value)


def queried(answer: Any, asked: SubmitQuery) -> SubmitAnswer:
    """What became of our submission."""
    _check_act(answer, asked)
    name, value = _one_of(answer, "Certification")
    if name == NOTHING:
        return NotFound()
    if name == REMARKS:
        raise NotUnderstood(f"the bureau has nothing but remarks: {', '.join(_codes(value))}")
    return _judged(value)


def recorded(answer: Any, asked: HistoryRequest) -> HistoryOutcome:
    """Earlier certifications, newest first."""
    _check_echo(answer, PersonNumber=asked.number, Kind=asked.kind)
    name, value = _one_of(answer, "History")
    if name == NOTHING:
        return Succeeded(())
    if name == REMARKS:
        raise NotUnderstood(f"the bureau has nothing but remarks: {', '.join(_codes(value))}")
    records = [_record(one) for one in _list(value, "Entry")]
    return Succeeded(tuple(sorted(records, key=lambda one: one.on or date.min, reverse=True)))


def _check_act(answer: Any, asked: SubmitRequest | SubmitQuery) -> None:
    on = compact(asked.on)
    _check_echo(answer, Reference=asked.operation, PersonNumber=asked.number, Kind=asked.kind, Date=on)


def _check_echo(answer: Any, **expected: str) -> None:
    if not isinstance(answer, Mapping):
        raise NotUnderstood("the bureau's answer is not one of the interface")
    for name, value in expected.items():
        if answer.get(name) != value:
            raise NotUnderstood(f"the bureau's answer is about another {name}")


def _one_of(answer: Values, wanted: str) -> tuple[str, Values]:
    """The one part that the answer has besides the echo."""
    found = [name for name in (wanted, REMARKS, NOTHING) if isinstance(answer.get(name), Mapping)]
    if len(found) != 1:
        raise NotUnderstood(f"the bureau's answer holds {len(found)} things where it should hold one")
    return found[0], answer[found[0]]


def _codes(remarks: Values) -> list[str]:
    kinds = ("Fout", "Waarschuwing", "Informatie")
    return [_text(one, "Code")[:16] for kind in kinds for one in _list(remarks, kind)]


def _refused(remarks: Values) -> Declined:
    """Only an error that we know to come before anything is recorded refuses; remarks are no judgement."""
    errors = [_text(one, "Code") for one in _list(remarks, "Fout")]
    if len(errors) != 1 or errors[0] not in _REFUSALS:
        raise NotUnderstood(f"the bureau has nothing but remarks: {', '.join(_codes(remarks))}")
    return Declined(_REFUSALS[errors[0]], errors[0])


def _judged(value: Values) -> Succeeded[Verdict] | Pending:
    reference, status = _text(value, "BureauReference"), _text(value, "Status")
    if status == "RECEIVED":
        return Pending(reference)
    if status != "DECIDED":
        raise NotUnderstood(f"the bureau's answer has status {status[:16]!r}")
    return Succeeded(
        Verdict(
            finding=_known(_FINDINGS, value, "Finding"),
            reference=reference,
            valid_to=_day(value, "ValidTo"),
            reason=_reason(value, "ValidTo"),
            retryable=value.get("Retry") is True,
            region=_optional(value, "Region"),
            needs=frozenset(str(one).lower() for one in _list(value, "Needs")),
            also=frozenset(map(str, _list(value, "AlsoKind"))),
        )
    )


def _benefit(value: Values) -> Benefit:
    return Benefit(
        kind=_text(value, "Kind"),
        standing=_STANDINGS.get(_text(value, "Standing"), Standing.UNKNOWN),
        certified_on=_day(value, "CertifiedOn"),
        valid_to=_day(value, "ValidTo"),
        route=_ROUTES.get(_optional(value, "Route")),
        region=_optional(value, "Region"),
        reason=_words(value, "CertifiedOn", "ValidTo"),
    )


def _record(value: Values) -> Record:
    return Record(
        reference=_text(value, "BureauReference"),
        on=_day(value, "Date"),
        route=_ROUTES.get(_optional(value, "Route")),
        finding=_known(_FINDINGS, value, "Finding"),
        valid_to=_day(value, "ValidTo"),
        place=_optional(value, "Place"),
        note=_words(value, "Date", "ValidTo"),
    )


def _day(value: Values, name: str) -> date | None:
    try:
        return day(_optional(value, name))
    except ValueError:
        raise NotUnderstood(f"the bureau's answer has a {name} that is no date") from None


def _reason(value: Values, *dates: str) -> Text | None:
    """The bureau's words, with the dates of which not all is known."""
    words = _words(value, *dates)
    return Text(words, words) if words else None


def _words(value: Values, *dates: str) -> str:
    unknown = [f"{name} {value[name]}" for name in dates if is_partial(_optional(value, name))]
    return "; ".join(part for part in (_optional(value, "Reason"), *unknown) if part)


def _known(table: Mapping[str, Value], value: Values, name: str) -> Value:
    found = table.get(_text(value, name))
    if found is None:
        raise NotUnderstood(f"the bureau's answer has a {name} that we do not know")
    return found


def _text(value: Values, name: str) -> str:
    found = _optional(value, name)
    if not found:
        raise NotUnderstood(f"the bureau's answer has no {name}")
    return found


def _optional(value: Values, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _list(value: Values, name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []


_UNKNOWN_PERSON: Final = Text(zh="社保机构查无此人", en="The bureau does not know this person")
_REFUSALS: Final = {"F01": Text(zh="社保机构不接受该申请的内容", en="The bureau does not accept what the request says")}
_FINDINGS: Final = {finding.name: finding for finding in Finding}
_STANDINGS: Final = {standing.name: standing for standing in Standing}
_ROUTES: Final = {route.name: route for route in Route}
