"""The books (accountants), and whether the service works."""

from __future__ import annotations

from typing import Any

from jiedao.directory.caller import Caller, Role
from jiedao.ledger import verify
from jiedao.ledger.verified import keep_verification
from jiedao_schemas.api.office import BalancesShown, HealthShown, VerifiedShown
from jiedao_web.context import house
from jiedao_web.health import alive
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("ledger", "The street's books")


@routes.get("/ledger/verify", VerifiedShown())
def verify_books() -> Any:
    """Recompute everything that can be recomputed, and say what is wrong."""
    by = _accountant()
    with house().store.read(by.street) as tx:
        found = verify.verify(tx)
    keep_verification(house().store, by.street, found)
    return found


@routes.get("/ledger/balances", BalancesShown())
def balances() -> dict[str, Any]:
    """Every account that is not at zero, recomputed from its postings."""
    with house().store.read(_accountant().street) as tx:
        found = verify.balances(tx)
    return {"accounts": [dict(zip(("account", "unit", "balance"), one, strict=True)) for one in found]}


@routes.get("/health", HealthShown())
@routes.open_to_all
def health() -> dict[str, str]:
    """Whether the database answers; 503 when it does not."""
    return alive()


def _accountant() -> Caller:
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    return caller()
