"""Signing in at the core: passwords, throttling, how long a session lasts, and what replaces it."""

from __future__ import annotations

import json
import threading

import pytest
from argon2 import PasswordHasher
from core_counter import STREET, Counter

from jiedao.directory import passwords, sessions
from jiedao.directory.caller import Caller, Role
from jiedao.directory.sessions import SignedIn, Stage
from jiedao.directory.sign_in import sign_in
from jiedao.directory.staff import (
    Change,
    add_staff,
    change_password,
    change_staff,
    colleague,
    colleagues,
    reset_password,
)
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, TooMany

PASSWORD = "correct horse battery"


@pytest.fixture
def hired(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """With an operator who signs in as wang. Hashing is made quick."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    with counter.write() as tx:
        add_staff(tx, "wang", "王芳", Role.OPERATOR, PASSWORD)
    return counter


def enter(counter: Counter, password: str = PASSWORD, login: str = "wang", till: str = "T1") -> SignedIn:
    return sign_in(counter.house.store, STREET, login, password, till)


def test_signing_in_and_out(hired: Counter) -> None:
    made = enter(hired)
    assert (made.caller.role, made.caller.name, made.caller.till) == (Role.OPERATOR, "王芳", "T1")
    held = sessions.find(hired.house.store, STREET, made.token)
    assert (held.caller, held.csrf, held.stage) == (made.caller, made.csrf, Stage.OPEN)
    with hired.write() as tx:
        sessions.move_to(tx, made.token, "T2")
        with pytest.raises(NotFound, match=r"till\.missing"):
            sessions.move_to(tx, made.token, "T9")
    assert sessions.find(hired.house.store, STREET, made.token).caller.till == "T2"
    with hired.write() as tx:
        sessions.sign_out(tx, made.token)
    with pytest.raises(NotSignedIn):
        sessions.find(hired.house.store, STREET, made.token)


@pytest.mark.parametrize(("login", "password"), [("wang", "wrong password"), ("nobody", PASSWORD), ("wang", "")])
def test_a_wrong_login_says_nothing(hired: Counter, login: str, password: str) -> None:
    with pytest.raises(NotSignedIn) as refused:
        enter(hired, password, login)
    assert refused.value.code == "sign_in.refused"


def test_a_token_is_good_in_its_street_for_twelve_hours(hired: Counter) -> None:
    made = enter(hired)
    for street, token in (("150602008", made.token), (STREET, made.token + "x"), (STREET, "")):
        with pytest.raises(NotSignedIn):
            sessions.find(hired.house.store, street, token)
    hired.watch.forward(hours=12, seconds=-1)
    sessions.find(hired.house.store, STREET, made.token)
    hired.watch.forward(seconds=1)
    with pytest.raises(NotSignedIn):
        sessions.find(hired.house.store, STREET, made.token)
    enter(hired)
    assert hired.sql("SELECT COUNT(*) FROM session")[0][0] == 1, "old ones are swept"


def test_tokens_and_passwords_are_not_stored(hired: Counter) -> None:
    made = enter(hired)
    stored = b"".join(p.read_bytes() for p in hired.folder.iterdir() if p.name.startswith("jiedao.db"))
    for secret in (made.token, PASSWORD):
        assert secret.encode() not in stored
    assert len(made.token) >= 43
    assert made.token != enter(hired).token


def fail(counter: Counter, times: int) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            enter(counter, "wrong password")


def test_five_wrong_passwords_lock_and_each_further_one_for_longer(hired: Counter) -> None:
    fail(hired, 4)
    enter(hired)
    fail(hired, 5)
    for lock in (60, 120, 240):
        for password in (PASSWORD, "wrong password"):
            with pytest.raises(TooMany):
                enter(hired, password)
        hired.watch.forward(seconds=lock - 1)
        with pytest.raises(TooMany):
            enter(hired)
        hired.watch.forward(seconds=1)
        fail(hired, 1)
    hired.watch.forward(seconds=480)
    enter(hired)
    fail(hired, 4)
    enter(hired)


def test_a_login_that_nobody_has_locks_like_any_other(hired: Counter) -> None:
    for login in ("wang", "nobody"):
        for _ in range(5):
            with pytest.raises(NotSignedIn):
                enter(hired, "wrong password", login)
        with pytest.raises(TooMany):
            enter(hired, "wrong password", login)
    stored = b"".join(p.read_bytes() for p in hired.folder.iterdir() if p.name.startswith("jiedao.db"))
    assert b"nobody" not in stored


def test_guesses_are_forgotten_after_a_day_and_not_kept_for_streets_that_are_not_here(hired: Counter) -> None:
    with pytest.raises(NotSignedIn):
        sign_in(hired.house.store, "000000000", "nobody", "wrong password", "")
    assert hired.sql("SELECT * FROM guess") == []
    fail(hired, 4)
    hired.watch.forward(seconds=86_401)
    with pytest.raises(NotSignedIn):
        enter(hired, "wrong password", "nobody")
    assert [row.failures for row in hired.sql("SELECT failures FROM guess")] == [1]


def test_guesses_at_the_same_moment_are_all_counted(hired: Counter) -> None:
    """Twelve at once are twelve guesses: whoever guesses right after the lock does not come in."""
    gate = threading.Barrier(12)
    refused: list[type[Exception]] = []

    def guess() -> None:
        gate.wait()
        try:
            enter(hired, "wrong password")
        except (NotSignedIn, TooMany) as no:
            refused.append(type(no))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 12
    (row,) = hired.sql("SELECT failures, locked_until FROM guess")
    assert row.failures == refused.count(NotSignedIn)
    assert row.locked_until is not None


def test_who_has_left_cannot_come_in_or_stay(hired: Counter) -> None:
    made = enter(hired)
    with hired.house.store.engine.begin() as raw:
        raw.exec_driver_sql("UPDATE staff SET active = 0")
    with pytest.raises(NotSignedIn):
        sessions.find(hired.house.store, STREET, made.token)
    with pytest.raises(NotSignedIn):
        enter(hired)


def test_logins_and_passwords_that_are_refused(hired: Counter) -> None:
    with pytest.raises(Invalid, match=r"password\.short"), hired.write() as tx:
        add_staff(tx, "li", "李强", Role.OPERATOR, "123456789")
    with pytest.raises(Conflict, match=r"staff\.exists"), hired.write() as tx:
        add_staff(tx, "wang", "王芳", Role.OPERATOR, PASSWORD)
    with pytest.raises(NotFound, match=r"till\.missing"):
        enter(hired, till="T9")


# passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("123456789", "password.short"),
        ("1234567890", "password.common"),
        ("QwertyUiop", "password.common"),
        ("ababababab", "password.common"),
        ("xx-WANGFANG-xx", "password.own"),
        ("我的名字是王芳芳啊啊啊啊", "password.own"),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(counter: Counter, password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused, counter.write() as tx:
        add_staff(tx, "wangfang", "王芳芳", Role.OPERATOR, password)
    assert (refused.value.code, refused.value.field) == (code, "password")


def test_an_own_password_is_changed_with_the_old_one_and_ends_the_other_sessions(hired: Counter) -> None:
    store, new = hired.house.store, "staple battery horse"
    mine, other = enter(hired), enter(hired)
    with pytest.raises(Invalid, match=r"password\.wrong") as refused:
        change_password(store, mine.caller, mine.token, "not the old one", new)
    assert refused.value.field == "old"
    with pytest.raises(Invalid, match=r"password\.same"):
        change_password(store, mine.caller, mine.token, PASSWORD, PASSWORD)
    with pytest.raises(Invalid, match=r"password\.short"):
        change_password(store, mine.caller, mine.token, PASSWORD, "short")
    renewed = change_password(store, mine.caller, mine.token, PASSWORD, new)
    assert renewed.token != mine.token
    assert renewed.csrf != mine.csrf
    assert sessions.find(store, STREET, renewed.token).caller == mine.caller
    for ended in (mine, other):
        with pytest.raises(NotSignedIn):
            sessions.find(store, STREET, ended.token)
    with pytest.raises(NotSignedIn):
        enter(hired)
    enter(hired, new)


def test_guessing_an_old_password_is_throttled_like_signing_in(hired: Counter) -> None:
    mine = enter(hired)
    for _ in range(5):
        with pytest.raises(Invalid, match=r"password\.wrong"):
            change_password(hired.house.store, mine.caller, mine.token, "not the old one", "staple battery horse")
    with pytest.raises(TooMany):
        change_password(hired.house.store, mine.caller, mine.token, PASSWORD, "staple battery horse")


# how long sessions last


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ACCOUNTANT])
def test_sessions_that_reach_the_books_end_after_half_an_hour_of_silence(hired: Counter, role: Role) -> None:
    with hired.write() as tx:
        add_staff(tx, "zhao", "赵磊", role, PASSWORD)
    made = enter(hired, login="zhao")
    for _ in range(4):
        hired.watch.forward(minutes=29)
        sessions.find(hired.house.store, STREET, made.token)
    hired.watch.forward(minutes=30)
    with pytest.raises(NotSignedIn, match=r"session\.over"):
        sessions.find(hired.house.store, STREET, made.token)


def test_a_page_that_only_watches_does_not_keep_the_session_alive(hired: Counter) -> None:
    with hired.write() as tx:
        add_staff(tx, "zhao", "赵磊", Role.ADMINISTRATOR, PASSWORD)
    made = enter(hired, login="zhao")
    hired.watch.forward(minutes=29)
    sessions.find(hired.house.store, STREET, made.token, watching=True)
    hired.watch.forward(minutes=1)
    with pytest.raises(NotSignedIn, match=r"session\.over"):
        sessions.find(hired.house.store, STREET, made.token)


def test_being_heard_of_is_written_once_a_minute(hired: Counter) -> None:
    made, store = enter(hired), hired.house.store
    writes: list[str] = []
    store.watch = lambda sql, values: writes.append(sql) if sql.startswith("UPDATE session") else None
    for seconds, expected in ((0, 0), (59, 0), (1, 1), (0, 1), (59, 1), (1, 2)):
        hired.watch.forward(seconds=seconds)
        sessions.find(store, STREET, made.token)
        assert len(writes) == expected


def test_who_sees_their_sessions_can_end_them(hired: Counter) -> None:
    store = hired.house.store
    first = sign_in(store, STREET, "wang", PASSWORD, "T1", device="Chromium")
    hired.watch.forward(minutes=5)
    second = enter(hired)
    with hired.write() as tx:
        colleague_of = add_staff(tx, "li", "李强", Role.OPERATOR, PASSWORD)
        listed = sessions.of_staff(tx, first.caller.staff)
        assert [(one.device, one.till) for one in listed] == [("", "T1"), ("Chromium", "T1")]
        with pytest.raises(NotFound, match=r"session\.missing"):
            sessions.end_one(tx, colleague_of, listed[1].id)
        sessions.end_one(tx, first.caller.staff, listed[1].id)
    with pytest.raises(NotSignedIn):
        sessions.find(store, STREET, first.token)
    third = enter(hired)
    with hired.write() as tx:
        assert sessions.end_all(tx, first.caller.staff, but=second.token) == 1
    sessions.find(store, STREET, second.token)
    with pytest.raises(NotSignedIn):
        sessions.find(store, STREET, third.token)


# people


@pytest.fixture
def office(hired: Counter) -> tuple[Counter, Caller, str]:
    """With an administrator, and the operator's id."""
    with hired.write() as tx:
        chief = add_staff(tx, "zhao", "赵磊", Role.ADMINISTRATOR, PASSWORD)
    operator = enter(hired).caller.staff
    return hired, Caller(STREET, chief, Role.ADMINISTRATOR, "", "赵磊"), operator


def test_a_new_role_ends_every_session(office: tuple[Counter, Caller, str]) -> None:
    hired, chief, operator = office
    made = enter(hired)
    with hired.write() as tx:
        change_staff(tx, chief, operator, Change(name="王芳芳"))
    sessions.find(hired.house.store, STREET, made.token)
    with hired.write() as tx:
        change_staff(tx, chief, operator, Change(role=Role.ACCOUNTANT))
    with pytest.raises(NotSignedIn):
        sessions.find(hired.house.store, STREET, made.token)
    assert enter(hired).caller.role is Role.ACCOUNTANT
    details = [json.loads(row.detail) for row in hired.sql("SELECT detail FROM audit WHERE action = 'staff.change'")]
    assert sorted(details, key=str) == [{"name": "王芳芳"}, {"role": "accountant"}]


def test_a_street_keeps_an_administrator_and_nobody_changes_their_own_role(office: tuple[Counter, Caller, str]) -> None:
    hired, chief, operator = office
    stranger = Caller(STREET, "machine", Role.ADMINISTRATOR)
    with hired.write() as tx:
        for change in (Change(role=Role.OPERATOR), Change(active=False)):
            with pytest.raises(Conflict, match=r"staff\.self"):
                change_staff(tx, chief, chief.staff, change)
            with pytest.raises(Conflict, match=r"staff\.last_administrator"):
                change_staff(tx, stranger, chief.staff, change)
        change_staff(tx, chief, chief.staff, Change(name="赵小磊"))
        change_staff(tx, chief, operator, Change(role=Role.ADMINISTRATOR))
        change_staff(tx, stranger, chief.staff, Change(active=False))
        assert [one.active for one in colleagues(tx)] == [True, False]
        assert [one.login for one in colleagues(tx, after="wang")] == ["zhao"]
        assert [one.login for one in colleagues(tx, limit=1)] == ["wang"]


def test_two_who_dismiss_each_other_at_the_same_moment_leave_one(
    on_both: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    with on_both.write() as tx:
        ids = [add_staff(tx, login, "赵磊", Role.ADMINISTRATOR, PASSWORD) for login in ("first", "second")]
    gate = threading.Barrier(2)
    ends: list[str] = []

    def dismiss(by: str, whom: str) -> None:
        gate.wait()
        try:
            with on_both.write() as tx:
                change_staff(tx, Caller(STREET, by, Role.ADMINISTRATOR), whom, Change(active=False))
            ends.append("done")
        except Conflict as no:
            ends.append(no.code)

    threads = [threading.Thread(target=dismiss, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["done", "staff.last_administrator"]
    with on_both.read() as tx:
        assert sum(one.active for one in colleagues(tx)) == 1


def test_only_administrators_change_people(office: tuple[Counter, Caller, str]) -> None:
    hired, chief, operator = office
    me = Caller(STREET, operator, Role.OPERATOR)
    with hired.write() as tx:
        with pytest.raises(NotAllowed):
            change_staff(tx, me, chief.staff, Change(active=False))
        with pytest.raises(NotAllowed):
            reset_password(tx, me, chief.staff, "staple battery horse", "忘记了密码")
        with pytest.raises(Conflict, match=r"password\.self"):
            reset_password(tx, chief, chief.staff, "staple battery horse", "忘记了密码")
        with pytest.raises(NotFound, match=r"staff\.missing"):
            change_staff(tx, chief, "none", Change(active=False))


def test_a_password_that_was_reset_ends_sessions_and_locks(office: tuple[Counter, Caller, str]) -> None:
    hired, chief, operator = office
    made = enter(hired)
    fail(hired, 5)
    with hired.write() as tx:
        reset_password(tx, chief, operator, "staple battery horse", "本人到场，忘记密码")
        assert colleague(tx, operator).second_factor is False
    with pytest.raises(NotSignedIn):
        sessions.find(hired.house.store, STREET, made.token)
    enter(hired, "staple battery horse")
