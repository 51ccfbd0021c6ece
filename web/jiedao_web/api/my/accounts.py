"""Accounts at billers that a resident keeps under names of their own."""

from __future__ import annotations

from typing import Any

from jiedao.directory.caller import Caller
from jiedao_schemas.api import my as schemas
from jiedao_web.api.my.bills import count_look, offer_to_resident, offers_shown
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.resident_sessions import resident
from jiedao_web.routes import Routes, Who

routes = Routes("my_accounts", "Accounts that a resident keeps", who=Who.RESIDENT)


@routes.get("/my/accounts", schemas.MyAccountsShown())
def accounts() -> dict[str, Any]:
    """What the resident keeps."""
    by = resident()
    with house().store.read(by.street) as tx:
        return {"accounts": house().accounts.of(tx, by.resident)}


@routes.post("/my/accounts", schemas.MyAccountShown(), body=schemas.MyNewAccount(), status=[201])
def keep_account(body: dict[str, Any]) -> Any:
    """Keep an account. 409 when it is kept already."""
    resident()

    def act(by: Caller) -> str:
        return house().accounts.keep(by, body["connection"], body["biller"], body["inputs"], body["label"])

    return _one(once(act, str))


@routes.change("PATCH", "/my/accounts/<id:account>", schemas.MyAccountShown(), body=schemas.AccountLabel())
def rename_account(body: dict[str, Any], account: str) -> Any:
    """Call it something else."""
    house().accounts.rename(resident(), account, body["label"])
    return _one(account)


@routes.change("DELETE", "/my/accounts/<id:account>", None, status=204)
def drop_account(account: str) -> tuple[str, int]:
    """Keep it no longer."""
    house().accounts.drop(resident(), account)
    return "", 204


@routes.post("/my/accounts/<id:account>/bills", schemas.MyOffersShown())
def account_bills(account: str) -> dict[str, Any]:
    """What is open there now. Nothing is stored; 429 as for any look-up."""
    by = resident()
    _one(account)
    count_look(by)
    return offers_shown(by, house().accounts.bills(by, account))


@routes.post("/my/accounts/<id:account>/direct", schemas.MyOffer(), body=schemas.AccountAmount())
def account_direct(body: dict[str, Any], account: str) -> dict[str, Any]:
    """An offer to pay an amount, for a biller whose bills are not looked up."""
    by = resident()
    _one(account)
    count_look(by)
    return offer_to_resident(by, house().accounts.direct(by, account, body["amount"]))


def _one(account: str) -> Any:
    by = resident()
    with house().store.read(by.street) as tx:
        return house().accounts.one(tx, by.resident, account)
