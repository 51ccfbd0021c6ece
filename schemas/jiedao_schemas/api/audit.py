"""The audit, searched."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, counted, day
from jiedao_schemas.api.fields import words as text


class AuditSearch(Body):
    """What is looked for, newest first; what is not named does not matter. Days are the street's, both included.

    `words` are looked for in the reason; without a first day, in the last three months. A page begins below an id.
    """

    staff = text(40, least=0, default="")
    action = text(60, least=0, default="")
    subject = text(100, least=0, default="")
    words = text(100, least=0, default="")
    first = day(name="from", default=None)
    last = day(name="to", default=None)
    before = text(40, least=0, default="")
    limit = counted(50)


class NotedShown(Shown):
    """Who did what, to what, and why."""

    id = fields.String()
    at = fields.DateTime(format="iso")
    staff = fields.String()
    staff_name = fields.String()
    action = fields.String()
    subject = fields.String()
    reason = fields.String()
    detail = fields.Dict()


class AuditShown(Shown):
    """A page of the audit; `before` asks for the next one and is empty on the last."""

    notes = fields.List(fields.Nested(NotedShown))
    before = fields.String()
