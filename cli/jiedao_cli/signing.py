"""Acts that somebody answers for: the member of staff signs in for one command, as at the counter.

Whoever has a second factor is asked for a code as well; a job that runs by itself is better off with an API key.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jiedao.language import Text
from jiedao.problems import NotSignedIn
from jiedao_cli import hidden
from jiedao_cli.spoken import option

if TYPE_CHECKING:
    from jiedao.directory.caller import Caller
    from jiedao.directory.sessions import SignedIn
    from jiedao.house import House

_LOGIN: Final = option(
    "--login",
    required=True,
    envvar="JIEDAO_LOGIN",
    says=Text(zh="谁在办（用户名，也可用 JIEDAO_LOGIN）", en="Who does it: the login (or JIEDAO_LOGIN)"),
)
_FILE: Final = option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    says=Text(zh="从文件第一行读密码", en="Read the password from the first line of a file"),
)
_VARIABLE: Final = option(
    "--password-env", default="", metavar="NAME", says=Text(zh="从环境变量读密码", en="Read it from a variable")
)


def password_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where a password is read from, unless it is typed: `password_file` and `password_env`, for `hidden.given`."""
    return _FILE(_VARIABLE(function))


def signed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options with which somebody signs in."""
    return _LOGIN(password_options(function))


@contextmanager
def signed_in(house: House, street: str, login: str, password_file: Path | None, password_env: str) -> Iterator[Caller]:
    """The member of staff, while the block lasts. `NotSignedIn` for a wrong login or password, or no second factor."""
    from jiedao.directory import sessions
    from jiedao.directory.sign_in import sign_in

    password = hidden.given(_PASSWORD.format(login=login), "password", password_file, password_env)
    signed = sign_in(house.store, street, login, password, "")
    try:
        signed = _completed(house, signed, login)
        yield signed.caller
    finally:
        with house.store.write(street) as tx:
            sessions.sign_out(tx, signed.token)


def _completed(house: House, signed: SignedIn, login: str) -> SignedIn:
    """The session once it is open: with a code of the authenticator, where there is one."""
    from jiedao.directory.sessions import Stage

    if signed.stage is Stage.ENROLMENT:
        raise NotSignedIn("second_factor.enrolment", _ENROL)
    if signed.stage is Stage.OPEN:
        return signed
    code = os.environ.get(CODE) or hidden.asked(_CODE.format(login=login), "code")
    return house.second_factors.complete(signed.caller.street, signed.token, code)


CODE: Final = "JIEDAO_CODE"
"""The variable with a code of the authenticator, where nobody can type."""
_PASSWORD: Final = Text(zh="{login} 的密码", en="Password of {login}")
_CODE: Final = Text(zh="{login} 的验证码", en="Code of {login}")
_ENROL: Final = Text(
    zh="街道要求您使用第二步验证，请先在网页上登录并完成设置",
    en="The street asks you for a second factor; sign in on a screen and set it up first",
)
