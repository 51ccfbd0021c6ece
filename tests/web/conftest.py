"""The REST API over a street with the real plugins and stand-ins, shared by the tests of a session.

Tests take account numbers of their own (`Desk.fetch` gives each a new one) and disarm the faults they armed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_desk import Api, Desk

import jiedao_billfile
import jiedao_notify_http
from houses import STREET, Setting, furnish
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.worker import Worker
from jiedao_sandbox.launch import Sandbox
from jiedao_web.app import create_app
from stand_ins import REAL, start

OTHER_STREET = "150602008"
FILES = Setting(
    "jiedao_billfile",
    {"billers": [{"code": "HOMES", "name_zh": "物业公司", "name_en": "Homes", "account_pattern": r"\d{4}"}]},
)


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Two streets behind one application, with a worker beside it."""
    folder = tmp_path_factory.mktemp("api")
    url = f"sqlite:///{folder / 'jiedao.db'}"
    engine = open_engine(url)
    create_schema(engine)
    engine.dispose()
    with Sandbox(folder / "stand-ins") as sandbox:
        made = _open(folder, url, sandbox)
        worker = Worker(made.house, pause=0.02)
        worker.start()
        yield made
        worker.stop()
        made.close()


def _open(folder: Path, url: str, sandbox: Sandbox) -> Api:
    stand_ins = start(sandbox)
    plugins = [
        *REAL,
        ("jiedao_billfile", jiedao_billfile.plugin),
        ("jiedao_notify_http", jiedao_notify_http.plugin),
    ]
    connections = {**stand_ins.connections, "files": FILES}
    other = furnish(url, folder, street=OTHER_STREET, plugins=plugins, connections=connections)
    other.house.close()
    own = furnish(url, folder, street=STREET, plugins=plugins, connections=connections)
    return Api(create_app(own.house), own, other, stand_ins)


@pytest.fixture(scope="session")
def desk(api: Api) -> Desk:
    """The operator at till T1, whose shift is open."""
    made = api.sign_in("operator", till="T1")
    made.post("shifts", {"counted": 20_000})
    return made


@pytest.fixture(scope="session")
def accountant(api: Api) -> Desk:
    """The accountant, at no till."""
    return api.sign_in("accountant")


@pytest.fixture(scope="session")
def administrator(api: Api) -> Desk:
    """The administrator, at no till."""
    return api.sign_in("administrator")


@pytest.fixture(scope="session")
def elsewhere(api: Api) -> Desk:
    """An operator of the other street, whose shift is open at a till that has the same name."""
    made = api.sign_in("operator", till="T1", street=OTHER_STREET)
    made.post("shifts", {"counted": 10_000})
    return made
