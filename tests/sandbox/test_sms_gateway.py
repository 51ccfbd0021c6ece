"""The stand-in of an SMS gateway, spoken to over its wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jiedao_connectors.http import ClientError
from jiedao_connectors.sms import BearerSms, SignedSms
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.sms import KEY_ID, SECRET, SENDER, TOKEN

MESSAGE = {"reference": "r1", "to": "13800000000", "text": "您好", "sender": SENDER}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Running]:
    with Sandbox(tmp_path) as sandbox:
        yield sandbox.start("sms")


def test_a_reference_that_comes_again_is_answered_with_its_first_message(gateway: Running) -> None:
    client = SignedSms(gateway.url, KEY_ID, SECRET)
    first = client.call("send", MESSAGE, 5)
    assert client.call("send", MESSAGE, 5) == first
    gateway.restart()
    assert client.call("query", {"reference": "r1"}, 5) == first
    client.close()
    books = gateway.books()
    assert (len(books["messages"]), books["repeats"]) == (1, [{"reference": "r1"}])


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"text": "another"}, 409, "REFERENCE_USED"),
        ({"reference": "r2", "sender": "x"}, 403, "UNKNOWN_SENDER"),
        ({"reference": "r3", "to": ""}, 400, "MALFORMED"),
        ({"reference": "r4", "more": "x"}, 400, "MALFORMED"),
    ],
)
def test_what_does_not_keep_the_contract_is_refused(
    gateway: Running, changed: dict[str, Any], status: int, error: str
) -> None:
    client = BearerSms(gateway.url, TOKEN)
    client.call("send", MESSAGE, 5)
    with pytest.raises(ClientError) as refused:
        client.call("send", {**MESSAGE, **changed}, 5)
    assert (refused.value.status, refused.value.body["error"]) == (status, error)
    assert len(gateway.books()["messages"]) == 1
    client.close()


def test_nobody_gets_in_without_the_key(gateway: Running) -> None:
    for client in (SignedSms(gateway.url, KEY_ID, "x"), BearerSms(gateway.url, "x")):
        with pytest.raises(ClientError) as refused:
            client.call("query", {"reference": "r1"}, 5)
        assert refused.value.status == 401
        client.close()
