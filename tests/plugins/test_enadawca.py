"""The Polish post's plugin against its stand-in: through our own small interface file, and through the post's own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from enadawca_desk import (
    DEADLINE,
    LETTER,
    NUMBERS,
    RECIPIENT,
    SENDER,
    announced,
    ask_dispatch,
    connect,
    handed_over,
    need_real_interface,
    shipments,
    to_create,
    to_dispatch,
    to_query,
)

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    Pending,
    Succeeded,
    Unavailable,
)
from jiedao.hookspecs.postal import (
    ComplaintRequest,
    Contents,
    Dispatched,
    EventKind,
    Handling,
    Item,
    LabelRequest,
    OfficesRequest,
    OutboxRequest,
    ProofRequest,
    QuoteRequest,
    RecipientClass,
    TrackRequest,
    Withdrawn,
    WithdrawRequest,
)
from jiedao.hookspecs.service import CheckRequest
from jiedao.problems import Invalid
from jiedao_enadawca import plugin
from jiedao_enadawca.exchange import clients
from jiedao_enadawca.shipment import guid_of
from jiedao_sandbox.enadawca import PASSWORD, SERVICE, WSDL
from jiedao_sandbox.enadawca.interface import interface
from jiedao_sandbox.launch import Running, Sandbox


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("post")) as sandbox:
        yield sandbox.start("enadawca")
    clients.close()


@pytest.fixture
def post(running: Running) -> Iterator[Running]:
    running.clear()
    yield running
    running.call("POST", "verdict", {"status": "WYSLANY"})


@pytest.fixture(scope="module", params=["our interface file", "the post's own"])
def wsdl(request: pytest.FixtureRequest, running: Running, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "the post's own":
        return str(need_real_interface())
    path = tmp_path_factory.mktemp("interface") / "en.wsdl"
    path.write_bytes(interface(running.url + SERVICE))
    return str(path)


@pytest.fixture
def connection(post: Running, wsdl: str) -> Connection:
    return connect(post, wsdl)


def test_it_says_how_its_unknowns_are_resolved() -> None:
    manifest = plugin.describe()
    assert manifest.recovery == {
        "postal_create": Recovery.QUERY,
        "postal_dispatch": Recovery.QUERY,
        "postal_cancel": Recovery.RESEND,
    }
    assert manifest.abilities == {"withdraw", "dispatch", "offices", "proof", "outbox", "complain"}
    assert manifest.configuration.secrets() == {"password"}
    assert manifest.settling > 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"wsdl": "en.wsdl"},
        {"url": "post"},
        {"password": ""},
        {"office": "one"},
        {"region": "99"},
        {"currency": "CNY"},
        {"procedure": "NONE"},
        {"tariff": [{"product": "LETTER_S", "up_to": 500, "amount": 0}]},
        {"tariff": [{"product": "POSTCARD", "up_to": 500, "amount": 1}]},
        {"unheard_of": 1},
    ],
)
def test_settings_that_cannot_work_are_refused(post: Running, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        connect(post, **{"wsdl": "/en.wsdl", **wrong})
    assert next(iter(wrong)) in str(refused.value.field)


def test_a_good_connection_passes_the_check(connection: Connection, post: Running) -> None:
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert result.passed
    assert "Warszawa" in result.says.en
    assert plugin.check_connection(CheckRequest(connect(post, post.url + WSDL), DEADLINE)).passed


def test_the_interface_file_is_read_once(post: Running) -> None:
    connection = connect(post, post.url + WSDL, look_back=7)
    before = post.health()["served"].get("en.wsdl", 0)
    for _ in range(3):
        plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert post.health()["served"]["en.wsdl"] == before + 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"password": "guessed"}, "login"),
        ({"office": 9}, "may not post at 9"),
        ({"url": "http://127.0.0.1:1/"}, "not sent"),
    ],
)
def test_a_wrong_setting_fails_the_check(post: Running, wsdl: str, changed: dict[str, Any], says: str) -> None:
    result = plugin.check_connection(CheckRequest(connect(post, wsdl, **changed), DEADLINE))
    assert not result.passed
    assert says in result.says.en
    assert "guessed" not in result.says.en
    assert PASSWORD not in result.says.en


def test_an_interface_file_that_is_none_is_a_setting_to_mend(post: Running, tmp_path: Path) -> None:
    page = tmp_path / "page.wsdl"
    page.write_text("<html/>")
    for wsdl in (str(tmp_path / "lost.wsdl"), str(page)):
        with pytest.raises(InvalidConfig):
            plugin.postal_create(to_create(connect(post, wsdl)))
        assert not plugin.check_connection(CheckRequest(connect(post, wsdl), DEADLINE)).passed


def test_a_wrong_login_is_a_setting_to_mend(post: Running, wsdl: str) -> None:
    with pytest.raises(InvalidConfig):
        plugin.postal_create(to_create(connect(post, wsdl, password="guessed")))


def test_live_needs_https_beyond_this_machine(post: Running, wsdl: str) -> None:
    result = plugin.check_connection(CheckRequest(connect(post, wsdl, True, url="http://post.example.pl/"), DEADLINE))
    assert not result.passed
    assert "https" in result.says.en


def quote(connection: Connection, weight: int, contents: Contents = Contents.DOCUMENT, **handling: Any) -> Any:
    item = Item(contents, weight, "")
    return plugin.postal_quote(QuoteRequest(connection, DEADLINE, SENDER, RECIPIENT, item, Handling(**handling)))


def test_a_quote_is_from_the_tariff(connection: Connection) -> None:
    quotes = {one.product: one for one in quote(connection, 400).detail}
    assert {code: (one.amount, one.currency) for code, one in quotes.items()} == {
        "LETTER_S": (1010, "PLN"),
        "LETTER_L": (1420, "PLN"),
        "PARCEL_A": (1750, "PLN"),
    }
    heavier = quote(connection, 1500, Contents.GOODS, return_receipt=True)
    assert [(one.product, one.amount) for one in heavier.detail] == [("PARCEL_A", 2300 + 360)]
    procedural = quote(connection, 20, procedural=True, return_receipt=True)
    assert procedural.detail[0].amount == 1010 + 360 + 480


@pytest.mark.parametrize(
    ("weight", "handling"), [(0, {}), (31_000, {}), (20, {"addressee_only": True}), (20, {"cash_on_delivery": 5})]
)
def test_what_nothing_carries_is_declined(connection: Connection, weight: int, handling: dict[str, Any]) -> None:
    assert isinstance(quote(connection, weight, **handling), Declined)


def test_a_missing_tariff_is_never_free(post: Running, wsdl: str) -> None:
    with pytest.raises(InvalidConfig, match="tariff"):
        quote(connect(post, wsdl, tariff=[]), 20)
    with pytest.raises(InvalidConfig, match="procedure_fee"):
        quote(connect(post, wsdl, procedure_fee=None), 20, procedural=True)


def test_a_letter_is_announced_and_found(connection: Connection, post: Running) -> None:
    asked, made = announced(connection)
    row = shipments(post)[guid_of(asked.operation)]
    assert (made.number, made.reference, made.draft) == (row["number"], guid_of(asked.operation), True)
    assert len(made.number) == 20
    assert 'miejscowosc="Kraków"' in row["content"] and 'numerLokalu="12"' in row["content"]
    assert plugin.postal_query(to_query(asked)) == Succeeded(made)


def test_a_procedural_letter_goes_under_special_rules_with_electronic_proof(
    connection: Connection, post: Running
) -> None:
    handling = Handling(registered=True, procedural=True, return_receipt=True)
    _, made = announced(connection, handling=handling)
    content = shipments(post)[made.reference]["content"]
    assert 'zasadySpecjalne="ADMINISTRACYJNA"' in content
    assert "EPOSimpleType" in content
    assert 'iloscPotwierdzenOdbioru="1"' in content


def test_a_parcel_with_a_value_and_a_number_of_ours(connection: Connection, post: Running) -> None:
    number = f"0015900779{next(NUMBERS):010d}"
    asked, made = announced(
        connection,
        product="PARCEL_A",
        number=number,
        item=Item(Contents.GOODS, 900, "książki"),
        handling=Handling(declared_value=5000),
    )
    content = shipments(post)[made.reference]["content"]
    assert made.number == number
    assert all(part in content for part in ('wartosc="5000"', 'masa="900"', 'gabaryt="GABARYT_A"', 'opis="książki"'))
    assert plugin.postal_query(to_query(asked)) == Succeeded(made)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"product": "POSTCARD"}, "POSTCARD"),
        ({"item": Item(Contents.DOCUMENT, 501, "")}, "501 g"),
        ({"item": Item(Contents.GOODS, 5, "")}, "parcel"),
        ({"handling": Handling(return_documents=True)}, "papers"),
        ({"handling": Handling(declared_value=5)}, "value"),
        ({"number": "123"}, "number"),
        ({"item": replace(LETTER, description="x" * 501)}, "description"),
        ({"recipient": replace(RECIPIENT, country="CN")}, "recipient must be in Poland"),
        ({"recipient": replace(RECIPIENT, postcode="3000")}, "postcode of the recipient"),
        ({"recipient": replace(RECIPIENT, name="")}, "name of the recipient"),
        ({"recipient": replace(RECIPIENT, name="x" * 61)}, "name of the recipient"),
        ({"recipient": replace(RECIPIENT, city="x" * 64)}, "city of the recipient"),
        ({"recipient": replace(RECIPIENT, line="a\x00b")}, "street of the recipient"),
        ({"sender": replace(SENDER, phone="1" * 21)}, "phone of the sender"),
        ({"recipient": replace(RECIPIENT, city="Odmowa")}, "nie jest obslugiwany"),
    ],
)
def test_what_does_not_fit_is_declined_and_nothing_is_there(
    connection: Connection, post: Running, changed: dict[str, Any], says: str
) -> None:
    asked = to_create(connection, **changed)
    outcome = plugin.postal_create(asked)
    assert isinstance(outcome, Declined)
    assert says in outcome.reason.en
    assert guid_of(asked.operation) not in shipments(post)


FAULTS = [
    ("lose_request", NotFound),
    ("lose_answer", Succeeded),
    ("error_after_effect", Succeeded),
    ("html", Succeeded),
    ("wrong_echo", Succeeded),
]


@pytest.mark.parametrize(("fault", "after"), FAULTS)
def test_a_create_without_a_trustworthy_answer_is_unknown_until_asked(
    connection: Connection, post: Running, fault: str, after: type
) -> None:
    asked = to_create(connection)
    post.faults(fault, "addShipment")
    with pytest.raises(OutcomeUnknown):
        plugin.postal_create(asked)
    assert isinstance(plugin.postal_query(to_query(asked)), after)
    assert (guid_of(asked.operation) in shipments(post)) == (after is Succeeded)


@pytest.mark.parametrize("fault", ["delay", "delay_request"])
def test_a_late_answer_is_unknown(connection: Connection, post: Running, fault: str) -> None:
    plugin.check_connection(CheckRequest(connection, DEADLINE))
    asked = to_create(connection)
    post.faults(fault, "addShipment", seconds=0.6)
    with pytest.raises(OutcomeUnknown):
        plugin.postal_create(replace(asked, deadline=0.3))


def test_a_fault_of_the_service_leaves_it_unknown(connection: Connection) -> None:
    asked = to_create(connection, recipient=replace(RECIPIENT, city="Awaria"))
    with pytest.raises(OutcomeUnknown, match="awaria"):
        plugin.postal_create(asked)
    assert plugin.postal_query(to_query(asked)) == NotFound()


def test_a_guid_that_is_taken_is_no_refusal(connection: Connection, post: Running) -> None:
    asked, made = announced(connection)
    with pytest.raises(OutcomeUnknown):
        plugin.postal_create(asked)
    assert plugin.postal_query(to_query(asked)) == Succeeded(made)


def test_a_refusal_that_cannot_be_verified_is_unknown(connection: Connection, post: Running) -> None:
    post.faults("lose_answer", "getEnvelopeBuforList")
    with pytest.raises(OutcomeUnknown):
        plugin.postal_create(to_create(connection, recipient=replace(RECIPIENT, city="Odmowa")))


def test_another_number_or_product_than_asked_is_no_answer(connection: Connection) -> None:
    asked, _ = announced(connection)
    for other in ({"number": "00159007730000000000"}, {"product": "LETTER_M"}, {"product": "PARCEL_A"}):
        with pytest.raises(Unavailable):
            plugin.postal_query(replace(to_query(asked), **other))


def test_a_shipment_that_somebody_sent_by_hand_is_found(connection: Connection, post: Running) -> None:
    asked, made = announced(connection)
    post.call("POST", "send", {"buffer": 1})
    answer = plugin.postal_query(to_query(asked))
    assert answer == Succeeded(replace(made, draft=False))


def nowhere(post: Running, wsdl: str) -> Connection:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return connect(post, wsdl, url=f"http://127.0.0.1:{free.getsockname()[1]}/")


def test_nothing_sent_is_unavailable(post: Running, wsdl: str) -> None:
    connection = nowhere(post, wsdl)
    asked = to_create(connection)
    item = (asked, announced(connect(post, wsdl))[1])
    acts: list[Callable[[], object]] = [
        lambda: plugin.postal_create(asked),
        lambda: plugin.postal_query(to_query(asked)),
        lambda: plugin.postal_cancel(withdrawal(connection, item[0].operation, item[1].number)),
        lambda: plugin.postal_dispatch(to_dispatch(connection, item)),
        lambda: plugin.postal_dispatch_query(ask_dispatch(to_dispatch(connection, item))),
    ]
    for act in acts:
        with pytest.raises(Unavailable):
            act()


def withdrawal(connection: Connection, original: str, number: str) -> WithdrawRequest:
    return WithdrawRequest(connection, DEADLINE, f"W{original}", original, number, guid_of(original), "mistake")


def test_a_draft_is_taken_back_once_and_again(connection: Connection, post: Running) -> None:
    asked, made = announced(connection)
    cancel = withdrawal(connection, asked.operation, made.number)
    post.faults("lose_answer", "clearEnvelopeByGuids")
    with pytest.raises(OutcomeUnknown):
        plugin.postal_cancel(cancel)
    assert plugin.postal_cancel(cancel) == Succeeded(Withdrawn(made.reference))
    assert made.reference not in shipments(post)


def test_what_was_handed_over_cannot_be_taken_back(connection: Connection) -> None:
    asked, made = announced(connection)
    assert isinstance(plugin.postal_dispatch(to_dispatch(connection, (asked, made))), Succeeded)
    outcome = plugin.postal_cancel(withdrawal(connection, asked.operation, made.number))
    assert isinstance(outcome, Declined)


def test_a_list_is_handed_over_and_nothing_else_with_it(connection: Connection, post: Running) -> None:
    listed, left = [announced(connection) for _ in range(3)], announced(connection)
    asked = to_dispatch(connection, *listed)
    outcome = plugin.postal_dispatch(asked)
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.count == 3
    books = shipments(post)
    assert {books[made.reference]["envelope"] for _, made in listed} == {int(outcome.detail.reference)}
    assert books[left[1].reference]["envelope"] is None
    assert plugin.postal_dispatch_query(ask_dispatch(asked)) == outcome


@pytest.mark.parametrize(("fault", "after"), FAULTS)
def test_a_sending_without_a_trustworthy_answer_is_unknown_until_asked(
    connection: Connection, post: Running, fault: str, after: type
) -> None:
    asked = to_dispatch(connection, announced(connection), announced(connection))
    post.faults(fault, "sendEnvelope")
    with pytest.raises(OutcomeUnknown):
        plugin.postal_dispatch(asked)
    answer = plugin.postal_dispatch_query(ask_dispatch(asked))
    assert isinstance(answer, after)
    if after is NotFound:
        answer = plugin.postal_dispatch(asked)
    assert isinstance(answer, Succeeded)
    assert isinstance(answer.detail, Dispatched)
    assert answer.detail.count == 2
    assert sum(row["id"] == int(answer.detail.reference) for row in post.books()["envelopes"]) == 1


@pytest.mark.parametrize(
    "operation", ["getEnvelopeBuforList", "getEnvelopeBufor", "createEnvelopeBufor", "moveShipments"]
)
@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "html"])
def test_before_the_sending_all_can_be_repeated(
    connection: Connection, post: Running, operation: str, fault: str
) -> None:
    asked = to_dispatch(connection, announced(connection))
    post.faults(fault, operation)
    with pytest.raises(Unavailable):
        plugin.postal_dispatch(asked)
    assert plugin.postal_dispatch_query(ask_dispatch(asked)) == NotFound()
    assert isinstance(plugin.postal_dispatch(asked), Succeeded)


def test_what_was_sent_and_cannot_be_looked_at_is_unknown(connection: Connection, post: Running) -> None:
    asked = to_dispatch(connection, announced(connection))
    post.faults("lose_request", "getEnvelopeContentShort")
    with pytest.raises(OutcomeUnknown):
        plugin.postal_dispatch(asked)
    assert isinstance(plugin.postal_dispatch_query(ask_dispatch(asked)), Succeeded)


def test_an_envelope_with_other_items_is_no_answer(connection: Connection, post: Running) -> None:
    asked = to_dispatch(connection, announced(connection))
    outcome = plugin.postal_dispatch(asked)
    assert isinstance(outcome, Succeeded)
    more = to_dispatch(connection, announced(connection))
    both = replace(asked, items=(*asked.items, *more.items))
    with pytest.raises(Unavailable):
        plugin.postal_dispatch_query(ask_dispatch(both))
    with pytest.raises(Unavailable):
        plugin.postal_dispatch(both)


def test_a_list_that_is_sent_again_after_all_is_not_sent_twice(connection: Connection) -> None:
    asked = to_dispatch(connection, announced(connection))
    first = plugin.postal_dispatch(asked)
    assert plugin.postal_dispatch(asked) == first


def test_a_list_of_what_is_no_draft_is_declined_or_waits(connection: Connection) -> None:
    with pytest.raises(Unavailable):
        plugin.postal_dispatch(unknown(connection))
    assert isinstance(plugin.postal_dispatch(replace(unknown(connection), items=())), Declined)


def unknown(connection: Connection) -> Any:
    asked = to_dispatch(connection, announced(connection))
    return replace(asked, items=(replace(asked.items[0], reference="0" * 32),))


def test_an_office_that_is_none_is_declined(connection: Connection, post: Running) -> None:
    asked = to_dispatch(connection, announced(connection), office="Otwock")
    assert isinstance(plugin.postal_dispatch(asked), Declined)
    refused = plugin.postal_dispatch(replace(asked, office="77"))
    assert isinstance(refused, Declined)
    assert refused.code == "300"
    assert isinstance(plugin.postal_dispatch(replace(asked, operation="other", office="2")), Succeeded)


def test_an_envelope_that_is_being_checked_is_pending(connection: Connection, post: Running) -> None:
    post.call("POST", "verdict", {"status": "WALIDOWANY"})
    good, bad = (to_dispatch(connection, announced(connection)) for _ in range(2))
    outcomes = [plugin.postal_dispatch(asked) for asked in (good, bad)]
    assert all(isinstance(outcome, Pending) for outcome in outcomes)
    assert [plugin.postal_dispatch_query(ask_dispatch(asked)) for asked in (good, bad)] == outcomes
    for outcome, status in zip(outcomes, ("PRZYJETY", "BLEDNY"), strict=True):
        assert isinstance(outcome, Pending)
        post.call("POST", "decide", {"envelope": int(outcome.reference), "status": status})
    assert isinstance(plugin.postal_dispatch_query(ask_dispatch(good)), Succeeded)
    declined = plugin.postal_dispatch_query(ask_dispatch(bad))
    assert isinstance(declined, Declined)
    assert (declined.code, declined.reason.en) == ("BLEDNY", "plik jest bledny")


def test_an_envelope_that_is_faulty_at_once_is_declined(connection: Connection, post: Running) -> None:
    post.call("POST", "verdict", {"status": "BLEDNY"})
    assert isinstance(plugin.postal_dispatch(to_dispatch(connection, announced(connection))), Declined)


def label(connection: Connection, number: str, reference: str, size: str = "") -> Any:
    return plugin.postal_label(
        LabelRequest(connection, DEADLINE, number, reference, size, SENDER, RECIPIENT, Handling())
    )


def test_a_draft_has_a_label_in_two_sizes(connection: Connection, post: Running) -> None:
    _, made = announced(connection)
    for size in ("", "compact"):
        document = label(connection, made.number, made.reference, size).detail
        assert (document.name, document.media_type) == (f"{made.number}.pdf", "application/pdf")
        assert made.number.encode() in document.content
    assert isinstance(label(connection, made.number, made.reference, "A0"), Declined)
    assert isinstance(label(connection, "00159007730000000000", made.reference), Declined)
    post.faults("wrong_echo", "getAddresLabelByGuid")
    with pytest.raises(Unavailable):
        label(connection, made.number, made.reference)


def test_an_envelope_has_an_outbox_book(connection: Connection) -> None:
    envelope, items = handed_over(connection, 2)
    outcome = plugin.postal_outbox(OutboxRequest(connection, DEADLINE, envelope))
    assert isinstance(outcome, Succeeded)
    assert all(item.number.encode() in outcome.detail.content for item in items)
    for reference in ("99999", "x"):
        assert isinstance(plugin.postal_outbox(OutboxRequest(connection, DEADLINE, reference)), Declined)


def test_offices_have_hours(connection: Connection, post: Running, wsdl: str) -> None:
    outcome = plugin.postal_offices(OfficesRequest(connection, DEADLINE, ""))
    assert isinstance(outcome, Succeeded)
    assert [office.id for office in outcome.detail] == ["1", "2"]
    warsaw, otwock = outcome.detail
    assert warsaw.address == "Swietokrzyska 31/33, 00-001 Warszawa"
    assert set(warsaw.hours) == {"robocze 08:00–20:00", "sobota 09:00–14:00"}
    assert otwock.hours == ("poniedzialek 09:00–12:30, 13:00–17:00",)
    for near in ("otwock", "05-400", "05400"):
        assert plugin.postal_offices(OfficesRequest(connection, DEADLINE, near)) == Succeeded((otwock,))
    assert isinstance(plugin.postal_offices(OfficesRequest(connection, DEADLINE, "Gdynia")), Declined)
    with pytest.raises(InvalidConfig, match="region"):
        plugin.postal_offices(OfficesRequest(connect(post, wsdl, region=""), DEADLINE, ""))


def track(connection: Connection, item: Any) -> Any:
    return plugin.postal_track(TrackRequest(connection, DEADLINE, item.number, item.reference))


def proof(connection: Connection, item: Any) -> Any:
    return plugin.postal_proof(ProofRequest(connection, DEADLINE, item.number, item.reference))


def test_a_letter_is_noticed_twice_and_delivered(connection: Connection, post: Running) -> None:
    _, (item,) = handed_over(connection)
    assert [event.kind for event in track(connection, item).detail] == [EventKind.ACCEPTED]
    assert isinstance(proof(connection, item), Declined)
    notice = {"first_notice": "2026-03-02", "place_left": "DRZWI_MIESZKANIA", "office": 2}
    post.call("POST", "epo", {"guid": item.reference, "status": "AWIZO", **notice})
    (first,) = track(connection, item).detail
    assert (first.kind, first.notice, first.office, first.place) == (EventKind.NOTICE, 1, "2", "DRZWI_MIESZKANIA")
    post.call("POST", "epo", {"guid": item.reference, "status": "PONOWNE_AWIZO", "second_notice": "2026-03-10"})
    assert [event.notice for event in track(connection, item).detail] == [1, 2]
    handed = {"delivered_at": "2026-03-12T10:30:00+01:00", "person": "Anna Kowalska", "class": "PELNOLETNI_DOMOWNIK"}
    post.call("POST", "epo", {"guid": item.reference, "status": "DORECZONA", "signature": "AAEC", **handed})
    *_, last = events = track(connection, item).detail
    assert events[0] == first
    assert (last.kind, last.recipient, last.recipient_name) == (
        EventKind.DELIVERED,
        RecipientClass.HOUSEHOLD,
        "Anna Kowalska",
    )
    assert last.at.isoformat() == "2026-03-12T10:30:00+01:00"
    proven = proof(connection, item).detail
    assert (proven.first_notice, proven.second_notice) == ("2026-03-02", "2026-03-10")
    assert (proven.place_left, proven.signature, proven.event) == ("DRZWI_MIESZKANIA", "AAEC", last)


def test_a_letter_that_was_refused_goes_back(connection: Connection, post: Running) -> None:
    _, (item,) = handed_over(connection)
    back = {"returned_at": "2026-03-03T09:00:00", "reason": "ODMOWA", "more": "na progu"}
    post.call("POST", "epo", {"guid": item.reference, "status": "ZWROT", **back})
    refused, returning = track(connection, item).detail
    assert (refused.kind, returning.kind) == (EventKind.REFUSED, EventKind.RETURNING)
    assert refused.at.isoformat() == "2026-03-03T09:00:00+01:00"
    assert proof(connection, item).detail.return_reason == "ODMOWA: na progu"


def test_what_the_post_does_not_know_is_declined(connection: Connection) -> None:
    _, made = announced(connection)
    assert isinstance(track(connection, made), Declined)
    assert isinstance(proof(connection, made), Declined)


def test_the_proof_of_another_item_is_no_answer(connection: Connection, post: Running) -> None:
    _, (item,) = handed_over(connection)
    post.faults("wrong_echo", "getEPOStatus")
    with pytest.raises(Unavailable):
        track(connection, item)


def test_an_envelope_is_read_once(connection: Connection, post: Running) -> None:
    _, items = handed_over(connection, 3)
    track(connection, items[0])
    before = post.health()["served"]["getEnvelopeContentShort"]
    for item in items:
        track(connection, item)
    assert post.health()["served"]["getEnvelopeContentShort"] == before


def complain(connection: Connection, item: Any, kind: str = "2/21", claimed: int = 5000) -> Any:
    return plugin.postal_complain(
        ComplaintRequest(connection, DEADLINE, "C1", item.number, item.reference, kind, "zaginęła", claimed)
    )


def test_a_complaint_is_taken(connection: Connection, post: Running) -> None:
    asked = announced(connection, handling=Handling(registered=True, procedural=True))
    assert isinstance(plugin.postal_dispatch(to_dispatch(connection, asked)), Succeeded)
    outcome = complain(connection, asked[1])
    assert isinstance(outcome, Succeeded)
    taken = post.books()["complaints"][-1]
    assert (taken["guid"], taken["main"], taken["detail"]) == (asked[1].reference, 2, 21)
    assert (taken["says"], taken["claimed"], outcome.detail.reference) == ("zaginęła", 5000, f"R{taken['id']:08d}")


def test_a_complaint_without_a_reason_of_the_post_or_about_a_draft_is_declined(connection: Connection) -> None:
    _, (item,) = handed_over(connection)
    refused = complain(connection, item, kind="lost")
    assert isinstance(refused, Declined)
    assert "2/21 Utrata: Cala przesylka" in refused.reason.en
    assert isinstance(complain(connection, announced(connection)[1]), Declined)


@pytest.mark.parametrize("fault", ["lose_answer", "html", "wrong_echo"])
def test_a_complaint_without_a_trustworthy_answer_is_unknown(connection: Connection, post: Running, fault: str) -> None:
    _, (item,) = handed_over(connection)
    post.faults(fault, "addReklamacje")
    with pytest.raises(OutcomeUnknown):
        complain(connection, item)


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_reading_without_an_answer_is_unavailable(connection: Connection, post: Running, fault: str) -> None:
    envelope, (item,) = handed_over(connection)
    _, draft = announced(connection)
    questions: list[tuple[str, Callable[[], object]]] = [
        ("getEnvelopeList", lambda: track(connection, item)),
        ("getEPOStatus", lambda: proof(connection, item)),
        ("getAddresLabelByGuid", lambda: label(connection, draft.number, draft.reference)),
        ("getOutboxBook", lambda: plugin.postal_outbox(OutboxRequest(connection, DEADLINE, envelope))),
        ("getPlacowkiPocztowe", lambda: plugin.postal_offices(OfficesRequest(connection, DEADLINE, ""))),
        ("getListaPowodowReklamacji", lambda: complain(connection, item)),
    ]
    for operation, ask in questions:
        post.faults(fault, operation)
        with pytest.raises(Unavailable):
            ask()


@pytest.mark.crash
def test_a_post_that_was_killed_answers_for_what_it_has(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        post = sandbox.start("enadawca")
        asked = to_create(connect(post, post.url + WSDL))
        plugin.check_connection(CheckRequest(asked.connection, DEADLINE))
        post.faults("delay", "addShipment", seconds=5)
        with pytest.raises(OutcomeUnknown):
            plugin.postal_create(replace(asked, deadline=0.3))
        post.kill()
        with pytest.raises(Unavailable):
            plugin.postal_query(to_query(asked))
        post.restart()
        assert isinstance(plugin.postal_query(to_query(asked)), Succeeded)
