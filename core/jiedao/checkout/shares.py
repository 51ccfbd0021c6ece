"""Which tender pays which line, and which money goes back when. Pure arithmetic on fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.problems import Invalid

SURPLUS = 0
"""The line number of what is paid beyond all lines and becomes resident credit."""


@dataclass(frozen=True, slots=True)
class Payer:
    """A tender as the sharing sees it."""

    no: int
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class Payee:
    """A line as the sharing sees it; `points` says whether points may pay for it."""

    no: int
    amount: int
    points: bool


@dataclass(slots=True)
class Share:
    """What one tender pays of one line, and how much of that has gone back."""

    line: int
    tender: int
    amount: int
    returned: int = 0


def share_out(lines: Sequence[Payee], tenders: Sequence[Payer], *, surplus: bool) -> list[Share]:
    """Share tenders out over lines: points first, and only over lines that take them.

    `Invalid` when points do not fit, or when the tenders are not worth exactly the lines; more is allowed with
    `surplus` and stands on line 0.
    """
    left = {line.no: line.amount for line in lines}
    shares: list[Share] = []
    for tender in sorted(tenders, key=lambda t: t.kind != "points"):
        takers = [line.no for line in lines if line.points or tender.kind != "points"]
        rest = _spread(tender, takers, left, shares)
        if rest and (tender.kind == "points" or not surplus):
            raise _too_much(tender, rest)
        if rest:
            shares.append(Share(SURPLUS, tender.no, rest))
    if missing := sum(left.values()):
        raise Invalid("tenders.short", _SHORT.format(amount=format_amount(missing)), field="tenders", missing=missing)
    return shares


def give_back(shares: Sequence[Share], kinds: dict[int, str], line: int, amount: int) -> list[Share]:
    """Which shares of a line go back for an amount: money before points, the last tender first."""
    mine = [share for share in shares if share.line == line]
    order = sorted(mine, key=lambda s: (kinds[s.tender] == "points", -s.tender))
    back = []
    for share in order:
        n = min(share.amount - share.returned, amount)
        if n:
            back.append(Share(line, share.tender, n))
            amount -= n
    if amount:
        raise ValueError(f"line {line} was not paid that much: {amount} fen too many")
    return back


def _spread(tender: Payer, takers: list[int], left: dict[int, int], shares: list[Share]) -> int:
    rest = tender.amount
    for no in takers:
        n = min(left[no], rest)
        if n:
            shares.append(Share(no, tender.no, n))
            left[no] -= n
            rest -= n
    return rest


def _too_much(tender: Payer, rest: int) -> Invalid:
    says = _POINTS if tender.kind == "points" else _MUCH
    return Invalid("tenders.too_much", says.format(amount=format_amount(rest)), field="tenders", over=rest)


_SHORT = Text(zh="还差 {amount} 元", en="{amount} is still missing")
_MUCH = Text(
    zh="多付了 {amount} 元；请减少金额，或存为居民余额", en="That is {amount} too much; take less, or keep it as credit"
)
_POINTS = Text(
    zh="有 {amount} 积分无处可用：积分只能支付计划允许的类别",
    en="{amount} points fit nowhere: the programme limits what they may pay",
)
