"""The state of an item is the same in whatever order its events come; delivered is not served."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedao.hookspecs.postal import EventKind, Handling, PostEvent, RecipientClass
from jiedao.post.folding import _SAYS, Fold, Standing, Terms, fold
from jiedao.post.rules import ALLOWED, CLASS_NAMES, PURPOSE_NAMES, Purpose, allowed
from jiedao.problems import Invalid

K, R, S = EventKind, RecipientClass, Standing
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
NOTICE = Terms(ALLOWED[Purpose.NOTICE])
CERTIFICATE = Terms(ALLOWED[Purpose.CERTIFICATE])


def event(kind: EventKind, hour: int, **more: Any) -> PostEvent:
    return PostEvent(
        **{
            "id": f"{kind}-{hour}",
            "kind": kind,
            "at": START + timedelta(hours=hour),
            "code": kind.value,
            "says": "",
            **more,
        }
    )


def folded(*events: PostEvent, terms: Terms = NOTICE) -> Fold:
    return fold(events, terms)


_EVENTS = st.lists(
    st.builds(
        lambda kind, hour, number, recipient, notice, voids: event(
            kind, hour, id=f"e{number}", recipient=recipient, notice=notice, voids=voids if kind is K.VOIDS else ""
        ),
        st.sampled_from(K),
        st.integers(0, 4),
        st.integers(0, 12),
        st.sampled_from([None, *R]),
        st.integers(0, 2),
        st.sampled_from([kind.value for kind in K]),
    ),
    max_size=10,
)


@given(_EVENTS, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_folds_the_same(events: list[PostEvent], chance: random.Random) -> None:
    expected = fold(events, NOTICE)
    again = [*events, *(chance.choices(events, k=3) if events else [])]
    chance.shuffle(again)
    assert fold(again, NOTICE) == expected


def test_a_letter_that_nobody_fetched() -> None:
    events = [
        event(K.ACCEPTED, 0),
        event(K.ARRIVED, 20),
        event(K.OUT_FOR_DELIVERY, 24),
        event(K.ATTEMPTED, 25, reason="无人在家"),
        event(K.NOTICE, 25, notice=1),
        event(K.NOTICE, 72, notice=2),
        event(K.HELD, 73, place="天山支局", held_until="2026-11-20"),
    ]
    held = folded(*events)
    assert (held.standing, held.attempts, held.held_at, held.held_until) == (S.HELD, 1, "天山支局", "2026-11-20")
    assert (held.first_notice, held.second_notice) == (events[4].at, events[5].at)
    assert not held.follow_up
    back = folded(*events, event(K.RETURNING, 400, reason="逾期未领"), event(K.DELIVERED, 450))
    assert (back.standing, back.reason, back.follow_up, back.served) == (S.RETURNED, "逾期未领", True, False)
    assert back.finished(NOTICE)


def test_notices_that_the_post_does_not_number_are_counted() -> None:
    found = folded(event(K.NOTICE, 1), event(K.NOTICE, 30))
    assert (found.first_notice, found.second_notice) == (START + timedelta(hours=1), START + timedelta(hours=30))


@pytest.mark.parametrize("who", R)
@pytest.mark.parametrize("purpose", Purpose)
def test_delivered_is_served_only_by_who_may_take_it(purpose: Purpose, who: RecipientClass) -> None:
    found = fold([event(K.DELIVERED, 1, recipient=who)], Terms(ALLOWED[purpose]))
    may = who in ALLOWED[purpose]
    assert found.standing is (S.SERVED if may else S.DELIVERED_TO_THIRD_PARTY)
    assert (found.served, found.follow_up, found.delivered) == (may, not may, True)


def test_delivered_to_nobody_knows_whom_is_not_served() -> None:
    assert folded(event(K.DELIVERED, 1)).standing is S.DELIVERED_TO_THIRD_PARTY


def test_fetched_from_the_locker_by_the_addressee() -> None:
    found = folded(event(K.DELIVERED, 1, recipient=R.LOCKER), event(K.DELIVERED, 9, recipient=R.ADDRESSEE))
    assert (found.standing, found.recipient) == (S.SERVED, R.ADDRESSEE)


def test_scans_that_come_after_delivery_do_not_move_it() -> None:
    served = event(K.DELIVERED, 5, recipient=R.ADDRESSEE)
    found = folded(served, event(K.IN_TRANSIT, 6), event(K.INFORMATION, 7), event(K.HELD, 8), event(K.DELIVERED, 9))
    assert (found.standing, found.since) == (S.SERVED, served.at)


def test_a_take_back_voids_the_latest_event_of_its_code() -> None:
    first = event(K.DELIVERED, 1, id="d1", code="44", recipient=R.MANAGEMENT)
    second = event(K.DELIVERED, 3, id="d2", code="44", recipient=R.ADDRESSEE)
    void = event(K.VOIDS, 4, voids="44")
    found = folded(first, second, void)
    assert (found.standing, found.voided) == (S.DELIVERED_TO_THIRD_PARTY, {"d2"})
    assert folded(first, second, void, event(K.VOIDS, 5, id="v2", voids="44")).standing is S.ANNOUNCED
    later = event(K.DELIVERED, 6, id="d3", code="44", recipient=R.ADDRESSEE)
    assert folded(later, void, second, first).standing is S.SERVED


def test_a_take_back_is_taken_back() -> None:
    served = event(K.DELIVERED, 1, code="44", recipient=R.ADDRESSEE)
    void = event(K.VOIDS, 2, id="v", code="V44", voids="44")
    assert folded(served, void).standing is S.ANNOUNCED
    assert folded(served, void, event(K.VOIDS, 3, id="vv", code="VV", voids="V44")).standing is S.SERVED


def test_a_take_back_of_what_never_happened_does_nothing() -> None:
    assert folded(event(K.ACCEPTED, 1), event(K.VOIDS, 2, voids="44")).standing is S.UNDER_WAY


def test_refused_lost_and_damaged_need_somebody() -> None:
    assert folded(event(K.REFUSED, 1, reason="拒收")).follow_up
    lost = folded(event(K.LOST, 1))
    assert (lost.standing, lost.follow_up, lost.finished(NOTICE)) == (S.LOST, True, False)
    assert folded(event(K.LOST, 1), event(K.ARRIVED, 9)).standing is S.UNDER_WAY
    damaged = folded(event(K.DAMAGED, 1), event(K.DELIVERED, 2, recipient=R.ADDRESSEE))
    assert (damaged.standing, damaged.follow_up) == (S.SERVED, True)


def test_papers_and_cash_that_have_to_come_back_keep_it_open() -> None:
    terms = Terms(ALLOWED[Purpose.ORDINARY], return_documents=True, cash_on_delivery=500)
    events = [event(K.DELIVERED, 1, recipient=R.ADDRESSEE), event(K.CASH_COLLECTED, 1, amount=500)]
    assert not fold(events, terms).finished(terms)
    events.append(event(K.DOCUMENTS_RETURNED, 30))
    assert not fold(events, terms).finished(terms)
    events.append(event(K.CASH_REMITTED, 40, amount=500))
    done = fold(events, terms)
    assert (done.cash_collected, done.cash_remitted, done.finished(terms)) == (500, 500, True)


def test_addressee_only_narrows_every_purpose() -> None:
    only = Handling(addressee_only=True)
    assert allowed("ordinary", only) == {R.ADDRESSEE, R.PROXY}
    assert allowed("ordinary", only, ["household", "proxy"]) == {R.PROXY}
    assert allowed("notice", Handling(), ["household"]) == {R.HOUSEHOLD}
    for wrong in (("holiday", ()), ("notice", ("cat",))):
        with pytest.raises(Invalid):
            allowed(wrong[0], Handling(), wrong[1])
    with pytest.raises(Invalid, match="nobody"):
        allowed("ordinary", only, ["household"])


def test_every_state_and_class_has_its_words() -> None:
    assert set(_SAYS) == set(Standing)
    assert set(CLASS_NAMES) == set(R)
    assert set(PURPOSE_NAMES) == set(Purpose)
    assert folded(event(K.DELIVERED, 1, recipient=R.LOCKER)).says().zh == "已妥投，但未送达：由智能快件箱代收，须跟进"
