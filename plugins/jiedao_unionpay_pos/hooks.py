"""All hooks of the plugin in one place: this module is what is registered."""

from jiedao_unionpay_pos.manifest import check_connection, describe
from jiedao_unionpay_pos.payment import (
    payment_batch_close,
    payment_refund,
    payment_reverse,
    payment_start,
    payment_void,
)

__all__ = [
    "check_connection",
    "describe",
    "payment_batch_close",
    "payment_refund",
    "payment_reverse",
    "payment_start",
    "payment_void",
]
