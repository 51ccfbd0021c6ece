"""Sharing tenders out over lines and giving them back: nothing appears, nothing vanishes, points stay in bounds."""

from __future__ import annotations

from collections import Counter as Count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedao.checkout.shares import SURPLUS, Payee, Payer, Share, give_back, share_out
from jiedao.points.rounding import part
from jiedao.problems import Invalid

AMOUNTS = st.integers(1, 50_000)
LINES = st.lists(st.tuples(AMOUNTS, st.booleans()), min_size=1, max_size=6).map(
    lambda given_: [Payee(no, amount, points) for no, (amount, points) in enumerate(given_, 1)]
)
KINDS = ("points", "card", "cash", "credit")
QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@st.composite
def fitting(draw: st.DrawFn) -> tuple[list[Payee], list[Payer], int]:
    """Lines, tenders that pay exactly them, and a surplus."""
    lines = draw(LINES)
    allowed = sum(line.amount for line in lines if line.points)
    points = draw(st.integers(0, allowed))
    surplus = draw(st.integers(0, 1000))
    rest = sum(line.amount for line in lines) - points + surplus
    cuts = sorted(draw(st.lists(st.integers(0, rest), max_size=3)))
    amounts = [b - a for a, b in zip([0, *cuts], [*cuts, rest], strict=True)]
    kinds = [draw(st.sampled_from(KINDS[1:])) for _ in amounts]
    parts = [("points", points), *zip(kinds, amounts, strict=True)]
    wanted = draw(st.permutations([(kind, n) for kind, n in parts if n]))
    return lines, [Payer(no, kind, n) for no, (kind, n) in enumerate(wanted, 1)], surplus


def sums(shares: list[Share], key: str) -> dict[int, int]:
    found: Count[int] = Count()
    for share in shares:
        found[getattr(share, key)] += share.amount
    return dict(found)


@QUICK
@given(fitting())
def test_sharing_out_conserves_every_fen(case: tuple[list[Payee], list[Payer], int]) -> None:
    lines, tenders, surplus = case
    shares = share_out(lines, tenders, surplus=True)
    assert sums(shares, "tender") == {t.no: t.amount for t in tenders}
    by_line = sums(shares, "line")
    assert by_line.pop(SURPLUS, 0) == surplus
    assert by_line == {line.no: line.amount for line in lines}
    assert all(share.amount > 0 and share.returned == 0 for share in shares)
    assert len({(share.line, share.tender) for share in shares}) == len(shares)


@QUICK
@given(fitting())
def test_points_pay_only_what_they_may(case: tuple[list[Payee], list[Payer], int]) -> None:
    lines, tenders, _ = case
    points = {t.no for t in tenders if t.kind == "points"}
    allowed = {line.no for line in lines if line.points}
    for share in share_out(lines, tenders, surplus=True):
        assert share.tender not in points or share.line in allowed


@QUICK
@given(fitting(), st.integers(1, 1000))
def test_too_little_and_too_much_are_refused(case: tuple[list[Payee], list[Payer], int], more: int) -> None:
    lines, tenders, surplus = case
    one_more = Payer(len(tenders) + 1, "cash", more)
    with pytest.raises(Invalid) as refused:
        share_out(lines, [*tenders, one_more], surplus=False)
    assert refused.value.code == "tenders.too_much"
    with pytest.raises(Invalid) as refused:
        share_out([*lines, Payee(99, surplus + more, points=False)], tenders, surplus=False)
    assert (refused.value.code, refused.value.facts["missing"]) == ("tenders.short", more)


@QUICK
@given(LINES, st.integers(1, 1000))
def test_points_beyond_what_they_may_pay_are_refused_even_with_surplus(lines: list[Payee], more: int) -> None:
    allowed = sum(line.amount for line in lines if line.points)
    with pytest.raises(Invalid) as refused:
        share_out(lines, [Payer(1, "points", allowed + more), Payer(2, "cash", 10**6)], surplus=True)
    assert (refused.value.code, refused.value.facts["over"]) == ("tenders.too_much", more)


@QUICK
@given(fitting(), st.data())
def test_giving_back_in_any_steps_never_passes_what_was_paid(
    case: tuple[list[Payee], list[Payer], int], data: st.DataObject
) -> None:
    lines, tenders, _ = case
    kinds = {t.no: t.kind for t in tenders}
    shares = share_out(lines, tenders, surplus=True)
    line = data.draw(st.sampled_from(lines))
    left = line.amount
    while left:
        amount = data.draw(st.integers(1, left))
        back = give_back(shares, kinds, line.no, amount)
        assert sum(share.amount for share in back) == amount
        money_left = sum(s.amount - s.returned for s in shares if s.line == line.no and kinds[s.tender] != "points")
        points_back = sum(share.amount for share in back if kinds[share.tender] == "points")
        assert points_back == max(0, amount - money_left), "money goes back before points"
        for share in back:
            assert share.amount > 0
            (mine,) = [s for s in shares if (s.line, s.tender) == (share.line, share.tender)]
            mine.returned += share.amount
            assert mine.returned <= mine.amount
        left -= amount
    with pytest.raises(ValueError, match="1 fen too many"):
        give_back(shares, kinds, line.no, 1)


def test_the_last_tender_goes_back_first() -> None:
    shares = [Share(1, 1, 10), Share(1, 2, 20), Share(1, 3, 30)]
    kinds = {1: "points", 2: "card", 3: "cash"}
    assert give_back(shares, kinds, 1, 45) == [Share(1, 3, 30), Share(1, 2, 15)]
    assert give_back(shares, kinds, 1, 60) == [Share(1, 3, 30), Share(1, 2, 20), Share(1, 1, 10)]


@QUICK
@given(st.integers(0, 10_000), st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_what_is_clawed_back_in_parts_is_what_was_earned(earned: int, steps: list[int]) -> None:
    total, before, taken = sum(steps), 0, 0
    for step in steps:
        amount = part(earned, before + step, total) - part(earned, before, total)
        assert amount >= 0
        before += step
        taken += amount
    assert taken == earned
