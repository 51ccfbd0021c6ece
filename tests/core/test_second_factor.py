"""The second factor at the core: enrolment, codes that open once, recovery codes, throttling, reset."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from core_counter import STREET, Counter

from jiedao.directory import passwords, sessions, sign_in_rules
from jiedao.directory.caller import STAFF, Caller, Role
from jiedao.directory.sessions import SignedIn, Stage
from jiedao.directory.sign_in import sign_in
from jiedao.directory.staff import add_staff
from jiedao.problems import Conflict, Invalid, NotAllowed, NotSignedIn, TooMany

PASSWORD = "correct horse battery"


class Office:
    """A street with an administrator, an accountant and an operator, and their authenticators."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.store, self.factors = counter, counter.house.store, counter.house.second_factors
        with counter.write() as tx:
            ids = {role: add_staff(tx, role.value, "赵磊", role, PASSWORD) for role in STAFF}
        self.chief = Caller(STREET, ids[Role.ADMINISTRATOR], Role.ADMINISTRATOR, "", "赵磊")
        self.ids = ids

    def enter(self, login: str = "accountant") -> SignedIn:
        return sign_in(self.store, STREET, login, PASSWORD, "")

    def require(self, wanted: bool = True) -> None:
        with self.counter.write() as tx:
            sign_in_rules.require(tx, self.chief, wanted)

    def code(self, secret: str, steps: int = 0) -> str:
        return pyotp.TOTP(secret).at(self.counter.watch.now + timedelta(seconds=30 * steps))

    def enrol(self, login: str = "accountant") -> tuple[str, list[str], SignedIn]:
        """Secret, recovery codes and the session that is open then; the clock stands one step further."""
        signed = self.enter(login)
        with self.counter.write() as tx:
            begun = self.factors.begin(tx, signed.caller)
        held = sessions.find(self.store, STREET, signed.token)
        made, codes = self.factors.confirm(held, signed.token, self.code(begun.secret))
        self.counter.watch.forward(seconds=30)
        return begun.secret, codes, made

    def complete(self, code: str, login: str = "accountant") -> SignedIn:
        return self.factors.complete(STREET, self.enter(login).token, code)


@pytest.fixture
def office(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Office:
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    return Office(counter)


def test_the_street_says_who_needs_one(office: Office) -> None:
    assert office.enter().stage is Stage.OPEN
    office.require()
    stages = {role: office.enter(role.value).stage for role in STAFF}
    assert stages == {
        Role.OPERATOR: Stage.OPEN,
        Role.ACCOUNTANT: Stage.ENROLMENT,
        Role.ADMINISTRATOR: Stage.ENROLMENT,
    }
    office.require()
    office.require(False)
    assert office.enter().stage is Stage.OPEN
    assert len(office.counter.sql("SELECT * FROM audit WHERE action = 'sign_in.second_factor'")) == 2
    with pytest.raises(NotAllowed), office.counter.write() as tx:
        sign_in_rules.require(tx, Caller(STREET, office.ids[Role.ACCOUNTANT], Role.ACCOUNTANT), False)


def test_from_enrolment_to_an_open_session_with_another_token(office: Office) -> None:
    office.require()
    waiting = office.enter()
    with office.counter.write() as tx:
        begun = office.factors.begin(tx, waiting.caller)
        assert office.factors.of(tx, waiting.caller.staff).since is None
    assert begun.uri.startswith(f"otpauth://totp/jiedao:accountant%40{STREET}?secret={begun.secret}")
    held = sessions.find(office.store, STREET, waiting.token)
    with pytest.raises(Invalid, match=r"second_factor\.wrong"):
        office.factors.confirm(held, waiting.token, "000000")
    made, codes = office.factors.confirm(held, waiting.token, office.code(begun.secret))
    assert (made.stage, made.token != waiting.token, len(set(codes))) == (Stage.OPEN, True, 10)
    assert sessions.find(office.store, STREET, made.token).stage is Stage.OPEN
    with pytest.raises(NotSignedIn):
        sessions.find(office.store, STREET, waiting.token)
    with office.counter.read() as tx:
        factor = office.factors.of(tx, made.caller.staff)
    assert (factor.since, factor.recovery_left) == (office.counter.watch.now, 10)


def test_with_one_the_password_opens_half_the_door(on_both: Counter) -> None:
    office = Office(on_both)
    secret, _, _ = office.enrol()
    waiting = office.enter()
    assert waiting.stage is Stage.SECOND_FACTOR
    made = office.factors.complete(STREET, waiting.token, office.code(secret))
    assert made.stage is Stage.OPEN
    with pytest.raises(Conflict, match=r"second_factor\.not_awaited"):
        office.factors.complete(STREET, made.token, office.code(secret))


def test_a_code_opens_once(office: Office) -> None:
    secret, _, _ = office.enrol()
    code = office.code(secret)
    office.complete(code)
    with pytest.raises(Invalid, match=r"second_factor\.used"):
        office.complete(code)
    with pytest.raises(Invalid, match=r"second_factor\.used"):
        office.complete(office.code(secret, -1))
    office.counter.watch.forward(seconds=30)
    office.complete(office.code(secret))


def test_whoever_proves_who_they_are_without_a_session_needs_all_of_it(office: Office) -> None:
    def prove(code: str = "", login: str = "accountant", password: str = PASSWORD) -> Caller:
        return office.factors.prove(STREET, login, password, code)

    assert prove().role is Role.ACCOUNTANT
    office.require()
    with pytest.raises(Conflict, match=r"second_factor\.enrol_first"):
        prove()
    assert prove(login="operator").role is Role.OPERATOR
    secret, codes, _ = office.enrol()
    with pytest.raises(Invalid, match=r"second_factor\.wanted") as wanted:
        prove()
    assert wanted.value.field == "code"
    with pytest.raises(NotSignedIn):
        prove(office.code(secret), password="wrong password")
    assert prove(office.code(secret)).staff == office.ids[Role.ACCOUNTANT]
    with pytest.raises(Invalid, match=r"second_factor\.used"):
        prove(office.code(secret))
    assert prove(codes[0]).staff == office.ids[Role.ACCOUNTANT]
    for _ in range(3):
        with pytest.raises(Invalid, match=r"second_factor\.wrong"):
            prove("000000")
    with pytest.raises(TooMany):
        prove(codes[1])


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_drift_is_allowed(office: Office, steps: int, good: bool) -> None:
    secret, _, _ = office.enrol()
    office.counter.watch.forward(minutes=5)
    if good:
        assert office.complete(office.code(secret, steps)).stage is Stage.OPEN
    else:
        with pytest.raises(Invalid, match=r"second_factor\.wrong"):
            office.complete(office.code(secret, steps))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "abcdef", "AAAA-AAAA-AAAA"])
def test_what_is_no_code_is_wrong(office: Office, code: str) -> None:
    office.enrol()
    with pytest.raises(Invalid, match=r"second_factor\.wrong") as refused:
        office.complete(code)
    assert refused.value.field == "code"


def test_a_recovery_code_opens_once_however_it_is_written(office: Office) -> None:
    _, codes, _ = office.enrol()
    office.complete(codes[0])
    with pytest.raises(Invalid, match=r"second_factor\.wrong"):
        office.complete(codes[0])
    office.complete(codes[1].replace("-", " ").lower())
    with office.counter.read() as tx:
        assert office.factors.of(tx, office.ids[Role.ACCOUNTANT]).recovery_left == 8


def test_new_recovery_codes_replace_the_old_ones(office: Office) -> None:
    secret, codes, made = office.enrol()
    with pytest.raises(Invalid, match=r"second_factor\.wrong"):
        office.factors.renew_codes(made.caller, "000000")
    fresh = office.factors.renew_codes(made.caller, office.code(secret))
    assert set(fresh).isdisjoint(codes)
    with pytest.raises(Invalid, match=r"second_factor\.wrong"):
        office.complete(codes[0])
    office.complete(fresh[0])


def test_wrong_codes_and_wrong_passwords_lock_together(office: Office) -> None:
    secret, _, _ = office.enrol()
    for _ in range(3):
        with pytest.raises(Invalid, match=r"second_factor\.wrong"):
            office.complete("000000")
    for _ in range(2):
        with pytest.raises(NotSignedIn):
            sign_in(office.store, STREET, "accountant", "not this one", "")
    with pytest.raises(TooMany):
        office.enter()
    office.counter.watch.forward(seconds=60)
    office.complete(office.code(secret))


def test_the_password_alone_does_not_forgive_guesses_at_the_code(office: Office) -> None:
    office.enrol()
    for _ in range(5):
        with pytest.raises(Invalid, match=r"second_factor\.wrong"):
            office.complete("000000")
    with pytest.raises(TooMany):
        office.enter()


def test_a_lock_holds_for_who_is_half_in_too(office: Office) -> None:
    secret, _, _ = office.enrol()
    waiting = office.enter()
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            sign_in(office.store, STREET, "accountant", "not this one", "")
    with pytest.raises(TooMany):
        office.factors.complete(STREET, waiting.token, office.code(secret))


def test_half_the_door_closes_after_ten_minutes(office: Office) -> None:
    secret, _, _ = office.enrol()
    waiting = office.enter()
    office.counter.watch.forward(minutes=10)
    with pytest.raises(NotSignedIn):
        office.factors.complete(STREET, waiting.token, office.code(secret))


def test_another_authenticator_counts_only_once_it_is_confirmed(office: Office) -> None:
    old, _, made = office.enrol()
    with office.counter.write() as tx:
        begun = office.factors.begin(tx, made.caller)
    office.complete(office.code(old))
    held = sessions.find(office.store, STREET, made.token)
    office.factors.confirm(held, made.token, office.code(begun.secret))
    office.counter.watch.forward(seconds=30)
    with pytest.raises(Invalid, match=r"second_factor\.wrong"):
        office.complete(office.code(old))
    office.complete(office.code(begun.secret))


def test_the_password_alone_does_not_bring_another_authenticator(office: Office) -> None:
    office.enrol()
    waiting = office.enter()
    with office.counter.write() as tx:
        begun = office.factors.begin(tx, waiting.caller)
        assert office.factors.pending(tx, waiting.caller) == begun
    held = sessions.find(office.store, STREET, waiting.token)
    with pytest.raises(Conflict, match=r"second_factor\.awaited"):
        office.factors.confirm(held, waiting.token, office.code(begun.secret))


def test_one_that_is_required_cannot_be_removed(office: Office) -> None:
    secret, _, made = office.enrol()
    office.require()
    with pytest.raises(Conflict, match=r"second_factor\.required"):
        office.factors.remove(made.caller, office.code(secret))
    office.require(False)
    office.factors.remove(made.caller, office.code(secret))
    assert office.enter().stage is Stage.OPEN


def test_another_administrator_resets_it_and_it_is_noted(office: Office) -> None:
    office.require()
    _, codes, made = office.enrol()
    accountant = made.caller.staff
    with office.counter.write() as tx:
        with pytest.raises(NotAllowed):
            office.factors.reset(tx, made.caller, office.chief.staff, "手机丢失")
        with pytest.raises(Conflict, match=r"second_factor\.self"):
            office.factors.reset(tx, office.chief, office.chief.staff, "手机丢失")
        office.factors.reset(tx, office.chief, accountant, "手机丢失，本人到场")
    with pytest.raises(NotSignedIn):
        sessions.find(office.store, STREET, made.token)
    assert office.enter().stage is Stage.ENROLMENT
    (row,) = office.counter.sql("SELECT staff, subject, reason FROM audit WHERE action = 'second_factor.reset'")
    assert tuple(row) == (office.chief.staff, f"staff {accountant}", "手机丢失，本人到场")
    assert codes[0] not in str(row)


def test_neither_secret_nor_codes_are_stored_in_clear(office: Office) -> None:
    secret, codes, _ = office.enrol()
    stored = b"".join(p.read_bytes() for p in office.counter.folder.iterdir() if p.name.startswith("jiedao.db"))
    for shown in (secret, codes[0], codes[0].replace("-", "")):
        assert shown.encode() not in stored
