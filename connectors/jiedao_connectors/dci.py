"""The wire of the Digital Convergence Initiative (SPDCI): signature, header and message in one JSON object.

Requests that take time are acknowledged (ACK, NACK, ERR) and answered later by a callback; meanwhile their status can
be asked for. The signature covers header and message and has the form of the standard:
``Signature: namespace="spdci", kidId="sender|key|algorithm", algorithm=…, created=…, expires=…,
headers="(created) (expires) digest", signature="base64"``.

The standard leaves open how header and message become bytes and which digest is meant. Here, and in our stand-in, it is
SHA-256 over the object of both, as JSON with sorted names, no blanks, in UTF-8. `ed25519` is the standard's algorithm;
`hmac-sha256` is for parties that share a secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jiedao_connectors.http import Answer, JsonClient, NotSent, encode

ED25519: Final = "ed25519"
HMAC: Final = "hmac-sha256"
VERSION: Final = "1.0.0"
LIFETIME: Final = 300
"""Seconds for which a signature is made, and beyond which none is believed."""
EARLY: Final = 60
"""Seconds by which the other side's clock may be ahead."""


class NotGenuine(Exception):
    """The signature is missing, wrong, too old, or not of whom it should be."""


@dataclass(frozen=True, slots=True)
class Key:
    """One side's key: for ed25519 the 32 bytes of the private key (to sign) or of the public one (to check)."""

    owner: str
    id: str
    algorithm: str
    material: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """As it stands in a signature."""
        return f"{self.owner}|{self.id}|{self.algorithm}"


def key_bytes(words: str, algorithm: str) -> bytes:
    """The bytes of a key handed over in base64; ValueError when the algorithm cannot use them."""
    try:
        material = base64.b64decode(words, validate=True)
    except binascii.Error:
        raise ValueError("the key is not base64") from None
    if algorithm == ED25519 and len(material) != 32:
        raise ValueError("an ed25519 key has 32 bytes")
    if len(material) < 16:
        raise ValueError("the key is shorter than 16 bytes")
    return material


def sign(header: Mapping[str, Any], message: Mapping[str, Any], key: Key, now: float) -> str:
    """The signature of a message, made now."""
    created = int(now)
    made = base64.b64encode(_made(_signed(header, message, str(created), str(created + LIFETIME)), key)).decode()
    return (
        f'Signature: namespace="spdci", kidId="{key.name}", algorithm="{key.algorithm}", created="{created}", '
        f'expires="{created + LIFETIME}", headers="{_HEADERS}", signature="{made}"'
    )


def check(body: Mapping[str, Any], key: Key, now: float) -> None:
    """Raises `NotGenuine` unless header and message were signed with the key, not long ago."""
    parts = dict(_PART.findall(str(body.get("signature", ""))))
    if parts.get("kidId") != key.name or parts.get("algorithm") != key.algorithm or parts.get("headers") != _HEADERS:
        raise NotGenuine("it is not signed with the key agreed")
    created, expires = (_seconds(parts.get(name, "")) for name in ("created", "expires"))
    if not (created - EARLY <= now <= min(expires, created + LIFETIME)):
        raise NotGenuine("the signature is too old, or from the future")
    content = _signed(body["header"], body["message"], parts["created"], parts["expires"])
    if not _is_made_with(key, content, _raw(parts.get("signature", ""))):
        raise NotGenuine("the signature is wrong")


def envelope(header: Mapping[str, Any], message: Mapping[str, Any], key: Key, now: float) -> dict[str, Any]:
    """The signed object that goes over the wire."""
    return {"signature": sign(header, message, key, now), "header": header, "message": message}


def timestamp(now: float) -> str:
    """A moment as the standard writes it: ISO 8601 with an offset."""
    return datetime.fromtimestamp(int(now), UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends what to whom. `callback` is where answers that take time are wanted, empty for the one agreed."""

    key: Key
    receiver: str
    callback: str = ""

    def header(self, action: str, message_id: str, total: int, now: float) -> dict[str, Any]:
        """The header of a request."""
        said = {"sender_uri": self.callback} if self.callback else {}
        return {
            "version": VERSION,
            "message_id": message_id,
            "message_ts": timestamp(now),
            "action": action,
            "sender_id": self.key.owner,
            **said,
            "receiver_id": self.receiver,
            "total_count": total,
            "is_msg_encrypted": False,
        }


class DciClient:
    """Speaks to one registry; threads may share it."""

    def __init__(self, url: str, party: Party, token: str = "", clock: Callable[[], float] = time.time) -> None:
        """With `token`, every request bears it."""
        self._http = JsonClient(url)
        self._party = party
        self._clock = clock
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(
        self, path: str, action: str, message_id: str, message: Mapping[str, Any], deadline: float, total: int = 1
    ) -> Answer:
        """Send one message with `total` requests in it; the body of the answer. Errors as in `http`."""
        now = self._clock()
        header = self._party.header(action, message_id, total, now)
        try:
            content = encode(envelope(header, message, self._party.key, now))
        except (NotGenuine, ValueError) as wrong:
            raise NotSent("the message has values that cannot be written") from wrong
        return self._http.post(path, content, deadline, self._headers)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()


def _signed(header: Any, message: Any, created: str, expires: str) -> bytes:
    """What the signature is over."""
    both = {"header": header, "message": message}
    try:
        plain = json.dumps(both, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError):
        raise NotGenuine("it has values that cannot be signed") from None
    digest = base64.b64encode(hashlib.sha256(plain).digest()).decode()
    return f"(created): {created}\n(expires): {expires}\ndigest: SHA-256={digest}".encode()


def _made(content: bytes, key: Key) -> bytes:
    if key.algorithm == HMAC:
        return hmac.digest(key.material, content, "sha256")
    return Ed25519PrivateKey.from_private_bytes(key.material).sign(content)


def _is_made_with(key: Key, content: bytes, signature: bytes) -> bool:
    if key.algorithm == HMAC:
        return hmac.compare_digest(hmac.digest(key.material, content, "sha256"), signature)
    try:
        Ed25519PublicKey.from_public_bytes(key.material).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _seconds(words: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 12):
        raise NotGenuine("the signature does not say when it was made")
    return int(words)


def _raw(words: str) -> bytes:
    try:
        return base64.b64decode(words, validate=True)
    except (binascii.Error, ValueError):
        raise NotGenuine("the signature is not base64") from None


_HEADERS: Final = "(created) (expires) digest"
_PART: Final = re.compile(r'(\w+)="([^"]*)"')
