"""The stand-in for EMS, spoken to over both of its wires."""

from __future__ import annotations

import base64
import json
import threading
import urllib.error
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from ems_samples import OLDER_ACCESS, ORDER, STREET_ACCESS
from jiedao_connectors.ems import codes, current, older, sm4
from jiedao_connectors.ems.client import CurrentClient, OlderClient
from jiedao_connectors.ems.order import Order
from jiedao_connectors.ems.push import open_push
from jiedao_connectors.http import HttpClient, Unanswered
from jiedao_sandbox.ems import (
    CURRENT_PATH,
    KEY,
    OLDER_CHECK_PATH,
    OLDER_ORDER_PATH,
    OLDER_TRACK_PATH,
)
from jiedao_sandbox.launch import Running, Sandbox

NUMBERS = count(1)
SECONDS = 5.0


@pytest.fixture(scope="module")
def ems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("ems")) as sandbox:
        yield sandbox.start("ems")


@pytest.fixture
def newer(ems: Running) -> Iterator[CurrentClient]:
    client = CurrentClient(ems.url + CURRENT_PATH, STREET_ACCESS)
    yield client
    client.close()
    ems.clear()


@pytest.fixture
def old(ems: Running) -> Iterator[OlderClient]:
    urls = (ems.url + path for path in (OLDER_ORDER_PATH, OLDER_CHECK_PATH, OLDER_TRACK_PATH))
    client = OlderClient(*urls, OLDER_ACCESS)
    yield client
    client.close()
    ems.clear()


def order(**changed: Any) -> Order:
    return replace(ORDER, number=f"ORDER{next(NUMBERS):015d}", **changed)


def rows(ems: Running, number: str) -> list[dict[str, Any]]:
    return [row for row in ems.books()["orders"] if row["number"] == number]


def test_a_number_of_the_customer_is_taken_once_over_both_interfaces(
    ems: Running, newer: CurrentClient, old: OlderClient
) -> None:
    one = order()
    reply = newer.create(one, SECONDS)
    assert reply.code == "00000"
    assert len(reply.content()["waybillNo"]) == 13
    assert newer.create(one, SECONDS).code == codes.DUPLICATE
    assert old.create(one, SECONDS).reason == codes.OLDER_DUPLICATE
    assert len(rows(ems, one.number)) == 1
    assert old.find(one.number, SECONDS).fields["waybill_no"] == reply.content()["waybillNo"]


def test_numbers_of_items_are_not_given_twice(newer: CurrentClient) -> None:
    given = [newer.create(order(), SECONDS).content()["waybillNo"] for _ in range(3)]
    assert len(set(given)) == 3
    taken = newer.create(order(waybill=given[0]), SECONDS)
    assert taken.code == "B0002"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("senderNo", "1", "A0001"),
        ("authorization", "", "A0002"),
        ("apiCode", "999999", "A0004"),
        ("logitcsInterface", "|$4|AAAA", "A0003"),
        ("logitcsInterface", "", "A0003"),
        ("msgType", "1", "B0001"),
        ("version", "", "B0001"),
        ("timeStamp", "2026-11-25", "B0002"),
    ],
)
def test_what_is_not_as_agreed_is_refused(
    ems: Running, newer: CurrentClient, field: str, value: str, code: str
) -> None:
    one = order()
    form = dict(parse_qsl(current.encode_create(STREET_ACCESS, one, newer._clock()).decode(), keep_blank_values=True))
    assert raw(ems, CURRENT_PATH, {**form, field: value})["retCode"] == code
    assert rows(ems, one.number) == []


def test_a_body_without_the_key_behind_it_is_refused(ems: Running, newer: CurrentClient) -> None:
    form = dict(
        parse_qsl(current.encode_create(STREET_ACCESS, order(), newer._clock()).decode(), keep_blank_values=True)
    )
    other = replace(STREET_ACCESS, key="YW5vdGhlciBrZXkgMTYgYg==")
    stranger = dict(parse_qsl(current.encode_create(other, order(), newer._clock()).decode(), keep_blank_values=True))
    bare = sm4.MARK + base64.b64encode(sm4.encrypt(sm4.key_of(KEY), b"[{}]")).decode()
    for sealed in (stranger["logitcsInterface"], bare):
        told = raw(ems, CURRENT_PATH, {**form, "logitcsInterface": sealed})
        assert (told["retCode"], told["success"]) == ("A0003", False)


def raw(ems: Running, path: str, form: dict[str, str]) -> dict[str, Any]:
    client = HttpClient(ems.url)
    answer = client.send("POST", path, urlencode(form).encode(), SECONDS)
    client.close()
    told: dict[str, Any] = json.loads(answer.content)
    return told


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ecCompanyId": "OTHER"}, "S03"),
        ({"data_digest": "AAAA"}, "S02"),
        ({"msg_type": "ORDERDELETE"}, "S04"),
        ({"logistics_interface": "<OrderNormal>"}, "S01"),
        ({"logistics_interface": '<!DOCTYPE o [<!ENTITY e "x">]><OrderNormal>&e;</OrderNormal>'}, "S01"),
        ({"logistics_interface": "<Order/>"}, "S05"),
        ({"logistics_interface": "<OrderNormal/>"}, "S03"),
    ],
)
def test_what_is_not_as_agreed_on_the_older_wire(ems: Running, changed: dict[str, str], reason: str) -> None:
    form = {"logistics_interface": "<OrderNormal/>", "msg_type": "ORDERCREATE", "ecCompanyId": "JIEDAO", **changed}
    form.setdefault("data_digest", older.digest(form["logistics_interface"], OLDER_ACCESS.key))
    client = HttpClient(ems.url)
    answer = client.send("POST", OLDER_ORDER_PATH, urlencode(form).encode(), SECONDS)
    client.close()
    assert older.decode_reply(answer.content).reason == reason


def test_tracking_wants_its_own_digest(ems: Running, old: OlderClient) -> None:
    form = dict(parse_qsl(older.encode_trace(OLDER_ACCESS, "1", "s", old._clock()).decode()))
    wrong = {**form, "dataDigest": older.digest('{"traceNo":"1"}', OLDER_ACCESS.key)}
    assert raw(ems, OLDER_TRACK_PATH, wrong)["responseState"] is False
    assert raw(ems, OLDER_TRACK_PATH, form) == {"responseState": True, "errorDesc": "", "responseItems": []}


@pytest.mark.parametrize("operation", ["create", "query", "cancel", "serviceable", "estimate", "label", "track"])
def test_a_fault_meets_its_own_call_only(ems: Running, newer: CurrentClient, operation: str) -> None:
    calls = {name: code for code, name in zip(CODES, NAMES, strict=True)}
    ems.faults("lose_request", operation)
    for name, code in calls.items():
        if name == operation:
            with pytest.raises(Unanswered):
                newer.call(code, {}, SECONDS)
        newer.call(code, {}, SECONDS)
    assert ems.health()["faults"] == []


CODES = ("020003", "050001", "020006", "030005", "050005", "010004", "040001")
NAMES = ("create", "query", "cancel", "serviceable", "estimate", "label", "track")


def test_what_was_booked_is_there_after_a_kill(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        ems = sandbox.start("ems")
        client = CurrentClient(ems.url + CURRENT_PATH, STREET_ACCESS)
        one = order()
        waybill = client.create(one, SECONDS).content()["waybillNo"]
        ems.call("POST", "advance", {"waybill": waybill, "codes": ["203"]})
        ems.kill()
        ems.restart()
        client.close()
        assert rows(ems, one.number)[0]["waybill"] == waybill
        assert [row["code"] for row in ems.books()["events"]] == ["203"]
        again = CurrentClient(ems.url + CURRENT_PATH, STREET_ACCESS)
        assert again.create(one, SECONDS).code == codes.DUPLICATE
        again.close()


class _Street(BaseHTTPRequestHandler):
    """Takes pushes as a street does."""

    got: list[bytes]

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        answer = b'{"code":"00000"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def street() -> Iterator[tuple[str, list[bytes]]]:
    got: list[bytes] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Street", (_Street,), {"got": got}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/notices/ems", got
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("variant", "pushed"),
    [
        ("genuine", ["203", "305"]),
        ("duplicate", ["203", "203", "305", "305"]),
        ("reordered", ["305", "203"]),
        ("stale", ["203", "305"]),
    ],
)
def test_what_happened_is_pushed(
    ems: Running, newer: CurrentClient, street: tuple[str, list[bytes]], variant: str, pushed: list[str]
) -> None:
    url, got = street
    waybill = newer.create(order(), SECONDS).content()["waybillNo"]
    ems.call("POST", "advance", {"waybill": waybill, "codes": ["203", "305"]})
    told = ems.call("POST", "push", {"waybill": waybill, "url": url, "variant": variant})
    assert [open_push(content, KEY).events[0].code for content in got] == pushed
    assert all(one["acknowledged"] for one in told["pushes"])
    booked = [row for row in ems.books()["pushes"] if row["waybill"] == waybill]
    assert len(booked) == len(pushed)
    assert all(row["acknowledged"] == 1 for row in booked)
    assert len({row["serial"] for row in booked}) == 2


def test_a_push_that_nobody_takes_is_not_acknowledged(ems: Running, newer: CurrentClient) -> None:
    waybill = newer.create(order(), SECONDS).content()["waybillNo"]
    ems.call("POST", "advance", {"waybill": waybill, "codes": ["203"]})
    told = ems.call("POST", "push", {"waybill": waybill, "url": ems.url + "/nowhere"})
    assert [(one["status"], one["acknowledged"]) for one in told["pushes"]] == [(404, False)]


@pytest.mark.parametrize(("action", "body"), [("advance", {"waybill": "1"}), ("push", {"waybill": "1"})])
def test_an_item_that_nobody_posted_cannot_move(ems: Running, action: str, body: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ems.call("POST", action, body)
    assert refused.value.code == 404
    refused.value.close()
