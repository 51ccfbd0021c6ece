"""All hooks of the contract, by family; read from the modules of `jiedao.hookspecs`."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from jiedao.hookspecs import biller, payment, points, service
from jiedao.hookspecs.marker import PROJECT

MODULES: Final[dict[str, ModuleType]] = {
    "payment": payment,
    "biller": biller,
    "points": points,
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
    def outcomes(self) -> tuple[type[Any], ...]:
        """Classes of which a returned value must be one."""
        parts = typing.get_args(self.returns) if _is_union(self.returns) else (self.returns,)
        return tuple(typing.get_origin(part) or part for part in parts)

    @property
    def detail(self) -> type[Any] | None:
        """Class of the detail of `Succeeded`, where the hook returns one."""
        for part in typing.get_args(self.returns):
            arguments = typing.get_args(part)
            if arguments and _is_class(arguments[0]):
                return typing.cast(type[Any], arguments[0])
        return None


def _is_union(hint: Any) -> bool:
    return hasattr(hint, "__args__") and typing.get_origin(hint) not in (tuple, list, dict, None)


def _is_class(hint: Any) -> bool:
    return inspect.isclass(hint) and typing.get_origin(hint) is None and hint is not type(None)


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
