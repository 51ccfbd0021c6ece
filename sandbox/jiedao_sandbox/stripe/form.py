"""The form encoding of Stripe's first interface: ``metadata[operation]=…&expand[0]=latest_charge`` as nested values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

Tree: TypeAlias = dict[str, Any]

_INNER: Final = re.compile(r"\[([^\[\]]*)\]")


def read(encoded: str) -> Tree:
    """The values of a body; what has numbers or nothing for names is a list."""
    return _tree(parse_qsl(encoded, keep_blank_values=True))


def nested(query: Mapping[str, str]) -> Tree:
    """The values of a query."""
    return _tree(query.items())


def _tree(pairs: Iterable[tuple[str, str]]) -> Tree:
    tree: Tree = {}
    for name, value in pairs:
        *outer, last = name.partition("[")[0], *_INNER.findall(name)
        branch = tree
        for part in outer:
            inner = branch.setdefault(part or str(len(branch)), {})
            branch = inner if isinstance(inner, dict) else {}
        branch[last or str(len(branch))] = value
    return {name: _lists(value) for name, value in tree.items()}


def texts(value: object) -> list[str]:
    """The texts of a list parameter; none when it is not there."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(item) for name, item in value.items()}
    return list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner
