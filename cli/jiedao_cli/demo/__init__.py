"""`jiedao demo`: one street on this machine, with stand-ins for everybody outside, and one whole visit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from jiedao.language import Text
from jiedao_cli.installation import pass_home
from jiedao_cli.spoken import alone, option

PORT: Final = 8150


@alone(
    Text(
        zh="在本机演示一次完整的办理：查账单、寄挂号信、下单、冻结积分、刷卡、通知收费单位和邮局、出收据、"
        "认证养老金，然后开通窗口网页。\n\n"
        "街道和社区是真实的，人员和账单是编的；缴费平台、银行、终端、邮局、社保是本机上独立运行的模拟系统。"
        "再次运行会接着上次的数据。按 Ctrl-C 结束。",
        en="Show one whole visit on this machine: bills, a registered letter, order, points held, card, billers and "
        "post told, receipt, a pension certified; then serve the counter.\n\n"
        "The street and its communities are real, people and bills are made up; the bill hub, the acquirer, the card "
        "terminals, the post and the bureau are stand-ins that run as servers of their own. Run again, it goes on "
        "with what is there. Ctrl-C ends it.",
    ),
    "demo",
)
@option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    says=Text(zh="演示所在的文件夹，默认是 --home 下的 demo", en="Folder of the demo; by default demo below --home"),
)
@option("--fresh", is_flag=True, says=Text(zh="清空重来", en="Start over"))
@option(
    "--serve/--no-serve",
    default=True,
    says=Text(zh="办理之后是否开通窗口网页", en="Serve the counter after the visit, or end"),
)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    says=Text(zh="窗口网页的端口；被占用时另选一个", en="Port of the counter; if it is taken, another one"),
)
@option(
    "--lose-answer",
    type=click.Choice(["biller", "card", "post", "bureau"]),
    default=None,
    says=Text(
        zh="让收费单位、银行卡终端、邮局或社保的答复丢失一次，看平台怎样核实",
        en="Lose one answer of the biller, the card terminal, the post or the bureau, and see how the platform "
        "finds out",
    ),
)
@pass_home
def command(home: Path, folder: Path | None, fresh: bool, serve: bool, port: int, lose_answer: str | None) -> int:
    """Everything heavy is imported when it runs."""
    from jiedao_cli.demo.stage import Stage

    return Stage(folder or home / "demo", port if serve else None, lose_answer or "").play(fresh=fresh)
