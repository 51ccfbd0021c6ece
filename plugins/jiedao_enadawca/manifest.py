"""Who the plugin is, and whether a connection works."""

from __future__ import annotations

from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import PluginError
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_connectors.addresses import is_private
from jiedao_enadawca import answers
from jiedao_enadawca.exchange import Talk
from jiedao_enadawca.settings import SETTLING, configuration


@hookimpl
def describe() -> Manifest:
    """Drafts and envelopes are looked up; a draft can be thrown away twice; a complaint cannot be asked for."""
    return Manifest(
        name="jiedao_enadawca",
        version="0.1.0",
        title=Text(zh="波兰邮政电子交寄", en="Polish post (Elektroniczny Nadawca)"),
        families=("postal",),
        configuration=configuration,
        recovery={
            "postal_create": Recovery.QUERY,
            "postal_dispatch": Recovery.QUERY,
            "postal_cancel": Recovery.RESEND,
            "postal_complain": Recovery.NONE,
        },
        settling=float(SETTLING),
        abilities=frozenset({"withdraw", "dispatch", "offices", "proof", "outbox", "complain"}),
    )


@hookimpl
def check_connection(request: CheckRequest) -> CheckResult:
    """Ask where the account may post: interface file, address, login and office must be right. Changes nothing."""
    if request.connection.live and not _is_private(request.connection):
        return CheckResult(False, _NOT_PRIVATE)
    talk, office = Talk(request), request.connection.settings["office"]
    try:
        with talk.asking():
            known = answers.posting_offices(talk.call("getUrzedyNadania"))
    except PluginError as failed:
        return CheckResult(False, _FAILED.format(why=failed.says))
    if office not in known:
        return CheckResult(False, _NO_OFFICE.format(office=office, known=", ".join(map(str, sorted(known)))))
    return CheckResult(True, _CONNECTED.format(office=known[office] or office))


def _is_private(connection: Connection) -> bool:
    """Names and addresses must not cross a network in clear; within one machine they cross none."""
    return is_private(connection.settings["url"])


_CONNECTED: Final = Text(zh="连接正常，在 {office} 交寄", en="Connected; items are posted at {office}")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NO_OFFICE: Final = Text(
    zh="此账户不能在 {office} 交寄，可选：{known}", en="This account may not post at {office}; it may at {known}"
)
_NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The address must be https to go live")
