"""Settlement of the terminal's batch: totals, upload of the details where they differ, end of upload, next batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jiedao_connectors.unionpay.fields import UPLOAD_AT_MOST, Balance, BatchSums
from jiedao_connectors.unionpay.message import Malformed, Message
from jiedao_sandbox.books import Row
from jiedao_sandbox.terminal.journal import Journal
from jiedao_sandbox.terminal.line import NoAnswer, NotConnected
from jiedao_sandbox.terminal.session import APPROVED, NotReady, Session

_DIRECTIONS: Final = {"sale": ("sale",), "refund": ("void", "refund")}


class Settling:
    """Every step may be repeated, so a settlement that was broken off is simply done again from its first message."""

    def __init__(self, journal: Journal, session: Session) -> None:
        self._journal = journal
        self._session = session

    def finish(self, settlement: Row) -> None:
        """Bring a settlement that was begun to its end; `NotReady` when the acquirer does not answer."""
        try:
            self._finish(settlement["reference"], settlement["batch"])
        except (NotConnected, NoAnswer, Malformed) as failed:
            raise NotReady(f"settlement of batch {settlement['batch']} is open: {failed}") from None

    def _finish(self, reference: str, batch: str) -> None:
        identity, trace = self._session.identity, self._journal.next_trace()
        asked = identity.settlement(batch, trace, self._journal.totals(batch), reference)
        sums = BatchSums.decode(self._approved(asked).get(48))
        balanced = sums.domestic.verdict is Balance.EQUAL
        if not balanced:
            for upload in self._uploads(batch):
                self._approved(upload)
        self._approved(identity.end_of_upload(batch, self._journal.next_trace(), balanced))
        self._session.sign_out()
        self._journal.close_settlement(reference, batch, sums, balanced)

    def _uploads(self, batch: str) -> Iterator[Message]:
        for direction, kinds in _DIRECTIONS.items():
            rows = self._journal.in_batch(batch, kinds)
            for start in range(0, len(rows), UPLOAD_AT_MOST):
                some, trace = rows[start : start + UPLOAD_AT_MOST], self._journal.next_trace()
                yield self._session.identity.upload(batch, trace, direction, some)

    def _approved(self, message: Message) -> Message:
        reply = self._session.insist(message)
        if reply.get(39) != APPROVED:
            raise NoAnswer(f"reply code {reply.get(39)}")
        return reply
