"""What needs a person."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Shown


class MatterShown(Shown):
    """Something that needs a person. `page` says where it is mended, `subject` what it is there."""

    kind = fields.String()
    severity = fields.String()
    says = fields.Nested(Both)
    mend = fields.Nested(Both)
    page = fields.String()
    subject = fields.String()
    count = fields.Integer()
    since = fields.DateTime(format="iso", allow_none=True)


class AttentionShown(Shown):
    """Everything that needs a person, the most urgent first."""

    matters = fields.List(fields.Nested(MatterShown))
