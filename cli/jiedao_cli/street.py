"""`jiedao street`: streets, halls, tills and staff."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao_cli import hidden
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.speech import say
from jiedao_cli.spoken import group, option, within

command = group(
    "street",
    Text(zh="街道、大厅、收银台和工作人员。", en="Streets, halls, tills and staff."),
)
_ZH: Final = option("--zh", required=True, says=Text(zh="中文名称", en="Name in Chinese"))
_EN: Final = option("--en", required=True, says=Text(zh="英文名称", en="Name in English"))


@within(command, "add", Text(zh="新建街道。CODE 是九位行政区划代码。", en="Found a street. CODE has nine digits."))
@click.argument("code")
@_ZH
@_EN
@option("--timezone", default="Asia/Shanghai", show_default=True, says=Text(zh="时区", en="Time zone"))
@pass_home
def add(home: Path, code: str, zh: str, en: str, timezone: str) -> None:
    """With the office's book."""
    from jiedao.directory.places import add_street

    _check_code(code)
    _check_timezone(timezone)
    with opened(home) as house, house.store.write(code) as tx:
        add_street(tx, Text(zh, en), timezone, "CNY")
    say(_ADDED, what=code, name=Text(zh, en))


@within(command, "list", Text(zh="列出街道、大厅和收银台。", en="List streets with their halls and tills."))
@pass_home
def list_(home: Path) -> None:
    """Every street."""
    from jiedao.directory.places import street, tills

    with opened(home) as house:
        for code in house.store.streets():
            with house.store.read(code) as tx:
                known, places = street(tx), tills(tx)
            say(Text.same("{code}  {name}").format(code=code, name=known.name))
            show(_HEADINGS, [(place.hall, place.hall_name, place.till, place.till_name) for place in places])


@within(command, "hall", Text(zh="增加大厅。ID 例如社区代码。", en="Add a hall, by its community code."))
@click.argument("id_", metavar="ID")
@_ZH
@_EN
@street_option
@pass_home
def hall(home: Path, id_: str, zh: str, en: str, street: str) -> None:
    """A hall of a street."""
    from jiedao.directory.places import add_hall

    with opened(home) as house, house.store.write(the_street(house, street)) as tx:
        add_hall(tx, id_, Text(zh, en))
    say(_ADDED, what=id_, name=Text(zh, en))


@within(command, "till", Text(zh="在大厅里增加收银台。", en="Add a till to a hall."))
@click.argument("id_", metavar="ID")
@option("--hall", required=True, metavar="ID", says=Text(zh="大厅", en="The hall"))
@option("--name", required=True, says=Text(zh="名称，例如 1号窗口", en="Its name, such as Window 1"))
@street_option
@pass_home
def till(home: Path, id_: str, hall: str, name: str, street: str) -> None:
    """A till of a hall, with its book."""
    from jiedao.directory.places import add_till

    with opened(home) as house, house.store.write(the_street(house, street)) as tx:
        add_till(tx, id_, hall, name)
    say(_ADDED, what=id_, name=name)


@within(
    command,
    "staff",
    Text(
        zh="增加工作人员。密码由键盘、文件或环境变量输入，不能写在命令行里。",
        en="Add a member of staff. The password is typed, or read from a file or the environment; it must not stand on "
        "the command line.",
    ),
)
@click.argument("login")
@option("--name", required=True, says=Text(zh="姓名", en="Name"))
@option(
    "--role",
    type=click.Choice(["operator", "accountant", "administrator"]),
    required=True,
    says=Text(zh="经办人、会计或管理员", en="What the person may do"),
)
@option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    says=Text(zh="从文件第一行读密码", en="Read the password from the first line of a file"),
)
@option("--password-env", default="", metavar="NAME", says=Text(zh="从环境变量读密码", en="Read it from a variable"))
@street_option
@pass_home
def staff(
    home: Path, login: str, name: str, role: str, password_file: Path | None, password_env: str, street: str
) -> None:
    """A member of staff of a street."""
    from jiedao.directory.caller import Role
    from jiedao.directory.staff import add_staff

    with opened(home) as house:
        code = the_street(house, street)
        password = hidden.given(_PASSWORD, "password", password_file, password_env, twice=True)
        with house.store.write(code) as tx:
            add_staff(tx, login, name, Role(role), password)
    say(_ADDED, what=login, name=name)


def _check_code(code: str) -> None:
    if not (code.isascii() and code.isalnum() and len(code) <= _LONGEST):
        raise Invalid("street.code", _CODE, field="code")


def _check_timezone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid("street.timezone", _TIMEZONE.format(name=name), field="timezone") from None


_LONGEST: Final = 32
_HEADINGS: Final = (Text("大厅", "HALL"), Text("名称", "NAME"), Text("收银台", "TILL"), Text("窗口", "WINDOW"))
_PASSWORD: Final = Text(zh="密码", en="Password")
_ADDED: Final = Text(zh="已增加：{what} {name}", en="Added: {what} {name}")
_CODE: Final = Text(
    zh="街道代码只能是字母和数字，例如 150602007", en="A street's code is letters and digits, such as 150602007"
)
_TIMEZONE: Final = Text(zh="没有时区 {name}", en="There is no time zone {name}")
