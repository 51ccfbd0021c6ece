"""Events of an item as both interfaces and the push write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jiedao_sandbox.books import Row


def written(rows: Iterable[Row], number_field: str = "waybillNo") -> list[dict[str, Any]]:
    """The rows as items; the older interface calls the number traceNo."""
    return [
        {
            number_field: row["waybill"],
            "opTime": row["at"],
            "opCode": row["code"],
            "opName": f"操作 {row['code']}",
            "opDesc": f"【{row['office']}】操作 {row['code']}",
            "opOrgProvName": "内蒙古自治区",
            "opOrgCity": "鄂尔多斯市",
            "opOrgCode": "01700001",
            "opOrgName": row["office"],
            "operatorName": "系统自动",
            **({"deliverCode": row["manner"]} if row["manner"] else {}),
            **({"attemptDeliveryCode": row["failure"]} if row["failure"] else {}),
        }
        for row in rows
    ]
