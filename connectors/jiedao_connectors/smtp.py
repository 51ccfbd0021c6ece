"""Handing one message to a mail server (RFC 5321), with errors that say exactly what is known of it.

A server has a message from the moment it answers the end of DATA with 250; what breaks off after DATA was begun may
have been taken. Nobody can be asked later: SMTP has no such question. Never retries.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_QUEUED: Final = re.compile(r"queued as ([\w.-]{1,60})", re.IGNORECASE)
_WATCH_AGAIN: Final = 0.05


class SmtpProblem(Exception):
    """Base of what can go wrong with one message."""


class NotSent(SmtpProblem):
    """The server certainly did not take it, and may later: not reached, or a 4xx reply."""


class Refused(SmtpProblem):
    """The server refused this recipient or this message for good (5xx)."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


class NotAdmitted(SmtpProblem):
    """The server does not let us in: no TLS where it is wanted, a wrong password, a sender that is not ours."""


class Unanswered(SmtpProblem):
    """The message may have been taken, and there is no trustworthy answer."""


class Security(StrEnum):
    """How the line is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to get in. `authorities` names a file of certificate authorities, empty for the usual."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    authorities: str = ""


def hand_over(server: Server, sender: str, recipient: str, content: bytes, deadline: float) -> str:
    """Hand a message (with CRLF line ends) over within `deadline` seconds; returns the queue id if the server says it.

    The deadline covers everything but finding the address by name, which is the system's.
    """
    with _admitted(server, deadline) as smtp:
        with _before_data():
            code, _ = smtp.mail(sender)
            if code != 250:
                raise _sorted(code, NotAdmitted(f"the sender was refused with {code}"))
            code, _ = smtp.rcpt(recipient)
            if code not in (250, 251):
                raise _sorted(code, Refused(code))
            code, _ = smtp.docmd("DATA")
            if code != 354:
                raise _sorted(code, Refused(code))
        return _deliver(smtp, content)


def look(server: Server, deadline: float) -> None:
    """Get in and out again, which sends nothing."""
    with _admitted(server, deadline) as smtp, _before_data():
        code, _ = smtp.noop()
        if code != 250:
            raise NotSent(f"the server answered {code}")


def _deliver(smtp: smtplib.SMTP, content: bytes) -> str:
    """From here on the server may have it."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    try:
        smtp.send(re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n")
        code, said = smtp.getreply()
    except (OSError, smtplib.SMTPException) as broken:
        raise Unanswered(f"no answer to the end of the message: {type(broken).__name__}") from broken
    if 400 <= code < 600:
        raise _sorted(code, Refused(code))
    if code != 250:
        raise Unanswered(f"the end of the message was answered with {code}")
    found = _QUEUED.search(said.decode("ascii", "replace"))
    return found[1] if found else ""


@contextmanager
def _admitted(server: Server, deadline: float) -> Iterator[smtplib.SMTP]:
    """A session in which mail may be handed over; ended politely, or by the deadline."""
    end = time.monotonic() + deadline
    if deadline <= 0:
        raise NotSent("no time was left to send anything")
    smtp = _client(server, deadline)
    with _watched(smtp, end):
        try:
            with _before_data():
                _let_in(smtp, server)
            yield smtp
        finally:
            # What has been answered stays answered, whatever becomes of the goodbye; nobody waits for it.
            with suppress(OSError, smtplib.SMTPException):
                smtp.putcmd("QUIT")
            smtp.close()


def _client(server: Server, deadline: float) -> smtplib.SMTP:
    """Not connected yet, so that the deadline is watched from the first byte."""
    # The name in our greeting; the usual one would ask the name service for ours, which no deadline covers.
    ours = "[127.0.0.1]"
    if server.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=ours, timeout=deadline, context=_context(server))
    else:
        smtp = smtplib.SMTP(local_hostname=ours, timeout=deadline)
    # Whose certificate it has to be; smtplib notes it only when it connects while it is made.
    vars(smtp)["_host"] = server.host
    return smtp


def _let_in(smtp: smtplib.SMTP, server: Server) -> None:
    code, _ = smtp.connect(server.host, server.port)
    if code != 220:
        raise _sorted(code, NotAdmitted(f"the server greeted with {code}"))
    smtp.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        if not smtp.has_extn("starttls"):
            raise NotAdmitted("the server offers no STARTTLS")
        smtp.starttls(context=_context(server))
        smtp.ehlo()
    if server.user:
        try:
            smtp.login(server.user, server.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as refused:
            code = getattr(refused, "smtp_code", 0)
            raise _sorted(code or 500, NotAdmitted("the server does not accept user and password")) from None


def _context(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.authorities or None)


@contextmanager
def _before_data() -> Iterator[None]:
    """Around everything before the message itself: whatever breaks, nothing was taken."""
    try:
        yield
    except (OSError, smtplib.SMTPException) as failed:
        # Only the class: a server's words could repeat what we sent.
        raise NotSent(f"not sent: {type(failed).__name__}") from failed


def _sorted(code: int, for_good: SmtpProblem) -> SmtpProblem:
    """A 5xx reply is for good, anything else may pass."""
    return for_good if 500 <= code < 600 else NotSent(f"the server answered {code}")


@contextmanager
def _watched(smtp: smtplib.SMTP, end: float) -> Iterator[None]:
    """Cut the line at the deadline: a socket's own time limit begins anew with every byte that trickles in."""
    done = threading.Event()
    guard = threading.Thread(target=_cut_at, args=(smtp, end, done), daemon=True)
    guard.start()
    try:
        yield
    finally:
        done.set()
        guard.join()


def _cut_at(smtp: smtplib.SMTP, end: float, done: threading.Event) -> None:
    wait = max(0.0, end - time.monotonic())
    # Again and again, as TLS may just be putting another socket in the place of the first.
    while not done.wait(wait):
        if smtp.sock is not None:
            with suppress(OSError):
                # The class's own: an SSL socket would first forget that it is one, under the reader's hands.
                socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)
        wait = _WATCH_AGAIN
