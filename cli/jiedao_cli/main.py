"""The way in: reads the command line, and turns every ending into words for a person and an exit code.

0 done, 1 refused (nothing was changed), 2 not used as it is meant, 3 something is wrong that was looked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import click

from jiedao import __version__
from jiedao.language import Text
from jiedao.problems import Problem
from jiedao_cli.speech import OPTION, choose, complain
from jiedao_cli.spoken import LateGroup, option

REFUSED: Final = 1
MISUSED: Final = 2
WRONG: Final = 3
INTERRUPTED: Final = 130


class Root(LateGroup):
    """All commands, in the order in which an installation meets them."""

    says = Text(
        zh="街道办事平台：一个窗口办理缴费、账单、积分、邮政和认证。\n\n先看一遍：jiedao demo",
        en="The street office: payments, bills, points, post and certification behind one counter.\n\n"
        "To see it work: jiedao demo",
    )
    late = {  # noqa: RUF012 (click's groups are objects, and there is one of this)
        "demo": ("jiedao_cli.demo", Text(zh="在本机演示一次完整的办理", en="Show one whole visit on this machine")),
        "init": ("jiedao_cli.init", Text(zh="建立一个安装：密钥和数据库", en="Create an installation: keys, database")),
        "serve": ("jiedao_cli.serve", Text(zh="开通窗口网页和接口", en="Serve the counter and its interface")),
        "worker": ("jiedao_cli.worker", Text(zh="了结未完成的外部操作", en="Finish operations that are open")),
        "doctor": ("jiedao_cli.doctor", Text(zh="检查安装是否正常", en="Examine the installation")),
        "street": ("jiedao_cli.street", Text(zh="街道、大厅、收银台、人员", en="Streets, halls, tills and staff")),
        "plugin": ("jiedao_cli.plugin", Text(zh="已安装的插件", en="Installed plugins")),
        "connection": ("jiedao_cli.connection", Text(zh="街道接入的外部系统", en="Outside systems of a street")),
        "order": ("jiedao_cli.order", Text(zh="交易单和它的经过", en="Orders and what happened to them")),
        "review": ("jiedao_cli.review", Text(zh="需要人工核查的操作", en="Operations that wait for a person")),
        "points": ("jiedao_cli.points", Text(zh="积分计划和向邮局兑付", en="The points programme and its claims")),
        "ledger": ("jiedao_cli.ledger", Text(zh="总账：核对、余额、分录", en="The books: verify, balances, entries")),
    }


@click.command("jiedao", cls=Root)
@option(
    "--home",
    envvar="JIEDAO_HOME",
    default="var",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    says=Text(
        zh="安装所在的文件夹（也可用 JIEDAO_HOME；数据库地址用 JIEDAO_DATABASE）",
        en="Folder of the installation (or JIEDAO_HOME; JIEDAO_DATABASE is the address of its database)",
    ),
)
@option(
    OPTION,
    "lang",
    metavar="zh|en",
    says=Text(zh="语言（也可用 JIEDAO_LANG，否则按 LANG）", en="Language (or JIEDAO_LANG, else by LANG)"),
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context, home: Path, lang: str | None) -> None:
    """Every command gets the folder of the installation; the language is settled already."""
    ctx.obj = home


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    choose(given, os.environ)
    _never_choke_on_a_character()
    try:
        answer: Any = root.main(given, prog_name="jiedao", standalone_mode=False)
    except click.UsageError as misused:
        return _misused(misused)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (Problem, click.ClickException) as refused:
        complain(refused.says if isinstance(refused, Problem) else refused.format_message())
        return REFUSED
    except BrokenPipeError:
        return _nobody_reads()
    except Exception as broken:
        if (why := _unreachable(broken)) is None:
            raise
        complain(why)
        return REFUSED
    return answer if isinstance(answer, int) else 0


def _misused(wrong: click.UsageError) -> int:
    complain(_explain(wrong))
    if wrong.ctx is not None:
        complain(_SEE, command=wrong.ctx.command_path)
    return MISUSED


def _explain(wrong: click.UsageError) -> Text | str:
    if isinstance(wrong, click.NoSuchOption):
        return _NO_OPTION.format(name=wrong.option_name)
    if isinstance(wrong, click.MissingParameter):
        return _MISSING.format(name=_name(wrong))
    if isinstance(wrong, click.BadParameter):
        return _BAD.format(name=_name(wrong), why=wrong.message)
    return next((says for begins, says in _OTHERS.items() if wrong.message.startswith(begins)), wrong.message)


def _name(wrong: click.BadParameter) -> str:
    if wrong.param is None:
        return str(wrong.param_hint or "")
    return max(wrong.param.opts, key=len) if isinstance(wrong.param, click.Option) else wrong.param.human_readable_name


def _unreachable(broken: Exception) -> Text | None:
    """Trouble with the database in words without its address, which may hold a password."""
    if type(broken).__module__ != "sqlalchemy.exc":
        return None
    if type(broken).__name__ in ("OperationalError", "InterfaceError"):
        return _NO_DATABASE.format(why=str(getattr(broken, "orig", "")).strip().partition("\n")[0])
    return _BAD_ADDRESS if type(broken).__name__ in ("ArgumentError", "NoSuchModuleError") else None


def _never_choke_on_a_character() -> None:
    """A terminal that cannot write a character shows a question mark; a receipt names it (〔U+…〕) by itself."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _nobody_reads() -> int:
    """The reader of a pipe has gone; Python must not complain about it once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return REFUSED


_SEE: Final = Text(zh="说明：{command} --help", en="See {command} --help")
_NO_OPTION: Final = Text(zh="没有选项 {name}", en="There is no option {name}")
_MISSING: Final = Text(zh="缺少 {name}", en="{name} is missing")
_BAD: Final = Text(zh="{name} 不对：{why}", en="{name} is not right: {why}")
_OTHERS: Final = {
    "Missing command": Text(zh="缺少命令", en="The command is missing"),
    "No such command": Text(zh="没有这个命令", en="There is no such command"),
    "Got unexpected extra": Text(zh="参数太多", en="There are more arguments than it takes"),
}
_NO_DATABASE: Final = Text(zh="数据库连不上：{why}", en="The database cannot be reached: {why}")
_BAD_ADDRESS: Final = Text(zh="数据库地址（JIEDAO_DATABASE）写法不对", en="JIEDAO_DATABASE is not a database address")

if __name__ == "__main__":
    sys.exit(main())
