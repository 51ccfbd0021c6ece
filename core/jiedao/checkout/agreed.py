"""Refunds and hand-overs that take two people, as the room of proposals calls them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from jiedao.checkout.checkout import Checkout
from jiedao.checkout.views import order_of
from jiedao.directory.caller import Caller
from jiedao.operations.parties import took_part_in_open, took_payment
from jiedao.proposals.model import Kind, Proposal
from jiedao.store.unit import Tx


class Refunding:
    """Proposals to give back lines of an order (`jiedao.proposals.model.Matter`)."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout

    def hold(self, tx: Tx, subject: str) -> None:
        """Nothing ends by itself here: what is refunded meanwhile shows when the lines are reserved."""

    def took_part(self, tx: Tx, subject: str) -> Collection[str]:
        """Who took the payment, and who refunded of it before."""
        return took_payment(tx, subject)

    def took_part_in_open(self, tx: Tx) -> Mapping[str, Collection[str]]:
        """The same of all that are proposed."""
        return took_part_in_open(tx, Kind.REFUND)

    def carry_out(self, tx: Tx, by: Caller, proposal: Proposal) -> None:
        """Begin the refund."""
        self._checkout.carry_out_refund(tx, proposal)


class HandingOver:
    """Proposals to hand money over in another way (`jiedao.proposals.model.Matter`)."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout

    def hold(self, tx: Tx, subject: str) -> None:
        """Whoever moves the attempt meanwhile shows when it is saved."""

    def took_part(self, tx: Tx, subject: str) -> Collection[str]:
        """Who took the payment, and who refunded of it."""
        return took_payment(tx, order_of(tx, subject))

    def took_part_in_open(self, tx: Tx) -> Mapping[str, Collection[str]]:
        """The same of all that are proposed."""
        return took_part_in_open(tx, Kind.HAND_OVER)

    def carry_out(self, tx: Tx, by: Caller, proposal: Proposal) -> None:
        """Hand it over."""
        self._checkout.carry_out_hand_over(tx, by, proposal)
