"""`jiedao doctor`: is everything as it should be?"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jiedao.language import Text
from jiedao_cli.installation import pass_home, quiet_plugins, settings_of
from jiedao_cli.speech import say
from jiedao_cli.spoken import alone, option


@alone(
    Text(
        zh="检查安装：密钥、数据库、插件、接入、未了结的操作、总账、字体。\n\n"
        "✔ 正常，! 请留意，✘ 有问题；有问题时退出码为 3。什么都不会改动，只会记下接入检查的结果。",
        en="Examine the installation: keys, database, plugins, connections, open operations, books, fonts.\n\n"
        "✔ is good, ! is worth a look, ✘ is wrong; then it exits with 3. Nothing is changed, but the results of the "
        "connections' checks are kept.",
    ),
    "doctor",
)
@option(
    "-v", "--verbose", is_flag=True, says=Text(zh="显示详情和插件的错误追踪", en="Details, and tracebacks of plugins")
)
@option("--offline", is_flag=True, says=Text(zh="不检查接入（不联系外部系统）", en="Do not try the connections"))
@pass_home
def command(home: Path, verbose: bool, offline: bool) -> int:
    """3 when something is wrong."""
    from jiedao_cli.examination import Grade, examine

    quiet_plugins()
    wrong = 0
    for finding in examine(settings_of(home), online=not offline):
        say(Text.same("{mark} {says}").format(mark=finding.grade.value, says=finding.says))
        wrong += finding.grade is Grade.WRONG
        if verbose and finding.details:
            say("".join(f"    {line}\n" for line in finding.details.splitlines()).rstrip("\n"))
    say(_WRONG if wrong else _GOOD, count=wrong)
    return 3 if wrong else 0


_GOOD: Final = Text(zh="没有发现问题", en="Nothing is wrong")
_WRONG: Final = Text(zh="发现 {count} 个问题", en="{count} things are wrong")
