"""The requests of one account: idempotency keys, one transaction for each change, and the webhooks that follow."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from jiedao_sandbox.httpd import Body
from jiedao_sandbox.stripe import intents, lists, money, pages
from jiedao_sandbox.stripe.cabinet import Cabinet, Drawer, Thing
from jiedao_sandbox.stripe.form import Tree, texts
from jiedao_sandbox.stripe.refusals import error, missing
from jiedao_sandbox.stripe.webhooks import Webhooks

Change: TypeAlias = Callable[[Drawer, Tree], Thing]

_UNWILLING: Final = 55
_SLOW: Final = 77
_NO: Final = "payment_intent_authentication_failure"
REPLAYED: Final = "_replayed"
"""Marks an answer that an earlier request with the same key got; becomes a header."""


class Account:
    """What Stripe does for one account. `lag` is by how many seconds the search is behind.

    With `prompt` the customers of wallets do at once what the end of the amount says: 55 declines, 77 waits.
    """

    def __init__(self, cabinet: Cabinet, webhooks: Webhooks, lag: float, *, prompt: bool = False) -> None:
        self._cabinet, self._webhooks, self._lag, self._prompt = cabinet, webhooks, lag, prompt
        self._lock = threading.Lock()
        self._flying: set[str] = set()
        self._thinking = 0.0

    # reading

    def show(self, kind: str, id_: str, given: Tree) -> Thing:
        """One object."""
        found = self._cabinet.find(id_)
        if found is None or found["object"] != kind:
            raise missing(id_)
        return lists.expanded(found, texts(given.get("expand")), self._cabinet.find)

    def list(self, kind: str, given: Tree) -> Thing:
        """A page of objects."""
        return lists.page(self._cabinet, kind, given)

    def search(self, kind: str, given: Tree) -> Thing:
        """A page of what the search finds."""
        return lists.search(self._cabinet, kind, given, self._lag)

    def show_reader(self, id_: str) -> Thing:
        """A reader."""
        return self._change(lambda drawer, _: intents.reader(drawer, id_), {})

    # changing

    def keyed(self, path: str, key: str, given: Tree, change: Change) -> Thing:
        """Do something under an idempotency key: a used key answers what it answered, whatever has happened since."""
        fingerprint = hashlib.sha256(f"{path} {json.dumps(given, sort_keys=True)}".encode()).hexdigest()
        if not key:
            return self._change(change, given)
        self._take_off(key)
        try:
            return self._replay(key, fingerprint) or self._first(key, fingerprint, given, change)
        finally:
            with self._lock:
                self._flying.discard(key)

    def create_intent(self, drawer: Drawer, given: Tree) -> Thing:
        """A new intent."""
        intent = intents.create(drawer, given)
        ending = intent["amount"] % 100
        if not self._prompt or intent["status"] != "requires_action" or ending == _SLOW:
            return intent
        if ending == _UNWILLING:
            return intents.fail(drawer, intent, _NO)
        return intents.pay(drawer, intent)

    def create_page(self, drawer: Drawer, given: Tree) -> Thing:
        """A page on which a card is entered."""
        return pages.create(drawer, given, self._cabinet.clock())

    def create_refund(self, drawer: Drawer, given: Tree) -> Thing:
        """Give back a payment, or a part."""
        intent = intents.need(drawer, intents.text(given, "payment_intent"), "payment_intent")
        amount = intents.whole(given, "amount") if "amount" in given else intent["amount_received"]
        return money.refund(drawer, intent, amount, given.get("metadata", {}))

    def on_intent(self, id_: str, act: Callable[[Drawer, Thing, Tree], Thing]) -> Change:
        """A change of one intent."""
        return lambda drawer, given: act(drawer, intents.need(drawer, id_, "payment_intent"), given)

    def on_page(self, id_: str, act: Callable[[Drawer, Thing, Tree], Thing]) -> Change:
        """A change of one page."""
        return lambda drawer, given: act(drawer, intents.need(drawer, id_, "checkout.session"), given)

    def on_reader(self, id_: str, act: Callable[[Drawer, Thing, Tree], Thing]) -> Change:
        """A change at one reader."""
        return lambda drawer, given: act(drawer, intents.reader(drawer, id_), given)

    # controls

    def think(self, body: Body) -> Body:
        """Take so many seconds for the next change, holding its key."""
        self._thinking = float(body.get("seconds", 0))
        return {"seconds": self._thinking}

    def customer(self, body: Body) -> Body:
        """The customer of `operation` (or the last one) does something: pay, decline, or dispute what was paid.

        On a page they may also let it expire.
        """
        action = str(body.get("action", "pay"))
        if (page := self._page_of(body)) and action != "dispute":
            return self._change(lambda drawer, _: pages.act(drawer, page, action), {})
        acts: dict[str, Callable[[Drawer, Thing], Thing]] = {
            "pay": intents.pay,
            "decline": lambda drawer, intent: intents.fail(drawer, intent, _NO),
            "dispute": money.dispute,
        }
        act = acts[action]
        return self._change(lambda drawer, _: act(drawer, self._intent_of(drawer, body)), {})

    def card(self, body: Body) -> Body:
        """What happens at a `reader`: approve, decline or timeout; or it goes offline or online."""
        id_, action = str(body.get("reader", "")), str(body.get("action", "approve"))

        def act(drawer: Drawer, _: Tree) -> Thing:
            used = intents.reader(drawer, id_)
            if action in ("online", "offline"):
                return drawer.put(used, status=action)
            return intents.card_shown(drawer, used, action)

        return self._change(act, {})

    def pay_out(self, _: Body) -> Body:
        """Send the balance to the bank."""
        return {"payout": self._change(lambda drawer, _: money.pay_out(drawer) or {}, {})}

    def _page_of(self, body: Body) -> Thing | None:
        found = self._cabinet.all("checkout.session")
        return next((one for one in found if one["client_reference_id"] == body.get("operation")), None)

    def _intent_of(self, drawer: Drawer, body: Body) -> Thing:
        wanted = body.get("operation")
        for intent in drawer.all("payment_intent"):
            if wanted in (None, intent["metadata"].get("operation")):
                return intent
        raise missing(str(wanted), "operation")

    # keys

    def _take_off(self, key: str) -> None:
        with self._lock:
            if key in self._flying:
                raise error(409, "invalid_request_error", "idempotency_key_in_use")
            self._flying.add(key)

    def _replay(self, key: str, fingerprint: str) -> Thing | None:
        known = self._cabinet.known_key(key)
        if known is None:
            return None
        before, answer = known
        if before != fingerprint:
            raise error(400, "idempotency_error")
        return {**answer, REPLAYED: True}

    def _first(self, key: str, fingerprint: str, given: Tree, change: Change) -> Thing:
        """The answer is on disk with the effect; a request that is refused leaves its key unused."""

        def remembered(drawer: Drawer, given: Tree) -> Thing:
            answer = change(drawer, given)
            drawer.use_key(key, fingerprint, answer)
            return answer

        return self._change(remembered, given)

    def _change(self, change: Change, given: Tree) -> Thing:
        thinking, self._thinking = self._thinking, 0.0
        time.sleep(thinking)
        with self._cabinet.changing() as drawer:
            answer = change(drawer, given)
            events = [_event(drawer, kind, thing) for kind, thing in drawer.news]
        self._webhooks.send(events)
        return answer


def _event(drawer: Drawer, kind: str, thing: Thing) -> Thing:
    facts: dict[str, Any] = {"type": kind, "data": {"object": thing}, "api_version": None, "pending_webhooks": 1}
    return drawer.make("evt", "event", **facts)
