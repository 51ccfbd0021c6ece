"""A post office without an interface: numbers from a range that it gave, postage by table, labels drawn here.

Nothing is entered outside, so every act succeeds inside the core's transaction. What happens to an item later is
typed in by staff; this plugin tracks nothing.
"""

from __future__ import annotations

from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Succeeded
from jiedao.hookspecs.postal import (
    Consigned,
    CreateOutcome,
    CreateRequest,
    DocumentOutcome,
    LabelRequest,
    QuoteOutcome,
    QuoteRequest,
    Withdrawn,
    WithdrawOutcome,
    WithdrawRequest,
)
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao_counterbook import tariff
from jiedao_counterbook.numbers import refused
from jiedao_counterbook.settings import configuration
from jiedao_counterbook.tariff import NotCarried

__all__ = ["plugin"]


class Counterbook:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Local: its acts are called inside the transaction that records them."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """There is nothing to reach; a label is drawn, which needs the font to be one."""
        from jiedao_counterbook.lettering import BadFont, Lettering

        try:
            Lettering(request.connection.settings["font"])
        except BadFont as failed:
            return CheckResult(False, _BAD_FONT.format(why=str(failed)))
        return CheckResult(True, _READY.format(count=len(request.connection.settings["tariff"])))

    @hookimpl
    def postal_quote(self, request: QuoteRequest) -> QuoteOutcome:
        """Every product of the tariff that carries the item."""
        settings = request.connection.settings
        try:
            return Succeeded(tariff.quotes(settings, request.item, request.handling, request.recipient.country))
        except NotCarried as failed:
            return Declined(failed.says, "NOT_CARRIED")

    @hookimpl
    def postal_create(self, request: CreateRequest) -> CreateOutcome:
        """The item bears its number; the post's own books are a sheet of paper that goes along."""
        wrong = refused(request.number, request.connection.settings["formats"]) or _underpaid(request)
        return wrong or Succeeded(Consigned(request.number))

    @hookimpl
    def postal_cancel(self, request: WithdrawRequest) -> WithdrawOutcome:
        """The item still lies here, or the core would not ask: nobody outside has to be told."""
        return Succeeded(Withdrawn())

    @hookimpl
    def postal_label(self, request: LabelRequest) -> DocumentOutcome:
        """Draw it; names with characters that no font has are refused, so that no item goes out with a gap."""
        from jiedao_counterbook.label import SIZES, Label
        from jiedao_counterbook.lettering import BadFont, Lettering, Unwritable

        size = request.size or next(iter(SIZES))
        if size not in SIZES:
            return Declined(_NO_SIZE.format(size=size, known=", ".join(SIZES)), "NO_SIZE")
        try:
            content = Label(Lettering(request.connection.settings["font"]), size).draw(request)
        except Unwritable as failed:
            return Declined(_UNWRITABLE.format(characters=failed.characters), "UNWRITABLE")
        except BadFont as failed:
            raise InvalidConfig(str(failed)) from failed
        return Succeeded(Document(f"{request.number}.pdf", "application/pdf", content))


def _underpaid(request: CreateRequest) -> Declined | None:
    """Postage that is not the tariff's: the post would hand the item back."""
    settings = request.connection.settings
    try:
        row = tariff.product(settings, request.product)
        due = tariff.postage(row, request.item, request.handling, request.recipient.country)
    except NotCarried as failed:
        return Declined(failed.says, "NOT_CARRIED")
    if (request.postage, request.currency) == (due, settings["currency"]):
        return None
    return Declined(_OTHER_POSTAGE.format(due=due, currency=settings["currency"]), "POSTAGE")


_MANIFEST: Final = Manifest(
    name="jiedao_counterbook",
    version="0.1.0",
    title=Text(zh="邮局（无接口）", en="Post office without an interface"),
    families=("postal",),
    configuration=configuration,
    local=True,
    abilities=frozenset({"withdraw", "own_numbers"}),
)
_READY: Final = Text(zh="无需连接；资费表有 {count} 种产品", en="Needs no connection; the tariff has {count} products")
_BAD_FONT: Final = Text(zh="标签字体不能用：{why}", en="The font of labels cannot be used: {why}")
_OTHER_POSTAGE: Final = Text(
    zh="邮资与资费表不符，应为 {due} 分（{currency}），请重新计费",
    en="The postage is not the tariff's, which is {due} fen ({currency}); ask for a quote again",
)
_NO_SIZE: Final = Text(zh="没有 {size} 这种标签，可选 {known}", en="There is no label {size}; there are {known}")
_UNWRITABLE: Final = Text(
    zh="标签字体写不出“{characters}”，请在设置中指定有这些字的字体文件，或手写标签",
    en='The font of labels cannot write "{characters}"; enter a font file that has them, or write the label by hand',
)

plugin: Final = Counterbook()
