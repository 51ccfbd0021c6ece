"""Money that could not go back the way it came: one proposes to hand it over, another agrees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_desk import Api, Desk

from doubles import Step
from houses import Furnished, furnish
from jiedao.checkout import views
from jiedao.directory.rules import Rules, set_rules
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown
from jiedao.language import Text
from jiedao.worker import Runner
from jiedao_web.app import create_app
from postgres_server import Database


@pytest.fixture
def street(sqlite: Database, tmp_path: Path) -> Iterator[Furnished]:
    """Cash of somebody unknown that came with a card that was refused after the till had closed."""
    made = furnish(sqlite.url, tmp_path)
    shift, made.resident = made.open_shift(), ""
    bill = made.bill("ELEC", "0012")
    made.acquirer.will("payment_start", Step(effect=False, answer=OutcomeUnknown("line cut")))
    begun = made.visit([bill], cash=1000, card=bill.bill.amount - 1000)
    made.house.operations.drive(begun.planned)
    made.house.shifts.close(made.operator, shift, 21_000)
    made.acquirer.will("payment_query", Step(effect=False, answer=Declined(Text.same("no"), "51")))
    made.resolve()
    yield made
    made.house.close()


def page(desk: Desk) -> str:
    headers = {"Authorization": f"Bearer {desk.token}", "Accept-Language": "en"}
    return str(desk.client.get("/console/proposals", headers=headers).text)


def test_the_office_hands_it_over_by_two(street: Furnished) -> None:
    runner = Runner(street.house)
    no_stand_ins: Any = None
    api = Api(create_app(street.house, runner=runner), street, street, no_stand_ins)
    accountant, chief = api.sign_in("accountant"), api.sign_in("administrator")
    assert "Hand it over" in page(accountant)
    set_rules(street.house.store, street.administrator, Rules(0))
    with street.house.store.read(street.street) as tx:
        (waiting,) = views.waiting_hand_overs(tx)
    path = f"attempts/{waiting.attempt}/hand-overs"
    wanted = {"source": waiting.source, "tender": waiting.tender, "how": "cash"}
    assert accountant.post(path, wanted).json["code"] == "proposal.needed"
    made = accountant.post(f"{path}/proposals", {**wanted, "evidence": "本人持收据来领，已核对"}).json
    assert "A second person is awaited" in page(accountant)
    agreed = chief.post(f"proposals/{made['id']}/agreement", {"evidence": "已核对收据"})
    assert agreed.json["state"] == "agreed"
    assert "Money to be handed over" not in page(chief)
    assert street.faults() == []
    runner.close()
