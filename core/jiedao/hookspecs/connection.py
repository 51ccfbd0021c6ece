"""What a plugin sees of a street's set-up of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Connection:
    """One street's set-up of one plugin.

    `settings` is what the plugin's own schema produced, secrets in clear; it never shows them when printed.
    `version` rises with every change of the settings, so a plugin may cache a client by `(id, version)`.
    """

    street: str
    id: str
    plugin: str
    version: int
    live: bool
    settings: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """Base of every request: the connection to use and the seconds that the call may take in all."""

    connection: Connection
    deadline: float
