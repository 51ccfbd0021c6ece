"""The Polish post on the bench of the kit, through our own interface file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import jiedao_enadawca
from benches import running
from enadawca_desk import TARIFF
from jiedao.hookspecs.postal import (
    ComplaintRequest,
    Consigned,
    Contents,
    CreateRequest,
    DispatchItem,
    DispatchRequest,
    Handling,
    Item,
    LabelRequest,
    OfficesRequest,
    OutboxRequest,
    Party,
    ProofRequest,
    QuoteRequest,
    TrackRequest,
    WithdrawRequest,
)
from jiedao.ids import new_id
from jiedao.testing import Act, Ask, Bench, Site, conformance_suite
from jiedao.testing.bench import Books
from jiedao_enadawca.shipment import guid_of
from jiedao_sandbox.enadawca import LOGIN, PASSWORD, SERVICE
from jiedao_sandbox.enadawca.interface import interface
from jiedao_sandbox.launch import Running

HALL = Party("Urząd Ulicy", "221234567", "PL", "00-001", "", "Warszawa", "", "Prosta 1")
RESIDENT = Party("Zażółć Gęślajaźń", "600100200", "PL", "30-001", "", "Kraków", "", "Długa 7/12")
PAPERS, REGISTERED = Item(Contents.DOCUMENT, 20, ""), Handling(registered=True)
NUMBER: Final = frozenset({"number"})
NOTHING: Final[frozenset[str]] = frozenset()
CHECKED_BY_HAND: Final = "3"
"""An office of the stand-in that does not take an envelope at once."""
_FILES: Final[dict[str, Path]] = {}


@contextmanager
def start(folder: Path) -> Iterator[Running]:
    with running(folder, "enadawca") as post:
        _FILES["wsdl"] = folder / "en.wsdl"
        _FILES["wsdl"].write_bytes(interface(post.url + SERVICE))
        yield post


def settings(url: str) -> dict[str, Any]:
    given = {"wsdl": str(_FILES.get("wsdl", "/en.wsdl")), "url": url + SERVICE, "login": LOGIN, "password": PASSWORD}
    return {**given, "office": 1, "region": "14", "tariff": TARIFF}


def create(at: Site, city: str = "Kraków", operation: str = "") -> CreateRequest:
    to = Party(RESIDENT.name, RESIDENT.phone, "PL", "30-001", "", city, "", RESIDENT.line)
    ours = f"0015900779{at.serial:010d}"
    told = (operation or at.operation, ours, "LETTER_S", HALL, to, PAPERS, REGISTERED, 1010, "PLN", "")
    return CreateRequest(at.connection, at.deadline, *told)


def announced(at: Site) -> tuple[DispatchItem, Consigned]:
    asked = create(at, operation=new_id())
    made = at.call("postal_create", asked)
    return DispatchItem(asked.operation, made.number, made.reference), made


def dispatch(at: Site, office: str = "") -> DispatchRequest:
    return DispatchRequest(at.connection, at.deadline, at.operation, office, (announced(at)[0],))


def dispatch_nothing(at: Site) -> DispatchRequest:
    return DispatchRequest(at.connection, at.deadline, at.operation, "", ())


def handed_over(at: Site) -> tuple[DispatchItem, str]:
    item, _ = announced(at)
    sent = at.call("postal_dispatch", DispatchRequest(at.connection, at.deadline, new_id(), "", (item,)))
    return item, sent.reference


def withdrawal(at: Site, item: DispatchItem) -> WithdrawRequest:
    return WithdrawRequest(
        at.connection, at.deadline, at.operation, item.operation, item.number, item.reference, "wrong address"
    )


def complain(at: Site, kind: str = "2/21") -> ComplaintRequest:
    item, _ = handed_over(at)
    told = (at.operation, item.number, item.reference, kind, "zaginęła", 0)
    return ComplaintRequest(at.connection, at.deadline, *told)


def quote(at: Site, weight: int = 20) -> QuoteRequest:
    return QuoteRequest(at.connection, at.deadline, HALL, RESIDENT, Item(Contents.DOCUMENT, weight, ""), REGISTERED)


def label(at: Site, size: str = "") -> LabelRequest:
    _, made = announced(at)
    return LabelRequest(at.connection, at.deadline, made.number, made.reference, size, HALL, RESIDENT, REGISTERED)


def track(at: Site, item: DispatchItem | None = None) -> TrackRequest:
    item = item or handed_over(at)[0]
    return TrackRequest(at.connection, at.deadline, item.number, item.reference)


def proof(at: Site, status: str = "DORECZONA") -> ProofRequest:
    item, _ = handed_over(at)
    facts = {"delivered_at": "2026-03-12T10:30:00+01:00", "class": "ADRESAT"} if status == "DORECZONA" else {}
    assert isinstance(at.stand_in, Running)
    at.stand_in.call("POST", "epo", {"guid": item.reference, "status": status, **facts})
    return ProofRequest(at.connection, at.deadline, item.number, item.reference)


def outbox(at: Site, reference: str = "") -> OutboxRequest:
    return OutboxRequest(at.connection, at.deadline, reference or handed_over(at)[1])


def offices(at: Site, near: str = "Warszawa") -> OfficesRequest:
    return OfficesRequest(at.connection, at.deadline, near)


def created(books: Books, asked: CreateRequest) -> int:
    return sum(row["guid"] == guid_of(asked.operation) for row in books["shipments"])


def withdrawn(books: Books, asked: WithdrawRequest) -> int:
    return int(all(row["guid"] != asked.reference for row in books["shipments"]))


def dispatched(books: Books, asked: DispatchRequest) -> int:
    guids = {item.reference for item in asked.items}
    return len({row["envelope"] for row in books["shipments"] if row["guid"] in guids and row["envelope"]})


def complained(books: Books, asked: ComplaintRequest) -> int:
    return sum(row["guid"] == asked.reference for row in books["complaints"])


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={
        "wsdl": "en.wsdl",
        "url": "post",
        "office": "one",
        "region": "99",
        "procedure": "NONE",
        "currency": "CNY",
        "tariff": [{"product": "POSTCARD", "up_to": 20, "amount": 100}],
        "look_back": 0,
        "settling": -1,
    },
    refused={"password": "guessed-by-somebody"},
    checked_as="getUrzedyNadania",
    acts=(
        Act(
            "postal_create",
            create,
            wire="addShipment",
            asked_as="getEnvelopeBufor",
            declined=lambda at: create(at, "Odmowa"),
            echoes=NUMBER,
            effects=created,
        ),
        # The drafts are looked at before anything is done to them.
        Act(
            "postal_cancel",
            lambda at: withdrawal(at, announced(at)[0]),
            wire="clearEnvelopeByGuids",
            declined=lambda at: withdrawal(at, handed_over(at)[0]),
            echoes=NOTHING,
            effects=withdrawn,
            converses=True,
        ),
        Act(
            "postal_dispatch",
            dispatch,
            wire="sendEnvelope",
            asked_as="getEnvelopeList",
            declined=dispatch_nothing,
            pending=lambda at: dispatch(at, CHECKED_BY_HAND),
            echoes=NUMBER,
            effects=dispatched,
            converses=True,
        ),
        Act(
            "postal_complain",
            complain,
            wire="addReklamacje",
            declined=lambda at: complain(at, "lost"),
            echoes=NUMBER,
            effects=complained,
            converses=True,
        ),
    ),
    asks=(
        Ask("postal_quote", quote, declined=lambda at: quote(at, 31_000)),
        Ask("postal_label", label, wire="getAddresLabelByGuid", declined=lambda at: label(at, "A0"), echoes=NUMBER),
        Ask(
            "postal_track",
            track,
            wire="getEPOStatus",
            declined=lambda at: track(at, announced(at)[0]),
            echoes=NUMBER,
        ),
        Ask("postal_proof", proof, wire="getEPOStatus", declined=lambda at: proof(at, "NADANIE"), echoes=NUMBER),
        Ask("postal_outbox", outbox, wire="getOutboxBook", declined=lambda at: outbox(at, "99999")),
        Ask("postal_offices", offices, wire="getPlacowkiPocztowe", declined=lambda at: offices(at, "Gdynia")),
    ),
)

TestEnadawca = conformance_suite(jiedao_enadawca.plugin, BENCH)
