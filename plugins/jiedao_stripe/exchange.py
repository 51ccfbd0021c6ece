"""One exchange with Stripe: the client of a connection, and what its errors mean for an act or a question."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown, PluginError, Unavailable
from jiedao.hookspecs.wire import Wire
from jiedao_connectors.http import Answer, NotSent, Unanswered
from jiedao_connectors.stripe import ADDRESS, StripeApi, StripeRefused
from jiedao_stripe.answers import NotUnderstood

if TYPE_CHECKING:
    from jiedao_connectors.stripe import Act


def _client(connection: Connection) -> StripeApi:
    return StripeApi(connection.settings["secret_key"], connection.settings["url"] or ADDRESS)


clients: Final = PerConnection(_client, StripeApi.close)
_WIRE: Final = Wire(not_sent=NotSent, in_doubt=(Unanswered, NotUnderstood))


class Line:
    """The calls of one hook, which share its deadline."""

    def __init__(self, request: Request) -> None:
        self._api = clients.of(request.connection)
        self._end = time.monotonic() + request.deadline

    def call(self, act: Act) -> Answer:
        """One call; errors as they come from the connector."""
        return self._api.call(act, self._end - time.monotonic())


@contextmanager
def asking(request: Request) -> Iterator[Line]:
    """Around something that changes nothing: without a trustworthy answer it is `Unavailable`."""
    with _WIRE.asking():
        try:
            yield Line(request)
        except StripeRefused as refused:
            raise misconfigured(refused) or Unavailable(str(refused), refused.code) from refused


@contextmanager
def acting(request: Request) -> Iterator[Line]:
    """Around something that has an effect: what is not certain is `OutcomeUnknown`.

    A refusal that the hook itself understands as the provider's no is caught inside, before it gets here.
    """
    with _WIRE.acting():
        try:
            yield Line(request)
        except StripeRefused as refused:
            raise _unsettled(refused) from refused


def _unsettled(refused: StripeRefused) -> PluginError:
    if refused.status == _TOO_MANY:
        return Unavailable(str(refused), refused.code)
    return misconfigured(refused) or OutcomeUnknown(str(refused), refused.code)


def misconfigured(refused: StripeRefused) -> InvalidConfig | None:
    """Refused before any effect, and for as long as the settings are as they are."""
    if refused.status in _NOT_OURS or refused.code in _NOT_SET_UP:
        return InvalidConfig(str(refused), refused.code)
    return None


def key(operation: str, step: str = "") -> Any:
    """Options that make Stripe do one step of one operation at most once, for as long as it keeps keys (a day)."""
    return {"idempotency_key": f"{operation}{step}"}


_TOO_MANY: Final = 429
_NOT_OURS: Final = (401, 403)
_NOT_SET_UP: Final = frozenset({"payment_method_unactivated", "account_invalid", "testmode_charges_only"})
