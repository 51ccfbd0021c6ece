"""The review queue over REST: what was exchanged, what may be done now, and two people above the limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from api_desk import Api, Desk, refused

from houses import STREET
from jiedao.directory.caller import Caller, Role
from jiedao.directory.rules import FOUR_EYES, Rules, set_rules

SEEN = "看过银行后台流水，有这一笔"
NOBODY = "0" * 20


@pytest.fixture
def limit_zero(api: Api) -> Iterator[None]:
    """Everything takes two people, for a while."""
    chief = Caller(STREET, api.own.administrator.staff, Role.ADMINISTRATOR)
    set_rules(api.house.store, chief, Rules(0))
    yield
    set_rules(api.house.store, chief, Rules(FOUR_EYES))


def in_review(api: Api, desk: Desk, accountant: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order whose bill a person has to look at: the biller has taken it and will not say."""
    order = desk.post("orders", desk.in_cash(desk.fetch("77")), Prefer="wait=10").json
    api.own.leave_to_a_person()
    (found,) = [one for one in accountant.get("reviews").json["operations"] if one["order"] == order["id"]]
    return order, found


def closing(verdict: str = "succeeded") -> dict[str, str]:
    return {"verdict": verdict, "reference": "R-1" if verdict == "succeeded" else "", "evidence": SEEN}


@pytest.mark.usefixtures("limit_zero")
def test_two_people_close_an_operation(api: Api, desk: Desk, accountant: Desk, administrator: Desk) -> None:
    order, found = in_review(api, desk, accountant)
    path = f"operations/{found['id']}"
    assert found["resident_name"] == ""
    assert found["amount"] == order["total"]
    before = accountant.get(path).json
    assert (before["may"], before["takes_two"], before["limit"]) == (["propose"], True, 0)
    refused(accountant.post(f"{path}/closing", closing()), 409, "proposal.needed")
    made = accountant.post(f"{path}/proposals", closing(), key="prop-1")
    assert made.status_code == 201
    assert made.json["proposal"]["proposed_name"] == "王芳"
    again = accountant.post(f"{path}/proposals", closing(), key="prop-1")
    assert again.headers["Idempotent-Replayed"] == "true"
    decide = f"proposals/{made.json['proposal']['id']}"
    refused(accountant.post(f"{decide}/agreement", {"evidence": "我自己同意"}), 403, "proposal.same_person")
    refused(desk.post(f"{decide}/agreement", {"evidence": "窗口同意"}), 403, "role.missing")
    refused(administrator.post(f"{decide}/agreement", {"evidence": " "}), 422, "proposal.decision", "evidence")
    assert administrator.get(path).json["may"] == ["agree", "refuse"]
    agreed = administrator.post(f"{decide}/agreement", {"evidence": "已核对后台"}, Prefer="wait=10")
    assert agreed.json["state"] == "agreed"
    assert desk.get(f"orders/{order['id']}").json["state"] == "paid"
    after = accountant.get(path).json
    assert (after["state"], after["may"], after["proposal"]) == ("succeeded", [], None)
    said = [(one["what"], one["by"], one["says"]) for one in after["timeline"] if one["by"]]
    assert said == [("proposed", "王芳", SEEN), ("agreed", "王芳", "已核对后台")]
    assert after["timeline"][0]["what"] == "planned"
    assert any(one["what"] == "sent" and one["state"] == "pending" for one in after["timeline"])
    refused(administrator.post(f"{decide}/agreement", {"evidence": "再同意一次"}), 409, "proposal.decided")


@pytest.mark.usefixtures("limit_zero")
def test_a_refusal_keeps_it_open(api: Api, desk: Desk, accountant: Desk, administrator: Desk) -> None:
    _, found = in_review(api, desk, accountant)
    path = f"operations/{found['id']}"
    made = accountant.post(f"{path}/proposals", closing("declined")).json["proposal"]
    assert [one["id"] for one in accountant.get("proposals").json["proposals"]] == [made["id"]]
    refusal = administrator.post(f"proposals/{made['id']}/refusal", {"evidence": "流水对不上"})
    assert (refusal.json["state"], refusal.json["decision"]) == ("refused", "流水对不上")
    assert accountant.get(path).json["state"] == "review"
    assert accountant.get("proposals").json["proposals"] == []
    newest = accountant.get("proposals?state=refused&limit=1").json
    assert ([one["id"] for one in newest["proposals"]], newest["before"]) == ([made["id"]], made["id"])
    again = accountant.post(f"{path}/proposals", closing()).json["proposal"]
    administrator.post(f"proposals/{again['id']}/agreement", {"evidence": "已核对后台"}, Prefer="wait=10")


def test_one_person_may_close_what_is_below_the_limit(api: Api, desk: Desk, accountant: Desk) -> None:
    _, found = in_review(api, desk, accountant)
    path = f"operations/{found['id']}"
    assert accountant.get(path).json["may"] == ["close", "propose"]
    assert desk.get(path).json["may"] == []
    assert accountant.post(f"{path}/closing", closing(), Prefer="wait=10").json["state"] == "succeeded"


@pytest.mark.usefixtures("limit_zero")
def test_a_refund_above_the_limit_takes_two(desk: Desk, accountant: Desk) -> None:
    order = desk.paid_order()
    whole = {"lines": [{"line": 1, "amount": order["total"]}], "reason": "居民搬走，已核对合同"}
    path = f"orders/{order['id']}/refunds"
    refused(desk.post(path, whole), 409, "proposal.needed")
    refused(desk.post(f"{path}/proposals", {**whole, "reason": "多收"}), 422, "proposal.evidence", "reason")
    made = desk.post(f"{path}/proposals", whole)
    assert (made.status_code, made.json["kind"], made.json["amount"]) == (201, "refund", order["total"])
    refused(desk.get("proposals"), 403, "role.missing")
    agreed = accountant.post(f"proposals/{made.json['id']}/agreement", {"evidence": "已核对合同"}, Prefer="wait=10")
    assert agreed.json["state"] == "agreed"
    assert desk.get(f"orders/{order['id']}").json["state"] == "refunded"
    assert desk.get("orders?limit=100").json["orders"][0]["state"] == "refunded"


def test_another_streets_proposals_are_not_there(api: Api, elsewhere: Desk, desk: Desk, accountant: Desk) -> None:
    order = desk.paid_order()
    whole = {"lines": [{"line": 1, "amount": order["total"]}], "reason": "居民搬走，已核对合同"}
    made = desk.post(f"orders/{order['id']}/refunds/proposals", whole).json
    refused(elsewhere.get(f"proposals/{made['id']}"), 404, "proposal.missing")
    theirs = api.sign_in("accountant", street=api.other.street)
    refused(theirs.post(f"proposals/{made['id']}/agreement", {"evidence": "已核对合同"}), 404, "proposal.missing")
    refused(theirs.post(f"proposals/{NOBODY}/refusal", {"evidence": "已核对合同"}), 404, "proposal.missing")
    refused(theirs.post(f"operations/{NOBODY}/proposals", closing()), 404, "operation.missing")
    accountant.post(f"proposals/{made['id']}/refusal", {"evidence": "不符合规定"})


def test_a_hand_over_of_what_does_not_wait_cannot_be_proposed(desk: Desk, accountant: Desk) -> None:
    attempt = desk.paid_order()["attempts"][0]["id"]
    wanted = {"source": attempt, "tender": 1, "how": "cash", "evidence": "居民来取，已核对身份"}
    refused(accountant.post(f"attempts/{attempt}/hand-overs/proposals", wanted), 409, "return.state")
    refused(desk.post(f"attempts/{attempt}/hand-overs/proposals", wanted), 403, "role.missing")


def test_the_street_sets_the_limit(desk: Desk, accountant: Desk, administrator: Desk) -> None:
    assert desk.get("street/rules").json == {"four_eyes": 50_000}
    refused(accountant.send("PUT", "street/rules", {"four_eyes": 1}), 403, "role.missing")
    refused(administrator.send("PUT", "street/rules", {"four_eyes": -1}), 422, "body.invalid", "four_eyes")
    for wanted in (70_000, 50_000):
        assert administrator.send("PUT", "street/rules", {"four_eyes": wanted}).json == {"four_eyes": wanted}
    noted = accountant.get("audit?action=street.rules&limit=1").json["notes"][0]
    assert (noted["detail"], noted["staff_name"]) == ({"four_eyes": 50_000, "before": 70_000}, "王芳")


def test_the_queue_is_given_in_pages(api: Api, desk: Desk, accountant: Desk) -> None:
    orders = [in_review(api, desk, accountant)[0]["id"] for _ in range(2)]
    seen, after = [], ""
    while True:
        page = accountant.get(f"reviews?limit=1&after={after}").json
        seen += [one["order"] for one in page["operations"]]
        after = page["after"]
        if not after:
            break
    assert [one for one in seen if one in orders] == orders
    for one in accountant.get("reviews").json["operations"]:
        accountant.post(f"operations/{one['id']}/closing", closing(), Prefer="wait=10")
