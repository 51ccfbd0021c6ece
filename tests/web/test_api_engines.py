"""The REST API on each engine: one key from many windows at once, and a whole visit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from api_desk import BASE, Desk

from houses import PASSWORD, Furnished
from jiedao.store import tables
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


def test_messages_are_given_in_pages_without_gaps(furnished: Furnished) -> None:
    store, now = furnished.house.store, datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    texts = dict.fromkeys(("subject", "code", "channel", "language", "masked", "connection", "operation"), "x")
    for no in range(7):
        at = now + timedelta(minutes=no // 2)
        row = {**texts, "id": f"M{no}", "state": "declined" if no % 2 else "withdrawn", "reason": {}, "made_at": at}
        with store.write(furnished.street if no < 6 else "150602999") as tx:
            tx.add(tables.message, resident=None, not_before=at, **row)
    app = create_app(furnished.house)
    body = {"street": furnished.street, "login": "accountant", "password": PASSWORD, "till": ""}
    desk = Desk(app.test_client(use_cookies=False), app.test_client().post(f"{BASE}sessions", json=body).json["token"])
    for state, wanted in (("", "M5 M4 M3 M2 M1 M0"), ("not_sent", "M5 M4 M3 M2 M1 M0"), ("declined", "M5 M3 M1")):
        seen, after = [], ""
        while True:
            page = desk.get(f"messages?state={state}&limit=2&after={after}").json
            seen += [row["id"] for row in page["messages"]]
            after = page["after"]
            if not after:
                break
        assert seen == wanted.split()
    app.extensions[NAME].runner.close()
