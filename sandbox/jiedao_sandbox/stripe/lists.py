"""Lists and searches: newest first, a page at a time, with what is to be expanded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from jiedao_sandbox.stripe.cabinet import Cabinet, Thing
from jiedao_sandbox.stripe.form import Tree, texts
from jiedao_sandbox.stripe.refusals import invalid

Find: TypeAlias = Callable[[str], Thing | None]

_BY_METADATA: Final = re.compile(r"metadata\['(\w+)'\]:'([^'\\]*)'")
_MOST: Final = 100


def page(cabinet: Cabinet, kind: str, given: Tree) -> Thing:
    """One page of a list."""
    found = [one for one in cabinet.all(kind) if _wanted(one, given)]
    after = given.get("starting_after")
    if after:
        found = found[next((place for place, one in enumerate(found, 1) if one["id"] == after), len(found)) :]
    return _page("list", found, given, cabinet.find)


def search(cabinet: Cabinet, kind: str, given: Tree, lag: float) -> Thing:
    """What the search knows: what was there `lag` seconds ago. It understands one value of the metadata."""
    asked = _BY_METADATA.fullmatch(str(given.get("query", "")))
    if asked is None:
        raise invalid(field="query")
    name, value = asked.groups()
    until = cabinet.clock() - lag
    found = [one for one in cabinet.all(kind) if one["metadata"].get(name) == value and one["created"] <= until]
    return _page("search_result", found, given, cabinet.find)


def expanded(thing: Thing, wanted: Sequence[str], find: Find) -> Thing:
    """An object with some of the ids in it replaced by what they are of."""
    inside = {name: find(thing[name]) for name in wanted if isinstance(thing.get(name), str)}
    return {**thing, **{name: one for name, one in inside.items() if one is not None}}


def _page(kind: str, found: list[Thing], given: Tree, find: Find) -> Thing:
    limit = min(int(given.get("limit", 10)), _MOST)
    wanted = [name.removeprefix("data.") for name in texts(given.get("expand"))]
    data = [expanded(one, wanted, find) for one in found[:limit]]
    return {"object": kind, "url": "/v1", "has_more": len(found) > limit, "data": data}


def _wanted(one: Thing, given: Tree) -> bool:
    created: Any = given.get("created")
    since, before = (
        (int(created.get(name, other)) for name, other in _SPAN) if isinstance(created, dict) else (0, 2**62)
    )
    same = all(one.get(name) == given[name] for name in ("payment_intent", "type", "charge") if name in given)
    return same and since <= one["created"] < before


_SPAN: Final = (("gte", 0), ("lt", 2**62))
