"""Residents and their cards."""

from __future__ import annotations

from typing import Any, Final

from jiedao.checkout.credit import credit_of
from jiedao.directory.caller import Caller, claim
from jiedao.personal import correcting
from jiedao.points import lots
from jiedao_schemas.api.people import (
    Correction,
    HolderShown,
    NewCard,
    NewResident,
    NumberShown,
    ResidentsShown,
    ResidentWhole,
    Search,
    WhyRevealed,
)
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("residents", "Residents, their points and cards")
_KIND: Final = "resident"


@routes.post("/residents/search", ResidentsShown(), body=Search())
def find_residents(body: dict[str, Any]) -> dict[str, Any]:
    """Find residents by number, phone, points card or the beginning of the name; at most 20.

    A POST, so that no resident's number stands in an address, which proxies and browsers write down.
    """
    with house().store.read(caller().street) as tx:
        return {"residents": house().residents.find(tx, body["q"])}


@routes.post("/residents", ResidentWhole(), body=NewResident(), status=[201])
def add_resident(body: dict[str, Any]) -> dict[str, Any]:
    """Register a resident."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            made = house().residents.add(tx, **body)
            claim(tx, by, _KIND, made.id)
        return made.id

    return _whole(once(act, str))


@routes.get("/residents/<id:resident>", ResidentWhole())
def show_resident(resident: str) -> dict[str, Any]:
    """A resident with points, credit and cards."""
    return _whole(resident)


@routes.change("PATCH", "/residents/<id:resident>", ResidentWhole(), body=Correction())
def correct_resident(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """Correct what was registered, for a reason that is kept for ever; a number only administrators.

    With another phone the resident is signed out everywhere, and told so at the address that was known before.
    """
    house().correcting.correct(caller(), resident, correcting.Correction(**body))
    return _whole(resident)


@routes.post("/residents/<id:resident>/cards", ResidentWhole(), body=NewCard(), status=[201])
def tie_card(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """Ask the issuer whose card it is, and note that it is this resident's.

    409 `card.name` when the issuer knows the holder by another name: send it again with `confirmed`.
    """

    def act(by: Caller) -> str:
        house().cards.tie(by, resident, body["card"], confirmed=body["confirmed"])
        return resident

    return _whole(once(act, str))


@routes.post("/residents/<id:resident>/reveal", NumberShown(), body=WhyRevealed())
def reveal_number(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """The whole number, for a reason that is kept for ever."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            number = house().residents.reveal(tx, by, resident, body["reason"])
            claim(tx, by, _KIND, resident)
        return number

    def again(_: str) -> str:
        """Looking once more is looking, and is noted as such."""
        with house().store.write(caller().street) as tx:
            return house().residents.reveal(tx, caller(), resident, body["reason"])

    return {"number": once(act, again)}


@routes.get("/cards/<code:card>", HolderShown())
def show_card(card: str) -> dict[str, Any]:
    """Whose points card this is: the resident it is tied to, else the holder's name at the issuer."""
    with house().store.read(caller().street) as tx:
        resident = house().residents.holder(tx, card)
    issuer = None if resident else house().cards.ask(caller().street, card)
    return {"card": card, "resident": resident, "issuer": issuer}


def _whole(resident: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        person = house().residents.get(tx, resident)
        return {
            "id": person.id,
            "name": person.name,
            "number": person.number,
            "points": lots.balance(tx, resident),
            "lots": lots.history(tx, resident),
            "credit": credit_of(tx, resident),
            "cards": house().residents.cards(tx, resident),
        }
