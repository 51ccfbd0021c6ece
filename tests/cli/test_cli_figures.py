"""The figures can be made again from the books with one command."""

from __future__ import annotations

from cli_runner import Run


def test_figures_are_added_up_again(run: Run, street: str) -> None:
    ran = run("ledger", "figures")
    assert (ran.code, ran.out) == (0, "The figures were added up again from 0 entries\n")
