"""What a street asks of its staff at the door: whether administrators and accountants need a second factor."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, Tx, param


def needs_second_factor(role: Role) -> bool:
    """Whether the rule is about this role: who moves money in the books, and who appoints people."""
    return role in (Role.ADMINISTRATOR, Role.ACCOUNTANT)


def is_required(tx: Tx) -> bool:
    """Whether the street asks administrators and accountants for a second factor. A new street does not, until told."""
    row = tx.first(_RULE, name=_SECOND_FACTOR)
    return bool(row is not None and row.value)


def require(tx: Tx, by: Caller, second_factor: bool) -> None:
    """Switch the rule on or off. Sessions that are open stay so; it is asked for at the next sign-in.

    `Overtaken` when somebody else does so for the first time at this moment.
    """
    by.must_be(Role.ADMINISTRATOR)
    if is_required(tx) == second_factor:
        return
    row = {"name": _SECOND_FACTOR, "value": int(second_factor), "set_by": by.staff, "set_at": tx.now}
    if not tx.change(_SET, **row):
        try:
            tx.add(tables.street_rule, **row)
        except AlreadyThere:
            raise Overtaken(_SECOND_FACTOR) from None
    audit(tx, by, "sign_in.second_factor", "street", required=second_factor)


_SECOND_FACTOR: Final = "second_factor"
_R = tables.street_rule.c
_THIS: Final = (_R.street == STREET) & (_R.name == param("name"))
_RULE: Final = select(_R.value).where(_THIS)
_SET: Final = (
    update(tables.street_rule).where(_THIS).values(value=param("value"), set_by=param("set_by"), set_at=param("set_at"))
)
