"""The hooks reference, from `jiedao.hookspecs`."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from builder.source import attribute_docs, doc, one_line, table
from jiedao.hookspecs import manifest as manifests
from jiedao.hookspecs import outcomes as ends
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.manifest import Recovery
from jiedao.registry.check import ABILITY_HOOKS, QUERY_HOOKS
from jiedao.registry.families import HOOKS, MODULES, HookSpec

_ORDER: Final = ("service", "payment", "biller", "points", "postal", "certification")


def families() -> str:
    """Every family with its hooks and values."""
    return "\n\n".join(part for name in (*_ORDER, *sorted(set(MODULES) - set(_ORDER))) for part in _family(name))


def signature(hook: HookSpec) -> str:
    """The exact signature of a hook, as an implementation writes it."""
    parameters = inspect.signature(hook.function).parameters.values()
    said = ", ".join(f"{p.name}: {p.annotation}" for p in parameters)
    return f"def {hook.name}({said}) -> {inspect.signature(hook.function).return_annotation}"


def outcomes() -> str:
    """What a hook may return."""
    kinds = (ends.Succeeded, ends.Declined, ends.Pending, ends.NotFound)
    return table(("returned", "meaning"), [(f"`{_shape(kind)}`", one_line(doc(kind))) for kind in kinds])


def errors() -> str:
    """What a hook may raise."""
    kinds = (ends.InvalidConfig, ends.Unavailable, ends.OutcomeUnknown)
    return table(("raised", "meaning"), [(f"`{kind.__name__}(says, code)`", one_line(doc(kind))) for kind in kinds])


def recoveries() -> str:
    """How an unknown is resolved."""
    said = attribute_docs(Recovery)
    return table(("`Recovery`", "an unknown is resolved by"), [(f"`{r.name}`", said[r.name]) for r in Recovery])


def abilities() -> str:
    """Abilities of a manifest, and the hook that each one needs."""
    rows = [(f"`{name}`", HOOKS[hook].family, f"`{hook}`") for name, hook in ABILITY_HOOKS.items()]
    return table(("ability", "family", "needs"), rows)


def manifest() -> str:
    """The fields of a manifest and of a connection."""
    return "\n\n".join((_value(manifests.Manifest), _value(Connection), _value(Request)))


def _family(name: str) -> Iterator[str]:
    module = MODULES[name]
    yield f"## Family `{name}`"
    yield doc(module)
    mine = [hook for hook in HOOKS.values() if hook.family == name]
    for hook in mine:
        yield from _hook(hook)
    requests = {hook.request for hook in mine}
    values = [kind for kind in _classes(module) if kind not in requests]
    if values:
        yield f"### Values of `{name}`"
        yield from map(_value, values)


def _hook(hook: HookSpec) -> Iterator[str]:
    yield f"### `{hook.name}`"
    yield f"```python\n@hookimpl\n{signature(hook)}: ...\n```"
    yield doc(hook.function)
    if hook.request is not None:
        yield f"`{hook.request.__name__}`: {doc(hook.request)}"
        yield from _fields(hook.request, skip={f.name for f in dataclasses.fields(Request)})
    yield f"Returns {' or '.join(f'`{_spell(part)}`' for part in _parts(hook.returns))}.{_needed_for(hook.name)}"


def _needed_for(name: str) -> str:
    able = [f"`{ability}`" for ability, hook in ABILITY_HOOKS.items() if hook == name]
    asks = [f"`{act}`" for act, query in QUERY_HOOKS.items() if query == name]
    said = [f"ability {', '.join(able)}"] if able else []
    said += [f"`Recovery.QUERY` of {', '.join(asks)}"] if asks else []
    said += ["`Recovery.REVERSE`"] if name == "payment_reverse" else []
    return f" Needed for {' and '.join(said)}." if said else ""


def _value(kind: type[Any]) -> str:
    said = f"**`{kind.__name__}`**: {doc(kind)}"
    if issubclass(kind, StrEnum):
        docs = attribute_docs(kind)
        members = (f"- `{m.name}` (`{m.value}`){': ' + docs[m.name] if m.name in docs else ''}" for m in kind)
        return "\n\n".join((said, "\n".join(members)))
    return "\n\n".join((said, *_fields(kind)))


def _fields(kind: type[Any], skip: typing.Collection[str] = ()) -> Iterator[str]:
    docs = attribute_docs(kind)
    hints = {name: hint for base in reversed(kind.__mro__) for name, hint in inspect.get_annotations(base).items()}
    rows = [
        (f"`{field.name}`", f"`{hints[field.name]}`", _default(field), docs.get(field.name, ""))
        for field in dataclasses.fields(kind)
        if field.name not in skip
    ]
    if rows:
        yield table(("field", "type", "default", ""), rows)


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f"`{field.default!r}`"
    return "empty" if field.default_factory is not dataclasses.MISSING else ""


def _classes(module: Any) -> list[type[Any]]:
    return [k for k in vars(module).values() if inspect.isclass(k) and k.__module__ == module.__name__]


def _parts(hint: Any) -> tuple[Any, ...]:
    union = typing.get_origin(hint) not in (None, tuple) and not inspect.isclass(hint)
    return typing.get_args(hint) if union else (hint,)


def _spell(hint: Any) -> str:
    if hint in (Ellipsis, type(None)):
        return "..." if hint is Ellipsis else "None"
    arguments = typing.get_args(hint)
    name = str((typing.get_origin(hint) or hint).__name__)
    return f"{name}[{', '.join(map(_spell, arguments))}]" if arguments else name


def _shape(kind: type[Any]) -> str:
    return f"{kind.__name__}({', '.join(field.name for field in dataclasses.fields(kind))})"
