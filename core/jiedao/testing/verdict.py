"""How a check ends when it does not pass."""

from __future__ import annotations


class Failed(AssertionError):
    """The plugin does not keep the contract; the message says what it did and what was expected."""


class Skipped(Exception):
    """The check could not be made; the message is the reason."""


def expect(holds: bool, otherwise: str) -> None:
    """`Failed` unless it holds."""
    if not holds:
        raise Failed(otherwise)
