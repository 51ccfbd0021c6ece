"""Who the plugin is, and whether a connection works."""

from __future__ import annotations

import time

from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import PluginError
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_connectors.unionpay.terminal_link import TerminalLink
from jiedao_unionpay_pos.settings import configuration
from jiedao_unionpay_pos.terminals import link_errors, terminals_of


@hookimpl
def describe() -> Manifest:
    """A sale whose outcome is unknown is reversed; everything else may be sent again under its reference."""
    return Manifest(
        name="jiedao_unionpay_pos",
        version="0.1.0",
        title=Text("银联 POS 终端", "UnionPay card terminal"),
        families=("payment",),
        configuration=configuration,
        recovery={
            "payment_start": Recovery.REVERSE,
            "payment_reverse": Recovery.RESEND,
            "payment_void": Recovery.RESEND,
            "payment_refund": Recovery.RESEND,
            "payment_batch_close": Recovery.RESEND,
        },
        abilities=frozenset({"void", "refund", "partial_refund", "batch"}),
    )


@hookimpl
def check_connection(request: CheckRequest) -> CheckResult:
    """Every terminal must answer, with our secret, and reach the acquirer. No money moves."""
    end = time.monotonic() + request.deadline
    found = []
    for till, link in terminals_of(request.connection).all().items():
        try:
            found.append(_status(link, max(0.1, end - time.monotonic())))
        except PluginError as wrong:
            return CheckResult(False, FAILED.format(till=till, why=wrong.says))
    return CheckResult(True, PASSED.format(terminals=", ".join(found)))


def _status(link: TerminalLink, seconds: float) -> str:
    with link_errors():
        status = link.status(seconds=seconds)
        return f"{status.merchant}/{status.terminal}"


PASSED = Text("终端正常：{terminals}", "Terminals answer: {terminals}")
FAILED = Text("收银台 {till} 的终端：{why}", "Terminal of till {till}: {why}")
