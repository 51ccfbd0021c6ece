"""SM4 (GB/T 32907) as EMS uses it: ECB, PKCS padding, base64 behind a mark.

ECB hides nothing but the wording and proves nothing of who wrote: whoever knows the key can write, and whoever has seen
messages can put their blocks together anew. What comes in this way may therefore only make somebody ask.
"""

from __future__ import annotations

import base64
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.padding import PKCS7

from jiedao_connectors.ems.problems import NotUnderstood

MARK: Final = "|$4|"
"""Stands before what is encrypted with SM4."""

_BLOCK_BITS: Final = 128


def key_of(key: str) -> bytes:
    """The 16 bytes of a key as EMS hands it out, in base64; ValueError when it is none."""
    try:
        raw = base64.b64decode(key, validate=True)
    except ValueError:
        raise ValueError("the key is not base64") from None
    if len(raw) != _BLOCK_BITS // 8:
        raise ValueError("the key does not have 16 bytes")
    return raw


def encrypt(key: bytes, plain: bytes) -> bytes:
    """`plain` with its padding, encrypted."""
    padder, encryptor = PKCS7(_BLOCK_BITS).padder(), _cipher(key).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def decrypt(key: bytes, secret: bytes) -> bytes:
    """What was encrypted; ValueError when it was with another key, or is cut off."""
    unpadder, decryptor = PKCS7(_BLOCK_BITS).unpadder(), _cipher(key).decryptor()
    return unpadder.update(decryptor.update(secret) + decryptor.finalize()) + unpadder.finalize()


def seal(key: str, text: str) -> str:
    """`text` and the key's own base64 behind it, encrypted and marked."""
    return MARK + base64.b64encode(encrypt(key_of(key), (text + key).encode())).decode()


def unseal(key: str, sealed: str) -> str:
    """The text that was sealed, without the key behind it (EMS leaves it away in what it sends itself).

    Raises `NotUnderstood` when it was not sealed with this key.
    """
    if not sealed.startswith(MARK):
        raise NotUnderstood("it is not marked as encrypted with SM4")
    try:
        plain = decrypt(key_of(key), base64.b64decode(sealed[len(MARK) :], validate=True)).decode("utf-8")
    except ValueError:
        raise NotUnderstood("it is not encrypted with our key") from None
    return plain.removesuffix(key)


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    return Cipher(SM4(key), modes.ECB())  # noqa: S305 (the protocol is as it is)
