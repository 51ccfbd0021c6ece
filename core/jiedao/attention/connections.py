"""What the connections and plugins of a street need a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from jiedao.attention.matter import Matter, Page, Severity
from jiedao.language import Text
from jiedao.registry.connections import Setup, State
from jiedao.registry.registry import Registry

_OLD_CHECK: Final = timedelta(days=7)
_RUNS_OUT: Final = timedelta(days=30)


def of_connection(one: Setup, now: datetime, today: date) -> Iterator[Matter]:
    """Everything about one connection that is in use."""
    if one.state is State.OFF:
        return
    if one.state is State.PAUSED:
        yield _paused(one)
    if one.checked and one.check and not one.check.get("passed"):
        says = _CHECK_FAILED.format(title=one.title, why=Text.from_json(one.check["says"]))
        yield _about(one, "check_failed", Severity.URGENT, says, _MEND_SETTINGS, one.checked_at)
    elif one.state is State.LIVE and one.checked_at is not None and now - one.checked_at > _OLD_CHECK:
        days = (now - one.checked_at).days
        says = _CHECK_OLD.format(title=one.title, days=days)
        yield _about(one, "check_outdated", Severity.SOON, says, _CHECK_AGAIN, one.checked_at)
    yield from _credential(one, today)


def of_plugins(registry: Registry) -> Iterator[Matter]:
    """Plugins that could not be taken in."""
    if broken := registry.quarantined:
        names = ", ".join(sorted(broken))
        says = _QUARANTINED.format(count=len(broken), names=names)
        yield Matter("plugin_quarantined", Severity.SOON, says, _SEE_WHY, Page.CATALOGUE, count=len(broken))


def _paused(one: Setup) -> Matter:
    """By hand it is a decision; with a reason something is wrong."""
    if not one.paused_because:
        return _about(one, "paused", Severity.NOTE, _BY_HAND.format(title=one.title), _OPEN, one.state_at)
    why = _BY_SETTINGS if one.paused_because == "settings" else Text.same(one.paused_because)
    says = _PAUSED.format(title=one.title, why=why)
    return _about(one, "paused", Severity.URGENT, says, _MEND_SETTINGS, one.state_at)


def _credential(one: Setup, today: date) -> Iterator[Matter]:
    last = one.terms.credential_until
    if last is None:
        return
    if last < today:
        says = _RAN_OUT.format(title=one.title, day=last.isoformat())
        yield _about(one, "credential", Severity.URGENT, says, _RENEW, None)
    elif last - today <= _RUNS_OUT:
        says = _RUNNING_OUT.format(title=one.title, day=last.isoformat(), days=(last - today).days)
        yield _about(one, "credential", Severity.SOON, says, _RENEW, None)


def _about(one: Setup, kind: str, severity: Severity, says: Text, mend: Text, since: datetime | None) -> Matter:
    return Matter(f"connection_{kind}", severity, says, mend, Page.CONNECTION, one.id, since=since)


_PAUSED: Final = Text(zh="“{title}”已暂停：{why}", en='"{title}" is paused: {why}')
_BY_SETTINGS: Final = Text(zh="设置改过，还没有重新检查启用", en="its settings were changed and not checked since")
_BY_HAND: Final = Text(zh="“{title}”由管理员暂停", en='"{title}" was paused by an administrator')
_CHECK_FAILED: Final = Text(zh="“{title}”接入检查未通过：{why}", en='The check of "{title}" did not pass: {why}')
_CHECK_OLD: Final = Text(zh="“{title}”已 {days} 天没有检查", en='"{title}" was last checked {days} days ago')
_RAN_OUT: Final = Text(
    zh="“{title}”的证书或合同已于 {day} 到期", en='The certificate or contract of "{title}" ran out on {day}'
)
_RUNNING_OUT: Final = Text(
    zh="“{title}”的证书或合同 {days} 天后（{day}）到期",
    en='The certificate or contract of "{title}" runs out in {days} days, on {day}',
)
_QUARANTINED: Final = Text(
    zh="{count} 个插件无法加载，已隔离：{names}", en="Plugins that cannot be loaded are kept apart ({count}): {names}"
)
_MEND_SETTINGS: Final = Text(zh="检查设置", en="Look at the settings")
_CHECK_AGAIN: Final = Text(zh="重新检查", en="Check it again")
_RENEW: Final = Text(zh="更换并更新日期", en="Renew it and enter the new date")
_OPEN: Final = Text(zh="打开接入", en="Open the connection")
_SEE_WHY: Final = Text(zh="查看原因", en="See why")
