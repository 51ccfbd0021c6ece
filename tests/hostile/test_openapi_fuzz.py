"""The REST API against its own document: whatever is sent, no answer is a fault of ours or not as documented.

Schemathesis makes requests from the OpenAPI document of a furnished application, as the document allows them and as it
does not. The same ones each time; JIEDAO_FUZZ=<examples> asks for more of them, with a seed of the day's own.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.specs.openapi import checks

from houses import PASSWORD, STREET, Furnished, furnish
from jiedao.directory import resident_sessions
from jiedao.directory.resident_sessions import Channel
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.worker import Runner
from jiedao_web.app import create_app

BASE = "/api/v1"
EXAMPLES = int(os.environ.get("JIEDAO_FUZZ", "0"))
FEW = settings(
    max_examples=EXAMPLES or 2,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if EXAMPLES else [])],
    suppress_health_check=list(HealthCheck),
)


def no_fault_of_ours(_: Any, response: Any, __: Any) -> None:
    """5xx is a fault of ours, save 503 in the words of a room: something outside is paused or out of reach."""
    code = response.json().get("code", "") if response.status_code == 503 else ""
    assert response.status_code < 500 or (code and not code.startswith("http.")), response.text


CHECKS = [
    no_fault_of_ours,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


class Target:
    """A furnished application with an order, its document, and an administrator in it."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'jiedao.db'}"
        engine = open_engine(url)
        create_schema(engine)
        engine.dispose()
        self.made: Furnished = furnish(url, folder)
        self.runner = Runner(self.made.house)
        self.answered: Counter[int] = Counter()
        self.app = create_app(self.made.house, runner=self.runner)
        self.made.open_shift()
        self.made.finish(self.made.visit([self.made.bill("ELEC", "0012")], card=5012))
        self.document: Any = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", self.app)

    def signed_in(self) -> dict[str, str]:
        """Headers of a session of its own: a request may end the one that it comes with."""
        who = {"street": STREET, "login": "administrator", "password": PASSWORD, "till": "T1"}
        answer: Any = self.app.test_client(use_cookies=False).post(f"{BASE}/sessions", json=who)
        return {"Authorization": f"Bearer {answer.json['token']}"}

    def resident(self) -> dict[str, str]:
        """Headers of a resident on their phone."""
        with self.made.house.store.write(STREET) as tx:
            opened = resident_sessions.begin(tx, Channel.PHONE, "", [self.made.resident])
        return {"Authorization": f"Bearer {STREET}.{opened.token}"}

    def headers(self, path: str) -> dict[str, str]:
        """Headers of who may ask there; a session that was ended before is no hindrance."""
        return self.resident() if path.startswith(f"{BASE}/my/") else self.signed_in()

    def try_out(self, case: Any, headers: dict[str, str]) -> None:
        """Send one request and look at what comes back."""
        answer = case.call(headers=headers)
        self.answered[answer.status_code // 100] += 1
        case.validate_response(answer, checks=CHECKS)

    def close(self) -> None:
        """Give everything back."""
        self.runner.close()
        self.made.house.close()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One application for all of it: what one request leaves is what the next one finds."""
    with closing(Target(tmp_path_factory.mktemp("fuzz"))) as target:
        yield target


@pytest.mark.timeout(3600)
def test_every_endpoint_answers_as_documented(target: Target) -> None:
    wrong: list[str] = []
    for found in target.document.get_all_operations():
        operation = found.ok()
        headers = target.headers(operation.full_path)
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            try:
                with suppress(Unsatisfiable):  # an address without any parameter cannot be asked wrongly
                    _run(target, operation, mode, headers)
            except (Exception, BaseExceptionGroup) as failed:
                wrong.append(f"{operation.method.upper()} {operation.path}, {mode}: {failed}")
    assert wrong == [], "\n\n".join(wrong)
    assert target.answered[2] > 50, target.answered
    assert target.answered[4] > 50, target.answered


def _run(target: Target, operation: Any, mode: Any, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @FEW
    def each(case: Any) -> None:
        target.try_out(case, headers)

    each()
