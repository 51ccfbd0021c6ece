"""What accountants and administrators work with: the review queue, claims, files, the ledger."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, choice, counted, day, fen, words
from jiedao_schemas.api.problem import ErrorShown
from jiedao_schemas.api.proposals import ProposalShown


class ReviewSearch(Body):
    """Only what waits for a person, or everything that is open; a page begins above an id."""

    which = choice("review", "open", default="review")
    after = words(40, least=0, default="")
    limit = counted(100)


class Closing(Body):
    """What a person found out, and where; kept for ever."""

    verdict = choice("succeeded", "declined")
    reference = words(64, least=0, default="")
    evidence = words(2000, least=0)


class MomentShown(Shown):
    """One line of an operation's timeline, without secrets.

    `what`: planned, sent, asked, hurried, notice, person, settlement, reversal, ended; proposed, agreed, refused,
    lapsed. `state` is where it led, `tries` how often it had been sent or asked about.
    """

    what = fields.String()
    at = fields.DateTime(format="iso", allow_none=True)
    state = fields.String()
    tries = fields.Integer()
    says = fields.String()
    by = fields.String()
    reference = fields.String()


class OperationBrief(Shown):
    """One act on the outside world, in a list. `order` where it belongs to one; amounts are fen.

    What was exchanged is shown without secrets, and the name masked; `proposed`: a second person is awaited.
    """

    id = fields.String()
    connection = fields.String()
    hook = fields.String()
    subject_kind = fields.String()
    subject = fields.String()
    part = fields.String()
    order = fields.String()
    till = fields.String()
    resident = fields.String()
    resident_name = fields.String()
    state = fields.String()
    amount = fields.Integer()
    tries = fields.Integer()
    reason = fields.String()
    request = fields.Dict()
    outcome = fields.Dict()
    proposed = fields.Boolean()
    planned_at = fields.DateTime(format="iso")
    sent_at = fields.DateTime(format="iso", allow_none=True)
    due_at = fields.DateTime(format="iso", allow_none=True)


class OperationShown(OperationBrief):
    """One act with all that happened to it.

    `may` is what the caller may do now: ask, close (alone), propose, agree, refuse. `takes_two`: it is over more than
    the street's `limit`.
    """

    may = fields.List(fields.String())
    takes_two = fields.Boolean()
    limit = fields.Integer()
    proposal = fields.Nested(ProposalShown, allow_none=True)
    timeline = fields.List(fields.Nested(MomentShown))


class OperationsShown(Shown):
    """A page of acts that are open, oldest first; `after` asks for the next one and is empty on the last."""

    operations = fields.List(fields.Nested(OperationBrief))
    after = fields.String()


class Payment(Body):
    """Money that came in at the bank."""

    amount = fen()


class ClaimShown(Shown):
    """What the issuer of the points is asked to pay, in fen."""

    id = fields.String()
    connection = fields.String()
    total = fields.Integer()
    paid = fields.Integer()
    state = fields.String()
    reference = fields.String()
    operation = fields.String()
    made_at = fields.DateTime(format="iso")


class ClaimsShown(Shown):
    """Every claim, newest first."""

    claims = fields.List(fields.Nested(ClaimShown))


class Delivery(Body):
    """Where a file comes from; its ending tells the format."""

    connection = words(60)
    biller = words(60)
    name = words(200)


class DeliveredShown(Shown):
    """What came of a file; `known` were delivered before, unchanged."""

    id = fields.String()
    connection = fields.String()
    biller = fields.String()
    name = fields.String()
    sha256 = fields.String()
    bills = fields.Integer()
    known = fields.Integer()
    total = fields.Integer()


class FileErrorShown(ErrorShown):
    """One thing that is wrong in a file; lines count from 1."""

    line = fields.Integer()
    column = fields.String()


class PaidSearch(Body):
    """Payments of some days, both included."""

    connection = words(60)
    biller = words(60)
    first = day(name="from")
    last = day(name="to")
    format = choice("csv", "xlsx", default="csv")


class FaultShown(Shown):
    """Something wrong in the books."""

    where = fields.String()
    what = fields.String()


class VerifiedShown(Shown):
    """How much was checked; the books are good when `faults` is empty."""

    books = fields.Integer()
    entries = fields.Integer()
    postings = fields.Integer()
    faults = fields.List(fields.Nested(FaultShown))


class AccountShown(Shown):
    """One account; fen or hundredths of a point, debit positive."""

    account = fields.String()
    unit = fields.String()
    balance = fields.Integer()


class BalancesShown(Shown):
    """Every account that is not at zero."""

    accounts = fields.List(fields.Nested(AccountShown))


class TenderKind(Shown):
    """One way to take money now."""

    kind = fields.String()
    connection = fields.String()
    title = fields.Nested(Both)


class PointsShown(Shown):
    """What points may be spent on."""

    connection = fields.String()
    categories = fields.List(fields.String())


class TendersShown(Shown):
    """Every way to pay now; `points` is null where the street has no programme."""

    tenders = fields.List(fields.Nested(TenderKind))
    points = fields.Nested(PointsShown, allow_none=True)


class HealthShown(Shown):
    """Whether the service can work."""

    status = fields.String()
