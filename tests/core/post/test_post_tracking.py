"""What happens to items: asked with back-off, at once when somebody looks, told by notice, or typed in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from doubles import Step
from jiedao.hookspecs.outcomes import Unavailable
from jiedao.hookspecs.postal import EventKind, PostEvent, RecipientClass
from jiedao.post.records import listed
from jiedao.post.tracking import TypedEvent
from jiedao.problems import Conflict, Invalid, NotFound, ServicePaused
from jiedao.worker import Worker
from post_desk import PostDesk

K, R = EventKind, RecipientClass


def now() -> datetime:
    return datetime.now(UTC)


def event(kind: EventKind, minutes: int = 0, **more: Any) -> PostEvent:
    at = now() + timedelta(minutes=minutes)
    return PostEvent(
        **{"id": f"{kind}-{minutes}", "kind": kind, "at": at, "code": kind.value, "says": kind.value, **more}
    )


def forward(desk: PostDesk, **by: float) -> None:
    """Let the installation's clock go on."""
    clock = desk.made.house.store.clock
    desk.made.house.store.clock = lambda: clock() + timedelta(**by)


def test_somebody_looks_and_the_log_grows(on_both: PostDesk) -> None:
    desk = on_both
    id_ = desk.post(purpose="certificate")
    number = desk.get(id_).number
    desk.room.tracking.look(desk.made.street, id_)
    assert desk.story(id_).events == []
    desk.ems.events[number] = [event(K.DELIVERED, 9, recipient=R.MANAGEMENT), event(K.ACCEPTED, 1)]
    desk.room.tracking.look(desk.made.street, id_)
    desk.room.tracking.look(desk.made.street, id_)
    story = desk.story(id_)
    assert [row.kind for row in story.events] == ["accepted", "delivered"]
    assert (story.consignment.standing, story.consignment.follow_up) == ("delivered_to_third_party", True)
    with desk.made.house.store.read(desk.made.street) as tx:
        assert [one.id for one in listed(tx, follow_up=True)] == [id_]
    desk.ems.events[number].append(event(K.VOIDS, 20, voids="delivered"))
    desk.ems.events[number].append(event(K.DELIVERED, 30, recipient=R.ADDRESSEE, code="ok"))
    assert desk.room.tracking.track_now(desk.made.street, number) == 1
    assert (desk.get(id_).standing, desk.get(id_).follow_up, desk.get(id_).track_at) == ("served", False, None)


def test_the_log_is_never_changed(desk: PostDesk) -> None:
    id_ = desk.post()
    first = event(K.ACCEPTED, 1)
    desk.ems.events[desk.get(id_).number] = [first]
    desk.room.tracking.look(desk.made.street, id_)
    desk.ems.events[desk.get(id_).number] = [event(K.LOST, 5, id=first.id)]
    desk.room.tracking.look(desk.made.street, id_)
    assert [row.kind for row in desk.story(id_).events] == ["accepted"]


def test_many_who_look_at_once_write_each_event_once(on_both: PostDesk) -> None:
    desk = on_both
    id_ = desk.post()
    desk.ems.events[desk.get(id_).number] = [event(K.ACCEPTED, 1), event(K.HELD, 2)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.room.tracking.look(desk.made.street, id_), range(8)))
    assert len(desk.story(id_).events) == 2


def test_open_items_are_asked_about_less_and_less_often(desk: PostDesk) -> None:
    id_, street = desk.post(), desk.made.street
    assert desk.room.tracking.track_due(street) == 0
    forward(desk, minutes=16)
    assert desk.room.tracking.track_due(street) == 1
    assert desk.room.tracking.track_due(street) == 0
    first, gap = desk.get(id_).track_at, timedelta(0)
    for _ in range(3):
        forward(desk, hours=13)
        assert desk.room.tracking.track_due(street) == 1
        gap = desk.get(id_).track_at - desk.made.house.store.clock()
    assert first is not None
    assert gap > timedelta(hours=3)
    desk.ems.events[desk.get(id_).number] = [event(K.ACCEPTED, 1)]
    desk.room.tracking.look(street, id_)
    assert desk.get(id_).track_at - desk.made.house.store.clock() < timedelta(minutes=20)


def test_a_silent_post_is_asked_again_later(desk: PostDesk) -> None:
    id_ = desk.post()
    silence = Step(effect=False, answer=Unavailable("no line"))
    desk.ems.will("postal_track", silence, silence)
    with pytest.raises(ServicePaused):
        desk.room.tracking.look(desk.made.street, id_)
    forward(desk, hours=1)
    assert desk.room.tracking.track_due(desk.made.street) == 1
    assert desk.get(id_).looks == 1
    assert desk.get(id_).track_at > desk.made.house.store.clock()


def test_nobody_asks_for_ever(desk: PostDesk) -> None:
    id_ = desk.post()
    forward(desk, days=181)
    assert desk.room.tracking.track_due(desk.made.street) == 1
    assert desk.get(id_).track_at is None


def test_the_worker_asks(desk: PostDesk) -> None:
    id_ = desk.post()
    desk.ems.events[desk.get(id_).number] = [event(K.ACCEPTED, 1)]
    forward(desk, hours=1)
    Worker(desk.made.house).once()
    assert desk.get(id_).standing == "under_way"


def typed(desk: PostDesk, id_: str, kind: EventKind, **more: Any) -> str:
    """Type an event in."""
    return desk.room.tracking.type_in(desk.made.operator, id_, TypedEvent(kind, **more))


def test_staff_type_in_what_a_silent_post_does(on_both: PostDesk) -> None:
    desk = on_both
    desk.range()
    id_ = desk.post("book", purpose="personal")
    assert desk.get(id_).track_at is None
    typed(desk, id_, K.ACCEPTED)
    wrong = typed(desk, id_, K.DELIVERED, recipient=R.NEIGHBOUR, recipient_name="王小明")
    assert (desk.get(id_).standing, desk.get(id_).follow_up) == ("delivered_to_third_party", True)
    typed(desk, id_, K.VOIDS, voids=wrong, reason="点错了")
    assert desk.get(id_).standing == "under_way"
    typed(desk, id_, K.DELIVERED, recipient=R.ADDRESSEE)
    story = desk.story(id_)
    assert (story.consignment.standing, len(story.events)) == ("served", 4)
    assert {row.staff for row in story.events} == {desk.made.operator.staff}
    assert wrong in story.fold.voided


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": K.VOIDS}, "voids"),
        ({"kind": K.VOIDS, "voids": "nothing"}, "voids"),
        ({"kind": K.ACCEPTED, "voids": "x"}, "voids"),
        ({"kind": K.ACCEPTED, "at": datetime(2020, 1, 1, tzinfo=UTC)}, "at"),
        ({"kind": K.ACCEPTED, "at": datetime(2099, 1, 1, tzinfo=UTC)}, "at"),
    ],
)
def test_what_is_typed_in_must_make_sense(desk: PostDesk, more: dict[str, Any], field: str) -> None:
    desk.range()
    id_ = desk.post("book")
    with pytest.raises(Invalid) as refused:
        typed(desk, id_, **more)
    assert refused.value.field == field
    assert desk.story(id_).events == []


def test_a_take_back_is_not_earlier_than_what_it_takes_back(desk: PostDesk) -> None:
    desk.range()
    id_ = desk.post("book")
    first = typed(desk, id_, K.ACCEPTED)
    with pytest.raises(Invalid, match=r"event\.at"):
        typed(desk, id_, K.VOIDS, voids=first, at=now() - timedelta(hours=1))


def test_nothing_is_typed_in_where_the_post_tells(desk: PostDesk) -> None:
    with pytest.raises(Conflict, match=r"event\.from_post"):
        typed(desk, desk.post(), K.ACCEPTED)
    id_, _line = desk.offer("book")
    with pytest.raises(Conflict, match=r"consignment\.state"):
        typed(desk, id_, K.ACCEPTED)
    with pytest.raises(NotFound):
        typed(desk, "0" * 20, K.ACCEPTED)
