"""What the stand-in agreed with its one customer; its keys open nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SENDER: Final = "1100012345678"
AUTHORIZATION: Final = "sandbox-ems-authorization"
KEY: Final = "c2FuZGJveC1lbXMta2V5IQ=="
COMPANY: Final = "JIEDAO"
OLDER_KEY: Final = "sandbox-ems-older-key"


@dataclass(frozen=True, slots=True)
class Contract:
    """Credentials of both interfaces."""

    sender: str = SENDER
    authorization: str = AUTHORIZATION
    key: str = KEY
    company: str = COMPANY
    older_key: str = OLDER_KEY
