"""What providers settled, and the breaks that it left."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, choice, counted, day, flag, words
from jiedao_schemas.api.proposals import ProposalShown


class SettlementDay(Body):
    """A day of a provider's own, which must be over there."""

    connection = words(60)
    on = day(name="on")


class BreakSearch(Body):
    """Breaks that are open, or those that were closed; a page begins above an id."""

    state = choice("open", "closed", default="open")
    after = words(40, least=0, default="")
    limit = counted(100)


class BreakClosing(Body):
    """What was found out, and where; kept for ever. `write_off` books what the break has left in the books to 5103."""

    evidence = words(2000, least=0)
    write_off = flag(default=False)


class WriteOff(Body):
    """Why a break is to be written off: what was found out, and where."""

    evidence = words(2000, least=0)


class SettlementRowShown(Shown):
    """One movement; fen, negative for what left the street's balance with the provider. `net` is `gross` - `fee`."""

    id = fields.String()
    movement = fields.String()
    operation = fields.String()
    reference = fields.String()
    gross = fields.Integer()
    fee = fields.Integer()
    net = fields.Integer()
    currency = fields.String()
    settled_on = fields.Date(format="iso")


class SettlementShown(Shown):
    """What was taken of a day."""

    connection = fields.String()
    on = fields.Date(format="iso")
    rows = fields.List(fields.Nested(SettlementRowShown))


class BreakShown(Shown):
    """One difference. Kinds: theirs_only, ours_only, amount, currency, chargeback, other.

    `left` is what it has left in the books (fen): to write it off is a loss, or where negative a gain. `written_off`
    is what was. `proposal` waits for a second person.
    """

    id = fields.String()
    connection = fields.String()
    kind = fields.String()
    row = fields.String()
    operation = fields.String()
    ours = fields.Integer(allow_none=True)
    theirs = fields.Integer(allow_none=True)
    currency = fields.String()
    settled_on = fields.Date(format="iso")
    found_at = fields.DateTime(format="iso")
    state = fields.String()
    evidence = fields.String()
    closed_by = fields.String()
    closed_at = fields.DateTime(format="iso", allow_none=True)
    left = fields.Integer()
    written_off = fields.Integer()
    proposal = fields.Nested(ProposalShown, allow_none=True)


class BreaksShown(Shown):
    """A page of breaks, oldest first; `after` asks for the next one and is empty on the last."""

    breaks = fields.List(fields.Nested(BreakShown))
    after = fields.String()
