"""A limit on memory: a process that a plugin makes grow ends in order, and whoever started it starts it again."""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from jiedao.language import Text
from jiedao_cli.spoken import option

log = logging.getLogger(__name__)

_EVERY: Final = 2.0
_MEGABYTE: Final = 1_000_000
_PAGES: Final = Path("/proc/self/statm")

memory_option: Final = option(
    "--memory",
    type=click.IntRange(64),
    default=None,
    metavar="MB",
    says=Text(
        zh="内存超过这个数（MB）就按顺序结束，由系统服务重新启动：插件漏内存时也不会拖垮整台机器",
        en="End in order when the process has grown beyond this, so that the service manager starts it again: a plugin "
        "that leaks memory does not take the machine down",
    ),
)


@contextmanager
def limited(megabytes: int | None, every: float = _EVERY) -> Iterator[None]:
    """Look at this process's memory now and then; beyond the limit, end it as SIGTERM does."""
    done = threading.Event()
    if megabytes is not None:
        threading.Thread(target=_watch, args=(megabytes, every, done), name="memory", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def resident() -> int:
    """Megabytes of this process in memory; where the system does not tell, the most it ever had."""
    if _PAGES.exists():
        return int(_PAGES.read_text("ascii").split()[1]) * resource.getpagesize() // _MEGABYTE
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // _MEGABYTE if sys.platform == "darwin" else most * 1024 // _MEGABYTE


def _watch(megabytes: int, every: float, done: threading.Event) -> None:
    while not done.wait(every):
        if (now := resident()) > megabytes:
            log.error("this process has grown to %s MB, the limit is %s MB; it ends in order", now, megabytes)
            os.kill(os.getpid(), signal.SIGTERM)
            return
