"""The bill hub's wire: several billers behind one JSON interface, in the words of BBPS (NPCI Bharat BillPay).

Every request is a POST of JSON to ``/v1/<action>``, signed with HMAC-SHA256 over time, path and body in the headers
``X-Hub-Key`` (which key), ``X-Hub-Time`` (Unix seconds) and ``X-Hub-Signature`` (hexadecimal). Answers to `pay` come
in the same round trip: SUCCESS, DECLINED, or PENDING, which is then asked for with `query` by the payer's reference.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from jiedao_connectors.http import Answer, JsonClient, encode

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


class HubClient:
    """Signs and sends; knows no meaning. Threads may share it."""

    def __init__(self, url: str, key_id: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._http = JsonClient(url)
        self._key_id = key_id
        self._secret = secret
        self._clock = clock

    def call(self, action: str, body: Mapping[str, Any], deadline: float) -> Answer:
        """Do one action within `deadline` seconds; errors as in `jiedao_connectors.http`."""
        path, content, moment = path_of(action), encode(body), str(int(self._clock()))
        headers = {
            KEY_HEADER: self._key_id,
            TIME_HEADER: moment,
            SIGNATURE_HEADER: sign(self._secret, moment, path, content),
        }
        return self._http.post(path, content, deadline, headers)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()
