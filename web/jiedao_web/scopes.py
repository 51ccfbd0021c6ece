"""Which scope an API key needs for a request: the subject of the endpoint, and whether it only reads."""

from __future__ import annotations

from typing import Final

from jiedao.integrators.keys import READ, WRITE
from jiedao_web.sessions import READS

NO_KEYS: Final = frozenset({"sessions", "keys", "account", "staff", "identity"})
"""Subjects that no key opens: one that leaked must not make itself another, or let anybody in."""


def scope_of(subject: str, method: str) -> str:
    """The scope for a request to a subject."""
    return f"{subject}:{READ if method in READS else WRITE}"
