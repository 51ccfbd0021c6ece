"""Webhooks: endpoints, what they listen to, and what was delivered (administrators)."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, choice, counted, flag, several, words


class EndpointBody(Body):
    """An address of another program, and the types of events that it hears of."""

    title = words(100)
    url = words(500)
    types = several(words(60), 40)


class EndpointSwitch(Body):
    """Whether messages are sent to it."""

    on = flag()


class EndpointShown(Shown):
    """An endpoint; `state` is on or off, `says` why. Everything but its secrets."""

    id = fields.String()
    title = fields.String()
    url = fields.String()
    types = fields.List(fields.String())
    state = fields.String()
    off_because = fields.String()
    says = fields.Nested(Both)
    failing_since = fields.DateTime(format="iso", allow_none=True)
    former_until = fields.DateTime(format="iso", allow_none=True)
    created_by = fields.String()
    created_at = fields.DateTime(format="iso")


class EndpointSecret(EndpointShown):
    """An endpoint with its new secret, which is given once; a repeated request gets null in its place."""

    secret = fields.String(allow_none=True)


class EventTypeShown(Shown):
    """A type of event, and when it happens."""

    type = fields.String()
    says = fields.Nested(Both)


class EndpointsShown(Shown):
    """All endpoints, and what can be listened to."""

    webhooks = fields.List(fields.Nested(EndpointShown))
    types = fields.List(fields.Nested(EventTypeShown))


class DeliverySearch(Body):
    """A page of deliveries, newest first; of one endpoint or one state where that is asked for."""

    webhook = words(40, least=0, default="")
    state = choice("", "waiting", "delivered", "dead", default="")
    before = words(40, least=0, default="")
    limit = counted()


class DeliveryShown(Shown):
    """One message on its way to one endpoint. `event` is the message's id; `status` the last answer's, 0 for none."""

    id = fields.String()
    endpoint = fields.String()
    event = fields.String()
    type = fields.String()
    state = fields.String()
    tries = fields.Integer()
    status = fields.Integer()
    says = fields.String()
    made_at = fields.DateTime(format="iso")
    tried_at = fields.DateTime(format="iso", allow_none=True)
    due_at = fields.DateTime(format="iso", allow_none=True)


class DeliveryWhole(DeliveryShown):
    """A delivery with the body that is sent, byte for byte."""

    body = fields.String()


class DeliveriesShown(Shown):
    """Deliveries, newest first."""

    deliveries = fields.List(fields.Nested(DeliveryShown))
