"""Plugins whose answers a test scripts, shaped as any plugin is; their books are plain attributes.

    acquirer = Acquirer(Recovery.QUERY)
    acquirer.will("payment_start", Step(answer=OutcomeUnknown("line cut")))     # books it, then says nothing
    acquirer.will("payment_start", Step(effect=False, answer=Unavailable("no line")))

`calls` holds what was really sent, in order. No biller here de-duplicates: what is sent twice is booked twice.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from jiedao import hookimpl
from jiedao.hookspecs import postal
from jiedao.hookspecs.biller import (
    Acknowledgement,
    AmountRule,
    Bill,
    Biller,
    BillerAnswer,
    BillerOutcome,
    BillerQuery,
    CancelRequest,
    Catalogue,
    CatalogueRequest,
    FetchOutcome,
    FetchRequest,
    FetchRule,
    InputRule,
    PayRequest,
)
from jiedao.hookspecs.certification import (
    BatchOutcome as PeopleOutcome,
)
from jiedao.hookspecs.certification import (
    BatchRequest as PeopleRequest,
)
from jiedao.hookspecs.certification import (
    Beneficiary,
    Finding,
    HistoryOutcome,
    HistoryRequest,
    LookupOutcome,
    LookupRequest,
    Record,
    Standing,
    SubmitAnswer,
    SubmitOutcome,
    SubmitQuery,
    SubmitRequest,
    Verdict,
)
from jiedao.hookspecs.manifest import Field, Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, NotFound, Succeeded
from jiedao.hookspecs.payment import (
    BatchOutcome,
    BatchRequest,
    BatchTotals,
    PaymentAnswer,
    PaymentOutcome,
    PaymentQuery,
    PaymentRequest,
    Slip,
    UndoRequest,
)
from jiedao.hookspecs.points import (
    Accrual,
    AccrualRequest,
    ClaimAnswer,
    ClaimOutcome,
    ClaimQuery,
    ClaimReceipt,
    ClaimRequest,
)
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.hookspecs.values import Document
from jiedao.language import Text

ANYTHING_GOES = Text.same("double")


class AnySettings:
    """A configuration that takes whatever it is given; a setting called secret is one."""

    def load(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """As given."""
        return dict(given)

    def fields(self) -> tuple[Field, ...]:
        """None."""
        return ()

    def secrets(self) -> frozenset[str]:
        """The one that says so."""
        return frozenset({"secret"})


@dataclass(frozen=True)
class Step:
    """What one call does: wait, book it or not, and answer (or raise) something; None is the honest answer."""

    effect: bool = True
    answer: Any = None
    before: Callable[[], object] = field(default=lambda: None)
    """Called before the effect: a stall, or a look at what is going on."""
    after: Callable[[], object] = field(default=lambda: None)
    """Called between effect and answer."""


class Double:
    """What all doubles share: the record of calls, and the script of the next ones."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self._script: dict[str, deque[Step]] = {}
        self._lock = threading.Lock()

    def will(self, hook: str, *steps: Step) -> None:
        """Say what the next calls of a hook do; after that it is honest again."""
        self._script.setdefault(hook, deque()).extend(steps)

    def sent(self, hook: str) -> list[str]:
        """The operations of all calls of a hook, in order."""
        return [operation for name, operation in self.calls if name == hook]

    def _act(self, hook: str, operation: str, effect: Callable[[], Any]) -> Any:
        with self._lock:
            self.calls.append((hook, operation))
            script = self._script.get(hook)
            step = script.popleft() if script else Step()
        step.before()
        with self._lock:
            honest = effect() if step.effect else None
        step.after()
        if isinstance(step.answer, BaseException):
            raise step.answer
        return honest if step.answer is None else step.answer

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Always in order."""
        return CheckResult(True, ANYTHING_GOES)


class Acquirer(Double):
    """Takes cards. `recovery` is declared for `payment_start`; everything else may be sent again."""

    def __init__(self, recovery: Recovery = Recovery.QUERY, name: str = "double_acquirer", settling: float = 0) -> None:
        super().__init__()
        self.name, self.recovery, self.settling = name, recovery, settling
        self.taken: dict[str, int] = {}
        self.undone: dict[str, tuple[str, int]] = {}
        """Reversals, voids and refunds by their own reference: what they undo, and how much."""
        self.cancelled: set[str] = set()
        """Sales that a reversal overtook: they are refused when they come."""

    @property
    def balance(self) -> int:
        """What this acquirer owes the street, in fen."""
        return sum(self.taken.values()) - sum(amount for _, amount in self.undone.values())

    @hookimpl
    def describe(self) -> Manifest:
        """As it was made."""
        undoing = dict.fromkeys(
            ("payment_reverse", "payment_void", "payment_refund", "payment_batch_close"), Recovery.RESEND
        )
        return Manifest(
            name=self.name,
            version="1",
            title=ANYTHING_GOES,
            families=("payment",),
            configuration=AnySettings(),
            recovery={"payment_start": self.recovery, **undoing},
            settling=self.settling,
            abilities=frozenset({"void", "refund", "partial_refund", "batch"}),
        )

    @hookimpl
    def payment_start(self, request: PaymentRequest) -> PaymentOutcome:
        """Take the money, once for each reference where resending is declared to be safe."""

        def take() -> Any:
            again = request.operation in self.taken and self.recovery is not Recovery.RESEND
            self.taken[request.operation] = request.amount + (self.taken[request.operation] if again else 0)
            return Succeeded(self._slip(request.operation))

        outcome: PaymentOutcome = self._act("payment_start", request.operation, take)
        return outcome

    @hookimpl
    def payment_query(self, request: PaymentQuery) -> PaymentAnswer:
        """Look into the books."""

        def look() -> Any:
            known = request.operation in self.taken
            return Succeeded(self._slip(request.operation)) if known else NotFound()

        answer: PaymentAnswer = self._act("payment_query", request.operation, look)
        return answer

    @hookimpl
    def payment_reverse(self, request: UndoRequest) -> PaymentOutcome:
        """Undo what was taken; nothing to undo is fine."""
        return self._undo("payment_reverse", request, self.taken.get(request.original, 0))

    @hookimpl
    def payment_void(self, request: UndoRequest) -> PaymentOutcome:
        """Undo a whole sale."""
        return self._undo("payment_void", request, request.amount)

    @hookimpl
    def payment_refund(self, request: UndoRequest) -> PaymentOutcome:
        """Give back a part."""
        return self._undo("payment_refund", request, request.amount)

    @hookimpl
    def payment_batch_close(self, request: BatchRequest) -> BatchOutcome:
        """Totals of everything so far."""
        sales, refunds = sum(self.taken.values()), sum(amount for _, amount in self.undone.values())
        totals = BatchTotals("000001", sales, len(self.taken), refunds, len(self.undone), balanced=True)
        outcome: BatchOutcome = self._act("payment_batch_close", request.operation, lambda: Succeeded(totals))
        return outcome

    def _undo(self, hook: str, request: UndoRequest, amount: int) -> PaymentOutcome:
        def undo() -> Any:
            if amount and request.operation not in self.undone:
                self.undone[request.operation] = (request.original, amount)
            return Succeeded(self._slip(request.operation))

        outcome: PaymentOutcome = self._act(hook, request.operation, undo)
        return outcome

    def _slip(self, operation: str) -> Slip:
        return Slip(f"RRN{operation[-9:]}", "622848******1234", "123456", "000001", "000001", "T", "M")


class BillOffice(Double):
    """Bills people: an account of digits owes 50.00 yuan and its last four digits in fen, every time it is asked."""

    def __init__(
        self,
        recovery: Recovery = Recovery.QUERY,
        name: str = "double_biller",
        settling: float = 0,
        *,
        cancels: bool = True,
    ) -> None:
        super().__init__()
        self.name, self.recovery, self.settling, self.cancels = name, recovery, settling, cancels
        self.booked: list[tuple[str, int]] = []
        """Payments as they were booked, with their reference: a reference that stands here twice was paid twice."""
        self.cancelled: dict[str, int] = {}

    @property
    def balance(self) -> int:
        """What the street owes this office, in fen."""
        return sum(amount for _, amount in self.booked) - sum(self.cancelled.values())

    @hookimpl
    def describe(self) -> Manifest:
        """As it was made."""
        return Manifest(
            name=self.name,
            version="1",
            title=ANYTHING_GOES,
            families=("biller",),
            configuration=AnySettings(),
            recovery={"biller_pay": self.recovery, "biller_cancel": Recovery.RESEND},
            settling=self.settling,
            abilities=frozenset({"fetch", "cancel"} if self.cancels else {"fetch"}),
        )

    @hookimpl
    def biller_catalogue(self, request: CatalogueRequest) -> Catalogue:
        """One biller for each category that tests use; any amount up to the bill may be paid."""
        inputs = (InputRule("account", ANYTHING_GOES, r"\d{4,12}"),)
        return tuple(
            Biller(code, ANYTHING_GOES, category, inputs, FetchRule.MANDATORY, AmountRule.PART)
            for code, category in (("ELEC", "electricity"), ("WATER", "water"), ("HOUSE", "property"))
        )

    @hookimpl
    def biller_fetch(self, request: FetchRequest) -> FetchOutcome:
        """One bill."""
        account = request.inputs["account"]
        bill = Bill(request.biller, f"202610-{account}", account, "王**", 5000 + int(account[-4:]), "202610")
        return Succeeded((bill,))

    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        """Book it, as often as it is sent."""

        def book() -> Any:
            self.booked.append((request.operation, request.amount))
            return Succeeded(self._evidence(request.operation))

        outcome: BillerOutcome = self._act("biller_pay", request.operation, book)
        return outcome

    @hookimpl
    def biller_query(self, request: BillerQuery) -> BillerAnswer:
        """Look into the books."""

        def look() -> Any:
            known = any(operation == request.operation for operation, _ in self.booked)
            return Succeeded(self._evidence(request.operation)) if known else NotFound()

        answer: BillerAnswer = self._act("biller_query", request.operation, look)
        return answer

    @hookimpl
    def biller_cancel(self, request: CancelRequest) -> BillerOutcome:
        """Take it back, once for each reference."""

        def cancel() -> Any:
            self.cancelled[request.operation] = request.amount
            return Succeeded(self._evidence(request.operation))

        outcome: BillerOutcome = self._act("biller_cancel", request.operation, cancel)
        return outcome

    def _evidence(self, operation: str) -> Acknowledgement:
        return Acknowledgement(f"B{operation[-9:]}")


class Issuer(Double):
    """Issues the points card: 5 points for 100 yuan of water, 3 for postage, 2 for electricity, at once."""

    def __init__(self, name: str = "double_issuer") -> None:
        super().__init__()
        self.name = name
        self.claimed: list[tuple[str, int]] = []

    @hookimpl
    def describe(self) -> Manifest:
        """A points plugin."""
        return Manifest(
            name=self.name,
            version="1",
            title=ANYTHING_GOES,
            families=("points",),
            configuration=AnySettings(),
            recovery={"points_claim": Recovery.QUERY},
        )

    @hookimpl
    def points_accrue(self, request: AccrualRequest) -> Accrual:
        """The same every day."""
        rates = {"water": Decimal("0.05"), "electricity": Decimal("0.02"), "postage": Decimal("0.03")}
        return Accrual(rates, 0, 24)

    @hookimpl
    def points_claim(self, request: ClaimRequest) -> ClaimOutcome:
        """Accept it, as often as it is sent."""

        def accept() -> Any:
            self.claimed.append((request.operation, request.total))
            return Succeeded(ClaimReceipt(f"C{request.operation[-9:]}", request.total))

        outcome: ClaimOutcome = self._act("points_claim", request.operation, accept)
        return outcome

    @hookimpl
    def points_claim_query(self, request: ClaimQuery) -> ClaimAnswer:
        """Look into the books."""

        def look() -> Any:
            known = any(operation == request.operation for operation, _ in self.claimed)
            return Succeeded(ClaimReceipt(f"C{request.operation[-9:]}", request.total)) if known else NotFound()

        answer: ClaimAnswer = self._act("points_claim_query", request.operation, look)
        return answer


class Bureau(Double):
    """Certifies whoever it knows, each submission as often as it is sent; `people` are its books by number."""

    def __init__(
        self,
        recovery: Recovery = Recovery.QUERY,
        name: str = "double_bureau",
        settling: float = 0,
        abilities: frozenset[str] = frozenset({"batch_lookup", "history"}),
    ) -> None:
        super().__init__()
        self.name, self.recovery, self.settling, self.abilities = name, recovery, settling, abilities
        self.people: dict[str, Beneficiary] = {}
        self.submitted: list[SubmitRequest] = []
        """Everything that arrived here, with what it should not keep."""
        self.judged: dict[str, Verdict] = {}

    @hookimpl
    def describe(self) -> Manifest:
        """As it was made."""
        return Manifest(
            name=self.name,
            version="1",
            title=ANYTHING_GOES,
            families=("certification",),
            configuration=AnySettings(),
            recovery={"certification_submit": self.recovery},
            settling=self.settling,
            abilities=self.abilities,
        )

    @hookimpl
    def certification_lookup(self, request: LookupRequest) -> LookupOutcome:
        """Look into the books."""

        def look() -> Any:
            person = self.people.get(request.number)
            return Succeeded(person) if person else Declined(Text("查无此人", "nobody of that number"), "404")

        outcome: LookupOutcome = self._act("certification_lookup", "", look)
        return outcome

    @hookimpl
    def certification_submit(self, request: SubmitRequest) -> SubmitOutcome:
        """Certify, and note it in the books."""

        def judge() -> Any:
            self.submitted.append(request)
            self.judged[request.operation] = Verdict(Finding.CERTIFIED, f"R{request.operation[-9:]}")
            self._certify(request)
            return Succeeded(self.judged[request.operation])

        outcome: SubmitOutcome = self._act("certification_submit", request.operation, judge)
        return outcome

    @hookimpl
    def certification_query(self, request: SubmitQuery) -> SubmitAnswer:
        """What it judged."""

        def look() -> Any:
            known = self.judged.get(request.operation)
            return Succeeded(known) if known else NotFound()

        answer: SubmitAnswer = self._act("certification_query", request.operation, look)
        return answer

    @hookimpl
    def certification_batch(self, request: PeopleRequest) -> PeopleOutcome:
        """Those whom it knows."""

        def look() -> Any:
            return Succeeded(tuple(self.people[one.number] for one in request.people if one.number in self.people))

        outcome: PeopleOutcome = self._act("certification_batch", "", look)
        return outcome

    @hookimpl
    def certification_history(self, request: HistoryRequest) -> HistoryOutcome:
        """What it judged of a person and kind."""

        def look() -> Any:
            theirs = [one for one in self.submitted if (one.number, one.kind) == (request.number, request.kind)]
            return Succeeded(
                tuple(
                    Record(self.judged[one.operation].reference, one.on, one.route, Finding.CERTIFIED) for one in theirs
                )
            )

        outcome: HistoryOutcome = self._act("certification_history", "", look)
        return outcome

    def _certify(self, request: SubmitRequest) -> None:
        person = self.people.get(request.number)
        if person is not None:
            benefits = tuple(
                replace(one, standing=Standing.NOT_DUE, certified_on=request.on, valid_to=None)
                if one.kind == request.kind
                else one
                for one in person.benefits
            )
            self.people[request.number] = replace(person, benefits=benefits)


LONG_AGO = date(2020, 1, 1)


POSTAL_ABILITIES = frozenset({"withdraw", "dispatch", "offices", "serviceable", "proof", "outbox", "complain"})


class PostOffice(Double):
    """Carries post: 12.00 yuan for everything. `events` is what happened to each number, as a test writes it down."""

    def __init__(
        self,
        recovery: Recovery = Recovery.QUERY,
        name: str = "double_post",
        *,
        abilities: frozenset[str] = POSTAL_ABILITIES,
        settling: float = 0,
    ) -> None:
        super().__init__()
        self.name, self.recovery, self.abilities, self.settling = name, recovery, abilities, settling
        self.booked: list[tuple[str, str]] = []
        """Reference and number of each item; a reference that stands here twice was posted twice."""
        self.requests: list[postal.CreateRequest] = []
        self.withdrawn: dict[str, str] = {}
        self.dispatched: dict[str, tuple[str, ...]] = {}
        self.events: dict[str, list[postal.PostEvent]] = {}
        self.complaints: list[str] = []

    @hookimpl
    def describe(self) -> Manifest:
        """As it was made."""
        acts = {"postal_create": self.recovery, "postal_dispatch": self.recovery}
        return Manifest(
            name=self.name,
            version="1",
            title=ANYTHING_GOES,
            families=("postal",),
            configuration=AnySettings(),
            recovery={**acts, "postal_cancel": Recovery.RESEND, "postal_complain": Recovery.RESEND},
            settling=self.settling,
            abilities=self.abilities,
        )

    @hookimpl
    def postal_quote(self, request: postal.QuoteRequest) -> postal.QuoteOutcome:
        """Two products; nothing is carried beyond 30 kg."""

        def price() -> Any:
            if request.item.weight > 30_000:
                return Declined(Text("太重", "too heavy"), "HEAVY")
            letter = postal.Quote("letter", Text("挂号信", "Registered letter"), 1200, "CNY", 3)
            return Succeeded((letter, postal.Quote("free", Text("免费", "Free"), 0, "CNY")))

        outcome: postal.QuoteOutcome = self._act("postal_quote", request.recipient.name, price)
        return outcome

    @hookimpl
    def postal_serviceable(self, request: postal.ServiceableRequest) -> postal.ServiceableOutcome:
        """Everywhere."""
        able = postal.Serviceable(frozenset({"delivery"}), "daily")
        outcome: postal.ServiceableOutcome = self._act("postal_serviceable", "", lambda: Succeeded(able))
        return outcome

    @hookimpl
    def postal_create(self, request: postal.CreateRequest) -> postal.CreateOutcome:
        """Book it, as often as it is sent; without a number it gets one of ours."""

        def book() -> Any:
            self.requests.append(request)
            number = request.number or f"97{len(self.booked) + 1:011d}"
            self.booked.append((request.operation, number))
            return Succeeded(self._consigned(request.operation))

        outcome: postal.CreateOutcome = self._act("postal_create", request.operation, book)
        return outcome

    @hookimpl
    def postal_query(self, request: postal.CreateQuery) -> postal.CreateAnswer:
        """Look into the books."""

        def look() -> Any:
            known = any(operation == request.operation for operation, _ in self.booked)
            return Succeeded(self._consigned(request.operation)) if known else NotFound()

        answer: postal.CreateAnswer = self._act("postal_query", request.operation, look)
        return answer

    @hookimpl
    def postal_cancel(self, request: postal.WithdrawRequest) -> postal.WithdrawOutcome:
        """Take it back, once for each reference."""

        def withdraw() -> Any:
            self.withdrawn[request.operation] = request.number
            return Succeeded(postal.Withdrawn(f"W{request.number}"))

        outcome: postal.WithdrawOutcome = self._act("postal_cancel", request.operation, withdraw)
        return outcome

    @hookimpl
    def postal_dispatch(self, request: postal.DispatchRequest) -> postal.DispatchOutcome:
        """Take all of it."""

        def take() -> Any:
            self.dispatched[request.operation] = tuple(item.number for item in request.items)
            return Succeeded(postal.Dispatched(f"D{request.operation[-6:]}", len(request.items)))

        outcome: postal.DispatchOutcome = self._act("postal_dispatch", request.operation, take)
        return outcome

    @hookimpl
    def postal_dispatch_query(self, request: postal.DispatchQuery) -> postal.DispatchAnswer:
        """Look into the books."""

        def look() -> Any:
            taken = self.dispatched.get(request.operation)
            return (
                NotFound() if taken is None else Succeeded(postal.Dispatched(f"D{request.operation[-6:]}", len(taken)))
            )

        answer: postal.DispatchAnswer = self._act("postal_dispatch_query", request.operation, look)
        return answer

    @hookimpl
    def postal_label(self, request: postal.LabelRequest) -> postal.DocumentOutcome:
        """A PDF that says to whom."""
        label = Document("label.pdf", "application/pdf", b"%PDF-1.4 " + request.recipient.name.encode())
        outcome: postal.DocumentOutcome = self._act("postal_label", request.number, lambda: Succeeded(label))
        return outcome

    @hookimpl
    def postal_track(self, request: postal.TrackRequest) -> postal.TrackOutcome:
        """What the test wrote down; an unknown number is declined."""

        def look() -> Any:
            if request.number not in self.events:
                return Declined(Text("没有", "unknown"), "404")
            return Succeeded(tuple(self.events[request.number]))

        outcome: postal.TrackOutcome = self._act("postal_track", request.number, look)
        return outcome

    @hookimpl
    def postal_offices(self, request: postal.OfficesRequest) -> postal.OfficesOutcome:
        """One."""
        office = postal.Office("017000", "中心支局", "人民路 1 号", ("周一至周五 9:00-17:00",))
        outcome: postal.OfficesOutcome = self._act("postal_offices", request.near, lambda: Succeeded((office,)))
        return outcome

    @hookimpl
    def postal_proof(self, request: postal.ProofRequest) -> postal.ProofOutcome:
        """The last event."""

        def prove() -> Any:
            known = self.events.get(request.number)
            return Succeeded(postal.Proof(request.number, known[-1])) if known else Declined(Text("还没有", "none yet"))

        outcome: postal.ProofOutcome = self._act("postal_proof", request.number, prove)
        return outcome

    @hookimpl
    def postal_outbox(self, request: postal.OutboxRequest) -> postal.DocumentOutcome:
        """A PDF."""
        book = Document("outbox.pdf", "application/pdf", b"%PDF-1.4 outbox")
        outcome: postal.DocumentOutcome = self._act("postal_outbox", request.reference, lambda: Succeeded(book))
        return outcome

    @hookimpl
    def postal_complain(self, request: postal.ComplaintRequest) -> postal.ComplaintOutcome:
        """Take it."""

        def take() -> Any:
            self.complaints.append(request.says)
            return Succeeded(postal.Complaint(f"K{request.number}"))

        outcome: postal.ComplaintOutcome = self._act("postal_complain", request.operation, take)
        return outcome

    def _consigned(self, operation: str) -> postal.Consigned:
        number = next(number for known, number in self.booked if known == operation)
        return postal.Consigned(number, f"R{number}", draft="dispatch" in self.abilities)


class Counterbook(PostOffice):
    """A post that tells nothing and wants the street's numbers on its items; staff type in what they see."""

    postal_track = None

    def __init__(self, name: str = "double_counterbook") -> None:
        super().__init__(name=name, abilities=frozenset({"withdraw", "own_numbers"}))
