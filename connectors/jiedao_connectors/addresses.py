"""What an address says of the way to it."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_private(url: str) -> bool:
    """Whether nobody on the way can read along: TLS, or no network at all."""
    address = urlsplit(url)
    return address.scheme == "https" or address.hostname in ("127.0.0.1", "::1", "localhost")
