"""Nothing secret passes into a log, whoever put it there."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from jiedao.redaction import HIDDEN, redact
from jiedao_cli.logs import FORMATS, formatter

SESSION = "150602007.Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF"
SECRETS = {
    "key": "jdk_150602007.01JDXQ5V4T0000000000.c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U",
    "webhook secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/ab==",
    "session": SESSION,
    "identity number": "11010519491231002X",
    "old identity number": "110105491231002",
    "card": "6212261001234567894",
    "card in groups": "4111 1111 1111 1111",
    "phone": "13912345678",
}


@pytest.mark.parametrize("what", SECRETS)
@pytest.mark.parametrize("around", ["it was {} here", '{{"given": "{}"}}', "at={}&b=2", "{}", "（{}）"])
def test_what_looks_secret_is_hidden(what: str, around: str) -> None:
    secret = SECRETS[what]
    said = redact(around.format(secret))
    assert secret not in said
    assert secret[-6:] not in said


@pytest.mark.parametrize(
    "words",
    [
        "Authorization: Basic dXNlcjpwYXNz",
        "{'Authorization': 'Bearer abc.def'}",
        '{"password": "dXNlcjpwYXNz"}',
        "password=dXNlcjpwYXNz&x=1",
        "Cookie: jiedao_session=dXNlcjpwYXNz",
        "Idempotency-Key: dXNlcjpwYXNz",
        'X-CSRF-Token: "dXNlcjpwYXNz"',
        "client_secret = abc.def",
    ],
)
def test_named_secrets_are_hidden_whatever_they_look_like(words: str) -> None:
    said = redact(words)
    assert HIDDEN in said
    assert "dXNlcjpwYXNz" not in said
    assert "abc.def" not in said


@pytest.mark.parametrize(
    "words",
    [
        "operation 01JDXQ5V4T0000000000 was taken over by another worker",
        "amount 5012, receipt T1-000001, street 150602007",
        "2026-11-26 05:40:07,123 INFO jiedao.worker: round 17 took 0.123456789012345678 s",
        "item 1234567890123 was tracked",
        "GET /api/v1/orders/<id:order> 200",
    ],
)
def test_ordinary_words_stay(words: str) -> None:
    assert redact(words) == words


@pytest.mark.parametrize("form", FORMATS)
def test_a_formatter_hides_in_words_extras_and_tracebacks(form: str) -> None:
    try:
        raise ValueError(f"Authorization: Bearer {SESSION}")
    except ValueError:
        trace = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "for %s", (SECRETS["identity number"],), trace)
    record.given = SECRETS["key"]
    said = formatter(form).format(record)
    for secret in SECRETS.values():
        assert secret not in said
    assert "ValueError" in said
    if form == "json":
        assert json.loads(said)["message"] == f"for {HIDDEN}"
