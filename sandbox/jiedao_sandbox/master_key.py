"""The terminal master key that acquirer and terminals of the sandbox share; in life it is loaded by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "JIEDAO_SANDBOX_MASTER_KEY"
"""32 hexadecimal digits."""
_DEFAULT: Final = "0123456789ABCDEFFEDCBA9876543210"


def master_key(environment: Mapping[str, str]) -> bytes:
    """The key of the environment, or one that everybody knows: the sandbox holds no money."""
    key = bytes.fromhex(environment.get(VARIABLE) or _DEFAULT)
    if len(key) != 16:
        raise ValueError(f"{VARIABLE}: a master key has 32 hexadecimal digits")
    return key
