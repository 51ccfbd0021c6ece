"""What the post office must pay: the redemptions that no claim has asked for yet, claimed together and paid once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.points import ClaimLine
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import OFFICE, Book, cr, debit
from jiedao.operations.intent import plan
from jiedao.operations.model import News, Operation, State
from jiedao.operations.policy import Policy
from jiedao.points.programme import Funding, programme
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param

SUBJECT: Final = "claim"
_MOST: Final = 5000
"""Lines of one claim; the rest waits for the next one."""


class Claims:
    """The claims of all streets on the issuers of their points."""

    def __init__(self, store: Store, policy: Policy) -> None:
        self._store, self._policy = store, policy

    def make(self, caller: Caller) -> tuple[str, Sequence[Any]]:
        """Claim what has been redeemed and not claimed. `Conflict` when there is nothing, or less than nothing."""
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        with self._store.write(caller.street) as tx:
            known = programme(tx)
            if known is None:
                raise NotFound("programme.missing", _NO_PROGRAMME)
            id_ = self._make(tx, known.connection)
            audit(tx, caller, "claim", f"claim {id_}")
            claim(tx, caller, "claim", id_)
        return id_, tx.planned

    def paid(self, caller: Caller, id_: str, amount: int) -> None:
        """Note that the issuer's money for a claim has come in at the bank."""
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        with self._store.write(caller.street) as tx:
            if amount <= 0 or not tx.change(_PAY, id_=id_, n=amount):
                raise Conflict("claim.paid", _NOT_PAYABLE, field="amount")
            known = programme(tx)
            if known is None:
                raise NotFound("programme.missing", _NO_PROGRAMME)
            _post(tx, "claim paid", id_, known.on_paid(), amount)
            claim(tx, caller, "claim", id_)

    def top_up(self, caller: Caller, amount: int) -> None:
        """Note that the issuer has filled its pool (prepaid funding)."""
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        with self._store.write(caller.street) as tx:
            known = programme(tx)
            if known is None or known.funding is not Funding.PREPAID or amount <= 0:
                raise Invalid("pool.top_up", _NO_POOL, field="amount")
            _post(tx, "pool topped up", known.connection, accounts.POINTS_POOL, amount)
            claim(tx, caller, "programme", known.connection)

    def all(self, tx: Tx) -> Sequence[Row]:
        """Every claim, newest first."""
        return tx.rows(_ALL)

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """The issuer's word on a claim. Redemptions of one that it refused may be claimed again."""
        reference = getattr(news.detail, "reference", "")
        tx.change(_STATE, id_=operation.subject, state_=news.state.value, reference_=reference)
        if news.state is State.DECLINED:
            tx.change(_FREE, id_=operation.subject)

    def _make(self, tx: Tx, connection: str) -> str:
        rows = tx.rows(_UNCLAIMED, most=_MOST)
        lines = [
            ClaimLine(
                f"{row.attempt}-{row.line}-{row.seq}", row.member or "", row.category, row.amount, row.redeemed_on
            )
            for row in rows
        ]
        total = sum(line.amount for line in lines)
        if total <= 0:
            raise Conflict("claim.nothing", _NOTHING)
        id_ = new_id()
        fields = {"total": total, "lines": to_json(lines)}
        operation = plan(tx, self._policy, connection, "points_claim", fields, subject=(SUBJECT, id_))
        tx.add(
            tables.claim,
            id=id_,
            connection=connection,
            total=total,
            state="sent",
            operation=operation,
            made_at=tx.now,
        )
        for row in rows:
            tx.change(_TAKE, attempt=row.attempt, line_=row.line, seq_=row.seq, id_=id_)
        return id_


def _post(tx: Tx, kind: str, subject: str, against: str, amount: int) -> None:
    book = Book(OFFICE)
    book.enter(kind, subject, [debit(accounts.BANK, amount), cr(against, amount)])
    book.write(tx)


_R, _C, _K = tables.redemption.c, tables.claim.c, tables.card.c
_MEMBER: Final = (
    select(_K.member)
    .where(_K.street == _R.street, _K.resident == _R.resident)
    .order_by(_K.card)
    .limit(1)
    .scalar_subquery()
)
_UNCLAIMED: Final = (
    select(tables.redemption, _MEMBER.label("member"))
    .where(_R.street == STREET, _R.claim == "")
    .order_by(_R.redeemed_on, _R.attempt, _R.line, _R.seq)
    .limit(param("most"))
    .with_for_update(of=tables.redemption)
)
_TAKE: Final = (
    update(tables.redemption)
    .where(
        _R.street == STREET,
        _R.attempt == param("attempt"),
        _R.line == param("line"),
        _R.seq == param("seq"),
        _R.claim == "",
    )
    .values(claim=param("id"))
)
_FREE: Final = update(tables.redemption).where(_R.street == STREET, _R.claim == param("id")).values(claim="")
_THIS: Final = (_C.street == STREET) & (_C.id == param("id"))
_STATE: Final = update(tables.claim).where(_THIS).values(state=param("state"), reference=param("reference"))
_PAY: Final = (
    update(tables.claim)
    .where(_THIS, _C.state == "succeeded", _C.paid + param("n") <= _C.total)
    .values(paid=_C.paid + param("n"))
)
_ALL: Final = select(tables.claim).where(_C.street == STREET).order_by(_C.made_at.desc(), _C.id)
_NO_PROGRAMME: Final = Text(zh="本街道没有积分计划", en="This street has no points programme")
_NOTHING: Final = Text(zh="没有可以向邮局兑付的积分", en="There are no redeemed points to claim")
_NOT_PAYABLE: Final = Text(zh="这张兑付单不能登记这个到账金额", en="This amount cannot be noted as paid on this claim")
_NO_POOL: Final = Text(zh="积分计划不是预付方式，或金额不对", en="The programme is not prepaid, or the amount is wrong")
