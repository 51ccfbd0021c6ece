"""Terms of a connection: they hold for whatever begins, say why, and never keep anything from being finished.

It is Monday 2 March 2026, nine in the morning in the street.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from core_counter import STREET, Counter
from core_doubles import NO

from jiedao.checkout.checkout import Paying
from jiedao.checkout.graph import At
from jiedao.directory import groups
from jiedao.directory.caller import Caller, Role
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.hookspecs.service import Day
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound, Problem, ServicePaused
from jiedao.registry.gate import Act
from jiedao.registry.terms import Hours, Terms, closed

ADMINISTRATOR = Caller(STREET, "adm", Role.ADMINISTRATOR, "", "赵敏")
WEEK = (1, 2, 3, 4, 5)
CASH = "cash"


def agree(counter: Counter, id_: str, **terms: Any) -> None:
    with counter.write() as tx:
        counter.house.connections.agree(tx, id_, Terms(**terms))


def in_cash(counter: Counter, amount: int, *, hub: str = "hub", **more: Any) -> Any:
    return counter.visit(counter.bill("ELEC", amount, hub=hub), Paying("cash", amount, CASH), **more)


def refused(counter: Counter, amount: int = 9000, **more: Any) -> Problem:
    before = counter.books()
    with pytest.raises(Problem) as caught:
        in_cash(counter, amount, **more)
    assert counter.books() == before
    return caught.value


# amounts


def test_an_amount_beyond_the_terms_is_refused_at_its_field_with_the_bound(counter: Counter) -> None:
    agree(counter, "hub", least=1_00, most=5_000_00)
    problem = refused(counter, 5_000_01)
    assert (type(problem), problem.code, problem.field) == (Invalid, "terms.most", "lines.0.amount")
    assert problem.says.en == '"hub" takes payments up to 5000.00'
    assert refused(counter, 99).code == "terms.least"
    assert counter.order(in_cash(counter, 5_000_00)) == "paid"


def test_a_tender_is_held_against_the_terms_of_its_own_connection(counter: Counter) -> None:
    agree(counter, "pos", most=50_00)
    with pytest.raises(Invalid) as caught:
        counter.visit(counter.bill("ELEC", 9000), Paying("cash", 3000, CASH), Paying("card", 6000, "pos"))
    assert (caught.value.code, caught.value.field) == ("terms.most", "tenders.1.amount")
    counter.visit(counter.bill("ELEC", 9000), Paying("cash", 4000, CASH), Paying("card", 5000, "pos"))


def test_an_order_that_is_only_placed_is_held_against_the_terms_too(counter: Counter) -> None:
    agree(counter, "hub", most=50_00)
    with pytest.raises(Invalid, match=r"terms\.most"):
        counter.house.checkout.place(counter.me, counter.resident, [counter.bill("ELEC", 9000)])


def test_a_limit_for_the_day_counts_what_is_taken_or_being_taken_and_begins_anew_at_midnight(on_both: Counter) -> None:
    counter = on_both
    agree(counter, "pos", daily=200_00)
    counter.plugins["pos"].will("payment_start", NO)
    declined = counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    assert counter.state(declined) is At.REFUSED
    counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    counter.plugins["pos"].will("payment_start", OutcomeUnknown("cut"))
    counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    with pytest.raises(Conflict) as caught:
        counter.visit(counter.bill("ELEC", 2001), Paying("card", 2001, "pos"))
    assert (caught.value.code, caught.value.field) == ("terms.daily", "tenders.0.amount")
    assert caught.value.says.en == '"pos" takes 200.00 a day; 20.00 is left today'
    assert counter.state(counter.visit(counter.bill("ELEC", 2000), Paying("card", 2000, "pos"))) is At.PAID
    counter.watch.forward(hours=15)  # midnight in the street, and not in UTC
    counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))


def test_a_billers_day_counts_its_lines_and_not_those_that_it_refused(counter: Counter) -> None:
    agree(counter, "hub", daily=100_00)
    counter.plugins["hub"].will("biller_pay", NO)
    in_cash(counter, 9000)
    in_cash(counter, 9000)
    assert refused(counter, 1001).code == "terms.daily"
    in_cash(counter, 1000)
    in_cash(counter, 9000, hub="stubborn")


def test_the_parts_of_one_order_count_together(counter: Counter) -> None:
    agree(counter, "hub", daily=100_00)
    two = [counter.bill("ELEC", 6000, id_="A"), counter.bill("GAS", 6000, id_="B")]
    with pytest.raises(Conflict, match=r"terms\.daily"):
        counter.visit(two, Paying("cash", 12000, CASH))


# hours and the first day


def test_outside_its_hours_a_connection_says_when_it_opens(counter: Counter) -> None:
    agree(counter, "hub", hours=(Hours(WEEK, "09:30", "12:00"), Hours(WEEK, "14:00", "17:00")))
    assert refused(counter).says.en == '"hub" is not open now: opens at 09:30'
    counter.watch.forward(hours=1)
    in_cash(counter, 9000)
    counter.watch.forward(hours=2)  # noon: the end does not belong to it
    problem = refused(counter)
    assert (type(problem), problem.code) == (ServicePaused, "terms.closed")
    assert problem.says.zh == "“hub”现在不能办理：今天 14:00 开始办理"
    counter.watch.forward(hours=6)
    assert refused(counter).says.en.endswith("opens on Tuesday at 09:30")


def test_before_its_first_day_there_is_no_business(counter: Counter) -> None:
    agree(counter, "hub", since=date(2026, 3, 3))
    assert refused(counter).says.en == '"hub" is not open now: from 3 March 2026'
    counter.watch.forward(hours=15)
    in_cash(counter, 9000)


def test_looking_bills_up_is_held_against_the_hours_alone(counter: Counter) -> None:
    agree(counter, "hub", most=1_00, groups=())
    counter.bill("ELEC", 9000)
    agree(counter, "hub", since=date(2026, 3, 3))
    with pytest.raises(ServicePaused):
        counter.bill("ELEC", 9000)


@pytest.mark.parametrize(
    ("on", "day", "open_"),
    [
        (2, None, True),
        (7, None, False),  # a Saturday without hours
        (2, Day(date(2026, 3, 2), False, Text("清明节", "Qingming")), False),
        (2, Day(date(2026, 3, 2), False, Text.same("")), False),
        (2, Day(date(2026, 3, 2), True, Text.same("")), True),
        (7, Day(date(2026, 3, 7), True, Text("清明节调休", "make-up day")), True),
        (7, Day(date(2026, 3, 7), False, Text.same("")), False),
    ],
)
def test_holidays_close_and_make_up_workdays_open(on: int, day: Day | None, open_: bool) -> None:
    terms = Terms(hours=(Hours(WEEK, "09:00", "17:00"),), on_holidays=False)
    now = datetime(2026, 3, on, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (closed(terms, now, day) is None) is open_


def test_a_weekend_with_hours_is_no_holiday_unless_it_has_a_name() -> None:
    terms = Terms(hours=(Hours((6, 7), "09:00", "00:00"),), on_holidays=False)
    late = datetime(2026, 3, 7, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert closed(terms, late, Day(date(2026, 3, 7), False, Text.same(""))) is None
    named = closed(terms, late, Day(date(2026, 3, 7), False, Text("国庆节", "National Day")))
    assert named is not None
    assert named.en == "closed today, a public holiday (National Day)"


# groups


def test_only_residents_of_its_groups_may_use_it(on_both: Counter) -> None:
    counter = on_both
    with counter.write() as tx:
        groups.add(tx, ADMINISTRATOR, "over-80", Text("八十岁以上", "Over eighty"))
        groups.add(tx, ADMINISTRATOR, "old-quarter", Text("老城", "Old quarter"))
        groups.put(tx, counter.me, counter.resident, ["old-quarter"])
    agree(counter, "hub", groups=("over-80",))
    problem = refused(counter)
    assert (problem.code, problem.field) == ("terms.group", "resident")
    assert problem.says.en == '"hub" is for these residents only: Over eighty'
    assert refused(counter, resident="").code == "terms.whose"
    with counter.write() as tx:
        groups.put(tx, counter.me, counter.resident, ["over-80", "old-quarter"])
    in_cash(counter, 9000)


# finishing


def test_what_is_open_is_finished_whatever_the_terms_say(counter: Counter) -> None:
    counter.plugins["hub"].will("biller_pay", OutcomeUnknown("cut"))
    begun = in_cash(counter, 9000)
    counter.plugins["pos"].will("payment_start", OutcomeUnknown("cut"))
    other = counter.visit(counter.bill("ELEC", 7000), Paying("card", 7000, "pos"))
    for name in ("hub", "pos", CASH):
        agree(counter, name, most=1, since=date(2027, 1, 1))
    counter.resolve()
    counter.resolve()
    assert (counter.state(begun), counter.state(other)) == (At.PAID, At.REFUSED)
    refund = counter.refund(begun, {1: 9000})
    assert counter.state(refund) is At.REFUNDED
    counter.good()


# setting them


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"most": 0}, "most"),
        ({"least": 500, "most": 400}, "most"),
        ({"most": 500, "daily": 400}, "daily"),
        ({"hours": (Hours((), "09:00", "10:00"),)}, "hours.0.days"),
        ({"hours": (Hours((8,), "09:00", "10:00"),)}, "hours.0.days"),
        ({"hours": (Hours((1,), "9:00", "10:00"),)}, "hours.0.opens"),
        ({"hours": (Hours((1,), "09:00", "24:00"),)}, "hours.0.closes"),
        ({"hours": (Hours((1,), "10:00", "09:00"),)}, "hours.0.closes"),
        ({"groups": ("nobody",)}, "groups"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(counter: Counter, terms: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        agree(counter, "hub", **terms)
    assert caught.value.field == field
    with counter.read() as tx:
        assert counter.house.connections.one(tx, "hub").terms == Terms()


def test_terms_come_back_as_they_were_set_and_do_not_touch_the_state(counter: Counter) -> None:
    given = Terms(
        1,
        2,
        3,
        (Hours((6, 7), "10:00", "00:00"),),
        on_holidays=False,
        since=date(2026, 1, 1),
        credential_until=date(2027, 1, 1),
    )
    before = counter.house.connections.check(STREET, "hub")
    assert before.passed
    with counter.write() as tx:
        counter.house.connections.agree(tx, "hub", given)
    with counter.read() as tx:
        one = counter.house.connections.one(tx, "hub")
    assert (one.terms, one.version, one.checked) == (given, 1, True)
    assert given.changed(Terms()) == ["least", "most", "daily", "hours", "on_holidays", "since", "credential_until"]
    with counter.write() as tx, pytest.raises(NotFound):
        counter.house.connections.agree(tx, "nowhere", given)


def test_a_connection_without_terms_costs_no_statement_more(counter: Counter) -> None:
    said: list[str] = []
    counter.house.store.watch = lambda sql, _: said.append(sql)
    rooms, act = counter.house.connections, Act({"lines.0.amount": 9000}, counter.resident)
    with counter.read() as tx:
        rooms.for_office(tx, "hub")
        before = len(said)
        rooms.for_business(tx, "hub", act)
        assert (before, len(said)) == (1, 1)
