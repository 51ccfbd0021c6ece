"""The back office through the API: connections, files, claims, the review queue, money to hand over, the books."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from api_desk import BASE, Api, Desk, refused

HEADER = "户号,账单号,户名,金额\n"
_BILLS = count(1)
_NAMES = count(1)


@pytest.fixture
def fragile(api: Api, administrator: Desk) -> str:
    """A connection of its own to the bill hub, so that its failures keep nobody else away from it."""
    name = f"fragile-{next(_NAMES)}"
    given = dict(api.stand_ins.connections["bills"].given)
    body = {"id": name, "plugin": "jiedao_billhub", "title_zh": "测试", "title_en": "Test", "settings": given}
    assert administrator.post("connections", body).status_code == 201
    assert administrator.post(f"connections/{name}/state", {"state": "test"}).json["state"] == "test"
    return name


@pytest.fixture
def hub_unheard(api: Api) -> Iterator[None]:
    """The bill hub books a payment, but neither that answer nor those to questions arrive."""
    api.stand_ins.hub.faults("lose_answer", "pay")
    api.stand_ins.hub.faults("lose_answer", "query", times=10_000)
    yield
    api.stand_ins.hub.clear()


def until(look: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What `look` finds once it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "never came"
        time.sleep(0.05)
    return found


def test_secrets_go_in_and_never_come_out(api: Api, administrator: Desk, fragile: str) -> None:
    shown = administrator.get(f"connections/{fragile}")
    assert (shown.json["secrets"], "secret" in shown.json["settings"]) == (["secret"], False)
    changed = administrator.send("PUT", f"connections/{fragile}/settings", {"settings": {"secret": "sandbox-new"}})
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    for path in ("connections", f"connections/{fragile}", "plugins"):
        assert "sandbox-hub-secret" not in administrator.get(path).text
        assert "sandbox-new" not in administrator.get(path).text
    noted = str([row.detail for row in api.own.rows("audit")])
    assert "sandbox-new" not in noted


def test_live_needs_a_check_of_the_present_settings(administrator: Desk, fragile: str) -> None:
    path = f"connections/{fragile}"
    refused(administrator.post(f"{path}/state", {"state": "live"}), 409, "connection.unchecked")
    assert administrator.post(f"{path}/check").json["passed"] is True
    live = administrator.post(f"{path}/state", {"state": "live"}, key=f"live-{fragile}")
    assert live.json["state"] == "live"
    changed = administrator.send("PUT", f"{path}/settings", {"settings": {"settling": 3}}).json
    assert (changed["state"], changed["paused_because"], changed["settings"]["settling"]) == ("paused", "settings", 3)
    again = administrator.post(f"{path}/state", {"state": "live"}, key=f"live-{fragile}")
    assert (again.json["state"], again.headers["Idempotent-Replayed"]) == ("paused", "true")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"plugin": "jiedao_nothing"}, 404, "plugin.missing"),
        ({"settings": {}}, 422, "setting.invalid"),
        ({"settings": {"url": 5}}, 422, "setting.invalid"),
        ({"id": "bills"}, 409, "connection.exists"),
        ({"settings": None}, 422, "body.invalid"),
    ],
)
def test_a_connection_that_cannot_be_is_refused(
    api: Api, administrator: Desk, change: dict[str, Any], status: int, code: str
) -> None:
    given = dict(api.stand_ins.connections["bills"].given)
    body = {"id": "wrong", "plugin": "jiedao_billhub", "title_zh": "测", "title_en": "T", "settings": given, **change}
    refused(administrator.post("connections", body), status, code)


def test_plugins_say_what_can_be_set(administrator: Desk) -> None:
    found = {one["name"]: one for one in administrator.get("plugins").json["plugins"]}
    kinds = {field["name"]: field["kind"] for field in found["jiedao_billhub"]["settings"]}
    assert (kinds["secret"], kinds["url"]) == ("secret", "string")
    assert administrator.get("plugins").json["quarantined"] == []


# files


def csv_of(*rows: tuple[str, str, str, str]) -> bytes:
    return (HEADER + "".join(",".join(row) + "\n" for row in rows)).encode()


def row(account: str, amount: str = "120.50") -> tuple[str, str, str, str]:
    return account, f"W{next(_BILLS):06d}", "欧阳淑珍", amount


def deliver(desk: Desk, content: bytes, name: str = "bills.csv", key: str = "", **more: str) -> Any:
    query = {"connection": "files", "biller": "HOMES", "name": name, **more}
    headers = {"Authorization": f"Bearer {desk.token}", "Idempotency-Key": key or f"file-{next(_BILLS)}"}
    return desk.client.post(f"{BASE}bill-files", query_string=query, data=content, headers=headers)


def upload(desk: Desk, content: bytes, key: str) -> Any:
    headers = {"Authorization": f"Bearer {desk.token}", "Idempotency-Key": key}
    form = {"connection": "files", "biller": "HOMES", "file": (io.BytesIO(content), "账单.csv")}
    return desk.client.post(f"{BASE}bill-files", data=form, headers=headers)


def bills_of(desk: Desk, account: str) -> list[dict[str, Any]]:
    body = {"connection": "files", "biller": "HOMES", "inputs": {"account": account}}
    found: list[dict[str, Any]] = desk.post("bills/fetch", body).json["offers"]
    return found


def test_a_delivered_file_is_paid_and_reported_back(desk: Desk, accountant: Desk) -> None:
    made = deliver(accountant, csv_of(row("0101"), row("0102", "80")))
    assert (made.status_code, made.json["bills"], made.json["total"]) == (201, 2, 20_050)
    offer = bills_of(desk, "0101")[0]
    order = desk.post("orders", desk.in_cash(offer))
    assert (order.status_code, order.json["state"]) == (201, "paid")  # nobody outside has to answer
    assert bills_of(desk, "0101") == []
    path = "bill-files/paid?connection=files&biller=HOMES&from=2026-01-01&to=2099-12-31&format=csv"
    refused(accountant.get(f"{path}&page=2"), 422, "body.invalid", "page")
    paid = accountant.get(path)
    assert "attachment" in paid.headers["Content-Disposition"]
    assert order.json["receipts"][0] in paid.text
    assert "0102" not in paid.text
    assert accountant.get(path.replace("csv", "xlsx")).data.startswith(b"PK")
    assert (
        order.json["receipts"][0]
        not in accountant.get("bill-files/paid?connection=files&biller=HOMES&from=2020-01-01&to=2020-12-31").text
    )


def test_the_same_file_under_the_same_key_answers_the_same(accountant: Desk) -> None:
    content = csv_of(row("0201"))
    first, again = upload(accountant, content, "file-key"), upload(accountant, content, "file-key")
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert first.json["name"] == "账单.csv"
    refused(upload(accountant, csv_of(row("0202")), "file-key"), 409, "request_key.reused")


def test_a_file_that_was_delivered_before_changes_nothing(desk: Desk, accountant: Desk) -> None:
    known, fresh = row("0301"), row("0302")
    deliver(accountant, csv_of(known))
    again = deliver(accountant, csv_of(known, fresh)).json
    assert (again["bills"], again["known"]) == (1, 1)
    changed = deliver(accountant, csv_of((*known[:3], "99"), row("0303")))
    assert known[1] in refused(changed, 422, "file.invalid", "file")["errors"][0]["detail"]
    assert bills_of(desk, "0303") == []
    assert bills_of(desk, "0301")[0]["bill"]["amount"] == 12_050


def test_a_wrong_file_is_not_imported_at_all(desk: Desk, accountant: Desk) -> None:
    wrong = csv_of(row("0401"), row("12345"), row("0402", "many"))
    problem = refused(deliver(accountant, wrong), 422, "file.invalid", "file")
    assert [(error["line"], error["column"]) for error in problem["errors"]] == [(3, "户号"), (4, "金额")]
    assert bills_of(desk, "0401") == []


@pytest.mark.parametrize("name", ["bills.exe", "bills.xlsx", "bills"])
def test_what_is_no_table_is_refused(accountant: Desk, name: str) -> None:
    refused(deliver(accountant, b"\x00\x01", name), 422, "file.invalid", "file")


def test_where_a_file_comes_from_must_be_right(desk: Desk, accountant: Desk) -> None:
    refused(deliver(desk, csv_of(row("0501"))), 403, "role.missing")
    refused(deliver(accountant, b"", connection="bills"), 422, "file.unable", "connection")
    refused(deliver(accountant, b"", connection=""), 422, "body.invalid", "connection")
    refused(deliver(accountant, b" " * 10_100_000), 413, "http.413")
    missing = accountant.client.post(
        f"{BASE}bill-files",
        data={"connection": "files", "biller": "HOMES"},
        headers={"Authorization": f"Bearer {accountant.token}", "Idempotency-Key": "no-file"},
        content_type="multipart/form-data",
    )
    refused(missing, 422, "file.none", "file")


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=2026-13-01&to=2026-01-02", "from"), ("from=2026-01-02&to=2026-01-01", "to"), ("to=2026-01-01", "from")],
)
def test_days_must_be_right(accountant: Desk, query: str, field: str) -> None:
    answer = accountant.get(f"bill-files/paid?connection=files&biller=HOMES&{query}")
    assert (answer.status_code, answer.json["field"]) == (422, field)


# claims, the review queue, money to hand over


def test_redeemed_points_are_claimed_and_paid_once(api: Api, desk: Desk, accountant: Desk) -> None:
    refused(desk.post("claims"), 403, "role.missing")
    api.own.give_points(1000)
    offer = desk.fetch()
    rest = offer["bill"]["amount"] - 1000
    tenders = [{"kind": "points", "amount": 1000}, {"kind": "cash", "amount": rest, "connection": "cash"}]
    body = desk.order_body(offer, tenders=tenders, resident=api.own.resident)
    assert desk.post("orders", body, Prefer="wait=10").json["state"] == "paid"
    made = accountant.post("claims", key="claim", Prefer="wait=10")
    assert (made.status_code, made.json["state"], made.json["total"]) == (201, "succeeded", 1000)
    assert accountant.post("claims", key="claim").json == made.json
    refused(accountant.post("claims"), 409, "claim.nothing")
    path = f"claims/{made.json['id']}/payments"
    for _ in range(2):
        assert accountant.post(path, {"amount": 400}, key="claim-paid").json["paid"] == 400
    refused(accountant.post(path, {"amount": 601}), 409, "claim.paid", "amount")
    assert accountant.get("claims").json["claims"][0]["paid"] == 400
    assert accountant.post(f"claims/{'0' * 20}/payments", {"amount": 1}).status_code == 404


@pytest.mark.usefixtures("hub_unheard")
def test_a_person_with_evidence_ends_what_nobody_answers(desk: Desk, accountant: Desk, fragile: str) -> None:
    body = {"connection": fragile, "biller": "WATER", "inputs": {"meter": "900000001"}}
    offer = desk.post("bills/fetch", body).json["offers"][0]
    order = desk.post("orders", desk.in_cash(offer)).json["id"]
    found = until(lambda: [one for one in desk.get("reviews").json["operations"] if one["order"] == order])[0]
    assert (found["hook"], found["state"], found["connection"]) == ("biller_pay", "review", fragile)
    shown = desk.get(f"orders/{order}").json
    assert (shown["confirming"], shown["review"]) == (True, True)
    assert desk.get(f"orders/{order}/slip.html").status_code == 200
    assert desk.post(f"operations/{found['id']}/ask", Prefer="wait=5").json["state"] == "review"
    path = f"operations/{found['id']}/closing"
    closing = {"verdict": "succeeded", "reference": "W-1", "evidence": "供水公司回函，编号 W-1"}
    refused(desk.post(path, closing), 403, "role.missing")
    refused(accountant.post(path, closing | {"evidence": "看"}), 422, "review.evidence", "evidence")
    refused(accountant.post(path, closing | {"reference": ""}), 422, "review.reference", "reference")
    for _ in range(2):
        assert accountant.post(path, closing, key=f"close-{order}").json["state"] == "succeeded"
    refused(accountant.post(path, closing), 409, "review.state")
    paid = desk.get(f"orders/{order}").json
    assert (paid["state"], paid["lines"][0]["reference"], paid["review"]) == ("paid", "W-1", False)


def test_money_that_cannot_go_back_is_handed_over_by_an_accountant(api: Api, accountant: Desk) -> None:
    desk = api.sign_in("operator", till="T2")
    shift = desk.post("shifts", {"counted": 0}).json["id"]
    order = desk.post("orders", desk.in_cash(desk.fetch("66"))).json
    assert desk.post(f"shifts/{shift}/close", {"counted": order["total"]}).json["difference"] == 0
    shown = until(lambda: (one := desk.get(f"orders/{order['id']}").json)["to_hand_over"] and one)
    waiting = shown["to_hand_over"][0]
    step = next(step for step in shown["next"] if step["action"] == "hand_over")
    body = {"source": waiting["source"], "tender": waiting["tender"], "how": "cash"}
    path = step["href"].removeprefix(BASE)
    refused(desk.post(path, body), 403, "role.missing")
    refused(accountant.post(path, body | {"how": "credit"}), 409, "return.state")
    for _ in range(2):
        done = accountant.post(path, body, key=f"over-{order['id']}")
        assert (done.status_code, done.json["to_hand_over"], done.json["state"]) == (200, [], "refused")
    assert done.headers["Idempotent-Replayed"] == "true"
    assert done.json["cash_back"] == order["total"]


def test_one_key_from_many_windows_at_once_makes_one_order(api: Api, desk: Desk) -> None:
    body = desk.in_cash(desk.fetch())
    clients = [Desk(api.app.test_client(use_cookies=False), desk.token) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: one.post("orders", body, key="at-once", Prefer="wait=10"), clients))
    assert {answer.json["id"] for answer in answers if answer.status_code < 300} == {answers[0].json["id"]}
    assert [answer.status_code // 100 for answer in answers] == [2] * 6
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1


def test_the_books_are_good(desk: Desk, accountant: Desk) -> None:
    desk.paid_order()
    verified = accountant.get("ledger/verify").json
    assert verified["faults"] == []
    assert verified["entries"] > 0
    balances = accountant.get("ledger/balances").json["accounts"]
    for unit in ("CNY", "PTS"):
        assert sum(one["balance"] for one in balances if one["unit"] == unit) == 0
