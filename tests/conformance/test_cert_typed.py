"""Certification through the typed interface on the bench of the kit."""

from __future__ import annotations

from bureau_bench import HISTORY, LOOKUP, NUMBER, VOLATILE, settings, start, submit

import jiedao_cert_typed
from bureau_connections import TYPED
from jiedao.testing import Bench, conformance_suite

BENCH = Bench(
    start=start,
    settings=settings(TYPED),
    invalid={"url": "bureau", "interface": "https://bureau.example.cn/?wsdl", "settling": -1},
    refused={"password": "guessed-by-somebody"},
    checked_as="lookup",
    acts=(submit(echoes=NUMBER),),
    asks=(LOOKUP, HISTORY),
    volatile=VOLATILE,
)

TestCertTyped = conformance_suite(jiedao_cert_typed.plugin, BENCH)
