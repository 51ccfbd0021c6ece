"""Billers, bills and offers."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, fen, texts, words


class Both(Shown):
    """A sentence or a name in both languages."""

    zh = fields.String()
    en = fields.String()


class Fetch(Body):
    """Whose bills are wanted; `inputs` by the biller's rules."""

    connection = words(60)
    biller = words(60)
    inputs = texts(10)


class Direct(Fetch):
    """An amount for a biller whose bills are not looked up."""

    amount = fen()


class InputShown(Shown):
    """One thing that identifies a customer; `pattern` is a regular expression for the whole."""

    name = fields.String()
    label = fields.Nested(Both)
    pattern = fields.String()
    example = fields.String()


class BillerShown(Shown):
    """One biller with its rules; amounts in fen."""

    connection = fields.String()
    code = fields.String()
    name = fields.Nested(Both)
    category = fields.String()
    inputs = fields.List(fields.Nested(InputShown))
    fetch = fields.String()
    amount = fields.String()
    minimum = fields.Integer()
    maximum = fields.Integer()


class BillersShown(Shown):
    """Everybody who can be paid now."""

    billers = fields.List(fields.Nested(BillerShown))


class BillShown(Shown):
    """What a customer owes, in fen."""

    biller = fields.String()
    id = fields.String()
    account = fields.String()
    customer = fields.String()
    amount = fields.Integer()
    period = fields.String()
    due = fields.Date(allow_none=True)


class OfferShown(Shown):
    """A bill that may be paid. `offer` is opaque, goes into an order as it is, and expires in half an hour."""

    offer = fields.String()
    connection = fields.String()
    biller_name = fields.Nested(Both)
    category = fields.String()
    rule = fields.String()
    minimum = fields.Integer()
    maximum = fields.Integer()
    bill = fields.Nested(BillShown)


class OffersShown(Shown):
    """A customer's open bills; empty when nothing is owed."""

    offers = fields.List(fields.Nested(OfferShown))
