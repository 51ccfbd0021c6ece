"""Threads for calls that may never come back.

Unlike an executor's they are daemons: a call that hangs for ever keeps neither the process from ending nor, as each
connection has a crew of its own, anybody else's call from being made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, TypeAlias

Job: TypeAlias = tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]
MOST: Final = 64
"""Calls of one connection at a time: as many windows as a street may have, each waiting for a resident's card."""


class Crew:
    """At most `most` threads, started when they are needed; further calls wait for one to be free."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = self._free = 0
        self._closed = False

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Call it on a thread; the future can be cancelled while no thread has taken it up."""
        future: Future[Any] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the crew takes no more calls")
            self._jobs.put((future, function, arguments))
            if self._free:
                self._free -= 1
            elif self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name=f"plugin-{self._threads}", daemon=True).start()
        return future

    def close(self) -> None:
        """Take no more calls; those under way are left to themselves."""
        with self._lock:
            self._closed = True
            for _ in range(self._threads):
                self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            _do(job)
            # What the last caller handed over must not live on while this thread waits for the next one.
            del job
            with self._lock:
                self._free += 1


def _do(job: Job) -> None:
    future, function, arguments = job
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(function(*arguments))
    except BaseException as failed:
        future.set_exception(failed)
