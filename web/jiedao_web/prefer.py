"""How long a client waits for what it started (RFC 7240, `Prefer: wait=N`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future, wait
from typing import Any, Final

from flask import g, request

from jiedao_web.context import context

_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?:$|[,;])", re.ASCII | re.IGNORECASE)
_LONGEST: Final = 60


def carry_out(planned: Sequence[Any]) -> None:
    """Have planned acts performed; comes back when they are done or the client's patience is over."""
    if planned:
        await_done(context().runner.start(planned))


def await_done(future: Future[None]) -> None:
    """Wait for something as long as the client wants to."""
    patience = _patience()
    if patience:
        g.waited = patience
        wait([future], timeout=patience)


def applied() -> dict[str, str]:
    """The header that says which preference was honoured."""
    waited = g.get("waited")
    return {"Preference-Applied": f"wait={waited}"} if waited else {}


def _patience() -> int:
    match = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(match[1]), _LONGEST) if match else 0
