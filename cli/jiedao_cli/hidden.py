"""Passwords and keys: from a prompt, a file or the environment; never from the command line, never shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import click

from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao_cli.speech import said


def from_file(path: Path, name: str) -> str:
    """The first line of a file."""
    try:
        words = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Invalid("secret.file", _NO_FILE.format(path=path), field=name) from None
    return _something(words.partition("\n")[0].strip("\r"), name)


def from_environment(variable: str, name: str) -> str:
    """The value of an environment variable."""
    if variable not in os.environ:
        raise Invalid("secret.variable", _NO_VARIABLE.format(variable=variable), field=name)
    return _something(os.environ[variable], name)


def asked(label: Text, name: str, *, twice: bool = False) -> str:
    """Typed in without being shown; `Invalid` where nobody can type."""
    if not sys.stdin.isatty():
        raise Invalid("secret.nobody", _NOBODY.format(label=label), field=name)
    again: bool | str = said(_AGAIN.format(label=label)) if twice else False
    return _something(str(click.prompt(said(label), hide_input=True, confirmation_prompt=again)), name)


def given(label: Text, name: str, file: Path | None, variable: str, *, twice: bool = False) -> str:
    """From the file or the variable that is named, else asked for."""
    if file is not None:
        return from_file(file, name)
    return from_environment(variable, name) if variable else asked(label, name, twice=twice)


def _something(words: str, name: str) -> str:
    if not words:
        raise Invalid("secret.empty", _EMPTY.format(name=name), field=name)
    return words


_NO_FILE: Final = Text(zh="文件 {path} 读不出来", en="The file {path} cannot be read")
_NO_VARIABLE: Final = Text(zh="没有环境变量 {variable}", en="There is no environment variable {variable}")
_NOBODY: Final = Text(
    zh="“{label}”需要有人键入；也可以从文件或环境变量读取",
    en='Somebody has to type "{label}"; it can also be read from a file or the environment',
)
_AGAIN: Final = Text(zh="{label}（再输一次）", en="{label} (once more)")
_EMPTY: Final = Text(zh="“{name}”是空的", en='"{name}" is empty')
