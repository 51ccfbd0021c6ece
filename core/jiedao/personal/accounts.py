"""Accounts at billers that a resident keeps under a name of their own: "Mother's water". Their numbers are sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select, update

from jiedao.checkout.bills import Bills, Offer
from jiedao.directory.caller import Caller, claim
from jiedao.directory.residents import masked
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Store, Tx, param

MOST: Final = 30
"""Accounts that one resident may keep."""


@dataclass(frozen=True, slots=True)
class Account:
    """A kept account. `account` is as it is shown: masked where it is somebody's own number."""

    id: str
    connection: str
    biller: str
    biller_name: Text
    category: str
    label: str
    account: str


class Accounts:
    """The kept accounts of all streets. Everything here is the caller's own; another's is not found."""

    def __init__(self, store: Store, bills: Bills, keyring: Keyring) -> None:
        self._store, self._bills, self._keyring = store, bills, keyring

    def of(self, tx: Tx, resident: str) -> list[Account]:
        """What a resident keeps, the oldest first."""
        return [_account(row) for row in tx.rows(_OF, resident=resident)]

    def one(self, tx: Tx, resident: str, id_: str) -> Account:
        """One of them."""
        return _account(_row(tx, resident, id_))

    def keep(self, caller: Caller, connection: str, biller: str, inputs: Mapping[str, str], label: str) -> str:
        """Keep an account; `Conflict` when it is kept already. Without a label it is called as its biller is."""
        found, given = self._bills.known(caller.street, connection, biller, inputs)
        number = next(iter(given.values()), "")
        hidden = any(rule.personal for rule in found.inputs)
        plain = json.dumps(given, ensure_ascii=False, sort_keys=True)
        id_ = new_id()
        with self._store.write(caller.street) as tx:
            if len(tx.rows(_OF, resident=caller.resident)) >= MOST:
                raise Conflict("account.most", _MOST.format(most=MOST))
            row = {
                "id": id_,
                "resident": caller.resident,
                "connection": connection,
                "biller": biller,
                "biller_name": found.name.as_json(),
                "category": found.category,
                "label": checked_label(label),
                "account": masked(number) if hidden else number,
                "inputs": self._keyring.seal(plain, _PURPOSE, f"{tx.street}/{id_}"),
                "digest": self._keyring.blind(f"{connection} {biller} {plain}", _PURPOSE, tx.street),
                "made_at": tx.now,
            }
            try:
                tx.add(tables.saved_account, **row)
            except AlreadyThere:
                raise Conflict("account.kept", _KEPT, field="inputs") from None
            claim(tx, caller, "account", id_)
        return id_

    def rename(self, caller: Caller, id_: str, label: str) -> None:
        """Give it another name."""
        with self._store.write(caller.street) as tx:
            if not tx.change(_RENAME, id_=id_, resident=caller.resident, label=checked_label(label)):
                raise _missing()

    def drop(self, caller: Caller, id_: str) -> None:
        """Keep it no longer."""
        with self._store.write(caller.street) as tx:
            if not tx.change(_DROP, id_=id_, resident=caller.resident):
                raise _missing()

    def bills(self, caller: Caller, id_: str) -> list[Offer]:
        """What is open there now."""
        with self._store.read(caller.street) as tx:
            row = _row(tx, caller.resident, id_)
        return self._bills.fetch(caller.street, row.connection, row.biller, self._inputs(caller.street, row))

    def direct(self, caller: Caller, id_: str, amount: int) -> Offer:
        """An offer to pay an amount, for a biller whose bills are not looked up."""
        with self._store.read(caller.street) as tx:
            row = _row(tx, caller.resident, id_)
        return self._bills.direct(caller.street, row.connection, row.biller, self._inputs(caller.street, row), amount)

    def _inputs(self, street: str, row: Row) -> dict[str, str]:
        plain = self._keyring.open(row.inputs, _PURPOSE, f"{street}/{row.id}")
        found: dict[str, str] = json.loads(plain)
        return found


def checked_label(label: str) -> str:
    """A name of at most 30 characters on one line, or none."""
    label = " ".join(label.split())
    if len(label) > _LONGEST:
        raise Invalid("account.label", _LABEL, field="label")
    return label


def _row(tx: Tx, resident: str, id_: str) -> Row:
    row = tx.first(_ONE, id_=id_, resident=resident)
    if row is None:
        raise _missing()
    return row


def _missing() -> NotFound:
    return NotFound("account.missing", _MISSING, field="account")


def _account(row: Row) -> Account:
    name = Text.from_json(row.biller_name)
    return Account(row.id, row.connection, row.biller, name, row.category, row.label, row.account)


_PURPOSE: Final = "saved_account"
_LONGEST: Final = 30
_A = tables.saved_account.c
_THEIRS: Final = (_A.street == STREET) & (_A.resident == param("resident"))
_OF: Final = select(tables.saved_account).where(_THEIRS).order_by(_A.made_at, _A.id).limit(MOST)
_ONE: Final = select(tables.saved_account).where(_THEIRS, _A.id == param("id"))
_RENAME: Final = update(tables.saved_account).where(_THEIRS, _A.id == param("id")).values(label=param("label"))
_DROP: Final = delete(tables.saved_account).where(_THEIRS, _A.id == param("id"))
_MOST: Final = Text(zh="最多保存 {most} 个户号", en="You can keep {most} accounts at most")
_KEPT: Final = Text(zh="这个户号已经保存", en="You keep this account already")
_LABEL: Final = Text(zh="名称最多 30 个字", en="A name has 30 characters at most")
_MISSING: Final = Text(zh="没有保存这个户号", en="You keep no such account")
