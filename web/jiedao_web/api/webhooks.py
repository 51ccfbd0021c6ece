"""Webhooks (administrators): where messages go, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from jiedao.directory.caller import Caller, Role
from jiedao.webhooks import deliveries, endpoints
from jiedao.webhooks.deliveries import State
from jiedao.webhooks.endpoints import Endpoint
from jiedao.webhooks.events import TYPES
from jiedao_schemas.api.webhooks import (
    DeliveriesShown,
    DeliverySearch,
    DeliveryShown,
    DeliveryWhole,
    EndpointBody,
    EndpointSecret,
    EndpointShown,
    EndpointsShown,
    EndpointSwitch,
)
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("webhooks", "Webhooks")
_SHOWN: Final = EndpointShown()
_SECRET: Final = EndpointSecret()
_DELIVERY: Final = DeliveryShown()


@routes.get("/webhooks", EndpointsShown())
def webhook_endpoints() -> dict[str, Any]:
    """Every endpoint of the street, and the types of events that there are."""
    with house().store.read(_administrator().street) as tx:
        found = endpoints.all_of(tx)
    types = [{"type": kind, "says": says} for kind, says in TYPES.items()]
    return {"webhooks": found, "types": types}


@routes.post("/webhooks", _SECRET, body=EndpointBody(), status=[201])
def add_webhook(body: dict[str, Any]) -> dict[str, Any]:
    """Enter an endpoint. Its secret is in this answer and never again.

    Only https, and no address inside a private network unless the installation names it.
    """
    _administrator()
    return _with_secret(lambda by: house().webhooks.endpoints.add(by, **body))


@routes.get("/webhooks/<id:webhook>", _SHOWN)
def show_webhook(webhook: str) -> Endpoint:
    """One endpoint."""
    _administrator()
    return _one(webhook)


@routes.change("PUT", "/webhooks/<id:webhook>", _SHOWN, body=EndpointBody())
def change_webhook(body: dict[str, Any], webhook: str) -> Endpoint:
    """Change where messages go, and which. The secret stays."""
    house().webhooks.endpoints.change(_administrator(), webhook, **body)
    return _one(webhook)


@routes.post("/webhooks/<id:webhook>/state", _SHOWN, body=EndpointSwitch())
def switch_webhook(body: dict[str, Any], webhook: str) -> Endpoint:
    """Send to it from now on, or no longer: what waits is then a dead letter, and what happens is not told."""

    def act(by: Caller) -> str:
        house().webhooks.endpoints.switch(by, webhook, on=body["on"])
        return webhook

    _administrator()
    return _one(once(act, str))


@routes.post("/webhooks/<id:webhook>/secret", _SECRET)
def rotate_secret(webhook: str) -> dict[str, Any]:
    """A new secret, given once. For a day the old one signs beside it."""
    _administrator()
    return _with_secret(lambda by: (webhook, house().webhooks.endpoints.rotate(by, webhook)))


@routes.post("/webhooks/<id:webhook>/test", _DELIVERY, status=[201])
def test_webhook(webhook: str) -> Any:
    """Send a test message (`webhook.test`) to this endpoint; look the delivery up to see what came of it."""
    _administrator()
    return _delivery(once(lambda by: house().webhooks.endpoints.test(by, webhook), str))


@routes.get("/webhooks/deliveries", DeliveriesShown(), query=DeliverySearch())
def webhook_deliveries(query: dict[str, Any]) -> dict[str, Any]:
    """What was sent to whom, newest first; `state=dead` are the dead letters."""
    state = State(query["state"]) if query["state"] else None
    with house().store.read(_administrator().street) as tx:
        found = deliveries.listed(
            tx, endpoint=query["webhook"], state=state, before=query["before"], most=query["limit"]
        )
    return {"deliveries": found}


@routes.get("/webhooks/deliveries/<id:delivery>", DeliveryWhole())
def webhook_delivery(delivery: str) -> Any:
    """One delivery with the body that is sent."""
    _administrator()
    return _delivery(delivery)


@routes.post("/webhooks/deliveries/<id:delivery>/resending", _DELIVERY)
def resend_delivery(delivery: str) -> Any:
    """Send a message again under the same id: a dead letter, or one that was taken. 409 while it is on its way."""

    def act(by: Caller) -> str:
        deliveries.resend(house().store, by, delivery)
        return delivery

    _administrator()
    return _delivery(once(act, str))


def _administrator() -> Caller:
    caller().must_be(Role.ADMINISTRATOR)
    return caller()


def _with_secret(make: Callable[[Caller], tuple[str, str]]) -> dict[str, Any]:
    """An endpoint with a secret that only whoever made it gets to see; a replayed request does not."""
    shown_once: list[str] = []

    def act(by: Caller) -> str:
        id_, secret = make(by)
        shown_once.append(secret)
        return id_

    found = _one(once(act, str))
    plain = {name: getattr(found, name) for name in (*Endpoint.__slots__, "says")}
    return {**plain, "secret": shown_once[0] if shown_once else None}


def _one(id_: str) -> Endpoint:
    with house().store.read(caller().street) as tx:
        return endpoints.look(tx, id_)


def _delivery(id_: str) -> Any:
    with house().store.read(caller().street) as tx:
        return deliveries.look(tx, id_)
