"""What a receipt says, as values: the evidence that the database keeps and that every printer renders.

Amounts are integer fen, points integer hundredths. Nothing is worked out here: what was true at the counter is
written down once, and a reprint years later says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from jiedao.language import LANGUAGES, Text

NOTHING: Final = Text("", "")
_FORMAT: Final = 1


class ReceiptKind(StrEnum):
    """What stands in the title."""

    RECEIPT = "receipt"
    """收据: everything on it is final."""
    REFUND = "refund"
    """退款单: money or points were given back; amounts are what went back, positive."""
    CONFIRMING = "confirming"
    """待确认单: something is still being confirmed. It has no number and is no proof of payment."""


class LineState(StrEnum):
    """What became of one line."""

    PAID = "paid"
    REFUSED = "refused"
    BEING_CONFIRMED = "being_confirmed"
    REFUNDED = "refunded"


class TenderKind(StrEnum):
    """What was paid with."""

    POINTS = "points"
    CARD = "card"
    QR = "qr"
    ONLINE = "online"
    CASH = "cash"
    CREDIT = "credit"
    """What the street owed the resident from before."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One thing paid. `printed` is what the biller wants on paper (label, value), such as a prepaid meter's token."""

    description: Text
    biller: Text
    account: str
    amount: int
    state: LineState = LineState.PAID
    period: str = ""
    reference: str = ""
    """The biller's own number of the payment."""
    printed: tuple[tuple[str, str], ...] = ()
    note: Text = NOTHING
    """Why it was refused, or what the resident should know."""
    category: str = ""

    def as_json(self) -> dict[str, Any]:
        """For storage."""
        return asdict(self) | {"state": self.state.value, "printed": [list(pair) for pair in self.printed]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ReceiptLine:
        """A line from storage."""
        given = _known(cls, stored)
        for name in given.keys() & {"description", "biller", "note"}:
            given[name] = Text.from_json(given[name])
        printed = tuple((label, value) for label, value in given.get("printed", ()))
        return cls(**given | {"state": LineState(given["state"]), "printed": printed})


@dataclass(frozen=True, slots=True)
class ReceiptTender:
    """One way it was paid: `amount` is what it contributed. Numbers of a card sale stand as the acquirer gave them."""

    kind: TenderKind
    label: Text
    amount: int
    masked_card: str = ""
    authorisation: str = ""
    reference: str = ""
    """The acquirer's number (RRN, UnionPay F37)."""
    trace: str = ""
    batch: str = ""
    received: int = 0
    """Cash only: what was handed over, and `change` what was handed back."""
    change: int = 0

    def as_json(self) -> dict[str, Any]:
        """For storage."""
        return asdict(self) | {"kind": self.kind.value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ReceiptTender:
        """A tender from storage."""
        given = _known(cls, stored)
        return cls(**given | {"kind": TenderKind(given["kind"]), "label": Text.from_json(given["label"])})


@dataclass(frozen=True, slots=True)
class Receipt:
    """One slip of paper. `copy` is 0 for the original and n for its nth reprint.

    Raises `ValueError` for a time without a zone, an unknown language, or a number where there must be none.
    """

    kind: ReceiptKind
    number: str
    """Such as "T1-000123"; empty exactly when something is being confirmed."""
    street: str
    hall: str
    till: str
    operator: str
    issued_at: datetime
    timezone: str
    """IANA name of the hall's zone, in which `issued_at` is printed."""
    resident: str
    """Name as given, every character kept; empty when nobody was named."""
    lines: tuple[ReceiptLine, ...]
    tenders: tuple[ReceiptTender, ...]
    total: int
    kept: int = 0
    """What was paid beyond the total and is kept as the resident's credit."""
    points_earned: int = 0
    points_pending_until: date | None = None
    points_balance: int | None = None
    """Spendable points after this visit; None when no points account took part."""
    order: str = ""
    """Our number of the visit: what a resident asks with while something is being confirmed."""
    original: str = ""
    """Refund only: number of the receipt that it gives back."""
    copy: int = 0
    language: str = "zh"

    def __post_init__(self) -> None:
        if self.issued_at.utcoffset() is None:
            raise ValueError("issued_at needs a time zone")
        if self.language not in LANGUAGES:
            raise ValueError(f"no such language: {self.language!r}")
        if bool(self.number) == (self.kind is ReceiptKind.CONFIRMING):
            raise ValueError("a slip has a number exactly when nothing on it is being confirmed")
        if self.copy < 0:
            raise ValueError("copies count from 0, the original")

    def reprint(self, copy: int) -> Receipt:
        """The same slip, marked as its `copy`th reprint."""
        return replace(self, copy=copy)

    def in_language(self, language: str) -> Receipt:
        """The same slip in another language."""
        return replace(self, language=language)

    def as_json(self) -> dict[str, Any]:
        """For storage as evidence; `from_json` reads back an equal receipt."""
        until = self.points_pending_until
        return {name: getattr(self, name) for name in _PLAIN} | {
            "format": _FORMAT,
            "kind": self.kind.value,
            "issued_at": self.issued_at.isoformat(),
            "points_pending_until": until.isoformat() if until else None,
            "lines": [line.as_json() for line in self.lines],
            "tenders": [tender.as_json() for tender in self.tenders],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Receipt:
        """A receipt from storage; `ValueError` for one written by a later release."""
        if stored["format"] != _FORMAT:
            raise ValueError(f"this release cannot read receipts of format {stored['format']!r}")
        until = stored["points_pending_until"]
        return cls(
            **{name: stored[name] for name in _PLAIN if name in stored},
            kind=ReceiptKind(stored["kind"]),
            issued_at=datetime.fromisoformat(stored["issued_at"]),
            points_pending_until=date.fromisoformat(until) if until else None,
            lines=tuple(map(ReceiptLine.from_json, stored["lines"])),
            tenders=tuple(map(ReceiptTender.from_json, stored["tenders"])),
        )


Part = TypeVar("Part", ReceiptLine, ReceiptTender)

_CONVERTED: Final = {"kind", "issued_at", "points_pending_until", "lines", "tenders"}
_PLAIN: Final = tuple(field.name for field in fields(Receipt) if field.name not in _CONVERTED)


def _known(part: type[Part], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The stored values by field; one that an older release did not have keeps its default."""
    return {field.name: stored[field.name] for field in fields(part) if field.name in stored}
