"""Halls, counters and skills."""

from __future__ import annotations

from marshmallow import fields, validate

from jiedao_schemas.api.fields import Body, Shown, choice, several, words

_KINDS = ("window", "kiosk", "phone")
_ID = validate.Regexp(r"[0-9A-Za-z][0-9A-Za-z_.-]*\Z", error="id")


def _id() -> fields.String:
    field = words(40)
    field.validators.append(_ID)
    return field


class NamedTwice(Body):
    """A name in both languages."""

    name_zh = words(60)
    name_en = words(60)


class NewHall(NamedTwice):
    """A hall to add, by its community code."""

    id = _id()


class HallShown(Shown):
    """A hall."""

    id = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    counters = fields.Integer()


class HallsShown(Shown):
    """Every hall of the street."""

    halls = fields.List(fields.Nested(HallShown))


class NewCounter(Body):
    """A counter to add, with its till."""

    id = _id()
    hall = words(60)
    name = words(60)
    kind = choice(*_KINDS, default="window")
    skills = several(words(40), 100, default=[])


class CounterChange(Body):
    """What is to be different about a counter; what is not named stays."""

    hall = words(60, default=None)
    name = words(60, default=None)
    kind = choice(*_KINDS, default=None)
    skills = several(words(40), 100, default=None)


class CounterShown(Shown):
    """A counter; without skills it serves everything. `shift` is the open one, or empty."""

    id = fields.String()
    hall = fields.String()
    name = fields.String()
    kind = fields.String()
    skills = fields.List(fields.String())
    shift = fields.String()


class CountersShown(Shown):
    """Every counter of the street, by hall."""

    counters = fields.List(fields.Nested(CounterShown))


class NewSkill(NamedTwice):
    """A skill to add to the street's list."""

    code = words(40)


class SkillShown(Shown):
    """A skill."""

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()


class SkillsShown(Shown):
    """Every skill of the street."""

    skills = fields.List(fields.Nested(SkillShown))
