"""What a program does with a message of a street: see that it is genuine, and read it.

The library is that of the Standard Webhooks project; any other that follows the specification will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standardwebhooks.webhooks import Webhook


def read(secret: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The message; WebhookVerificationError for one that is forged, changed, or more than five minutes off."""
    message: dict[str, Any] = Webhook(secret).verify(body, dict(headers))
    return message
