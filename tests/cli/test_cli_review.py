"""The review queue on the command line: above the street's limit one proposes and another agrees."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from cli_runner import Ran, Run

INSERT = """
INSERT INTO operation (street, id, state, planned_at, connection, hook, subject_kind, subject, part, fence, tries,
    request, outcome, reason, original)
VALUES ('150602990', 'A', 'review', '2020-01-01 00:00:00.000000', 'x', 'points_claim', 'claim', 'c', '', 1, 1,
    '{"total": 60000}', '{}', '', '')
"""
SEEN = ("--evidence", "seen in the post office's list", "--reference", "PO-1")


@pytest.fixture
def people(run: Run, street: str, home: Path, tmp_path: Path) -> tuple[str, ...]:
    """Two accountants, and a large claim that waits for them; how each signs in, without the login."""
    secret = tmp_path / "password"
    secret.write_text("correct horse battery\n", "utf-8")
    for login in ("wang", "zhao"):
        run("street", "staff", login, "--name", login, "--role", "accountant", "--password-file", str(secret))
    database = sqlite3.connect(home / "jiedao.db")
    with database:
        database.execute(INSERT)
    database.close()
    return "--password-file", str(secret)


def test_one_proposes_and_another_agrees(run: Run, people: tuple[str, ...]) -> None:
    def as_(login: str, *words: str) -> Ran:
        return run("review", *words, "--login", login, *people)

    refused = as_("wang", "close", "A", "succeeded", *SEEN)
    assert refused.code == 1
    assert "two people" in refused.err
    made = as_("wang", "propose", "A", "succeeded", *SEEN)
    assert made.code == 0, made.err
    proposal = made.out.split()[2].rstrip(";")
    assert as_("wang", "agree", proposal, "--evidence", "I am sure").code == 1
    agreed = as_("zhao", "agree", proposal, "--evidence", "called the post office")
    assert (agreed.code, proposal in agreed.out) == (0, True)
    assert "succeeded" in run("review", "show", "A").out
