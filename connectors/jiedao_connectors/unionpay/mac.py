"""DES as UnionPay terminals use it: the message authentication code in field 64, and session keys under a master key.

Keys are 8, 16 or 24 bytes. DES protects nothing against today's computers; it is here because the wire demands it.
"""

from __future__ import annotations

import hmac
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

BLOCK: Final = 8
CHECK_VALUE: Final = 4


def mac(key: bytes, message: bytes) -> bytes:
    """The 8 bytes of field 64 over everything from the message type to field 63.

    UnionPay's "ECB" variant of X9.9: fold by XOR, spell the result in hexadecimal, encrypt its first half, XOR the
    second half in, encrypt; the first 8 of those hexadecimal characters, as ASCII.
    """
    spelt = _hex(_fold(message))
    first = encrypt(key, spelt[:BLOCK])
    return _hex(encrypt(key, _xor(first, spelt[BLOCK:])))[:BLOCK]


def mac_is_right(key: bytes, message: bytes, given: bytes) -> bool:
    """Compare without telling how much of it was right."""
    return hmac.compare_digest(mac(key, message), given)


def encrypt(key: bytes, blocks: bytes) -> bytes:
    """ECB over whole blocks of 8 bytes."""
    return _cipher(key).encryptor().update(blocks)


def decrypt(key: bytes, blocks: bytes) -> bytes:
    """The inverse of `encrypt`."""
    return _cipher(key).decryptor().update(blocks)


def check_value(key: bytes) -> bytes:
    """First 4 bytes of eight zeros under the key: shows that a key arrived whole without showing the key."""
    return encrypt(key, bytes(BLOCK))[:CHECK_VALUE]


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    # ECB is what the protocol says, over single blocks of random keys and of folded messages.
    return Cipher(TripleDES(_triple(key)), modes.ECB())  # noqa: S305


def _triple(key: bytes) -> bytes:
    """Single DES is triple DES with three equal keys; `cryptography` takes no other length than 24."""
    expanded = {8: key * 3, 16: key + key[:8], 24: key}.get(len(key))
    if expanded is None:
        raise ValueError(f"a DES key has 8, 16 or 24 bytes, not {len(key)}")
    return expanded


def _fold(message: bytes) -> bytes:
    folded = bytes(BLOCK)
    padded = message + bytes(-len(message) % BLOCK)
    for start in range(0, len(padded), BLOCK):
        folded = _xor(folded, padded[start : start + BLOCK])
    return folded


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _hex(data: bytes) -> bytes:
    return data.hex().upper().encode("ascii")
