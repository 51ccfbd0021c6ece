"""In-process plugins whose answers a test scripts, and a watch that stands still until it is moved.

Each double implements every hook of its family and answers "yes" unless a test has queued something else. What is
queued may be an outcome, an exception to raise, or a function of the request.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

from jiedao import hookimpl
from jiedao.hookspecs import biller as b
from jiedao.hookspecs import payment as p
from jiedao.hookspecs import points as pts
from jiedao.hookspecs.manifest import Field, Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao.problems import Invalid

NO = Declined(Text("不行", "no"), "51")


class Settings:
    """A configuration that takes anything but refuses `broken`; `secret` and `password` are secrets."""

    def load(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if "broken" in given:
            raise Invalid("settings.broken", Text("坏了", "broken"), field="broken")
        return dict(given)

    def fields(self) -> tuple[Field, ...]:
        return ()

    def secrets(self) -> frozenset[str]:
        return frozenset({"secret", "password"})


class Double:
    """What all doubles share: the script and the list of calls."""

    families: tuple[str, ...] = ()
    hooks_of_old: tuple[str, ...] = ()

    def __init__(
        self,
        name: str,
        *,
        recovery: Mapping[str, Recovery] | None = None,
        abilities: Iterable[str] = (),
        local: bool = False,
        settling: float = 0.0,
    ) -> None:
        self.name = name
        self.recovery = dict(recovery or {})
        self.abilities = frozenset(abilities)
        self.local = local
        self.settling = settling
        self.calls: list[tuple[str, Any]] = []
        self._queued: dict[str, deque[Any]] = defaultdict(deque)

    def will(self, hook: str, *answers: Any) -> None:
        """Queue answers of a hook."""
        self._queued[hook].extend(answers)

    def asked(self, hook: str) -> list[Any]:
        """The requests that a hook has seen."""
        return [request for name, request in self.calls if name == hook]

    def answer(self, hook: str, request: Any, usual: Any) -> Any:
        self.calls.append((hook, request))
        queue = self._queued[hook]
        said = queue.popleft() if queue else usual
        if isinstance(said, BaseException):
            raise said
        return said(request) if callable(said) else said

    @hookimpl
    def describe(self) -> Manifest:
        return Manifest(
            self.name,
            "1",
            Text(self.name, self.name),
            self.families,
            Settings(),
            self.recovery,
            self.local,
            self.settling,
            self.abilities,
        )

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        return cast(CheckResult, self.answer("check_connection", request, CheckResult(True, Text("好", "good"))))


class Drawer(Double):
    """Cash."""

    families = ("payment",)

    @hookimpl
    def payment_start(self, request: p.PaymentRequest) -> p.PaymentOutcome:
        return cast(p.PaymentOutcome, self.answer("payment_start", request, slip(request)))


class Acquirer(Double):
    """A card terminal."""

    families = ("payment",)

    @hookimpl
    def payment_start(self, request: p.PaymentRequest) -> p.PaymentOutcome:
        return cast(p.PaymentOutcome, self.answer("payment_start", request, slip(request)))

    @hookimpl
    def payment_query(self, request: p.PaymentQuery) -> p.PaymentAnswer:
        return cast(p.PaymentAnswer, self.answer("payment_query", request, NotFound()))

    @hookimpl
    def payment_reverse(self, request: p.UndoRequest) -> p.PaymentOutcome:
        return cast(p.PaymentOutcome, self.answer("payment_reverse", request, slip(request)))

    @hookimpl
    def payment_void(self, request: p.UndoRequest) -> p.PaymentOutcome:
        return cast(p.PaymentOutcome, self.answer("payment_void", request, slip(request)))

    @hookimpl
    def payment_refund(self, request: p.UndoRequest) -> p.PaymentOutcome:
        return cast(p.PaymentOutcome, self.answer("payment_refund", request, slip(request)))

    @hookimpl
    def payment_batch_close(self, request: p.BatchRequest) -> p.BatchOutcome:
        totals = p.BatchTotals("000007", 9000, 1, 0, 0, balanced=True)
        return cast(p.BatchOutcome, self.answer("payment_batch_close", request, Succeeded(totals)))


class Holder(Acquirer):
    """A card terminal that only reserves money, until it is captured."""

    @hookimpl
    def payment_start(self, request: p.PaymentRequest) -> p.PaymentOutcome:
        return cast(p.PaymentOutcome, self.answer("payment_start", request, held(request)))

    @hookimpl
    def payment_capture(self, request: p.CaptureRequest) -> p.PaymentOutcome:
        return cast(p.PaymentOutcome, self.answer("payment_capture", request, slip(request)))


class Hub(Double):
    """Many billers. `bills` is what a customer owes, by biller and account."""

    families = ("biller",)

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(name, **more)
        self.bills: dict[tuple[str, str], tuple[b.Bill, ...]] = {}

    @hookimpl
    def biller_catalogue(self, request: b.CatalogueRequest) -> b.Catalogue:
        return cast(b.Catalogue, self.answer("biller_catalogue", request, CATALOGUE))

    @hookimpl
    def biller_fetch(self, request: b.FetchRequest) -> b.FetchOutcome:
        found = self.bills.get((request.biller, request.inputs["account"]), ())
        return cast(b.FetchOutcome, self.answer("biller_fetch", request, Succeeded(found)))

    @hookimpl
    def biller_validate(self, request: b.ValidateRequest) -> b.ValidateOutcome:
        return cast(b.ValidateOutcome, self.answer("biller_validate", request, Succeeded(None)))

    @hookimpl
    def biller_pay(self, request: b.PayRequest) -> b.BillerOutcome:
        return cast(b.BillerOutcome, self.answer("biller_pay", request, acknowledged(request)))

    @hookimpl
    def biller_query(self, request: b.BillerQuery) -> b.BillerAnswer:
        return cast(b.BillerAnswer, self.answer("biller_query", request, NotFound()))

    @hookimpl
    def biller_cancel(self, request: b.CancelRequest) -> b.BillerOutcome:
        return cast(b.BillerOutcome, self.answer("biller_cancel", request, acknowledged(request)))


class Files(Double):
    """Bills that were delivered by file and stand in our own table."""

    families = ("biller",)

    @hookimpl
    def biller_catalogue(self, request: b.CatalogueRequest) -> b.Catalogue:
        return cast(b.Catalogue, self.answer("biller_catalogue", request, CATALOGUE))

    @hookimpl
    def biller_pay(self, request: b.PayRequest) -> b.BillerOutcome:
        return cast(b.BillerOutcome, self.answer("biller_pay", request, acknowledged(request)))

    @hookimpl
    def biller_import(self, request: b.ImportRequest) -> b.ImportedBills:
        return cast(b.ImportedBills, self.answer("biller_import", request, b.ImportedBills(())))

    @hookimpl
    def biller_export(self, request: b.ExportRequest) -> b.ExportedFile:
        usual = b.ExportedFile("paid.csv", "text/csv", b"")
        return cast(b.ExportedFile, self.answer("biller_export", request, usual))


class CancellingFiles(Files):
    """A local biller that is asked before a refund."""

    @hookimpl
    def biller_cancel(self, request: b.CancelRequest) -> b.BillerOutcome:
        return cast(b.BillerOutcome, self.answer("biller_cancel", request, acknowledged(request)))


class Issuer(Double):
    """The points card's issuer. `rates` is in points for each yuan."""

    families = ("points",)

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(name, **more)
        self.rates: dict[str, Decimal] = {}
        self.pending_days = 0
        self.valid_months = 12

    @hookimpl
    def points_accrue(self, request: pts.AccrualRequest) -> pts.Accrual:
        usual = pts.Accrual(self.rates, self.pending_days, self.valid_months)
        return cast(pts.Accrual, self.answer("points_accrue", request, usual))

    @hookimpl
    def points_card(self, request: pts.CardRequest) -> pts.CardOutcome:
        usual = Succeeded(pts.CardHolder(request.card, "M1", "王小明", True))
        return cast(pts.CardOutcome, self.answer("points_card", request, usual))

    @hookimpl
    def points_claim(self, request: pts.ClaimRequest) -> pts.ClaimOutcome:
        usual = Succeeded(pts.ClaimReceipt(f"C{request.total}", request.total))
        return cast(pts.ClaimOutcome, self.answer("points_claim", request, usual))

    @hookimpl
    def points_claim_query(self, request: pts.ClaimQuery) -> pts.ClaimAnswer:
        return cast(pts.ClaimAnswer, self.answer("points_claim_query", request, NotFound()))


def slip(request: Any) -> Succeeded[p.Slip]:
    """The evidence of a card sale or its undoing."""
    return Succeeded(p.Slip(f"RRN{request.operation[-6:]}", "622848******1234", "A12345"))


def acknowledged(request: Any) -> Succeeded[b.Acknowledgement]:
    """A biller's evidence."""
    return Succeeded(b.Acknowledgement(f"ACK{request.operation[-6:]}"))


def held(request: Any) -> Succeeded[p.Slip]:
    """Money that is reserved."""
    return Succeeded(replace(slip(request).detail, reserved=True))


def taken(_request: Any = None) -> Pending:
    """The provider will decide later."""
    return Pending("P1")


def _biller(code: str, category: str, amount: b.AmountRule, fetch: b.FetchRule = b.FetchRule.MANDATORY) -> b.Biller:
    rule = b.InputRule("account", Text("户号", "account"), r"\d{4}", "0001")
    return b.Biller(code, Text(f"{code}公司", f"{code} company"), category, (rule,), fetch, amount, maximum=1_000_000)


CATALOGUE = (
    _biller("ELEC", "electricity", b.AmountRule.EXACT),
    _biller("WATER", "water", b.AmountRule.EXACT),
    _biller("PROP", "property", b.AmountRule.PART),
    _biller("GAS", "gas", b.AmountRule.OVER),
    _biller("PHONE", "phone", b.AmountRule.ANY, b.FetchRule.NONE),
)
DUE = date(2026, 3, 31)
