"""The review queue, one act with everything that happened to it, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import request, url_for

from jiedao.checkout import views
from jiedao.checkout.views import OrderView
from jiedao.directory.residents import masked_name
from jiedao.directory.rules import rules
from jiedao.operations import history, queue, review
from jiedao.operations.model import FINAL
from jiedao.post import records
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, Proposal, State
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.saying import both, display
from jiedao_web.context import house
from jiedao_web.sessions import caller

pages = Pages("review")
_MOST: Final = 50


@pages.get("/review", entry=Entry("money", "review.title", "ask"))
def reviews() -> str:
    """What waits for a person, or all that is open, oldest first."""
    which = "open" if request.args.get("which") == "open" else "review"
    with house().store.read(caller().street) as tx:
        items = queue.page(tx, which, request.args.get("after", "")[:40], _MOST)
    after = items[-1].id if len(items) == _MOST else ""
    return display("console/reviews.html", items=items, which=which, after=after)


@pages.get("/review/<id:operation>")
def review_item(operation: str) -> str:
    """One act: evidence, exchange, what it belongs to, and what may be done now."""
    with house().store.read(caller().street) as tx:
        row, item = review.look(tx, operation), queue.look(tx, operation)
        moments = history.timeline(tx, row)
        view = views.order(tx, item.order) if item.order else None
        shown: dict[str, Any] = {
            "item": item,
            "options": review.options(tx, house().proposals, caller(), row),
            "moments": moments,
            "ended": item.state in FINAL,
            "lapsed": item.state in FINAL and any(one.what == "lapsed" for one in moments),
            "request": list(_flat(item.request)),
            "answer": list(_flat(item.outcome.get("detail"))),
            "order": view,
            "consignment": records.find(tx, item.subject) if item.subject_kind == "consignment" else None,
            "steps": list(_steps(view)) if view else [],
        }
    return display("console/review_item.html", **shown)


@pages.get("/orders/<id:order>")
def order(order: str) -> str:
    """An order with everything that was taken, paid and given back."""
    with house().store.read(caller().street) as tx:
        view = views.order(tx, order)
    masked = masked_name(view.resident_name)
    return display("console/order.html", view=view, steps=list(_steps(view)), masked=masked)


@pages.get("/proposals", entry=Entry("money", "proposals.title", "people"))
def proposed() -> str:
    """What waits for a second person, money that waits to be handed over, and the limit above which it takes two."""
    by = caller()
    with house().store.read(by.street) as tx:
        found = proposals.page(tx, State.OPEN, request.args.get("before", "")[:40], _MOST)
        known = rules(tx)
        open_ = {
            (one.subject, one.wanted["source"], one.wanted["tender"]) for one in proposals.all_open(tx, Kind.HAND_OVER)
        }
        shown: dict[str, Any] = {
            "waiting": [
                (one, _about(one), why)
                for one, why in zip(found, house().proposals.barred_from(tx, by, found), strict=True)
            ],
            "hand_overs": [
                (
                    one,
                    masked_name(one.resident_name),
                    known.takes_two(one.amount),
                    (one.attempt, one.source, one.tender) in open_,
                )
                for one in views.waiting_hand_overs(tx)
            ],
        }
    return display("console/proposals.html", **shown, limit=known.four_eyes, before=_before(found))


def _about(one: Proposal) -> str:
    """The page of what is proposed about."""
    match one.kind:
        case Kind.CLOSING:
            return url_for("console.review_item", operation=one.subject)
        case Kind.BREAK:
            return url_for("console.settlement_break", break_=one.subject)
        case Kind.REFUND:
            return url_for("console.order", order=one.subject)
        case Kind.HAND_OVER:
            return url_for("console.order", order=one.wanted["order"])


def _before(found: list[Proposal]) -> str:
    return found[-1].id if len(found) == _MOST else ""


def _steps(view: OrderView) -> Iterator[tuple[str, str, int, str]]:
    """Kind, what, amount and state of each part of an order."""
    for attempt in view.attempts:
        yield from (("tender", one.kind, one.amount, one.state) for one in attempt.tenders)
        if attempt.kind == "payment":
            yield from (("line", both(one.biller_name), one.amount, one.state) for one in view.lines)
        yield from (("back", one.how or one.state, one.amount, one.state) for one in attempt.givebacks)


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """A request or an outcome as names and values."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, f"{path}.{number}")
    elif value not in ("", None, [], ()):
        yield path, value
