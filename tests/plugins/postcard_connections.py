"""Connections to the points card for the plugin's tests."""

from __future__ import annotations

from typing import Any

from jiedao.hookspecs.connection import Connection
from jiedao_postcard.settings import configuration

GIVEN: dict[str, Any] = {
    "url": "http://127.0.0.1:9",
    "key_id": "street-1",
    "secret": "sandbox-post-secret",
    "rates": [
        {"category": "electricity", "rate": "0.01"},
        {"category": "shopping", "rate": "0.035", "from": "2025-01-01", "to": "2025-06-30"},
        {"category": "shopping", "rate": "0.05", "from": "2025-07-01"},
    ],
    "pending_days": 7,
    "valid_months": 36,
}


def connection(version: int = 1, *, live: bool = False, **changed: Any) -> Connection:
    """A street's connection; the settings go through the plugin's own schema."""
    return Connection("s1", "points", "jiedao_postcard", version, live, configuration.load(GIVEN | changed))
