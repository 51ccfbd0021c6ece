"""Billers without an interface, such as a property company: bills come as a file, what was paid goes back as a file.

Nothing outside is called: a payment is done when the street has written it down, and is reported with the next file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao import hookimpl
from jiedao.hookspecs.biller import (
    Acknowledgement,
    AmountRule,
    Biller,
    BillerOutcome,
    Catalogue,
    CatalogueRequest,
    ExportedFile,
    ExportRequest,
    FetchRule,
    FileError,
    ImportedBills,
    ImportRequest,
    InputRule,
    PayRequest,
)
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_billfile.incoming import import_bills
from jiedao_billfile.outgoing import export_paid
from jiedao_billfile.settings import configuration
from jiedao_schemas.billfile import MAXIMUM

__all__ = ["plugin"]


class BillFile:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Local: there is nobody who could leave an answer out."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Nothing to connect to; says how many billers are set up."""
        return CheckResult(True, _READY.format(count=len(request.connection.settings["billers"])))

    @hookimpl
    def biller_catalogue(self, request: CatalogueRequest) -> Catalogue:
        """The billers of the settings."""
        return tuple(_biller(one) for one in request.connection.settings["billers"])

    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        """Done at once; our operation is the reference that the biller will read in its file."""
        if _find(request.connection, request.biller) is None:
            return Declined(_UNKNOWN, "UNKNOWN_BILLER")
        return Succeeded(Acknowledgement(reference=request.operation))

    @hookimpl
    def biller_import(self, request: ImportRequest) -> ImportedBills:
        """Read a delivered file."""
        biller = _find(request.connection, request.biller)
        if biller is None:
            return ImportedBills((), (FileError(0, "", _UNKNOWN),))
        return import_bills(request.biller, biller["account_pattern"], request.name, request.content)

    @hookimpl
    def biller_export(self, request: ExportRequest) -> ExportedFile:
        """Write what was paid."""
        return export_paid(request.biller, request.format, request.paid)


def _find(connection: Connection, code: str) -> Mapping[str, Any] | None:
    return next((one for one in connection.settings["billers"] if one["code"] == code), None)


def _biller(one: Mapping[str, Any]) -> Biller:
    return Biller(
        code=one["code"],
        name=Text(zh=one["name_zh"], en=one["name_en"]),
        category=one["category"],
        inputs=(InputRule("account", _ACCOUNT, one["account_pattern"], one["account_example"]),),
        fetch=FetchRule.MANDATORY,
        amount=AmountRule(one["amount"]),
        maximum=MAXIMUM,
    )


_MANIFEST: Final = Manifest(
    name="jiedao_billfile",
    version="0.1.0",
    title=Text(zh="账单文件", en="Bills by file"),
    families=("biller",),
    configuration=configuration,
    local=True,
    abilities=frozenset({"import", "export"}),
)
_READY: Final = Text(zh="不需要连接；已设置 {count} 个收费单位", en="Needs no connection; billers set up: {count}")
_UNKNOWN: Final = Text(zh="没有设置这个收费单位", en="This biller is not set up")
_ACCOUNT: Final = Text(zh="户号", en="Account")

plugin: Final = BillFile()
