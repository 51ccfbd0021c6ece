"""The current interface."""

from __future__ import annotations

from typing import Any

from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Succeeded
from jiedao.hookspecs.postal import (
    CreateAnswer,
    CreateOutcome,
    CreateQuery,
    CreateRequest,
    DocumentOutcome,
    LabelRequest,
    QuoteOutcome,
    QuoteRequest,
    ServiceableOutcome,
    ServiceableRequest,
    TrackOutcome,
    TrackRequest,
    WithdrawOutcome,
    WithdrawRequest,
)
from jiedao.hookspecs.values import Document
from jiedao_connectors.ems import current
from jiedao_connectors.ems.values import is_item_number
from jiedao_ems import addresses, answers, handling, quoting, words
from jiedao_ems.exchange import Deadline, current_clients, wire


class CurrentDesk:
    """JSON in SM4, one address for everything."""

    def quote(self, request: QuoteRequest) -> QuoteOutcome:
        """050005 for each product that has a code for it."""
        rows = [row for row in request.connection.settings["products"] if row["estimate"]]
        if not rows:
            raise InvalidConfig("no product has a code to ask EMS for its postage: set products.estimate")
        deadline = Deadline(request.deadline)
        return quoting.quotes(request, rows, lambda row: self._estimate(request, row["estimate"], deadline))

    def serviceable(self, request: ServiceableRequest) -> ServiceableOutcome:
        """030005."""
        refused = addresses.objection("recipient", request.party)
        if refused is not None:
            return refused
        party = request.party
        asked = {"prov": party.province, "city": party.city, "county": party.district}
        return self._serviceable(request.connection, addresses.whole(party), asked, request.deadline)

    def create(self, request: CreateRequest) -> CreateOutcome:
        """020003."""
        order = handling.order(request)
        if isinstance(order, Declined):
            return order
        with wire.acting():
            reply = current_clients.of(request.connection).create(order, request.deadline)
            return answers.created(reply, request.operation, request.number)

    def query(self, request: CreateQuery) -> CreateAnswer:
        """050001, which is asked by our own number."""
        product = request.product or request.connection.settings["default_product"]
        with wire.asking():
            reply = _call(request, current.ACTUAL_FEE, {"logisticsOrderNo": request.operation, "waybillNo": ""})
            return answers.found(reply, request.operation, request.number, product)

    def cancel(self, request: WithdrawRequest) -> WithdrawOutcome:
        """020006; once more does no harm."""
        body = {
            "logisticsOrderNo": request.original,
            "waybillNo": request.number,
            "cancelReason": request.reason[: addresses.MAXIMUM] or "用户取消",
        }
        if not addresses.is_writable(body["cancelReason"]):
            return Declined(words.UNWRITABLE.format(field=words.FIELDS["reason"]), "UNWRITABLE")
        with wire.acting():
            return answers.withdrawn(_call(request, current.CANCEL, body))

    def label(self, request: LabelRequest) -> DocumentOutcome:
        """010004, as the PDF itself and not as an address to fetch it from."""
        size = request.size or current.LABEL_TYPES[0]
        if size not in current.LABEL_TYPES:
            sizes = ", ".join(current.LABEL_TYPES)
            return Declined(words.NO_SIZE.format(size=size[:20], sizes=sizes), "NO_SIZE")
        if not is_item_number(request.number):
            return Declined(words.WRONG_NUMBER.format(number=request.number[:40]), "WRONG_NUMBER")
        with wire.asking():
            found = answers.label(_call(request, current.LABEL, {"waybillNo": request.number, "type": size}))
        if isinstance(found, Declined):
            return found
        return Succeeded(Document(f"EMS-{request.number}-{size}.pdf", "application/pdf", found))

    def track(self, request: TrackRequest) -> TrackOutcome:
        """040001, the way out (direction 0)."""
        with wire.asking():
            reply = _call(request, current.TRACK, {"waybillNo": request.number, "direction": "0"})
            return answers.tracked(reply, request.number)

    def knows(self, connection: Connection, deadline: float) -> None:
        """030005 of the street's own address; whatever EMS thinks of it, it has read the question."""
        self._serviceable(connection, connection.settings["own_address"], {}, deadline)

    def _serviceable(
        self, connection: Connection, address: str, parts: dict[str, str], deadline: float
    ) -> ServiceableOutcome:
        settings = connection.settings
        body = {
            "address": address,
            "prov": "",
            "city": "",
            "county": "",
            **parts,
            "bizProductNo": settings["default_product"],
            # 2: a contract customer asks at the moment of posting.
            "type": "2",
            "senderNo": settings["sender_number"],
        }
        with wire.asking():
            reply = current_clients.of(connection).call(current.SERVICEABLE, body, deadline)
            return answers.serviceable(reply)

    def _estimate(self, request: QuoteRequest, code: str, deadline: Deadline) -> int | Declined:
        body = {
            "productCode": code,
            "weight": str(request.item.weight),
            "senderInfo": addresses.whole(request.sender),
            "receiveInfo": addresses.whole(request.recipient),
        }
        with wire.asking():
            reply = current_clients.of(request.connection).call(current.ESTIMATE, body, deadline.left())
            return answers.estimated(reply)


def _call(request: Request, code: str, body: dict[str, Any]) -> current.Reply:
    return current_clients.of(request.connection).call(code, body, request.deadline)
