"""What an error looks like (RFC 9457)."""

from __future__ import annotations

from marshmallow import INCLUDE, fields

from jiedao_schemas.api.fields import Shown


class ErrorShown(Shown):
    """One thing that is wrong with a body or a file."""

    field = fields.String()
    detail = fields.String()


class ProblemShown(Shown):
    """Why something was not done; nothing was changed. `code` is stable, the sentences are for people.

    Some codes bring facts of their own besides, such as the scope that a key lacks.
    """

    class Meta:
        """What else there may be depends on the code."""

        unknown = INCLUDE

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()
    field = fields.String()
    errors = fields.List(fields.Nested(ErrorShown))
    trace = fields.String()
