"""Figures for Prometheus at /metrics: on loopback, or for who brings the token of the installation.

Labels are templates of addresses, hooks, states and the like: their number is limited, and none is about anybody.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response, abort, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jiedao import tally
from jiedao.house import House
from jiedao_web.context import context
from jiedao_web.sessions import bearer

metrics = Blueprint("metrics", __name__)


class Metrics:
    """The figures of one application; each has a registry of its own."""

    def __init__(self, house: House, token: str = "") -> None:
        self._token = token
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "jiedao_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "jiedao_request_seconds", "Time to answer", ("method", "route"), registry=self.registry, buckets=_BUCKETS
        )
        self.registry.register(_House(house))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def may_see(self) -> bool:
        """Whether the present request may see the figures: by the token, and without one set from this machine."""
        if self._token:
            return hmac.compare_digest(bearer().encode(), self._token.encode())
        return _from_here()

    def shown(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)


@metrics.get("/metrics")
def figures() -> Response:
    """The figures; for anybody who may not see them there is nothing here."""
    kept = context().metrics
    if not kept.may_see():
        abort(404)
    return Response(kept.shown(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class _House(Collector):
    """What the rooms counted, and how the installation stands at the moment it is asked."""

    def __init__(self, house: House) -> None:
        self._house = house

    def describe(self) -> list[Metric]:
        """Nothing is looked up while it is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All of it."""
        yield from self._counts()
        try:
            found = self._house.watching.look()
        except Exception:
            yield GaugeMetricFamily("jiedao_database_up", "Whether the database answers", 0)
            return
        yield GaugeMetricFamily("jiedao_database_up", "Whether the database answers", 1)
        yield GaugeMetricFamily("jiedao_worker_up", "Whether a worker gave a sign of life lately", int(found.worker))
        for name, says, value in (
            ("operations_due", "Operations whose time has come", found.due),
            ("operations_oldest_due_seconds", "How long the oldest of them has been due", found.oldest_due),
            ("operations_review", "Operations that wait for a person", found.review),
            ("webhooks_waiting", "Webhooks that were not taken yet", found.webhooks_waiting),
            ("webhooks_dead", "Webhooks that were given up", found.webhooks_dead),
            (
                "webhook_endpoints_off",
                "Endpoints that were switched off because nothing was taken",
                found.endpoints_off,
            ),
        ):
            yield GaugeMetricFamily(f"jiedao_{name}", says, value)

    def _counts(self) -> Iterator[Metric]:
        for name, source, says, labels in _COUNTED:
            family = CounterMetricFamily(f"jiedao_{name}", says, labels=labels)
            for values, count in sorted(self._house.tally.of(source).items()):
                family.add_metric(values, count)
            yield family


def _from_here() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_COUNTED: Final = (
    ("operations", tally.OPERATIONS, "Outcomes of operations noted by this process", ("hook", "state")),
    ("webhook_tries", tally.WEBHOOKS, "Tries of this process to deliver a webhook", ("outcome",)),
    ("worker_rounds", tally.ROUNDS, "Rounds of this process's worker", ()),
)
