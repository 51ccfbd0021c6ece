"""What every view needs of the application that it runs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import current_app

from jiedao.house import House
from jiedao.worker import Runner
from jiedao_web.sessions import Sessions

NAME: Final = "jiedao"


@dataclass(frozen=True, slots=True)
class Context:
    """The house behind the application, its sessions, and the threads that carry out what was planned."""

    house: House
    sessions: Sessions
    runner: Runner


def context() -> Context:
    """The context of the application that serves the present request."""
    found: Context = current_app.extensions[NAME]
    return found


def house() -> House:
    """The house behind the application that serves the present request."""
    return context().house
