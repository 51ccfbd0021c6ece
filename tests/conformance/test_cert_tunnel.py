"""Certification through the tunnel on the bench of the kit."""

from __future__ import annotations

from bureau_bench import BATCH, HISTORY, LOOKUP, NUMBER, VOLATILE, settings, start, submit

import jiedao_cert_tunnel
from bureau_connections import TUNNEL
from jiedao.testing import Bench, conformance_suite

BENCH = Bench(
    start=start,
    # The stand-in says 01 and 02 before it does anything, and its street knows that.
    settings=settings(TUNNEL, refusals=["01", "02"]),
    invalid={"url": "front", "interface": "", "key": "short", "mode": "OFB", "charset": "big5", "settling": -1},
    refused={"key": "another-key-1234"},
    checked_as="lookup",
    acts=(submit(echoes=NUMBER),),
    asks=(LOOKUP, HISTORY, BATCH),
    volatile=VOLATILE,
)

TestCertTunnel = conformance_suite(jiedao_cert_tunnel.plugin, BENCH)
