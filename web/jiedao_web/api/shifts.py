"""Shifts and cash of the session's till."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.caller import Caller
from jiedao.directory.staff import known_colleague
from jiedao_schemas.api.till import Count, CurrentShift, HandOverTill, Movement, ShiftShown
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import carry_out
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
    """Close the shift and open the next one for a colleague, who gives their password.

    `following` is the colleague's shift; they sign in themselves to work.
    """

    def act(by: Caller) -> str:
        colleague = known_colleague(house().store, by.street, body["login"], body["password"])
        closed, following = house().shifts.hand_over(by, shift, body["counted"], colleague)
        carry_out(closed.planned)
        return following

    following = once(act, str)
    return {**_shown(shift), "following": following}


def _shown(shift: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        row = house().shifts.get(tx, shift)
        movements = house().shifts.movements(tx, shift)
    difference = None if row.counted is None or row.expected is None else row.counted - row.expected
    return {**row._asdict(), "difference": difference, "movements": movements, "following": ""}
