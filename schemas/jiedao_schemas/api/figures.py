"""Figures of a span, and spans as they are asked for."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, choice, counted, day, words


class SpanSearch(Body):
    """A span that ends today by its name, or two days that are both in it; they come first."""

    span = choice("today", "week", "month", "year", default="month")
    first = day(name="from", default=None)
    last = day(name="to", default=None)


class ShiftSearch(SpanSearch):
    """Shifts of a span, newest first, below one."""

    before = words(20, least=0, default="")
    limit = counted()


class ExportSearch(SpanSearch):
    """The span of an export, and the language of its words."""

    language = choice("zh", "en", "auto", default="auto")


class FigureSpanShown(Shown):
    """Two days of the street's calendar, both in it."""

    first = fields.Date(format="iso", data_key="from")
    last = fields.Date(format="iso", data_key="to")


class FigureSumShown(Shown):
    """Fen. `net` is what was paid less what was refunded; `lines` counts the lines that were paid."""

    key = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String())
    paid = fields.Integer()
    refunded = fields.Integer()
    net = fields.Integer()
    lines = fields.Integer()


class FigureTotalShown(Shown):
    """All of a span."""

    paid = fields.Integer()
    refunded = fields.Integer()
    net = fields.Integer()
    lines = fields.Integer()
    orders = fields.Integer()


class FigureStepShown(Shown):
    """One day, or one month or the part of it that lies in the span."""

    first = fields.Date(format="iso", data_key="from")
    last = fields.Date(format="iso", data_key="to")
    paid = fields.Integer()
    refunded = fields.Integer()


class FigureWayShown(Shown):
    """One way of paying: cash, credit, or an acquirer's account. `returned` went back to residents."""

    key = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String())
    taken = fields.Integer()
    returned = fields.Integer()


class FigurePointsShown(Shown):
    """Hundredths of a point; `owed` by the issuer and `pool` paid ahead are fen, as they stood at the span's end."""

    issued = fields.Integer()
    taken_back = fields.Integer()
    redeemed = fields.Integer()
    restored = fields.Integer()
    lapsed = fields.Integer()
    owed = fields.Integer()
    pool = fields.Integer()


class FigureCertifiedShown(Shown):
    """One scheme: certified in the span; due, overdue and suspended now."""

    scheme = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    done = fields.Integer()
    due = fields.Integer()
    overdue = fields.Integer()
    suspended = fields.Integer()
    known = fields.Integer()


class FigureOpenShown(Shown):
    """What is open now."""

    review = fields.Integer()
    confirming = fields.Integer(attribute="unknown", data_key="unknown")
    unsent = fields.Integer()
    breaks = fields.Integer()
    shifts = fields.Integer()


class FiguresShown(Shown):
    """The figures of a span. `complete` is false while older entries are still being added up, up to `as_of`."""

    span = fields.Nested(FigureSpanShown)
    as_of = fields.DateTime(format="iso")
    complete = fields.Boolean()
    total = fields.Nested(FigureTotalShown)
    by_biller = fields.List(fields.Nested(FigureSumShown))
    by_category = fields.List(fields.Nested(FigureSumShown))
    by_hall = fields.List(fields.Nested(FigureSumShown))
    steps = fields.List(fields.Nested(FigureStepShown))
    ways = fields.List(fields.Nested(FigureWayShown))
    points = fields.Nested(FigurePointsShown)
    over = fields.Integer()
    short = fields.Integer()
    certifications = fields.List(fields.Nested(FigureCertifiedShown))
    parcels = fields.Dict(keys=fields.String(), values=fields.Integer())
    open = fields.Nested(FigureOpenShown)


class WorkedBatchShown(Shown):
    """An acquirer's answer to the closing of its batch; `balanced` is null before it said."""

    connection = fields.String()
    state = fields.String()
    balanced = fields.Boolean(allow_none=True)


class WorkedShown(Shown):
    """One shift; `expected` and `difference` are null while it is open."""

    id = fields.String()
    till = fields.String()
    till_name = fields.String()
    hall = fields.String()
    staff = fields.String()
    staff_name = fields.String()
    state = fields.String()
    opened_at = fields.DateTime(format="iso")
    float = fields.Integer()
    closed_at = fields.DateTime(format="iso", allow_none=True)
    counted = fields.Integer(allow_none=True)
    expected = fields.Integer(allow_none=True)
    difference = fields.Integer(allow_none=True)
    batches = fields.List(fields.Nested(WorkedBatchShown))
    waiting = fields.Boolean()


class WorkedSpanShown(Shown):
    """Shifts that were opened in a span, newest first, and `next` to go on with (`before`), or empty."""

    span = fields.Nested(FigureSpanShown)
    shifts = fields.List(fields.Nested(WorkedShown))
    next = fields.String()
