"""One SMTP session: the order of commands, who may send, what is booked."""

from __future__ import annotations

import base64
import binascii
import email
import re
import socket
from collections.abc import Callable
from email import policy
from typing import TYPE_CHECKING, Final

from jiedao_sandbox.faults import Fault, Taken

if TYPE_CHECKING:
    from jiedao_sandbox.mail.server import Rules

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS messages (
    queue_id INTEGER PRIMARY KEY, sender TEXT, recipient TEXT, message_id TEXT, subject TEXT, body TEXT, tls INTEGER
);
"""
_BOOK: Final = "INSERT INTO messages (sender, recipient, message_id, subject, body, tls) VALUES (?, ?, ?, ?, ?, ?)"
_SPOILED: Final[dict[Fault | None, Callable[[str], bytes]]] = {
    # What a proxy says that takes us for a web browser.
    Fault.HTML: lambda says: b"HTTP/1.1 400 Bad Request\r\n",
    Fault.EMPTY: lambda says: b"\r\n",
    # A reply's half that still begins with 250 would be a whole one.
    Fault.MALFORMED: lambda says: f"{says[:2]}\r\n".encode(),
    Fault.TRUNCATED: lambda says: says[:2].encode(),
    Fault.HUGE: lambda says: b"250 " + b" " * 16_000_000 + b"\r\n",
    Fault.CHARSET: lambda says: f"{says}\r\n".encode("utf-16-le"),
}
_PATH: Final = re.compile(r"(?:FROM|TO):<([^<>\s]+@[^<>\s]+)>", re.IGNORECASE)
_LONGEST: Final = 1_000_000
_FATES: Final = {"unknown@": "550 5.1.1 no such mailbox", "full@": "452 4.2.2 mailbox full"}
_AFTER_DATA: Final = {"spam": "554 5.7.1 not wanted", "later": "451 4.3.0 try again later"}


class HangUp(Exception):
    """Close the connection without a word."""


class Session:
    """What a client and the server have said to each other so far."""

    def __init__(self, line: socket.socket, rules: Rules) -> None:
        self._rules = rules
        self._take(line)
        self._secure = rules.tls
        self._known = not rules.user
        self._sender = self._recipient = ""

    def run(self) -> None:
        """Speak until the client has said goodbye or is gone."""
        self._answer("greet", lambda: "220 sandbox ESMTP")
        while True:
            words = self._read().decode("latin-1").strip()
            verb, _, rest = words.partition(" ")
            handler = self._verbs().get(verb.upper())
            if handler is None:
                self._say("502 5.5.1 what?")
            else:
                handler(rest)

    def _verbs(self) -> dict[str, Callable[[str], None]]:
        return {
            "EHLO": self._ehlo,
            "HELO": lambda _: self._say("250 sandbox"),
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": lambda rest: self._answer("mail", lambda: self._mail(rest)),
            "RCPT": lambda rest: self._answer("rcpt", lambda: self._rcpt(rest)),
            "DATA": lambda _: self._data(),
            "RSET": lambda _: self._say("250 2.0.0 ok"),
            "NOOP": lambda _: self._say("250 2.0.0 ok"),
            "QUIT": lambda _: self._quit(),
        }

    def _ehlo(self, _: str) -> None:
        can = ["sandbox", "8BITMIME"]
        can += ["STARTTLS"] if self._rules.context and not self._secure else []
        can += ["AUTH PLAIN LOGIN"] if self._rules.user else []
        self._say("\r\n".join([*(f"250-{one}" for one in can[:-1]), f"250 {can[-1]}"]))

    def _starttls(self, _: str) -> None:
        if self._rules.context is None or self._secure:
            self._say("454 4.7.0 not available")
            return
        self._say("220 2.0.0 go ahead")
        # What was read ahead in clear must not count as said under TLS.
        self._take(self._rules.context.wrap_socket(self._line, server_side=True))
        self._secure = True

    def _auth(self, rest: str) -> None:
        method, _, given = rest.partition(" ")
        if method.upper() == "PLAIN":
            words = self._decoded(given or self._asked("334 ")).split("\0")[-2:]
        else:
            name = self._decoded(given or self._asked("334 VXNlcm5hbWU6"))
            words = [name, self._decoded(self._asked("334 UGFzc3dvcmQ6"))]
        self._known = ":".join(words) == self._rules.user
        self._say("235 2.7.0 welcome" if self._known else "535 5.7.8 who?")

    def _mail(self, rest: str) -> str:
        found = _PATH.match(rest)
        if not self._known:
            return "530 5.7.0 authentication required"
        if found is None:
            return "501 5.5.4 MAIL FROM:<address>"
        if found[1].startswith("forged@"):
            return "553 5.7.1 that is not your address"
        self._sender, self._recipient = found[1], ""
        return "250 2.1.0 ok"

    def _rcpt(self, rest: str) -> str:
        found = _PATH.match(rest)
        if not self._sender:
            return "503 5.5.1 MAIL first"
        if found is None:
            return "501 5.5.4 RCPT TO:<address>"
        fate = next((says for begins, says in _FATES.items() if found[1].startswith(begins)), "")
        self._recipient = "" if fate else found[1]
        return fate or "250 2.1.5 ok"

    def _data(self) -> None:
        if not self._recipient:
            self._say("503 5.5.1 RCPT first")
            return
        self._answer("data", lambda: "354 go on")
        content = self._content()
        self._answer("end", lambda: self._book(content))

    def _content(self) -> bytes:
        lines: list[bytes] = []
        while (line := self._read()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _book(self, content: bytes) -> str:
        letter = email.message_from_bytes(content, policy=policy.SMTP)
        subject = str(letter["Subject"] or "")
        if subject in _AFTER_DATA:
            return _AFTER_DATA[subject]
        text = letter.get_body(("plain",))
        body = text.get_content().strip().replace("\r\n", "\n") if text else ""
        row = (self._sender, self._recipient, str(letter["Message-ID"] or ""), subject, body, self._secure)
        with self._rules.books.writing() as connection:
            booked = connection.execute(_BOOK, row)
        return f"250 2.0.0 Ok: queued as Q{booked.lastrowid:06d}"

    def _quit(self) -> None:
        self._say("221 2.0.0 bye")
        raise HangUp

    def _answer(self, operation: str, act: Callable[[], str]) -> None:
        """Act and answer, unless a fault comes between."""
        fault: Taken = self._rules.faults.take(operation)
        if fault.loses_request:
            raise HangUp
        fault.wait_before_effect()
        says = act()
        fault.wait_before_answer()
        if fault.loses_answer or fault.fault is Fault.ERROR_AFTER_EFFECT:
            raise HangUp
        if fault.fault is Fault.SILENCE:
            self._stay_silent()
        if fault.fault in _SPOILED:
            self._line.sendall(_SPOILED[fault.fault](says))
        else:
            self._say(says)
        if fault.fault is Fault.TRUNCATED:
            raise HangUp

    def _stay_silent(self) -> None:
        """Until the client hangs up."""
        while self._file.read1(1024):
            pass
        raise HangUp

    def _take(self, line: socket.socket) -> None:
        self._line, self._file = line, line.makefile("rb")

    def _asked(self, says: str) -> str:
        self._say(says)
        return self._read().decode("latin-1").strip()

    def _decoded(self, words: str) -> str:
        try:
            return base64.b64decode(words, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""

    def _read(self) -> bytes:
        line = self._file.readline(_LONGEST)
        if not line.endswith(b"\r\n"):
            raise HangUp
        return line

    def _say(self, words: str) -> None:
        self._line.sendall(f"{words}\r\n".encode("latin-1"))
