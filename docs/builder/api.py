"""The endpoints of the REST API, from the application itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from flask import Flask

from builder.source import one_line, table
from jiedao.house import House, Settings
from jiedao.store.engine import open_engine
from jiedao.store.keyring import Keyring
from jiedao.store.schema import create_schema
from jiedao_web.app import create_app
from jiedao_web.routes import PREFIX

_READS: Final = ("GET",)
_WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")


def endpoints() -> str:
    """Method, path and first sentence of every endpoint."""
    with _application() as app:
        rows = sorted(_rows(app), key=lambda row: (row[1], row[0]))
    return table(("method", "path", ""), rows)


def _rows(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        said = (app.view_functions[rule.endpoint].__doc__ or "").strip().split("\n\n")[0]
        subject, _, name = rule.endpoint.partition(".")
        if rule.rule.startswith(f"{PREFIX}/") and said and name not in ("", "static") and subject != "api-docs":
            for method in (*_READS, *_WRITES):
                if method in (rule.methods or ()):
                    yield method, f"`{_plain(rule.rule)}`", one_line(said)


def _plain(rule: str) -> str:
    """A rule as OpenAPI writes it: `<id:order>` is `{order}`."""
    return "".join(f"{{{part.split(':')[-1]}}}" if n % 2 else part for n, part in enumerate(_split(rule)))


def _split(rule: str) -> list[str]:
    return rule.replace(">", "<").split("<")


@contextmanager
def _application() -> Iterator[Flask]:
    """An application of an installation that lives as long as the block."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.of(Path(folder), {})
        engine = open_engine(settings.database)
        create_schema(engine)
        engine.dispose()
        Keyring.create(settings.keys)
        with closing(House.open(settings)) as house:
            yield create_app(house)
