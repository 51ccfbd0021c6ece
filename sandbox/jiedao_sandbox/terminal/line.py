"""The terminal's line to the acquirer: one connection for one message and its reply, as dial-up terminals did it."""

from __future__ import annotations

import socket
from typing import Final

from jiedao_connectors.unionpay.frame import Frame, read_frame
from jiedao_connectors.unionpay.message import Malformed, Message, decode

MAC_FAILED: Final = "A0"


class NotConnected(Exception):
    """The acquirer was not reached: nothing was sent."""


class NoAnswer(Exception):
    """It was sent, and there is no reply that can be trusted."""


class AcquirerLine:
    """Where the acquirer is, and how many seconds it has for a reply."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._address = (host, port)
        self._seconds = seconds

    def exchange(self, message: Message, mac_key: bytes | None) -> Message:
        """Send a message and return its own authentic reply; `NotConnected` or `NoAnswer` otherwise."""
        frame = Frame(message.encode(mac_key)).encode()
        reply = self._send(frame)
        _check(message, reply, mac_key)
        return reply

    def _send(self, frame: bytes) -> Message:
        try:
            connection = socket.create_connection(self._address, self._seconds)
        except OSError as failed:
            raise NotConnected(str(failed)) from None
        with connection:
            try:
                connection.sendall(frame)
                with connection.makefile("rb") as stream:
                    answered = read_frame(stream)
            except (OSError, Malformed) as failed:
                raise NoAnswer(type(failed).__name__) from None
        return _decoded(answered)


def _decoded(answered: Frame | None) -> Message:
    if answered is None:
        raise NoAnswer("the acquirer hung up")
    try:
        return decode(answered.body)
    except Malformed as wrong:
        raise NoAnswer(str(wrong)) from None


def _check(asked: Message, reply: Message, mac_key: bytes | None) -> None:
    """Type, trace, terminal, amount and MAC; only the complaint that our own MAC is wrong may come without one."""
    expected = f"{int(asked.type[:3]) + 1:03d}0"
    echoes = all(reply.get(number) == asked.get(number) for number in (4, 11, 41) if asked.get(number))
    if reply.type != expected or not echoes:
        raise NoAnswer("the reply is for another message")
    if mac_key and reply.get(39) != MAC_FAILED and not reply.is_authentic(mac_key):
        raise NoAnswer("the MAC of the reply is wrong")
