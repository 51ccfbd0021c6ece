"""The second factor: a six-digit code of an authenticator (TOTP, RFC 6238), or one of ten recovery codes.

Secrets are sealed, recovery codes kept as keyed digests; both are shown once. A code opens once: the time step of the
last one is remembered, and neither it nor an earlier one is taken again. One step of drift (30 seconds) is allowed.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, null, select, update

from jiedao.directory import guesses, sessions
from jiedao.directory.caller import Caller, Role, audit
from jiedao.directory.sessions import Held, SignedIn, Stage
from jiedao.directory.sign_in import known_colleague, stage_of
from jiedao.directory.sign_in_rules import is_required, needs_second_factor
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

STEP_SECONDS: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator has to be told; shown once, until a code proves that it has arrived."""

    secret: str = field(repr=False)
    """Base 32, to be typed where no picture can be read."""
    uri: str = field(repr=False)
    """otpauth://, for a QR code."""


@dataclass(frozen=True, slots=True)
class Factor:
    """How a member of staff stands with the second factor."""

    since: datetime | None
    """When it was set up; None while there is none."""
    recovery_left: int
    """Recovery codes that were not used yet."""


class SecondFactors:
    """The second factors of all streets."""

    def __init__(self, store: Store, keyring: Keyring) -> None:
        self._store, self._keyring = store, keyring

    def of(self, tx: Tx, staff: str) -> Factor:
        """How somebody stands with it."""
        row = tx.first(_ONE, staff=staff)
        if row is None or row.since is None:
            return Factor(None, 0)
        left = tx.first(_LEFT, staff=staff)
        return Factor(row.since, int(left.still) if left else 0)

    # at the door

    def complete(self, street: str, token: str, code: str) -> SignedIn:
        """Open a session that waits for a code; it gets a new token.

        `Invalid` for a wrong code or one that was used; wrong ones are counted with the wrong passwords (`TooMany`).
        """
        held = sessions.find(self._store, street, token)
        if held.stage is not Stage.SECOND_FACTOR:
            raise Conflict("second_factor.not_awaited", _NOT_AWAITED)
        with self._guarded(held.caller, code) as tx:
            made = sessions.renew(tx, token, held.caller)
            guesses.forgive(tx, _login(tx, held.caller.staff))
        return made

    def prove(self, street: str, login: str, password: str, code: str) -> Caller:
        """Who gives this login, this password and, where they have a second factor, a code of it; without a session.

        Throttled as a sign-in is. `Invalid` names the code when it is wanted or wrong, `Conflict` says that the street
        asks for a second factor that is not set up: whoever could not sign in proves nothing here either.
        """
        known = known_colleague(self._store, street, login, password)
        with self._store.read(street) as tx:
            stage = stage_of(tx, known)
        if stage is Stage.ENROLMENT:
            raise Conflict("second_factor.enrol_first", _ENROL_FIRST)
        if stage is Stage.OPEN:
            return known
        if not code:
            raise Invalid("second_factor.wanted", _WANTED, field="code")
        with self._guarded(known, code):
            return known

    # setting it up, by oneself

    def pending(self, tx: Tx, caller: Caller) -> Enrolment:
        """The secret that was begun and waits to be confirmed."""
        row = tx.first(_ONE, staff=caller.staff)
        if row is None or row.pending is None:
            raise Conflict("second_factor.not_begun", _NOT_BEGUN)
        return _told(tx, caller, self._keyring.open(row.pending, _PURPOSE, f"{tx.street}/{caller.staff}"))

    def begin(self, tx: Tx, caller: Caller) -> Enrolment:
        """A new secret, which counts only once `confirm` has seen a code of it. One that counts stays until then."""
        import pyotp

        secret = pyotp.random_base32()
        sealed = self._keyring.seal(secret, _PURPOSE, f"{tx.street}/{caller.staff}")
        if not tx.change(_PENDING, staff=caller.staff, pending_=sealed):
            try:
                tx.add(tables.second_factor, staff=caller.staff, pending=sealed)
            except AlreadyThere:
                raise Overtaken(caller.staff) from None
        return _told(tx, caller, secret)

    def confirm(self, held: Held, token: str, code: str) -> tuple[SignedIn, list[str]]:
        """Count on the new secret from now on: the session with another token, and ten recovery codes, shown once.

        The person's other sessions end. `Invalid` for a wrong code, `Conflict` when nothing was begun. A session that
        still waits for a code cannot do this: whoever knows the password alone must not bring their own authenticator.
        """
        caller = held.caller
        if held.stage is Stage.SECOND_FACTOR:
            raise Conflict("second_factor.awaited", _AWAITED)
        with self._store.read(caller.street) as tx:
            login = _login(tx, caller.staff)
            guesses.check(tx, login)
            row = tx.first(_ONE, staff=caller.staff)
            if row is None or row.pending is None:
                raise Conflict("second_factor.not_begun", _NOT_BEGUN)
            step = self._step(tx, row.pending, caller.staff, code)
        if step is None:
            guesses.note(self._store, caller.street, login)
            raise Invalid("second_factor.wrong", _WRONG, field="code")
        with self._store.write(caller.street) as tx:
            if not tx.change(_CONFIRM, staff=caller.staff, step=step, now=tx.now, seen=row.pending):
                raise Conflict("second_factor.not_begun", _NOT_BEGUN)
            codes = self._new_codes(tx, caller.staff)
            sessions.end_all(tx, caller.staff, but=token)
            made = sessions.renew(tx, token, caller)
            guesses.forgive(tx, login)
            audit(tx, caller, "second_factor.enrol", f"staff {caller.staff}")
        return made, codes

    def renew_codes(self, caller: Caller, code: str) -> list[str]:
        """Ten new recovery codes, shown once; the old ones open nothing any more."""
        with self._guarded(caller, code) as tx:
            codes = self._new_codes(tx, caller.staff)
            audit(tx, caller, "second_factor.codes", f"staff {caller.staff}")
        return codes

    def remove(self, caller: Caller, code: str) -> None:
        """Do without from now on; `Conflict` where the street asks for it."""
        with self._guarded(caller, code) as tx:
            if needs_second_factor(caller.role) and is_required(tx):
                raise Conflict("second_factor.required", _REQUIRED)
            _forget(tx, caller.staff)
            audit(tx, caller, "second_factor.remove", f"staff {caller.staff}")

    # for a colleague who lost theirs

    def reset(self, tx: Tx, by: Caller, staff: str, reason: str) -> None:
        """Let a colleague set it up anew; their sessions end. Administrators, for others only, with a reason."""
        by.must_be(Role.ADMINISTRATOR)
        if by.staff == staff:
            raise Conflict("second_factor.self", _SELF)
        _login(tx, staff)
        _forget(tx, staff)
        sessions.end_all(tx, staff)
        audit(tx, by, "second_factor.reset", f"staff {staff}", reason)

    # how a code is judged

    @contextmanager
    def _guarded(self, caller: Caller, code: str) -> Iterator[Tx]:
        """A transaction that begins by using a code up; a wrong one is counted after it has been rolled back."""
        with self._store.read(caller.street) as tx:
            login = _login(tx, caller.staff)
            guesses.check(tx, login)
        try:
            with self._store.write(caller.street) as tx:
                self._accept(tx, caller.staff, code)
                guesses.check(tx, login)  # guesses made at the same moment may have locked it
                yield tx
        except Invalid:
            guesses.note(self._store, caller.street, login)
            raise

    def _accept(self, tx: Tx, staff: str, code: str) -> None:
        """Use a code up; `Invalid` when it is wrong or was used."""
        row = tx.first(_ONE, staff=staff)
        if row is None or row.since is None:
            raise Conflict("second_factor.missing", _MISSING)
        if not _SIX.fullmatch(code):
            digest = self._recovery_digest(tx, staff, code)
            if not tx.change(_USE, staff=staff, digest=digest, now=tx.now):
                raise Invalid("second_factor.wrong", _WRONG, field="code")
            return
        step = self._step(tx, row.secret, staff, code)
        if step is None:
            raise Invalid("second_factor.wrong", _WRONG, field="code")
        if not tx.change(_ADVANCE, staff=staff, step=step):
            raise Invalid("second_factor.used", _USED, field="code")

    def _step(self, tx: Tx, sealed: bytes, staff: str, code: str) -> int | None:
        """The time step that a code belongs to: the present one or a neighbour. None for a wrong code."""
        import pyotp

        totp = pyotp.TOTP(self._keyring.open(sealed, _PURPOSE, f"{tx.street}/{staff}"), digits=DIGITS)
        now = int(tx.now.timestamp()) // STEP_SECONDS
        known = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step), code)]
        return known[0] if known else None

    def _new_codes(self, tx: Tx, staff: str) -> list[str]:
        tx.change(_DROP_CODES, staff=staff)
        codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
        tx.put(tables.recovery_code, *({"staff": staff, "digest": self._recovery_digest(tx, staff, c)} for c in codes))
        return ["-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4)) for code in codes]

    def _recovery_digest(self, tx: Tx, staff: str, code: str) -> str:
        plain = re.sub(r"[\s-]", "", code).upper()
        return self._keyring.blind(plain, _RECOVERY, f"{tx.street}/{staff}")


def _told(tx: Tx, caller: Caller, secret: str) -> Enrolment:
    import pyotp

    name = f"{_login(tx, caller.staff)}@{tx.street}"
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER))


def _forget(tx: Tx, staff: str) -> None:
    tx.change(_DROP_CODES, staff=staff)
    tx.change(_DROP, staff=staff)


def _login(tx: Tx, staff: str) -> str:
    row = tx.first(_STAFF, staff=staff)
    if row is None:
        raise NotFound("staff.missing", _NO_STAFF, field="staff")
    login: str = row.login
    return login


_PURPOSE, _RECOVERY = "second_factor", "recovery_code"
_ISSUER: Final = "jiedao"
_SIX: Final = re.compile(rf"[0-9]{{{DIGITS}}}", re.ASCII)
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and digits that look alike on paper."""
_CODE_LENGTH: Final = 12
"""Nearly 59 bits: five guesses a minute get nowhere."""
_F, _R, _P = tables.second_factor.c, tables.recovery_code.c, tables.staff.c
_OF: Final = (_F.street == STREET) & (_F.staff == param("staff"))
_CODES_OF: Final = (_R.street == STREET) & (_R.staff == param("staff"))
_ONE: Final = select(tables.second_factor).where(_OF)
_LEFT: Final = select(func.count().label("still")).where(_CODES_OF, _R.used_at.is_(None))
_PENDING: Final = update(tables.second_factor).where(_OF).values(pending=param("pending"))
_CONFIRM: Final = (
    update(tables.second_factor)
    .where(_OF, _F.pending == param("seen"))
    .values(secret=_F.pending, pending=null(), since=param("now"), last_step=param("step"))
)
_ADVANCE: Final = update(tables.second_factor).where(_OF, _F.last_step < param("step")).values(last_step=param("step"))
_USE: Final = (
    update(tables.recovery_code)
    .where(_CODES_OF, _R.digest == param("digest"), _R.used_at.is_(None))
    .values(used_at=param("now"))
)
_DROP: Final = delete(tables.second_factor).where(_OF)
_DROP_CODES: Final = delete(tables.recovery_code).where(_CODES_OF)
_STAFF: Final = select(_P.login).where(_P.street == STREET, _P.id == param("staff"))
_WRONG: Final = Text(zh="验证码不对", en="The code is wrong")
_USED: Final = Text(zh="这个验证码已经用过，请等下一个", en="This code was used already; wait for the next one")
_MISSING: Final = Text(zh="还没有设置第二步验证", en="No second factor has been set up")
_NOT_AWAITED: Final = Text(zh="这次登录不需要验证码", en="This session does not wait for a code")
_AWAITED: Final = Text(zh="请先输入验证码完成登录", en="Enter your code first, to finish signing in")
_NOT_BEGUN: Final = Text(zh="请先开始设置，再输入验证码", en="Begin to set it up first, then enter a code")
_WANTED: Final = Text(zh="请输入这个账号的验证码", en="Enter a code of this account's second factor")
_ENROL_FIRST: Final = Text(
    zh="街道要求这个账号使用第二步验证，请先登录并设置",
    en="The street asks this account for a second factor; sign in and set it up first",
)
_REQUIRED: Final = Text(
    zh="街道要求管理员和会计使用第二步验证，不能停用",
    en="The street asks administrators and accountants for a second factor; it cannot be removed",
)
_SELF: Final = Text(
    zh="不能重置自己的第二步验证，请另一位管理员办理",
    en="You cannot reset your own second factor; ask another administrator",
)
_NO_STAFF: Final = Text(zh="没有这位工作人员", en="There is no such member of staff")
