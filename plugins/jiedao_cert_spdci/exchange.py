"""One exchange with the registry: its client, and what a failure means for an act or a question."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown, Unavailable
from jiedao.hookspecs.wire import Wire
from jiedao_connectors import dci
from jiedao_connectors.dci import DciClient, Key, NotGenuine, Party
from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered

WIRE: Final = Wire(not_sent=NotSent, in_doubt=(Unanswered, NotGenuine))


def _client(connection: Connection) -> DciClient:
    settings = connection.settings
    own = _key(settings, settings["sender"], settings["key_id"], settings["signing_key"])
    party = Party(own, settings["bureau"], settings["callback"])
    return DciClient(settings["url"], party, settings.get("token", ""))


clients: Final = PerConnection(_client, DciClient.close)


def bureau_key(settings: Mapping[str, Any]) -> Key:
    """What checks the registry's signatures."""
    return _key(settings, settings["bureau"], settings["bureau_key_id"], settings["bureau_key"])


def _key(settings: Mapping[str, Any], owner: str, id_: str, words: str) -> Key:
    algorithm = settings["algorithm"]
    return Key(owner, id_, algorithm, dci.key_bytes(words, algorithm))


def act(request: Request, action: str, message_id: str, message: Mapping[str, Any]) -> Answer:
    """Have something done: without an answer of the protocol it is `OutcomeUnknown`."""
    with WIRE.acting():
        return _call(request, action, message_id, message, 1, OutcomeUnknown)


def ask(request: Request, action: str, message_id: str, message: Mapping[str, Any], total: int = 1) -> Answer:
    """Ask something that changes nothing: without an answer of the protocol it is `Unavailable`."""
    with WIRE.asking():
        return _call(request, action, message_id, message, total, Unavailable)


def _call(
    request: Request,
    action: str,
    message_id: str,
    message: Mapping[str, Any],
    total: int,
    otherwise: Callable[[str, str], Exception],
) -> Answer:
    client = clients.of(request.connection)
    try:
        answer = client.call(_PATHS[action], action, message_id, message, request.deadline, total)
    except ClientError as refused:
        code = _code(refused.body)
        raise _refused(code) or otherwise(
            f"the registry answers HTTP {refused.status} {code}".rstrip(), code
        ) from refused
    code = _code(answer)
    if code:
        raise _refused(code) or otherwise(f"the registry answers {code}", code)
    if "signature" in answer:
        _check(answer, request.connection.settings)
    return answer


def _check(answer: Answer, settings: Mapping[str, Any]) -> None:
    """An answer need not be signed, as it comes over the connection we made; if it is, it must be right."""
    if not (isinstance(answer.get("header"), dict) and isinstance(answer.get("message"), dict)):
        raise NotGenuine("the answer is signed and has no header or message")
    dci.check(answer, bureau_key(settings), time.time())


def _refused(code: str) -> InvalidConfig | Unavailable | None:
    """ERR says that the registry could not process the request: the codes of which that is certain."""
    if code in _OUR_FAULT:
        return InvalidConfig(f"the registry refuses us: {code}", code)
    if code in _BUSY:
        return Unavailable(f"the registry takes nothing now: {code}", code)
    return None


def _code(body: Answer) -> str:
    """The error code of an acknowledgement with ERR, or of the layer below it; empty where there is none."""
    message = body.get("message")
    acknowledged = message.get("error") if isinstance(message, dict) and message.get("ack_status") == "ERR" else None
    errors = body.get("errors")
    below = errors[0] if isinstance(errors, list) and errors else None
    error = acknowledged if isinstance(acknowledged, dict) else below
    code = error.get("code") if isinstance(error, dict) else ""
    return code[:40] if isinstance(code, str) else ""


_PATHS: Final = {
    "search": "/registry/sync/search",
    "certify": "/registry/certify",
    "txn-status": "/registry/sync/txn/status",
}
_OUR_FAULT: Final = frozenset(
    {
        "err.request.bad",
        "err.request.unauthorized",
        "err.request.forbidden",
        "err.version.not_supported",
        "err.sender_id.invalid",
        "err.sender_uri.invalid",
        "err.receiver_id.invalid",
        "err.signature.missing",
        "err.signature.invalid",
        "err.encryption.invalid",
    }
)
_BUSY: Final = frozenset({"err.request.too_many_requests", "err.service.unavailable"})
