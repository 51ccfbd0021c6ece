"""UnionPay card terminals at the counters of a hall (银联 POS).

The terminal is semi-integrated: it reads the card and speaks ISO 8583 to the acquirer, we only send amount and
reference. Its register link cannot be asked what became of a sale, so a sale without an answer is reversed.
"""

from jiedao_unionpay_pos import hooks as plugin

__all__ = ["plugin"]
