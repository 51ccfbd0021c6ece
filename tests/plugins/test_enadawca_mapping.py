"""What the Polish post's answers mean, and what a consignment is in its words, on fixed values without a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from lxml import etree

from enadawca_desk import RECIPIENT, need_real_interface, to_create
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.postal import EventKind, Handling, RecipientClass
from jiedao.language import Text
from jiedao_connectors.soap import TYPE
from jiedao_connectors.soap_interface import Interface
from jiedao_enadawca import answers, epo
from jiedao_enadawca.answers import NotUnderstood, Received
from jiedao_enadawca.products import PRODUCTS
from jiedao_enadawca.shipment import DoesNotFit, address, guid_of, shipment
from jiedao_sandbox.enadawca.interface import NAMESPACE, OPERATIONS, interface

GUID = guid_of("OP1")
NUMBER = "00159007730000000017"
WHOSE = Text("收件人", "recipient")


def test_a_guid_is_always_the_same_and_fits() -> None:
    assert guid_of("01HXYZ") == guid_of("01HXYZ") != guid_of("01HXYA")
    assert len(GUID) == 32
    assert int(GUID, 16)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Długa 7/12", ("Długa", "7", "12")),
        ("ul. 3 Maja 14a m. 5", ("ul. 3 Maja", "14a", "5")),
        ("Prosta 1 lok 3B", ("Prosta", "1", "3B")),
        ("Prosta, 1", ("Prosta", "1", "")),
        ("Rynek", ("Rynek", "", "")),
        ("skrytka pocztowa nr 5, Sejm", ("skrytka pocztowa nr 5, Sejm", "", "")),
    ],
)
def test_a_line_is_parted_only_where_it_is_plain(line: str, parts: tuple[str, str, str]) -> None:
    made = address(replace(RECIPIENT, line=line), WHOSE)
    assert tuple(made.get(name, "") for name in ("ulica", "numerDomu", "numerLokalu")) == parts


def test_a_long_name_takes_two_lines_and_loses_nothing() -> None:
    name = "Wojewódzka Stacja Sanitarno-Epidemiologiczna w Warszawie, Oddział Nadzoru nad Żywnością"
    made = address(replace(RECIPIENT, name=name), WHOSE)
    assert f"{made['nazwa']} {made['nazwa2']}" == name
    assert max(map(len, (made["nazwa"], made["nazwa2"]))) <= 60
    with pytest.raises(DoesNotFit):
        address(replace(RECIPIENT, name=f"{'x' * 70} y"), WHOSE)


def our_own() -> Interface:
    return Interface(interface("http://127.0.0.1:1"))


def the_posts() -> Interface:
    return Interface(need_real_interface().read_bytes())


@pytest.mark.parametrize("known", [our_own, the_posts])
def test_every_product_is_a_shipment_of_the_interface(known: Callable[[], Interface]) -> None:
    interface = known()
    for product in PRODUCTS.values():
        asked = to_create(NOBODY, product=product.code, handling=Handling(procedural=True, return_receipt=True))
        sent = interface.envelope("addShipment", {"przesylki": [shipment(asked, product, "PODATKOWA")]})
        (item,) = etree.fromstring(sent).iter("przesylki")
        assert item.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").endswith(product.type)
        assert {name: item.get(name) for name in product.says} == dict(product.says)


NOBODY = Connection("street", "c", "jiedao_enadawca", 1, False, {})


def enumeration(name: str) -> set[str]:
    root = etree.fromstring(need_real_interface().read_bytes())
    space = {"x": "http://www.w3.org/2001/XMLSchema"}
    found = root.findall(f".//x:simpleType[@name='{name}']//x:enumeration", space)
    return {one.get("value", "") for one in found}


def test_all_recipient_classes_of_the_post_are_known() -> None:
    names = enumeration("podmiotDoreczeniaEnum")
    assert len(names) == 34
    assert names == epo.RECIPIENT_NAMES
    assert all(epo.recipient(name) is not RecipientClass.UNKNOWN for name in names)


def test_a_recipient_class_that_is_not_known_is_unknown() -> None:
    assert epo.recipient("KOSMITA") is RecipientClass.UNKNOWN
    assert epo.recipient("ADRESAT") is RecipientClass.ADDRESSEE
    assert epo.recipient("PRZELOZONY_ZOLNIERZA") is RecipientClass.AUTHORITY


def test_all_states_of_envelopes_are_known() -> None:
    assert enumeration("envelopeStatusType") == set(Received)


def test_all_states_of_items_are_told() -> None:
    for status in enumeration("statusEPOEnum"):
        (event,) = epo.events({"guid": GUID, "statusEPO": status}, date(2026, 3, 1))
        assert (event.code, event.at.date()) == (status, date(2026, 3, 1))
        dated = status in ("DORECZONA", "ZWROT", "AWIZO", "PONOWNE_AWIZO", "NIEZNANY", "SMS")
        assert (event.kind is EventKind.INFORMATION) == dated, status


def test_our_interface_file_says_nothing_that_the_post_does_not() -> None:
    """Names and types of all parts of our operations and types stand in the post's own file too."""
    theirs, ours = (parts(content) for content in (need_real_interface().read_bytes(), interface("http://127.0.0.1:1")))
    assert ours["operations"] == set(OPERATIONS) <= theirs["operations"]
    missing = {name: sorted(have - theirs[name]) for name, have in ours.items() if have - theirs.get(name, set())}
    assert not missing


def parts(content: bytes) -> dict[str, set[str]]:
    """The names of elements and attributes, with an "@", by the type or the message that they belong to."""
    root = etree.fromstring(content)
    x, w = "{http://www.w3.org/2001/XMLSchema}", "{http://schemas.xmlsoap.org/wsdl/}"
    assert root.get("targetNamespace") == NAMESPACE
    schema = root.find(f".//{x}schema")
    assert schema is not None
    found = {str(top.get("name")): set(_names(top, x)) for top in schema}
    # The parts of a message may stand in a type of their own.
    found |= {str(top.get("name")): found[_local(top)] for top in schema.iterfind(f"{x}element[@type]")}
    return found | {"operations": {str(one.get("name")) for one in root.iterfind(f"{w}portType/{w}operation")}}


def _local(element: Any) -> str:
    return str(element.get("type")).rpartition(":")[2]


def _names(top: Any, x: str) -> list[str]:
    elements = [str(one.get("name")) for one in top.iter(f"{x}element") if one is not top]
    return elements + [f"@{one.get('name')}" for one in top.iter(f"{x}attribute")]


def test_a_state_without_a_date_never_hides_what_is_dated() -> None:
    notice = {"dataPierwszegoAwizowania": date(2026, 3, 1)}
    told = {"guid": GUID, "statusEPO": "W_DORECZENIU", "EPOInfo": {"awizoPrzesylki": notice}}
    undated, noticed = epo.events(told, date(2026, 3, 1))
    assert (undated.kind, noticed.kind) == (EventKind.OUT_FOR_DELIVERY, EventKind.NOTICE)
    assert undated.at < noticed.at
    assert noticed.at.utcoffset() is not None


def test_the_same_facts_are_the_same_events() -> None:
    told = {
        "guid": GUID,
        "statusEPO": "DORECZONA",
        "EPOInfo": {
            "doreczeniePrzesylki": {"data": datetime(2026, 3, 1, 9, tzinfo=UTC), "podmiotDoreczenia": "SASIAD"}
        },
    }
    first, again = (epo.events(told, date(2026, 3, day)) for day in (1, 2))
    assert first == again
    assert [event.recipient for event in first] == [RecipientClass.NEIGHBOUR]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"epo": [], "error": []},
        {"epo": [{"guid": "other", "numerNadania": NUMBER}], "error": []},
        {"epo": [{"guid": GUID, "numerNadania": "other"}], "error": []},
        {"epo": [{"guid": GUID, "numerNadania": NUMBER}] * 2, "error": []},
        {"epo": [{"guid": GUID, "numerNadania": NUMBER}], "error": [{"errorNumber": 1}]},
    ],
)
def test_a_proof_of_something_else_is_not_understood(answer: Any) -> None:
    with pytest.raises(NotUnderstood):
        epo.found(answer, GUID, NUMBER)


def test_the_post_s_words_are_told_as_they_are() -> None:
    errors = [{"errorNumber": 7, "errorDesc": "zły {kod}"}, {"errorDesc": "i {jeszcze}"}]
    assert answers.refused(errors) == Declined(Text.same("zły {kod}; i {jeszcze}"), "7")
    assert answers.refused([]) is None
    silent = answers.refused([{"errorNumber": 7}])
    assert silent is not None
    assert silent.code == "7"
    assert silent.reason.zh


ADDED = {"guid": GUID, "numerNadania": NUMBER, "error": []}


def test_an_added_shipment_is_taken_at_its_word_only_for_what_was_asked() -> None:
    assert answers.added([ADDED], GUID, "") == answers.added([ADDED], GUID, NUMBER) == NUMBER
    refusal = answers.added([{**ADDED, "error": [{"errorNumber": 9}]}], GUID, "")
    assert isinstance(refusal, Declined)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        "text",
        [ADDED, ADDED],
        [{**ADDED, "guid": "other"}],
        [{**ADDED, "numerNadania": None}],
        [{**ADDED, "numerNadania": "other"}],
        [{**ADDED, "error": "x"}],
        [{**ADDED, "guid": "other", "error": [{"errorNumber": 9}]}],
    ],
)
def test_an_added_shipment_that_is_another_is_not_understood(answer: Any) -> None:
    with pytest.raises(NotUnderstood):
        answers.added(answer, GUID, NUMBER)


SENT: Mapping[str, Any] = {"idEnvelope": 4, "envelopeStatus": "WYSLANY", "error": []}


def test_an_envelope_with_a_number_was_made_whatever_else_it_says() -> None:
    assert answers.sent(SENT) == (4, Received.SENT)
    assert answers.sent({**SENT, "error": [{"errorNumber": 1}]}) == (4, Received.SENT)
    refusal = answers.sent({"idEnvelope": None, "envelopeStatus": None, "error": [{"errorNumber": 1}]})
    assert isinstance(refusal, Declined)


@pytest.mark.parametrize(
    "wrong", [None, [], {"error": []}, {**SENT, "envelopeStatus": "MOZE"}, {**SENT, "envelopeStatus": None}]
)
def test_an_envelope_that_says_less_is_not_understood(wrong: Any) -> None:
    with pytest.raises(NotUnderstood):
        answers.sent(wrong)


def test_documents_are_pdf() -> None:
    assert answers.document(b"%PDF-1.4 x") == b"%PDF-1.4 x"
    for wrong in (b"", b"<html/>", None, "text"):
        with pytest.raises(NotUnderstood):
            answers.document(wrong)


def test_hours_are_lines() -> None:
    nine, five = time(9), time(17, 30)
    spans = {"sroda": [{"od": nine, "do": five}], "piatek": [{"od": nine, "do": None}], "swieta": []}
    (office,) = answers.offices([{"id": 5, "nazwa": "UP", "godzinyPracy": spans, "kodPocztowy": "00001"}])
    assert (office.hours, office.address) == (("sroda 09:00–17:30",), "00-001")


def test_a_whole_shipment_is_told_by_its_guid() -> None:
    short = {"dataNadania": date(2026, 3, 1)}
    one = {"przesylkaShort": short, "przesylkaFull": {TYPE: "paczkaPocztowaType", "guid": GUID, "masa": 3}}
    day, type_, values = answers.whole([one], GUID)
    assert (day, type_, values) == (date(2026, 3, 1), "paczkaPocztowaType", {"guid": GUID, "masa": 3})
    with pytest.raises(NotUnderstood):
        answers.whole([one], "other")
