"""Those whom residents pay: electricity, phone, television, property company, pension and medical insurance.

Amounts are integer fen. One plugin may stand for many billers; `biller` is its code within the connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.marker import hookspec
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text

CATEGORIES: Final = (
    "electricity",
    "water",
    "gas",
    "heating",
    "phone",
    "tv",
    "property",
    "pension",
    "medical",
    "postage",
    "shopping",
    "other",
)


class FetchRule(StrEnum):
    """Whether a bill is looked up before it is paid."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    NONE = "none"


class AmountRule(StrEnum):
    """Which amounts a biller takes against a bill."""

    EXACT = "exact"
    PART = "part"
    """The bill's amount or less."""
    OVER = "over"
    """The bill's amount or more."""
    ANY = "any"


@dataclass(frozen=True, slots=True)
class InputRule:
    """One field that identifies the customer at the biller; `pattern` is a whole-match regular expression."""

    name: str
    label: Text
    pattern: str
    example: str = ""
    personal: bool = False
    """True for a resident's own number: the platform keeps the account sealed and shows it masked everywhere."""


@dataclass(frozen=True, slots=True)
class Biller:
    """One biller of a connection, with the rules for what a resident may pay."""

    code: str
    name: Text
    category: str
    """One of `CATEGORIES`; points are earned and spent by category."""
    inputs: tuple[InputRule, ...]
    fetch: FetchRule
    amount: AmountRule
    minimum: int = 1
    maximum: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Bill:
    """What one customer owes. `id` is the biller's own and is empty where a biller knows only accounts."""

    biller: str
    id: str
    account: str
    """How the biller knows the customer (meter, phone or contract number)."""
    customer: str
    """Name on the bill, as the biller gives it."""
    amount: int
    period: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class CatalogueRequest(Request):
    """Which billers does this connection have today?"""


@dataclass(frozen=True, slots=True)
class FetchRequest(Request):
    """Find the open bills of a customer. `inputs` has passed the biller's input rules."""

    biller: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ValidateRequest(Request):
    """May `amount` be paid for this bill? Asked where a biller has no fetch, or takes other amounts."""

    biller: str
    account: str
    bill: str
    amount: int


@dataclass(frozen=True, slots=True)
class PayRequest(Request):
    """The resident has paid `amount`: book it. `operation` is our reference, unique for ever."""

    operation: str
    biller: str
    account: str
    bill: str
    amount: int
    currency: str
    order: str


@dataclass(frozen=True, slots=True)
class BillerQuery(Request):
    """What became of `operation`? The other fields are what we asked for; a different echo is unknown."""

    operation: str
    biller: str
    account: str
    bill: str
    amount: int


@dataclass(frozen=True, slots=True)
class CancelRequest(Request):
    """Take back `amount` of the payment `original` at the biller."""

    operation: str
    original: str
    biller: str
    amount: int
    reference: str
    """The biller's own number of the original."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A biller's evidence. `reference` is its own number, printed on the receipt."""

    reference: str
    note: str = ""
    printed: Mapping[str, str] = field(default_factory=dict)
    """What the resident needs from the biller on paper, such as a prepaid meter's token."""


@dataclass(frozen=True, slots=True)
class ImportRequest(Request):
    """A file of bills as the biller delivered it; `name` tells the format by its ending."""

    biller: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileError:
    """One thing wrong in a delivered file. Lines count from 1, as a person sees them; 0 is the whole file."""

    line: int
    column: str
    says: Text


@dataclass(frozen=True, slots=True)
class ImportedBills:
    """All the bills of a file, or what is wrong with it; never some of both."""

    bills: tuple[Bill, ...]
    errors: tuple[FileError, ...] = ()


@dataclass(frozen=True, slots=True)
class PaidBill:
    """One payment to hand back to a biller by file."""

    operation: str
    bill: str
    account: str
    customer: str
    amount: int
    paid_on: date
    receipt: str


@dataclass(frozen=True, slots=True)
class ExportRequest(Request):
    """Write the file of what was paid. `format` is csv or xlsx."""

    biller: str
    format: str
    paid: tuple[PaidBill, ...]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to hand to the biller."""

    name: str
    media_type: str
    content: bytes


Bills: TypeAlias = tuple[Bill, ...]
Catalogue: TypeAlias = tuple[Biller, ...]
FetchOutcome: TypeAlias = Succeeded[Bills] | Declined
ValidateOutcome: TypeAlias = Succeeded[None] | Declined
BillerOutcome: TypeAlias = Succeeded[Acknowledgement] | Declined | Pending
BillerAnswer: TypeAlias = Succeeded[Acknowledgement] | Declined | Pending | NotFound


@hookspec
def biller_catalogue(request: CatalogueRequest) -> Catalogue:
    """List the billers with their rules.

    Called when a street looks at what it may switch on and, cached, before a fetch. Must not change anything.
    Errors: `Unavailable`, `InvalidConfig`.
    """
    raise NotImplementedError


@hookspec
def biller_fetch(request: FetchRequest) -> FetchOutcome:
    """Find a customer's open bills.

    Called with ability `fetch` for billers whose rule is not `none`. `Succeeded` with an empty tuple means that nothing
    is owed; `Declined` that the customer is not known. Must not change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def biller_validate(request: ValidateRequest) -> ValidateOutcome:
    """Say whether an amount may be paid for an account or bill, before any money moves.

    Called when an order is made, with ability `validate`. Must not change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def biller_pay(request: PayRequest) -> BillerOutcome:
    """Tell the biller that the resident has paid.

    Called once for each line, after its intent is committed and the resident's money is taken. `Pending` when the
    biller took it and will decide later: it is never sent again, only queried. `Declined` only when the biller
    refused and booked nothing: the core then gives the money back. Errors: `Unavailable` only when nothing can have
    reached the biller. An echo of another amount, bill or reference is `OutcomeUnknown`.
    """
    raise NotImplementedError


@hookspec
def biller_query(request: BillerQuery) -> BillerAnswer:
    """Say what became of an earlier `biller_pay`.

    Called by the resolver when the plugin declares `Recovery.QUERY`. Must not change anything. `NotFound` when the
    biller has no such reference.
    """
    raise NotImplementedError


@hookspec
def biller_cancel(request: CancelRequest) -> BillerOutcome:
    """Take a payment, or a part of it, back at the biller so that it can be refunded.

    Called with ability `cancel` when staff refund a paid line. `Declined` when the biller does not agree; the
    refund is then refused and nothing changes.
    """
    raise NotImplementedError


@hookspec
def biller_import(request: ImportRequest) -> ImportedBills:
    """Read a file of bills from a biller that has no interface.

    Called with ability `import`. Pure: the core stores the bills, all or none. Every error names line and column.
    """
    raise NotImplementedError


@hookspec
def biller_export(request: ExportRequest) -> ExportedFile:
    """Write the file of what was paid for a biller that has no interface.

    Called with ability `export`. Pure. Leading zeros and long numbers must survive a spreadsheet.
    """
    raise NotImplementedError
