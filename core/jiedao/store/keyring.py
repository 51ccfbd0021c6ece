"""Encryption at rest: residents' numbers and connections' secrets, with keyed blind indexes for look-up.

AES-256-GCM under keys derived (HKDF-SHA256) from a master key for each purpose. A sealed value begins with the number
of the master key, so keys can be added: the newest seals, all open. The context (street, row) is authenticated, so a
sealed value copied into another row does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE: Final = 12


class CannotOpen(Exception):
    """A sealed value was changed, moved, or sealed with a key that is not here."""


class Keyring:
    """Master keys of an installation, oldest first."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError("a keyring needs at least one key of 32 bytes")
        self._keys = keys
        self._derive = lru_cache(maxsize=64)(self._derived)

    @classmethod
    def read(cls, path: Path) -> Keyring:
        """A keyring file: one base64 key a line, newest last."""
        return cls([base64.b64decode(line) for line in path.read_text("ascii").split()])

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a keyring file that only its owner can read; an existing one is never overwritten."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)) + b"\n")
        return cls.read(path)

    def seal(self, plain: str, purpose: str, context: str) -> bytes:
        """Encrypt for one purpose and one place."""
        number = len(self._keys) - 1
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._derive(number, purpose)).encrypt(nonce, plain.encode(), context.encode())
        return bytes([number]) + nonce + sealed

    def open(self, sealed: bytes, purpose: str, context: str) -> str:
        """Decrypt; `CannotOpen` when anything about it is not as it was sealed."""
        number, nonce, rest = sealed[0], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if number >= len(self._keys):
            raise CannotOpen(purpose)
        try:
            return AESGCM(self._derive(number, purpose)).decrypt(nonce, rest, context.encode()).decode()
        except InvalidTag:
            raise CannotOpen(purpose) from None

    def blind(self, plain: str, purpose: str, street: str) -> str:
        """A keyed index that finds equal values of one street without showing them.

        Made with the oldest key, so that adding a key does not hide what was stored before.
        """
        key = self._derive(0, f"blind:{purpose}")
        return hmac.new(key, f"{street}\0{plain}".encode(), hashlib.sha256).hexdigest()

    def _derived(self, number: int, purpose: str) -> bytes:
        return HKDF(SHA256(), 32, None, purpose.encode()).derive(self._keys[number])
