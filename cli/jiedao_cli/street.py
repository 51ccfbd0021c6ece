"""`jiedao street`: streets, halls, tills and staff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao_cli import hidden
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.signing import password_options
from jiedao_cli.speech import say
from jiedao_cli.spoken import group, option, within

if TYPE_CHECKING:
    from jiedao.directory.caller import Caller

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
@option(
    "--country",
    default="CN",
    show_default=True,
    says=Text(zh="国家或地区，电话号码按它来读", en="Country, by which phone numbers are read"),
)
@pass_home
def add(home: Path, code: str, zh: str, en: str, timezone: str, country: str) -> None:
    """With the office's book."""
    from jiedao.directory.phones import check_country
    from jiedao.directory.places import add_street

    _check_code(code)
    _check_timezone(timezone)
    check_country(country)
    with opened(home) as house, house.store.write(code) as tx:
        add_street(tx, Text(zh, en), timezone, "CNY", country)
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
@option(
    "--kind",
    type=click.Choice(("window", "kiosk", "phone")),
    default="window",
    says=Text(
        zh="window 窗口（有工作人员和钱箱）、kiosk 自助终端、phone 居民手机（后两种无人值守，不收现金）",
        en="window (staff and a drawer), kiosk, or phone (residents' own); the last two are unattended, without cash",
    ),
)
@street_option
@pass_home
def till(home: Path, id_: str, hall: str, name: str, kind: str, street: str) -> None:
    """A till of a hall, with its book."""
    from jiedao.directory.places import Kind, add_till

    with opened(home) as house, house.store.write(the_street(house, street)) as tx:
        add_till(tx, id_, hall, name, kind=Kind(kind))
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
@password_options
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


@within(
    command,
    "second-factor",
    Text(
        zh="要求管理员和会计使用第二步验证（on），或不要求（off）。从下次登录起生效。",
        en="Ask administrators and accountants for a second factor (on), or not (off), from their next sign-in.",
    ),
)
@click.argument("switch", type=click.Choice(["on", "off"]))
@street_option
@pass_home
def second_factor(home: Path, switch: str, street: str) -> None:
    """The street's rule; the same as on the console."""
    from jiedao.directory import sign_in_rules

    with opened(home) as house:
        code = the_street(house, street)
        house.store.retrying(code, lambda tx: sign_in_rules.require(tx, _at_the_machine(code), switch == "on"))
    say(_RULE_ON if switch == "on" else _RULE_OFF)


@within(
    command,
    "rescue",
    Text(
        zh="让进不来的工作人员重新登录：设新密码，去掉第二步验证。用于最后一位管理员丢失手机和恢复码的情况，记入审计。",
        en="Let somebody in again who cannot sign in: a new password, and no second factor. For the last administrator "
        "who lost phone and recovery codes; it is kept in the audit.",
    ),
)
@click.argument("login")
@option("--reason", required=True, says=Text(zh="理由", en="Why"))
@password_options
@street_option
@pass_home
def rescue(home: Path, login: str, reason: str, password_file: Path | None, password_env: str, street: str) -> None:
    """Whoever has the machine has the keyring, and needs nobody's leave for this."""
    from jiedao.directory.staff import of_login, reset_password

    with opened(home) as house:
        code = the_street(house, street)
        password = hidden.given(_PASSWORD, "password", password_file, password_env, twice=True)
        with house.store.write(code) as tx:
            found, by = of_login(tx, login), _at_the_machine(code)
            reset_password(tx, by, found, password, reason)
            house.second_factors.reset(tx, by, found, reason)
    say(_RESCUED, login=login)


def _at_the_machine(street: str) -> Caller:
    """Who acts where nobody signs in: whoever sits at the installation itself."""
    from jiedao.directory.caller import Caller, Role

    return Caller(street, _MACHINE, Role.ADMINISTRATOR)


def _check_code(code: str) -> None:
    if not (code.isascii() and code.isalnum() and len(code) <= _LONGEST):
        raise Invalid("street.code", _CODE, field="code")


def _check_timezone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid("street.timezone", _TIMEZONE.format(name=name), field="timezone") from None


_MACHINE: Final = "machine"
_LONGEST: Final = 32
_HEADINGS: Final = (Text("大厅", "HALL"), Text("名称", "NAME"), Text("收银台", "TILL"), Text("窗口", "WINDOW"))
_PASSWORD: Final = Text(zh="密码", en="Password")
_ADDED: Final = Text(zh="已增加：{what} {name}", en="Added: {what} {name}")
_CODE: Final = Text(
    zh="街道代码只能是字母和数字，例如 150602007", en="A street's code is letters and digits, such as 150602007"
)
_TIMEZONE: Final = Text(zh="没有时区 {name}", en="There is no time zone {name}")
_RULE_ON: Final = Text(
    zh="管理员和会计从下次登录起要使用第二步验证",
    en="Administrators and accountants need a second factor from their next sign-in on",
)
_RULE_OFF: Final = Text(zh="不再要求第二步验证", en="A second factor is asked for no longer")
_RESCUED: Final = Text(
    zh="{login} 可以用新密码登录了；第二步验证要重新设置",
    en="{login} may sign in with the new password; the second factor is to be set up anew",
)
