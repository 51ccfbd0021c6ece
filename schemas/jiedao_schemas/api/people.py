"""Sessions of staff, and residents."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, counted, flag, words


class SignIn(Body):
    """Who signs in, where."""

    street = words(32)
    login = words(64)
    password = words(1024)
    till = words(40, least=0, default="")
    code = words(40, least=0, default="")


class FactorCode(Body):
    """Six digits of an authenticator, or a recovery code."""

    code = words(40)


class Move(Body):
    """Work at another till."""

    till = words(40)


class SessionShown(Shown):
    """Whose session it is. The token is given once, when it is opened. Only stage `open` does business."""

    token = fields.String()
    csrf = fields.String()
    stage = fields.String()
    street = fields.String()
    staff = fields.String()
    name = fields.String()
    role = fields.String()
    till = fields.String()


class NewResident(Body):
    """A resident to register; the number is kept encrypted."""

    name = words(100)
    number = words(32, least=0, default="")
    phone = words(24, least=0, default="")


class Correction(Body):
    """What was registered wrongly: what is left out stays, an empty number or phone is taken away."""

    name = words(100, default=None)
    number = words(32, least=0, default=None)
    phone = words(24, least=0, default=None)
    reason = words(500, least=0)


class Search(Body):
    """Number, phone, card or the beginning of a name."""

    q = words(100)


class NewCard(Body):
    """A points card as it was read; `confirmed` when the name at the issuer was compared by a person."""

    card = words(32)
    confirmed = flag(default=False)


class Reason(Body):
    """Why something is done; kept for ever."""

    reason = words(500)


class WhyRevealed(Body):
    """Why a whole number has to be seen; kept for ever."""

    reason = words(500, least=0)


class Paging(Body):
    """A page of a list, newest first: what comes before an id."""

    before = words(40, least=0, default="")
    limit = counted()


class ResidentShown(Shown):
    """A resident; the number is masked."""

    id = fields.String()
    name = fields.String()
    number = fields.String()


class ResidentsShown(Shown):
    """What a search found, at most 20."""

    residents = fields.List(fields.Nested(ResidentShown))


class BalanceShown(Shown):
    """Points in hundredths."""

    active = fields.Integer()
    pending = fields.Integer()
    held = fields.Integer()
    debt = fields.Integer()


class LotShown(Shown):
    """Points that were earned together and lapse together, in hundredths."""

    id = fields.String()
    earned_on = fields.Date()
    active_on = fields.Date()
    expires_on = fields.Date()
    amount = fields.Integer()
    remaining = fields.Integer()
    state = fields.String()


class ResidentWhole(ResidentShown):
    """A resident with points, credit (fen) and cards."""

    points = fields.Nested(BalanceShown)
    lots = fields.List(fields.Nested(LotShown))
    credit = fields.Integer()
    cards = fields.List(fields.String())


class NumberShown(Shown):
    """The whole number, or nothing where none is known."""

    number = fields.String()


class IssuerShown(Shown):
    """The holder of a card as its issuer knows them."""

    name = fields.String()
    active = fields.Boolean()


class HolderShown(Shown):
    """Whose card it is here; null where it is not tied yet, and then the holder at its issuer."""

    card = fields.String()
    resident = fields.Nested(ResidentShown, allow_none=True)
    issuer = fields.Nested(IssuerShown, allow_none=True)
