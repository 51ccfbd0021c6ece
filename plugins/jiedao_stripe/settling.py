"""The movements of a day on the street's balance at Stripe."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from jiedao.clock import system_clock
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.payment import SettlementOutcome, SettlementRequest
from jiedao.language import Text
from jiedao_stripe.answers import row
from jiedao_stripe.exchange import asking
from jiedao_stripe.finding import rows

if TYPE_CHECKING:
    from stripe import StripeClient, StripeObject


def settlement(request: SettlementRequest) -> SettlementOutcome:
    """Every movement of a day, which for Stripe begins and ends at midnight UTC."""
    first, end = _begins(request.on), _begins(request.on + timedelta(days=1))
    if system_clock() < end:
        return Declined(_NOT_OVER, "not_over")
    span = {"gte": int(first.timestamp()), "lt": int(end.timestamp())}
    with asking(request) as line:
        found = rows(line, _movements, {"created": span, "expand": ["data.source"]})
        return Succeeded(tuple(row(one) for one in found))


def _begins(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)


def _movements(client: StripeClient, asked: Any) -> StripeObject:
    return client.v1.balance_transactions.list(asked)


_NOT_OVER: Final = Text(zh="这一天还没有结束", en="This day is not over yet")
