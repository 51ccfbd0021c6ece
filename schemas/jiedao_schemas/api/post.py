"""Letters and parcels: what may be said of them, and how they are shown. Addresses go in and come out only masked."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from jiedao.hookspecs.postal import Contents, EventKind, RecipientClass
from jiedao.post.records import State
from jiedao.post.rules import Purpose
from jiedao_schemas.api.bills import Both, OfferShown
from jiedao_schemas.api.fields import Body, Shown, choice, fen, flag, moment, one, whole, words
from jiedao_schemas.api.people import Paging

_MOST_GRAMS = 1_000_000
_MOST_SERIAL = 10**13


class PartyGiven(Body):
    """Sender or recipient; parts of an address that a country has not are empty."""

    name = words(100)
    phone = words(40, least=0, default="")
    country = words(2, least=2, default="CN")
    postcode = words(20, least=0, default="")
    province = words(60, least=0, default="")
    city = words(60, least=0, default="")
    district = words(60, least=0, default="")
    line = words(200)


class ItemGiven(Body):
    """What is posted; `weight` in grams."""

    contents = choice(*Contents, default=Contents.DOCUMENT.value)
    weight = whole(1, _MOST_GRAMS)
    description = words(200, least=0, default="")


class HandlingGiven(Body):
    """What the post is asked to do with it; amounts in fen."""

    registered = flag(default=False)
    addressee_only = flag(default=False)
    return_receipt = flag(default=False)
    return_documents = flag(default=False)
    procedural = flag(default=False)
    declared_value = fen(least=0, default=0)
    cash_on_delivery = fen(least=0, default=0)


class QuoteWanted(Body):
    """An item that may be posted."""

    connection = words(60)
    sender = one(PartyGiven)
    recipient = one(PartyGiven)
    item = one(ItemGiven)
    handling = one(HandlingGiven, default={})


class OfferWanted(QuoteWanted):
    """An item that a resident pays for. `allowed` names recipient classes where they are not those of the purpose."""

    product = words(60)
    resident = words(40, least=0, default="")
    purpose = choice(*Purpose, default=Purpose.ORDINARY.value)
    allowed = fields.List(choice(*RecipientClass), load_default=(), error_messages={"invalid": "list", "null": "null"})
    office = words(60, least=0, default="")


class NewConsignment(OfferWanted):
    """An item that the street pays for. `postage` only for a post that cannot be asked for its price now."""

    postage = fen(least=0, default=None)


class AddressWanted(Body):
    """An address to which the post may come."""

    connection = words(60)
    party = one(PartyGiven)


class OfficeSearch(Body):
    """Offices near a postcode, a district or a place."""

    connection = words(60)
    near = words(60, least=0, default="")


class ConsignmentSearch(Paging):
    """Which consignments; what is empty does not matter."""

    state = choice("", *State, default="")
    follow_up = choice("", "true", "false", default="")
    resident = words(40, least=0, default="")
    dispatch = words(40, least=0, default="")
    number = words(40, least=0, default="")


class LabelWanted(Body):
    """The size of a label, one of the plugin's own."""

    size = words(40, least=0, default="")


class EventGiven(Body):
    """What staff saw or were told. `voids` is the id of an earlier event that did not happen after all."""

    kind = choice(*EventKind)
    at = moment()
    says = words(200, least=0, default="")
    place = words(100, least=0, default="")
    recipient = choice("", *RecipientClass, default="")
    recipient_name = words(100, least=0, default="")
    notice = whole(0, 2, default=0)
    reason = words(200, least=0, default="")
    held_until = words(10, least=0, default="")
    amount = fen(least=0, default=0)
    voids = words(200, least=0, default="")


class NewComplaint(Body):
    """A complaint to the post; `claimed` in fen."""

    kind = words(60)
    says = words(2000)
    claimed = fen(least=0, default=0)


class NewDispatch(Body):
    """The list to close; `office` where items go to several."""

    connection = words(60)
    office = words(60, least=0, default="")


class DispatchSearch(Body):
    """What waits for a post."""

    connection = words(60)


class Signature(Body):
    """Who took the items away."""

    courier = words(100)


class NewRange(Body):
    """A range of numbers as the post gave it; serials without check digit, both included."""

    connection = words(60)
    product = words(60, least=0, default="")
    kind = choice("s10", "national")
    prefix = words(10)
    country = words(2, least=0, default="")
    first = whole(0, _MOST_SERIAL)
    last = whole(0, _MOST_SERIAL)
    warning = whole(0, 1_000_000, default=100)


class QuoteShown(Shown):
    """One product and its postage in fen."""

    product = fields.String()
    title = fields.Nested(Both)
    amount = fields.Integer()
    currency = fields.String()
    days = fields.Integer()


class QuotesShown(Shown):
    """Everything that can carry an item."""

    quotes = fields.List(fields.Nested(QuoteShown))


class ServiceableShown(Shown):
    """What an address can have: pickup, delivery."""

    able = fields.List(fields.String())
    note = fields.String()


class OfficeShown(Shown):
    """A post office."""

    id = fields.String()
    name = fields.String()
    address = fields.String()
    hours = fields.List(fields.String())
    note = fields.String()


class OfficesShown(Shown):
    """Post offices."""

    offices = fields.List(fields.Nested(OfficeShown))


class PostShown(Shown):
    """A post that takes items now. Where it does not track, staff type in what happens."""

    id = fields.String()
    title = fields.Nested(Both)
    abilities = fields.List(fields.String())
    tracks = fields.Boolean()


class PostsShown(Shown):
    """Every post of the street."""

    posts = fields.List(fields.Nested(PostShown))


class PostageShown(OfferShown):
    """Postage that may be paid as a line of an order."""

    consignment = fields.String()


class ItemShown(Shown):
    """What is posted."""

    contents = fields.String()
    weight = fields.Integer()
    description = fields.String()


class HandlingShown(Shown):
    """What the post is asked to do with it."""

    registered = fields.Boolean()
    addressee_only = fields.Boolean()
    return_receipt = fields.Boolean()
    return_documents = fields.Boolean()
    procedural = fields.Boolean()
    declared_value = fields.Integer()
    cash_on_delivery = fields.Integer()


class ConsignmentBrief(Shown):
    """One consignment of a list; the recipient masked."""

    id = fields.String()
    connection = fields.String()
    hall = fields.String()
    resident = fields.String(allow_none=True)
    state = fields.String()
    standing = fields.String()
    follow_up = fields.Boolean()
    number = fields.String()
    product = fields.String()
    title = fields.Nested(Both)
    recipient = fields.String()
    purpose = fields.String()
    postage = fields.Integer()
    payer = fields.String()
    order = fields.String()
    line = fields.Integer()
    dispatch = fields.String()
    created_at = fields.DateTime(format="iso")


class HappenedShown(Shown):
    """One event. `staff` typed it in; `voided` was taken back later."""

    id = fields.String()
    kind = fields.String()
    at = fields.DateTime(format="iso")
    seen_at = fields.DateTime(format="iso")
    staff = fields.String()
    code = fields.String()
    says = fields.String()
    place = fields.String()
    recipient = fields.String(allow_none=True)
    recipient_name = fields.String()
    reason = fields.String()
    voids = fields.String()
    voided = fields.Boolean()


class FoldShown(Shown):
    """How an item stands after everything that happened to it."""

    standing = fields.String()
    says = fields.Nested(Both)
    served = fields.Boolean()
    delivered = fields.Boolean()
    follow_up = fields.Boolean()
    finished = fields.Boolean()
    since = fields.DateTime(format="iso", allow_none=True)
    place = fields.String()
    recipient = fields.String(allow_none=True)
    recipient_name = fields.String()
    attempts = fields.Integer()
    first_notice = fields.DateTime(format="iso", allow_none=True)
    second_notice = fields.DateTime(format="iso", allow_none=True)
    held_at = fields.String()
    held_until = fields.String()
    reason = fields.String()
    damaged = fields.Boolean()
    directed = fields.Boolean()
    documents_returned = fields.DateTime(format="iso", allow_none=True)
    cash_collected = fields.Integer()
    cash_remitted = fields.Integer()


class ConsignmentShown(ConsignmentBrief):
    """A consignment with everything that happened to it. `confirming`: the post has not answered yet."""

    reference = fields.String()
    operation = fields.String()
    office = fields.String()
    draft = fields.Boolean()
    item = fields.Nested(ItemShown)
    handling = fields.Nested(HandlingShown)
    allowed = fields.Function(lambda shown: sorted(shown["allowed"]), metadata={"type": "array", "items": {}})
    withdrawal = fields.String()
    reason = fields.Dict()
    complaints = fields.Dict()
    remitted = fields.Integer()
    confirming = fields.Boolean()
    fold = fields.Nested(FoldShown)
    events = fields.List(fields.Nested(HappenedShown))


class ConsignmentsShown(Shown):
    """A page of consignments, newest first; `before` asks for the next page and is empty on the last."""

    consignments = fields.List(fields.Nested(ConsignmentBrief))
    before = fields.String()


class PostProofShown(Shown):
    """The post's own proof that an item was handed over, or not."""

    number = fields.String()
    event: Any = fields.Dict()
    first_notice = fields.String()
    second_notice = fields.String()
    place_left = fields.String()
    return_reason = fields.String()
    signature = fields.String()


class DispatchBrief(Shown):
    """A list as it stands; `postage` is the sum in fen. States: handing_over, closed, refused, signed."""

    id = fields.String()
    hall = fields.String()
    connection = fields.String()
    day = fields.Date()
    no = fields.Integer()
    state = fields.String()
    items = fields.Integer()
    postage = fields.Integer()
    operation = fields.String()
    reference = fields.String()
    reason = fields.Dict()
    closed_by = fields.String()
    closed_at = fields.DateTime(format="iso")
    signed_by = fields.String()
    signed_at = fields.DateTime(format="iso", allow_none=True)


class DispatchShown(DispatchBrief):
    """A list with what is on it."""

    consignments = fields.List(fields.Nested(ConsignmentBrief))


class DispatchesShown(Shown):
    """Lists of the hall, newest first; `before` asks for the next page and is empty on the last."""

    dispatches = fields.List(fields.Nested(DispatchBrief))
    before = fields.String()


class WaitingShown(Shown):
    """What would be on the hall's next list."""

    consignments = fields.List(fields.Nested(ConsignmentBrief))


class RangeShown(Shown):
    """A range of numbers. `low`: it is time to ask the post for more."""

    id = fields.String()
    connection = fields.String()
    product = fields.String()
    kind = fields.String()
    prefix = fields.String()
    country = fields.String()
    first = fields.Integer()
    last = fields.Integer()
    next = fields.Integer()
    left = fields.Integer()
    low = fields.Boolean()
    warning = fields.Integer()
    made_at = fields.DateTime(format="iso")
    made_by = fields.String()


class RangesShown(Shown):
    """Every range of the street."""

    ranges = fields.List(fields.Nested(RangeShown))
