"""The clients of a connection, and what their errors mean."""

from __future__ import annotations

import time
from typing import Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.wire import Wire
from jiedao_connectors import addresses
from jiedao_connectors.ems.client import CurrentClient, OlderClient
from jiedao_connectors.ems.order import Access
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.http import NotSent, Unanswered
from jiedao_ems.settings import OLDER

wire: Final = Wire(not_sent=NotSent, in_doubt=(Unanswered, NotUnderstood))


class Deadline:
    """The seconds that are left for all messages of one call."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """May be below zero: then nothing is sent."""
        return self._end - time.monotonic()


def is_private(connection: Connection) -> bool:
    """Names and addresses must not cross a network in clear; within one machine they cross none."""
    settings = connection.settings
    return all(addresses.is_private(settings[name]) for name in ("url", "check_url", "track_url") if settings[name])


def _access(connection: Connection) -> Access:
    settings = connection.settings
    return Access(
        sender=settings["sender_number"],
        key=settings["key"],
        authorization=settings.get("authorization", ""),
        user=settings["ecommerce_user_id"],
        user_code=settings["user_code"],
        company=settings["company"],
    )


def _older(connection: Connection) -> OlderClient:
    settings = connection.settings
    return OlderClient(settings["url"], settings["check_url"], settings["track_url"], _access(connection))


def _current(connection: Connection) -> CurrentClient:
    return CurrentClient(connection.settings["url"], _access(connection))


current_clients: Final = PerConnection(_current, CurrentClient.close)
older_clients: Final = PerConnection(_older, OlderClient.close)


def is_older(connection: Connection) -> bool:
    """Which of the two interfaces the street's contract is for."""
    return bool(connection.settings["interface"] == OLDER)


def close() -> None:
    """Close every client."""
    current_clients.close()
    older_clients.close()
