"""Identifiers that are made before anything is sent and never reused."""

from __future__ import annotations

import hashlib
import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A 20-character identifier, Crockford base 32: 45 bits of milliseconds, then 55 random bits.

    Sortable by time, safe as a provider's reference (most take 20 to 32 characters of A-Z and 0-9).
    """
    number = (int(time.time() * 1000) & ((1 << 45) - 1)) << 55 | secrets.randbits(55)
    digits = []
    for _ in range(20):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def digest_of(secret: str) -> str:
    """What is stored in place of words that are their holder's alone (a token, a key, a login as it was typed)."""
    return hashlib.sha256(secret.encode()).hexdigest()
