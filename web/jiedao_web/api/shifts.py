"""Shifts and cash of the session's till."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from jiedao.directory.caller import Caller
from jiedao.store.unit import Tx
from jiedao_schemas.api.receipts import Rendering
from jiedao_schemas.api.till import Count, CurrentShift, HandOverTill, Movement, ShiftShown
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.media import FILE, picture
from jiedao_web.papers.answers import language_of
from jiedao_web.papers.shift import Signed, shift_slip
from jiedao_web.prefer import carry_out
from jiedao_web.receipts import Slip
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("shifts", "Opening, moving cash, closing")
_SHOWN: Final = ShiftShown()


@routes.get("/shifts/current", CurrentShift())
def current_shift() -> dict[str, Any]:
    """The open shift of the session's till."""
    with house().store.read(caller().street) as tx:
        row = house().shifts.current(tx, caller().till)
    return {"shift": _shown(row.id) if row else None}


@routes.post("/shifts", _SHOWN, body=Count(), status=[201])
def open_shift(body: dict[str, Any]) -> dict[str, Any]:
    """Open a shift with the float that was counted into the drawer."""
    return _shown(once(lambda by: house().shifts.open(by, body["counted"]), str))


@routes.get("/shifts/<id:shift>", _SHOWN)
def show_shift(shift: str) -> dict[str, Any]:
    """A shift, open or closed."""
    return _shown(shift)


@routes.post("/shifts/<id:shift>/movements", _SHOWN, body=Movement(), status=[201])
def move_cash(body: dict[str, Any], shift: str) -> dict[str, Any]:
    """Pay money into the drawer from the bank, or out of it."""
    once(lambda by: house().shifts.move(by, shift, **body), str)
    return _shown(shift)


@routes.post("/shifts/<id:shift>/close", _SHOWN, body=Count())
def close_shift(body: dict[str, Any], shift: str) -> dict[str, Any]:
    """End a shift with what was counted; the card batches are settled (`Prefer: wait=N` waits for that)."""

    def act(by: Caller) -> str:
        carry_out(house().shifts.close(by, shift, body["counted"]).planned)
        return shift

    return _shown(once(act, str))


@routes.post("/shifts/<id:shift>/hand-over", _SHOWN, body=HandOverTill())
def hand_over_till(body: dict[str, Any], shift: str) -> dict[str, Any]:
    """Close the shift and open the next one for a colleague, who proves to be it as they would to sign in.

    422 names the `code` when they have a second factor. `following` is the colleague's shift; they sign in themselves
    to work.
    """

    def act(by: Caller) -> str:
        colleague = house().second_factors.prove(by.street, body["login"], body["password"], body["code"])
        closed, following = house().shifts.hand_over(by, shift, body["counted"], colleague)
        carry_out(closed.planned)
        return following

    following = once(act, str)
    return {**_shown(shift), "following": following}


@routes.get("/shifts/<id:shift>/sheet.<any(html, pdf, escpos, txt):medium>", None, query=Rendering(), doc=FILE)
def shift_sheet(query: dict[str, Any], shift: str, medium: str) -> Response:
    """The sheet of a closed shift: counted, expected and how that comes about, movements, batches. 409 while open."""
    with house().store.read(caller().street) as tx:
        slip = sheet_of(tx, caller(), shift, language_of(query))
    return picture(slip, medium, query)


def sheet_of(tx: Tx, by: Caller, shift: str, language: str) -> Slip:
    """The same as a slip of paper."""
    row = house().shifts.get(tx, shift)
    reckoning, movements = house().shifts.reckoning(tx, row), house().shifts.movements(tx, shift)
    return shift_slip(row, reckoning, movements, house().places.at(tx, row.till), Signed(by.name, tx.now), language)


def _shown(shift: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        row = house().shifts.get(tx, shift)
        movements = house().shifts.movements(tx, shift)
        reckoning = house().shifts.reckoning(tx, row) if row.state == "closed" else None
    difference = None if row.counted is None or row.expected is None else row.counted - row.expected
    told = {"difference": difference, "reckoning": reckoning, "movements": movements}
    return {**row._asdict(), **told, "following": ""}
