"""The words of all screens: every key that a template or a script uses is there, in both languages, and used."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import jiedao_web
from jiedao.checkout.graph import FINAL
from jiedao.checkout.slips import CATEGORY_NAMES, TENDER_NAMES
from jiedao.language import Text
from jiedao_web.counter.wording import WORDS as COUNTER
from jiedao_web.look.wording import WORDS as SHARED

WEB = Path(jiedao_web.__file__).parent
ROOMS = sorted(path.parent.name for path in WEB.glob("*/templates") if path.parent.name != "look")
LOOK = [*WEB.glob("look/templates/look/*.html"), *WEB.glob("look/static/*.js")]
_FIXED = re.compile(r"""(?<!url_for\()["'`]([a-z_]+\.[a-z_]+)["'`](?!\s*~)""")
_MADE = re.compile(r"""[`"']([a-z_]+\.[a-z_]*)(?:\$\{|["'] ?~)""")
"""Keys that are put together: `state.${name}` in a script, "state." ~ name in a template, f"state.{name}" in Python."""
_MADE_HERE = re.compile(r"""f["']([a-z_]+\.[a-z_]*)\{""")
_INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(src=|application/json))")


def words_of(room: str) -> dict[str, Text]:
    found: dict[str, Text] = importlib.import_module(f"jiedao_web.{room}.wording").WORDS
    return found


def sources(room: str) -> list[Path]:
    kinds = ("templates/**/*.html", "static/*.js", "**/*.py")
    return [
        path
        for kind in kinds
        for path in sorted((WEB / room).glob(kind))
        if "wording" not in path.parts[-2:][0] and path.name != "wording.py"
    ]


def said(files: list[Path]) -> Iterator[tuple[str, str]]:
    for source in files:
        for key in _FIXED.findall(source.read_text("utf-8")):
            yield source.name, key


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("room", ROOMS)
def test_every_key_that_is_used_is_there(room: str) -> None:
    words = {**SHARED, **words_of(room)}
    parts = {key.partition(".")[0] for key in words}
    screens = [path for path in sources(room) if path.suffix != ".py"]
    missing = {(where, key) for where, key in said(screens) if key.partition(".")[0] in parts and key not in words}
    files = {path.name for path in (WEB / room).rglob("*")}
    assert {(where, key) for where, key in missing if key not in files} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_key_is_used(room: str) -> None:
    files = [*sources(room), *LOOK]
    text = "".join(source.read_text("utf-8") for source in files)
    fixed = {key for _, key in said(files)}
    made = (*_MADE.findall(text), *_MADE_HERE.findall(text))
    assert [key for key in words_of(room) if key not in fixed and not key.startswith(made)] == []


def test_every_shared_key_is_used() -> None:
    text = "".join(source.read_text("utf-8") for source in [*LOOK, *(path for room in ROOMS for path in sources(room))])
    made = tuple(_MADE.findall(text))
    assert [
        key for key in SHARED if f'"{key}"' not in text and f"'{key}'" not in text and not key.startswith(made)
    ] == []


@pytest.mark.parametrize("room", [*ROOMS, "look"])
def test_both_languages_say_the_same_with_the_same_placeholders(room: str) -> None:
    for key, words in words_of(room).items():
        assert words.zh.strip() == words.zh != "", key
        assert words.en.strip() == words.en != "", key
        assert placeholders(words.zh) == placeholders(words.en), key


def test_whatever_the_core_can_say_has_words_and_pictures() -> None:
    pictures = (WEB / "look" / "static" / "icons.svg").read_text("utf-8")
    assert [name for name in CATEGORY_NAMES if f'id="{name}"' not in pictures] == []
    assert {f"tender.{kind}" for kind in TENDER_NAMES} <= COUNTER.keys()
    ends = {f"order.{state.value}" for state in FINAL} | {f"order.{state.value}_says" for state in FINAL}
    assert ends <= COUNTER.keys()


def test_every_picture_that_a_screen_shows_is_there() -> None:
    pictures = (WEB / "look" / "static" / "icons.svg").read_text("utf-8")
    for path in [*LOOK, *(path for room in ROOMS for path in sources(room))]:
        for name in re.findall(r"""\bicon\(["']([a-z-]+)["']""", path.read_text("utf-8")):
            assert f'id="{name}"' in pictures, (path.name, name)


@pytest.mark.parametrize("room", [*ROOMS, "look"])
def test_the_screens_name_nothing_from_elsewhere_and_hold_no_inline_script_or_style(room: str) -> None:
    for source in [*(WEB / room).rglob("*.html"), *(WEB / room).rglob("*.js"), *(WEB / room).rglob("*.css")]:
        text = source.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.findall(r"""["'(](?:https?:)?(//)[a-z]""", text), source.name
        if source.suffix == ".html":
            assert not _INLINE.search(text), source.name
        assert "innerHTML" not in text, source.name


@pytest.mark.parametrize("room", [*ROOMS, "look"])
def test_no_form_is_sent_by_the_browser_itself(room: str) -> None:
    """A form that its script has not reached yet must not put what was typed into an address."""
    for source in (WEB / room).rglob("*.html"):
        for form in re.findall(r"<form[^>]*>", source.read_text("utf-8")):
            assert 'method="dialog"' in form or 'method="get"' in form, (source.name, form)
