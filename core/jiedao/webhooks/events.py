"""What a street tells other programs, and in which words.

Rooms say what happened with `Tx.tell`, in the transaction that makes it so. Each event says only what is certain in
that moment, and the receiver asks how it stands now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from jiedao.language import Text

TEST: Final = "webhook.test"
"""Sent on request to one endpoint, whatever it listens to."""

TYPES: Final[Mapping[str, Text]] = {
    "order.paid": Text(zh="交易已付（全部或部分明细）", en="An order is paid, in whole or in part"),
    "order.refused": Text(zh="收费单位都没有收，款项已退回", en="No biller took it; the money has gone back"),
    "order.refunded": Text(zh="退款已完成", en="A refund is complete"),
    "order.unresolved": Text(zh="交易有一笔没有答复，需要人工核查", en="An order waits for a person to find out"),
    "consignment.changed": Text(zh="邮件状态变了", en="A consignment's state has changed"),
    "certification.finished": Text(zh="一次待遇资格认证全部有了结果", en="Every item of a certification has an answer"),
    "points.changed": Text(zh="居民的积分变了", en="A resident's points have changed"),
    "connection.paused": Text(zh="接入被暂停", en="A connection was paused"),
}
"""Every type that can be subscribed to."""


def body_of(kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    """The message as it is signed and sent; made once, so that every try sends the same bytes."""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = {"type": kind, "timestamp": moment, "data": dict(data)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
