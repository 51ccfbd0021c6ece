"""Acts that somebody answers for: the member of staff signs in for one command, as at the counter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jiedao.language import Text
from jiedao_cli import hidden
from jiedao_cli.spoken import option

if TYPE_CHECKING:
    from jiedao.directory.caller import Caller
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


def signed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options with which somebody signs in."""
    return _LOGIN(_FILE(_VARIABLE(function)))


@contextmanager
def signed_in(house: House, street: str, login: str, password_file: Path | None, password_env: str) -> Iterator[Caller]:
    """The member of staff, while the block lasts. `NotSignedIn` for a wrong login or password."""
    from jiedao.directory import staff

    password = hidden.given(_PASSWORD.format(login=login), "password", password_file, password_env)
    session = staff.sign_in(house.store, street, login, password, "")
    try:
        yield session.caller
    finally:
        with house.store.write(street) as tx:
            staff.sign_out(tx, session.token)


_PASSWORD: Final = Text(zh="{login} 的密码", en="Password of {login}")
