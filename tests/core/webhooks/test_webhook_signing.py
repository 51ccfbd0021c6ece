"""Signatures, against an independent implementation of the specification."""

from __future__ import annotations

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from jiedao.webhooks import signing

BODY = '{"type":"order.paid","data":{"order":"01"},"说明":"付清"}'.encode()


def _now() -> int:
    import time

    return int(time.time())


def test_the_library_finds_them_genuine() -> None:
    secret = signing.new_secret()
    headers = signing.headers("msg_1", _now(), BODY, [secret])
    assert Webhook(secret).verify(BODY, headers)["data"] == {"order": "01"}


def test_while_a_secret_is_replaced_both_sign() -> None:
    new, old = signing.new_secret(), signing.new_secret()
    headers = signing.headers("msg_1", _now(), BODY, [new, old])
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (new, old):
        assert Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "body", "secret"])
def test_what_was_changed_is_found_out(part: str) -> None:
    secret, second = signing.new_secret(), _now()
    headers = signing.headers("msg_1", second, BODY, [secret])
    changed = {"webhook-id": "msg_2", "webhook-timestamp": str(second + 1)}
    given = {**headers, **({part: changed[part]} if part in changed else {})}
    body = BODY + b" " if part == "body" else BODY
    other = signing.new_secret() if part == "secret" else secret
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(body, given)
    id_, when, signature = given["webhook-id"], int(given["webhook-timestamp"]), given["webhook-signature"]
    assert not signing.is_genuine(id_, when, body, other, signature)


def test_ours_agrees_with_the_library() -> None:
    secret, second = signing.new_secret(), _now()
    signature = signing.sign("msg_1", second, BODY, secret)
    assert signing.is_genuine("msg_1", second, BODY, secret, f"v1,bm90aGluZw== {signature}")


def test_the_example_of_the_specification() -> None:
    secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    body = b'{"email":"test@example.com","username":"test_user"}'
    made = signing.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553, body, secret)
    assert made == "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="


def test_what_is_no_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="not a secret"):
        signing.sign("msg_1", 1, BODY, "whsec_not base64")
