"""What a browser calls itself, in a few words that its owner recognises."""

from __future__ import annotations

from typing import Final


def described(agent: str) -> str:
    """Such as "Chrome · Windows"; empty for a program. Names only: nothing depends on it."""
    return " · ".join(found for found in (_first(agent, _BROWSERS), _first(agent, _SYSTEMS)) if found)


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in known if sign in agent), "")


_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In this order: most call themselves by the names of the others as well."""
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
