"""The log of long-running commands, on standard error: for people, or as one JSON object a line for a collector.

Whatever is logged passes `jiedao.redaction` on its way out.
"""

from __future__ import annotations

import logging
from typing import Final

import click
from pythonjsonlogger.json import JsonFormatter

from jiedao.language import Text
from jiedao.redaction import redact
from jiedao_cli.spoken import option

ACCESS: Final = "jiedao_web.access"
FORMATS: Final = ("text", "json")
log_format: Final = option(
    "--log-format",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    says=Text(
        zh="日志格式：text 给人看；json 每行一个对象，另含每个请求一行",
        en="How to log: text for people; json for a collector, one object a line, with a line for each request",
    ),
)


class Words(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return redact(super().format(record))


class Objects(JsonFormatter):
    """One JSON object a line; what is given with `extra` stands beside the words."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return redact(super().format(record))


def log_to_error(form: str = FORMATS[0], *, quiet: bool = False) -> None:
    """Log to standard error; `quiet` only what nobody should miss. Requests one by one are for collectors only."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(form))
    logging.basicConfig(level=logging.ERROR if quiet else logging.INFO, handlers=[handler])
    if form == FORMATS[0]:
        logging.getLogger(ACCESS).setLevel(logging.WARNING)


def formatter(form: str) -> logging.Formatter:
    """How records are written in a format."""
    if form == "json":
        return Objects(_FIELDS, rename_fields=_NAMES, json_ensure_ascii=False)
    return Words("%(asctime)s %(levelname)s %(name)s: %(message)s")


_FIELDS: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NAMES: Final = {"asctime": "time", "levelname": "level", "name": "logger"}
