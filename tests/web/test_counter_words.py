"""The words of the counter: every key that a template or the script uses is there, in both languages, and used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import jiedao_web.counter
from jiedao.checkout.graph import FINAL
from jiedao.checkout.slips import CATEGORY_NAMES, TENDER_NAMES
from jiedao_web.counter.wording import WORDS

FOLDER = Path(jiedao_web.counter.__file__).parent
SOURCES = [*FOLDER.glob("templates/counter/*.html"), *FOLDER.glob("static/*.js")]
_FIXED = re.compile(r"""["'`]([a-z_]+\.[a-z_]+)["'`]""")
_MADE = re.compile(r"""[`]([a-z_]+\.[a-z_]*)\$\{""")

_INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(src=|application/json))")


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def said() -> Iterator[tuple[str, str]]:
    for source in SOURCES:
        for key in _FIXED.findall(source.read_text("utf-8")):
            yield source.name, key


def test_every_key_that_is_used_is_there() -> None:
    parts = {key.partition(".")[0] for key in WORDS}
    missing = {(where, key) for where, key in said() if key.partition(".")[0] in parts and key not in WORDS}
    files = {path.name for path in (FOLDER / "static").iterdir()}
    assert {(where, key) for where, key in missing if key not in files} == set()


def test_every_key_is_used() -> None:
    text = "".join(source.read_text("utf-8") for source in SOURCES)
    fixed = {key for _, key in said()}
    made = tuple(_MADE.findall(text))
    assert [key for key in WORDS if key not in fixed and not key.startswith(made)] == []


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_with_the_same_placeholders(key: str) -> None:
    words = WORDS[key]
    assert words.zh.strip() == words.zh != ""
    assert words.en.strip() == words.en != ""
    assert placeholders(words.zh) == placeholders(words.en)


def test_whatever_the_core_can_say_has_words_and_pictures() -> None:
    pictures = (FOLDER / "static" / "icons.svg").read_text("utf-8")
    assert [name for name in CATEGORY_NAMES if f'id="{name}"' not in pictures] == []
    assert {f"tender.{kind}" for kind in TENDER_NAMES} <= WORDS.keys()
    ends = {f"order.{state.value}" for state in FINAL} | {f"order.{state.value}_says" for state in FINAL}
    assert ends <= WORDS.keys()


def test_the_screen_names_nothing_from_elsewhere_and_holds_no_inline_script_or_style() -> None:
    for source in [*SOURCES, *FOLDER.glob("static/*.css")]:
        text = source.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.findall(r"""["'(](?:https?:)?(//)[a-z]""", text), source.name
        if source.suffix == ".html":
            assert not _INLINE.search(text), source.name
        assert "innerHTML" not in text, source.name
