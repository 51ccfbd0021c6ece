"""What a plugin says of itself: once, in code, checked when it is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from jiedao.language import Text


class Recovery(StrEnum):
    """How the core resolves an act whose outcome is unknown (see `jiedao.operations`)."""

    QUERY = "query"
    """Ask by our own reference through the family's query hook."""
    RESEND = "resend"
    """Send again with the same reference: the provider does it at most once."""
    REVERSE = "reverse"
    """Undo until acknowledged through `payment_reverse`; then it did not happen."""
    NONE = "none"
    """Nobody can be asked: the settlement file, or a person with evidence."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting, described for a form. `kind` is string, integer, decimal, boolean, secret, choice or table."""

    name: str
    kind: str
    label: Text
    help: Text
    required: bool
    choices: tuple[str, ...] = ()
    default: Any = None


class Configuration(Protocol):
    """A plugin's settings schema. `jiedao_schemas.configuration` makes one from a marshmallow schema."""

    def load(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Checked settings; `jiedao.problems.Invalid` names the first wrong field."""

    def fields(self) -> tuple[Field, ...]:
        """Every setting in the order of the form."""

    def secrets(self) -> frozenset[str]:
        """Names of the settings that are stored encrypted and never shown again."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Name, families and abilities of a plugin.

    `recovery` names, for each hook that acts on the outside world, how its unknown is resolved; a hook that is not
    named is `Recovery.NONE`. A `local` plugin acts on nothing outside (cash, a biller by file): its acts are
    called inside the transaction that records them, and must neither wait nor raise `OutcomeUnknown`.
    `settling` is how many seconds after the longest call the provider may still be booking an earlier message;
    until then its "not found" proves nothing. A setting of the same name overrules it for one connection. In family
    `payment` a setting `tender` says what kind of tender a connection is at the counter: card, qr or online.
    """

    name: str
    version: str
    title: Text
    families: tuple[str, ...]
    configuration: Configuration
    recovery: Mapping[str, Recovery] = field(default_factory=dict)
    local: bool = False
    settling: float = 0.0
    abilities: frozenset[str] = frozenset()
    """Of `payment`: void, refund, partial_refund, batch, capture, settlement. Of `biller`: fetch, validate, cancel,
    import, export. Of `postal`: serviceable, withdraw, dispatch, offices, proof, outbox, complain, own_numbers (items
    bear numbers from ranges that the post gave the street). Of `certification`: batch_lookup, history. Of `service`:
    sms, email (channels of `notify_send`). Of any family: notice."""
