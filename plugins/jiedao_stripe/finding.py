"""Finding our operations at Stripe again, by the metadata that we gave them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from jiedao_stripe.answers import OPERATION, NotUnderstood, Thing, operation_of, page
from jiedao_stripe.exchange import Line

if TYPE_CHECKING:
    from stripe import StripeClient, StripeObject

    Listing = Callable[[StripeClient, Any], StripeObject]

RECENT: Final = 3600
"""Seconds that are looked through one by one, because the search may not know them yet."""
PAGES: Final = 3 * 3600
"""Seconds in which pages are looked for; they live half an hour, and are asked for every few minutes."""
_SIZE: Final = 100
_MOST_PAGES: Final = 50
_CHARGE: Final = ["data.latest_charge"]


def intent_of(line: Line, operation: str) -> Thing | None:
    """The intent of one of our operations, or None when Stripe has none.

    The search has an index over everything, but a new object reaches it only after a while; the list of the last
    hour is never behind. Only when neither has it, it is not there.
    """
    return _searched(line, operation) or _listed(line, operation)


def page_of(line: Line, operation: str) -> Thing | None:
    """The hosted page of one of our operations; one that expired long ago is not found any more."""
    wanted = {"created": {"gte": int(time.time()) - PAGES}}
    found = (one for one in rows(line, _pages, wanted) if one.get("client_reference_id") == operation)
    return next(found, None)


def refund_of(line: Line, intent: str, operation: str) -> Thing | None:
    """The refund of an intent that one of our operations made."""
    wanted = {"payment_intent": intent}
    found = (one for one in rows(line, _refunds, wanted) if operation_of(one) == operation)
    return next(found, None)


def rows(line: Line, listing: Listing, wanted: dict[str, Any]) -> Iterator[Thing]:
    """Everything in a list, page by page; `NotUnderstood` when it does not end."""
    last: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        answer = _page(line, listing, {"limit": _SIZE, **wanted, **last})
        found = page(answer)
        yield from found
        if not answer["has_more"]:
            return
        last = {"starting_after": found[-1]["id"]} if found else {}
    raise NotUnderstood(f"Stripe's list is longer than {_MOST_PAGES * _SIZE}")


def _page(line: Line, listing: Listing, asked: dict[str, Any]) -> Thing:
    return line.call(lambda client: listing(client, asked))


def _searched(line: Line, operation: str) -> Thing | None:
    asked: Any = {"query": f"metadata['{OPERATION}']:'{operation}'", "limit": 2, "expand": _CHARGE}
    found = page(line.call(lambda client: client.v1.payment_intents.search(asked)))
    return _only([one for one in found if operation_of(one) == operation])


def _listed(line: Line, operation: str) -> Thing | None:
    wanted = {"created": {"gte": int(time.time()) - RECENT}, "expand": _CHARGE}
    return _only([one for one in rows(line, _intents, wanted) if operation_of(one) == operation])


def _only(found: list[Thing]) -> Thing | None:
    """Two intents of one operation would mean two payments: nobody may pick one."""
    if len(found) > 1:
        raise NotUnderstood("Stripe has several intents of this operation")
    return found[0] if found else None


def _intents(client: StripeClient, asked: Any) -> StripeObject:
    return client.v1.payment_intents.list(asked)


def _pages(client: StripeClient, asked: Any) -> StripeObject:
    return client.v1.checkout.sessions.list(asked)


def _refunds(client: StripeClient, asked: Any) -> StripeObject:
    return client.v1.refunds.list(asked)
