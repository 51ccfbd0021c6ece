"""What every plugin has: a description of itself and a check of its connection."""

from __future__ import annotations

from dataclasses import dataclass

from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.marker import hookspec
from jiedao.language import Text


@dataclass(frozen=True, slots=True)
class CheckRequest(Request):
    """Does this connection work, without any effect on money?"""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`passed` opens the gate to Live; `says` tells the administrator what was seen or what to mend."""

    passed: bool
    says: Text


@hookspec
def describe() -> Manifest:
    """Say who the plugin is and what it can do.

    Called once, when the plugin is registered. Pure. Every plugin must have it.
    """
    raise NotImplementedError


@hookspec
def check_connection(request: CheckRequest) -> CheckResult:
    """Try the connection: address, credentials, contract. Must not move money or create anything.

    Called before a street switches the service on, and by `jiedao doctor`. A failed check has `passed` false
    and is not an error; errors are treated as a failed check with the error's words.
    """
    raise NotImplementedError
