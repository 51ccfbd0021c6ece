"""Electronic proof of delivery (EPO): what the post says became of an item, as events and as a proof. Pure.

The interface gives one state and the facts of notices, delivery and return. Notices bear a day and no time: they are
put at the start of their day. A state that bears no date (accepted, on its way) is put behind the day of sending, in
the order of the states, so that it never hides what is dated. Times without an offset are those of Poland.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jiedao.hookspecs.postal import EventKind, PostEvent, Proof, RecipientClass
from jiedao_enadawca.answers import NotUnderstood, unrefused


def found(answer: Any, guid: str, number: str) -> Mapping[str, Any]:
    """The proof of one shipment, only if it is the one that was asked for."""
    if not isinstance(answer, dict):
        raise NotUnderstood("the answer has no proof")
    unrefused(answer.get("error"))
    mine = [one for one in answer.get("epo") or () if one.get("guid") == guid]
    if len(mine) != 1 or (number and mine[0].get("numerNadania") != number):
        raise NotUnderstood("the proof is one of another shipment")
    return dict(mine[0])


def events(epo: Mapping[str, Any], sent_on: date) -> tuple[PostEvent, ...]:
    """Everything that the post tells of an item."""
    return (*_undated(epo, sent_on), *_dated(epo))


def proof(epo: Mapping[str, Any]) -> Proof | None:
    """The post's proof of delivery or of return; None while there is neither."""
    last = [event for event in _dated(epo) if event.kind in _FINAL]
    if not last:
        return None
    notice, sent_back = _part(epo, "awizoPrzesylki"), _part(epo, "zwrotPrzesylki")
    signature = epo.get("biometricSignatureContent")
    return Proof(
        number=str(epo.get("numerNadania") or ""),
        event=last[-1],
        first_notice=_iso(notice.get("dataPierwszegoAwizowania")),
        second_notice=_iso(notice.get("dataDrugiegoAwizowania")),
        place_left=str(notice.get("miejscePozostawienia") or ""),
        return_reason=_reason(sent_back),
        signature=base64.b64encode(signature).decode() if isinstance(signature, bytes) else "",
    )


def recipient(name: str) -> RecipientClass:
    """To whom the post says that it handed an item over; what is not known stays unknown."""
    return _RECIPIENTS.get(name, RecipientClass.UNKNOWN)


def _undated(epo: Mapping[str, Any], sent_on: date) -> Iterator[PostEvent]:
    status = str(epo.get("statusEPO") or "")
    if _told_elsewhere(status, epo):
        return
    kind = _STATES.get(status, EventKind.INFORMATION)
    at = _midnight(sent_on) + timedelta(seconds=_ORDER.index(status) if status in _ORDER else len(_ORDER))
    yield _event(epo, kind, at, status or "-", f"{status} (the post tells no time)")


def _told_elsewhere(status: str, epo: Mapping[str, Any]) -> bool:
    """Whether the facts tell what the state says."""
    part, fact = _FACTS.get(status, ("", ""))
    return bool(part) and _part(epo, part).get(fact) is not None


def _dated(epo: Mapping[str, Any]) -> Iterator[PostEvent]:
    yield from _notices(epo)
    yield from _delivery(epo)
    yield from _return(epo)


def _notices(epo: Mapping[str, Any]) -> Iterator[PostEvent]:
    notice = _part(epo, "awizoPrzesylki")
    where = {
        "place": str(notice.get("miejscePozostawienia") or ""),
        "office": str(notice.get("idPlacowkaPocztowaWydajaca") or ""),
    }
    for number, (fact, code) in enumerate(_NOTICES, 1):
        if isinstance(day := notice.get(fact), date):
            at = _midnight(day) + timedelta(minutes=number)
            yield _event(epo, EventKind.NOTICE, at, code, f"{code} {day}", notice=number, **where)


def _delivery(epo: Mapping[str, Any]) -> Iterator[PostEvent]:
    delivery = _part(epo, "doreczeniePrzesylki")
    if not isinstance(at := delivery.get("data"), datetime):
        return
    class_ = str(delivery.get("podmiotDoreczenia") or "")
    yield _event(
        epo,
        EventKind.DELIVERED,
        _local(at),
        "DORECZONA",
        f"DORECZONA {class_}".strip(),
        recipient=recipient(class_),
        recipient_name=str(delivery.get("osobaOdbierajaca") or ""),
        place=str(delivery.get("miejscePozostawieniaZawiadomieniaODoreczeniu") or ""),
    )


def _return(epo: Mapping[str, Any]) -> Iterator[PostEvent]:
    """A refusal is an event of its own before the return."""
    sent_back = _part(epo, "zwrotPrzesylki")
    if not isinstance(at := sent_back.get("data"), datetime):
        return
    reason = _reason(sent_back)
    if str(sent_back.get("przyczyna") or "").startswith("ODMOWA"):
        yield _event(epo, EventKind.REFUSED, _local(at), "ODMOWA", "ODMOWA", reason=reason)
    # The next second, so that the return stands behind the refusal in whatever order they are read.
    yield _event(epo, EventKind.RETURNING, _local(at) + timedelta(seconds=1), "ZWROT", f"ZWROT {reason}", reason=reason)


def _reason(sent_back: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (sent_back.get("przyczyna"), sent_back.get("przyczynaZwrotuDodatkowa"))))


def _event(epo: Mapping[str, Any], kind: EventKind, at: datetime, code: str, says: str, **more: Any) -> PostEvent:
    return PostEvent(f"{epo.get('guid')}:{code}:{at.isoformat()}", kind, at, code, says.strip(), **more)


def _part(epo: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    info = epo.get("EPOInfo") or {}
    return info.get(name) or {}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _POLAND)


def _local(at: datetime) -> datetime:
    return at.replace(tzinfo=_POLAND) if at.tzinfo is None else at


def _iso(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else ""


_POLAND: Final = ZoneInfo("Europe/Warsaw")
_FINAL: Final = frozenset({EventKind.DELIVERED, EventKind.RETURNING})
_NOTICES: Final = (("dataPierwszegoAwizowania", "AWIZO"), ("dataDrugiegoAwizowania", "PONOWNE_AWIZO"))
_ORDER: Final = ("NADANIE", "CLO", "W_TRANSPORCIE", "SMS", "W_DORECZENIU")
_FACTS: Final = {
    "AWIZO": ("awizoPrzesylki", "dataPierwszegoAwizowania"),
    "PONOWNE_AWIZO": ("awizoPrzesylki", "dataDrugiegoAwizowania"),
    "DORECZONA": ("doreczeniePrzesylki", "data"),
    "ZWROT": ("zwrotPrzesylki", "data"),
}
# What is dated elsewhere is only information as long as its date is missing: a delivery without a time is no event.
_STATES: Final[Mapping[str, EventKind]] = {
    "NADANIE": EventKind.ACCEPTED,
    "W_TRANSPORCIE": EventKind.IN_TRANSIT,
    "CLO": EventKind.CUSTOMS,
    "W_DORECZENIU": EventKind.OUT_FOR_DELIVERY,
}
_RECIPIENTS: Final[Mapping[str, RecipientClass]] = {
    "ADRESAT": RecipientClass.ADDRESSEE,
    # Could not sign; it was handed to nobody else.
    "ADRESAT_KTORY_NIE_MOGL": RecipientClass.ADDRESSEE,
    "PELNOLETNI_DOMOWNIK": RecipientClass.HOUSEHOLD,
    "DOROSLY_DOMOWNIK": RecipientClass.HOUSEHOLD,
    "PELNOMOCNIK_POCZTOWY": RecipientClass.PROXY,
    "PELNOMOCNIK_ADRESATA": RecipientClass.PROXY,
    # "Representative" without a word on which law: the weaker of the two that it can be.
    "PRZEDSTAWICIEL_ADRESATA": RecipientClass.PROXY,
    "PRZEDSTAWICIEL_USTAWOWY": RecipientClass.REPRESENTATIVE,
    "OSOBA_UPRAWNIONA_DO_REPREZENTACJI": RecipientClass.REPRESENTATIVE,
    "OSOBA_UPOWAZNIONA_DO_REPREZENT_ADRESATA": RecipientClass.REPRESENTATIVE,
    "PROKURENT": RecipientClass.REPRESENTATIVE,
    "UPOWAZNIONY_PRACOWNIK": RecipientClass.EMPLOYEE,
    "OSOBA_UPRAWNIONA_DO_ODBIORU": RecipientClass.EMPLOYEE,
    "OSOBA_UPOWAZNIONA_DO_ODB_KORESP": RecipientClass.EMPLOYEE,
    "OSOBA_UPOWAZNIONA_PRZEZ_PRACODAWCE": RecipientClass.EMPLOYEE,
    # "Head of the unit or whom they authorised": the weaker of the two.
    "KIEROWNIK_JEDNOSTKI_LUB_UPOWAZNIONY": RecipientClass.EMPLOYEE,
    "SASIAD": RecipientClass.NEIGHBOUR,
    "DOZORCA_DOMU": RecipientClass.MANAGEMENT,
    "ADMINISTRACJA_DOMU": RecipientClass.MANAGEMENT,
    "ZARZADCA_DOMU": RecipientClass.MANAGEMENT,
    # A village head takes post for the village, as a porter does for a house.
    "SOLTYS": RecipientClass.MANAGEMENT,
    "OSOBA_UPOWAZNIONA_PRZEZ_KIER_WIEZIENIA": RecipientClass.AUTHORITY,
    "PRZELOZONY_ABW": RecipientClass.AUTHORITY,
    "PRZELOZONY_AW": RecipientClass.AUTHORITY,
    "PRZELOZONY_CBA": RecipientClass.AUTHORITY,
    "PRZELOZONY_POLICJI": RecipientClass.AUTHORITY,
    "PRZELOZONY_SC": RecipientClass.AUTHORITY,
    "PRZELOZONY_SG": RecipientClass.AUTHORITY,
    "PRZELOZONY_SKW": RecipientClass.AUTHORITY,
    "PRZELOZONY_SW": RecipientClass.AUTHORITY,
    "PRZELOZONY_SWW": RecipientClass.AUTHORITY,
    "PRZELOZONY_ZOLNIERZA": RecipientClass.AUTHORITY,
    # Nobody took them: they lie in a box until somebody empties it.
    "SKRZYNKA_ODDAWCZA": RecipientClass.LOCKER,
    "SKRYTKA_POCZTOWA": RecipientClass.OFFICE,
}
RECIPIENT_NAMES: Final = frozenset(_RECIPIENTS)
