"""Signing in with a one-time code: what it takes, what it is refused for, and what nobody learns from an answer."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from notification_office import PHONE, Office

from jiedao.hookspecs.service import Channel
from jiedao.notifications.templates import TEMPLATES
from jiedao.personal.codes import AGAIN_AFTER, MINUTES, TRIES, Codes
from jiedao.problems import Invalid, NotFound, NotSignedIn, Problem, ServicePaused, TooMany
from jiedao.registry.connections import State

NOBODYS = "13899990000"
HERE = "192.0.2.7"


@pytest.fixture
def codes(office: Office) -> Codes:
    found: Codes = office.house.codes
    return found


def asked(office: Office, phone: str = PHONE, *, language: str = "zh", sender: str = HERE) -> str:
    """Ask, and have done what follows."""
    id_: str = office.house.codes.ask(office.made.street, phone, language, sender)
    office.house.operations.drive(office.house.codes.send(office.made.street, id_))
    return id_


def last_code(office: Office) -> str:
    found = re.search(r"\d{6}", office.sms.bodies[-1])
    assert found is not None
    return found[0]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def entered(office: Office, id_: str, code: str, sender: str = HERE) -> list[str]:
    found: list[str] = office.house.codes.enter(office.made.street, id_, code, sender)
    return found


def refused(office: Office, id_: str, code: str) -> Problem:
    with pytest.raises(NotSignedIn) as said:
        entered(office, id_, code)
    return said.value


def test_a_code_signs_its_owner_in_once(office: Office) -> None:
    id_ = asked(office)
    code = last_code(office)
    assert entered(office, id_, f" {code} ") == [office.resident]
    assert refused(office, id_, code).code == "code.over"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_message_says_what_it_is_for_in_the_language_asked_for(office: Office, language: str) -> None:
    asked(office, language=language)
    values = {"code": last_code(office), "minutes": MINUTES, "street": {"zh": "诃额伦街道", "en": "Heelun"}[language]}
    assert office.sms.bodies == [TEMPLATES["sign_in_code"].filled(values, language)[1]]
    assert [one.to for one in office.sms.delivered.values()] == [PHONE]


def test_it_comes_at_night_too_and_to_who_wants_no_messages(office: Office) -> None:
    office.opt(Channel.SMS, wanted=False)
    office.watch.forward(hours=14)
    asked(office)
    assert len(office.sms.bodies) == 1


def test_a_code_is_over_after_five_minutes(office: Office) -> None:
    id_ = asked(office)
    office.watch.forward(seconds=MINUTES * 60)
    assert refused(office, id_, last_code(office)).code == "code.over"


def test_a_code_can_be_tried_five_times(office: Office) -> None:
    id_ = asked(office)
    code = last_code(office)
    for _ in range(TRIES):
        assert refused(office, id_, another(code)).code == "code.wrong"
    assert refused(office, id_, code).code == "code.over"


def test_tries_made_at_the_same_moment_are_all_counted(office: Office) -> None:
    id_ = asked(office)
    code = last_code(office)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: refused(office, id_, another(code)).code, range(12)))
    assert said.count("code.wrong") == TRIES
    assert refused(office, id_, code).code == "code.over"


def test_one_code_used_by_two_at_the_same_moment_signs_one_in(office: Office) -> None:
    id_ = asked(office)
    code = last_code(office)

    def enter(_: int) -> bool:
        try:
            return bool(entered(office, id_, code))
        except NotSignedIn:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(enter, range(4))).count(True) == 1


def test_a_code_is_good_for_what_it_was_asked_for_only(office: Office) -> None:
    first = asked(office)
    code = last_code(office)
    office.watch.forward(seconds=AGAIN_AFTER + 1)
    second = asked(office)
    if last_code(office) != code:
        assert refused(office, second, code).code == "code.wrong"
    assert entered(office, first, code) == [office.resident]
    assert refused(office, "0" * 20, code).code == "code.over"


def test_a_number_that_nobody_has_is_answered_and_refused_alike(office: Office, codes: Codes) -> None:
    codes.ask(office.made.street, "13712345678", "zh", HERE)
    known, known_sql = statements(office, lambda: codes.ask(office.made.street, PHONE, "zh", HERE))
    unknown, unknown_sql = statements(office, lambda: codes.ask(office.made.street, NOBODYS, "zh", HERE))
    assert known_sql == unknown_sql
    assert len(known) == len(unknown) == 20
    for id_ in (known, unknown):
        office.house.operations.drive(codes.send(office.made.street, id_))
    assert len(office.sms.bodies) == 1
    wrong = another(last_code(office))
    assert refused(office, known, wrong).code == refused(office, unknown, wrong).code == "code.wrong"
    assert statements(office, lambda: refused(office, known, wrong).code) == statements(
        office, lambda: refused(office, unknown, wrong).code
    )
    for _ in range(TRIES - 2):
        assert refused(office, unknown, wrong).code == "code.wrong"
    assert refused(office, unknown, wrong).code == "code.over"


def statements(office: Office, act: Any) -> tuple[Any, list[str]]:
    """What comes of an act, and the statements that it sends."""
    sent: list[str] = []
    office.house.store.watch = lambda sql, _: sent.append(sql)
    try:
        return act(), sent
    finally:
        office.house.store.watch = None


def test_a_throttled_number_that_nobody_has_is_throttled_alike(office: Office, codes: Codes) -> None:
    for phone in (PHONE, NOBODYS):
        codes.ask(office.made.street, phone, "zh", HERE)
        with pytest.raises(TooMany) as said:
            codes.ask(office.made.street, phone, "zh", HERE)
        assert said.value.facts == {"retry_after": AGAIN_AFTER}


def test_a_number_gets_five_codes_an_hour_and_ten_a_day(office: Office, codes: Codes) -> None:
    taken = 0
    for _ in range(30):
        office.watch.forward(seconds=AGAIN_AFTER + 1)
        try:
            codes.ask(office.made.street, PHONE, "zh", HERE)
            taken += 1
        except TooMany:
            pass
    assert taken == 5
    for _ in range(12):
        office.watch.forward(hours=1)
        try:
            codes.ask(office.made.street, PHONE, "zh", HERE)
            taken += 1
        except TooMany:
            pass
    assert taken == 10


def test_one_address_cannot_ask_for_every_number(office: Office, codes: Codes) -> None:
    for number in range(60):
        codes.ask(office.made.street, f"137{number:08d}", "zh", HERE)
    with pytest.raises(TooMany):
        codes.ask(office.made.street, "13700000099", "zh", HERE)
    codes.ask(office.made.street, "13700000099", "zh", "198.51.100.2")


def test_asking_at_the_same_moment_is_counted_too(office: Office, codes: Codes) -> None:
    def ask(_: int) -> bool:
        try:
            return bool(codes.ask(office.made.street, PHONE, "zh", HERE))
        except TooMany:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))).count(True) == 1


def test_what_is_stored_tells_neither_code_nor_number_nor_address(office: Office) -> None:
    asked(office)
    code = last_code(office)
    for table in ("sign_in_code", "throttle", "message", "operation"):
        kept = str(office.made.rows(table))
        assert PHONE not in kept
        assert HERE not in kept
        assert f"'{code}'" not in kept
    assert office.messages()[0].masked == "1381***0000"


def test_several_residents_behind_one_number(office: Office) -> None:
    with office.house.store.write(office.made.street) as tx:
        wife = office.house.residents.add(tx, "古丽", phone=PHONE).id
    id_ = asked(office)
    assert entered(office, id_, last_code(office)) == [office.resident, wife]
    assert office.messages() == []


@pytest.mark.parametrize(("phone", "kind"), [("", Invalid), ("12", Invalid), ("not a number", Invalid)])
def test_what_is_no_number_is_refused(codes: Codes, office: Office, phone: str, kind: type[Problem]) -> None:
    with pytest.raises(kind):
        codes.ask(office.made.street, phone, "zh", HERE)


def test_a_street_that_is_not_there(codes: Codes) -> None:
    with pytest.raises(NotFound):
        codes.ask("000000000", PHONE, "zh", HERE)


def test_a_street_that_sends_no_sms_says_so_to_everyone(office: Office, codes: Codes) -> None:
    office.switch("sms", State.PAUSED)
    for phone in (PHONE, NOBODYS):
        with pytest.raises(ServicePaused):
            codes.ask(office.made.street, phone, "zh", HERE)


def test_codes_are_forgotten(office: Office) -> None:
    asked(office)
    office.watch.forward(hours=49)
    asked(office)
    assert len(office.made.rows("sign_in_code")) == 1
    assert len(office.made.rows("throttle")) == 5
