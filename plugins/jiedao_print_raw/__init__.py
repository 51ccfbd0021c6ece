"""Printing on a network printer by till: bytes as they come, after asking how the printer is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import RAISE, Schema, fields, validate

from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import CheckRequest, CheckResult, Printed, PrintOutcome, PrintRequest
from jiedao.hookspecs.wire import Wire
from jiedao.language import Text
from jiedao_connectors.rawprint import MaybePrinted, NotPrinted, Printer, PrintProblem, Trouble, print_raw, state_of
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, setting

__all__ = ["plugin"]

_TAKES: Final = {"escpos": "application/vnd.escpos", "pdf": "application/pdf"}
"""What each kind of printer understands."""


class PrinterRow(Schema):
    """One printer. `confirms` is false for those that do not answer ``GS r``."""

    class Meta:
        """Unknown columns are mistakes."""

        unknown = RAISE

    host = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9.:-]{1,253}\Z"))
    port = fields.Integer(load_default=9100, strict=True, validate=validate.Range(min=1, max=65535))
    kind = fields.String(load_default="escpos", validate=validate.OneOf(list(_TAKES)))
    confirms = fields.Boolean(load_default=True)


class Settings(PluginSettings):
    """Which printer stands at which till."""

    printers = setting(
        fields.Dict(
            keys=fields.String(validate=validate.Length(min=1, max=40)),
            values=fields.Nested(PrinterRow),
            required=True,
            validate=validate.Length(min=1, max=1000),
        ),
        zh="各窗口打印机",
        en="Printer of each till",
        help_zh="收银台 → 地址 host、端口 port（9100）、类型 kind（escpos 或 pdf）、是否回报 confirms",
        help_en="Till → host, port (9100), kind (escpos or pdf), confirms (whether it answers GS r)",
    )


class PrintRaw:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """A small service."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask every printer how it is; nothing is printed."""
        printers = request.connection.settings["printers"]
        for till, row in printers.items():
            try:
                trouble = state_of(_printer(row), request.deadline / len(printers))
            except PrintProblem as failed:
                return CheckResult(False, _FAILED.format(till=till, why=str(failed)))
            if trouble is not None:
                return CheckResult(False, _FAILED.format(till=till, why=_TROUBLES[trouble]))
        return CheckResult(True, _READY.format(count=len(printers)))

    @hookimpl
    def print_document(self, request: PrintRequest) -> PrintOutcome:
        """Ask, then send all of it; what is wrong with the printer is said before anything is sent."""
        row = request.connection.settings["printers"].get(request.till)
        if row is None:
            return Declined(_NO_PRINTER.format(till=request.till), "NO_PRINTER")
        if request.document.media_type != _TAKES[row["kind"]]:
            return Declined(_CANNOT.format(kind=request.document.media_type), "MEDIA_TYPE")
        with _WIRE.acting():
            trouble = print_raw(_printer(row), request.document.content, request.deadline)
        return Succeeded(Printed()) if trouble is None else Declined(_TROUBLES[trouble], trouble.value.upper())


def _printer(row: Mapping[str, Any]) -> Printer:
    return Printer(row["host"], row["port"], row["kind"] == "escpos", row["confirms"])


_WIRE: Final = Wire(not_sent=NotPrinted, in_doubt=MaybePrinted)
_TROUBLES: Final = {
    Trouble.COVER: Text(zh="打印机盖子没有关好", en="The printer's cover is open"),
    Trouble.PAPER: Text(zh="打印机缺纸", en="The printer is out of paper"),
    Trouble.ERROR: Text(zh="打印机有故障，请查看指示灯", en="The printer reports a fault; look at its lights"),
}
_MANIFEST: Final = Manifest(
    name="jiedao_print_raw",
    version="0.1.0",
    title=Text(zh="网络打印机", en="Network printer"),
    families=("service",),
    configuration=SettingsConfiguration(Settings),
)
_READY: Final = Text(zh="{count} 台打印机就绪", en="{count} printers are ready")
_FAILED: Final = Text(zh="窗口 {till} 的打印机：{why}", en="The printer of till {till}: {why}")
_NO_PRINTER: Final = Text(zh="窗口 {till} 没有打印机", en="There is no printer at till {till}")
_CANNOT: Final = Text(zh="这台打印机不能打印 {kind}", en="This printer does not print {kind}")

plugin: Final = PrintRaw()
