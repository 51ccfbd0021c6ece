"""Reading docstrings from source, those of attributes and constants too, which Python itself does not keep."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any


@cache
def tree(module: ModuleType) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(inspect.getsource(module))


def attribute_docs(kind: type[Any]) -> dict[str, str]:
    """The docstring after each attribute of a class, by its name."""
    module = inspect.getmodule(kind)
    if module is None:
        raise LookupError(kind)
    body = next(n.body for n in tree(module).body if isinstance(n, ast.ClassDef) and n.name == kind.__name__)
    return after_each(body)


def after_each(body: list[ast.stmt]) -> dict[str, str]:
    """The string that stands directly after each assignment."""
    return {
        name: one_line(after.value.value)
        for before, after in pairwise(body)
        for name in _assigned(before)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str)
    }


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def one_line(words: str) -> str:
    """A docstring as one line."""
    return " ".join(words.split())


def doc(thing: Any) -> str:
    """The docstring of something, with its paragraphs."""
    return inspect.getdoc(thing) or ""


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
