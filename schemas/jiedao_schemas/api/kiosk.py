"""Kiosks: their devices, how they are, and who stands before them."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, choice, words

_CONDITIONS = ("online", "paper_low", "no_paper", "out_of_service")


class KioskCode(Shown):
    """A code to enter at the device; it is shown once and good once."""

    code = fields.String()
    until = fields.DateTime(format="iso")


class KioskShown(Shown):
    """A kiosk as administrators see it."""

    till = fields.String()
    name = fields.String()
    hall = fields.String()
    enrolled = fields.Boolean()
    reachable = fields.Boolean()
    condition = fields.String()
    condition_at = fields.DateTime(format="iso", allow_none=True)
    seen_at = fields.DateTime(format="iso", allow_none=True)
    code_until = fields.DateTime(format="iso", allow_none=True)


class KiosksShown(Shown):
    """Every kiosk of the street."""

    kiosks = fields.List(fields.Nested(KioskShown))


class KioskEnrolment(Body):
    """The street, and the code that an administrator made for this kiosk."""

    street = words(32)
    code = words(20)


class ConditionReport(Body):
    """How the kiosk is."""

    condition = choice(*_CONDITIONS)


class KioskDeviceShown(Shown):
    """The kiosk's device. `prints`: what must end on paper may be begun. The token is given once."""

    token = fields.String()
    street = fields.String()
    till = fields.String()
    name = fields.String()
    hall = fields.Nested(Both)
    condition = fields.String()
    prints = fields.Boolean()


class CardPresented(Body):
    """A points card as the scanner read it."""

    card = words(32)


class TrackingNumber(Body):
    """The number of a letter or parcel, as it stands on it."""

    number = words(40)


class TrackedStop(Shown):
    """One thing that happened to it."""

    at = fields.DateTime(format="iso")
    kind = fields.String()
    place = fields.String()


class TrackedShown(Shown):
    """Where a letter or parcel is; to whom it goes is not said."""

    number = fields.String()
    title = fields.Nested(Both)
    state = fields.String()
    standing = fields.String()
    events = fields.List(fields.Nested(TrackedStop))
