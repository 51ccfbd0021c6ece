"""The daily list: all or none, in doubt, late additions, the courier's signature."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from doubles import Step
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown
from jiedao.language import Text
from jiedao.post.dispatches import Dispatch, find, items_of, latest
from jiedao.problems import Conflict, Invalid
from post_desk import PostDesk

NO = Declined(Text("网点已关", "office closed"), "SHUT")


def close(desk: PostDesk, connection: str = "ems", **more: str) -> str:
    """Close the hall's list, carried as far as the answers go."""
    begun = desk.room.dispatches.close(desk.made.operator, connection, **more)
    desk.made.finish(begun)
    return begun.dispatch


def get(desk: PostDesk, id_: str) -> Dispatch:
    """A list as the database has it."""
    with desk.made.house.store.read(desk.made.street) as tx:
        return find(tx, id_)


def items(desk: PostDesk, id_: str) -> list[str]:
    """What is on a list."""
    with desk.made.house.store.read(desk.made.street) as tx:
        return [one.id for one in items_of(tx, id_)]


def test_closing_makes_drafts_real(on_both: PostDesk) -> None:
    desk = on_both
    posted = [desk.post(), desk.post()]
    taken_back = desk.post()
    desk.made.finish(desk.room.consignments.cancel(desk.made.operator, taken_back, "写错地址"))
    id_ = close(desk)
    dispatch = get(desk, id_)
    assert (dispatch.state, dispatch.no, dispatch.items, dispatch.postage) == ("closed", 1, 2, 2400)
    assert dispatch.reference.startswith("D")
    assert items(desk, id_) == posted
    assert [desk.get(one).draft for one in posted] == [False, False]
    assert list(desk.ems.dispatched.values()) == [tuple(desk.get(one).number for one in posted)]
    with pytest.raises(Conflict, match=r"dispatch\.empty"):
        close(desk)


def test_late_additions_are_on_a_second_list_of_the_day(on_both: PostDesk) -> None:
    desk = on_both
    desk.post()
    first = close(desk)
    late = desk.post()
    second = close(desk)
    assert (get(desk, second).no, items(desk, second)) == (2, [late])
    with desk.made.house.store.read(desk.made.street) as tx:
        assert [one.id for one in latest(tx, "h1")] == [second, first]


@pytest.mark.parametrize("effect", [True, False], ids=["answer", "request"])
def test_an_unknown_dispatch_is_asked_for(on_both: PostDesk, effect: bool) -> None:
    on_both.post()
    on_both.ems.will("postal_dispatch", Step(effect=effect, answer=OutcomeUnknown("cut")))
    id_ = close(on_both)
    assert get(on_both, id_).state == "closed"
    assert len(on_both.ems.dispatched) == 1
    assert on_both.ems.sent("postal_dispatch_query")


def test_what_the_post_refuses_is_on_no_list(on_both: PostDesk) -> None:
    desk = on_both
    posted = desk.post()
    desk.ems.will("postal_dispatch", Step(effect=False, answer=NO))
    id_ = close(desk)
    assert (get(desk, id_).state, get(desk, id_).reason["zh"]) == ("refused", "网点已关")
    assert (desk.get(posted).dispatch, desk.get(posted).draft) == ("", True)
    again = close(desk)
    assert (get(desk, again).no, items(desk, again)) == (2, [posted])


def test_elsewhere_only_our_own_list_is_closed(desk: PostDesk) -> None:
    desk.range()
    desk.post("book")
    id_ = close(desk, "book")
    assert (get(desk, id_).state, get(desk, id_).operation) == ("closed", "")
    assert desk.book.dispatched == {}


def test_two_windows_close_one_list(on_both: PostDesk) -> None:
    desk = on_both
    desk.post()

    def shut(till: str) -> str:
        try:
            return desk.room.dispatches.close(desk.made.at(till), "ems").dispatch
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(shut, ("T1", "T2")))
    assert sorted(len(one) == 20 for one in ended) == [False, True]
    assert "dispatch.empty" in ended


def test_items_for_two_offices_are_handed_over_apart(desk: PostDesk) -> None:
    desk.post(office="A")
    other = desk.post(office="B")
    with pytest.raises(Conflict, match=r"dispatch\.offices"):
        close(desk)
    assert items(desk, close(desk, office="B")) == [other]


def test_the_courier_signs_once_and_only_a_closed_list(desk: PostDesk) -> None:
    desk.post()
    desk.ems.will("postal_dispatch", Step(effect=False, answer=OutcomeUnknown("cut")))
    begun = desk.room.dispatches.close(desk.made.operator, "ems")
    desk.made.house.operations.drive(begun.planned)
    sign = desk.room.dispatches.sign
    assert get(desk, begun.dispatch).state == "handing_over"
    with pytest.raises(Conflict, match=r"dispatch\.state"):
        sign(desk.made.operator, begun.dispatch, "李强")
    desk.made.resolve()
    with pytest.raises(Invalid, match=r"dispatch\.courier"):
        sign(desk.made.operator, begun.dispatch, " ")
    sign(desk.made.operator, begun.dispatch, "李强")
    assert (get(desk, begun.dispatch).state, get(desk, begun.dispatch).signed_by) == ("signed", "李强")
    with pytest.raises(Conflict, match=r"dispatch\.state"):
        sign(desk.made.operator, begun.dispatch, "张三")


def test_the_posts_own_list_and_label_and_proof(desk: PostDesk) -> None:
    calls, street = desk.room.calls, desk.made.street
    posted = desk.get(desk.post())
    dispatch = get(desk, close(desk))
    assert calls.outbox(street, "ems", dispatch.reference).content.startswith(b"%PDF")
    parties = desk.room.consignments.parties(street, posted)
    label = calls.label(street, "ems", (posted.number, posted.reference), "", parties, posted.handling)
    assert "古丽巴哈尔".encode() in label.content
    with pytest.raises(Conflict, match=r"post\.declined"):
        calls.proof(street, "ems", posted.number, posted.reference)
