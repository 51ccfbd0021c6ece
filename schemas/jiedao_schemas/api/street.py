"""Rules that a street sets for itself."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, fen


class RulesWanted(Body):
    """`four_eyes` (fen): more than this takes two people; at 0 everything does."""

    four_eyes = fen(least=0)


class RulesShown(Shown):
    """The rules as they are."""

    four_eyes = fields.Integer()
