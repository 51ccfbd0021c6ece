"""What is sent when an item is handed over, the same for both interfaces. Amounts are fen, weights grams."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Sender or receiver. One of `phone` (a fixed line) and `mobile` is usual."""

    name: str
    phone: str
    mobile: str
    postcode: str
    province: str
    city: str
    county: str
    address: str


@dataclass(frozen=True, slots=True)
class Order:
    """One item. `number` is ours (at most 50 characters, unique for ever), `waybill` empty where EMS gives it.

    `product` is bizProductNo, `contents` contentsAttribute, `receipt` receiptFlag; 0 stands for no amount.
    """

    number: str
    waybill: str
    product: str
    contents: str
    receipt: str
    weight: int
    postage: int
    insured: int
    collect: int
    cargo: str
    sender: Place
    receiver: Place


@dataclass(frozen=True, slots=True)
class Access:
    """What EMS gave a contract customer.

    For the current interface: `sender` is senderNo, `authorization` the code, `key` base64 of 16 bytes, `user` what
    EMS calls ecommerceUserId, `user_code` userCode. For the older one: `company` is ecCompanyId and ecommerce_no,
    `key` any text.
    """

    sender: str
    key: str = field(repr=False)
    authorization: str = field(default="", repr=False)
    user: str = ""
    user_code: str = ""
    company: str = ""


NO_INSURANCE, INSURED = "1", "2"
"""insuranceFlag: basic; with a declared value."""
NOTHING_TO_COLLECT, COLLECT = "9", "1"
"""codFlag: none; the price of the goods is collected."""
SENDER_PAYS = "1"
"""paymentMode."""
NO_RECEIPT, RECEIPT, DOCUMENTS_BACK = "1", "2", "7"
"""receiptFlag: basic; 回执, an advice of delivery; 自备返单, the sender's papers come back signed."""
FETCHED = "1"
"""pickupType: a courier fetches it."""
