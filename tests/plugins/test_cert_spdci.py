"""The registry plugin: acknowledgements and status on golden answers, and notices, right and forged, over the wire."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bureau_connections import DEADLINE, SPDCI, TODAY, someone, to_query, to_submit
from jiedao.hookspecs.certification import Finding, HistoryRequest, LookupRequest, Standing, Verdict
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, OutcomeUnknown, Pending, Succeeded, Unavailable
from jiedao.hookspecs.service import About, CheckRequest, Notice, NoticeRequest, Topic
from jiedao_cert_spdci import answers, notices, plugin
from jiedao_cert_spdci.answers import NotUnderstood
from jiedao_connectors import dci
from jiedao_connectors.dci import ED25519, HMAC, DciClient, Key, Party, key_bytes
from jiedao_sandbox.bureau import BUREAU_PRIVATE, SHARED, STREET_PRIVATE, TOKEN
from jiedao_sandbox.bureau.people import Fate
from jiedao_sandbox.bureau.registry import BUREAU, STREET
from jiedao_sandbox.launch import Running, Sandbox

HERE = SPDCI.connect("http://127.0.0.1:9")
ASKED = to_submit(HERE, someone(), "op-1")
QUERY = to_query(ASKED)
NOW = 1_773_568_800.0
BUREAU_KEY = Key(BUREAU, "b1", ED25519, key_bytes(BUREAU_PRIVATE, ED25519))
DATA = {"identifier_type": "UIN", "identifier_value": ASKED.number, "kind": "110", "on": "2026-03-15"}
VERDICT = {"finding": "certified", "reference": "R1", "valid_to": "2027-03-15", "reason": "", "needs": [], "also": []}


class Catcher:
    """An address that keeps what is sent to it."""

    def __init__(self) -> None:
        self.caught: list[bytes] = []
        caught = self.caught

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                caught.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/notice"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    made = Catcher()
    yield made
    made.close()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("registry")) as made:
        yield made
    SPDCI.close()


@pytest.fixture(scope="module")
def bureau(sandbox: Sandbox) -> Running:
    return sandbox.start("bureau", today=TODAY.isoformat())


def parsed(connection: Connection, content: bytes) -> Any:
    return plugin.parse_notice(NoticeRequest(connection, DEADLINE, {"content-type": "application/json"}, content))


# Acknowledged, then asked for


def status(*results: dict[str, Any], **changed: Any) -> dict[str, Any]:
    told = {"transaction_id": "op-1", "correlation_id": "R1", "certify_response": list(results)}
    response = {"txn_type": "on-certify", "txn_status": {**told, **changed}}
    message = {"transaction_id": "q-1", "correlation_id": "R1", "txnstatus_response": response}
    return {"header": {"action": "txn-on-status"}, "message": message}


def result(status: str = "succ", **changed: Any) -> dict[str, Any]:
    return {"reference_id": "op-1", "status": status, "data": {**DATA, **VERDICT}, **changed}


def test_the_status_of_our_transaction_decides() -> None:
    found = answers.queried(status(result()), "q-1", QUERY)
    assert isinstance(found, Succeeded)
    assert found.detail == Verdict(Finding.CERTIFIED, "R1", valid_to=datetime(2027, 3, 15, tzinfo=UTC).date())
    for waiting in ("rcvd", "pdng"):
        assert answers.queried(status(result(waiting)), "q-1", QUERY) == Pending("R1")
    assert answers.queried(status(), "q-1", QUERY) == NotFound()


@pytest.mark.parametrize(
    "told",
    [
        status(result("done")),
        status(result(), result()),
        status(result(reference_id="op-2")),
        status(result(data=DATA)),
        status(result(data={**DATA, **VERDICT, "finding": "fine"})),
        status(result(data={**DATA, **VERDICT, "valid_to": "soon"})),
        status(result(data={**DATA, **VERDICT, "identifier_value": "x"})),
        status(result(data={**DATA, **VERDICT, "kind": "210"})),
        status(result(data={**DATA, **VERDICT, "on": "2026-03-14"})),
        status(result("pdng", data={**DATA, "kind": "210"})),
        status(result(data=None)),
        status(transaction_id="op-2"),
        status(certify_response=None),
        {**status(), "header": {"action": "on-search"}},
        {**status(), "message": {**status()["message"], "transaction_id": "q-2"}},
        {"message": {"ack_status": "ACK", "correlation_id": "R1"}},
    ],
)
def test_a_status_that_is_of_something_else_or_says_nothing_is_none(told: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        answers.queried(told, "q-1", QUERY)


def test_a_rejected_request_declines_only_for_reasons_we_know() -> None:
    rejected = result("rjct", status_reason_code="rjct.timestamp.invalid")
    outcome = answers.queried(status(rejected), "q-1", QUERY)
    assert isinstance(outcome, Declined)
    assert outcome.code == "rjct.timestamp.invalid"
    for code in ("rjct.reference_id.duplicate", "rjct.new", ""):
        with pytest.raises(NotUnderstood):
            answers.queried(status({**rejected, "status_reason_code": code}), "q-1", QUERY)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"token": "guessed"}, "err.request.unauthorized"),
        ({"signing_key": base64.b64encode(b"x" * 32).decode()}, "err.signature.invalid"),
        ({"sender": "street02.example.org"}, "err.signature.invalid"),
        ({"key_id": "s2"}, "err.signature.invalid"),
    ],
)
def test_wrong_keys_fail_the_check_and_every_hook(bureau: Running, changed: dict[str, str], code: str) -> None:
    connection = SPDCI.connect(bureau.url, **changed)
    said = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not said.passed
    assert code in said.says.en
    asked = to_submit(connection, someone())
    for call in (lambda: plugin.certification_submit(asked), lambda: plugin.certification_query(to_query(asked))):
        with pytest.raises(InvalidConfig) as refused:
            call()
        assert refused.value.code == code
    assert not any(row["number"] == asked.number for row in bureau.books()["certifications"])


def test_an_answer_signed_by_somebody_else_is_none(bureau: Running) -> None:
    other = base64.b64encode(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")).decode()
    asked = to_submit(SPDCI.connect(bureau.url, bureau_key=other), someone())
    assert isinstance(plugin.certification_submit(asked), Pending), "an acknowledgement bears no signature"
    with pytest.raises(Unavailable, match="signature is wrong"):
        plugin.certification_query(to_query(asked))


def test_a_shared_secret_may_sign_instead(sandbox: Sandbox, catcher: Catcher) -> None:
    bureau = sandbox.start("bureau", label="shared", today=TODAY.isoformat(), algorithm=HMAC)
    connection = SPDCI.connect(bureau.url, algorithm=HMAC, signing_key=SHARED, bureau_key=SHARED)
    asked = to_submit(connection, someone(Fate.REVIEW))
    assert isinstance(plugin.certification_submit(asked), Pending)
    decided = {"number": asked.number, "finding": "certified", "send_to": catcher.url}
    assert bureau.call("POST", "decide", decided)["sent"] == [200]
    assert isinstance(parsed(connection, catcher.caught[0]), Succeeded)
    assert plugin.certification_query(to_query(asked)).detail.finding is Finding.CERTIFIED  # type: ignore[union-attr]


# Notices


def test_the_registry_calls_back_where_we_said_and_we_ask(bureau: Running, catcher: Catcher) -> None:
    connection = SPDCI.connect(bureau.url, callback=catcher.url)
    asked = to_submit(connection, someone(Fate.REVIEW))
    assert isinstance(plugin.certification_submit(asked), Pending)
    assert bureau.call("POST", "decide", {"number": asked.number, "finding": "rejected"})["sent"] == [200]
    outcome = parsed(connection, catcher.caught[0])
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.topics == (Topic(About.OPERATION, asked.operation),)
    assert outcome.detail.made_at is not None
    assert json.loads(outcome.detail.reply)["message"]["ack_status"] == "ACK"
    assert plugin.certification_query(to_query(asked)).detail.finding is Finding.REJECTED  # type: ignore[union-attr]


def test_a_death_makes_us_look_the_person_up(bureau: Running, catcher: Catcher) -> None:
    number, connection = someone(), SPDCI.connect(bureau.url)
    request = LookupRequest(connection, DEADLINE, number, "", frozenset())
    assert plugin.certification_lookup(request).detail.deceased is False  # type: ignore[union-attr]
    bureau.call("POST", "death", {"number": number, "on": "2026-03-10", "send_to": catcher.url})
    outcome = parsed(connection, catcher.caught[0])
    assert isinstance(outcome, Succeeded)
    assert outcome.detail.topics == (Topic(About.PERSON, number),)
    found = plugin.certification_lookup(request).detail  # type: ignore[union-attr]
    assert (found.deceased, found.benefits[0].standing) == (True, Standing.ENDED)


def test_a_subscriber_is_told(bureau: Running, catcher: Catcher) -> None:
    own = Key(STREET, "s1", ED25519, key_bytes(STREET_PRIVATE, ED25519))
    client = DciClient(bureau.url, Party(own, BUREAU, catcher.url), TOKEN)
    wanted = {"reference_id": "sub-1", "subscribe_criteria": {"reg_event_type": "death"}}
    message = {"transaction_id": "t-1", "subscribe_request": [wanted]}
    answer = client.call("/registry/subscribe", "subscribe", "m-1", message, DEADLINE)
    client.close()
    assert answer["message"]["ack_status"] == "ACK"
    assert bureau.call("POST", "death", {"number": someone(), "on": "2026-03-10"})["sent"] == [200]
    assert len(catcher.caught) == 1


def test_what_is_sent_twice_has_the_same_number_and_what_is_forged_or_stale_is_declined(
    bureau: Running, catcher: Catcher
) -> None:
    connection, number = SPDCI.connect(bureau.url), someone()
    for how in ("twice", "forged", "stale"):
        bureau.call("POST", "death", {"number": number, "on": "2026-03-10", "send_to": catcher.url, "how": how})
    first, second, forged, stale = (parsed(connection, content) for content in catcher.caught)
    assert isinstance(first, Succeeded)
    assert isinstance(second, Succeeded)
    assert first.detail.id == second.detail.id
    for refused, why in ((forged, "wrong"), (stale, "too old")):
        assert isinstance(refused, Declined)
        assert why in refused.reason.en


def notice(message: Any = None, *, key: Key = BUREAU_KEY, made: float = NOW, **header: Any) -> bytes:
    said = {
        "message_id": "m-1",
        "message_ts": "2026-03-15T10:00:00+00:00",
        "action": "on-certify",
        "sender_id": BUREAU,
        "receiver_id": STREET,
        **header,
    }
    message = {"certify_response": [{"reference_id": "op-1"}]} if message is None else message
    return json.dumps(dci.envelope(said, message, key, made)).encode()


def read(content: bytes, now: float = NOW) -> Any:
    return notices.read(content, HERE.settings, now)


def test_a_right_notice_is_read() -> None:
    outcome = read(notice())
    made = datetime(2026, 3, 15, 10, tzinfo=UTC)
    assert isinstance(outcome, Succeeded)
    assert replace(outcome.detail, reply="") == Notice("m-1", made, (Topic(About.OPERATION, "op-1"),))
    assert read(notice(message_ts="yesterday")).detail.made_at is None
    assert read(notice(message_ts="2026-03-15T10:00:00")).detail.made_at is None


def event(*numbers: str) -> dict[str, Any]:
    records = [{"identifier": [{"identifier_type": "UIN", "identifier_value": number}]} for number in numbers]
    return {"notify_event": [{"data": {"reg_event_type": "death", "reg_records": records}}]}


def test_an_event_about_several_people_has_each_once() -> None:
    outcome = read(notice(event("1", "2", "1"), action="notify"))
    assert outcome.detail.topics == (Topic(About.PERSON, "1"), Topic(About.PERSON, "2"))


@pytest.mark.parametrize(
    ("seconds", "genuine"), [(0, True), (299, True), (301, False), (3600, False), (-59, True), (-61, False)]
)
def test_a_notice_is_believed_for_five_minutes(seconds: float, genuine: bool) -> None:
    assert isinstance(read(notice(), NOW + seconds), Succeeded if genuine else Declined)


def test_a_signature_cannot_be_made_to_last_longer() -> None:
    stretched = notice().replace(f'expires=\\"{int(NOW) + 300}'.encode(), f'expires=\\"{int(NOW) + 9999}'.encode())
    assert stretched != notice()
    assert isinstance(read(stretched), Declined)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"<html></html>",
        b"[]",
        b"[" * 100_000,
        b"{}",
        b'{"signature":"","header":{},"message":{}}',
        b'{"signature":7,"header":{},"message":{}}',
        json.dumps({"header": {"message_id": "m-1"}, "message": {}}).encode(),
        notice(key=replace(BUREAU_KEY, material=bytes(32))),
        notice(key=replace(BUREAU_KEY, id="b2")),
        notice(key=replace(BUREAU_KEY, owner="somebody.example.org")),
        notice(key=Key(BUREAU, "b1", HMAC, b"0" * 32)),
        notice(sender_id="somebody.example.org"),
        notice(receiver_id="street02.example.org"),
        notice(message_id=""),
        notice(message_id=7),
        notice(action="on-pay"),
        notice(action=None),
        notice({}),
        notice() + b" ",
        notice({"certify_response": []}),
        notice({"certify_response": [{}]}),
        notice({"certify_response": [{"reference_id": 7}]}),
        notice({"certify_response": {"reference_id": "op-1"}}),
        notice({"certify_response": [7]}),
        notice(event(), action="notify"),
        notice({"notify_event": [{"data": {}}]}, action="notify"),
        notice({"notify_event": [{"data": {"reg_records": [{"identifier": "x"}]}}]}, action="notify"),
        notice({"notify_event": [{"data": {"reg_records": [7]}}]}, action="notify"),
        notice().replace(b"op-1", b"op-2"),
        notice().replace(b"m-1", b"m-2"),
        notice().replace(b'algorithm=\\"ed25519\\"', b'algorithm=\\"none\\"'),
        notice().replace(b"(created) (expires) digest", b"(created)"),
        notice().replace(b"created=", b"crated="),
    ],
)
def test_everything_else_is_declined_and_nothing_is_raised(content: bytes) -> None:
    assert isinstance(read(content), Declined)


def test_the_hook_uses_the_clock_of_today() -> None:
    assert isinstance(parsed(HERE, notice(made=time.time())), Succeeded)
    assert isinstance(parsed(HERE, notice(made=time.time() - 400)), Declined)


def test_history_of_another_kind_is_not_an_answer() -> None:
    record = {"identifier": [{"identifier_value": ASKED.number}], "kind": "210"}
    found = {
        "reference_id": "t-1-0",
        "status": "succ",
        "data": {"reg_record_type": "Certification", "reg_records": [record]},
    }
    answer = {"header": {"action": "on-search"}, "message": {"transaction_id": "t-1", "search_response": [found]}}
    request = HistoryRequest(HERE, 1.0, ASKED.number, ASKED.name, "110")
    with pytest.raises(NotUnderstood, match="kind"):
        answers.recorded(answer, "t-1", request)


def test_the_same_reference_again_is_judged_once(bureau: Running, tmp_path: Path) -> None:
    asked = to_submit(SPDCI.connect(bureau.url), someone())
    assert plugin.certification_submit(asked) == plugin.certification_submit(asked)
    with pytest.raises(OutcomeUnknown):
        plugin.certification_submit(replace(asked, kind="210"))
