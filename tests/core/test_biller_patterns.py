"""Patterns of account numbers come from outside: a useless one is the biller's trouble and nobody else's."""

from __future__ import annotations

import contextlib
import time

import pytest

from jiedao.checkout.bills import _follows
from jiedao.problems import ServicePaused


@pytest.mark.parametrize("pattern", [r"(?:(?:1|11)+)+y(?<=\d{3})", r"(\d|\d\d|\d\d\d)*\1\1\1y", "(1*)*(1*)*(1*)*x|y"])
def test_a_pattern_that_takes_for_ever_holds_nobody_up(pattern: str) -> None:
    before = time.monotonic()
    with contextlib.suppress(ServicePaused):
        assert not _follows(pattern, "1" * 200)
    assert time.monotonic() - before < 2.0


def test_a_pattern_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(ServicePaused) as refused:
        _follows("(", "1")
    assert refused.value.code == "biller.pattern"


def test_a_long_input_follows_no_rule() -> None:
    assert _follows(r"\d+", "1" * 200)
    assert not _follows(r"\d+", "1" * 201)


def test_the_whole_input_has_to_follow() -> None:
    assert _follows(r"\d{4}", "0012")
    assert not _follows(r"\d{4}", "0012x")
