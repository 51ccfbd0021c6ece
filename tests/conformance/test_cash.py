"""Cash on the bench of the kit: it speaks to nobody."""

from __future__ import annotations

import jiedao_cash
from jiedao.hookspecs.payment import PaymentRequest, Slip, UndoRequest
from jiedao.ids import new_id
from jiedao.testing import Act, Bench, Site, conformance_suite


def sale(at: Site, currency: str = "CNY") -> PaymentRequest:
    return PaymentRequest(at.connection, at.deadline, at.operation, 4_260, currency, "order", "T1")


def undo(at: Site) -> UndoRequest:
    return UndoRequest(at.connection, at.deadline, at.operation, new_id(), 4_260, "CNY", Slip("R"), "T1")


BENCH = Bench(
    acts=(
        Act("payment_start", sale, declined=lambda at: sale(at, "EUR")),
        Act("payment_void", undo),
        Act("payment_refund", undo),
    )
)

TestCash = conformance_suite(jiedao_cash.plugin, BENCH)
