"""Who may act for whom, on the strength of which proof, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select, update

from jiedao.directory.caller import Caller, audit, claim
from jiedao.directory.residents import Residents
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Store, Tx, param

_PURPOSE: Final = "delegation"


@dataclass(frozen=True, slots=True)
class Mandate:
    """A delegation to register. `proof` is what was shown, such as the number of a power of attorney; kept sealed."""

    resident: str
    agent: str
    relation: str
    proof: str
    valid_from: date
    valid_to: date | None = None


class Delegations:
    """The delegations of all streets."""

    def __init__(self, store: Store, residents: Residents, keyring: Keyring) -> None:
        self._store, self._residents, self._keyring = store, residents, keyring

    def add(self, caller: Caller, wanted: Mandate) -> str:
        """Register that one resident may act for another."""
        if wanted.agent == wanted.resident:
            raise Invalid("delegation.oneself", _ONESELF, field="agent")
        if wanted.valid_to is not None and wanted.valid_to < wanted.valid_from:
            raise Invalid("delegation.days", _DAYS, field="valid_to")
        if not wanted.proof.strip():
            raise Invalid("delegation.proof", _PROOF, field="proof")
        with self._store.write(caller.street) as tx:
            for person in (wanted.resident, wanted.agent):
                self._residents.get(tx, person)
            return self._add(tx, caller, wanted)

    def revoke(self, caller: Caller, id_: str, reason: str) -> None:
        """End a delegation now; what was done under it stays as it is."""
        with self._store.write(caller.street) as tx:
            one(tx, id_)
            if not tx.change(_REVOKE, id_=id_, at=tx.now, by=caller.staff):
                raise Conflict("delegation.revoked", _REVOKED)
            audit(tx, caller, "revoke", f"delegation {id_}", reason)
            claim(tx, caller, "delegation", id_)

    def proof(self, tx: Tx, row: Row) -> str:
        """What was shown, in clear, for staff."""
        return self._keyring.open(row.proof, _PURPOSE, f"{tx.street}/{row.id}") if row.proof else ""

    def _add(self, tx: Tx, caller: Caller, wanted: Mandate) -> str:
        id_ = new_id()
        tx.add(
            tables.delegation,
            id=id_,
            resident=wanted.resident,
            agent=wanted.agent,
            relation=wanted.relation,
            proof=self._keyring.seal(wanted.proof.strip(), _PURPOSE, f"{tx.street}/{id_}"),
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
            made_by=caller.staff,
            made_at=tx.now,
        )
        audit(tx, caller, "delegate", f"delegation {id_}", wanted.relation)
        claim(tx, caller, "delegation", id_)
        return id_


def one(tx: Tx, id_: str) -> Row:
    """One delegation with the agent's name."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("delegation.missing", _MISSING)
    return row


def of_resident(tx: Tx, resident: str) -> Sequence[Row]:
    """Who may or might once act for a resident, newest first."""
    return tx.rows(_OF_RESIDENT, resident=resident)


def of_agent(tx: Tx, agent: str, on: date) -> Sequence[Row]:
    """For whom somebody may act on a day, newest first, with the name of each (`resident_name`)."""
    return tx.rows(_OF_AGENT, agent=agent, on=on)


def in_force(tx: Tx, resident: str, agent: str, on: date) -> Row | None:
    """A delegation that is in force on a day."""
    rows = tx.rows(_IN_FORCE, resident=resident, agent=agent, on=on)
    return rows[0] if rows else None


_D, _R = tables.delegation.c, tables.resident.c
_ALL: Final = (
    select(tables.delegation, _R.name.label("agent_name"))
    .join(tables.resident, (_R.street == _D.street) & (_R.id == _D.agent))
    .where(_D.street == STREET)
)
_ONE: Final = _ALL.where(_D.id == param("id"))
_OF_RESIDENT: Final = _ALL.where(_D.resident == param("resident")).order_by(_D.made_at.desc(), _D.id)
_IN_FORCE_ON: Final = (
    _D.revoked_at.is_(None),
    _D.valid_from <= param("on"),
    or_(_D.valid_to.is_(None), _D.valid_to >= param("on")),
)
_IN_FORCE: Final = _ALL.where(_D.resident == param("resident"), _D.agent == param("agent"), *_IN_FORCE_ON).order_by(
    _D.made_at.desc()
)
_PRINCIPAL: Final = tables.resident.alias("principal")
_P = _PRINCIPAL.c
_OF_AGENT: Final = (
    select(tables.delegation, _P.name.label("resident_name"))
    .join(_PRINCIPAL, (_P.street == _D.street) & (_P.id == _D.resident))
    .where(_D.street == STREET, _D.agent == param("agent"), *_IN_FORCE_ON)
    .order_by(_D.made_at.desc(), _D.id)
)
_REVOKE: Final = (
    update(tables.delegation)
    .where(_D.street == STREET, _D.id == param("id"), _D.revoked_at.is_(None))
    .values(revoked_at=param("at"), revoked_by=param("by"))
)
_MISSING: Final = Text(zh="没有这份委托", en="There is no such delegation")
_ONESELF: Final = Text(zh="不能委托本人", en="Nobody acts for themselves by delegation")
_DAYS: Final = Text(zh="到期日早于生效日", en="It would end before it begins")
_PROOF: Final = Text(
    zh="请写明凭据，例如委托书编号", en="Say what was shown, such as the number of a power of attorney"
)
_REVOKED: Final = Text(zh="这份委托已经撤销", en="This delegation has been revoked already")
