"""One exchange with the gateway: the client of a connection, and what its errors mean for an act or a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig, Unavailable
from jiedao.hookspecs.wire import Wire
from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered
from jiedao_connectors.sms import BearerSms, SignedSms
from jiedao_notify_http.settings import HMAC

Client: TypeAlias = SignedSms | BearerSms


def _client(connection: Connection) -> Client:
    settings = connection.settings
    if settings["protection"] == HMAC:
        return SignedSms(settings["url"], settings["key_id"], settings["secret"])
    return BearerSms(settings["url"], settings["secret"])


def _close(client: Client) -> None:
    client.close()


clients: Final = PerConnection(_client, _close)
_WIRE: Final = Wire(
    not_sent=NotSent,
    in_doubt=Unanswered,
    refused=ClientError,
    # The gateway read the request and will not have it: from us at all, or not now; anything else is in doubt.
    before_effect={
        **dict.fromkeys(
            ("UNKNOWN_KEY", "BAD_SIGNATURE", "STALE", "BAD_TOKEN", "UNKNOWN_SENDER", "MALFORMED", "NO_SUCH_PATH"),
            InvalidConfig,
        ),
        "TOO_MANY": Unavailable,
    },
)


def act(request: Request, body: Mapping[str, str]) -> Answer:
    """Send: what is not certain is `OutcomeUnknown`, what was not sent `Unavailable`."""
    with _WIRE.acting():
        return _call(request, "send", body)


def ask(request: Request, reference: str) -> Answer:
    """Ask what became of a reference: without an answer it is `Unavailable`."""
    with _WIRE.asking():
        return _call(request, "query", {"reference": reference})


def _call(request: Request, action: str, body: Mapping[str, str]) -> Answer:
    return clients.of(request.connection).call(action, body, request.deadline)
