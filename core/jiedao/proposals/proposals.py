"""Proposing and deciding. One proposal may be open for one matter; whoever comes second is told so.

What is decided and what follows from it are one transaction: there is no proposal that is agreed to and not done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import null, select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.rules import rules
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound
from jiedao.proposals.model import Kind, Matter, Proposal, State
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Store, Tx, param

EVIDENCE: Final = 8
"""Characters: less says nothing."""
_DECISION: Final = 4


class Proposals:
    """The decisions of all streets."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._matters: dict[Kind, Matter] = {}

    def serve(self, kind: Kind, matter: Matter) -> None:
        """Say whose business a kind of proposal is."""
        self._matters[kind] = matter

    def agree(self, caller: Caller, id_: str, saw: str) -> Sequence[Any]:
        """The second person agrees, and it is done. Returns the operations that follow."""
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        _check(saw, _DECISION, "proposal.decision", _WHAT_SEEN)
        return self._store.retrying(caller.street, lambda tx: self._agree(tx, caller, id_, saw))

    def refuse(self, caller: Caller, id_: str, why: str) -> None:
        """Somebody with the role refuses, or the first person takes it back. What it is about stays as it is."""
        _check(why, _DECISION, "proposal.decision", _WHAT_SEEN)
        self._store.retrying(caller.street, lambda tx: self._refuse(tx, caller, id_, why))

    def barred(self, tx: Tx, caller: Caller, proposal: Proposal) -> Text | None:
        """Why somebody may not be the second person; None when they may."""
        return _barred(caller, proposal, self._matters[proposal.kind].took_part(tx, proposal.subject))

    def barred_from(self, tx: Tx, caller: Caller, found: Sequence[Proposal]) -> list[Text | None]:
        """The same of several open proposals, with as many statements as there are kinds of them."""
        took_part = {kind: self._matters[kind].took_part_in_open(tx) for kind in sorted({one.kind for one in found})}
        return [_barred(caller, one, took_part[one.kind].get(one.subject, ())) for one in found]

    def _agree(self, tx: Tx, caller: Caller, id_: str, saw: str) -> Sequence[Any]:
        proposal = self._held(tx, id_)
        if why := self.barred(tx, caller, proposal):
            raise NotAllowed("proposal.same_person", why)
        _decide(tx, caller, proposal, State.AGREED, saw)
        self._matters[proposal.kind].carry_out(tx, caller, proposal)
        return tx.planned

    def _refuse(self, tx: Tx, caller: Caller, id_: str, why: str) -> None:
        proposal = self._held(tx, id_)
        if caller.staff != proposal.proposed_by:
            caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        _decide(tx, caller, proposal, State.REFUSED, why)

    def _held(self, tx: Tx, id_: str) -> Proposal:
        """The proposal as it stands once nobody else can move what it is about: first that, then the proposal."""
        proposal = look(tx, id_)
        self._matters[proposal.kind].hold(tx, proposal.subject)
        proposal = look(tx, id_)
        if proposal.state is State.LAPSED:
            raise Conflict("proposal.lapsed", _LAPSED)
        if proposal.state is not State.OPEN:
            raise Conflict("proposal.decided", _DECIDED)
        return proposal


def propose(
    tx: Tx,
    caller: Caller,
    kind: Kind,
    subject: str,
    amount: int,
    wanted: Mapping[str, Any],
    evidence: str,
    *,
    part: str = "",
    field: str = "evidence",
) -> str:
    """Write a proposal down; `Conflict` while another one is open for the same (part of the) matter.

    The caller holds what it is about (`Matter.hold`) and has seen that it can still be decided.
    """
    _check(evidence, EVIDENCE, "proposal.evidence", _WHY, field)
    id_ = new_id()
    about = f"{kind} {subject} {part}".strip()
    row = {
        "id": id_,
        "kind": kind.value,
        "subject": subject,
        "amount": amount,
        "wanted": dict(wanted),
        "evidence": evidence,
        "proposed_by": caller.staff,
        "proposed_name": caller.name,
        "till": caller.till,
        "proposed_at": tx.now,
        "state": State.OPEN.value,
        "open": about,
    }
    try:
        tx.add(tables.proposal, **row)
    except AlreadyThere as taken:
        if taken.table != tables.proposal.name:
            raise
        raise Conflict("proposal.open", _ANOTHER) from None
    audit(tx, caller, "proposal", f"{kind} {subject}", evidence, proposal=id_, amount=amount, wanted=dict(wanted))
    claim(tx, caller, "proposal", id_)
    return id_


def must_not_take_two(tx: Tx, amount: int) -> None:
    """Refuse an act of one person over an amount (fen) that takes two."""
    known = rules(tx)
    if known.takes_two(amount):
        raise Conflict("proposal.needed", _NEEDED.format(limit=format_amount(known.four_eyes)), limit=known.four_eyes)


def lapse(tx: Tx, kind: Kind, subject: str, how: str) -> None:
    """What the open proposals are about has ended by itself; `how` is the word for its end."""
    tx.set(_LAPSE, kind=kind.value, subject=subject, how=how, at=tx.now)


def look(tx: Tx, id_: str) -> Proposal:
    """One proposal."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("proposal.missing", _MISSING)
    return Proposal.of(row)


def of(tx: Tx, kind: Kind, subject: str) -> list[Proposal]:
    """Every proposal about something, oldest first."""
    return [Proposal.of(row) for row in tx.rows(_ABOUT, kind=kind.value, subject=subject)]


def open_of(tx: Tx, kind: Kind, subject: str) -> Proposal | None:
    """The oldest proposal about something that nobody has decided."""
    return next((one for one in of(tx, kind, subject) if one.state is State.OPEN), None)


def all_open(tx: Tx, kind: Kind) -> list[Proposal]:
    """What waits for a second person, of one kind; at most a thousand."""
    return [Proposal.of(row) for row in tx.rows(_OPEN, kind=kind.value)]


def page(tx: Tx, state: State, before: str = "", most: int = 50) -> list[Proposal]:
    """Proposals in a state, newest first; the page begins below an id."""
    return [Proposal.of(row) for row in tx.rows(_PAGE, state=state.value, before=before or _HIGHEST, most=most)]


def _barred(caller: Caller, proposal: Proposal, took_part: Collection[str]) -> Text | None:
    if caller.role not in (Role.ACCOUNTANT, Role.ADMINISTRATOR):
        return _NEEDS_ROLE
    if caller.staff == proposal.proposed_by:
        return _OWN
    return _TOOK_PART if caller.staff in took_part else None


def _decide(tx: Tx, caller: Caller, proposal: Proposal, state: State, words: str) -> None:
    """Two who decide at the same moment meet at this row: the second finds it decided."""
    who = {"staff": caller.staff, "name": caller.name}
    if not tx.change(_DECIDE, id_=proposal.id, state=state.value, words=words, at=tx.now, **who):
        raise Conflict("proposal.decided", _DECIDED)
    audit(tx, caller, f"proposal.{state}", f"{proposal.kind} {proposal.subject}", words, proposal=proposal.id)
    claim(tx, caller, "proposal", proposal.id)


def _check(words: str, least: int, code: str, says: Text, field: str = "evidence") -> None:
    if len(words.strip()) < least:
        raise Invalid(code, says, field=field)


_HIGHEST: Final = "Z" * 20
_P = tables.proposal.c
_ONE: Final = select(tables.proposal).where(_P.street == STREET, _P.id == param("id"))
_ABOUT: Final = (
    select(tables.proposal)
    .where(_P.street == STREET, _P.kind == param("kind"), _P.subject == param("subject"))
    .order_by(_P.id)
)
_OPEN: Final = (
    select(tables.proposal)
    .where(_P.street == STREET, _P.kind == param("kind"), _P.state == State.OPEN.value)
    .order_by(_P.id)
    .limit(1000)
)
_PAGE: Final = (
    select(tables.proposal)
    .where(_P.street == STREET, _P.state == param("state"), _P.id < param("before"))
    .order_by(_P.id.desc())
    .limit(param("most"))
)
_DECIDE: Final = (
    update(tables.proposal)
    .where(_P.street == STREET, _P.id == param("id"), _P.state == State.OPEN.value)
    .values(
        state=param("state"),
        open=null(),
        decided_by=param("staff"),
        decided_name=param("name"),
        decision=param("words"),
        decided_at=param("at"),
    )
)
_LAPSE: Final = (
    update(tables.proposal)
    .where(_P.street == STREET, _P.kind == param("kind"), _P.subject == param("subject"), _P.state == State.OPEN.value)
    .values(state=State.LAPSED.value, open=null(), decision=param("how"), decided_at=param("at"))
)
_WHY: Final = Text(zh="请写明凭据：看到了什么、在哪里看到的", en="Say what you saw and where: the evidence is kept")
_WHAT_SEEN: Final = Text(zh="请写明您核对了什么", en="Say what you checked: it is kept")
_MISSING: Final = Text(zh="没有这个提议", en="There is no such proposal")
_ANOTHER: Final = Text(zh="已经有一个提议等待另一位决定", en="A proposal waits for a second person already")
_DECIDED: Final = Text(zh="这个提议已经有了决定", en="This proposal has been decided already")
_LAPSED: Final = Text(
    zh="这个提议已经失效：其间已有确定的结果", en="This proposal has lapsed: the outcome became known meanwhile"
)
_NEEDED: Final = Text(
    zh="超过 {limit} 元须由两人办理：请提出，由另一位同意",
    en="Above {limit} it takes two people: propose it, and another person agrees",
)
_NEEDS_ROLE: Final = Text(zh="须由会计或管理员决定", en="An accountant or an administrator decides")
_OWN: Final = Text(
    zh="提出的人不能自己同意，须由另一位决定", en="Who proposed it cannot agree to it: another person must"
)
_TOOK_PART: Final = Text(
    zh="经手这笔款项的人不能同意，须由另一位决定",
    en="Who took the payment cannot agree to it: another person must",
)
