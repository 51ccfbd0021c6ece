"""The official package on our HTTP client. Importing this module imports the package."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

import stripe
from stripe import HTTPClient, StripeClient, StripeError, StripeObject

from jiedao_connectors.http import Answer, HttpClient, Unanswered
from jiedao_connectors.stripe import StripeRefused

# The package would otherwise keep a number of this machine in its home and send figures of earlier calls.
stripe.enable_telemetry = False


class Transport(HTTPClient):
    """What the package sends, sent once and within what is left until `end` (of the monotonic clock)."""

    name = "jiedao"

    def __init__(self, address: str, http: HttpClient, end: float) -> None:
        super().__init__()
        self._address, self._http, self._end = address, http, end

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One exchange. The address is ours, and of the headers only those go out that the protocol needs."""
        told = {name: value for name, value in (headers or {}).items() if name in _NEEDED}
        answer = self._http.send(
            method.upper(),
            url.removeprefix(self._address),
            (post_data or "").encode(),
            self._end - time.monotonic(),
            told,
        )
        return _text(answer.content), answer.status, {}

    def close(self) -> None:
        """The HTTP client is its owner's to close."""


def client_of(key: str, address: str, http: HttpClient, end: float) -> StripeClient:
    """The package's client for one call that must be over at `end`."""
    return StripeClient(
        key,
        base_addresses={"api": address},
        max_network_retries=0,
        http_client=Transport(address, http, end),
    )


def call(client: StripeClient, act: Callable[[StripeClient], StripeObject]) -> Answer:
    """What an act gives, as a dictionary."""
    try:
        return act(client).to_dict()
    except StripeError as failed:
        _sort(failed)
    except (AttributeError, TypeError, ValueError) as other:
        # JSON, but not an object: the package stumbles over it.
        raise Unanswered(f"the answer is not an object of Stripe: {type(other).__name__}") from other


def _sort(failed: StripeError) -> NoReturn:
    """A refusal in Stripe's words; everything else is no answer."""
    said = failed.json_body.get("error") if isinstance(failed.json_body, dict) else None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise Unanswered(f"HTTP {failed.http_status} without an error of Stripe") from None
    code, declined, field = (_word(said.get(name)) for name in ("code", "decline_code", "param"))
    raise StripeRefused(failed.http_status or 0, _word(said["type"]), code, declined, field) from None


def _word(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 80 else ""


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Unanswered("the answer is not in UTF-8") from None


_NEEDED: Final = frozenset({"Authorization", "Content-Type", "Idempotency-Key", "Stripe-Version"})
