"""In which language the command line speaks, and where its words go: results to standard output, trouble to error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Final

import click

from jiedao.language import LANGUAGES, Text

OPTION: Final = "--lang"
VARIABLES: Final = ("JIEDAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

_language: ContextVar[str] = ContextVar("language", default="en")


def choose(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Settle the language: --lang, else the first variable that is set; Chinese when it begins with zh, else English.

    Read before click reads the rest, so that help and complaints about other options are in it too.
    """
    words = _asked_for(arguments) or next((environment[name] for name in VARIABLES if environment.get(name)), "")
    _language.set("zh" if words.lower().startswith("zh") else "en")
    return language()


def language() -> str:
    """The language settled on, one of `jiedao.language.LANGUAGES`."""
    return _language.get()


def said(words: Text | str) -> str:
    """A sentence in the language settled on."""
    return words if isinstance(words, str) else words.in_(language())


def say(words: Text | str, **values: object) -> None:
    """A result, on standard output."""
    click.echo(said(words.format(**values) if values else words))


def complain(words: Text | str, **values: object) -> None:
    """Trouble, on standard error."""
    click.echo(said(words.format(**values) if values else words), err=True)


def _asked_for(arguments: Sequence[str]) -> str:
    for place, word in enumerate(arguments):
        if word.startswith(f"{OPTION}="):
            return word.partition("=")[2]
        if word == OPTION and arguments[place + 1 :][:1]:
            return arguments[place + 1]
    return ""


__all__ = ["LANGUAGES", "OPTION", "choose", "complain", "language", "said", "say"]
