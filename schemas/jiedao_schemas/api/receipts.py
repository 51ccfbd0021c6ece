"""Receipts and slips."""

from __future__ import annotations

from marshmallow import fields, validate

from jiedao_schemas.api.fields import Body, Shown, choice


class Rendering(Body):
    """How a slip is to look; `auto` is the language of Accept-Language.

    `columns` is for text, `encoding` and `drawer` for thermal printers.
    """

    language = choice("auto", "zh", "en", default="auto")
    columns = fields.Integer(
        load_default=42,
        validate=validate.OneOf((32, 42, 48), error="choice:32/42/48"),
        error_messages={"invalid": "whole"},
    )
    encoding = choice("gbk", "gb18030", default="gbk")
    drawer = choice("true", "false", default="false")


class MissingShown(Shown):
    """Characters that a medium cannot draw; they stand there as their code points."""

    escpos = fields.List(fields.String())
    pdf = fields.List(fields.String())


class ReceiptShown(Shown):
    """A receipt as it was last printed: what it says, which copy it is, and where its pictures are."""

    number = fields.String()
    copy = fields.Integer()
    receipt = fields.Dict()
    missing = fields.Nested(MissingShown)
    pictures = fields.Dict(keys=fields.String(), values=fields.String())
