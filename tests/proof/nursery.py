"""A process without threads that has everything imported and forks a child for each job, as cheaply as can be.

Run as a program it reads one job a line from standard input and answers one line for each. `Nursery` is the other end.
A child works in a world of its own; SIGKILL takes it without a goodbye, as a power cut would.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Ended:
    """How a child ended: killed by itself at `points[-1]`, with a result, or with an error, which is a bug."""

    killed: bool
    points: list[str] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""


class Nursery:
    """One nursery process; its children run one at a time. Use several for several at a time."""

    def __init__(self) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )

    def start(self, **job: Any) -> None:
        """Have a child do a job (see `killed_visits.perform`)."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def wait(self) -> Ended:
        """How the job ended that was started last."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery itself has died"
        return Ended(**json.loads(line))

    def has_ended(self) -> bool:
        """Whether `wait` would return at once."""
        return bool(select.select([self._process.stdout], [], [], 0)[0])

    def run(self, **job: Any) -> Ended:
        """Start and wait."""
        self.start(**job)
        return self.wait()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(60)


def _serve() -> None:
    # What an engine or a connector imports when it is first opened is here before the first child is.
    import sqlalchemy.dialects.postgresql.psycopg
    import sqlalchemy.dialects.sqlite
    import zeep.wsdl  # noqa: F401
    from killed_visits import perform

    sqlalchemy.dialects.postgresql.psycopg.dialect.import_dbapi()
    sqlalchemy.dialects.sqlite.dialect.import_dbapi()
    for line in sys.stdin:
        print(json.dumps(_in_child(perform, json.loads(line))), flush=True)


def _in_child(perform: Any, job: dict[str, Any]) -> dict[str, Any]:
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _be_child(perform, job, write)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = [json.loads(line) for line in pipe]
    status = os.waitpid(child, 0)[1]
    return _told(said, killed=os.WIFSIGNALED(status), status=status)


def _be_child(perform: Any, job: dict[str, Any], pipe: int) -> None:
    def say(what: dict[str, Any]) -> None:
        os.write(pipe, json.dumps(what).encode() + b"\n")

    try:
        say({"result": perform(job, lambda point: say({"point": point}))})
    except BaseException:
        say({"error": traceback.format_exc()})
    finally:
        # No clean-up that a killed process would not have had either; and threads of plugins may still hang.
        os._exit(0)


def _told(said: list[dict[str, Any]], *, killed: bool, status: int) -> dict[str, Any]:
    ended: dict[str, Any] = {"killed": killed, "points": [word["point"] for word in said if "point" in word]}
    for word in said:
        ended |= {name: word[name] for name in ("result", "error") if name in word}
    if not (killed or "result" in ended or "error" in ended):
        ended["error"] = f"the child ended with status {status} and said nothing"
    return ended


if __name__ == "__main__":
    _serve()
