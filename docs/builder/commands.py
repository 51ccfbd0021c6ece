"""The commands of `jiedao`, from the command line's own tree."""

from __future__ import annotations

from collections.abc import Iterator

import click

from builder.source import one_line, table
from jiedao.language import Text
from jiedao_cli.main import root


def tree() -> str:
    """Every command that does something, with how it is used and what it is for, in both languages."""
    return table(("command", "", ""), list(_below(root, click.Context(root, info_name="jiedao"))))


def _below(group: click.Group, ctx: click.Context) -> Iterator[tuple[str, str, str]]:
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is None:
            continue
        inner = click.Context(command, info_name=name, parent=ctx)
        if isinstance(command, click.Group):
            yield from _below(command, inner)
        else:
            yield _row(command, inner)


def _row(command: click.Command, ctx: click.Context) -> tuple[str, str, str]:
    says: Text = getattr(command, "says", Text("", ""))
    arguments = [p.make_metavar(ctx) for p in command.params if isinstance(p, click.Argument)]
    options = [max(p.opts, key=len) for p in command.params if isinstance(p, click.Option) and p.required]
    usage = " ".join([ctx.command_path, *(f"{option} …" for option in options), *arguments])
    return f"`{usage}`", _first(says.en), _first(says.zh)


def _first(words: str) -> str:
    return one_line(words.split("\n\n")[0])
