"""Rules that a street sets for itself. What it has not set has a default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit
from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

FOUR_EYES: Final = 500_00
"""Fen: what a street that has set nothing leaves to one person."""
MOST: Final = 100_000_000_00


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one street."""

    four_eyes: int
    """Fen: more than this takes two people; at 0 everything does."""

    def takes_two(self, amount: int) -> bool:
        """Whether an act over an amount (fen) takes two people."""
        return self.four_eyes == 0 or amount > self.four_eyes


def rules(tx: Tx) -> Rules:
    """The rules of the street of this transaction."""
    row = tx.first(_RULE, name=_FOUR_EYES)
    return Rules(FOUR_EYES if row is None else row.value)


def set_rules(store: Store, caller: Caller, wanted: Rules) -> None:
    """Set them (administrators). What they were before stays in the audit."""
    caller.must_be(Role.ADMINISTRATOR)
    if not 0 <= wanted.four_eyes <= MOST:
        raise Invalid("rules.four_eyes", _LIMIT, field="four_eyes")
    store.retrying(caller.street, lambda tx: _set(tx, caller, wanted))


def _set(tx: Tx, caller: Caller, wanted: Rules) -> None:
    before = rules(tx)
    row = {"name": _FOUR_EYES, "value": wanted.four_eyes, "set_by": caller.staff, "set_at": tx.now}
    if not tx.change(_SET, **row):
        try:
            tx.add(tables.street_rule, **row)
        except AlreadyThere:
            raise Overtaken(_FOUR_EYES) from None
    audit(tx, caller, "street.rules", "street", four_eyes=wanted.four_eyes, before=before.four_eyes)


_FOUR_EYES: Final = "four_eyes"
_R = tables.street_rule.c
_THIS: Final = (_R.street == STREET) & (_R.name == param("name"))
_RULE: Final = select(_R.value).where(_THIS)
_SET: Final = (
    update(tables.street_rule).where(_THIS).values(value=param("value"), set_by=param("set_by"), set_at=param("set_at"))
)
_LIMIT: Final = Text(zh="限额应在 0 到 1 亿元之间", en="The limit is from 0 to one hundred million yuan")
