"""The terminal's session with the acquirer: signed in when needed, every message with a MAC."""

from __future__ import annotations

from typing import Final

from jiedao_connectors.unionpay.fields import Administrative, Purpose, SessionKeys
from jiedao_connectors.unionpay.message import Malformed, Message
from jiedao_sandbox.terminal.journal import Journal
from jiedao_sandbox.terminal.line import MAC_FAILED, AcquirerLine, NoAnswer, NotConnected
from jiedao_sandbox.terminal.messages import Identity

APPROVED: Final = "00"
WRONG_BATCH: Final = "77"


class NotReady(Exception):
    """The terminal has no session, or something older must be finished first and cannot be: nothing new was sent."""


class Session:
    """Sign-in, sign-out and the exchange of messages under the session's MAC key."""

    def __init__(self, journal: Journal, line: AcquirerLine, identity: Identity, master_key: bytes) -> None:
        self._journal = journal
        self._line = line
        self.identity = identity
        self._master_key = master_key

    def ensure(self) -> None:
        """Sign in unless there is a session; `NotReady` when the acquirer does not let us."""
        if self._journal.counters()["keys"]:
            return
        try:
            reply = self._administrative("0800", Administrative.SIGN_IN)
            self._keep(reply)
        except (NotConnected, NoAnswer, Malformed) as failed:
            raise NotReady(f"sign-in failed: {failed}") from None

    def _keep(self, reply: Message) -> None:
        """Take batch and keys over, after the check value has shown that the master keys are the same."""
        if reply.get(39) != APPROVED:
            raise NoAnswer(f"reply code {reply.get(39)}")
        SessionKeys.unwrap(self._master_key, reply.get(62))
        self._journal.signed_in(Purpose.decode(reply.get(60)).batch, reply.get(62))

    def echo(self) -> None:
        """Try the line; `NotReady` when it is down."""
        try:
            self._administrative("0800", Administrative.ECHO)
        except (NotConnected, NoAnswer) as failed:
            raise NotReady(f"no line to the acquirer: {failed}") from None

    def sign_out(self) -> None:
        """Say goodbye after a settlement; if nobody listens, the next sign-in makes the old keys worthless anyway."""
        try:
            self._administrative("0820", Administrative.SIGN_OUT)
        except (NotConnected, NoAnswer):
            return

    def exchange(self, message: Message) -> Message:
        """Send under the session key. A complaint about MAC or batch ends the session; the next `ensure` makes one."""
        keys = SessionKeys.unwrap(self._master_key, self._journal.counters()["keys"])
        reply = self._line.exchange(message, keys.mac)
        if reply.get(39) in (MAC_FAILED, WRONG_BATCH):
            self._journal.signed_out()
        return reply

    def insist(self, message: Message) -> Message:
        """For messages that may be repeated: when the MAC was wrong, sign in and send it once more."""
        self.ensure()
        reply = self.exchange(message)
        if reply.get(39) != MAC_FAILED:
            return reply
        self.ensure()
        return self.exchange(message)

    def _administrative(self, message_type: str, code: Administrative) -> Message:
        trace = self._journal.next_trace()
        message = self.identity.administrative(message_type, code, self._journal.batch(), trace)
        return self._line.exchange(message, None)
