"""An SMS gateway's wire: JSON over HTTP, signed with HMAC-SHA256 or with a bearer token.

``POST /v1/messages`` sends ``{"reference", "to", "text", "sender"}`` and answers ``{"reference", "to", "status",
"message_id"}``; ``POST /v1/messages/query`` asks for a ``reference``. Status is ACCEPTED, REJECTED (with ``code``),
PENDING or, to a query, NOT_FOUND. A reference that comes again is answered with its first message. A signature covers
time, path and body, in the headers ``X-Sms-Key``, ``X-Sms-Time`` (Unix seconds) and ``X-Sms-Signature``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from jiedao_connectors.http import Answer, JsonClient, encode
from jiedao_connectors.signed import SignedClient, Wire

KEY_HEADER: Final = "X-Sms-Key"
TIME_HEADER: Final = "X-Sms-Time"
SIGNATURE_HEADER: Final = "X-Sms-Signature"

TOLERANCE: Final = 300
"""Seconds by which the time of a signed request may differ from the gateway's."""

_PATHS: Final = {"send": "/v1/messages", "query": "/v1/messages/query"}


def path_of(action: str) -> str:
    """Where an action (send, query) is posted to."""
    return _PATHS[action]


def sign(secret: str, moment: str, path: str, body: bytes) -> str:
    """The signature; the path is in it so that a signed query cannot be replayed as a message."""
    message = b"\n".join((moment.encode(), path.encode(), body))
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def is_genuine(secret: str, moment: str, path: str, body: bytes, signature: str) -> bool:
    """Whether the signature was made with the secret."""
    return hmac.compare_digest(sign(secret, moment, path, body).encode(), signature.encode())


WIRE: Final = Wire(KEY_HEADER, TIME_HEADER, SIGNATURE_HEADER, path_of, sign)


class SignedSms(SignedClient):
    """The client of a gateway that wants signatures."""

    def __init__(self, url: str, key_id: str, secret: str) -> None:
        super().__init__(WIRE, url, key_id, secret)


class BearerSms:
    """The client of a gateway that wants a token."""

    def __init__(self, url: str, token: str) -> None:
        self._http = JsonClient(url)
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, action: str, body: Mapping[str, Any], deadline: float) -> Answer:
        """Do one action within `deadline` seconds; errors as in `jiedao_connectors.http`."""
        return self._http.post(path_of(action), encode(body), deadline, self._headers)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()
