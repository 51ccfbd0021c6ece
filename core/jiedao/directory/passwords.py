"""Passwords of staff: argon2, at least ten characters, not the commonest, and not the person's own name."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING, Final

from jiedao.directory.common_passwords import COMMON
from jiedao.language import Text
from jiedao.problems import Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 10


def hashed(password: str, *, login: str, name: str) -> str:
    """The hash of a new password; `Invalid` for one that is short, common, or made of who it belongs to."""
    if len(password) < SHORTEST:
        raise Invalid("password.short", _SHORT, field="password")
    plain = password.casefold()
    if plain in COMMON or len(set(plain)) < _DIFFERENT:
        raise Invalid("password.common", _KNOWN, field="password")
    if any(len(own) >= _TELLING and own.casefold() in plain for own in (login, name)):
        raise Invalid("password.own", _OWN, field="password")
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password has this hash. Without a hash the answer is no, and takes as long."""
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(_decoy() if stored is None else stored, password) and stored is not None
    except VerificationError:
        return False


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _decoy() -> str:
    """A hash that no password has, so that an unknown login costs the same time."""
    return _hasher().hash(secrets.token_hex(16))


_DIFFERENT: Final = 4
"""Different characters that a password has at least."""
_TELLING: Final = 3
"""A shorter login may stand in a password by chance."""
_SHORT: Final = Text(zh="密码至少 10 个字符", en="A password has at least 10 characters")
_KNOWN: Final = Text(
    zh="这是最常见、最先被猜到的密码，请换一个",
    en="This is one of the passwords that are guessed first; choose another",
)
_OWN: Final = Text(zh="密码里不能有用户名或姓名", en="A password must not hold the login or the name")
