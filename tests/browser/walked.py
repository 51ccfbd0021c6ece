"""Following a page of the handbook step by step in a browser, as a person would who has never seen the screens.

In the numbered lists of such a page every sentence is something that can be done or seen, and nothing else:

    Open `/console/`.                         打开 `/console/`。
    Press **Sign in**.  Press `F9`.           按 **登录**。  按 `F9`。
    Enter `200` in **Float**.                 在 **备用金** 输入 `200`。
    Choose **Cash**.                          选择 **现金**。
    Choose **Live** in **State**.             在 **状态** 选择 **正式**。
    Upload `bills.csv` in **File**.           在 **文件** 上传 `bills.csv`。
    You see **Received**.                     看到 **已收款**。

Bold words stand on the screen, words in typewriter letters are typed. A sentence that is none of these fails the test,
as does a word that is on the screen no longer. Paragraphs between the lists explain, and are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import expect

_ITEM: Final = re.compile(r"^\d+\. (?P<words>.*(?:\n {3,}\S.*)*)", re.MULTILINE)
_END: Final = re.compile(r"(?<=[.。])\s*")
_WORDS: Final = r"\*\*(?P<words>[^*]+)\*\*"
_IN: Final = r"\*\*(?P<place>[^*]+)\*\*"
_TYPED: Final = r"`(?P<typed>[^`]+)`"
_PATIENCE: Final = 20_000  # milliseconds


@dataclass(frozen=True)
class Walker:
    """Someone before a browser, with the handbook beside it; `files` are what the page lets them upload, by name."""

    page: Any
    address: str
    files: Mapping[str, Path]

    def follow(self, handbook: Path) -> int:
        """Do and see everything that the page says; returns how many sentences that were."""
        done = 0
        for sentence in sentences(handbook.read_text("utf-8")):
            try:
                self._act(sentence)
            except Exception as error:
                raise AssertionError(f"{handbook.name}, sentence {done + 1}: {sentence}\nat {self.page.url}") from error
            done += 1
        return done

    def _act(self, sentence: str) -> None:
        for pattern, act in _ACTS:
            if match := pattern.fullmatch(sentence):
                act(self, match.groupdict())
                return
        raise AssertionError("nobody can follow this sentence")

    def open(self, said: Mapping[str, str]) -> None:
        """Type an address."""
        self.page.goto(self.address + said["typed"])

    def press(self, said: Mapping[str, str]) -> None:
        """A button or a link by its words."""
        ways = [self.page.get_by_role(role, name=said["words"]) for role in ("button", "link", "tab")]
        self._only(ways[0].or_(ways[1]).or_(ways[2])).click()

    def press_key(self, said: Mapping[str, str]) -> None:
        """A key."""
        self.page.keyboard.press(said["typed"])

    def enter(self, said: Mapping[str, str]) -> None:
        """Words in a field."""
        self._labelled(said["place"]).fill(said["typed"])

    def choose(self, said: Mapping[str, str]) -> None:
        """A mark by its words."""
        self._labelled(said["words"]).check(force=True)

    def choose_in(self, said: Mapping[str, str]) -> None:
        """One of a list."""
        self._labelled(said["place"]).select_option(label=said["words"])

    def upload(self, said: Mapping[str, str]) -> None:
        """A file."""
        self._labelled(said["place"]).set_input_files(self.files[said["typed"]])

    def see(self, said: Mapping[str, str]) -> None:
        """Words on the screen, now or in a moment."""
        self.page.get_by_text(said["words"]).filter(visible=True).first.wait_for()

    def _labelled(self, words: str) -> Any:
        """What has this label, or begins with it where none is exactly so."""
        exactly = self.page.get_by_label(words, exact=True)
        loosely = self.page.get_by_label(re.compile(f"^{re.escape(words)}"))
        exactly.or_(loosely).first.wait_for(state="attached")
        return self._only(exactly if exactly.count() else loosely)

    def _only(self, found: Any) -> Any:
        """The visible one; more than one would leave a reader guessing, unless the screen is about to change."""
        visible = found.filter(visible=True)
        expect(visible).to_have_count(1, timeout=_PATIENCE)
        return visible


def sentences(text: str) -> Iterator[str]:
    """What the numbered lists of a page say, sentence by sentence."""
    for item in _ITEM.finditer(text):
        words = " ".join(line.strip() for line in item["words"].splitlines() if not line.strip().startswith("!["))
        yield from filter(None, _split(words))


def _split(words: str) -> list[str]:
    """At full stops, except those in words that are typed or shown."""
    kept = re.sub(r"`[^`]+`|\*\*[^*]+\*\*", lambda found: found[0].replace(".", "\0").replace("。", "\1"), words)
    return [one.replace("\0", ".").replace("\1", "。").strip() for one in _END.split(kept)]


_ACTS: Final[tuple[tuple[re.Pattern[str], Callable[[Walker, Mapping[str, str]], None]], ...]] = tuple(
    (re.compile(pattern), act)
    for pattern, act in (
        (rf"Open {_TYPED}\.", Walker.open),
        (rf"打开 {_TYPED}。", Walker.open),
        (rf"Press {_WORDS}\.", Walker.press),
        (rf"按 {_WORDS}。", Walker.press),
        (rf"Press {_TYPED}\.", Walker.press_key),
        (rf"按 {_TYPED}。", Walker.press_key),
        (rf"Enter {_TYPED} in {_IN}\.", Walker.enter),
        (rf"在 {_IN} 输入 {_TYPED}。", Walker.enter),
        (rf"Choose {_WORDS}\.", Walker.choose),
        (rf"选择 {_WORDS}。", Walker.choose),
        (rf"Choose {_WORDS} in {_IN}\.", Walker.choose_in),
        (rf"在 {_IN} 选择 {_WORDS}。", Walker.choose_in),
        (rf"Upload {_TYPED} in {_IN}\.", Walker.upload),
        (rf"在 {_IN} 上传 {_TYPED}。", Walker.upload),
        (rf"You see {_WORDS}\.", Walker.see),
        (rf"看到 {_WORDS}。", Walker.see),
    )
)
