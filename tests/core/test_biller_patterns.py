"""Patterns of account numbers come from outside: a useless one is the biller's trouble and nobody else's."""

from __future__ import annotations

import contextlib
import threading
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


def test_what_other_threads_compute_is_not_counted_as_the_patterns_time() -> None:
    over = threading.Event()

    def compute() -> None:
        while not over.is_set():
            sum(range(1000))

    others = [threading.Thread(target=compute) for _ in range(20)]
    for other in others:
        other.start()
    try:
        assert all(_follows(r"\d{8}", "12345678") for _ in range(50))
    finally:
        over.set()
        for other in others:
            other.join()


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
