"""What needs a person: each kind is there when it should be, says since when, and is gone when it is mended."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from core_counter import STREET, Counter
from sqlalchemy import update

from jiedao.attention.matter import Matter, Page, Severity
from jiedao.checkout.checkout import Paying
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.hookspecs.service import CheckResult
from jiedao.house import House
from jiedao.language import Text
from jiedao.ledger.verified import keep_verification
from jiedao.ledger.verify import Fault, Verified, verify
from jiedao.reconcile import breaks
from jiedao.registry.connections import State
from jiedao.registry.registry import Quarantined
from jiedao.registry.terms import Terms
from jiedao.store import tables
from jiedao.store.unit import STREET as SCOPE
from post_desk import post_desk
from postgres_server import Database
from watches import Watch


def matters(counter: Counter) -> dict[str, Matter]:
    with counter.read() as tx:
        found = counter.house.attention.matters(tx)
    order = [list(Severity).index(one.severity) for one in found]
    assert order == sorted(order)
    return {one.kind: one for one in found}


@pytest.fixture
def quiet(counter: Counter) -> Counter:
    """A street in which nothing needs a person."""
    verified(counter)
    assert matters(counter) == {}
    return counter


def verified(counter: Counter, *faults: Fault) -> None:
    with counter.read() as tx:
        found = verify(tx)
    keep_verification(counter.house.store, STREET, Verified(found.books, 0, 0, faults))


def live(counter: Counter, name: str = "pos") -> None:
    counter.house.connections.check(STREET, name)
    with counter.write() as tx:
        counter.house.connections.switch(tx, name, State.LIVE)


def insert(counter: Counter, table: Any, **values: Any) -> None:
    with counter.write() as tx:
        tx.add(table, **values)


# connections


def test_a_connection_that_its_plugin_paused_is_urgent_and_one_paused_by_hand_is_not(quiet: Counter) -> None:
    quiet.house.connections.pause(STREET, "pos", "401 from the acquirer")
    found = matters(quiet)["connection_paused"]
    assert (found.severity, found.page, found.subject, found.since) == (
        Severity.URGENT,
        Page.CONNECTION,
        "pos",
        quiet.watch.now,
    )
    assert found.says.en == '"pos" is paused: 401 from the acquirer'
    with quiet.write() as tx:
        quiet.house.connections.switch(tx, "pos", State.PAUSED)
    assert matters(quiet)["connection_paused"].severity is Severity.NOTE


def test_a_failed_check_and_one_that_is_too_old_are_told(quiet: Counter) -> None:
    live(quiet)
    assert matters(quiet) == {}
    quiet.watch.forward(days=8)
    verified(quiet)
    found = matters(quiet)
    assert found["connection_check_outdated"].says.en == '"pos" was last checked 8 days ago'
    quiet.plugins["pos"].will("check_connection", CheckResult(False, Text("证书坏了", "bad certificate")))
    quiet.house.connections.check(STREET, "pos")
    found = matters(quiet)
    assert "connection_check_outdated" not in found
    assert found["connection_check_failed"].says.en == 'The check of "pos" did not pass: bad certificate'


@pytest.mark.parametrize(
    ("days", "severity"), [(-1, Severity.URGENT), (0, Severity.SOON), (30, Severity.SOON), (31, None)]
)
def test_a_credential_is_told_of_a_month_before_it_runs_out(
    quiet: Counter, days: int, severity: Severity | None
) -> None:
    until = quiet.watch.now.date() + timedelta(days=days)
    with quiet.write() as tx:
        quiet.house.connections.agree(tx, "pos", Terms(credential_until=until))
    found = matters(quiet).get("connection_credential")
    assert (found.severity if found else None) is severity


def test_nothing_is_told_of_a_connection_that_is_off(quiet: Counter) -> None:
    with quiet.write() as tx:
        quiet.house.connections.agree(tx, "reversing", Terms(credential_until=date(2026, 1, 1)))
        quiet.house.connections.switch(tx, "reversing", State.OFF)
    assert matters(quiet) == {}


def test_plugins_in_quarantine_are_named(quiet: Counter) -> None:
    quiet.house.registry.quarantined["broken"] = Quarantined("broken", "no such hook", "", "")
    found = matters(quiet)["plugin_quarantined"]
    assert (found.page, found.count, "broken" in found.says.en) == (Page.CATALOGUE, 1, True)


# the work


def test_an_act_in_doubt_is_told_after_a_while_and_in_the_end_waits_for_a_person(quiet: Counter) -> None:
    quiet.plugins["mute"].will("payment_start", OutcomeUnknown("cut"))
    asked_at = quiet.watch.now
    quiet.visit(quiet.bill("ELEC", 9000), Paying("card", 9000, "mute"))
    with quiet.write() as tx:
        tx.change(_AS_UNKNOWN)
    assert "unknown" not in matters(quiet)
    quiet.watch.forward(hours=1)
    found = matters(quiet)["unknown"]
    assert (found.count, found.since, found.page) == (1, asked_at, Page.OPERATIONS)
    with quiet.write() as tx:
        tx.change(_AS_REVIEW)
    found = matters(quiet)["review"]
    assert (found.severity, found.count, found.says.zh) == (Severity.URGENT, 1, "1 笔外部操作等待人工核查")
    assert "unknown" not in matters(quiet)


def test_a_shift_left_open_over_night_is_told_in_the_morning(quiet: Counter) -> None:
    opened_at = quiet.watch.now
    quiet.watch.forward(hours=14.9)
    assert matters(quiet) == {}
    quiet.watch.forward(hours=0.2)
    found = matters(quiet)["shift_open"]
    assert (found.since, found.count, found.page) == (opened_at, 1, Page.SHIFTS)
    quiet.close(20_000)
    assert "shift_open" not in matters(quiet)


def test_a_difference_in_a_settlement_is_told_until_it_is_closed(quiet: Counter) -> None:
    with quiet.write() as tx:
        breaks.find(tx, breaks.Kind.OTHER, "pos", date(2026, 3, 1), currency="CNY", row="r1", theirs=700)
    assert matters(quiet)["breaks"].count == 1
    with quiet.write() as tx:
        tx.change(_CLOSE_BREAKS)
    assert matters(quiet) == {}


def test_redemptions_that_nobody_claims_are_told_after_a_month(quiet: Counter) -> None:
    row = {"attempt": "a", "line": 1, "resident": quiet.resident, "category": "property", "amount": 100}
    insert(quiet, tables.redemption, **row, seq=1, redeemed_on=date(2026, 1, 29))
    insert(quiet, tables.redemption, **row, seq=2, redeemed_on=date(2026, 2, 20))
    found = matters(quiet)["unclaimed"]
    assert found.count == 1
    assert found.since is not None
    assert found.since.isoformat() == "2026-01-28T16:00:00+00:00"


def test_numbers_of_items_that_run_out_are_told(quiet: Counter) -> None:
    common = {"connection": "post", "kind": "s10", "prefix": "RA", "made_at": quiet.watch.now, "made_by": "x"}
    insert(quiet, tables.number_range, id="1", first=1, last=50, next=45, warning=10, **common)
    assert matters(quiet)["numbers_low"].says.en == '"post" has 6 item numbers left'
    insert(quiet, tables.number_range, id="2", first=100, last=200, next=100, warning=10, **common)
    assert matters(quiet) == {}


def test_messages_that_were_not_sent_are_told_for_a_week(quiet: Counter) -> None:
    texts = ("subject", "code", "channel", "language", "masked", "connection", "operation")
    row = {**dict.fromkeys(texts, "x"), "state": "declined", "reason": {}, "not_before": quiet.watch.now}
    insert(quiet, tables.message, id="1", made_at=quiet.watch.now, **row)
    assert matters(quiet)["messages_refused"].severity is Severity.NOTE
    quiet.watch.forward(days=7)
    assert "messages_refused" not in matters(quiet)


def test_a_claim_that_the_issuer_refused_is_told(quiet: Counter) -> None:
    row = {"connection": "post", "total": 100, "made_at": quiet.watch.now}
    insert(quiet, tables.claim, id="1", state="succeeded", **row)
    assert matters(quiet) == {}
    insert(quiet, tables.claim, id="2", state="declined", **row)
    assert matters(quiet)["claims_refused"].count == 1


def test_certifications_that_are_overdue_are_told_since_the_first_was_due(quiet: Counter) -> None:
    common = {"kind": "110", "title": {}, "period": {}, "classes": {}, "routes": {}, "late": "x", "reminder_days": 30}
    flags = {"needs_photo": False, "needs_delegation": False}
    insert(quiet, tables.scheme, id="pension", connection="post", **common, **flags)
    for id_, resident, state, day in (
        ("1", quiet.resident, "overdue", date(2026, 2, 1)),
        ("2", quiet.stranger, "due", date(2026, 1, 1)),
    ):
        insert(quiet, tables.entitlement, id=id_, resident=resident, scheme="pension", state=state, due_on=day)
    found = matters(quiet)["overdue"]
    assert (found.count, found.page) == (1, Page.CERTIFICATION)
    assert found.since is not None
    assert found.since.isoformat() == "2026-01-31T16:00:00+00:00"


def test_a_decision_that_waits_for_a_second_person_is_told(quiet: Counter) -> None:
    row = {"kind": "closing", "subject": "x", "amount": 1, "wanted": {}, "evidence": "", "proposed_by": "op-1"}
    insert(quiet, tables.proposal, id="1", state="open", open="closing x", proposed_at=quiet.watch.now, **row)
    assert matters(quiet)["proposals"].page is Page.PROPOSALS


def test_money_to_be_handed_back_is_urgent(quiet: Counter) -> None:
    begun = quiet.visit(quiet.bill("ELEC", 9000), Paying("cash", 9000, "cash"))
    row = {"attempt": begun.attempt, "source": "x", "tender": 1, "amount": 100}
    insert(quiet, tables.giveback, state="to_hand_over", **row)
    found = matters(quiet)["hand_over"]
    assert (found.severity, found.count, found.page) == (Severity.URGENT, 1, Page.PROPOSALS)


def test_items_of_earlier_days_that_the_post_has_not_got_are_told(sqlite: Database, tmp_path: Path) -> None:
    watch = Watch()
    desk = post_desk(sqlite.url, tmp_path, clock=watch)
    desk.post()
    with closing(desk.made.house) as house:
        assert "undispatched" not in told(house, desk.made.street)
        watch.forward(hours=24)
        assert told(house, desk.made.street)["undispatched"].count == 1


def told(house: House, street: str) -> dict[str, Matter]:
    with house.store.read(street) as tx:
        return {one.kind: one for one in house.attention.matters(tx)}


# the books


def test_the_last_verification_of_the_books_is_told_and_not_made(counter: Counter) -> None:
    assert matters(counter)["books_unverified"].severity is Severity.NOTE
    verified(counter, Fault("T1 3", "the chain is broken"))
    found = matters(counter)["books_wrong"]
    assert (found.severity, "T1 3: the chain is broken" in found.says.en) == (Severity.URGENT, True)
    verified(counter)
    assert matters(counter) == {}
    counter.watch.forward(days=8)
    counter.close(20_000)
    assert set(matters(counter)) == {"books_unverified"}


def test_other_streets_are_not_told_of(on_both: Counter) -> None:
    on_both.house.connections.pause(STREET, "pos", "401")
    assert "connection_paused" in matters(on_both)
    with on_both.house.store.write("150602008") as tx:
        on_both._found(tx, "postpaid")
        assert {one.kind for one in on_both.house.attention.matters(tx)} == {"books_unverified"}


_O, _B = tables.operation.c, tables.settlement_break.c
_AS_UNKNOWN = update(tables.operation).where(_O.street == SCOPE).values(state="unknown")
_AS_REVIEW = update(tables.operation).where(_O.street == SCOPE).values(state="review")
_CLOSE_BREAKS = update(tables.settlement_break).where(_B.street == SCOPE).values(state="closed")
