"""Stripe's package on our client, and its signatures against the package's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from stripe import SignatureVerificationError, WebhookSignature

from jiedao_connectors.http import Unanswered
from jiedao_connectors.stripe import StripeApi, StripeRefused
from jiedao_connectors.stripe.signature import sign, signed_at

BODY = '{"id": "evt_1", "object": "event", "name": "古丽"}'


def test_we_verify_what_stripes_own_package_signs() -> None:
    header = WebhookSignature.generate_signature_header(BODY, "whsec_1", 1_790_000_000)
    assert signed_at("whsec_1", header, BODY.encode()) == 1_790_000_000


def test_stripes_own_package_verifies_what_we_sign() -> None:
    header = sign("whsec_1", 1_790_000_000, BODY.encode())
    assert WebhookSignature.verify_header(BODY, header, "whsec_1")
    with pytest.raises(SignatureVerificationError):
        WebhookSignature.verify_header(BODY, header, "whsec_2")


def test_one_of_several_signatures_is_enough_while_a_secret_changes() -> None:
    old, new = (sign(secret, 1_790_000_000, BODY.encode()) for secret in ("whsec_old", "whsec_new"))
    both = f"{old},{new.partition(',')[2]},v0=ffff"
    assert signed_at("whsec_old", both, BODY.encode()) == signed_at("whsec_new", both, BODY.encode()) == 1_790_000_000


@pytest.mark.parametrize(
    "header",
    ["", "t=,v1=00", "v1=00", "t=1790000000", "t=-1,v1=00", "t=9999999999999,v1=00", "t=1790000000,v1=é", "nonsense"],
)
def test_a_header_that_proves_nothing(header: str) -> None:
    assert signed_at("whsec_1", header, BODY.encode()) is None


@contextmanager
def answering(status: int, content: bytes, media_type: str = "application/json") -> Iterator[tuple[str, list[Any]]]:
    """A server that answers everything alike, and what it was sent."""
    seen: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, dict(self.headers)))
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
        server.shutdown()
        thread.join()


def account(url: str) -> Any:
    api = StripeApi("sk_test_1", url)
    try:
        return api.call(lambda client: client.v1.accounts.retrieve_current(), 5.0)
    finally:
        api.close()


def test_nothing_of_this_machine_goes_out() -> None:
    with answering(200, b'{"id": "acct_1", "object": "account"}') as (url, seen):
        assert account(url) == {"id": "acct_1", "object": "account"}
    ((path, headers),) = seen
    assert path == "/v1/account"
    assert headers["Authorization"] == "Bearer sk_test_1"
    assert headers["User-Agent"] == "jiedao"
    assert not [name for name in headers if name.startswith("X-Stripe")]


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b'"text"', b"{", b"<html>\xff</html>", '{"a": "系统维护"}'.encode("gbk")],
)
def test_what_is_no_object_of_stripe_is_no_answer(content: bytes) -> None:
    with answering(200, content) as (url, _), pytest.raises(Unanswered):
        account(url)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"error": "no"}', b'{"error": {}}', b"<html></html>"])
def test_a_refusal_that_is_not_stripes_is_no_answer(content: bytes) -> None:
    for status in (400, 402, 404, 429):
        with answering(status, content) as (url, _), pytest.raises(Unanswered):
            account(url)


def test_a_refusal_is_given_in_codes_and_not_in_stripes_words() -> None:
    said = {"type": "card_error", "code": "card_declined", "decline_code": "lost_card", "message": "sk_test_1 said no"}
    with answering(402, json.dumps({"error": said}).encode()) as (url, _), pytest.raises(StripeRefused) as refused:
        account(url)
    assert (refused.value.status, refused.value.code, refused.value.declined) == (402, "card_declined", "lost_card")
    assert "sk_test_1" not in str(refused.value)


@pytest.mark.parametrize("status", [301, 408, 500, 503])
def test_a_broken_or_redirecting_server_is_no_answer(status: int) -> None:
    with answering(status, b'{"error": {"type": "api_error"}}') as (url, seen), pytest.raises(Unanswered):
        account(url)
    assert len(seen) == 1
