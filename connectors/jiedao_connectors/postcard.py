"""The wire of the post office's points card: JSON over HTTP, and the shape of a card number.

Every request is a POST of JSON to ``/points/v1/<action>`` with the actions `terms`, `card`, `claim` and `claim-status`,
signed with HMAC-SHA256 over method, path, time and the SHA-256 of the body in the headers ``X-Post-Key`` (which key),
``X-Post-Time`` (Unix seconds) and ``X-Post-Signature`` (hexadecimal). Money is integer fen.

A card number has 13 digits: the prefix 6210, a serial of 8 and a check digit (ISO/IEC 7064 MOD 11,10). It is no bank
card number: those have 16 to 19 digits and Luhn's check digit.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from typing import Final

from jiedao_connectors.signed import SignedClient, Wire

KEY_HEADER: Final = "X-Post-Key"
TIME_HEADER: Final = "X-Post-Time"
SIGNATURE_HEADER: Final = "X-Post-Signature"

TOLERANCE: Final = 300
"""Seconds by which the time of a request may differ from the post office's."""

CARD_PREFIX: Final = "6210"
_CARD: Final = re.compile(r"6210\d{9}", re.ASCII)


def path_of(action: str) -> str:
    """Where an action is posted to."""
    return f"/points/v1/{action}"


def sign(secret: str, moment: str, path: str, body: bytes) -> str:
    """The signature; the path is in it so that a signed question cannot be replayed as a claim."""
    message = "\n".join(("POST", path, moment, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def is_genuine(secret: str, moment: str, path: str, body: bytes, signature: str) -> bool:
    """Whether the signature was made with the secret."""
    return hmac.compare_digest(sign(secret, moment, path, body).encode(), signature.encode())


def card_number(serial: int) -> str:
    """The number of the card with a serial below 10**8."""
    digits = f"{CARD_PREFIX}{serial:08d}"
    return digits + _check_digit(digits)


def is_card_number(words: str) -> bool:
    """Whether it has the shape and the check digit of a card number; whether there is such a card only they know."""
    return _CARD.fullmatch(words) is not None and _check_digit(words[:-1]) == words[-1]


def serial_of(card: str) -> str:
    """The eight digits between prefix and check digit."""
    return card[len(CARD_PREFIX) : -1]


def _check_digit(digits: str) -> str:
    """ISO/IEC 7064 MOD 11,10: finds every single wrong digit and nearly every swap of two neighbours."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


WIRE: Final = Wire(KEY_HEADER, TIME_HEADER, SIGNATURE_HEADER, path_of, sign)


class PostcardClient(SignedClient):
    """The client of this wire."""

    def __init__(self, url: str, key_id: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__(WIRE, url, key_id, secret, clock)
