"""Messages to residents: at most once, in their language, where they want them, never at night, nothing in clear."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from notification_office import PHONE, Office

from doubles import Step
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Unavailable
from jiedao.hookspecs.service import Channel
from jiedao.language import Text
from jiedao.notifications.contacts import checked_email, masked_address
from jiedao.notifications.notifications import Sending, Skip, says
from jiedao.notifications.quiet import QuietHours
from jiedao.notifications.templates import TEMPLATES
from jiedao.personal.correcting import Correction
from jiedao.problems import Conflict, Invalid, NotAllowed, ServicePaused
from jiedao.registry.connections import State

ADDRESS = "mai@example.cn"


def test_a_message_goes_out_by_a_worker_and_only_once(office: Office) -> None:
    first = office.send()
    assert office.sms.bodies == [], "whoever caused it does not wait for it"
    office.work()
    again = office.send()
    office.work()
    assert (again.id, again.again) == (first.id, True)
    assert office.sms.bodies == ["您的养老资格认证已通过，有效期至 2027-03-01。"]
    (row,) = office.messages()
    assert (row.state, row.masked, row.channel, row.code) == ("succeeded", "1381***0000", "sms", "certification_done")


def test_another_matter_and_another_code_are_other_messages(office: Office) -> None:
    office.send()
    office.send("entitlement 2")
    office.send(code="post_served", number="RR1")
    office.work()
    assert len(office.sms.delivered) == 3


def test_a_resident_reads_their_own_language(office: Office) -> None:
    office.opt(Channel.SMS, language="en")
    office.send(scheme=Text("养老", "pension"), until="2027-03-01")
    office.work()
    assert office.sms.bodies == ["Your pension is certified until 2027-03-01."]


@pytest.mark.parametrize(("phone", "told"), [("13812340001", True), ("", True), (f" {PHONE} ", False)])
def test_another_phone_is_told_to_the_one_before(office: Office, phone: str, told: bool) -> None:
    given = Correction("居民换了号码", phone=phone)
    office.house.correcting.correct(office.made.operator, office.resident, given)
    office.work()
    assert [one.to for one in office.sms.delivered.values()] == [PHONE] * told
    assert all("已更改" in body for body in office.sms.bodies)


def test_who_does_not_want_messages_gets_none_and_the_matter_stays_open(office: Office) -> None:
    office.opt(Channel.SMS, wanted=False)
    assert office.send().skipped is Skip.NO_WAY
    office.work()
    assert not office.messages()
    office.opt(Channel.SMS)
    assert office.send().id


def test_a_no_withdraws_what_waits(office: Office) -> None:
    office.send()
    office.opt(Channel.SMS, wanted=False)
    office.work()
    assert not office.sms.delivered
    (row,) = office.messages()
    assert (row.state, says(row.state).en) == ("withdrawn", "Withdrawn; not sent")
    assert office.house.operations.resolve_due(office.made.street) == 0


def test_a_no_does_not_pretend_about_what_was_sent(office: Office) -> None:
    office.send()
    office.work()
    office.opt(Channel.SMS, wanted=False)
    assert [row.state for row in office.messages()] == ["succeeded"]


def test_email_is_for_those_who_gave_an_address(office: Office) -> None:
    office.opt(Channel.SMS, wanted=False)
    office.opt(Channel.EMAIL, address=ADDRESS)
    office.send()
    office.work()
    (request,) = office.email.delivered.values()
    assert (request.to, request.subject) == (ADDRESS, "资格认证已通过")
    (row,) = office.messages()
    assert row.masked == "m***@example.cn"
    with office.house.store.read(office.made.street) as tx:
        shown = {one.channel: (one.wanted, one.address) for one in office.house.contacts.of(tx, office.resident)}
    assert shown == {Channel.SMS: (False, "1381***0000"), Channel.EMAIL: (True, "m***@example.cn")}


def test_a_street_without_a_connection_sends_nothing_and_says_so(office: Office) -> None:
    office.switch("sms", State.PAUSED)
    assert office.send().skipped is Skip.NO_SERVICE
    assert not office.messages()


def test_the_way_that_the_street_has_is_taken(office: Office) -> None:
    office.switch("sms", State.PAUSED)
    office.opt(Channel.EMAIL, address=ADDRESS)
    office.send()
    office.work()
    assert len(office.email.delivered) == 1


def test_nobody_is_disturbed_at_night(office: Office) -> None:
    office.watch.now = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    office.send()
    office.work(3600)
    assert not office.sms.delivered
    (row,) = office.messages()
    assert row.not_before == datetime(2026, 3, 3, 0, 0, tzinfo=UTC), "eight o'clock in the street"
    office.work(9 * 3600)
    assert len(office.sms.delivered) == 1


def test_a_street_sets_its_own_quiet_hours(office: Office) -> None:
    office.house.notifications.keep_quiet(office.made.administrator, QuietHours(time(8), time(12)))
    office.house.notifications.keep_quiet(office.made.administrator, QuietHours(time(8), time(10)))
    office.send()
    office.work()
    assert not office.sms.delivered
    office.work(3600)
    assert len(office.sms.delivered) == 1
    with pytest.raises(NotAllowed):
        office.house.notifications.keep_quiet(office.made.operator, QuietHours(time(8), time(12)))


def test_an_unknown_message_is_asked_for_and_not_sent_again(office: Office) -> None:
    office.sms.will("notify_send", Step(answer=OutcomeUnknown("cut")))
    office.send()
    office.watch.forward(seconds=1)
    office.house.operations.resolve_due(office.made.street)
    (row,) = office.messages()
    assert (row.state, says(row.state).en) == ("unknown", "May have been sent; being confirmed")
    office.work(60)
    assert [row.state for row in office.messages()] == ["succeeded"]
    assert len(office.sms.sent("notify_send")) == 1


def test_a_message_that_never_arrived_is_sent_again(office: Office) -> None:
    office.sms.will("notify_send", Step(effect=False, answer=OutcomeUnknown("cut")))
    office.send()
    for _ in range(4):
        office.work(60)
    assert len(office.sms.sent("notify_send")) == 2
    assert len(office.sms.delivered) == 1
    assert [row.state for row in office.messages()] == ["succeeded"]


def test_an_unknown_that_nobody_can_be_asked_about_waits_for_a_person(office: Office) -> None:
    from jiedao.hookspecs.manifest import Recovery

    office.opt(Channel.SMS, wanted=False)
    office.opt(Channel.EMAIL, address=ADDRESS)
    office.email.recovery = Recovery.NONE
    plugin = office.house.registry.plugins["double_email"]
    office.house.registry.plugins["double_email"] = replace(plugin, manifest=office.email.describe())
    office.email.will("notify_send", Step(answer=OutcomeUnknown("lost after DATA")))
    office.send()
    office.work()
    (row,) = office.messages()
    assert (row.state, "May have been sent" in says(row.state).en) == ("review", True)
    assert [one.reason for one in office.made.operations()] == ["lost after DATA"]


def test_a_refusal_is_kept_with_its_reason(office: Office) -> None:
    office.sms.will("notify_send", Step(effect=False, answer=Declined(Text("空号", "no such number"), "X")))
    office.send()
    office.work()
    (row,) = office.messages()
    assert (row.state, row.reason) == ("declined", {"zh": "空号", "en": "no such number"})


def test_a_gateway_that_is_out_of_reach_is_tried_again(office: Office) -> None:
    office.sms.will("notify_send", *[Step(effect=False, answer=Unavailable("no line"))] * 2)
    office.send()
    for _ in range(3):
        office.work(60)
    assert [row.state for row in office.messages()] == ["succeeded"]


def test_neither_number_nor_words_are_stored_or_logged_in_clear(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.opt(Channel.EMAIL, address=ADDRESS)
    office.sms.will("notify_send", Step(answer=OutcomeUnknown("cut")))
    office.send()
    office.work(60)
    stored = [str(row) for name in ("operation", "message", "contact", "audit") for row in office.made.rows(name)]
    assert stored
    for secret in (PHONE, ADDRESS, "有效期至"):
        assert not any(secret in row for row in stored)
        assert secret not in caplog.text


def test_a_value_cannot_begin_a_line_of_its_own(office: Office) -> None:
    office.send(code="post_held", number="RR1\r\nBcc: x@example.cn", place="东胜\n支局", until="2026-03-09")
    office.work()
    (body,) = office.sms.bodies
    assert "\n" not in body
    assert "\r" not in body
    assert "东胜 支局" in body


@pytest.mark.parametrize("code", TEMPLATES)
def test_every_template_can_be_filled_in_both_languages(code: str) -> None:
    import re

    names = set(re.findall(r"{(\w+)}", TEMPLATES[code].body.zh))
    assert names == set(re.findall(r"{(\w+)}", TEMPLATES[code].body.en))
    for language in ("zh", "en"):
        subject, body = TEMPLATES[code].filled(dict.fromkeys(names, "x"), language)
        assert subject
        assert "{" not in body


def test_a_test_message_goes_at_once_even_at_night(office: Office) -> None:
    office.watch.now = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
    id_, planned = office.house.notifications.send_test(office.made.administrator, Channel.SMS, PHONE, "en")
    office.house.operations.drive(planned)
    (request,) = office.sms.delivered.values()
    assert (request.to, "Heelun" in request.body) == (PHONE, True)
    with office.house.store.read(office.made.street) as tx:
        row = office.house.notifications.one(tx, id_)
    assert (row.state, row.masked, row.resident) == ("succeeded", "1381***0000", None)


def test_a_test_message_needs_an_administrator_a_service_and_an_address(office: Office) -> None:
    send = office.house.notifications.send_test
    with pytest.raises(NotAllowed):
        send(office.made.operator, Channel.SMS, PHONE, "zh")
    for wrong in ("", "call me"):
        with pytest.raises(Invalid):
            send(office.made.administrator, Channel.SMS, wrong, "zh")
    office.switch("email", State.PAUSED)
    with pytest.raises(ServicePaused):
        send(office.made.administrator, Channel.EMAIL, ADDRESS, "zh")


@pytest.mark.parametrize(
    ("channel", "given", "code"),
    [
        (Channel.EMAIL, {}, "contact.address"),
        (Channel.EMAIL, {"address": "nobody"}, "contact.email"),
        (Channel.SMS, {"address": "13800000000"}, "contact.phone"),
        (Channel.SMS, {"language": "pl"}, "contact.language"),
    ],
)
def test_what_cannot_be_a_contact_is_refused(
    office: Office, channel: Channel, given: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        office.opt(channel, **given)
    assert refused.value.code == code


def test_a_street_sees_only_its_own(office: Office) -> None:
    office.send()
    with office.house.store.read("999999999") as tx:
        assert not office.house.notifications.of_resident(tx, office.resident)


def test_a_connection_with_messages_that_wait_cannot_be_switched_off(office: Office) -> None:
    office.send()
    with pytest.raises(Conflict):
        office.switch("sms", State.OFF)
    office.work()
    office.switch("sms", State.OFF)


@pytest.mark.parametrize(
    "wrong",
    [
        "a@b",
        "a b@example.cn",
        "a@example.cn\nBcc: b@example.cn",
        "<a@example.cn>",
        "名@example.cn",
        f"{'a' * 250}@x.cn",
    ],
)
def test_an_email_address_is_a_plain_one(wrong: str) -> None:
    with pytest.raises(Invalid):
        checked_email(wrong)


def test_masks() -> None:
    assert masked_address("someone@example.cn") == "s***@example.cn"
    assert masked_address("12345678") == "********"


NIGHT = QuietHours(time(21), time(8))


@pytest.mark.parametrize(
    ("hours", "at", "seconds"),
    [
        (NIGHT, "2026-03-02T20:59:59+08:00", 0),
        (NIGHT, "2026-03-02T21:00:00+08:00", 11 * 3600),
        (NIGHT, "2026-03-03T07:59:00+08:00", 60),
        (NIGHT, "2026-03-03T08:00:00+08:00", 0),
        (QuietHours(time(12), time(14)), "2026-03-03T13:00:00+08:00", 3600),
        (QuietHours(time(12), time(14)), "2026-03-03T14:00:00+08:00", 0),
        (QuietHours(time(0), time(0)), "2026-03-03T00:00:00+08:00", 0),
    ],
)
def test_quiet_hours(hours: QuietHours, at: str, seconds: float) -> None:
    assert hours.wait(datetime.fromisoformat(at), "Asia/Shanghai") == seconds


@pytest.mark.parametrize(("evening", "hours"), [("2026-03-28T22:00:00+01:00", 9), ("2026-10-24T22:00:00+02:00", 11)])
def test_the_night_in_which_clocks_change_is_as_long_as_it_is(evening: str, hours: int) -> None:
    assert NIGHT.wait(datetime.fromisoformat(evening), "Europe/Warsaw") == hours * 3600


def test_those_who_say_the_same_at_once_send_one(office: Office) -> None:
    store, room, together = office.house.store, office.house.notifications, threading.Barrier(4)

    def say(_: int) -> Sending:
        together.wait(5)
        sending: Sending = store.retrying(
            office.made.street, lambda tx: room.send(tx, "post_served", office.resident, "item 1", number="RR1")
        )
        return sending

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(say, range(4)))
    assert len({one.id for one in sent}) == 1
    assert sorted(one.again for one in sent) == [False, True, True, True]
    office.work()
    assert len(office.sms.delivered) == 1
