"""What people did with a connection: who switched it, changed its settings or terms, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from jiedao.language import Text, listed
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param

_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Happened:
    """One act of a person. `who` is the name, empty where nobody of that id is on the staff any more."""

    at: datetime
    who: str
    says: Text


def history(tx: Tx, connection: str, labels: Mapping[str, Text]) -> list[Happened]:
    """The latest acts, newest first; `labels` are the words for the names of settings."""
    rows = tx.rows(_LATEST, subject=f"connection {connection}", most=_MOST)
    return [Happened(row.at, row.name or "", _said(row.action, row.detail, labels)) for row in rows]


def _said(action: str, detail: Mapping[str, Any], labels: Mapping[str, Text]) -> Text:
    if action == "connection.switch":
        return _SWITCHED.get(detail.get("to", ""), Text.same(action))
    words = _TERMS if action == "connection.terms" else labels
    names = listed([words.get(name, Text.same(name)) for name in detail.get("names", ())])
    return _ACTIONS.get(action, Text.same(action)).format(names=names, **_streets(detail))


def _streets(detail: Mapping[str, Any]) -> dict[str, str]:
    return {"from_street": detail.get("from_street", ""), "to_street": detail.get("to_street", "")}


_A, _S = tables.audit.c, tables.staff.c
_LATEST: Final = (
    select(_A.at, _A.action, _A.detail, _S.name)
    .select_from(tables.audit.outerjoin(tables.staff, (_S.street == _A.street) & (_S.id == _A.staff)))
    .where(_A.street == STREET, _A.subject == param("subject"))
    .order_by(_A.at.desc(), _A.id.desc())
    .limit(param("most"))
)
_TERMS: Final = {
    "least": Text(zh="每笔下限", en="least for one"),
    "most": Text(zh="每笔上限", en="most for one"),
    "daily": Text(zh="每日上限", en="most in a day"),
    "hours": Text(zh="办理时间", en="hours"),
    "on_holidays": Text(zh="节假日", en="public holidays"),
    "groups": Text(zh="居民人群", en="resident groups"),
    "since": Text(zh="起办日期", en="first day"),
    "credential_until": Text(zh="证书或合同有效期", en="certificate or contract"),
}
_SWITCHED: Final = {
    "off": Text(zh="关闭", en="switched it off"),
    "test": Text(zh="转入试用", en="put it into Test"),
    "live": Text(zh="正式启用", en="took it Live"),
    "paused": Text(zh="暂停", en="paused it"),
}
_ACTIONS: Final = {
    "connection.create": Text(zh="新建接入", en="set it up"),
    "connection.configure": Text(zh="修改设置：{names}", en="changed settings: {names}"),
    "connection.trial": Text(zh="试过设置：{names}", en="tried settings: {names}"),
    "connection.terms": Text(zh="修改约定：{names}", en="changed terms: {names}"),
    "connection.copy": Text(zh="从街道 {from_street} 复制", en="copied it from street {from_street}"),
    "connection.copied": Text(zh="复制到街道 {to_street}", en="copied it to street {to_street}"),
}
"""Acts by their name in the audit."""
