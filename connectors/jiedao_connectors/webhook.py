"""Sending one webhook: to the address that was looked at, once, and no further than to the status of the answer.

The name is resolved here, every address it has must be allowed, and the connection goes to one of those: a name that
answers differently a moment later (DNS rebinding) changes nothing. No redirection is followed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from jiedao_connectors.http import HttpClient, HttpProblem

_PORTS: Final = {"http": 80, "https": 443}


class NotAllowed(Exception):
    """A name that leads to an address to which nothing is sent."""


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    deadline: float,
    allowed: Callable[[str], bool],
    *,
    verify: bool | str = True,
) -> tuple[int, str]:
    """The status of the answer, 0 where there was none, and why in a few words. Never raises."""
    try:
        return _post(url, headers, body, deadline, allowed, verify)
    except NotAllowed as refused:
        return 0, str(refused)
    except HttpProblem as failed:
        return 0, f"{type(failed).__name__}: {failed}"
    except Exception as failed:
        return 0, type(failed).__name__


def _post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    deadline: float,
    allowed: Callable[[str], bool],
    verify: bool | str,
) -> tuple[int, str]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    address = _resolved(host, port, allowed)
    place = f"[{address}]" if ":" in address else address
    client = HttpClient(f"{parts.scheme}://{place}:{port}", verify=verify, named=host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        status = client.status("POST", path, body, deadline, {**headers, "host": parts.netloc})
    finally:
        client.close()
    return status, "" if 200 <= status < 300 else f"HTTP {status}"


def _resolved(host: str, port: int, allowed: Callable[[str], bool]) -> str:
    """An address of a host; none of them may be one that is not allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotAllowed("the name is not known") from None
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(map(allowed, addresses)):
        raise NotAllowed("the name leads to an address inside a private network")
    return addresses[0]
