"""A stand-in as a process: its command line, the line that says where it listens, and when it ends."""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from pathlib import Path
from typing import Final

_STANDARD_INPUT: Final = 0


def parser(name: str) -> argparse.ArgumentParser:
    """The options that every stand-in has: books, host, port, control_port and with_parent; add your own to it."""
    made = argparse.ArgumentParser(prog=f"jiedao_sandbox {name}", allow_abbrev=False)
    made.add_argument("--books", type=Path, required=True, metavar="DIR", help="directory of the durable books")
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=0, help="0 takes a free one")
    made.add_argument("--control-port", type=int, default=0, help="only for stand-ins that do not speak HTTP")
    made.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    return made


def run(name: str, url: str, control: str, *, with_parent: bool, **facts: object) -> int:
    """Say once where the stand-in listens, then wait for SIGTERM, SIGINT or the parent's end; the exit status."""
    end = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: end.set())
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    print(json.dumps({"name": name, "url": url, "control": control, **facts}), flush=True)  # noqa: T201
    end.wait()
    return 0


def _end_with_parent() -> None:
    """The parent holds the other end of standard input and never writes: end of file means that it is gone.

    prctl(PR_SET_PDEATHSIG) is not used: it fires when the *thread* that started the child ends, which would kill a
    stand-in that a worker thread started.
    """
    # Not through sys.stdin: its lock, held by a daemon thread, makes the interpreter abort when it shuts down.
    while os.read(_STANDARD_INPUT, 1024):
        pass
    os._exit(0)
