"""What takes two people: proposals, and what the second person decides."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, choice, counted, words


class Decision(Body):
    """What the second person checked, or why they refuse; kept for ever."""

    evidence = words(2000, least=0)


class ProposalSearch(Body):
    """Proposals in a state, newest first; a page begins below an id."""

    state = choice("open", "agreed", "refused", "lapsed", default="open")
    before = words(40, least=0, default="")
    limit = counted(50)


class ProposalShown(Shown):
    """What one person proposes. Kinds: closing, break, refund, hand_over; `amount` is fen.

    States: open, agreed, refused, lapsed (what it was about ended by itself; `decision` says how).
    """

    id = fields.String()
    kind = fields.String()
    subject = fields.String()
    amount = fields.Integer()
    wanted = fields.Dict()
    evidence = fields.String()
    proposed_by = fields.String()
    proposed_name = fields.String()
    proposed_at = fields.DateTime(format="iso")
    state = fields.String()
    decided_by = fields.String()
    decided_name = fields.String()
    decision = fields.String()
    decided_at = fields.DateTime(format="iso", allow_none=True)


class ProposalsShown(Shown):
    """A page of proposals; `before` asks for the next one and is empty on the last."""

    proposals = fields.List(fields.Nested(ProposalShown))
    before = fields.String()
