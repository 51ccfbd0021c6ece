"""The REST API on each engine: one key from many windows at once, and a whole visit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from api_desk import BASE, Desk

from houses import PASSWORD, Furnished
from jiedao_web.app import create_app
from jiedao_web.context import NAME

WINDOWS = 8


def test_one_key_from_many_windows_makes_one_order(furnished: Furnished) -> None:
    app = create_app(furnished.house)
    body = {"street": furnished.street, "login": "operator", "password": PASSWORD, "till": "T1"}
    token = app.test_client().post(f"{BASE}sessions", json=body).json["token"]
    desks = [Desk(app.test_client(use_cookies=False), token) for _ in range(WINDOWS)]
    desks[0].post("shifts", {"counted": 0})
    asked = {"connection": "bills", "biller": "ELEC", "inputs": {"account": "0012"}}
    offer = desks[0].post("bills/fetch", asked).json["offers"][0]
    order = desks[0].by_card(offer, resident=furnished.resident)
    with ThreadPoolExecutor(WINDOWS) as pool:
        answers = list(pool.map(lambda desk: desk.post("orders", order, key="one-visit", Prefer="wait=10"), desks))
    app.extensions[NAME].runner.close()
    assert [answer.status_code // 100 for answer in answers] == [2] * WINDOWS, [answer.text for answer in answers]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert furnished.acquirer.balance == offer["bill"]["amount"]
    assert desks[0].get("orders").json["orders"][0]["state"] == "paid"
    assert furnished.faults() == []
