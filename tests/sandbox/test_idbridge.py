"""The stand-in of a card reader's bridge, spoken to over its wire."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiedao_connectors.http import ClientError
from jiedao_connectors.idbridge import BridgeClient
from jiedao_sandbox.idbridge import TOKEN
from jiedao_sandbox.launch import Running, Sandbox


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Running]:
    with Sandbox(tmp_path) as sandbox:
        yield sandbox.start("idbridge")


def test_a_card_lies_there_until_the_next_one(bridge: Running) -> None:
    client = BridgeClient(bridge.url, TOKEN)
    assert client.read(False, 5) == {"status": "NO_CARD"}
    bridge.call("POST", "card", {"lie": "expired"})
    bridge.restart()
    card = client.read(False, 5)
    assert (card["valid_to"], "photo" in card, "photo" in client.read(True, 5)) == ("20200101", False, True)
    client.close()
    assert [row["card"] for row in bridge.books()["reads"]] == ["none", "expired", "expired"]


def test_nobody_reads_without_the_token(bridge: Running) -> None:
    client = BridgeClient(bridge.url, "guessed")
    with pytest.raises(ClientError):
        client.read(False, 5)
    client.close()
    assert not bridge.books()["reads"]


def test_a_card_that_there_is_not_is_refused(bridge: Running) -> None:
    with pytest.raises(urllib.error.HTTPError):
        bridge.call("POST", "card", {"lie": "joker"})
