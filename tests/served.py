"""An application on a loopback port, behind the server that the product runs behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.server import create_server

_THREADS = 8


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve it for as long as the block lasts; yields its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=_THREADS, ident="")
    thread = threading.Thread(target=server.run, name="web")
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # In its own thread: its loop ends when it has nothing left to watch, and nobody else may close what it watches.
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    thread.join()
    server.task_dispatcher.shutdown()
