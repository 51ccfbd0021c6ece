"""What the operations do: checks on what is sent, effects in the books, and the parts of the answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

from jiedao_sandbox.books import Row
from jiedao_sandbox.enadawca.books import PostBook, today
from jiedao_sandbox.enadawca.interface import NAMESPACE, OPERATIONS
from jiedao_sandbox.enadawca.offices import OFFICES, REASONS, office
from jiedao_sandbox.enadawca.words import Failed, answer, error, fault, of_type, part, type_of
from jiedao_sandbox.httpd import Body

Parts: TypeAlias = Iterator[Element]

REFUSED_TOWN: Final = "Odmowa"
"""A recipient there is refused."""
BROKEN_TOWN: Final = "Awaria"
"""A recipient there makes the service fail."""
_TYPES: Final = frozenset({"przesylkaPoleconaKrajowaType", "paczkaPocztowaType"})
_GUID: Final = re.compile(r"[0-9A-Fa-f]{32}")


class Actions:
    """The operations by name."""

    def __init__(self, book: PostBook) -> None:
        self._book = book
        self._by_name: dict[str, Callable[[Element], Parts]] = {
            name: getattr(self, f"_{_snake(name)}") for name in OPERATIONS
        }

    def serve(self, body: Body) -> Body:
        """Do what is asked for; a fault when nobody knows it."""
        operation, asked = body["operation"], body["asked"]
        if operation not in self._by_name or asked.tag != f"{{{NAMESPACE}}}{operation}":
            return fault(f"no operation {operation}")
        try:
            return answer(operation, list(self._by_name[operation](asked)))
        except Failed as failed:
            return fault(str(failed))

    def _add_shipment(self, asked: Element) -> Parts:
        buffer = self._book.buffer(asked.findtext("idBufor"))
        for item in asked.findall("przesylki"):
            yield self._add(item, buffer)

    def _add(self, item: Element, buffer: int | None) -> Element:
        guid = item.get("guid", "")
        wrong = error(200, "nie ma takiego bufora", guid) if buffer is None else _objection(item, guid)
        added = None
        if wrong is None and buffer is not None:
            content = tostring(item, encoding="unicode")
            added = self._book.add(guid, item.get("numerNadania", ""), type_of(item), content, buffer)
            wrong = None if added else error(110, "guid lub numer nadania jest zajety", guid)
        made = part("retval", guid=guid, numerNadania=added["number"] if added else None)
        made.extend([] if wrong is None else [wrong])
        return made

    def _send_envelope(self, asked: Element) -> Parts:
        buffer, office_ = self._book.buffer(asked.findtext("idBufor")), asked.findtext("urzadNadania", "")
        if office_ not in OFFICES:
            yield error(300, "nieznany urzad nadania")
        elif buffer is None or (sent := self._book.send(buffer, office_, OFFICES[office_].receives_as)) is None:
            yield error(301, "bufor jest pusty")
        else:
            yield part("idEnvelope", sent["id"])
            yield part("envelopeStatus", sent["status"])

    def _get_envelope_list(self, asked: Element) -> Parts:
        for row in self._book.envelopes(asked.findtext("startDate", ""), asked.findtext("endDate", "")):
            made = part("envelopes", idEnvelope=row["id"], envelopeStatus=row["status"], dataTransmisji=row["day"])
            made.extend([error(400, "plik jest bledny")] if row["status"] == "BLEDNY" else [])
            yield made

    def _get_envelope_content_short(self, asked: Element) -> Parts:
        for row in self._book.contents(asked.findtext("idEnvelope", "")):
            yield _short("przesylka", row)

    def _get_envelope_content_full(self, asked: Element) -> Parts:
        for row in self._book.contents(asked.findtext("idEnvelope", "")):
            made = part("przesylka")
            made.extend([_short("przesylkaShort", row), _full("przesylkaFull", row)])
            yield made

    def _get_envelope_bufor_list(self, asked: Element) -> Parts:
        for row in self._book.buffers():
            yield _buffer("bufor", row)

    def _get_envelope_bufor(self, asked: Element) -> Parts:
        buffer = self._book.buffer(asked.findtext("idBufor"))
        if buffer is None:
            yield error(200, "nie ma takiego bufora")
        else:
            yield from (_full("przesylka", row) for row in self._book.drafts(buffer))

    def _create_envelope_bufor(self, asked: Element) -> Parts:
        for wanted in asked.findall("bufor"):
            row = self._book.open_buffer(
                wanted.get("opis", ""),
                wanted.get("urzadNadania"),
                wanted.findtext("idKarta"),
                wanted.get("dataNadania", today()),
            )
            yield _buffer("createdBufor", row)

    def _move_shipments(self, asked: Element) -> Parts:
        source, target = (self._book.buffer(asked.findtext(f"idBufor{end}", "")) for end in ("From", "To"))
        if source is None or target is None:
            yield error(200, "nie ma takiego bufora")
            return
        for guid in asked.findall("guid"):
            if not self._book.move(guid.text or "", source, target):
                yield part("notMovedGuid", guid.text)

    def _clear_envelope_by_guids(self, asked: Element) -> Parts:
        buffer = self._book.buffer(asked.findtext("idBufor"))
        for guid in asked.findall("guid"):
            if buffer is None or not self._book.clear(guid.text or "", buffer):
                yield error(210, "nie ma takiej przesylki", guid.text)

    def _get_addres_label_by_guid(self, asked: Element) -> Parts:
        for row in self._drafts_of(asked):
            made = part("content", nrNadania=row["number"], guid=row["guid"])
            made.append(part("pdfContent", _pdf(f"nalepka {row['number']}")))
            yield made

    def _get_addres_label_by_guid_compact(self, asked: Element) -> Parts:
        yield part("pdfContent", _pdf(" ".join(row["number"] for row in self._drafts_of(asked))))

    def _drafts_of(self, asked: Element) -> list[Row]:
        wanted = {guid.text for guid in asked.findall("guid")}
        buffer = self._book.buffer(asked.findtext("idBufor"))
        return [row for row in self._book.drafts(buffer or 0) if row["guid"] in wanted]

    def _get_outbox_book(self, asked: Element) -> Parts:
        rows = self._book.contents(asked.findtext("idEnvelope", ""))
        yield part("pdfContent", _pdf("ksiazka nadawcza " + " ".join(row["number"] for row in rows)) if rows else "")
        if not rows:
            yield error(310, "nie ma takiej koperty")

    def _get_epo_status(self, asked: Element) -> Parts:
        rows = {row["guid"]: row for row in self._book.contents(asked.findtext("idEnvelope", ""))}
        for guid in asked.findall("guid"):
            row = rows.get(guid.text or "")
            if row is None:
                yield error(410, "przesylki nie ma w kopercie", guid.text)
            else:
                yield _epo(row, self._book.proof(row["guid"]), asked.get("withBioepo") == "true")

    def _get_placowki_pocztowe(self, asked: Element) -> Parts:
        region = asked.findtext("idWojewodztwo")
        return (office(one) for one in OFFICES.values() if one.region == region)

    def _get_urzedy_nadania(self, asked: Element) -> Parts:
        return (part("urzedyNadania", urzadNadania=one.id, opis=one.name) for one in OFFICES.values())

    def _get_lista_powodow_reklamacji(self, asked: Element) -> Parts:
        for main, (name, details) in REASONS.items():
            made, reason = part("kategoriePowodowReklamacji"), part("powodReklamacji", idPowodGlowny=main)
            reason.extend(part("powodSzczegolowy", idPowodSzczegolowy=i, powodSzczegolowyOpis=s) for i, s in details)
            made.extend([part("nazwa", name), reason])
            yield made

    def _add_reklamacje(self, asked: Element) -> Parts:
        for one in asked.findall("reklamowanaPrzesylka"):
            guid = one.find("przesylka[@guid]")
            row = None if guid is None else self._book.shipment(guid.get("guid", ""))
            yield self._complain(one, row) if row and row["envelope"] else error(500, "przesylka nie byla nadana")

    def _complain(self, one: Element, row: Row) -> Element:
        reason = one.find("powodReklamacji")
        detail = None if reason is None else reason.find("powodSzczegolowy")
        if reason is None or detail is None:
            raise Failed("brak powodu reklamacji")
        number = self._book.complain(
            row["guid"],
            reason.get("idPowodGlowny", ""),
            detail.get("idPowodSzczegolowy", ""),
            one.get("powodReklamacjiOpis", ""),
            one.get("oczekiwaneOdszkodowanie", "0"),
        )
        made = part("reklamacjaInfo")
        made.extend([part("idReklamacja", number), part("guidPrzesylki", row["guid"])])
        return made


def _objection(item: Element, guid: str) -> Element | None:
    """What the post does not like about a shipment."""
    to = item.find("adres")
    if to is None or not re.fullmatch("[0-9]{5}", to.get("kodPocztowy", "")):
        return error(101, "niepoprawny kod pocztowy", guid)
    if to.get("miejscowosc") == BROKEN_TOWN:
        raise Failed("awaria uslugi")
    if to.get("miejscowosc") == REFUSED_TOWN or not to.get("nazwa"):
        return error(102, "adresat nie jest obslugiwany", guid)
    if type_of(item) not in _TYPES or not _GUID.fullmatch(guid) or int(item.get("masa", "0")) < 1:
        return error(103, "niepoprawna przesylka", guid)
    if item.get("zasadySpecjalne") and item.find("epo") is None:
        return error(104, "zasady specjalne wymagaja EPO", guid)
    return None


def _short(name: str, row: Row) -> Element:
    return part(name, numerNadania=row["number"], guid=row["guid"], dataNadania=row["day"])


def _full(name: str, row: Row) -> Element:
    """The shipment as it was sent, with its number."""
    made: Element = fromstring(row["content"])
    made.tag = name
    made.attrib = {key: value for key, value in made.attrib.items() if not key.endswith("}type")}
    made.set("numerNadania", row["number"])
    if (epo := made.find("epo")) is not None:
        of_type(epo, "EPOSimpleType")
    return of_type(made, row["type"])


def _buffer(name: str, row: Row) -> Element:
    made = part(
        name,
        idBufor=row["id"],
        dataNadania=row["day"],
        urzadNadania=row["office"],
        active=str(bool(row["active"])).lower(),
        opis=row["note"],
    )
    made.extend([] if row["card"] is None else [part("idKarta", row["card"])])
    return made


def _epo(row: Row, proof: Row | None, with_signature: bool) -> Element:
    made = part("epo", guid=row["guid"], numerNadania=row["number"], statusEPO=proof["status"] if proof else "NADANIE")
    info = [*_awizo(proof), *_handed_over(proof), *_sent_back(proof)] if proof else []
    if info:
        inner = part("EPOInfo")
        inner.extend(info)
        made.append(inner)
    if proof and proof["signature"] and with_signature:
        made.append(part("biometricSignatureContent", proof["signature"]))
    return made


def _awizo(proof: Row) -> Parts:
    if proof["first_notice"]:
        yield part(
            "awizoPrzesylki",
            dataPierwszegoAwizowania=proof["first_notice"],
            dataDrugiegoAwizowania=proof["second_notice"],
            miejscePozostawienia=proof["place_left"],
            idPlacowkaPocztowaWydajaca=proof["office"],
        )


def _handed_over(proof: Row) -> Parts:
    if proof["delivered_at"]:
        yield part(
            "doreczeniePrzesylki",
            data=proof["delivered_at"],
            osobaOdbierajaca=proof["person"],
            podmiotDoreczenia=proof["class"],
            miejscePozostawieniaZawiadomieniaODoreczeniu=proof["told_at"],
        )


def _sent_back(proof: Row) -> Parts:
    if proof["returned_at"]:
        yield part(
            "zwrotPrzesylki",
            przyczyna=proof["reason"],
            data=proof["returned_at"],
            przyczynaZwrotuDodatkowa=proof["more"],
        )


def _pdf(says: str) -> str:
    return base64.b64encode(f"%PDF-1.4\n% {says}\n%%EOF\n".encode()).decode()


def _snake(name: str) -> str:
    """ "getEPOStatus" is "get_epo_status"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
