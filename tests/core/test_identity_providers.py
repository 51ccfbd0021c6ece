"""Who of an identity provider is who at the street: tied by an administrator, and nobody else."""

from __future__ import annotations

import pytest
from core_counter import STREET, Counter

from jiedao.directory.caller import Caller, Role
from jiedao.directory.providers import EMAIL, SUBJECT, Proven, Provider, Tie
from jiedao.directory.sessions import Stage
from jiedao.directory.sign_in import sign_in_proven
from jiedao.directory.staff import Change, add_staff, change_staff
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn

CHIEF = Caller(STREET, "chief", Role.ADMINISTRATOR)
NAME = Text("政务统一身份", "Government account")
GIVEN = Provider(NAME, "https://id.example.cn/realm", "jiedao", False, True)


@pytest.fixture
def street(counter: Counter) -> Counter:
    """With a provider, and an operator who signs in as wang."""
    with counter.write() as tx:
        add_staff(tx, "wang", "王芳", Role.OPERATOR, "correct horse battery")
        counter.house.providers.set(tx, CHIEF, GIVEN, "client-secret")
    return counter


def wang(street: Counter) -> str:
    return str(street.sql("SELECT id FROM staff WHERE login = 'wang'")[0].id)


def test_the_secret_goes_in_and_never_comes_out(street: Counter) -> None:
    providers = street.house.providers
    with street.read() as tx:
        shown = providers.of(tx)
        assert shown == Provider(NAME, GIVEN.issuer, "jiedao", True, True)
        assert providers.access(tx).secret == "client-secret"
        assert "client-secret" not in repr(providers.access(tx))
    stored = b"".join(p.read_bytes() for p in street.folder.iterdir() if p.name.startswith("jiedao.db"))
    assert b"client-secret" not in stored
    with street.write() as tx:
        providers.set(tx, CHIEF, Provider(NAME, GIVEN.issuer, "other", False, False), "")
        assert providers.to_check(tx).secret == "client-secret"
        with pytest.raises(NotFound, match=r"identity_provider\.missing"):
            providers.access(tx)


@pytest.mark.parametrize(
    "issuer", ["http://id.example.cn", "https://", "https://id.example.cn/?a=1", "ftp://id", "http://127.0.0.1.evil.cn"]
)
def test_tokens_travel_over_tls(street: Counter, issuer: str) -> None:
    with street.write() as tx, pytest.raises(Invalid, match=r"identity_provider\.issuer"):
        street.house.providers.set(tx, CHIEF, Provider(NAME, issuer, "jiedao", False, True), "x")


def test_who_is_not_tied_is_nobody_here(street: Counter) -> None:
    with street.write() as tx, pytest.raises(NotSignedIn, match=r"identity\.unknown"):
        street.house.providers.staff_of(tx, Proven("sub-1", "wang@example.cn"))


def test_a_subject_is_tied_to_one_member_of_staff(street: Counter) -> None:
    providers, staff = street.house.providers, wang(street)
    with street.write() as tx:
        providers.tie(tx, CHIEF, staff, Tie(SUBJECT, "sub-1"))
        assert providers.staff_of(tx, Proven("sub-1")) == staff
        other = add_staff(tx, "li", "李强", Role.OPERATOR, "correct horse battery")
    with pytest.raises(Conflict, match=r"identity\.tied"), street.write() as tx:
        providers.tie(tx, CHIEF, other, Tie(SUBJECT, "sub-1"))
    with street.write() as tx:
        providers.untie(tx, CHIEF, staff)
        with pytest.raises(NotSignedIn):
            providers.staff_of(tx, Proven("sub-1"))
        with pytest.raises(NotAllowed):
            providers.tie(tx, street.me, staff, Tie(SUBJECT, "sub-1"))
        for tie in (Tie(EMAIL, "nothing"), Tie(SUBJECT, "  ")):
            with pytest.raises(Invalid):
                providers.tie(tx, CHIEF, staff, tie)


def test_an_address_serves_once_and_then_the_subject_counts(street: Counter) -> None:
    providers, staff = street.house.providers, wang(street)
    with street.write() as tx:
        providers.tie(tx, CHIEF, staff, Tie(EMAIL, "Wang@Example.cn"))
        with pytest.raises(NotSignedIn):
            providers.staff_of(tx, Proven("sub-9"))
        assert providers.staff_of(tx, Proven("sub-1", "wang@example.cn")) == staff
        assert providers.tie_of(tx, staff) == Tie(SUBJECT, "sub-1")
        with pytest.raises(NotSignedIn):
            providers.staff_of(tx, Proven("sub-2", "wang@example.cn"))


def test_another_issuer_or_none_forgets_who_is_who(street: Counter) -> None:
    providers, staff = street.house.providers, wang(street)
    with street.write() as tx:
        providers.tie(tx, CHIEF, staff, Tie(SUBJECT, "sub-1"))
        providers.set(tx, CHIEF, Provider(NAME, "https://other.example.cn", "jiedao", False, True), "")
        assert providers.tie_of(tx, staff) is None
        providers.tie(tx, CHIEF, staff, Tie(SUBJECT, "sub-1"))
        providers.remove(tx, CHIEF)
        assert providers.of(tx) is None
        assert providers.tie_of(tx, staff) is None
        with pytest.raises(NotFound):
            providers.remove(tx, CHIEF)


def test_who_is_proven_is_let_in_unless_they_have_left(street: Counter) -> None:
    store, staff = street.house.store, wang(street)
    made = sign_in_proven(store, STREET, staff, "T1")
    assert (made.stage, made.caller.till, made.caller.name) == (Stage.OPEN, "T1", "王芳")
    with street.write() as tx:
        add_staff(tx, "zhao", "赵磊", Role.ADMINISTRATOR, "correct horse battery")
        change_staff(tx, CHIEF, staff, Change(active=False))
    with pytest.raises(NotSignedIn):
        sign_in_proven(store, STREET, staff, "T1")
