"""Stripe through its official package, over our own HTTP client: one deadline for a call, nothing repeated.

The package is imported when the first call is made, as it takes a tenth of a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from jiedao_connectors.http import Answer, HttpClient

if TYPE_CHECKING:
    from stripe import StripeClient, StripeObject

    Act: TypeAlias = Callable[[StripeClient], StripeObject]

ADDRESS: Final = "https://api.stripe.com"


class StripeRefused(Exception):
    """Stripe read the request and says why it did not do it.

    `kind` is Stripe's type of error (card_error, invalid_request_error, …), `code` its code, `declined` the issuer's
    code of a declined card, `field` the parameter that is wrong. Each is empty where Stripe does not say. Stripe's
    own sentence is left out, as it may repeat what we sent.
    """

    def __init__(self, status: int, kind: str, code: str, declined: str = "", field: str = "") -> None:
        super().__init__(f"Stripe refused the request with HTTP {status} {code or kind}".rstrip())
        self.status, self.kind, self.code = status, kind, code
        self.declined, self.field = declined, field


class StripeApi:
    """One account at Stripe; threads may share it."""

    def __init__(self, key: str, address: str = ADDRESS) -> None:
        self._key, self._address = key, address.rstrip("/")
        self._http = HttpClient(self._address)

    def call(self, act: Act, deadline: float) -> Answer:
        """Do one thing, such as ``lambda client: client.v1.payment_intents.retrieve(id)``, and give its object.

        Raises `StripeRefused`, and `NotSent` and `Unanswered` as in `jiedao_connectors.http`.
        """
        from jiedao_connectors.stripe.transport import call, client_of

        client = client_of(self._key, self._address, self._http, time.monotonic() + deadline)
        answer: dict[str, Any] = call(client, act)
        return answer

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()
