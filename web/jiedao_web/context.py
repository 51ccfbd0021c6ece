"""What every view needs of the application that it runs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import current_app

from jiedao.house import House
from jiedao.worker import Runner
from jiedao_web.admission import Keys
from jiedao_web.kiosks import Kiosks
from jiedao_web.resident_sessions import ResidentSessions
from jiedao_web.sessions import Sessions

if TYPE_CHECKING:
    from jiedao_web.metrics import Metrics

NAME: Final = "jiedao"


@dataclass(frozen=True, slots=True)
class Context:
    """The house behind the application, its sessions, keys and figures, and the threads that do what was planned."""

    house: House
    sessions: Sessions
    keys: Keys
    visits: ResidentSessions
    """Sessions of residents themselves."""
    kiosks: Kiosks
    """Devices of kiosks."""
    runner: Runner
    metrics: Metrics


def context() -> Context:
    """The context of the application that serves the present request."""
    found: Context = current_app.extensions[NAME]
    return found


def house() -> House:
    """The house behind the application that serves the present request."""
    return context().house
