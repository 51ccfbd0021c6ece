"""What became of a payment: found by our reference, then looked at afresh."""

from __future__ import annotations

import time
from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.payment import PaymentAnswer, PaymentQuery
from jiedao.language import Text
from jiedao_stripe import answers
from jiedao_stripe.answers import NotUnderstood, Thing
from jiedao_stripe.exchange import Line, asking
from jiedao_stripe.finding import intent_of, page_of

EXPANDED: Final = {"expand": ["latest_charge"]}


def ask(request: PaymentQuery) -> PaymentAnswer:
    """The outcome of a payment.

    Replaying the idempotency key would be quicker to find it, and would make the payment where it is missing.
    The intent is read after the reader: a reader that has gone on to the next card has left its result there.
    """
    with asking(request) as line:
        if request.connection.settings["method"] == "card":
            return _on_page(line, request)
        found = intent_of(line, request.operation)
        if found is None:
            return NotFound()
        at_reader = _at_reader(line, found)
        intent = retrieve(line, str(found.get("id")))
        return answers.payment(intent, request) or at_reader or _nobody(intent, request)


def _on_page(line: Line, request: PaymentQuery) -> PaymentAnswer:
    """The page is read before the intent, so that what is paid on it meanwhile is seen."""
    page = page_of(line, request.operation)
    on_page = answers.on_page(page, request) if page is not None else None
    found = intent_of(line, request.operation)
    if found is None and page is None:
        return NotFound()
    intent = retrieve(line, str(found.get("id"))) if found is not None else None
    outcome = answers.payment(intent, request) if intent is not None else None
    if on_page is not None and not isinstance(outcome, Succeeded):
        return on_page
    if outcome is None:
        raise NotUnderstood("Stripe's page was paid on, and its payment is not there yet")
    return outcome


def retrieve(line: Line, id_: str) -> Thing:
    """An intent as it is now, with its charge."""
    asked: Any = EXPANDED
    return line.call(lambda client: client.v1.payment_intents.retrieve(id_, asked))


def _at_reader(line: Line, intent: Thing) -> Declined | Pending | None:
    reader = answers.reader_of(intent)
    if not reader or intent.get("status") != "requires_payment_method":
        return None
    answer = line.call(lambda client: client.v1.terminal.readers.retrieve(reader))
    return answers.asked_at_reader(answer, str(intent.get("id")))


def _nobody(intent: Thing, request: PaymentQuery) -> Declined:
    """Nobody is being asked to pay, and nobody will be: asking the reader was part of the act, and it is over.

    Not before the settling time has passed, until which that part may still be on its way.
    """
    settling = int(request.connection.settings["settling"])
    if int(intent["created"]) + settling > time.time():
        raise NotUnderstood("nobody is being asked to pay yet")
    return Declined(_NEVER_ASKED, "never_asked")


_NEVER_ASKED: Final = Text(zh="没有人被要求付款，未扣款", en="Nobody was asked to pay; nothing was taken")
