"""The reference page: everything of the document is on it, in both languages, and nothing that the policy forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE

from houses import furnish
from jiedao.worker import Runner
from jiedao_web.app import create_app
from jiedao_web.reference.reading import METHODS, subjects_of
from postgres_server import Database


@pytest.fixture
def client(sqlite: Database, tmp_path: Path) -> Iterator[Any]:
    """Somebody without a session."""
    made = furnish(sqlite.url, tmp_path)
    runner = Runner(made.house)
    with closing(made.house):
        yield create_app(made.house, runner=runner).test_client()
        runner.close()


def test_every_endpoint_of_the_document_is_on_the_page(client: Any) -> None:
    document = client.get(f"{BASE}openapi.json").json
    page = client.get(BASE)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    anchors = re.findall(r'<details class="panel endpoint" id="([^"]+)"', page.text)
    wanted = sum(method in item for item in document["paths"].values() for method in METHODS)
    assert len(anchors) == len(set(anchors)) == wanted
    assert "接口参考" in page.text
    assert "API reference" in client.get(BASE, headers={"Accept-Language": "en"}).text


def test_an_endpoint_says_what_it_takes_gives_and_needs(client: Any) -> None:
    found = {one.anchor: one for s in subjects_of(client.get(f"{BASE}openapi.json").json) for one in s.endpoints}
    refund = found["post-orders-order-refunds"]
    assert (refund.method, refund.path, refund.scope) == ("POST", f"{BASE}orders/{{order}}/refunds", "orders:write")
    assert {place: field.name for place, field in refund.parameters} == {"path": "order", "header": "Idempotency-Key"}
    (body,) = refund.bodies
    fields = {field.name: field for field in body.fields}
    assert fields["reason"].required
    assert [reply.status for reply in refund.replies] == ["201", "202"]
    assert found["get-health"].public
    assert found["get-keys"].scope == ""
    assert found["get-webhooks"].scope == "webhooks:read"


def test_errors_are_documented_as_they_are(client: Any) -> None:
    document = client.get(f"{BASE}openapi.json").json
    usual = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(usual) == ["application/problem+json"]
    problem = document["components"]["schemas"][usual["application/problem+json"]["schema"]["$ref"].rpartition("/")[2]]
    answer = client.get(f"{BASE}orders")
    assert answer.content_type == "application/problem+json"
    assert set(answer.json) <= problem["properties"].keys()
