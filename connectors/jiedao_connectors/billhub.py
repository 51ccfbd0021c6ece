"""The bill hub's wire: several billers behind one JSON interface, in the words of BBPS (NPCI Bharat BillPay).

Every request is a POST of JSON to ``/v1/<action>``, signed with HMAC-SHA256 over time, path and body in the headers
``X-Hub-Key`` (which key), ``X-Hub-Time`` (Unix seconds) and ``X-Hub-Signature`` (hexadecimal). Answers to `pay` come
in the same round trip: SUCCESS, DECLINED, or PENDING, which is then asked for with `query` by the payer's reference.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Final

from jiedao_connectors.signed import SignedClient, Wire

KEY_HEADER: Final = "X-Hub-Key"
TIME_HEADER: Final = "X-Hub-Time"
SIGNATURE_HEADER: Final = "X-Hub-Signature"

TOLERANCE: Final = 300
"""Seconds by which the time of a request may differ from the hub's."""


def path_of(action: str) -> str:
    """Where an action (billers, fetch, validate, pay, query, cancel) is posted to."""
    return f"/v1/{action}"


def sign(secret: str, moment: str, path: str, body: bytes) -> str:
    """The signature; the path is in it so that a signed query cannot be replayed as a payment."""
    message = b"\n".join((moment.encode(), path.encode(), body))
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def is_genuine(secret: str, moment: str, path: str, body: bytes, signature: str) -> bool:
    """Whether the signature was made with the secret."""
    return hmac.compare_digest(sign(secret, moment, path, body).encode(), signature.encode())


WIRE: Final = Wire(KEY_HEADER, TIME_HEADER, SIGNATURE_HEADER, path_of, sign)


class HubClient(SignedClient):
    """The client of this wire."""

    def __init__(self, url: str, key_id: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__(WIRE, url, key_id, secret, clock)
