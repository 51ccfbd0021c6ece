"""Orders: bills to pay, ways to pay them, refunds, and how it all stands."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, choice, fen, flag, many, whole, words
from jiedao_schemas.api.people import Paging

MOST_LINES = 50
MOST_TENDERS = 10


class WantedLine(Body):
    """A bill to pay: an offer as it was given out."""

    offer = words(8000)
    amount = fen()


class NewTender(Body):
    """A way of paying. `received` is cash handed over, when it is more than the amount."""

    kind = choice("points", "credit", "cash", "card", "qr", "online")
    amount = fen()
    connection = words(60, least=0, default="")
    received = fen(least=0, default=0)


class Pay(Body):
    """How an order is paid; `surplus` keeps what is too much as the resident's credit."""

    tenders = many(NewTender, MOST_TENDERS)
    surplus = flag(default=False)


class NewOrder(Body):
    """An order; with tenders it is paid at once."""

    resident = words(40, least=0, default="")
    lines = many(WantedLine, MOST_LINES)
    tenders = many(NewTender, MOST_TENDERS, default=())
    surplus = flag(default=False)


class RefundPart(Body):
    """A line, or a part of it."""

    line = whole(1, 1000)
    amount = fen()


class NewRefund(Body):
    """What goes back and why. `biller_owes` (accountants): the biller cannot be asked and owes it to the street."""

    lines = many(RefundPart, MOST_LINES)
    reason = words(500)
    biller_owes = flag(default=False)


class HandOver(Body):
    """Money that could not go back the way it came."""

    source = words(40)
    tender = whole(1, 1000)
    how = choice("cash", "credit")


class HandOverProposed(HandOver):
    """The same, for a second person to agree to: why it is right, and where that was seen."""

    evidence = words(2000, least=0)


class OrderSearch(Paging):
    """Orders of a resident, else of a till, else of the session's till."""

    resident = words(40, least=0, default="")
    till = words(40, least=0, default="")


class LineShown(Shown):
    """One bill of an order, or its postage (`act` postal_create; `bill` is then the consignment).

    States: planned, asking, doubt, review, paid, refused.
    """

    no = fields.Integer()
    connection = fields.String()
    biller = fields.String()
    biller_name = fields.Nested(Both)
    category = fields.String()
    account = fields.String()
    bill = fields.String()
    customer = fields.String()
    period = fields.String()
    due = fields.Integer()
    amount = fields.Integer()
    refunded = fields.Integer()
    state = fields.String()
    act = fields.String()
    operation = fields.String()
    reference = fields.String()
    printed = fields.Dict()
    reason = fields.Dict()


class TenderShown(Shown):
    """One way of paying. States: planned, asking, doubt, giving_up, review, taken, capturing, refused.

    `show` is what the resident's phone has to scan now; the tender's `qr.svg` is a picture of it.
    """

    no = fields.Integer()
    kind = fields.String()
    connection = fields.String()
    amount = fields.Integer()
    received = fields.Integer()
    change = fields.Function(lambda tender: max(tender.received - tender.amount, 0), metadata={"type": "integer"})
    returned = fields.Integer()
    state = fields.String()
    operation = fields.String()
    show = fields.String()
    slip = fields.Dict()


class GiveBackShown(Shown):
    """Money on its way back. States: planned, asking, doubt, review, refused, to_hand_over, done."""

    source = fields.String()
    tender = fields.Integer()
    amount = fields.Integer()
    state = fields.String()
    operation = fields.String()
    how = fields.String()
    reference = fields.String()


class RefundLineShown(Shown):
    """A line to be refunded. States: planned, asking, doubt, agreed, owed, refused."""

    line = fields.Integer()
    amount = fields.Integer()
    state = fields.String()
    operation = fields.String()


class EventShown(Shown):
    """One step of an attempt."""

    event = fields.String()
    state = fields.String()
    at = fields.DateTime(format="iso")
    detail = fields.Dict()


class AttemptShown(Shown):
    """One try to pay an order, or one refund of it."""

    id = fields.String()
    kind = fields.String()
    state = fields.String()
    finished = fields.Boolean()
    started_at = fields.DateTime(format="iso")
    staff_name = fields.String()
    reason = fields.String()
    tenders = fields.List(fields.Nested(TenderShown))
    refunds = fields.List(fields.Nested(RefundLineShown))
    givebacks = fields.List(fields.Nested(GiveBackShown))
    events = fields.List(fields.Nested(EventShown))


class HandOverShown(Shown):
    """Money that waits for an accountant to hand it over in another way."""

    attempt = fields.String()
    source = fields.String()
    tender = fields.Integer()
    amount = fields.Integer()


class StepShown(Shown):
    """What the client may do next."""

    action = fields.String()
    method = fields.String()
    href = fields.String()


class OrderShown(Shown):
    """An order as it stands. `confirming`: something outside has not answered yet, and nothing is guessed.

    States: open, paying, paid, part_paid, refused, cancelled, refunded (all that was paid has gone back).
    """

    id = fields.String()
    till = fields.String()
    resident = fields.String(allow_none=True)
    resident_name = fields.String()
    state = fields.String()
    total = fields.Integer()
    currency = fields.String()
    placed_at = fields.DateTime(format="iso")
    confirming = fields.Boolean()
    review = fields.Boolean()
    lines = fields.List(fields.Nested(LineShown))
    attempts = fields.List(fields.Nested(AttemptShown))
    receipts = fields.List(fields.String())
    cash_back = fields.Integer()
    to_hand_over = fields.List(fields.Nested(HandOverShown))
    next = fields.List(fields.Nested(StepShown))


class OrderBrief(Shown):
    """One order of a list."""

    id = fields.String()
    till = fields.String()
    resident = fields.String(allow_none=True)
    resident_name = fields.String()
    state = fields.String()
    total = fields.Integer()
    currency = fields.String()
    placed_at = fields.DateTime(format="iso")


class OrdersShown(Shown):
    """A page of orders, newest first; `before` asks for the next page and is empty on the last."""

    orders = fields.List(fields.Nested(OrderBrief))
    before = fields.String()
