"""Programs that use the interface: their API keys, the addresses that hear of events, and what was delivered."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import request

from jiedao.directory import places
from jiedao.directory.caller import STAFF
from jiedao.integrators import keys
from jiedao.webhooks import deliveries, endpoints
from jiedao.webhooks.deliveries import State
from jiedao.webhooks.events import TYPES
from jiedao_web.console.parts import ADMINISTRATORS, Entry, Pages
from jiedao_web.console.saying import display
from jiedao_web.context import context, house
from jiedao_web.sessions import caller

pages = Pages("integrations")
_PAGE: Final = 50
_LASTING: Final = (30, 90, 365)
"""Days for which a key may be issued; the first choice is the middle one."""


@pages.get("/keys", entry=Entry("system", "keys.title", "key"), roles=ADMINISTRATORS)
def api_keys() -> str:
    """The street's API keys, newest first."""
    with house().store.read(caller().street) as tx:
        found, now = keys.all_of(tx, request.args.get("before", "")[:40], _PAGE), tx.now
        tills = places.counters(tx)
    return display(
        "console/keys.html",
        keys=[(one, one.state(now)) for one in found],
        roles=STAFF,
        tills=tills,
        subjects=sorted(context().keys.subjects),
        lasting=[(days, (now + timedelta(days=days)).isoformat(timespec="seconds")) for days in _LASTING],
        before=found[-1].id if len(found) == _PAGE else "",
    )


@pages.get("/keys/<id:key>", roles=ADMINISTRATORS)
def api_key(key: str) -> str:
    """One key, and how to end it."""
    with house().store.read(caller().street) as tx:
        found = keys.look(tx, key)
        state = found.state(tx.now)
    return display("console/key.html", key=found, state=state)


@pages.get("/webhooks", entry=Entry("system", "webhooks.title", "bell"), roles=ADMINISTRATORS)
def webhooks() -> str:
    """Every endpoint with how it stands, and dead letters."""
    with house().store.read(caller().street) as tx:
        found, dead = endpoints.all_of(tx), deliveries.listed(tx, state=State.DEAD, most=20)
        counted = deliveries.counts(tx)
    return display(
        "console/webhooks.html",
        endpoints=found,
        titles={one.id: one.title for one in found},
        types=TYPES,
        dead=dead,
        counted=counted,
    )


@pages.get("/webhooks/<id:webhook>", roles=ADMINISTRATORS)
def webhook(webhook: str) -> str:
    """One endpoint: what it hears of, its secret, and its deliveries."""
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in list(State) else None
    before = request.args.get("before", "")[:40]
    with house().store.read(caller().street) as tx:
        found = endpoints.look(tx, webhook)
        sent = deliveries.listed(tx, endpoint=webhook, state=state, before=before, most=_PAGE)
    return display(
        "console/webhook.html",
        endpoint=found,
        types=TYPES,
        sent=sent,
        asked=state.value if state else "",
        states=list(State),
        before=sent[-1].id if len(sent) == _PAGE else "",
    )


@pages.get("/webhooks/deliveries/<id:delivery>", roles=ADMINISTRATORS)
def webhook_delivery(delivery: str) -> str:
    """One message with what is sent, and sending it again."""
    with house().store.read(caller().street) as tx:
        found = deliveries.look(tx, delivery)
        endpoint = endpoints.look(tx, found.endpoint)
    return display("console/delivery.html", sent=found, endpoint=endpoint)
