"""The messages that the street sends in the demo, shown as they arrive at the gateway's stand-in.

A resident who signs in with a one-time code reads it here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from jiedao.language import Text
from jiedao_cli.speech import say
from jiedao_sandbox.launch import Running


@contextmanager
def shown(gateway: Running) -> Iterator[None]:
    """Say every message that arrives from now on."""
    done = threading.Event()
    seen = len(_messages(gateway))
    thread = threading.Thread(target=_watch, args=(gateway, seen, done), name="mailbox", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _watch(gateway: Running, seen: int, done: threading.Event) -> None:
    while not done.wait(_PAUSE):
        messages = _messages(gateway)
        for one in messages[seen:]:
            say(_ARRIVED, to=one["to"], text=one["text"])
        seen = len(messages)


def _messages(gateway: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = gateway.books()["messages"]
    return found


_PAUSE: Final = 1.0
_ARRIVED: Final = Text(zh="  短信 {to}：{text}", en="  SMS to {to}: {text}")
