"""The connection that has a hook, and what its answer means for whoever stands at the window."""

from __future__ import annotations

from typing import Any, Final

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined
from jiedao.language import Text
from jiedao.problems import Conflict, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store.unit import Tx


def having(tx: Tx, registry: Registry, connections: Connections, hook: str) -> Connection | None:
    """The street's connection with a hook, in Test or Live; where there are several, the first by its id."""
    found = connections.of_family(tx, "service")
    return next((connection for connection in found if registry.has(connection.plugin, hook)), None)


def must_have(tx: Tx, registry: Registry, connections: Connections, hook: str) -> Connection:
    """The same; `ServicePaused` when there is none."""
    connection = having(tx, registry, connections, hook)
    if connection is None:
        raise ServicePaused("service.missing", _MISSING)
    return connection


def detail_of(answer: Any, code: str) -> Any:
    """The detail of a success; `Conflict` with the plugin's reason when it declined, `ServicePaused` without answer."""
    if isinstance(answer, Failure):
        raise ServicePaused(f"{code}.unreachable", _UNREACHABLE)
    if isinstance(answer, Declined):
        raise Conflict(f"{code}.declined", answer.reason, provider_code=answer.code)
    return answer.detail


_MISSING: Final = Text(zh="本街道没有开通这项服务", en="This street has not switched this service on")
_UNREACHABLE: Final = Text(zh="设备暂时连不上，请检查后再试", en="The device does not answer; look at it and try again")
