"""Stripe's signature of a webhook: ``Stripe-Signature: t=<seconds>,v1=<hex>,…``, HMAC-SHA256 over time and body."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

HEADER: Final = "stripe-signature"
TOLERANCE: Final = 300
"""Seconds by which the time of a signature may differ from ours."""
_SCHEME: Final = "v1"


def sign(secret: str, moment: int, body: bytes) -> str:
    """The header's value for a body that is sent at a Unix time."""
    return f"t={moment},{_SCHEME}={_digest(secret, str(moment), body)}"


def signed_at(secret: str, header: str, body: bytes) -> int | None:
    """When a body was signed with the secret, in Unix seconds; None when it was not.

    While a secret is being changed the header carries one signature for each of the two.
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    moment = next((value for name, _, value in parts if name == "t"), "")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= _LONGEST):
        return None
    expected = _digest(secret, moment, body).encode()
    given = [value.encode() for name, _, value in parts if name == _SCHEME]
    # Every one is compared, so that the time taken says nothing.
    return int(moment) if sum(hmac.compare_digest(expected, one) for one in given) else None


def _digest(secret: str, moment: str, body: bytes) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


_LONGEST: Final = 12
