"""Certification through a DCI registry on the bench of the kit."""

from __future__ import annotations

import json
import time

from bureau_bench import BATCH, HISTORY, LOOKUP, VOLATILE, settings, start, submit

import jiedao_cert_spdci
from bureau_connections import SPDCI
from jiedao.hookspecs.service import NoticeRequest
from jiedao.testing import Bench, Notices, Site, conformance_suite
from jiedao_connectors import dci
from jiedao_connectors.dci import ED25519, Key, key_bytes
from jiedao_sandbox.bureau import BUREAU_PRIVATE
from jiedao_sandbox.bureau.registry import BUREAU, STREET


def notice(at: Site, age: float = 0.0) -> NoticeRequest:
    """That a certification was decided, signed by the bureau some seconds ago."""
    made = time.time() - age
    header = {
        "message_id": f"m-{at.operation}",
        "message_ts": dci.timestamp(made),
        "action": "on-certify",
        "sender_id": BUREAU,
        "receiver_id": STREET,
    }
    message = {"certify_response": [{"reference_id": at.operation}]}
    key = Key(BUREAU, "b1", ED25519, key_bytes(BUREAU_PRIVATE, ED25519))
    content = json.dumps(dci.envelope(header, message, key, made)).encode()
    return NoticeRequest(at.connection, at.deadline, {"content-type": "application/json"}, content)


BENCH = Bench(
    start=start,
    settings=settings(SPDCI),
    invalid={"url": "registry", "signing_key": "c2hvcnQ=", "bureau_key": "?", "sender": "a b", "algorithm": "none"},
    refused={"token": "guessed-by-somebody"},
    checked_as="lookup",
    # An acknowledgement repeats nothing; that the status does is tested with the plugin.
    acts=(submit(waits=True, echoes=frozenset()),),
    asks=(LOOKUP, HISTORY, BATCH),
    notices=Notices(genuine=notice, stale=lambda at: notice(at, 3_600)),
    volatile=VOLATILE,
)

TestCertSpdci = conformance_suite(jiedao_cert_spdci.plugin, BENCH)
