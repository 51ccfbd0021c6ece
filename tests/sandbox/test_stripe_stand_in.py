"""The stand-in does what public fakes of Stripe do not: keys, ceilings, events in every disorder."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from jiedao_connectors.stripe.signature import signed_at
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.stripe import KEY, WEBHOOK_SECRET, form

NUMBERS = count(1)


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("stripe")) as sandbox:
        yield sandbox.start("stripe")


@pytest.fixture
def address(stripe: Running) -> str:
    stripe.clear()
    stripe.call("POST", "webhooks", {"url": "", "mode": "deliver", "delay": 0})
    return f"{stripe.url}/v1"


def post(address: str, path: str, key: str = "", **given: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {KEY}", **({"Idempotency-Key": key} if key else {})}
    return requests.post(f"{address}/{path}", data=given, headers=headers, timeout=10)


def get(address: str, path: str, **given: Any) -> Any:
    return requests.get(
        f"{address}/{path}", params=given, headers={"Authorization": f"Bearer {KEY}"}, timeout=10
    ).json()


def create(address: str, key: str = "", operation: str = "", **more: Any) -> requests.Response:
    given = {
        "amount": 1000,
        "currency": "cny",
        "payment_method_types[]": "wechat_pay",
        "metadata[operation]": operation or f"OP{next(NUMBERS)}",
        "confirm": "true",
        "payment_method_data[type]": "wechat_pay",
        "payment_method_options[wechat_pay][client]": "web",
    }
    return post(address, "payment_intents", key, **{**given, **more})


def code(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    return answer.status_code, error.get("code", error["type"])


def test_a_form_is_read_as_stripe_reads_it() -> None:
    assert form.read("a[b][c]=1&expand[]=x&expand[]=y&d=&e[0][f]=2") == {
        "a": {"b": {"c": "1"}},
        "expand": ["x", "y"],
        "d": "",
        "e": [{"f": "2"}],
    }


def test_a_key_answers_what_it_answered(address: str) -> None:
    first = create(address, "k1", "OPk1")
    again = create(address, "k1", "OPk1")
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_key_with_other_parameters_is_refused(address: str) -> None:
    create(address, "k2", "OPk2")
    assert code(create(address, "k2", "OPk2", amount=1001)) == (400, "idempotency_error")


def test_a_key_in_flight_is_refused_and_then_answers(stripe: Running, address: str) -> None:
    stripe.call("POST", "think", {"seconds": 0.5})
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(create, address, "k3", "OPk3")
        time.sleep(0.2)
        assert code(create(address, "k3", "OPk3")) == (409, "idempotency_key_in_use")
        assert create(address, "k3", "OPk3").status_code == 409
        made = slow.result()
    assert create(address, "k3", "OPk3").json() == made.json()


def test_a_refused_request_leaves_its_key_unused(address: str) -> None:
    assert code(create(address, "k4", "OPk4", amount=0)) == (400, "amount_too_small")
    assert create(address, "k4", "OPk4").status_code == 200


@pytest.mark.crash
def test_a_key_outlives_the_process(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        killed = sandbox.start("stripe")
        first = create(f"{killed.url}/v1", "k", "OP")
        killed.kill()
        killed.restart()
        assert create(f"{killed.url}/v1", "k", "OP").json() == first.json()
        assert len(killed.books()["payment_intent"]) == 1


def test_refunds_never_pass_what_was_received(stripe: Running, address: str) -> None:
    intent = create(address, operation="OPr").json()["id"]
    assert code(post(address, "refunds", payment_intent=intent, amount=1)) == (400, "charge_already_refunded")
    stripe.call("POST", "customer", {"operation": "OPr"})
    assert post(address, "refunds", payment_intent=intent, amount=600).json()["status"] == "succeeded"
    assert post(address, "refunds", payment_intent=intent, amount=401).json()["error"]["param"] == "amount"
    assert post(address, "refunds", payment_intent=intent, amount=400).status_code == 200
    assert code(post(address, "refunds", payment_intent=intent, amount=1)) == (400, "charge_already_refunded")


def test_refunds_at_the_same_moment_never_pass_it_either(stripe: Running, address: str) -> None:
    intent = create(address, operation="OPs").json()["id"]
    stripe.call("POST", "customer", {"operation": "OPs"})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(address, "refunds", payment_intent=intent, amount=300), range(8)))
    assert sum(answer.status_code == 200 for answer in answers) == 3


def test_what_stripe_knows_no_parameter_for_is_refused(address: str) -> None:
    assert code(create(address, merchant="x")) == (400, "parameter_unknown")


def test_another_key_is_refused(address: str) -> None:
    answer = requests.get(f"{address}/account", headers={"Authorization": "Bearer sk_guess"}, timeout=10)
    assert answer.status_code == 401


def test_lists_go_page_by_page(address: str) -> None:
    made = [create(address, operation="OPp").json()["id"] for _ in range(3)]
    first = get(address, "payment_intents", limit=2)
    assert [one["id"] for one in first["data"]] == made[:0:-1]
    assert first["has_more"]
    second = get(address, "payment_intents", limit=1, starting_after=first["data"][-1]["id"])
    assert [one["id"] for one in second["data"]] == made[:1]


# webhooks


@contextmanager
def receiver(status: int = 200) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """A server that notes the types of the events it gets, and whether they are signed."""
    got: list[tuple[str, bool]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            genuine = signed_at(WEBHOOK_SECRET, self.headers["Stripe-Signature"], body) is not None
            got.append((json.loads(body)["type"], genuine))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", got
        server.shutdown()


def wait_for(condition: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


PAID = "payment_intent.succeeded"
MADE = "payment_intent.created"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("deliver", [(PAID, True)]),
        ("twice", [(PAID, True), (PAID, True)]),
        ("forge", [(PAID, False)]),
    ],
)
def test_events_are_delivered_as_badly_as_wanted(stripe: Running, address: str, mode: str, expected: list[Any]) -> None:
    create(address, operation=f"OP{mode}")
    with receiver() as (url, got):
        stripe.call("POST", "webhooks", {"url": url, "mode": mode, "delay": 0.05})
        stripe.call("POST", "customer", {"operation": f"OP{mode}"})
        wait_for(lambda: len(got) >= len(expected))
        assert got == expected


def test_events_that_are_held_come_in_the_wrong_order(stripe: Running, address: str) -> None:
    with receiver(status=503) as (url, got):
        stripe.call("POST", "webhooks", {"url": url, "mode": "hold"})
        create(address, operation="OPhold")
        stripe.call("POST", "customer", {"operation": "OPhold"})
        assert got == []
        assert stripe.call("POST", "release", {}) == {"released": 2}
        assert got == [(PAID, True), (MADE, True)]
    assert [one["status"] for one in stripe.call("GET", "deliveries")["deliveries"][-2:]] == [503, 503]


def test_events_that_are_dropped_stand_in_the_books_all_the_same(stripe: Running, address: str) -> None:
    with receiver() as (url, got):
        stripe.call("POST", "webhooks", {"url": url, "mode": "drop"})
        create(address, operation="OPdrop")
        stripe.call("POST", "customer", {"operation": "OPdrop"})
        stripe.call("POST", "customer", {"operation": "OPdrop", "action": "dispute"})
        assert got == []
    kinds = [event["type"] for event in stripe.books()["event"][-2:]]
    assert kinds == [PAID, "charge.dispute.created"]
