"""The conformance kit: what an integrator runs against a plugin, with one line in a test file.

    BENCH = Bench(start=…, settings=…, acts=(…), asks=(…))
    TestWaterworks = conformance_suite(waterworks, BENCH)

A bench says how a stand-in is started and what is asked of it; the checks are the same for every plugin of a family.
Without pytest they run through `jiedao.testing.run.examine`, which `jiedao plugin check` uses. The platform never
imports this package.
"""

from jiedao.testing.bench import Act, Ask, Bench, Notices, Site, StandIn
from jiedao.testing.suite import conformance_suite

__all__ = ["Act", "Ask", "Bench", "Notices", "Site", "StandIn", "conformance_suite"]
