"""Post offices: letters, parcels and finished certificates that go out from the community window.

Weights are grams, amounts integer fen. A consignment's `number` is the one that stands on the item: the post's own, or
one from a range that it gave the street beforehand (UPU S10, or a national one). `operation` is our reference and is
never printed. Delivered is not served: the plugin says to whom an item was handed, the core decides what that means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.marker import hookspec
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.values import Document
from jiedao.language import Text


@dataclass(frozen=True, slots=True)
class Party:
    """Sender or recipient. `country` is ISO 3166-1 alpha-2; parts of an address that a country has not are empty."""

    name: str
    phone: str
    country: str
    postcode: str
    province: str
    city: str
    district: str
    line: str
    """Street, house and door."""


class Contents(StrEnum):
    """What is inside."""

    DOCUMENT = "document"
    GOODS = "goods"


@dataclass(frozen=True, slots=True)
class Item:
    """What is posted. `weight` is in grams; `description` is what the post or customs may read."""

    contents: Contents
    weight: int
    description: str


@dataclass(frozen=True, slots=True)
class Handling:
    """What the post is asked to do with an item. Amounts are fen; 0 where there is none."""

    registered: bool = False
    addressee_only: bool = False
    return_receipt: bool = False
    return_documents: bool = False
    """The recipient signs papers that come back to the sender."""
    procedural: bool = False
    """Served under rules of procedure: two notices, then held, then returned as served or not."""
    declared_value: int = 0
    cash_on_delivery: int = 0


class Able(StrEnum):
    """What an address can have."""

    PICKUP = "pickup"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class QuoteRequest(Request):
    """What would it cost to send `item`?"""

    sender: Party
    recipient: Party
    item: Item
    handling: Handling


@dataclass(frozen=True, slots=True)
class Quote:
    """One product and its postage in fen. `days` is the usual time, 0 where the post does not say."""

    product: str
    title: Text
    amount: int
    currency: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class ServiceableRequest(Request):
    """Does the post come to this address?"""

    party: Party


@dataclass(frozen=True, slots=True)
class Serviceable:
    """What an address can have; `note` is the post's own word on it."""

    able: frozenset[str]
    """Values of `Able`."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CreateRequest(Request):
    """Hand an item over to the post's books. `operation` is our reference, unique for ever.

    `number` is from a pre-allocated range, or empty where the post gives the number. `postage` is what the resident
    paid or the street owes, in fen. `office` is where it is posted, empty where the connection has only one.
    """

    operation: str
    number: str
    product: str
    sender: Party
    recipient: Party
    item: Item
    handling: Handling
    postage: int
    currency: str
    office: str


@dataclass(frozen=True, slots=True)
class CreateQuery(Request):
    """What became of `operation`? A different echo of `product` or `number` is unknown."""

    operation: str
    number: str
    product: str


@dataclass(frozen=True, slots=True)
class Consigned:
    """The post has the item in its books. `number` stands on the item; `reference` is the post's own key for it."""

    number: str
    reference: str = ""
    draft: bool = False
    """True where it is only announced until `postal_dispatch` hands it over."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawRequest(Request):
    """Take `number` back before the post has it. `original` is our reference of the `postal_create`."""

    operation: str
    original: str
    number: str
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The post will not carry it."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class DispatchItem:
    """One announced item that is handed over now."""

    operation: str
    number: str
    reference: str


@dataclass(frozen=True, slots=True)
class DispatchRequest(Request):
    """Hand over everything that was announced: the post owns it from here on."""

    operation: str
    office: str
    items: tuple[DispatchItem, ...]


@dataclass(frozen=True, slots=True)
class DispatchQuery(Request):
    """What became of the dispatch `operation`?"""

    operation: str
    office: str
    items: tuple[DispatchItem, ...]


@dataclass(frozen=True, slots=True)
class Dispatched:
    """The post took `count` items under `reference` (an envelope, a manifest, a bag)."""

    reference: str
    count: int


@dataclass(frozen=True, slots=True)
class LabelRequest(Request):
    """What is stuck on the item. `size` is one of the plugin's own sizes, empty for its usual one."""

    number: str
    reference: str
    size: str
    sender: Party
    recipient: Party
    handling: Handling


class EventKind(StrEnum):
    """What happened to an item, in the words of the house; every post's code means one of these."""

    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    ARRIVED = "arrived"
    """At the office that delivers."""
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    """Nobody was there, or it could not be handed over; `reason` says why."""
    NOTICE = "notice"
    """A notice was left; `notice` says the first or the second."""
    HELD = "held"
    """Waits at `place` to be fetched."""
    DELIVERED = "delivered"
    """Handed to `recipient`; whether that serves is the core's to say."""
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    """Back with the sender."""
    DIRECTED = "directed"
    """Re-directed to another address or office."""
    LOST = "lost"
    DAMAGED = "damaged"
    CASH_COLLECTED = "cash_collected"
    CASH_REMITTED = "cash_remitted"
    DOCUMENTS_RETURNED = "documents_returned"
    CANCELLED = "cancelled"
    VOIDS = "voids"
    """What `voids` names did not happen after all."""
    INFORMATION = "information"
    """Nothing that changes the state."""


class RecipientClass(StrEnum):
    """To whom an item was handed."""

    ADDRESSEE = "addressee"
    HOUSEHOLD = "household"
    """An adult of the household."""
    PROXY = "proxy"
    """With a power of attorney."""
    REPRESENTATIVE = "representative"
    """A legal representative: parent, guardian, board of a company."""
    EMPLOYEE = "employee"
    """Authorised to take post for an organisation."""
    NEIGHBOUR = "neighbour"
    MANAGEMENT = "management"
    """Property management, porter, mail room of a building."""
    AUTHORITY = "authority"
    """An institution that takes post for those in it: barracks, prison, hospital."""
    LOCKER = "locker"
    OFFICE = "office"
    """Fetched at an office by somebody whom the post does not tell more about."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PostEvent:
    """One event as the post tells it. `id` is the post's key, or one that the plugin makes from its facts.

    The same `id` twice is the same event. `at` is an instant with its offset. An event of kind `VOIDS` names in
    `voids` the post's code of what it takes back; the core takes the latest such event before it.
    """

    id: str
    kind: EventKind
    at: datetime
    code: str
    says: str
    place: str = ""
    office: str = ""
    recipient: RecipientClass | None = None
    recipient_name: str = ""
    notice: int = 0
    reason: str = ""
    held_until: str = ""
    """An ISO date, where the post says it."""
    amount: int = 0
    """Cash on delivery that was collected or remitted, in fen."""
    voids: str = ""


@dataclass(frozen=True, slots=True)
class TrackRequest(Request):
    """What has happened to `number` so far?"""

    number: str
    reference: str


@dataclass(frozen=True, slots=True)
class OfficesRequest(Request):
    """Which offices are there? `near` is a postcode, a district or a place; empty for all that the post gives."""

    near: str


@dataclass(frozen=True, slots=True)
class Office:
    """A post office. `hours` is one line for each day or rule, as the post writes them."""

    id: str
    name: str
    address: str
    hours: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProofRequest(Request):
    """What proves that `number` was handed over?"""

    number: str
    reference: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The post's proof of delivery or of the failure to deliver. `signature` is a base64 image, often empty."""

    number: str
    event: PostEvent
    first_notice: str = ""
    second_notice: str = ""
    place_left: str = ""
    return_reason: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class OutboxRequest(Request):
    """The list of what was handed over under `reference`, which the courier or office signs."""

    reference: str


@dataclass(frozen=True, slots=True)
class ComplaintRequest(Request):
    """Complain about `number`: late, lost, damaged. `kind` is one of the plugin's own reasons."""

    operation: str
    number: str
    reference: str
    kind: str
    says: str
    claimed: int
    """What is asked for, in fen; 0 where nothing is."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """The post has taken a complaint and will answer under `reference`."""

    reference: str


Quotes: TypeAlias = tuple[Quote, ...]
Events: TypeAlias = tuple[PostEvent, ...]
Offices: TypeAlias = tuple[Office, ...]
QuoteOutcome: TypeAlias = Succeeded[Quotes] | Declined
ServiceableOutcome: TypeAlias = Succeeded[Serviceable] | Declined
CreateOutcome: TypeAlias = Succeeded[Consigned] | Declined | Pending
CreateAnswer: TypeAlias = Succeeded[Consigned] | Declined | Pending | NotFound
WithdrawOutcome: TypeAlias = Succeeded[Withdrawn] | Declined | Pending
DispatchOutcome: TypeAlias = Succeeded[Dispatched] | Declined | Pending
DispatchAnswer: TypeAlias = Succeeded[Dispatched] | Declined | Pending | NotFound
DocumentOutcome: TypeAlias = Succeeded[Document] | Declined
TrackOutcome: TypeAlias = Succeeded[Events] | Declined
OfficesOutcome: TypeAlias = Succeeded[Offices] | Declined
ProofOutcome: TypeAlias = Succeeded[Proof] | Declined
ComplaintOutcome: TypeAlias = Succeeded[Complaint] | Declined | Pending


@hookspec
def postal_quote(request: QuoteRequest) -> QuoteOutcome:
    """Say which products can carry an item and what each costs.

    Called when a window asks for postage. `Succeeded` has at least one quote; `Declined` when nothing carries it. A
    tariff that is missing is `InvalidConfig` or `Unavailable`, never 0. Must not change anything.
    """
    raise NotImplementedError


@hookspec
def postal_serviceable(request: ServiceableRequest) -> ServiceableOutcome:
    """Say whether the post fetches from and delivers to an address.

    Called, with ability `serviceable`, before a quote. `Declined` when the address is not understood. Must not change
    anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def postal_create(request: CreateRequest) -> CreateOutcome:
    """Enter an item into the post's books.

    Called once for each consignment, after its intent is committed and its postage is taken. Never called again with
    the same `operation` unless `postal_query` said that it never arrived. An answer about another number or product is
    `OutcomeUnknown`. Errors: `Unavailable` only when nothing can have reached the post.
    """
    raise NotImplementedError


@hookspec
def postal_query(request: CreateQuery) -> CreateAnswer:
    """Say what became of an earlier `postal_create`, by our own reference.

    Called by the resolver when the plugin declares `Recovery.QUERY`. Must not change anything. `NotFound` when the
    post has no such reference.
    """
    raise NotImplementedError


@hookspec
def postal_cancel(request: WithdrawRequest) -> WithdrawOutcome:
    """Take an item back that the post has not carried yet.

    Called with ability `withdraw` when staff cancel a consignment. `Declined` when the post has it already; nothing
    changes then.
    """
    raise NotImplementedError


@hookspec
def postal_dispatch(request: DispatchRequest) -> DispatchOutcome:
    """Hand over what was announced as drafts, all or none.

    Called with ability `dispatch` when a hall closes its day's list, after the intent is committed. An answer about
    another number of items is `OutcomeUnknown`.
    """
    raise NotImplementedError


@hookspec
def postal_dispatch_query(request: DispatchQuery) -> DispatchAnswer:
    """Say what became of an earlier `postal_dispatch`.

    Called by the resolver when the plugin declares `Recovery.QUERY` for it. Must not change anything.
    """
    raise NotImplementedError


@hookspec
def postal_label(request: LabelRequest) -> DocumentOutcome:
    """Give what is stuck on the item, as a PDF.

    Called when a label is printed, as often as wanted. Must not change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def postal_track(request: TrackRequest) -> TrackOutcome:
    """Tell everything that has happened to an item so far, in any order.

    Called by the worker, when somebody looks, and after a notice of the post. `Declined` when the post does not know
    the number (yet). Must not change anything. A code that is not known is an event of kind `INFORMATION`, never
    left out. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def postal_offices(request: OfficesRequest) -> OfficesOutcome:
    """List the post's offices with their hours.

    Called, with ability `offices`, to choose where an item waits or is posted. Must not change anything.
    """
    raise NotImplementedError


@hookspec
def postal_proof(request: ProofRequest) -> ProofOutcome:
    """Give the post's own proof of delivery.

    Called, with ability `proof`, when somebody needs it. `Declined` when there is none yet. Must not change anything.
    """
    raise NotImplementedError


@hookspec
def postal_outbox(request: OutboxRequest) -> DocumentOutcome:
    """Give the post's own list of what was handed over, as a PDF.

    Called, with ability `outbox`, after a dispatch. Must not change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def postal_complain(request: ComplaintRequest) -> ComplaintOutcome:
    """Complain about an item.

    Called, with ability `complain`, when staff decide to. `Declined` when the post does not take the complaint.
    """
    raise NotImplementedError
