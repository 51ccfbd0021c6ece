"""All hooks of the contract, by family; read from the modules of `jiedao.hookspecs`."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from jiedao.hookspecs import biller, certification, payment, points, postal, service
from jiedao.hookspecs.marker import PROJECT
from jiedao.hookspecs.outcomes import Succeeded

MODULES: Final[dict[str, ModuleType]] = {
    "payment": payment,
    "biller": biller,
    "postal": postal,
    "points": points,
    "certification": certification,
    "service": service,
}


@dataclass(frozen=True, slots=True)
class HookSpec:
    """One hook: its family, the class of its request (None for `describe`) and what it may return."""

    name: str
    family: str
    function: Callable[..., Any]
    request: type[Any] | None
    returns: Any

    @property
    def outcomes(self) -> tuple[Any, ...]:
        """Annotations of which a returned value must fit one."""
        return typing.get_args(self.returns) if _is_union(self.returns) else (self.returns,)

    @property
    def detail(self) -> Any:
        """Annotation of the detail of `Succeeded`; None where the hook returns no `Succeeded`."""
        for part in typing.get_args(self.returns):
            if typing.get_origin(part) is Succeeded:
                return typing.get_args(part)[0]
        return None


def fits(value: object, hint: Any) -> bool:
    """Whether a value is of the class that an annotation names; in a tuple, whether all its items are."""
    origin = typing.get_origin(hint) or hint
    if not isinstance(value, origin):
        return False
    return origin is not tuple or all(fits(item, typing.get_args(hint)[0]) for item in typing.cast(Any, value))


def name_of(hint: Any) -> str:
    """An annotation as people write it."""
    return hint.__name__ if inspect.isclass(hint) else str(hint).replace("typing.", "")


def _is_union(hint: Any) -> bool:
    return hasattr(hint, "__args__") and typing.get_origin(hint) not in (tuple, list, dict, None)


def _spec(family: str, name: str, function: Callable[..., Any]) -> HookSpec:
    hints = typing.get_type_hints(function)
    return HookSpec(name, family, function, hints.get("request"), hints["return"])


def _all() -> dict[str, HookSpec]:
    return {
        name: _spec(family, name, function)
        for family, module in MODULES.items()
        for name, function in vars(module).items()
        if inspect.isfunction(function) and hasattr(function, f"{PROJECT}_spec")
    }


HOOKS: Final = _all()
