"""Operations in review over amounts above the limit, and the people around them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core_counter import SEEN, Counter
from core_doubles import slip

from jiedao.checkout.checkout import Begun, Paying
from jiedao.directory.caller import Caller, Role
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.operations import review
from jiedao.operations.model import State as Op
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, Proposal

LOST = OutcomeUnknown("the line was cut")
LARGE, SMALL = 60_000, 9000
CHECKED = "已与银行流水核对"


def second(counter: Counter) -> Caller:
    """Another accountant."""
    return replace(counter.accountant, staff="acc-2", name="孙丽")


def chief(counter: Counter) -> Caller:
    """The administrator."""
    return Caller(counter.me.street, "adm", Role.ADMINISTRATOR, "", "周主任")


def in_review(counter: Counter, amount: int = LARGE, plugin: str = "mute") -> tuple[Begun, str]:
    """A card payment that only a person can end; `pos` goes on asking meanwhile."""
    counter.plugins[plugin].will("payment_start", LOST)
    begun = counter.visit(counter.bill("ELEC", amount), Paying("card", amount, plugin))
    if plugin == "pos":
        counter.tire("payment_start")
        counter.plugins[plugin].will("payment_query", LOST)
        counter.resolve()
    (row,) = [row for row in queue(counter) if row.subject == begun.attempt]
    return begun, row.id


def queue(counter: Counter) -> Any:
    """What waits for a person."""
    with counter.read() as tx:
        return review.waiting(tx)


def propose(counter: Counter, id_: str, by: Caller | None = None, verdict: Op = Op.SUCCEEDED) -> str:
    """The accountant, or somebody else, says what they saw."""
    return review.propose(counter.house.store, by or counter.accountant, id_, verdict, "R1", SEEN)


def agree(counter: Counter, id_: str, by: Caller) -> None:
    """Somebody agrees, and what follows is carried out."""
    counter.house.operations.drive(counter.house.proposals.agree(by, id_, CHECKED))


def state(counter: Counter, id_: str) -> str:
    """Where an operation stands."""
    with counter.read() as tx:
        return str(review.look(tx, id_).state)


def proposals_of(counter: Counter, id_: str) -> list[Proposal]:
    """Every proposal about an operation."""
    with counter.read() as tx:
        return proposals.of(tx, Kind.CLOSING, id_)


def answers(counter: Counter) -> None:
    """The provider answers at last: it has the money."""
    counter.plugins["pos"].will("payment_query", slip)
    counter.resolve()
