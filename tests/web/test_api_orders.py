"""Orders through the API: from bill to receipt, in doubt, cancelled, refunded, repeated."""

from __future__ import annotations

import time
from typing import Any

import pytest
from api_desk import Api, Desk, refused, steps


def test_a_visit_with_one_request_is_paid_and_has_a_receipt(api: Api, desk: Desk) -> None:
    offer = desk.fetch()
    answer = desk.post("orders", desk.by_card(offer, resident=api.own.resident), Prefer="wait=10")
    order = answer.json
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (201, "wait=10")
    assert (order["state"], order["confirming"], order["total"]) == ("paid", False, offer["bill"]["amount"])
    assert [line["state"] for line in order["lines"]] == ["paid"]
    attempt = order["attempts"][0]
    assert [tender["state"] for tender in attempt["tenders"]] == ["taken"]
    assert [event["event"] for event in attempt["events"]][-2:] == ["line_paid", "all_paid"]
    assert list(steps(order)) == ["refund", "void", "print"]
    assert desk.get(f"receipts/{order['receipts'][0]}").json["receipt"]["total"] == order["total"]
    assert desk.get(f"orders/{order['id']}").json == order


def test_without_waiting_the_answer_is_accepted(desk: Desk) -> None:
    answer = desk.post("orders", desk.in_cash(desk.fetch()))
    assert answer.status_code == 202
    assert (answer.json["state"], answer.json["confirming"]) == ("paying", True)
    assert list(steps(answer.json)) == ["wait"]
    assert "Preference-Applied" not in answer.headers
    assert _settled(desk, answer.json["id"])["state"] == "paid"


def test_placed_first_and_paid_later(desk: Desk) -> None:
    offer = desk.fetch()
    order = desk.post("orders", desk.order_body(offer)).json
    assert (order["state"], list(steps(order))) == ("open", ["pay", "cancel"])
    tender = {"kind": "cash", "amount": order["total"], "connection": "cash", "received": order["total"] + 100}
    paid = desk.post(f"orders/{order['id']}/attempts", {"tenders": [tender]}, Prefer="wait=10")
    assert (paid.status_code, paid.json["state"]) == (201, "paid")
    assert paid.json["attempts"][0]["tenders"][0]["change"] == 100
    refused(desk.post(f"orders/{order['id']}/attempts", {"tenders": [tender]}), 409, "order.state")


def test_a_cancelled_order_frees_its_bills(desk: Desk) -> None:
    offer = desk.fetch()
    order = desk.post("orders", desk.order_body(offer)).json
    refused(desk.post("orders", desk.order_body(offer)), 409, "bill.locked", "lines")
    assert desk.post(f"orders/{order['id']}/cancel").json["state"] == "cancelled"
    assert desk.post("orders", desk.order_body(offer)).status_code == 201


def test_a_declined_bill_gives_the_money_back(desk: Desk) -> None:
    order = desk.post("orders", desk.in_cash(desk.fetch("55")), Prefer="wait=10").json
    assert (order["state"], order["cash_back"]) == ("refused", order["total"])
    assert order["lines"][0]["reason"]["zh"]
    assert order["receipts"] == []


def test_an_order_in_doubt_says_so_and_has_an_interim_slip(api: Api, desk: Desk) -> None:
    api.stand_ins.hub.faults("lose_answer", "pay")
    order = desk.post("orders", desk.in_cash(desk.fetch()), Prefer="wait=1").json
    api.stand_ins.hub.clear()
    if order["confirming"]:
        slip = desk.get(f"orders/{order['id']}/slip.txt?language=en")
        assert slip.status_code in (200, 409)
    assert _settled(desk, order["id"])["state"] == "paid"
    refused(desk.get(f"orders/{order['id']}/slip.txt"), 409, "slip.final")


def test_the_interim_slip_has_no_number(desk: Desk) -> None:
    order = desk.post("orders", desk.in_cash(desk.fetch("77"))).json
    slip = desk.get(f"orders/{order['id']}/slip.txt?language=en")
    assert order["id"] in slip.text
    assert "T1-0" not in slip.text
    assert _settled(desk, order["id"])["state"] == "paid"


def test_refund_of_a_part_then_void_of_the_rest(desk: Desk) -> None:
    order = desk.paid_order()
    path = f"orders/{order['id']}"
    part = {"lines": [{"line": 1, "amount": 1000}], "reason": "抄表有误"}
    first = desk.post(f"{path}/refunds", part, Prefer="wait=10")
    assert (first.status_code, first.json["lines"][0]["refunded"]) == (201, 1000)
    assert first.json["attempts"][1]["refunds"] == [
        {
            "line": 1,
            "amount": 1000,
            "state": "agreed",
            "operation": first.json["attempts"][1]["refunds"][0]["operation"],
        }
    ]
    void = desk.post(f"{path}/void", {"reason": "全部退回"}, Prefer="wait=10").json
    assert (void["lines"][0]["refunded"], void["cash_back"]) == (order["total"], order["total"])
    assert len(void["receipts"]) == 3
    refused(desk.post(f"{path}/void", {"reason": "再来一次"}), 409, "order.nothing_left")
    too_much = {"lines": [{"line": 1, "amount": 1}], "reason": "再退一分"}
    refused(desk.post(f"{path}/refunds", too_much), 409, "refund.too_much")


def test_orders_are_listed_newest_first_and_paged(api: Api, desk: Desk) -> None:
    made = [desk.post("orders", desk.order_body(desk.fetch(), resident=api.own.resident)).json["id"] for _ in range(3)]
    first = desk.get(f"orders?resident={api.own.resident}&limit=2").json
    assert [one["id"] for one in first["orders"]] == made[:0:-1]
    second = desk.get(f"orders?resident={api.own.resident}&limit=2&before={first['before']}").json
    assert second["orders"][0]["id"] == made[0]
    assert desk.get("orders?till=T9").json == {"orders": [], "before": ""}
    assert made[-1] in [one["id"] for one in desk.get("orders").json["orders"]]


def test_the_same_key_and_body_answer_with_the_same_order(desk: Desk) -> None:
    body = desk.in_cash(desk.fetch())
    first = desk.post("orders", body, key="visit-1", Prefer="wait=10")
    again = desk.post("orders", body, key="visit-1", Prefer="wait=10")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers


def test_a_key_is_not_used_for_something_else(desk: Desk) -> None:
    offer = desk.fetch()
    desk.post("orders", desk.order_body(offer), key="reused")
    refused(desk.post("orders", desk.order_body(desk.fetch()), key="reused"), 409, "request_key.reused")
    refused(desk.post("shifts", {"counted": 1}, key="reused"), 409, "request_key.reused", "Idempotency-Key")


@pytest.mark.parametrize("verb", ["cancel", "void", "refunds"])
def test_every_verb_of_an_order_may_be_repeated(desk: Desk, verb: str) -> None:
    order = desk.post("orders", desk.order_body(desk.fetch())).json if verb == "cancel" else desk.paid_order()
    body: dict[str, Any] = {} if verb == "cancel" else {"reason": "重复提交"}
    if verb == "refunds":
        body["lines"] = [{"line": 1, "amount": 100}]
    path = f"orders/{order['id']}/{verb}"
    first = desk.post(path, body, key=f"{verb}-{order['id']}", Prefer="wait=10")
    again = desk.post(path, body, key=f"{verb}-{order['id']}", Prefer="wait=10")
    assert first.status_code in (200, 201)
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_refused_request_does_not_use_its_key_up(desk: Desk) -> None:
    offer = desk.fetch()
    body = desk.order_body(offer)
    blocker = desk.post("orders", body).json
    refused(desk.post("orders", body, key="try-again"), 409, "bill.locked")
    desk.post(f"orders/{blocker['id']}/cancel")
    answer = desk.post("orders", body, key="try-again")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers


def _settled(desk: Desk, order: str) -> dict[str, Any]:
    """The order once nothing is under way any more; fails after ten seconds."""
    end = time.monotonic() + 10
    while True:
        found: dict[str, Any] = desk.get(f"orders/{order}").json
        if not found["confirming"]:
            return found
        assert time.monotonic() < end, found
        time.sleep(0.05)


def test_what_does_not_wait_is_not_given_up(desk: Desk) -> None:
    order = desk.paid_order()
    assert "give_up" not in list(steps(order))
    refused(desk.post(f"orders/{order['id']}/giving-up"), 409, "payment.not_waiting")
    refused(desk.post("orders/0123456789ABCDEFGHJK/giving-up"), 404, "order.missing", "order")
