"""To whom an item may be handed so that it counts as served, by what it was sent for. Pure.

A service item names its purpose; a purpose names the recipient classes that serve. Addressee-only items narrow them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from jiedao.hookspecs.postal import Handling, RecipientClass
from jiedao.language import Text
from jiedao.problems import Invalid


class Purpose(StrEnum):
    """What an item is sent for."""

    ORDINARY = "ordinary"
    """Nothing depends on who takes it."""
    CERTIFICATE = "certificate"
    """A finished certificate or permit: to the addressee or somebody who stands for them."""
    NOTICE = "notice"
    """A decision with a time limit: also an adult of the household or an authorised employee."""
    PERSONAL = "personal"
    """Identity papers, cards, secrets: to the addressee, a legal representative or a proxy."""


_R = RecipientClass
ADDRESSEE_ONLY: Final = frozenset({_R.ADDRESSEE, _R.PROXY})
ALLOWED: Final[dict[Purpose, frozenset[RecipientClass]]] = {
    Purpose.ORDINARY: frozenset(_R),
    Purpose.CERTIFICATE: frozenset({_R.ADDRESSEE, _R.PROXY, _R.REPRESENTATIVE, _R.HOUSEHOLD, _R.EMPLOYEE}),
    Purpose.NOTICE: frozenset({_R.ADDRESSEE, _R.PROXY, _R.REPRESENTATIVE, _R.HOUSEHOLD, _R.EMPLOYEE, _R.AUTHORITY}),
    Purpose.PERSONAL: frozenset({_R.ADDRESSEE, _R.PROXY, _R.REPRESENTATIVE}),
}
"""Recipient classes that serve, by purpose."""


def allowed(purpose: str, handling: Handling, named: Iterable[str] = ()) -> frozenset[RecipientClass]:
    """The classes that serve: those that the service item names, else its purpose's; less when addressee-only."""
    if purpose not in list(Purpose):
        raise Invalid("consignment.purpose", _PURPOSE.format(known="/".join(Purpose)), field="purpose")
    classes = frozenset(map(_class, named)) or ALLOWED[Purpose(purpose)]
    classes = classes & ADDRESSEE_ONLY if handling.addressee_only else classes
    if not classes:
        raise Invalid("consignment.nobody", _NOBODY, field="allowed")
    return classes


def _class(name: str) -> RecipientClass:
    if name not in list(RecipientClass):
        raise Invalid("consignment.recipient_class", _CLASS.format(name=name), field="allowed")
    return RecipientClass(name)


CLASS_NAMES: Final = {
    _R.ADDRESSEE: Text(zh="本人", en="Addressee"),
    _R.HOUSEHOLD: Text(zh="同住成年家属", en="Adult of the household"),
    _R.PROXY: Text(zh="持授权委托书的代收人", en="Proxy with a power of attorney"),
    _R.REPRESENTATIVE: Text(zh="法定代理人或负责人", en="Legal representative"),
    _R.EMPLOYEE: Text(zh="单位收发人员", en="Authorised employee"),
    _R.NEIGHBOUR: Text(zh="邻居", en="Neighbour"),
    _R.MANAGEMENT: Text(zh="物业、门卫或收发室", en="Property management, porter or mail room"),
    _R.AUTHORITY: Text(zh="所在机构", en="Institution that takes post for those in it"),
    _R.LOCKER: Text(zh="智能快件箱", en="Locker"),
    _R.OFFICE: Text(zh="网点自取，身份未说明", en="Fetched at an office, by whom is not said"),
    _R.UNKNOWN: Text(zh="邮局未说明", en="The post does not say"),
}
PURPOSE_NAMES: Final = {
    Purpose.ORDINARY: Text(zh="普通邮件", en="Ordinary post"),
    Purpose.CERTIFICATE: Text(zh="证照文书", en="Certificate"),
    Purpose.NOTICE: Text(zh="通知决定", en="Decision or notice"),
    Purpose.PERSONAL: Text(zh="本人重要证件", en="Personal papers"),
}
_PURPOSE: Final = Text(zh="用途应为其中之一：{known}", en="The purpose is one of {known}")
_CLASS: Final = Text(zh="没有签收人类别“{name}”", en='There is no recipient class "{name}"')
_NOBODY: Final = Text(
    zh="限本人签收与所列签收人类别没有交集", en="Addressee-only leaves nobody of the classes that are named"
)
