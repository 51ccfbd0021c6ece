"""Commands, options and help pages in every language of the house, and groups that load their commands late."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from jiedao.language import Text
from jiedao_cli.speech import language, said

Function = TypeVar("Function", bound=Callable[..., Any])


class Page(click.HelpFormatter):
    """A help page with headings in our language; its lines fit although a Chinese character is two columns wide."""

    def __init__(self, width: int | None = None, max_width: int | None = None) -> None:
        columns = width or min(shutil.get_terminal_size((80, 24)).columns, 100) - 2
        super().__init__(width=columns if language() == "en" else columns * 3 // 5)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """ "Usage: …"."""
        super().write_usage(prog, args, prefix or said(_USAGE))

    def write_heading(self, heading: str) -> None:
        """ "Options:" and "Commands:"."""
        super().write_heading(said(_HEADINGS.get(heading, heading)))


class Context(click.Context):
    """A context whose help pages are ours."""

    formatter_class = Page


class Command(click.Command):
    """A command whose help is a `Text`."""

    context_class = Context
    says: Text

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The whole text; its paragraphs are divided by empty lines."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(said(self.says))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole."""
        return _first_sentence(said(self.says))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, explained in our language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = said(_HELP)
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """ "[OPTIONS] …" in our language."""
        return [said(_PIECES.get(piece, piece)) for piece in super().collect_usage_pieces(ctx)]


class Group(Command, click.Group):
    """A group of commands; named alone it shows its help and counts as a mistake of use."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show help when there is nothing to do."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)


class LateGroup(Group):
    """A group that knows its commands by name and summary, and imports one only when it is used.

    `late` maps a command's name to its module, which has it as `command`, and to its summary.
    """

    late: Mapping[str, tuple[str, Text]]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of `late`, which is the order of use."""
        return list(self.late)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in self.late:
            return None
        command: click.Command = importlib.import_module(self.late[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The summaries, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said(summary)) for name, (_, summary) in self.late.items()])


class Option(click.Option):
    """An option whose help is a `Text`."""

    says: Text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Translated just before it is shown."""
        self.help = said(self.says)
        return super().get_help_record(ctx)


def alone(says: Text, name: str) -> Callable[[Callable[..., Any]], Command]:
    """A command that stands alone."""

    def make(function: Callable[..., Any]) -> Command:
        made = click.command(name, cls=Command)(function)
        made.says = says
        return made

    return make


def group(name: str, says: Text) -> Group:
    """An empty group of commands."""
    made = Group(name)
    made.says = says
    return made


def within(parent: Group, name: str, says: Text) -> Callable[[Callable[..., Any]], Command]:
    """A command of a group."""

    def make(function: Callable[..., Any]) -> Command:
        made = alone(says, name)(function)
        parent.add_command(made)
        return made

    return make


def option(*names: str, says: Text, **more: Any) -> Callable[[Function], Function]:
    """An option of a command."""
    return click.option(*names, cls=_spoken(says), **more)


def _spoken(says: Text) -> type[Option]:
    return type("Option", (Option,), {"says": says})


def _first_sentence(words: str) -> str:
    paragraph = " ".join(words.split("\n\n")[0].split())
    ends = [place for mark in ("。", ". ") if (place := paragraph.find(mark)) >= 0]
    return paragraph[: min(ends)] if ends else paragraph.rstrip(".")


_USAGE: Final = Text(zh="用法：", en="Usage: ")
_HELP: Final = Text(zh="显示这一页说明", en="Show this page")
_HEADINGS: Final = {"Options": Text(zh="选项", en="Options"), "Commands": Text(zh="命令", en="Commands")}
_PIECES: Final = {
    "[OPTIONS]": Text(zh="[选项]", en="[OPTIONS]"),
    "COMMAND [ARGS]...": Text(zh="命令 [参数]...", en="COMMAND [ARGS]..."),
}
