"""More than the street's limit is closed by two people; the provider's answer wins over both."""

from __future__ import annotations

import pytest
from core_counter import SEEN, Counter
from core_doubles import slip
from four_eyes import CHECKED, LARGE, SMALL, agree, answers, chief, in_review, proposals_of, propose, second, state

from jiedao.checkout.graph import At
from jiedao.directory.caller import Caller, Role
from jiedao.directory.rules import Rules, rules, set_rules
from jiedao.operations import review
from jiedao.operations.model import State as Op
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound
from jiedao.proposals.model import State


def test_a_large_one_is_not_closed_by_one_person(counter: Counter) -> None:
    _, id_ = in_review(counter)
    with pytest.raises(Conflict, match=r"proposal\.needed") as refused:
        review.close(counter.house.store, counter.house.operations, counter.accountant, id_, Op.SUCCEEDED, "R1", SEEN)
    assert "500.00" in refused.value.says.en
    assert state(counter, id_) == "review"


def test_two_people_close_it_and_everything_follows(on_both: Counter) -> None:
    begun, id_ = in_review(on_both)
    made = propose(on_both, id_)
    assert (state(on_both, id_), on_both.state(begun)) == ("review", At.TENDER_REVIEW)
    agree(on_both, made, second(on_both))
    assert (state(on_both, id_), on_both.state(begun)) == ("succeeded", At.PAID)
    assert on_both.attempt(begun).tenders[1].slip["reference"] == "R1"
    (proposal,) = proposals_of(on_both, id_)
    assert (proposal.state, proposal.decided_by, proposal.decision) == (State.AGREED, "acc-2", CHECKED)
    said = on_both.sql("SELECT action, staff, reason FROM audit ORDER BY id")
    assert [tuple(row) for row in said] == [("proposal", "acc", SEEN), ("proposal.agreed", "acc-2", CHECKED)]
    on_both.good()


def test_two_people_may_find_that_it_was_not_done(counter: Counter) -> None:
    begun, id_ = in_review(counter)
    agree(counter, propose(counter, id_, verdict=Op.DECLINED), chief(counter))
    assert (state(counter, id_), counter.state(begun), counter.order(begun)) == ("declined", At.REFUSED, "open")


def test_the_second_is_another_person_with_the_role_who_did_not_take_the_payment(counter: Counter) -> None:
    _, id_ = in_review(counter)
    made = propose(counter, id_)
    cashier = Caller(counter.me.street, counter.me.staff, Role.ACCOUNTANT, "", counter.me.name)
    for who in (counter.accountant, counter.other, cashier):
        with pytest.raises(NotAllowed):
            agree(counter, made, who)
    assert state(counter, id_) == "review"
    with pytest.raises(NotAllowed):
        propose(counter, id_, by=counter.me)
    with pytest.raises(NotAllowed):
        counter.house.proposals.refuse(counter.other, made, CHECKED)


def test_the_first_may_be_who_took_the_payment(counter: Counter) -> None:
    _, id_ = in_review(counter)
    cashier = Caller(counter.me.street, counter.me.staff, Role.ACCOUNTANT, "", counter.me.name)
    agree(counter, propose(counter, id_, by=cashier), counter.accountant)
    assert state(counter, id_) == "succeeded"


def test_a_refusal_leaves_it_in_review_and_another_may_be_proposed(counter: Counter) -> None:
    _, id_ = in_review(counter)
    made = propose(counter, id_)
    with pytest.raises(Conflict, match=r"proposal\.open"):
        propose(counter, id_, by=chief(counter))
    counter.house.proposals.refuse(second(counter), made, "流水里没有这一笔")
    assert state(counter, id_) == "review"
    with pytest.raises(Conflict, match=r"proposal\.decided"):
        agree(counter, made, second(counter))
    again = propose(counter, id_, verdict=Op.DECLINED)
    counter.house.proposals.refuse(counter.accountant, again, "我看错了，撤回")
    assert [one.state for one in proposals_of(counter, id_)] == [State.REFUSED, State.REFUSED]


@pytest.mark.parametrize(
    ("verdict", "reference", "evidence", "field"),
    [
        (Op.SUCCEEDED, "R1", "ok", "evidence"),
        (Op.SUCCEEDED, " ", SEEN, "reference"),
        (Op.REVIEW, "R1", SEEN, "verdict"),
    ],
)
def test_a_proposal_needs_evidence(counter: Counter, verdict: Op, reference: str, evidence: str, field: str) -> None:
    _, id_ = in_review(counter)
    with pytest.raises(Invalid) as refused:
        review.propose(counter.house.store, counter.accountant, id_, verdict, reference, evidence)
    assert refused.value.field == field
    made = propose(counter, id_)
    with pytest.raises(Invalid, match=r"proposal\.decision"):
        counter.house.proposals.agree(second(counter), made, "ok")


def test_only_what_is_in_review_can_be_proposed(counter: Counter) -> None:
    _, id_ = in_review(counter)
    agree(counter, propose(counter, id_), second(counter))
    with pytest.raises(Conflict, match=r"review\.state"):
        propose(counter, id_)
    with pytest.raises(NotFound):
        propose(counter, "00000000000000000000")
    with pytest.raises(NotFound):
        agree(counter, "00000000000000000000", second(counter))


def test_the_providers_answer_wins_and_the_proposal_lapses(on_both: Counter) -> None:
    begun, id_ = in_review(on_both, plugin="pos")
    made = propose(on_both, id_, verdict=Op.DECLINED)
    answers(on_both)
    assert (state(on_both, id_), on_both.state(begun)) == ("succeeded", At.PAID)
    (proposal,) = proposals_of(on_both, id_)
    assert (proposal.state, proposal.decision, proposal.decided_by) == (State.LAPSED, "succeeded", "")
    with pytest.raises(Conflict, match=r"proposal\.lapsed"):
        agree(on_both, made, second(on_both))
    assert on_both.state(begun) is At.PAID
    on_both.good()


def test_an_answer_under_way_while_two_agree_comes_too_late(on_both: Counter) -> None:
    """The worker's fence is old: what two people decided stands, and nothing is booked twice."""
    begun, id_ = in_review(on_both, plugin="pos")
    made = propose(on_both, id_)

    def decided_meanwhile(request: object) -> object:
        agree(on_both, made, second(on_both))
        return slip(request)

    on_both.plugins["pos"].will("payment_query", decided_meanwhile)
    on_both.resolve()
    assert (state(on_both, id_), on_both.state(begun)) == ("succeeded", At.PAID)
    assert on_both.attempt(begun).tenders[1].slip["reference"] == "R1"
    assert on_both.money()["1110:pos"] == LARGE
    on_both.good()


def test_an_answer_that_leaves_it_open_leaves_the_proposal_open(counter: Counter) -> None:
    _, id_ = in_review(counter, plugin="pos")
    made = propose(counter, id_)
    counter.plugins["pos"].will("payment_query", ConnectionError("no"))
    counter.resolve()
    assert state(counter, id_) == "review"
    agree(counter, made, second(counter))
    assert state(counter, id_) == "succeeded"


def test_a_street_sets_its_limit(counter: Counter) -> None:
    store = counter.house.store
    _, small = in_review(counter, SMALL)
    with pytest.raises(NotAllowed):
        set_rules(store, counter.accountant, Rules(0))
    with pytest.raises(Invalid, match=r"rules\.four_eyes"):
        set_rules(store, chief(counter), Rules(-1))
    set_rules(store, chief(counter), Rules(0))
    with pytest.raises(Conflict, match=r"proposal\.needed"):
        counter.decide("payment_start", Op.SUCCEEDED)
    set_rules(store, chief(counter), Rules(LARGE))
    with counter.read() as tx:
        assert rules(tx) == Rules(LARGE)
    counter.decide("payment_start", Op.SUCCEEDED)
    assert state(counter, small) == "succeeded"
    in_review(counter, LARGE)
    counter.decide("payment_start", Op.SUCCEEDED)
    told = counter.sql("SELECT staff FROM audit WHERE action = 'street.rules'")
    assert [tuple(row) for row in told] == [("adm",), ("adm",)]


@pytest.mark.parametrize(("amount", "limit", "two"), [(0, 0, True), (0, 1, False), (1, 1, False), (2, 1, True)])
def test_what_takes_two(amount: int, limit: int, two: bool) -> None:
    assert Rules(limit).takes_two(amount) is two


def test_what_somebody_may_do_now(counter: Counter) -> None:
    def may(who: Caller, id_: str) -> set[str]:
        with counter.read() as tx:
            return set(review.options(tx, counter.house.proposals, who, review.look(tx, id_)).may)

    _, small = in_review(counter, SMALL)
    _, large = in_review(counter, plugin="pos")
    assert may(counter.accountant, small) == {"close", "propose"}
    assert may(counter.accountant, large) == {"ask", "propose"}
    assert may(counter.me, large) == {"ask"}
    propose(counter, large)
    assert may(counter.accountant, large) == {"ask", "refuse"}
    assert may(second(counter), large) == {"ask", "agree", "refuse"}
    answers(counter)
    assert may(second(counter), large) == set()
