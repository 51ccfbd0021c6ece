"""What takes two people: what was proposed, and the second person's decision."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.caller import Caller, Role
from jiedao.proposals import proposals
from jiedao.proposals.model import Proposal, State
from jiedao_schemas.api.proposals import Decision, ProposalSearch, ProposalShown, ProposalsShown
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import carry_out
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("proposals", "What takes two people")
_SHOWN: Final = ProposalShown()


@routes.get("/proposals", ProposalsShown(), query=ProposalSearch())
def list_proposals(query: dict[str, Any]) -> dict[str, Any]:
    """Closings, write-offs, refunds and hand-overs that one person has proposed (accountants)."""
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    with house().store.read(caller().street) as tx:
        found = proposals.page(tx, State(query["state"]), query["before"], query["limit"])
    return {"proposals": found, "before": found[-1].id if len(found) == query["limit"] else ""}


@routes.get("/proposals/<id:proposal>", _SHOWN)
def show_proposal(proposal: str) -> Proposal:
    """One proposal."""
    return _proposal(proposal)


@routes.post("/proposals/<id:proposal>/agreement", _SHOWN, body=Decision())
def agree(body: dict[str, Any], proposal: str) -> Proposal:
    """Agree to it as the second person, and have it done (`Prefer: wait=N` waits for what follows).

    403 `proposal.same_person` for the first person and for who took the payment; 409 `proposal.lapsed` when it ended
    by itself meanwhile, `proposal.decided` when somebody else was first.
    """

    def act(by: Caller) -> str:
        carry_out(house().proposals.agree(by, proposal, body["evidence"]))
        return proposal

    return _proposal(once(act, str))


@routes.post("/proposals/<id:proposal>/refusal", _SHOWN, body=Decision())
def refuse(body: dict[str, Any], proposal: str) -> Proposal:
    """Refuse it, or take one's own back; what it is about stays as it is."""

    def act(by: Caller) -> str:
        house().proposals.refuse(by, proposal, body["evidence"])
        return proposal

    return _proposal(once(act, str))


def _proposal(id_: str) -> Proposal:
    with house().store.read(caller().street) as tx:
        return proposals.look(tx, id_)
