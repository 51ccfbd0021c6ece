"""Shifts and cash."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, choice, fen, words


class Count(Body):
    """Money counted in the drawer, in fen."""

    counted = fen(least=0)


class Movement(Body):
    """Money paid into the drawer from the bank, or out of it."""

    kind = choice("in", "out")
    amount = fen()
    reason = words(200)


class HandOverTill(Count):
    """The count, and the colleague who takes over; `code` is their second factor, where they have one."""

    login = words(64)
    password = words(1024)
    code = words(40, least=0, default="")


class MovementShown(Shown):
    """One movement."""

    id = fields.String()
    kind = fields.String()
    amount = fields.Integer()
    reason = fields.String()
    at = fields.DateTime(format="iso")
    staff = fields.String()


class ReckoningShown(Shown):
    """What makes up the expected cash, in fen; what was given back and paid out is taken off."""

    float = fields.Integer()
    taken = fields.Integer()
    given_back = fields.Integer()
    paid_in = fields.Integer()
    paid_out = fields.Integer()


class ShiftShown(Shown):
    """A shift. What should be in the drawer is only shown when it is closed: the count is blind."""

    id = fields.String()
    till = fields.String()
    state = fields.String()
    staff = fields.String()
    opened_at = fields.DateTime(format="iso")
    float = fields.Integer()
    closed_at = fields.DateTime(format="iso", allow_none=True)
    counted = fields.Integer(allow_none=True)
    expected = fields.Integer(allow_none=True)
    difference = fields.Integer(allow_none=True)
    reckoning = fields.Nested(ReckoningShown, allow_none=True)
    batches = fields.Dict()
    movements = fields.List(fields.Nested(MovementShown))
    following = fields.String()


class CurrentShift(Shown):
    """The open shift of the till, or null."""

    shift = fields.Nested(ShiftShown, allow_none=True)
