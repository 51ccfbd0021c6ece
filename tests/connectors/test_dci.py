"""Signatures of the Digital Convergence Initiative: with the standard's own keys, and what they must cover."""

from __future__ import annotations

import base64
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from jiedao_connectors import dci
from jiedao_connectors.dci import ED25519, HMAC, Key, NotGenuine, Party

# RFC 8032, section 7.1, test 1.
PRIVATE = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
NOW = 1_773_568_800.0
SIGNING = Key("bureau", "k1", ED25519, PRIVATE)
CHECKING = replace(SIGNING, material=PUBLIC)
SHARED = Key("bureau", "k1", HMAC, b"0123456789abcdef")
HEADER = {"message_id": "m-1", "sender_id": "bureau"}
MESSAGE = {"b": [1, "二"], "a": {"y": None, "x": True}}


def signed(key: Key = SIGNING) -> dict[str, Any]:
    return dci.envelope(HEADER, MESSAGE, key, NOW)


@pytest.mark.parametrize(("signing", "checking"), [(SIGNING, CHECKING), (SHARED, SHARED)])
def test_what_is_signed_is_genuine_whatever_the_order_of_its_names(signing: Key, checking: Key) -> None:
    body = signed(signing)
    dci.check(body, checking, NOW)
    turned = {"message": dict(reversed(MESSAGE.items())), "header": dict(reversed(HEADER.items()))}
    dci.check({**turned, "signature": body["signature"]}, checking, NOW)


def test_the_signature_has_the_form_of_the_standard() -> None:
    said = signed()["signature"]
    assert said.startswith('Signature: namespace="spdci", kidId="bureau|k1|ed25519", algorithm="ed25519", ')
    assert f'created="{int(NOW)}", expires="{int(NOW) + 300}", headers="(created) (expires) digest"' in said


@pytest.mark.parametrize(
    "changed",
    [
        {"header": {**HEADER, "message_id": "m-2"}},
        {"message": {**MESSAGE, "c": 1}},
        {"message": {}},
        {"message": {**MESSAGE, "a": Decimal("1.0")}},
        {"message": {**MESSAGE, "a": float("nan")}},
        {"signature": ""},
        {"signature": None},
    ],
)
def test_nothing_signed_can_be_changed(changed: dict[str, Any]) -> None:
    for signing, checking in ((SIGNING, CHECKING), (SHARED, SHARED)):
        with pytest.raises(NotGenuine):
            dci.check({**signed(signing), **changed}, checking, NOW)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('created="17', 'created="18'),
        ('created="1773568800"', 'created="-1"'),
        ('created="1773568800"', 'created="１"'),
        ('created="1773568800"', 'created="99999999999999"'),
        ("bureau|k1", "bureau|k2"),
        ('algorithm="ed25519"', 'algorithm="hmac-sha256"'),
        ('signature="', 'signature="!'),
        ('signature="', 'signature="密'),
        ('signature="', 'signed="'),
    ],
)
def test_no_part_of_a_signature_can_be_changed(old: str, new: str) -> None:
    body = signed()
    changed = {**body, "signature": body["signature"].replace(old, new)}
    assert changed != body
    with pytest.raises(NotGenuine):
        dci.check(changed, CHECKING, NOW)


def test_a_public_key_is_not_taken_for_a_shared_secret() -> None:
    """Who knows the public key could otherwise sign with it."""
    forged = dci.envelope(HEADER, MESSAGE, replace(CHECKING, algorithm=HMAC), NOW)
    with pytest.raises(NotGenuine):
        dci.check(forged, CHECKING, NOW)


@pytest.mark.parametrize(
    ("words", "algorithm"),
    [("?", ED25519), (base64.b64encode(b"x" * 31).decode(), ED25519), (base64.b64encode(b"x" * 15).decode(), HMAC)],
)
def test_a_key_that_cannot_be_used_is_refused(words: str, algorithm: str) -> None:
    with pytest.raises(ValueError, match="key"):
        dci.key_bytes(words, algorithm)


def test_a_key_is_never_printed() -> None:
    assert "0123456789abcdef" not in repr(SHARED)


def test_a_header_names_both_sides_and_where_to_answer() -> None:
    header = Party(SIGNING, "street", "https://street.example.org/n").header("certify", "m-1", 1, NOW)
    assert (header["sender_id"], header["receiver_id"], header["message_ts"]) == (
        "bureau",
        "street",
        "2026-03-15T10:00:00+00:00",
    )
    assert header["sender_uri"] == "https://street.example.org/n"
    assert "sender_uri" not in Party(SIGNING, "street").header("certify", "m-1", 1, NOW)
