"""The examples of the documentation, run as they are shown."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from jiedao.checkout.graph import At
from jiedao.directory.caller import Caller
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.service import CheckRequest
from jiedao.house import House
from jiedao.ledger.verify import balances, verify
from jiedao.problems import Conflict
from jiedao.registry.registry import Registry
from jiedao.webhooks import signing

Examples: TypeAlias = dict[str, ModuleType]
Street: TypeAlias = tuple[House, Caller]

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[Examples]:
    """The modules of docs/examples, imported by their names as a reader would."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    names = ("waterworks", "waterworks_stand_in", "first_visit")
    yield {name: importlib.import_module(name) for name in names}
    for name in names:
        sys.modules.pop(name)


@pytest.fixture
def works(examples: Examples) -> Iterator[Any]:
    """The waterworks, listening."""
    with examples["waterworks_stand_in"].Waterworks() as running:
        yield running


@pytest.fixture
def street(examples: Examples, works: Any, tmp_path: Path) -> Iterator[Street]:
    """The house and street of the first visit."""
    with closing(examples["first_visit"].open_house(tmp_path)) as house:
        yield house, examples["first_visit"].found_street(house, works.url)


def test_the_plugin_keeps_the_contract(examples: Examples) -> None:
    plugin = Registry().register("waterworks", examples["waterworks"])
    assert plugin.manifest.configuration.secrets() == {"token"}


def test_a_visit_ends_with_a_receipt(examples: Examples, street: Street, works: Any) -> None:
    house, caller = street
    visit = examples["first_visit"].pay_water(house, caller, "004512")
    assert visit.attempt.state is At.PAID
    [receipt] = visit.receipts
    assert (receipt.number, receipt.total, receipt.lines[0].reference) == ("T1-000001", 4260, "W000001")
    assert receipt.tenders[0].change == 740
    with house.store.read(caller.street) as tx:
        assert not verify(tx).faults
        assert ("2101:WATER", "CNY", -4260) in balances(tx)


def test_a_lost_answer_is_asked_for_and_paid_once(examples: Examples, street: Street, works: Any) -> None:
    house, caller = street
    works.lose_next = True
    visit = examples["first_visit"].pay_water(house, caller, "004512")
    assert (visit.attempt.state, visit.receipts) == (At.LINE_DOUBT, [])
    line = visit.attempt.lines[1]
    house.operations.ask_now(caller.street, line.operation)
    settled = examples["first_visit"].see(house, visit.attempt.id)
    assert (settled.attempt.state, len(settled.receipts), len(works.paid)) == (At.PAID, 1, 1)


def test_an_account_that_is_not_known_is_said_so(street: Street) -> None:
    house, _ = street
    with pytest.raises(Conflict, match="no such account"):
        house.bills.fetch("150602007", "water", "WATER", {"account": "000000"})


def test_a_wrong_token_fails_the_check(examples: Examples, works: Any) -> None:
    settings = {"url": works.url, "token": "wrong"}
    connection = Connection("150602007", "water", "waterworks", 1, False, settings)
    result = examples["waterworks"].check_connection(CheckRequest(connection, 5.0))
    assert (result.passed, result.says.en) == (False, "The check failed: the waterworks does not take the token")


def test_a_message_is_read_when_it_is_genuine_and_refused_when_it_was_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    receiver = importlib.import_module("webhook_receiver")
    secret, body = signing.new_secret(), b'{"type":"order.paid"}'
    headers = signing.headers("msg_1", int(time.time()), body, [secret])
    assert receiver.read(secret, body, headers) == {"type": "order.paid"}
    with pytest.raises(WebhookVerificationError):
        receiver.read(secret, body.replace(b"paid", b"open"), headers)
