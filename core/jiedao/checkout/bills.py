"""What can be paid: billers, their bills, and offers.

An offer is a bill as the biller gave it to us, sealed so that a client can carry it to the order but not change it.
Nothing is stored for a bill that is only looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import regex
from sqlalchemy import select

from jiedao.checkout.errands import PayBiller
from jiedao.hookspecs.biller import (
    AmountRule,
    Bill,
    Biller,
    CatalogueRequest,
    FetchRequest,
    FetchRule,
    ValidateRequest,
)
from jiedao.hookspecs.codec import from_json, to_json
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.problems import Conflict, Invalid, NotFound, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.carried import Carried, Expired
from jiedao.store.keyring import CannotOpen, Keyring
from jiedao.store.unit import STREET, Store, Tx, param

log = logging.getLogger(__name__)

_SECONDS: Final = 15.0
_PATTERN_SECONDS: Final = 0.1
_LONGEST_INPUT: Final = 200
_OFFER_LIVES: Final = 1800.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A bill that may be paid, and by which rules."""

    connection: str
    biller_name: Text
    category: str
    rule: str
    minimum: int
    maximum: int
    stored: bool
    """True when the bill stands in our own table (delivered by file)."""
    personal: bool
    """True when the account is a resident's own number."""
    bill: Bill
    act: str = PayBiller.act
    """What paying it has done outside."""

    @property
    def lock(self) -> str:
        """The key under which only one window at a time may pay it; empty where a biller knows no single bills."""
        return self.bill.id if self.act == PayBiller.act else ""

    def check_amount(self, amount: int) -> None:
        """`Invalid` when the biller does not take this amount."""
        due = self.bill.amount
        fits = {
            AmountRule.EXACT: amount == due,
            AmountRule.PART: 0 < amount <= due,
            AmountRule.OVER: amount >= due,
            AmountRule.ANY: True,
        }[AmountRule(self.rule)]
        if not fits:
            says = _RULES[AmountRule(self.rule)].format(due=format_amount(due))
            raise Invalid("line.amount", says, field="amount")
        if not self.minimum <= amount <= self.maximum:
            says = _RANGE.format(low=format_amount(self.minimum), high=format_amount(self.maximum))
            raise Invalid("line.amount", says, field="amount")


class Bills:
    """Looks bills up and seals them into offers."""

    def __init__(self, store: Store, registry: Registry, connections: Connections, keyring: Keyring) -> None:
        self._store, self._registry, self._connections = store, registry, connections
        self._offers = Carried(store, keyring, "offer")
        self._catalogues: Believed[tuple[str, str, int], tuple[Biller, ...]] = Believed(seconds=60.0)

    def billers(self, street: str) -> list[tuple[str, Biller]]:
        """Every biller that the street offers now, with its connection. One that cannot be reached is left out."""
        with self._store.read(street) as tx:
            connections = self._connections.of_family(tx, "biller")
        found = []
        for connection in connections:
            try:
                found += [(connection.id, biller) for biller in self._catalogue(connection)]
            except ServicePaused:
                continue
        return found

    def known(
        self, street: str, connection_id: str, biller_code: str, inputs: Mapping[str, str]
    ) -> tuple[Biller, dict[str, str]]:
        """A biller, and what identifies a customer there, by its rules. `Invalid` names the input that breaks one."""
        with self._store.read(street) as tx:
            connection = self._connections.for_business(tx, connection_id)
        biller = self._biller(connection, biller_code)
        return biller, _checked(biller, inputs)

    def fetch(self, street: str, connection_id: str, biller_code: str, inputs: Mapping[str, str]) -> list[Offer]:
        """A customer's open bills. `Invalid` names the input that breaks the biller's rule."""
        with self._store.read(street) as tx:
            connection = self._connections.for_business(tx, connection_id)
        biller = self._biller(connection, biller_code)
        given = _checked(biller, inputs)
        if not self._registry.has(connection.plugin, "biller_fetch"):
            with self._store.read(street) as tx:
                return [
                    _offer(connection, biller, bill, stored=True) for bill in _delivered(tx, connection, biller, given)
                ]
        outcome = self._ask("biller_fetch", FetchRequest(connection, _SECONDS, biller.code, given))
        return [_offer(connection, biller, bill) for bill in outcome.detail]

    def direct(
        self, street: str, connection_id: str, biller_code: str, inputs: Mapping[str, str], amount: int
    ) -> Offer:
        """An offer for a biller whose bills are not looked up, after the biller has said that it takes the amount."""
        with self._store.read(street) as tx:
            connection = self._connections.for_business(tx, connection_id)
        biller = self._biller(connection, biller_code)
        if biller.fetch is FetchRule.MANDATORY:
            raise Invalid("bill.fetch_first", _FETCH_FIRST, field="biller")
        account = next(iter(_checked(biller, inputs).values()))
        offer = _offer(connection, biller, Bill(biller.code, "", account, "", amount))
        offer.check_amount(amount)
        if "validate" in self._connections.plugin(connection.plugin).manifest.abilities:
            self._ask("biller_validate", ValidateRequest(connection, _SECONDS, biller.code, account, "", amount))
        return offer

    def seal(self, street: str, offer: Offer) -> str:
        """An offer as an opaque text that expires in half an hour."""
        return self._offers.seal(street, to_json(offer), _OFFER_LIVES)

    def unseal(self, street: str, sealed: str) -> Offer:
        """The offer in a text that we made; `Invalid` for anything else, `Conflict` when it has expired."""
        try:
            return from_json(Offer, self._offers.open(street, sealed))
        except CannotOpen:
            raise Invalid("offer.forged", _FORGED, field="offer") from None
        except Expired:
            raise Conflict("offer.expired", _EXPIRED, field="offer") from None

    def _catalogue(self, connection: Connection) -> tuple[Biller, ...]:
        key = (connection.street, connection.id, connection.version)
        known = self._catalogues.get(key)
        if known is None:
            known = self._ask("biller_catalogue", CatalogueRequest(connection, _SECONDS))
            self._catalogues.put(key, known)
        return known

    def _biller(self, connection: Connection, code: str) -> Biller:
        for biller in self._catalogue(connection):
            if biller.code == code:
                return biller
        raise NotFound("biller.missing", _NO_BILLER.format(code=code), field="biller")

    def _ask(self, hook: str, request: Any) -> Any:
        """A read-only call; its failures are the caller's to see, and nothing has happened."""
        answer = self._registry.call(hook, request)
        if isinstance(answer, Failure):
            raise ServicePaused("biller.unreachable", _UNREACHABLE)
        if isinstance(answer, Declined):
            raise Conflict("biller.declined", answer.reason, provider_code=answer.code)
        return answer


def _checked(biller: Biller, inputs: Mapping[str, str]) -> dict[str, str]:
    given = {}
    for rule in biller.inputs:
        value = str(inputs.get(rule.name, "")).strip()
        if not _follows(rule.pattern, value):
            says = _INPUT.format(label=rule.label, example=rule.example or rule.pattern)
            raise Invalid("biller.input", says, field=rule.name)
        given[rule.name] = value
    return given


def _follows(pattern: str, value: str) -> bool:
    """Whether an input follows a biller's rule. The pattern is somebody else's: it may be wrong, or take for ever.

    Its time is the processor time of the whole process. The match therefore keeps the interpreter's lock: if it gave
    it up, what the other threads compute until it has it again would be counted as the pattern's.
    """
    if len(value) > _LONGEST_INPUT:
        return False
    try:
        return regex.fullmatch(pattern, value, concurrent=False, timeout=_PATTERN_SECONDS) is not None
    except (regex.error, TimeoutError) as broken:
        log.warning("a biller's pattern for an account is of no use: %s", type(broken).__name__)
        raise ServicePaused("biller.pattern", _PATTERN) from None


def _offer(connection: Connection, biller: Biller, bill: Bill, *, stored: bool = False) -> Offer:
    return Offer(
        connection.id,
        biller.name,
        biller.category,
        biller.amount.value,
        biller.minimum,
        biller.maximum,
        stored,
        any(rule.personal for rule in biller.inputs),
        bill,
    )


def _delivered(tx: Tx, connection: Connection, biller: Biller, inputs: Mapping[str, str]) -> list[Bill]:
    """Open bills that a biller delivered by file."""
    account = next(iter(inputs.values()))
    rows = tx.rows(_STORED, connection=connection.id, biller=biller.code, account=account)
    return [
        Bill(biller.code, row.id, row.account, row.customer, row.amount - row.paid, row.period, row.due) for row in rows
    ]


_B = tables.bill.c
_STORED: Final = (
    select(tables.bill)
    .where(
        _B.street == STREET,
        _B.connection == param("connection"),
        _B.biller == param("biller"),
        _B.account == param("account"),
        _B.paid < _B.amount,
    )
    .order_by(_B.due, _B.id)
)
_RULES: Final = {
    AmountRule.EXACT: Text(zh="这张账单必须付 {due} 元", en="This bill takes exactly {due}"),
    AmountRule.PART: Text(zh="这张账单最多付 {due} 元", en="This bill takes at most {due}"),
    AmountRule.OVER: Text(zh="这张账单至少付 {due} 元", en="This bill takes at least {due}"),
    AmountRule.ANY: Text(zh="金额不对", en="This amount is not taken"),
}
_RANGE: Final = Text(zh="收费单位只收 {low} 到 {high} 元", en="The biller takes {low} to {high}")
_FETCH_FIRST: Final = Text(zh="这个收费单位要先查账单", en="Bills of this biller have to be looked up first")
_NO_BILLER: Final = Text(zh="没有收费单位“{code}”", en='There is no biller "{code}"')
_UNREACHABLE: Final = Text(
    zh="收费单位暂时连不上，什么都没有发生，请稍后再试",
    en="The biller cannot be reached right now; nothing has happened, try again later",
)
_INPUT: Final = Text(zh="“{label}”写法不对，例如 {example}", en='"{label}" is not right; for example {example}')
_PATTERN: Final = Text(
    zh="收费单位给的户号规则用不了，请联系管理员",
    en="The biller's rule for account numbers is of no use; tell the administrator",
)
_FORGED: Final = Text(zh="账单凭据无效，请重新查询账单", en="This bill offer is not valid; look the bill up again")
_EXPIRED: Final = Text(
    zh="账单查询已超过半小时，请重新查询", en="The bill was looked up over half an hour ago; do it again"
)
