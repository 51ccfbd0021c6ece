"""What a resident's wallet has to scan, of an order as it stands."""

from __future__ import annotations

from typing import Final

from flask import Response

from jiedao.checkout.views import OrderView
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao_web.codes import qr_svg


def tender_picture(order: OrderView, number: int) -> Response:
    """The QR code of a tender of the payment that is under way; `NotFound` where nothing is to be scanned."""
    attempts = [one for one in order.attempts if one.kind == "payment" and not one.finished]
    shown = [tender.show for attempt in attempts for tender in attempt.tenders if tender.no == number and tender.show]
    if not shown:
        raise NotFound("tender.no_code", _NO_CODE, field="tender")
    return qr_svg(shown[-1])


_NO_CODE: Final = Text(zh="没有需要扫描的码", en="There is no code to scan")
