"""The older interface: it creates, checks addresses and tracks; nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Succeeded
from jiedao.hookspecs.postal import (
    Able,
    CreateAnswer,
    CreateOutcome,
    CreateQuery,
    CreateRequest,
    DocumentOutcome,
    LabelRequest,
    QuoteOutcome,
    QuoteRequest,
    Serviceable,
    ServiceableOutcome,
    ServiceableRequest,
    TrackOutcome,
    TrackRequest,
    WithdrawOutcome,
    WithdrawRequest,
)
from jiedao_connectors.ems import older
from jiedao_ems import addresses, answers, handling, quoting, tariff, words
from jiedao_ems.exchange import Deadline, older_clients, wire

_ABILITIES = {older.PICKUP: Able.PICKUP.value, older.DELIVERY: Able.DELIVERY.value}


class OlderDesk:
    """XML with a digest, three addresses."""

    def quote(self, request: QuoteRequest) -> QuoteOutcome:
        """By the table of the contract: this interface has no question for it."""
        settings = request.connection.settings
        if not settings["tariff"]:
            raise InvalidConfig("the older interface cannot quote: enter the tariff of the contract")

        def price(row: Mapping[str, Any]) -> int | Declined:
            where, grams = request.recipient.province, request.item.weight
            found = tariff.postage(settings["tariff"], row["product"], where, grams)
            return Declined(words.TOO_HEAVY, "TOO_HEAVY") if found is None else found

        return quoting.quotes(request, settings["products"], price)

    def serviceable(self, request: ServiceableRequest) -> ServiceableOutcome:
        """AddressCheck, once for each ability."""
        refused = addresses.objection("recipient", request.party)
        if refused is not None:
            return refused
        return self._serviceable(request.connection, addresses.whole(request.party), request.deadline)

    def create(self, request: CreateRequest) -> CreateOutcome:
        """ORDERCREATE."""
        order = handling.order(request)
        if isinstance(order, Declined):
            return order
        with wire.acting():
            reply = older_clients.of(request.connection).create(order, request.deadline)
            return answers.older_created(reply, request.operation, request.number)

    def query(self, request: CreateQuery) -> CreateAnswer:
        """ORDERQUERY."""
        product = request.product or request.connection.settings["default_product"]
        with wire.asking():
            reply = older_clients.of(request.connection).find(request.operation, request.deadline)
            return answers.older_found(reply, request.operation, request.number, product)

    def cancel(self, request: WithdrawRequest) -> WithdrawOutcome:
        """There is no message for it."""
        return Declined(words.NO_CANCEL, "NO_CANCEL")

    def label(self, request: LabelRequest) -> DocumentOutcome:
        """There is no message for it."""
        return Declined(words.NO_LABEL, "NO_LABEL")

    def track(self, request: TrackRequest) -> TrackOutcome:
        """JDPT_TRACE."""
        with wire.asking():
            traces = older_clients.of(request.connection).track(request.number, request.deadline)
            return answers.older_tracked(traces, request.number)

    def knows(self, connection: Connection, deadline: float) -> None:
        """AddressCheck of the street's own address."""
        self._serviceable(connection, connection.settings["own_address"], deadline)

    def _serviceable(self, connection: Connection, address: str, seconds: float) -> ServiceableOutcome:
        client, deadline, able = older_clients.of(connection), Deadline(seconds), set()
        for ability, name in _ABILITIES.items():
            with wire.asking():
                answer = answers.matched(client.check("1", ability, address, deadline.left()), "1")
            if isinstance(answer, Declined):
                return answer
            if answer:
                able.add(name)
        return Succeeded(Serviceable(frozenset(able)))
