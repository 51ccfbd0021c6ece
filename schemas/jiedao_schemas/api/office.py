"""What accountants and administrators work with: the review queue, claims, files, connections, the ledger."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, anything, choice, day, fen, words
from jiedao_schemas.api.problem import ErrorShown


class ReviewSearch(Body):
    """Only what waits for a person, or everything that is open."""

    which = choice("review", "open", default="review")


class Closing(Body):
    """What a person found out, and where; kept for ever."""

    verdict = choice("succeeded", "declined")
    reference = words(64, least=0, default="")
    evidence = words(2000)


class OperationShown(Shown):
    """One act on the outside world. `order` where it belongs to one."""

    id = fields.String()
    connection = fields.String()
    hook = fields.String()
    subject_kind = fields.String()
    subject = fields.String()
    part = fields.String()
    order = fields.String()
    state = fields.String()
    tries = fields.Integer()
    reason = fields.String()
    request = fields.Dict()
    outcome = fields.Dict()
    planned_at = fields.DateTime(format="iso")
    sent_at = fields.DateTime(format="iso", allow_none=True)
    due_at = fields.DateTime(format="iso", allow_none=True)


class OperationsShown(Shown):
    """Acts that are open, oldest first."""

    operations = fields.List(fields.Nested(OperationShown))


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


class NewConnection(Body):
    """A plugin to set up; `settings` by its own schema, secrets among them."""

    id = words(60)
    plugin = words(60)
    title_zh = words(60)
    title_en = words(60)
    settings = anything(default={})


class Settings(Body):
    """Settings to change; what is not named stays, secrets too."""

    settings = anything()


class Switch(Body):
    """The state to be in."""

    state = choice("off", "test", "live", "paused")


class ConnectionShown(Shown):
    """A street's set-up of a plugin. Of secrets only the names of those that are set."""

    id = fields.String()
    plugin = fields.String()
    title = fields.Nested(Both)
    state = fields.String()
    version = fields.Integer()
    settings = fields.Dict()
    secrets = fields.List(fields.String())
    paused_because = fields.String()
    check = fields.Dict()
    open_work = fields.Integer()


class ConnectionsShown(Shown):
    """Every connection of the street."""

    connections = fields.List(fields.Nested(ConnectionShown))


class CheckShown(Shown):
    """What a check saw."""

    passed = fields.Boolean()
    says = fields.Nested(Both)


class FieldShown(Shown):
    """One setting, for a form."""

    name = fields.String()
    kind = fields.String()
    label = fields.Nested(Both)
    help = fields.Nested(Both)
    required = fields.Boolean()
    choices = fields.List(fields.String())
    default = fields.Raw(allow_none=True)


class PluginShown(Shown):
    """A plugin that can be set up."""

    name = fields.String()
    version = fields.String()
    quality = fields.String()
    title = fields.Nested(Both)
    families = fields.List(fields.String())
    abilities = fields.List(fields.String())
    origin = fields.String()
    settings = fields.List(fields.Nested(FieldShown))


class QuarantinedShown(Shown):
    """A plugin that could not be loaded, and why."""

    name = fields.String()
    why = fields.String()
    details = fields.String()
    origin = fields.String()


class PluginsShown(Shown):
    """All plugins of the installation."""

    plugins = fields.List(fields.Nested(PluginShown))
    quarantined = fields.List(fields.Nested(QuarantinedShown))


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
