"""The cardholder of the sandbox: which test card is presented for a sale, and again when it is undone."""

from __future__ import annotations

import hashlib
from typing import Final

from jiedao_connectors.unionpay.card import luhn_digit

_ISSUERS: Final = ("622848", "621700", "622202", "625904")


def card_for(reference: str) -> str:
    """A made-up 19-digit number with a right check digit, always the same for a sale's reference.

    So the number need not be kept anywhere: whoever undoes the sale presents the same card again.
    """
    digest = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:12], "big")
    payload = f"{_ISSUERS[digest % len(_ISSUERS)]}{digest % 10**12:012d}"
    return payload + luhn_digit(payload)
