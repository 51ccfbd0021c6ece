"""The demo as a whole: folder, stand-ins, street, visit, counter; and everything given back at the end."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jiedao.house import House
from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao_cli.demo import hall, mailbox, pension, stands
from jiedao_cli.demo.facts import facts, street_code
from jiedao_cli.demo.furnish import furnish
from jiedao_cli.demo.visit import Visit, printed
from jiedao_cli.init import create
from jiedao_cli.installation import opened, settings_of
from jiedao_cli.logs import log_to_error
from jiedao_cli.serve import LOOPBACK, address, counter, terminated_like_interrupted, working
from jiedao_cli.speech import say
from jiedao_sandbox.launch import Sandbox

_MARK: Final = "jiedao-demo.lock"
"""Only a folder with this file is ever emptied."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of the demo in a folder; `port` is where the counter is served, None when it is not."""

    folder: Path
    port: int | None
    lose_answer: str

    def play(self, *, fresh: bool) -> int:
        """The whole of it; the exit code."""
        log_to_error(quiet=True)
        with terminated_like_interrupted(), self._alone(fresh), Sandbox(self.folder / "outside") as sandbox:
            outside = stands.start(sandbox)
            for running in outside.all():
                say(_STAND, name=f"{running.name:<10}", url=running.url, control=running.control)
            create(settings_of(self.folder))
            with opened(self.folder) as house, working(house):
                self._perform(house, outside)
        return 0

    def _perform(self, house: House, outside: stands.Outside) -> None:
        if furnish(house):
            street = facts()["street"]
            say(_FOUNDED, code=street["code"], name=Text(street["zh"], street["en"]), halls=len(facts()["halls"]))
        stands.connect(house, outside)
        pension.set_scheme(house)
        hall.offer(house)
        self._arm(outside)
        say("\n" + printed(Visit(house).play()))
        if self.port is not None:
            self._serve(house, outside)

    def _arm(self, outside: stands.Outside) -> None:
        if self.lose_answer == "biller":
            outside.hub.faults("lose_answer", "pay")
        elif self.lose_answer == "post":
            outside.ems.faults("lose_answer", "create")
        elif self.lose_answer == "bureau":
            outside.bureau.faults("lose_answer", "certify")
        elif self.lose_answer == "card":
            next(iter(outside.terminals.values())).faults("lose_answer", "sale")

    def _serve(self, house: House, outside: stands.Outside) -> None:
        with _counter(house, self.port or 0) as server, mailbox.shown(outside.sms):
            say(_OPEN, url=address(server), street=street_code(), password=facts()["password"])
            for one in facts()["staff"]:
                say(f"  {one['login']:<12}{one['role']:<15}{one['name']}")
            say(_HOW_TO_END)
            server.run()

    @contextmanager
    def _alone(self, fresh: bool) -> Iterator[None]:
        """In the folder alone, emptied first if that is asked for. `Conflict` when a demo runs in it."""
        if fresh:
            _check_ours(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _MARK).open("w") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Conflict("demo.running", _RUNNING.format(folder=self.folder)) from None
            if fresh:
                _empty(self.folder)
            yield


def _check_ours(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise Conflict("demo.not_ours", _NOT_OURS.format(folder=folder))


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _MARK:
            path.unlink()


@contextmanager
def _counter(house: House, port: int) -> Iterator[Any]:
    """At the wanted port, or at a free one when somebody has it."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(counter(house, LOOPBACK, port))
        except Conflict:
            server = stack.enter_context(counter(house, LOOPBACK, 0))
        yield server


_STAND: Final = Text(zh="模拟系统 {name} {url}（控制：{control}）", en="stand-in {name} {url} (control: {control})")
_FOUNDED: Final = Text(zh="街道 {code} {name}，{halls} 个大厅", en="street {code} {name}, {halls} halls")
_RUNNING: Final = Text(zh="{folder} 里已有演示在运行", en="A demo is running in {folder} already")
_NOT_OURS: Final = Text(
    zh="{folder} 不是演示的文件夹，不会清空", en="{folder} is not the folder of a demo and will not be emptied"
)
_OPEN: Final = Text(
    zh="请用浏览器打开 {url}\n街道 {street}，以下演示账号的密码都是 {password}：",
    en="Open {url} in a browser\nStreet {street}; the password of these demo accounts is {password}:",
)
_HOW_TO_END: Final = Text(zh="按 Ctrl-C 结束", en="Ctrl-C ends it")
