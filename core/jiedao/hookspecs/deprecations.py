"""Everything of the contract that will go away, by the version that removes it.

A hook, a request field or an outcome field is removed only after it stood here for one version. `renamed` and `removed`
say it when a plugin is registered; the lock of the contract (`jiedao.testing.lock`) lets go only of what stands here.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Deprecation:
    """`what` is a hook, or a field as ``Class.field``; `instead` tells plugins what to do."""

    what: str
    instead: str


REMOVED_IN: Final[Mapping[str, tuple[Deprecation, ...]]] = {}
"""Such as {"0.3": (Deprecation("biller_validate", "validate in biller_pay"),)}; newest version last."""


class ContractDeprecation(DeprecationWarning):
    """A plugin uses something of the contract that will go away."""


def announced(removed_in: Mapping[str, tuple[Deprecation, ...]] = REMOVED_IN) -> dict[str, str]:
    """What will go away, with the sentence for its users."""
    return {
        one.what: f"{one.what} will be removed in jiedao {version}; {one.instead}"
        for version, ones in removed_in.items()
        for one in ones
    }


def warn_of(plugin: str, hooks: Iterable[str], removed_in: Mapping[str, tuple[Deprecation, ...]] = REMOVED_IN) -> None:
    """Say to the author of a plugin which of its hooks will go away."""
    known = announced(removed_in)
    for hook in hooks:
        if hook in known:
            warnings.warn(f"plugin {plugin}: {known[hook]}", ContractDeprecation, stacklevel=3)
