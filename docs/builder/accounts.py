"""The chart of accounts, from `jiedao.ledger.accounts`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Final

from builder.source import after_each, one_line, table, tree
from jiedao.ledger import accounts

_BARE: Final = {
    "BANK": "A: money at the bank.",
    "COMMISSION": "X: what billers pay the street for collecting.",
    "ACQUIRING_FEE": "X: what the acquirer keeps.",
    "CASH_OVER_SHORT": "X: what a count differs from the books.",
    "WRITE_OFF": "X: given up.",
    "ISSUER": "Memo: where points come from and go back to.",
    "REDEEMED": "Memo: points spent.",
    "EXPIRED": "Memo: points lapsed.",
}
"""Meanings of constants that have no docstring of their own."""


def chart() -> str:
    """Every account of the chart, in the order of the module."""
    return table(("account", "in the code", "meaning"), list(_rows()))


def _rows() -> Iterator[tuple[str, str, str]]:
    body = tree(accounts).body
    said = after_each(body)
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.returns is not None and ast.unparse(node.returns) == "str":
            function = getattr(accounts, node.name)
            names = inspect.signature(function).parameters
            yield f"`{function(*(f'{{{n}}}' for n in names))}`", f"`{node.name}()`", one_line(function.__doc__ or "")
        elif isinstance(node, ast.AnnAssign) and (name := ast.unparse(node.target)) and not name.startswith("_"):
            yield f"`{getattr(accounts, name)}`", f"`{name}`", said.get(name) or _BARE[name]
