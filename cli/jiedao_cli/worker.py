"""`jiedao worker`: finish what is open, in a process of its own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from jiedao.language import Text
from jiedao_cli.installation import opened, pass_home
from jiedao_cli.logs import log_format, log_to_error
from jiedao_cli.memory import limited, memory_option
from jiedao_cli.serve import terminated_like_interrupted, working
from jiedao_cli.speech import say
from jiedao_cli.spoken import alone, option

if TYPE_CHECKING:
    from jiedao.house import House


@alone(
    Text(
        zh="了结各街道未完成的外部操作：没有答复的去查，到时间的继续办，积分到期的入账。\n\n"
        "可以同时运行任意多个；jiedao serve 默认已在进程内运行一个。",
        en="Finish the open operations of every street: ask where no answer came, go on where the time has come, let "
        "points ripen and lapse.\n\nAny number may run; jiedao serve has one inside unless it is told otherwise.",
    ),
    "worker",
)
@option("--once", is_flag=True, says=Text(zh="处理完目前到期的就结束", en="End when nothing is due any more"))
@log_format
@memory_option
@pass_home
def command(home: Path, once: bool, log_format: str, memory: int | None) -> None:
    """Until SIGTERM or Ctrl-C; what is under way is finished first."""
    log_to_error(log_format)
    with terminated_like_interrupted(), opened(home) as house:
        if once:
            finish(house)
            return
        with suppress(KeyboardInterrupt), working(house), limited(memory):
            say(_RUNNING)
            Event().wait()


def finish(house: House) -> None:
    """Round after round until nothing is due."""
    from jiedao.worker import Worker
    from jiedao_connectors.webhook import post

    worker = Worker(house, send=post)
    while worker.once():
        pass
    worker.deliver()


_RUNNING: Final = Text(zh="正在了结未完成的操作（按 Ctrl-C 结束）", en="Finishing open operations (Ctrl-C ends it)")
