"""Cash: always succeeds, acts on nothing outside."""

from __future__ import annotations

import pytest

import jiedao_cash
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.payment import PaymentRequest, Slip, UndoRequest
from jiedao.hookspecs.service import CheckRequest
from jiedao.registry.registry import Registry
from jiedao_cash.drawer import check_connection, configuration, describe, payment_refund, payment_start, payment_void

CONNECTION = Connection("street", "cash", "jiedao_cash", 1, True, configuration.load({}))


def test_it_keeps_the_contract() -> None:
    registry = Registry()
    try:
        registry.register("jiedao_cash", jiedao_cash.plugin)
        assert "jiedao_cash" in registry.plugins
    finally:
        registry.close()


def test_it_is_local_and_needs_nothing() -> None:
    manifest = describe()
    assert manifest.local
    assert manifest.recovery == {}
    assert manifest.abilities == {"void", "refund", "partial_refund"}
    assert check_connection(CheckRequest(CONNECTION, 1.0)).passed


def test_a_payment_succeeds_with_its_own_number() -> None:
    outcome = payment_start(PaymentRequest(CONNECTION, 1.0, "PAY1", 12_000, "CNY", "ORDER1", "T1"))
    assert outcome == Succeeded(Slip(reference="PAY1"))


@pytest.mark.parametrize("undo", [payment_void, payment_refund])
def test_giving_back_succeeds_with_a_number_of_its_own(undo: object) -> None:
    request = UndoRequest(CONNECTION, 1.0, "UNDO1", "PAY1", 500, "CNY", Slip("PAY1"), "T1")
    assert callable(undo)
    assert undo(request) == Succeeded(Slip(reference="UNDO1"))


def test_another_currency_is_refused() -> None:
    outcome = payment_start(PaymentRequest(CONNECTION, 1.0, "PAY1", 12_000, "USD", "ORDER1", "T1"))
    assert isinstance(outcome, Declined)
