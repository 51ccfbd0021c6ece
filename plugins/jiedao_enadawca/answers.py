"""The interface's answers in plain values that are checked. Pure; what does not fit raises `NotUnderstood`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.postal import Office
from jiedao.language import Text
from jiedao_connectors.soap import TYPE

Kind = TypeVar("Kind")


class NotUnderstood(Exception):
    """The answer is not one of the interface, or not one to what was asked."""


class Received(StrEnum):
    """What the post says of an envelope (envelopeStatusType)."""

    SENT = "WYSLANY"
    ARRIVED = "DOSTARCZONY"
    ACCEPTED = "PRZYJETY"
    CHECKING = "WALIDOWANY"
    FAULTY = "BLEDNY"


TAKEN: Final = frozenset({Received.SENT, Received.ARRIVED, Received.ACCEPTED})
"""The post has the envelope in its books; which of them it is depends on when its staff touch the bag."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A shipment that was announced. `values` are as the interface gave them."""

    guid: str
    number: str
    buffer: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of drafts (bufor)."""

    id: int
    active: bool
    note: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was sent at once, as the post has it."""

    id: int
    status: Received
    day: date
    errors: tuple[str, ...]


def refused(errors: object) -> Declined | None:
    """A refusal in the post's words, which are not ours to translate; None when there is no error."""
    given = _list(errors, "error")
    if not given:
        return None
    first = _is(dict, given[0], "error")
    says = "; ".join(filter(None, (str(e.get("errorDesc") or "") for e in given if isinstance(e, dict))))
    return Declined(Text.same(says) if says else _REFUSED, str(first.get("errorNumber") or ""))


def unrefused(errors: object) -> None:
    """Where a refusal is no answer to what was asked."""
    if (refusal := refused(errors)) is not None:
        raise NotUnderstood(f"the post says {refusal.code}: {refusal.reason.en}")


def added(answer: Any, guid: str, number: str) -> str | Declined:
    """The number of the shipment that was added, only if it is the one that was asked for; or the refusal."""
    one = _is(dict, _only(answer, "retval"), "retval")
    if one.get("guid") != guid:
        raise NotUnderstood("the answer is about another shipment")
    if (refusal := refused(one.get("error"))) is not None:
        return refusal
    given = _text(one, "numerNadania")
    if number and given != number:
        raise NotUnderstood(f"the post gave another number, {given}")
    return given


def folders(answer: Any) -> tuple[Folder, ...]:
    """The folders of drafts."""
    whole = _is(dict, answer, "bufor")
    unrefused(whole.get("error"))
    return tuple(_folder(_is(dict, one, "bufor")) for one in _list(whole.get("bufor"), "bufor"))


def folder_made(answer: Any, note: str) -> Folder | Declined:
    """The one folder that was made, only if it bears our note."""
    whole = _is(dict, answer, "createdBufor")
    if (refusal := refused(whole.get("error"))) is not None:
        return refusal
    made = _folder(_is(dict, _only(whole.get("createdBufor"), "createdBufor"), "createdBufor"))
    if made.note != note:
        raise NotUnderstood("the post made another folder")
    return made


def _folder(one: Mapping[str, Any]) -> Folder:
    return Folder(_int(one, "idBufor"), one.get("active") is True, str(one.get("opis") or ""))


def drafts(answer: Any, buffer: int) -> tuple[Draft, ...]:
    """What lies in a folder. A shipment of a kind that we do not post may have no number."""
    whole = _is(dict, answer, "przesylka")
    unrefused(whole.get("error"))
    found = [_is(dict, one, "przesylka") for one in _list(whole.get("przesylka"), "przesylka")]
    return tuple(Draft(_text(one, "guid"), str(one.get("numerNadania") or ""), buffer, one) for one in found)


def moved(answer: Any) -> Declined | None:
    """Whether all shipments were moved."""
    whole = _is(dict, answer, "moveShipments")
    if (refusal := refused(whole.get("error"))) is not None:
        return refusal
    left = _list(whole.get("notMovedGuid"), "notMovedGuid")
    return Declined(_NOT_MOVED.format(count=len(left))) if left else None


def sent(answer: Any) -> tuple[int, Received] | Declined:
    """The envelope that was made; a refusal only where none was."""
    whole = _is(dict, answer, "sendEnvelope")
    if whole.get("idEnvelope") is None and (refusal := refused(whole.get("error"))) is not None:
        return refusal
    return _int(whole, "idEnvelope"), _received(whole)


def envelopes(answer: Any) -> tuple[Envelope, ...]:
    """Envelopes, the newest first."""
    found = [_envelope(_is(dict, one, "envelopes")) for one in _list(answer, "envelopes")]
    return tuple(sorted(found, key=lambda one: one.id, reverse=True))


def _envelope(one: Mapping[str, Any]) -> Envelope:
    errors = tuple(str(e.get("errorDesc") or e.get("errorNumber")) for e in _list(one.get("error"), "error"))
    return Envelope(_int(one, "idEnvelope"), _received(one), _is(date, one.get("dataTransmisji"), "day"), errors)


def _received(one: Mapping[str, Any]) -> Received:
    try:
        return Received(_text(one, "envelopeStatus"))
    except ValueError:
        raise NotUnderstood("the envelope is in a state that is not known") from None


def contents(answer: Any) -> dict[str, str]:
    """The shipments of an envelope: number by guid."""
    found = [_is(dict, one, "przesylka") for one in _list(answer, "przesylka")]
    return {_text(one, "guid"): str(one.get("numerNadania") or "") for one in found}


def whole(answer: Any, guid: str) -> tuple[date, str, Mapping[str, Any]]:
    """One shipment of an envelope: its day, the name of its type, and its values."""
    for one in _list(answer, "przesylka"):
        short, full = (_is(dict, one.get(name), name) for name in ("przesylkaShort", "przesylkaFull"))
        if full.get("guid") == guid:
            values = {name: value for name, value in full.items() if name != TYPE}
            return _is(date, short.get("dataNadania"), "dataNadania"), _text(full, TYPE), values
    raise NotUnderstood("the envelope does not show the shipment")


def document(answer: Any, refusals: object = None) -> bytes:
    """A PDF."""
    unrefused(refusals)
    content = _is(bytes, answer, "pdfContent")
    if not content.startswith(b"%PDF"):
        raise NotUnderstood("the document is no PDF")
    return content


def label(answer: Any, guid: str, number: str) -> bytes:
    """The label of one shipment, only if it is the one that was asked for."""
    whole_ = _is(dict, answer, "content")
    unrefused(whole_.get("error"))
    one = _is(dict, _only(whole_.get("content"), "content"), "content")
    if one.get("guid") != guid or one.get("nrNadania") != number:
        raise NotUnderstood("the label is one of another shipment")
    return document(one.get("pdfContent"))


def compact_label(answer: Any) -> bytes:
    """Likewise for the small size, in which the answer does not say whose label it is."""
    whole_ = _is(dict, answer, "pdfContent")
    return document(whole_.get("pdfContent"), whole_.get("error"))


def outbox(answer: Any) -> bytes | Declined:
    """The outbox book of an envelope."""
    whole_ = _is(dict, answer, "pdfContent")
    return refused(whole_.get("error")) or document(whole_.get("pdfContent"))


def posting_offices(answer: Any) -> dict[int, str]:
    """The offices where the account may post: names by number."""
    found = [_is(dict, one, "urzedyNadania") for one in _list(answer, "urzedyNadania")]
    return {_int(one, "urzadNadania"): str(one.get("opis") or "") for one in found}


def offices(answer: Any) -> tuple[Office, ...]:
    """The offices of a province with their hours."""
    return tuple(_office(_is(dict, one, "placowka")) for one in _list(answer, "placowka"))


def _office(one: Mapping[str, Any]) -> Office:
    street = " ".join(filter(None, (one.get("ulica"), one.get("numerDomu"))))
    town = " ".join(filter(None, (_dashed(str(one.get("kodPocztowy") or "")), one.get("miejscowosc"))))
    return Office(
        id=str(_int(one, "id")),
        name=str(one.get("nazwa") or one.get("prefixNazwy") or ""),
        address=", ".join(filter(None, (street, town))),
        hours=_hours(one.get("godzinyPracy")),
        note=str(one.get("opis") or ""),
    )


def _dashed(postcode: str) -> str:
    return f"{postcode[:2]}-{postcode[2:]}" if len(postcode) == _POSTCODE else postcode


def _hours(given: object) -> tuple[str, ...]:
    """A line for each day that is open, in the post's order and words."""
    if not isinstance(given, dict):
        return ()
    days = {day: _spans(_list(spans, day)) for day, spans in given.items()}
    return tuple(f"{day} {spans}" for day, spans in days.items() if spans)


def _spans(spans: Iterable[Any]) -> str:
    return ", ".join(f"{s['od']:%H:%M}–{s['do']:%H:%M}" for s in spans if s.get("od") and s.get("do"))


def reasons(answer: Any) -> dict[str, str]:
    """Why one may complain: words by "main/detail"."""
    found = {}
    for category in _list(answer, "kategoriePowodowReklamacji"):
        for main in _list(_is(dict, category, "powod").get("powodReklamacji"), "powodReklamacji"):
            for detail in _list(main.get("powodSzczegolowy"), "powodSzczegolowy"):
                key = f"{_int(main, 'idPowodGlowny')}/{_int(detail, 'idPowodSzczegolowy')}"
                found[key] = f"{category.get('nazwa') or ''}: {detail.get('powodSzczegolowyOpis') or ''}"
    return found


def complained(answer: Any, guid: str) -> str | Declined:
    """The reference of a complaint, only if it is about the shipment."""
    whole_ = _is(dict, answer, "reklamacjaInfo")
    if (refusal := refused(whole_.get("error"))) is not None:
        return refusal
    info = _is(dict, _only(whole_.get("reklamacjaInfo"), "reklamacjaInfo"), "reklamacjaInfo")
    if info.get("guidPrzesylki") != guid:
        raise NotUnderstood("the answer is about another shipment")
    return _text(info, "idReklamacja")


def _only(value: object, name: str) -> Any:
    found = _list(value, name)
    if len(found) != 1:
        raise NotUnderstood(f"the answer has {len(found)} of {name}, not one")
    return found[0]


def _list(value: object, name: str) -> list[Any]:
    return [] if value is None else _is(list, value, name)


def _text(one: Mapping[str, Any], name: str) -> str:
    value = _is(str, one.get(name), name)
    if not value:
        raise NotUnderstood(f"the answer has an empty {name}")
    return value


def _int(one: Mapping[str, Any], name: str) -> int:
    return _is(int, one.get(name), name)


def _is(kind: type[Kind], value: object, name: str) -> Kind:
    if not isinstance(value, kind):
        raise NotUnderstood(f"the answer has no {name}, or one of another kind")
    return value


_POSTCODE: Final = 5
_REFUSED: Final = Text(zh="邮政拒绝，未说明原因", en="The post refused and gave no reason")
_NOT_MOVED: Final = Text(zh="有 {count} 件无法放入本次清单", en="{count} items could not be put on this list")
