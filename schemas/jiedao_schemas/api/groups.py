"""Groups of residents."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, several, words


class NewGroup(Body):
    """A group to define; terms go by its code."""

    code = words(40)
    name_zh = words(60)
    name_en = words(60)


class GroupName(Body):
    """Another name for a group."""

    name_zh = words(60)
    name_en = words(60)


class Membership(Body):
    """The groups that a resident is in from now on: these and no others."""

    groups = several(words(40), 50, default=())


class GroupNamed(Shown):
    """A group."""

    code = fields.String()
    name = fields.Nested(Both)


class GroupShown(GroupNamed):
    """A group, and how many residents are in it."""

    residents = fields.Integer()


class GroupsShown(Shown):
    """Every group of the street."""

    groups = fields.List(fields.Nested(GroupShown))


class OfResident(Shown):
    """The groups that a resident is in."""

    resident = fields.String()
    groups = fields.List(fields.Nested(GroupNamed))
