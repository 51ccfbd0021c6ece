"""Letters and parcels: quotes, consignments, what happens to them, and their papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response

from jiedao.directory.caller import Caller
from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.postal import Contents, EventKind, Handling, Item, Party, RecipientClass
from jiedao.language import Text
from jiedao.post.consignments import Begun, NewConsignment
from jiedao.post.ranges import NewRange
from jiedao.post.records import listed
from jiedao.post.tracking import TypedEvent
from jiedao_schemas.api import post as schemas
from jiedao_schemas.api.office import Payment
from jiedao_schemas.api.people import Reason
from jiedao_schemas.api.receipts import Rendering
from jiedao_web.api.shared.consignments import consignment_shown
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.papers import paper, proof_paper
from jiedao_web.papers.answers import PDF, document, drawn, language_of
from jiedao_web.prefer import applied, carry_out
from jiedao_web.routes import Answer, Routes
from jiedao_web.sessions import caller

routes = Routes("post", "Letters and parcels")
_SHOWN: Final = schemas.ConsignmentShown()
_BEGUN: Final = (201, 202)


@routes.get("/post/connections", schemas.PostsShown())
def posts() -> dict[str, Any]:
    """Every post that takes items now, and what it can do."""
    with house().store.read(caller().street) as tx:
        usable = house().connections.of_family(tx, "postal")
        titles = {one.id: one.title for one in house().connections.all(tx)}
    return {"posts": [_post(one.id, one.plugin, titles[one.id]) for one in usable]}


@routes.post("/post/quotes", schemas.QuotesShown(), body=schemas.QuoteWanted())
def quotes(body: dict[str, Any]) -> dict[str, Any]:
    """What can carry an item, and what each costs. Nothing is stored."""
    parties = (Party(**body["sender"]), Party(**body["recipient"]))
    wanted = (*parties, _item(body["item"]), Handling(**body["handling"]))
    return {"quotes": house().post.calls.quote(caller().street, body["connection"], *wanted)}


@routes.post("/post/serviceable", schemas.ServiceableShown(), body=schemas.AddressWanted())
def serviceable(body: dict[str, Any]) -> dict[str, Any]:
    """Whether the post comes to an address. Nothing is stored."""
    answer = house().post.calls.serviceable(caller().street, body["connection"], Party(**body["party"]))
    return {"able": sorted(answer.able), "note": answer.note}


@routes.get("/post/offices", schemas.OfficesShown(), query=schemas.OfficeSearch())
def offices(query: dict[str, Any]) -> dict[str, Any]:
    """The post's offices with their hours."""
    return {"offices": house().post.calls.offices(caller().street, query["connection"], query["near"])}


@routes.post("/post/offers", schemas.PostageShown(), body=schemas.OfferWanted(), status=[201])
def offer_postage(body: dict[str, Any]) -> dict[str, Any]:
    """Quote and keep an item that a resident pays for; `offer` goes into an order like that of a bill."""
    id_ = once(lambda by: house().post.postage.offer(by, _new(body)), str)
    with house().store.read(caller().street) as tx:
        offer = house().post.postage.offered(tx, id_).offer
    sealed = house().bills.seal(caller().street, offer)
    shown = {name: getattr(offer, name) for name in ("connection", "biller_name", "category", "rule", "bill")}
    return {**shown, "offer": sealed, "minimum": offer.minimum, "maximum": offer.maximum, "consignment": id_}


@routes.post("/post/consignments", _SHOWN, body=schemas.NewConsignment(), status=_BEGUN)
def create_consignment(body: dict[str, Any]) -> Answer:
    """Enter an item that the street pays for.

    201 when the post has answered; 202 while it has not. `Prefer: wait=N` waits for it.
    """
    return _begin(lambda by: house().post.consignments.create(by, _new(body)))


@routes.get("/post/consignments", schemas.ConsignmentsShown(), query=schemas.ConsignmentSearch())
def list_consignments(query: dict[str, Any]) -> dict[str, Any]:
    """Consignments of the street, newest first."""
    most = query["limit"]
    filters: dict[str, Any] = {name: query[name] for name in _FILTERS if query[name]}
    if query["follow_up"]:
        filters["follow_up"] = query["follow_up"] == "true"
    with house().store.read(caller().street) as tx:
        rows = listed(tx, before=query["before"], most=most, **filters)
    return {"consignments": rows, "before": rows[-1].id if len(rows) == most else ""}


@routes.get("/post/consignments/<id:consignment>", _SHOWN)
def show_consignment(consignment: str) -> dict[str, Any]:
    """A consignment with everything that happened to it."""
    return _shown(consignment)


@routes.post("/post/consignments/<id:consignment>/cancel", _SHOWN, body=Reason(), status=_BEGUN)
def cancel_consignment(body: dict[str, Any], consignment: str) -> Answer:
    """Have the post take an item back. 409 with the order where one paid for it: its line is refunded instead."""
    return _begin(lambda by: house().post.consignments.cancel(by, consignment, body["reason"]))


@routes.post("/post/consignments/<id:consignment>/complaints", _SHOWN, body=schemas.NewComplaint(), status=_BEGUN)
def complain(body: dict[str, Any], consignment: str) -> Answer:
    """Complain to the post about an item."""
    said = (body["kind"], body["says"], body["claimed"])
    return _begin(lambda by: house().post.consignments.complain(by, consignment, *said))


@routes.post("/post/consignments/<id:consignment>/remittances", _SHOWN, body=Payment(), status=[201])
def note_remittance(body: dict[str, Any], consignment: str) -> dict[str, Any]:
    """Note that cash on delivery came in at the bank (accountants); it becomes the resident's credit."""
    return _done(consignment, lambda by: house().post.consignments.remit(by, consignment, body["amount"]))


@routes.post("/post/consignments/<id:consignment>/track", _SHOWN)
def track_consignment(consignment: str) -> dict[str, Any]:
    """Ask the post now what happened; 503 when it does not answer. Changes nothing by itself."""
    house().post.tracking.look(caller().street, consignment)
    return _shown(consignment)


@routes.post("/post/consignments/<id:consignment>/events", _SHOWN, body=schemas.EventGiven(), status=[201])
def type_event_in(body: dict[str, Any], consignment: str) -> dict[str, Any]:
    """Write down what staff saw, for a post that does not tell. `kind` voids takes back an earlier event."""
    recipient = RecipientClass(body["recipient"]) if body["recipient"] else None
    typed = TypedEvent(**{**body, "kind": EventKind(body["kind"]), "recipient": recipient})
    return _done(consignment, lambda by: house().post.tracking.type_in(by, consignment, typed))


@routes.get("/post/consignments/<id:consignment>/label.pdf", None, query=schemas.LabelWanted(), doc=PDF)
def label(query: dict[str, Any], consignment: str) -> Response:
    """What is stuck on the item."""
    return document(house().post.consignments.label(caller().street, consignment, query["size"]))


@routes.get("/post/consignments/<id:consignment>/proof", schemas.PostProofShown())
def post_proof(consignment: str) -> dict[str, Any]:
    """The post's own proof that an item was handed over; 409 when there is none yet."""
    shown: dict[str, Any] = to_json(house().post.consignments.proof(caller().street, consignment))
    return shown


@routes.get("/post/consignments/<id:consignment>/proof.pdf", None, query=Rendering(), doc=PDF)
def proof_pdf(query: dict[str, Any], consignment: str) -> Response:
    """Served, or not served and why, with everything that happened, on a sheet for the file."""
    with house().store.read(caller().street) as tx:
        story = house().post.tracking.story(tx, consignment)
        place = house().places.at(tx, story.consignment.till)
        now = tx.now
    parties = house().post.consignments.parties(caller().street, story.consignment)
    return drawn(paper(proof_paper(story, parties, place, now, language_of(query))))


@routes.get("/post/ranges", schemas.RangesShown())
def ranges() -> dict[str, Any]:
    """Every range of numbers, with what is left of it."""
    with house().store.read(caller().street) as tx:
        return {"ranges": house().post.ranges.all(tx)}


@routes.post("/post/ranges", schemas.RangeShown(), body=schemas.NewRange(), status=[201])
def add_range(body: dict[str, Any]) -> Any:
    """Enter a range that the post gave the street (administrators)."""
    id_ = once(lambda by: house().post.ranges.add(by, NewRange(**body)), str)
    return next(one for one in ranges()["ranges"] if one.id == id_)


def _begin(act: Callable[[Caller], Begun]) -> Answer:
    """Commit an intent and have it carried out; the consignment as it stands then, or on a repeat as it stands now."""

    def first(by: Caller) -> str:
        begun = act(by)
        carry_out(begun.planned)
        return begun.consignment

    shown = _shown(once(first, str))
    return shown, 202 if shown["confirming"] else 201, applied()


def _done(consignment: str, act: Callable[[Caller], object]) -> dict[str, Any]:
    def first(by: Caller) -> str:
        act(by)
        return consignment

    return _shown(once(first, str))


def _shown(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        story = house().post.tracking.story(tx, id_)
    return consignment_shown(story)


def _new(body: dict[str, Any]) -> NewConsignment:
    parts = {
        "sender": Party(**body["sender"]),
        "recipient": Party(**body["recipient"]),
        "item": _item(body["item"]),
        "handling": Handling(**body["handling"]),
        "allowed": tuple(body["allowed"]),
    }
    return NewConsignment(**{**body, **parts})


def _item(given: dict[str, Any]) -> Item:
    return Item(Contents(given["contents"]), given["weight"], given["description"])


def _post(id_: str, plugin: str, title: Text) -> dict[str, Any]:
    abilities = sorted(house().connections.plugin(plugin).manifest.abilities)
    return {"id": id_, "title": title, "abilities": abilities, "tracks": house().registry.has(plugin, "postal_track")}


_FILTERS: Final = ("state", "resident", "dispatch", "number")
