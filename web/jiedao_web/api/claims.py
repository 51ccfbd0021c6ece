"""What the issuer of the points owes the street (accountants)."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.caller import Caller, Role
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao_schemas.api.office import ClaimShown, ClaimsShown, Payment
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import carry_out
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("claims", "Claims on the issuer of the points")
_SHOWN: Final = ClaimShown()


@routes.get("/claims", ClaimsShown())
def claims() -> dict[str, Any]:
    """Every claim, newest first."""
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    with house().store.read(caller().street) as tx:
        return {"claims": house().claims.all(tx)}


@routes.post("/claims", _SHOWN, status=[201])
def make_claim() -> Any:
    """Claim what was redeemed and not claimed yet; it is sent at once (`Prefer: wait=N` waits for the answer)."""

    def act(by: Caller) -> str:
        id_, planned = house().claims.make(by)
        carry_out(planned)
        return id_

    return _claim(once(act, str))


@routes.post("/claims/<id:claim>/payments", _SHOWN, body=Payment(), status=[201])
def note_payment(body: dict[str, Any], claim: str) -> Any:
    """Note that the issuer's money has come in at the bank."""

    def act(by: Caller) -> str:
        house().claims.paid(by, claim, body["amount"])
        return claim

    _claim(claim)
    return _claim(once(act, str))


def _claim(id_: str) -> Any:
    with house().store.read(caller().street) as tx:
        found = next((row for row in house().claims.all(tx) if row.id == id_), None)
    if found is None:
        raise NotFound("claim.missing", _MISSING)
    return found


_MISSING: Final = Text(zh="没有这张兑付单", en="There is no such claim")
