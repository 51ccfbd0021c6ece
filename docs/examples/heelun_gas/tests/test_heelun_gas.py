"""The conformance run, and what is the plugin's own."""

from __future__ import annotations

from jiedao.registry.registry import Registry
from jiedao.testing import conformance_suite

from heelun_gas import plugin
from heelun_gas.bench import BENCH

TestHeelunGas = conformance_suite(plugin, BENCH)


def test_a_street_can_use_it() -> None:
    taken = Registry().register("heelun_gas", plugin)
    assert taken.manifest.families == ("biller",)
    assert taken.manifest.configuration.secrets() == {"token"}
