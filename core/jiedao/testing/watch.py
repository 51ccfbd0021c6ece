"""Everything that a plugin lets out during a call: its log, what it prints, its errors with their causes."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator


class Watch(logging.Handler):
    """Collects what gets out. At level DEBUG: a street may have to turn that on."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._printed = io.StringIO()
        self._logged: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record with its exception."""
        self._logged.append(f"{record.name}: {record.getMessage()}")
        if record.exc_info and record.exc_info[1]:
            self._logged += texts_of(record.exc_info[1])

    @property
    def seen(self) -> str:
        """All of it."""
        return "\n".join([*self._logged, self._printed.getvalue()])

    @contextlib.contextmanager
    def over(self) -> Iterator[None]:
        """Watch while the block runs."""
        root = logging.getLogger()
        level = root.level
        root.addHandler(self)
        root.setLevel(logging.DEBUG)
        try:
            with contextlib.redirect_stdout(self._printed), contextlib.redirect_stderr(self._printed):
                yield
        finally:
            root.setLevel(level)
            root.removeHandler(self)


def texts_of(error: BaseException | None) -> list[str]:
    """The words of an error and of all that caused it."""
    words: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        words.append(f"{type(error).__name__}: {error} {error.args!r}")
        error = error.__cause__ or error.__context__
    return words
