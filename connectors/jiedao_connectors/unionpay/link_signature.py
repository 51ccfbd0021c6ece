"""How the two ends of the register link know each other: HMAC-SHA256 over path and body, under a shared secret.

An answer without the right signature proves nothing, whoever sent it: a proxy in maintenance, a captive portal, another
device on the address. Replaying a signed request is harmless, for every request names a reference that acts once.
"""

from __future__ import annotations

import hmac
from typing import Final

HEADER: Final = "X-Link-Signature"
ANSWER: Final = "answer"
"""Stands for the path when an answer is signed, so that no request can be passed off as one."""


def sign(secret: str, path: str, body: bytes) -> str:
    """Hexadecimal signature for the header."""
    return hmac.new(secret.encode(), path.encode() + b"\n" + body, "sha256").hexdigest()


def is_signed(secret: str, path: str, body: bytes, signature: str) -> bool:
    """Whether the signature was made with the secret, for this path and body."""
    return hmac.compare_digest(sign(secret, path, body).encode(), signature.encode())
