"""Printing at a till: papers of ours by reference, never bytes from a client."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, choice, words

PAPERS = ("receipt", "slip", "label", "shift")


class PrinterShown(Shown):
    """A connection through which the street prints."""

    id = fields.String()
    title = fields.Nested(Both)


class PrintersShown(Shown):
    """Every one that is usable now; `prints_at` is the session's till, empty without one."""

    printers = fields.List(fields.Nested(PrinterShown))
    prints_at = fields.String()


class PrintWanted(Body):
    """What is to be printed. `reference`: number of a receipt, or id of an order (slip), consignment (label), shift."""

    what = choice(*PAPERS)
    reference = words(60)
    language = choice("auto", "zh", "en", default="auto")


class PrintShown(Shown):
    """What the printer took. `copy` counts the reprints of a receipt, 0 for its original."""

    what = fields.String()
    reference = fields.String()
    copy = fields.Integer()
