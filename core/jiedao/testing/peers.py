"""Peers on loopback that are no provider: one that takes calls and never answers, and a port that nobody has."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def black_hole() -> Iterator[int]:
    """The port of a peer that accepts connections, reads what it is sent and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_swallow, args=(listening,), daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            # Closing alone does not wake a thread that waits in accept().
            listening.shutdown(socket.SHUT_RDWR)


def nobody() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _swallow(listening: socket.socket) -> None:
    kept = []
    try:
        while True:
            accepted, _ = listening.accept()
            kept.append(accepted)
            threading.Thread(target=_read, args=(accepted,), daemon=True).start()
    except OSError:
        for one in kept:
            one.close()


def _read(accepted: socket.socket) -> None:
    try:
        while accepted.recv(65536):
            pass
    except OSError:
        return
