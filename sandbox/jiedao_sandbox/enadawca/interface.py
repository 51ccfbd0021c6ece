"""A small interface file of our own for the operations that the stand-in has: same namespace, names and types.

Written in a shorthand: "@" is an attribute, ":" its type (a string where none is given, "t:" one of the file's own),
"?" what may be missing, "*" what may come again. The post's own file has 82 operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

NAMESPACE: Final = "http://e-nadawca.poczta-polska.pl"

OPERATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "addShipment": ("przesylki:t:przesylkaType* idBufor:int?", "retval:t:addShipmentResponseItemType*"),
    "sendEnvelope": (
        "urzadNadania:int? idBufor:int?",
        "idEnvelope:int? envelopeStatus:t:envelopeStatusType? error:t:errorType?* envelopeFilename?",
    ),
    "getEnvelopeList": ("startDate:date endDate:date", "envelopes:t:envelopeInfoType?*"),
    "getEnvelopeContentShort": ("idEnvelope:int", "przesylka:t:przesylkaShortType?*"),
    "getEnvelopeContentFull": ("idEnvelope:int", "przesylka:t:przesylkaFullType?*"),
    "getEnvelopeBuforList": ("", "bufor:t:buforType?* error:t:errorType?*"),
    "getEnvelopeBufor": ("idBufor:int?", "przesylka:t:przesylkaType?* error:t:errorType?*"),
    "createEnvelopeBufor": ("bufor:t:buforType*", "createdBufor:t:buforType?* error:t:errorType?*"),
    "moveShipments": (
        "idBuforFrom:int idBuforTo:int guid:t:guidType*",
        "notMovedGuid:t:guidType?* error:t:errorType?*",
    ),
    "clearEnvelopeByGuids": ("guid:t:guidType* idBufor:int?", "error:t:errorType?*"),
    "getAddresLabelByGuid": (
        "guid:t:guidType* idBufor:int?",
        "content:t:addressLabelContent?* error:t:errorType?*",
    ),
    "getAddresLabelByGuidCompact": (
        "guid:t:guidType* idBufor:int?",
        "pdfContent:base64Binary? error:t:errorType?*",
    ),
    "getOutboxBook": (
        "idEnvelope:int includeNierejestrowane:boolean?",
        "pdfContent:base64Binary error:t:errorType?*",
    ),
    "getEPOStatus": (
        "guid:t:guidType* endedOnly:boolean idEnvelope:int @withBioepo:boolean",
        "epo:t:przesylkaEPOType?* error:t:errorType?*",
    ),
    "getPlacowkiPocztowe": ("idWojewodztwo", "placowka:t:placowkaPocztowaType*"),
    "getUrzedyNadania": ("", "urzedyNadania:t:urzadNadaniaFullType?*"),
    "getListaPowodowReklamacji": ("", "kategoriePowodowReklamacji:t:kategoriePowodowReklamacjiType*"),
    "addReklamacje": (
        "reklamowanaPrzesylka:t:reklamowanaPrzesylkaType*",
        "error:t:errorType?* reklamacjaInfo:t:reklamacjaInfoType?*",
    ),
}
"""What goes into an operation and what comes out."""

_REGISTERED: Final = (
    "przesylkaRejestrowanaType + epo:t:EPOType? @zasadySpecjalne:t:zasadySpecjalneEnum @iloscPotwierdzenOdbioru:int "
    "@kategoria:t:kategoriaType @masa:int"
)
_DAYS: Final = "poniedzialek wtorek sroda czwartek piatek sobota niedziela robocze swieta"
_TYPES: Final[Mapping[str, str]] = {
    "errorType": "@errorNumber:int @errorDesc @guid:t:guidType",
    "adresType": "@nazwa @nazwa2 @ulica @numerDomu @numerLokalu @miejscowosc @kodPocztowy @kraj @telefon",
    "EPOType": "abstract",
    "EPOSimpleType": "EPOType +",
    "przesylkaType": "abstract @guid:t:guidType @opis @planowanaDataNadania:date",
    "przesylkaRejestrowanaType": (
        "abstract przesylkaType + adres:t:adresType? nadawca:t:adresType? @numerNadania:t:numerNadaniaType"
    ),
    "przesylkaPoleconaKrajowaType": f"{_REGISTERED} @format:t:formatType",
    "paczkaPocztowaType": f"{_REGISTERED} @gabaryt:t:gabarytType @wartosc:int",
    "addShipmentResponseItemType": "error:t:errorType?* @numerNadania:t:numerNadaniaType @guid:t:guidType",
    "envelopeInfoType": (
        "error:t:errorType?* @idEnvelope:int @envelopeStatus:t:envelopeStatusType @dataTransmisji:date"
    ),
    "buforType": "idKarta:int? @idBufor:int @dataNadania:date @urzadNadania:int @active:boolean @opis",
    "przesylkaShortType": "@numerNadania:t:numerNadaniaType @guid:t:guidType @dataNadania:date",
    "przesylkaFullType": "przesylkaShort:t:przesylkaShortType przesylkaFull:t:przesylkaType",
    "addressLabelContent": "pdfContent:base64Binary @nrNadania @guid",
    "przesylkaEPOType": (
        "EPOInfo:t:EPOInfoType? biometricSignatureContent:base64Binary? "
        "@guid:t:guidType @numerNadania:t:numerNadaniaType @statusEPO:t:statusEPOEnum"
    ),
    "EPOInfoType": (
        "awizoPrzesylki:t:awizoPrzesylkiType? doreczeniePrzesylki:t:doreczeniePrzesylkiType? "
        "zwrotPrzesylki:t:zwrotPrzesylkiType?"
    ),
    "awizoPrzesylkiType": (
        "@dataPierwszegoAwizowania:date @dataDrugiegoAwizowania:date @miejscePozostawienia "
        "@idPlacowkaPocztowaWydajaca:int"
    ),
    "doreczeniePrzesylkiType": (
        "@data:dateTime @osobaOdbierajaca @podmiotDoreczenia @miejscePozostawieniaZawiadomieniaODoreczeniu"
    ),
    "zwrotPrzesylkiType": "@przyczyna @data:dateTime @przyczynaZwrotuDodatkowa",
    "placowkaPocztowaType": (
        "godzinyPracy:t:godzinyPracyType? opis? @id:int @prefixNazwy @nazwa @wojewodztwo @powiat @miejsce "
        "@kodPocztowy @miejscowosc @ulica @numerDomu @numerLokalu"
    ),
    "godzinyPracyType": " ".join(f"{day}:t:godzinyPracyOdDoType?*" for day in _DAYS.split()),
    "godzinyPracyOdDoType": "od:time? do:time?",
    "urzadNadaniaFullType": "@urzadNadania:int @opis @nazwaWydruk",
    "reklamowanaPrzesylkaType": (
        "przesylka:t:przesylkaType powodReklamacji:t:powodReklamacjiType "
        "@dataNadania:date @urzadNadania:int @powodReklamacjiOpis @oczekiwaneOdszkodowanie:int"
    ),
    "kategoriePowodowReklamacjiType": "nazwa powodReklamacji:t:powodReklamacjiType*",
    "powodReklamacjiType": "powodSzczegolowy:t:powodSzczegolowyType* @idPowodGlowny:int @powodGlownyOpis",
    "powodSzczegolowyType": "@idPowodSzczegolowy:int @powodSzczegolowyOpis",
    "reklamacjaInfoType": "idReklamacja guidPrzesylki:t:guidType",
}
_LENGTHS: Final = {"guidType": (32, 32), "numerNadaniaType": (10, 20)}
_CHOICES: Final[Mapping[str, str]] = {
    "kategoriaType": "EKONOMICZNA PRIORYTETOWA",
    "formatType": "S M L",
    "gabarytType": "GABARYT_A GABARYT_B",
    "zasadySpecjalneEnum": "ADMINISTRACYJNA PODATKOWA SADOWA_CYWILNA SADOWA_KARNA",
    "envelopeStatusType": "WYSLANY DOSTARCZONY PRZYJETY WALIDOWANY BLEDNY",
    "statusEPOEnum": "NIEZNANY NADANIE W_TRANSPORCIE CLO SMS W_DORECZENIU AWIZO PONOWNE_AWIZO ZWROT DORECZONA",
}


def interface(address: str) -> bytes:
    """The interface file of a stand-in that listens at an address."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" '
        'xmlns:b="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:t="{NAMESPACE}" targetNamespace="{NAMESPACE}">'
    )
    parts = (head, *_schema(), *_messages(), *_port_type(), *_binding(), *_service(address), "</w:definitions>\n")
    return "\n".join(parts).encode()


def _schema() -> Iterator[str]:
    yield f'<w:types><x:schema targetNamespace="{NAMESPACE}">'
    yield from (_limited(name, *lengths) for name, lengths in _LENGTHS.items())
    yield from (_enumeration(name, values.split()) for name, values in _CHOICES.items())
    yield from (_complex(name, words.split()) for name, words in _TYPES.items())
    for name, (given, answered) in OPERATIONS.items():
        yield f'<x:element name="{name}"><x:complexType>{_parts(given.split())}</x:complexType></x:element>'
        yield f'<x:element name="{name}Response"><x:complexType>{_parts(answered.split())}</x:complexType></x:element>'
    yield "</x:schema></w:types>"


def _limited(name: str, shortest: int, longest: int) -> str:
    limits = f'<x:minLength value="{shortest}"/><x:maxLength value="{longest}"/>'
    return f'<x:simpleType name="{name}"><x:restriction base="x:string">{limits}</x:restriction></x:simpleType>'


def _enumeration(name: str, values: list[str]) -> str:
    inner = "".join(f'<x:enumeration value="{value}"/>' for value in values)
    return f'<x:simpleType name="{name}"><x:restriction base="x:string">{inner}</x:restriction></x:simpleType>'


def _complex(name: str, words: list[str]) -> str:
    abstract = ' abstract="true"' if words[:1] == ["abstract"] else ""
    words = words[1:] if abstract else words
    inner = _parts(words)
    if "+" in words[1:2]:
        extension = f'<x:extension base="t:{words[0]}">{_parts(words[2:])}</x:extension>'
        inner = f"<x:complexContent>{extension}</x:complexContent>"
    return f'<x:complexType name="{name}"{abstract}>{inner}</x:complexType>'


def _parts(words: list[str]) -> str:
    elements = "".join(_element(word) for word in words if not word.startswith("@"))
    attributes = "".join(_attribute(word[1:]) for word in words if word.startswith("@"))
    return f"<x:sequence>{elements}</x:sequence>{attributes}"


def _element(word: str) -> str:
    name, kind = _typed(word.rstrip("?*"))
    least = ' minOccurs="0"' if "?" in word else ""
    most = ' maxOccurs="unbounded"' if "*" in word else ""
    return f'<x:element name="{name}" type="{kind}"{least}{most}/>'


def _attribute(word: str) -> str:
    name, kind = _typed(word)
    return f'<x:attribute name="{name}" type="{kind}"/>'


def _typed(word: str) -> tuple[str, str]:
    name, _, kind = word.partition(":")
    return name, kind if kind.startswith("t:") else f"x:{kind or 'string'}"


def _messages() -> Iterator[str]:
    for name in OPERATIONS:
        yield f'<w:message name="{name}Request"><w:part name="parameters" element="t:{name}"/></w:message>'
        yield f'<w:message name="{name}Response"><w:part name="parameters" element="t:{name}Response"/></w:message>'


def _port_type() -> Iterator[str]:
    yield '<w:portType name="ElektronicznyNadawca">'
    for name in OPERATIONS:
        inner = f'<w:input message="t:{name}Request"/><w:output message="t:{name}Response"/>'
        yield f'<w:operation name="{name}">{inner}</w:operation>'
    yield "</w:portType>"


def _binding() -> Iterator[str]:
    body = '<b:body use="literal"/>'
    yield '<w:binding name="ENBinding" type="t:ElektronicznyNadawca">'
    yield '<b:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>'
    for name in OPERATIONS:
        action = f'<b:operation soapAction="{NAMESPACE}/{name}"/>'
        yield f'<w:operation name="{name}">{action}<w:input>{body}</w:input><w:output>{body}</w:output></w:operation>'
    yield "</w:binding>"


def _service(address: str) -> Iterator[str]:
    port = f'<w:port name="ENSoap" binding="t:ENBinding"><b:address location="{address}"/></w:port>'
    yield f'<w:service name="ElektronicznyNadawca">{port}</w:service>'
