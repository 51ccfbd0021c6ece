"""Taking over from another street what its administrator may see there: settings and terms, never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.groups import all as groups
from jiedao.directory.second_factor import SecondFactors
from jiedao.directory.staff import colleague
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotSignedIn
from jiedao.registry.connections import Connections, Setup
from jiedao.store.carried import Carried, Expired
from jiedao.store.keyring import CannotOpen, Keyring
from jiedao.store.unit import Store

_PROOF_LIVES: Final = 900.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A connection to set up here after one of another street; `given` are secrets, and settings that differ."""

    connection: str
    id: str
    title: Text
    given: Mapping[str, Any]


class Copying:
    """Copies connections between streets of one installation."""

    def __init__(self, store: Store, connections: Connections, second_factors: SecondFactors, keyring: Keyring) -> None:
        self._store, self._connections = store, connections
        self._second_factors = second_factors
        self._proofs = Carried(store, keyring, "copying")

    def administrator_of(self, by: Caller, street: str, login: str, password: str, code: str) -> Caller:
        """Whoever proves now to be an administrator of another street too, as they would to sign in there.

        `Invalid` and `Conflict` as in `SecondFactors.prove`; wrong passwords and codes are counted there (`TooMany`).
        """
        by.must_be(Role.ADMINISTRATOR)
        if street == by.street:
            raise Invalid("copy.own", _OWN, field="street")
        try:
            there = self._second_factors.prove(street, login, password, code)
        except NotSignedIn:
            raise NotAllowed("copy.refused", _REFUSED, field="password") from None
        _administers(there)
        return there

    def seal(self, by: Caller, there: Caller) -> str:
        """What was proven, as an opaque text for the same two people; it expires in a quarter of an hour.

        So that looking and then copying takes one code of a second factor, and no password is kept in between.
        """
        return self._proofs.seal(f"{by.street}/{by.staff}", [there.street, there.staff], _PROOF_LIVES)

    def unseal(self, by: Caller, proof: str) -> Caller:
        """The administrator of the other street, who must still be one.

        `Invalid` for a proof that is not ours or somebody else's, `Conflict` for one that has expired.
        """
        by.must_be(Role.ADMINISTRATOR)
        try:
            street, staff = self._proofs.open(f"{by.street}/{by.staff}", proof)
        except CannotOpen:
            raise Invalid("copy.forged", _FORGED, field="proof") from None
        except Expired:
            raise Conflict("copy.expired", _EXPIRED, field="proof") from None
        with self._store.read(street) as tx:
            known = colleague(tx, staff)
        if not known.active:
            raise NotAllowed("copy.refused", _GONE, field="proof")
        there = Caller(street, known.id, known.role, "", known.name)
        _administers(there)
        return there

    def offered(self, by: Caller, there: Caller, plugin: str) -> list[Setup]:
        """The other street's connections of a plugin; that they were looked at is noted there."""
        with self._store.write(there.street) as tx:
            found = [one for one in self._connections.all(tx) if one.plugin == plugin]
            audit(tx, there, "connection.shown", f"plugin {plugin}", to_street=by.street, to_staff=by.staff)
        return found

    def copy(self, by: Caller, there: Caller, wanted: Wanted) -> tuple[str, ...]:
        """Set up a connection, switched off, with settings and terms of one there; noted on both sides.

        Groups of residents are each street's own: codes that are unknown here are left out, and returned.
        `Invalid` names a secret that is missing.
        """
        theirs = self._read(by, there, wanted)
        with self._store.write(by.street) as tx:
            self._connections.create(tx, wanted.id, theirs.plugin, wanted.title, {**theirs.settings, **wanted.given})
            known = {group.code for group in groups(tx)}
            kept = tuple(code for code in theirs.terms.groups if code in known)
            self._connections.agree(tx, wanted.id, replace(theirs.terms, groups=kept))
            left_out = tuple(code for code in theirs.terms.groups if code not in known)
            detail: dict[str, Any] = {
                "from_street": there.street,
                "connection": wanted.connection,
                "left_out": list(left_out),
            }
            audit(tx, by, "connection.copy", f"connection {wanted.id}", plugin=theirs.plugin, **detail)
            claim(tx, by, "connection", wanted.id)
        return left_out

    def _read(self, by: Caller, there: Caller, wanted: Wanted) -> Setup:
        """What is copied. It is noted there before it leaves, whatever comes of it here."""
        with self._store.write(there.street) as tx:
            theirs = self._connections.one(tx, wanted.connection)
            subject = f"connection {wanted.connection}"
            audit(tx, there, "connection.copied", subject, to_street=by.street, to_staff=by.staff)
        return theirs


def _administers(there: Caller) -> None:
    if there.role is not Role.ADMINISTRATOR:
        raise NotAllowed("copy.role", _ROLE, field="login")


_OWN: Final = Text(zh="请填写另一个街道", en="Name another street")
_REFUSED: Final = Text(zh="那边的用户名或密码不对", en="The login or the password of the other street is wrong")
_ROLE: Final = Text(zh="您在那个街道不是管理员", en="You are not an administrator of that street")
_FORGED: Final = Text(zh="请重新证明您是那边的管理员", en="Prove again that you are an administrator there")
_EXPIRED: Final = Text(
    zh="已超过 15 分钟，请重新证明您是那边的管理员",
    en="A quarter of an hour is over; prove again that you are an administrator there",
)
_GONE: Final = Text(zh="您在那边的账号已经停用", en="Your account there is not active any more")
