"""`jiedao plugin check`: finds the bench, runs the kit, says what failed, and writes what it found only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Run

from jiedao.problems import NotFound
from jiedao_cli.plugin_work import bench_of

BENCHES = Path(__file__).parents[1] / "conformance"


def test_a_plugin_is_checked_on_the_bench_of_a_file(run: Run) -> None:
    ran = run("plugin", "check", "jiedao_cash", "--bench", str(BENCHES / "test_cash_conforms.py"))
    assert ran.code == 0, ran.err
    assert "0 failed" in ran.out
    assert "quality level: gold" in ran.out


def test_a_bench_that_does_not_fit_fails_and_says_why(run: Run) -> None:
    ran = run("plugin", "check", "jiedao_cash", "--bench", str(BENCHES / "test_billfile_conforms.py"))
    assert ran.code == 1
    assert "manifest-samples: the bench has no sample for payment_refund" in ran.out


def test_without_a_bench_it_says_how_to_name_one(run: Run) -> None:
    ran = run("plugin", "check", "jiedao_cash")
    assert ran.code != 0
    assert "--bench" in ran.err


@pytest.mark.parametrize("where", ["nowhere.py", "jiedao.money:BENCH"])
def test_a_bench_that_is_not_there(where: str) -> None:
    with pytest.raises(NotFound):
        bench_of("jiedao_cash", where)


def test_the_list_shows_the_level(run: Run) -> None:
    ran = run("plugin", "list")
    assert "QUALITY" in ran.out


def test_a_new_plugin_says_what_comes_next(run: Run, tmp_path: Path) -> None:
    ran = run("plugin", "new", "street_water", "--family", "biller", "--into", str(tmp_path))
    assert ran.code == 0, ran.err
    assert "pip install --editable" in ran.out
    assert (tmp_path / "street_water" / "street_water" / "bench.py").exists()
