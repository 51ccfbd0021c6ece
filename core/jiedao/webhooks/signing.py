"""Signatures of the Standard Webhooks specification: ``v1,`` and HMAC-SHA256 over id, timestamp and body.

A secret is ``whsec_`` and 32 random bytes in base64. While a secret is being replaced, both sign.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """A secret that nobody else has."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(id_: str, second: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The three headers of a message that is sent at a second of the epoch."""
    signatures = " ".join(sign(id_, second, body, key) for key in keys)
    return {"webhook-id": id_, "webhook-timestamp": str(second), "webhook-signature": signatures}


def sign(id_: str, second: int, body: bytes, secret: str) -> str:
    """One signature."""
    said = b".".join((id_.encode(), str(second).encode(), body))
    made = hmac.new(_key(secret), said, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def is_genuine(id_: str, second: int, body: bytes, secret: str, given: str) -> bool:
    """Whether one of the signatures in a header was made with a secret; takes as long for a wrong one."""
    wanted = sign(id_, second, body, secret).encode()
    found = [hmac.compare_digest(wanted, one.encode()) for one in given.split(" ")]
    return any(found)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not a secret of this form") from None
