"""What time brings: falling due, reminders, due lists, visits at home."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cert_hall import PENSION, TODAY, Hall, number
from doubles import AnySettings, Double
from jiedao import hookimpl
from jiedao.certification import daily, people
from jiedao.certification.certification import Visit
from jiedao.certification.daily import Planned, Reminder
from jiedao.certification.graph import At
from jiedao.hookspecs.certification import Standing
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Succeeded
from jiedao.hookspecs.service import Notified, NotifyOutcome, NotifyRequest
from jiedao.language import Text
from jiedao.problems import Invalid, NotFound
from jiedao.registry.connections import State
from jiedao.store.unit import Tx


def test_the_calendar_opens_and_runs_out(hall: Hall) -> None:
    """Certified until 2027-03-02; certifying may begin 30 days before, and 10 days of grace follow."""
    hall.certify()
    for day, at in (
        (date(2027, 1, 30), At.NOT_DUE),
        (date(2027, 1, 31), At.DUE),
        (date(2027, 3, 12), At.DUE),
        (date(2027, 3, 13), At.OVERDUE),
        (date(2027, 12, 31), At.OVERDUE),
    ):
        hall.watch.forward(days=(day - hall.watch.now.date()).days)
        hall.room.turn_the_page(hall.street)
        assert hall.held().at is at, day
    assert [row.event for row in hall.log()][-2:] == ["opened", "ran_out"]
    assert daily.turn(hall.house.store, hall.street) == 0


def test_the_calendar_catches_up_in_one_go(desk: Hall) -> None:
    desk.certify()
    desk.watch.forward(days=1000)
    assert daily.turn(desk.house.store, desk.street) == 1
    assert desk.held().at is At.OVERDUE


def test_what_the_bureau_says_today_stands_today(desk: Hall) -> None:
    """It finds nothing due though our own lead has begun: the calendar waits for the due date itself."""
    desk.knows(desk.number, desk.due(PENSION, Standing.NOT_DUE, valid_to=TODAY + timedelta(days=10)))
    desk.look_up()
    desk.watch.forward(days=9)
    desk.room.turn_the_page(desk.street)
    assert desk.held().at is At.NOT_DUE
    desk.watch.forward(days=1)
    desk.room.turn_the_page(desk.street)
    assert desk.held().at is At.DUE


# reminders


class Messenger:
    """Notes whom it was asked to remind; `reaches` says whether it can."""

    def __init__(self, *, reaches: bool = True) -> None:
        self.reaches, self.asked = reaches, list[Reminder]()

    def __call__(self, tx: Tx, about: Reminder) -> Planned | None:
        self.asked.append(about)
        return Planned("sms", "OP1") if self.reaches else Planned("", "")


@pytest.mark.parametrize("reaches", [True, False])
def test_one_is_reminded_once_for_each_due_date(hall: Hall, reaches: bool) -> None:
    hall.certify()
    messenger = Messenger(reaches=reaches)
    for days in (0, 350, 1, 1, 30):  # the due date is 365 days on, and one is reminded 14 days before
        hall.watch.forward(days=days)
        daily.remind(hall.house.store, hall.street, messenger)
    (about,) = messenger.asked
    assert (about.resident, about.due_on, about.scheme.zh) == (hall.wang, date(2027, 3, 2), "养老金")
    (row,) = hall.made.rows("reminder")
    assert (row.channel, row.operation) == (("sms", "OP1") if reaches else ("", ""))
    hall.knows(hall.number, hall.due(PENSION))
    hall.certify()
    hall.watch.forward(days=380)
    daily.remind(hall.house.store, hall.street, messenger)
    assert len(messenger.asked) == 2


def test_two_workers_remind_once(hall: Hall) -> None:
    """The second finds it noted when it commits, and whatever it planned is rolled back."""
    hall.certify()
    hall.watch.forward(days=360)
    messenger = Messenger()
    daily.remind(hall.house.store, hall.street, messenger)
    assert daily._remind(hall.house.store, hall.street, hall.held().id, messenger) == []
    assert len(hall.made.rows("reminder")) == 1


def test_who_cannot_be_reminded_now_is_tried_again_and_keeps_nobody_waiting(
    desk: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "_MOST", 2)
    people_ = crowd(desk, *[date(2026, 3, 10)] * 3, standing=Standing.NOT_DUE)
    asked: list[str] = []

    def not_now(tx: Tx, about: Reminder) -> None:
        asked.append(about.resident)

    desk.room._remind = not_now
    for _ in range(3):
        desk.room.turn_the_page(desk.street)
    assert asked == [*people_, *people_[:2]]
    assert desk.made.rows("reminder") == []


class Sms(Double):
    """Sends messages, and keeps them."""

    name = "double_sms"

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[NotifyRequest] = []

    @hookimpl
    def describe(self) -> Manifest:
        """As it was made."""
        return Manifest(self.name, "1", Text.same("sms"), ("service",), AnySettings(), abilities=frozenset({"sms"}))

    @hookimpl
    def notify_send(self, request: NotifyRequest) -> NotifyOutcome:
        """Send it."""
        self.heard.append(request)
        return Succeeded(Notified("M1"))


def test_a_reminder_is_a_message_of_the_house(hall: Hall) -> None:
    sms = Sms()
    with hall.house.store.write(hall.street) as tx:
        one = hall.house.residents.add(tx, "李强", number=number(1950), phone="13912345678").id
    hall.knows(number(1950), hall.due(PENSION, Standing.NOT_DUE, valid_to=date(2026, 3, 10)))
    hall.look_up(one)
    hall.room.turn_the_page(hall.street)
    assert hall.made.rows("reminder") == []  # the street sends no messages yet, so nobody counts as reminded
    hall.house.registry.register(sms.name, sms)
    with hall.house.store.write(hall.street) as tx:
        hall.house.connections.create(tx, "sms", sms.name, Text.same("sms"), {})
        hall.house.connections.switch(tx, "sms", State.TEST)
    for _ in range(2):
        hall.room.turn_the_page(hall.street)
        hall.resolve(times=2)
    (heard,) = sms.heard
    assert (heard.to, heard.body) == (
        "13912345678",
        "您的养老金资格认证应于 2026-03-10 前完成，可到诃额伦街道社区服务大厅或在家人协助下办理。",
    )
    (row,) = hall.made.rows("reminder")
    assert (row.channel, row.operation, row.due_on) == ("sms", heard.operation, date(2026, 3, 10))


def test_a_room_without_a_way_to_remind_notes_nothing(desk: Hall) -> None:
    desk.certify()
    desk.watch.forward(days=360)
    desk.room._remind = None
    assert desk.room.turn_the_page(desk.street) == ()
    assert desk.made.rows("reminder") == []


def test_the_suspended_and_the_dead_are_not_reminded(desk: Hall) -> None:
    desk.certify()
    for more in ({"deceased": True}, {}):
        desk.knows(desk.number, desk.due(PENSION, Standing.SUSPENDED), **more)
        desk.look_up()
        desk.watch.forward(days=180)
    assert daily.remind(desk.house.store, desk.street, Messenger()) == ([], "")
    assert desk.made.rows("reminder") == []


# lists


def due(desk: Hall, until: date = date(2026, 12, 31), after: Any = None, most: int = 100, **where: str) -> list[Any]:
    wanted = {"until": until, "hall": "", "community": "", **where}
    with desk.house.store.read(desk.street) as tx:
        return list(people.due(tx, wanted, after, most))


def crowd(hall: Hall, *days: date | None, standing: Standing = Standing.DUE) -> list[str]:
    made = []
    for serial, day in enumerate(days):
        one = number(1940 + serial, 7)
        hall.knows(one, hall.due(PENSION, standing, valid_to=day))
        made.append(hall.resident(f"居民{serial}", one))
        hall.look_up(made[-1])
    return made


def test_the_due_list_is_by_due_date_and_comes_in_pages(hall: Hall) -> None:
    a, b, c, d = crowd(hall, date(2026, 5, 1), date(2026, 4, 1), None, date(2027, 4, 1))
    found = due(hall)
    assert [row.resident for row in found] == [b, a, c]
    assert (found[0].name, found[0].id_masked[4:-4].strip("*")) == ("居民1", "")
    assert [row.resident for row in due(hall, until=date(2027, 12, 31))] == [b, a, d, c]
    first = due(hall, most=2)
    last = (first[-1].due_on, first[-1].id)
    assert [row.resident for row in due(hall, after=last)] == [c]


def test_the_due_list_of_a_hall_and_a_community(hall: Hall) -> None:
    a, b = crowd(hall, date(2026, 5, 1), date(2026, 4, 1))
    with hall.house.store.write(hall.street) as tx:
        people.describe(tx, a, hall="h1", community="阳光里", immobile=False)
        people.describe(tx, b, hall="", community="和平里", immobile=False)
    assert [row.resident for row in due(hall, hall="h1")] == [a]
    assert [row.resident for row in due(hall, community="和平里")] == [b]
    assert due(hall, hall="h1", community="和平里") == []


def test_what_is_certified_and_what_has_ended_is_not_on_the_list(hall: Hall) -> None:
    (one,) = crowd(hall, date(2026, 5, 1), standing=Standing.NOT_DUE)
    assert [row.resident for row in due(hall)] == [one]  # it will be due by then
    assert due(hall, until=date(2026, 4, 30)) == []
    hall.knows(number(1940, 7), deceased=True)
    hall.look_up(one)
    assert due(hall) == []


def test_where_somebody_belongs(desk: Hall) -> None:
    desk.look_up()
    (row,) = desk.made.rows("beneficiary")
    assert (row.hall, row.born_year, row.immobile) == ("h1", 1949, False)
    with desk.house.store.write(desk.street) as tx, pytest.raises(NotFound):
        people.describe(tx, desk.wang, hall="h9", community="", immobile=True)
    with desk.house.store.write(desk.street) as tx, pytest.raises(NotFound):
        people.describe(tx, desk.made.resident, hall="", community="", immobile=True)


# at home


def outreach(hall: Hall, where: str = "") -> list[Any]:
    with hall.house.store.read(hall.street) as tx:
        return list(people.to_visit(tx, TODAY, where, 100))


def test_the_old_and_the_immobile_are_visited(hall: Hall) -> None:
    """Eighty years and more, or marked; and something must be due."""
    hall.look_up()
    (old,) = crowd(hall, date(2026, 4, 1))
    assert [(row.resident, row.born_year) for row in outreach(hall)] == [(old, 1940)]
    with hall.house.store.write(hall.street) as tx:
        people.describe(tx, hall.wang, hall="h1", community="", immobile=True)
    assert {row.resident for row in outreach(hall)} == {old, hall.wang}
    assert outreach(hall, "h2") == []
    hall.certify("pension", "dole")
    assert [row.resident for row in outreach(hall)] == [old]


def test_a_visit_is_kept_with_its_result(hall: Hall) -> None:
    (old,) = crowd(hall, date(2026, 4, 1))
    for day, result in ((TODAY - timedelta(days=3), "not_at_home"), (TODAY, "in_care")):
        hall.room.note_visit(hall.made.operator, Visit(old, day, result, "邻居在家"))
    (row,) = outreach(hall)
    assert (row.visited_on, row.result, row.staff_name) == (TODAY, "in_care", "王芳")
    with hall.house.store.read(hall.street) as tx:
        assert [one.result for one in people.visits(tx, old)] == ["in_care", "not_at_home"]


def test_a_visit_that_certified_names_the_attempt(hall: Hall) -> None:
    attempt = hall.certify()
    made = hall.room.note_visit(hall.made.operator, Visit(hall.wang, TODAY, "certified", attempt=attempt))
    with hall.house.store.read(hall.street) as tx:
        assert people.visit(tx, made).attempt == attempt


@pytest.mark.parametrize(
    ("visit", "field"),
    [
        ({"result": "certified"}, "attempt"),
        ({"result": "refused", "attempt": "nowhere"}, "attempt"),
        ({"result": "fine"}, "result"),
        ({"visited_on": TODAY + timedelta(days=1)}, "visited_on"),
    ],
)
def test_a_visit_that_cannot_be(desk: Hall, visit: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.room.note_visit(
            desk.made.operator, Visit(**{"resident": desk.wang, "visited_on": TODAY, "result": "moved", **visit})
        )
    assert refused.value.field == field


def test_a_visit_does_not_take_somebody_elses_attempt(desk: Hall) -> None:
    attempt = desk.certify()
    with pytest.raises(Invalid):
        desk.room.note_visit(desk.made.operator, Visit(desk.made.resident, TODAY, "certified", attempt=attempt))
