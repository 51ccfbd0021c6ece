"""How an act on the outside world can end. The platform never guesses: what is not one of these is unknown.

A hook *returns* one of `Succeeded`, `Declined`, `Pending` or `NotFound` when it has a trustworthy answer, and
*raises* one of the errors below when it has none. Anything else it raises is a bug in the plugin and is treated
as `OutcomeUnknown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from jiedao.language import Text

Detail = TypeVar("Detail", covariant=True)


@dataclass(frozen=True, slots=True)
class Succeeded(Generic[Detail]):
    """The provider did it and said so; `detail` is its evidence."""

    detail: Detail


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider said no, and nothing happened there. Never retried.

    `code` is the provider's own reply code, kept for the operator; `reason` is for the resident.
    """

    reason: Text
    code: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """The provider took it and will decide later; it must not be sent again. `reference` is the provider's.

    `show` is what somebody has to see or scan meanwhile, such as the text of a QR code; empty where there is nothing.
    """

    reference: str = ""
    show: str = ""


@dataclass(frozen=True, slots=True)
class NotFound:
    """Answer to a query only: the provider does not know our reference.

    The core counts it as *not done* only when nothing of ours is in flight and the settling time has passed.
    """


class PluginError(Exception):
    """Base of the errors a hook may raise; `says` is what the operator reads."""

    def __init__(self, says: str, code: str = "") -> None:
        super().__init__(says)
        self.says = says
        self.code = code


class InvalidConfig(PluginError):
    """Credentials, endpoint or contract are wrong. Nothing happened. The core pauses the connection."""


class Unavailable(PluginError):
    """Nothing was sent, or it was refused before any effect. The core tries again with back-off."""


class OutcomeUnknown(PluginError):
    """It was sent and there is no trustworthy answer. The core asks; it never resends blindly."""
