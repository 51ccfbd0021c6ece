"""The contract as it was agreed, in a file: hooks, their requests and outcomes, with every field, type and default.

``python -m jiedao.testing.lock`` compares, ``--write`` writes. What is only added asks for an update of the file; what
would break a plugin that is out there is refused until its deprecation was announced.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from jiedao.hookspecs import deprecations
from jiedao.registry.families import HOOKS, HookSpec, name_of

FILE: Final = Path(deprecations.__file__).with_name("contract.lock.json")

Contract: TypeAlias = dict[str, Any]


def present() -> Contract:
    """The contract as the code has it."""
    classes: dict[str, type[Any]] = {}
    for spec in HOOKS.values():
        for hint in (spec.request, spec.returns):
            classes |= {kind.__name__: kind for kind in _reachable(hint)}
    enums = {name for name, kind in classes.items() if issubclass(kind, enum.Enum)}
    return {
        "hooks": {name: _hook(spec) for name, spec in sorted(HOOKS.items())},
        "classes": {name: _fields(classes[name]) for name in sorted(classes.keys() - enums)},
        "words": {name: {member.name: member.value for member in classes[name]} for name in sorted(enums)},
    }


def locked(file: Path = FILE) -> Contract:
    """The contract as it was agreed."""
    agreed: Contract = json.loads(file.read_text("utf-8"))
    return agreed


def write(file: Path = FILE) -> None:
    """Agree to the present one."""
    file.write_text(json.dumps(present(), indent=1, ensure_ascii=False) + "\n", "utf-8")


def broken(agreed: Contract, now: Contract, announced: Mapping[str, str] | None = None) -> list[str]:
    """What would break a plugin that is out there: one sentence each, with the deprecation to write."""
    known = deprecations.announced() if announced is None else announced
    return [f"{says} {_write(what)}" for what, says in _breaks(agreed, now) if what not in known]


def added(agreed: Contract, now: Contract) -> bool:
    """Whether the code has something that the file has not, or says it in another order."""
    return agreed != now


def _breaks(agreed: Contract, now: Contract) -> Iterator[tuple[str, str]]:
    for name, hook in agreed["hooks"].items():
        yield from _hook_breaks(name, hook, now["hooks"].get(name))
    for part, breaks in (("classes", _class_breaks), ("words", _word_breaks)):
        for name, before in agreed[part].items():
            if name in now[part]:
                yield from breaks(name, before, now[part][name])
            else:
                yield name, f"{name} is gone from the contract."


def _hook_breaks(name: str, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    if after is None:
        yield name, f"hook {name} is gone from the contract."
        return
    if after["request"] != before["request"]:
        yield name, f"hook {name} takes {after['request']}; plugins out there take {before['request']}."
    for outcome in before["returns"]:
        if outcome not in after["returns"]:
            yield name, f"hook {name} may not return {outcome} any more; plugins out there do."


def _class_breaks(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field, was in before.items():
        what = f"{name}.{field}"
        if field not in after:
            yield what, f"{what} is gone; plugins out there use it."
        elif not _still_fits(name, was.partition(" = ")[0], after[field].partition(" = ")[0]):
            yield what, f"{what} was {was} and is {after[field]}."
        elif " = " in was and " = " not in after[field]:
            yield what, f"{what} has no default any more; plugins out there leave it out."
    if name in _made_by_the_core():
        return
    for place, field in enumerate(after):
        if field not in before and " = " not in after[field]:
            yield f"{name}.{field}", f"{name}.{field} is new and has no default; plugins out there do not give it."
        elif field not in before and place < len(before):
            yield f"{name}.{field}", f"{name}.{field} stands before others; plugins out there give them by place."


def _word_breaks(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for word, value in before.items():
        if after.get(word) != value:
            yield f"{name}.{word}", f"{name}.{word} was {value!r} and is {after.get(word)!r}."


def _still_fits(name: str, was: str, now: str) -> bool:
    """What plugins make may be None where it might not before."""
    return now == was or (now == f"{was} | None" and name not in _made_by_the_core())


@cache
def _made_by_the_core() -> frozenset[str]:
    """What plugins only read may get new fields."""
    read = {kind.__name__ for spec in HOOKS.values() for kind in _reachable(spec.request)}
    made = {kind.__name__ for spec in HOOKS.values() for kind in _reachable(spec.returns)}
    return frozenset(read - made)


def _write(what: str) -> str:
    return (
        f'Keep it and announce it: in jiedao/hookspecs/deprecations.py, Deprecation("{what}", "…") under the version '
        "that will remove it. Released once with that, it may go."
    )


def _hook(spec: HookSpec) -> dict[str, Any]:
    request = None if spec.request is None else spec.request.__name__
    return {"request": request, "returns": sorted(_short(outcome) for outcome in spec.outcomes)}


def _fields(kind: type[Any]) -> dict[str, str]:
    hints = typing.get_type_hints(kind)
    return {field.name: _short(hints[field.name]) + _default(field) for field in dataclasses.fields(kind)}


def _short(hint: Any) -> str:
    """An annotation without the modules of its names."""
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", name_of(hint)).replace("+Detail", "Detail")


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f" = {field.default!r}"
    if field.default_factory is not dataclasses.MISSING:
        return f" = {name_of(field.default_factory)}()"
    return ""


def _reachable(hint: Any) -> Iterator[type[Any]]:
    """Dataclasses and enumerations in an annotation, and in those that they are made of."""
    for inner in typing.get_args(hint):
        yield from _reachable(inner)
    kind = typing.get_origin(hint) or hint
    if isinstance(kind, type) and kind.__module__.startswith("jiedao."):
        if dataclasses.is_dataclass(kind) or issubclass(kind, enum.Enum):
            yield kind
        if dataclasses.is_dataclass(kind):
            for field in typing.get_type_hints(kind).values():
                yield from _reachable(field)


def main(arguments: list[str]) -> int:
    """0 when file and code agree; 1 when the file has to be written; 2 when something would break."""
    agreed, now = locked() if FILE.exists() else {"hooks": {}, "classes": {}, "words": {}}, present()
    problems = broken(agreed, now)
    if problems:
        sys.stderr.write("\n".join(problems) + "\n")
        return 2
    if "--write" in arguments:
        write()
        return 0
    if added(agreed, now):
        sys.stderr.write("The contract has grown: make contract\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
