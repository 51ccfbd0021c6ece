"""The acquirer's rules: one message in, one message out, everything in the books before the answer exists.

Reply codes by amount: a sale whose last two digits (fen) stand in `replies` gets that code; by convention …51 is
"not enough money". A refusal books nothing; a code that proves nothing is booked as a sale all the same, which is the
worst case for the terminal.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import time as time_of_day
from typing import Final, NamedTuple

from jiedao_connectors.unionpay.card import mask
from jiedao_connectors.unionpay.fields import Administrative, BatchSums, Original, Private, Purpose, SessionKeys, Type
from jiedao_connectors.unionpay.message import Malformed, Message
from jiedao_connectors.unionpay.replies import Verdict, reply_code
from jiedao_sandbox.acquirer import books as written
from jiedao_sandbox.acquirer.batches import Batches, Settlement
from jiedao_sandbox.acquirer.books import Database
from jiedao_sandbox.acquirer.day import settlement_date
from jiedao_sandbox.books import Books, Row
from jiedao_sandbox.wall_clock import WallClock

APPROVED: Final = "00"
INSTITUTION: Final = "48010000"

_OPERATIONS: Final = {
    ("0800", Administrative.SIGN_IN): "sign_in",
    ("0800", Administrative.ECHO): "echo",
    ("0820", Administrative.SIGN_OUT): "sign_out",
    ("0500", Administrative.SETTLE): "settle",
    ("0320", Administrative.SETTLE): "upload",
    ("0320", Administrative.UPLOADED_BALANCED): "end_upload",
    ("0320", Administrative.UPLOADED_UNBALANCED): "end_upload",
}
_TRANSACTIONS: Final = {
    ("0200", Type.SALE): "sale",
    ("0200", Type.VOID): "void",
    ("0220", Type.REFUND): "refund",
    ("0221", Type.REFUND): "refund",
    ("0400", Type.SALE): "reversal",
    ("0400", Type.VOID): "reversal",
}


class Rules(NamedTuple):
    """What an acquirer is set up with."""

    master_key: bytes
    cut_over: time_of_day
    replies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A message with what every handler needs of it."""

    message: Message
    purpose: Purpose
    operation: str
    now: datetime

    @property
    def terminal(self) -> str:
        """Field 41."""
        return self.message.get(41)

    @property
    def trace(self) -> str:
        """Field 11."""
        return self.message.get(11)

    @property
    def amount(self) -> int:
        """Field 4, fen."""
        return int(self.message.get(4) or 0)

    @property
    def reference(self) -> str:
        """The register's reference in field 63."""
        return Private.decode(self.message.get(63)).reference

    @property
    def original(self) -> Original:
        """Field 61."""
        return Original.decode(self.message.get(61))


class Answer(NamedTuple):
    """A reply and the key for its MAC, None where there is no session."""

    message: Message
    mac_key: bytes | None


class Host:
    """One acquirer over its books. Safe between threads: a handler runs inside one writing transaction."""

    def __init__(self, books: Books, clock: WallClock, rules: Rules) -> None:
        self._books = books
        self._clock = clock
        self._rules = rules
        self._batches = Batches(books)
        self._handlers: dict[str, Callable[[Asked, Database], Message]] = {
            "sign_in": self._sign_in,
            "echo": lambda asked, _: self._reply(asked, APPROVED),
            "sign_out": self._sign_out,
            "sale": self._sale,
            "void": self._void,
            "refund": self._refund,
            "reversal": self._reverse,
            "settle": self._settle,
            "upload": self._upload,
            "end_upload": self._end_upload,
        }

    def read(self, message: Message) -> Asked:
        """What a message asks for; `Malformed` when it is none of ours."""
        purpose = Purpose.decode(message.get(60))
        operation = _OPERATIONS.get((message.type, purpose.code)) or _TRANSACTIONS.get((message.type, purpose.type))
        if operation is None or not (message.get(11) and message.get(41) and message.get(42)):
            raise Malformed("no such message")
        return Asked(message, purpose, operation, self._clock.now())

    def answer(self, asked: Asked) -> Answer:
        """Act and answer. Everything but signing in, out and echo must carry the right MAC, else A0 and no effect."""
        if asked.operation in ("sign_in", "echo", "sign_out"):
            return Answer(self._handle(asked), None)
        key = self._mac_key(asked.terminal)
        if key is None or not asked.message.is_authentic(key):
            return Answer(self._reply(asked, "A0"), key)
        return Answer(self._handle(asked), key)

    def _handle(self, asked: Asked) -> Message:
        with self._books.writing() as database:
            return self._handlers[asked.operation](asked, database)

    def _mac_key(self, terminal: str) -> bytes | None:
        row = self._books.row("SELECT keys FROM terminals WHERE terminal = ?", terminal)
        return SessionKeys.unwrap(self._rules.master_key, row["keys"]).mac if row and row["keys"] else None

    def _reply(self, asked: Asked, code: str, **more: str) -> Message:
        """The reply to a message: what it echoes, the acquirer's time and date, and the fields given as f37=…"""
        echoed = {n: asked.message.fields[n] for n in (3, 4, 11, 25, 41, 42, 49, 60, 63) if asked.message.get(n)}
        day = settlement_date(asked.now, self._rules.cut_over)
        dated = {12: f"{asked.now:%H%M%S}", 13: f"{asked.now:%m%d}", 15: f"{day:%m%d}", 32: INSTITUTION, 39: code}
        given = {int(name[1:]): value for name, value in more.items() if value}
        return Message(_reply_type(asked.message.type), echoed | dated | given)

    def _sign_in(self, asked: Asked, database: Database) -> Message:
        keys = SessionKeys(secrets.token_bytes(16), secrets.token_bytes(16)).wrap(self._rules.master_key)
        database.execute(
            "INSERT INTO terminals VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys",
            (asked.terminal, asked.message.get(42), keys),
        )
        batch = self._batches.current(asked.terminal)
        return self._reply(
            asked, APPROVED, f60=Purpose(Type.ADMINISTRATIVE, batch, asked.purpose.code).encode(), f62=keys
        )

    def _sign_out(self, asked: Asked, database: Database) -> Message:
        database.execute("UPDATE terminals SET keys = '' WHERE terminal = ?", (asked.terminal,))
        return self._reply(asked, APPROVED)

    def _sale(self, asked: Asked, database: Database) -> Message:
        if self._known(asked) is not None:
            return self._reply(asked, "94")
        if written.was_reversed(self._books, asked.terminal, asked.purpose.batch, asked.trace):
            # The reversal overtook its sale: the terminal has long told the register that nothing was taken.
            return self._book(database, asked, "12", "reversed before it came")
        code = self._wrong_batch(asked) or self._rules.replies.get(f"{asked.amount % 100:02d}", APPROVED)
        refused = reply_code(code).verdict is Verdict.REFUSED
        return self._book(database, asked, code, "declined" if refused else "approved")

    def _void(self, asked: Asked, database: Database) -> Message:
        if self._known(asked) is not None:
            return self._reply(asked, "94")
        if written.was_reversed(self._books, asked.terminal, asked.purpose.batch, asked.trace):
            return self._book(database, asked, "12", "reversed before it came")
        original = asked.original
        sale = written.find(self._books, asked.terminal, original.batch, original.trace)
        code = self._wrong_batch(asked) or self._why_no_void(asked, sale)
        if code == APPROVED and sale:
            written.set_state(database, sale["rrn"], "voided")
        return self._book(database, asked, code, _state_of(code), sale["rrn"] if sale else "")

    def _why_no_void(self, asked: Asked, sale: Row | None) -> str:
        if sale is None or sale["kind"] != "sale" or sale["batch"] != asked.purpose.batch:
            return "25"
        if sale["state"] != "approved" or written.refunded(self._books, sale["rrn"]):
            return "22"
        return APPROVED if sale["amount"] == asked.amount and sale["card"] == _card(asked) else "64"

    def _refund(self, asked: Asked, database: Database) -> Message:
        known = self._known(asked)
        if known is not None:
            return self._as_booked(asked, known)
        sale = written.find_sale(self._books, asked.message.get(42), asked.message.get(37))
        code = self._wrong_batch(asked) or self._why_no_refund(asked, sale)
        return self._book(database, asked, code, _state_of(code), sale["rrn"] if sale else "")

    def _why_no_refund(self, asked: Asked, sale: Row | None) -> str:
        if sale is None:
            return "25"
        if sale["state"] != "approved":
            return "22"
        left = sale["amount"] - written.refunded(self._books, sale["rrn"])
        return APPROVED if 0 < asked.amount <= left and sale["card"] == _card(asked) else "64"

    def _reverse(self, asked: Asked, database: Database) -> Message:
        original = asked.original
        seen = written.find(self._books, asked.terminal, original.batch, original.trace)
        code = self._why_no_reversal(seen)
        found = seen["state"] if seen else "never seen"
        note = written.ReversalNote(asked.terminal, original, asked.message.get(39), code, found, asked.reference)
        note.write(database)
        if code == APPROVED and seen and seen["state"] == "approved":
            written.set_state(database, seen["rrn"], "reversed")
            if seen["kind"] == "void":
                written.restore_sale(database, seen["original_rrn"])
        return self._reply(asked, code)

    def _why_no_reversal(self, seen: Row | None) -> str:
        """Only what still stands in an open batch can be reversed; what does not stand needs nothing."""
        if seen is None or seen["state"] != "approved":
            return APPROVED
        settled = written.find_batch(self._books, seen["terminal"], seen["batch"]) is not None
        return "22" if settled or written.refunded(self._books, seen["rrn"]) else APPROVED

    def _settle(self, asked: Asked, database: Database) -> Message:
        if not self._batches.is_current_or_settled(asked.terminal, asked.purpose.batch):
            return self._reply(asked, "77")
        sums = BatchSums.decode(asked.message.get(48)).domestic
        day = settlement_date(asked.now, self._rules.cut_over)
        settlement = Settlement(asked.terminal, asked.purpose.batch, sums, asked.reference, day)
        return self._reply(asked, APPROVED, f48=self._batches.settle(database, settlement).encode())

    def _upload(self, asked: Asked, database: Database) -> Message:
        self._batches.upload(database, asked.terminal, asked.purpose.batch, asked.message.get(3), asked.message.get(48))
        return self._reply(asked, APPROVED)

    def _end_upload(self, asked: Asked, database: Database) -> Message:
        done = self._batches.close(database, asked.terminal, asked.purpose.batch)
        return self._reply(asked, APPROVED if done else "77")

    def _known(self, asked: Asked) -> Row | None:
        return written.find(self._books, asked.terminal, asked.purpose.batch, asked.trace)

    def _wrong_batch(self, asked: Asked) -> str:
        """77 when the message is for a batch that is not open."""
        return "" if self._batches.is_open(asked.terminal, asked.purpose.batch) else "77"

    def _book(self, database: Database, asked: Asked, code: str, state: str, original_rrn: str = "") -> Message:
        rrn = self._next_number()
        line = written.Booking(
            terminal=asked.terminal,
            batch=asked.purpose.batch,
            trace=asked.trace,
            kind=asked.operation,
            state=state,
            code=code,
            amount=asked.amount,
            reference=asked.reference,
            merchant=asked.message.get(42),
            card=_card(asked),
            rrn=rrn,
            authorisation=rrn[-6:] if state == "approved" else "",
            original_rrn=original_rrn,
            settlement_date=settlement_date(asked.now, self._rules.cut_over).isoformat(),
            booked_at=asked.now.isoformat(timespec="seconds"),
        )
        line.write(database)
        return self._reply(asked, code, f37=rrn, f38=line.authorisation)

    def _as_booked(self, asked: Asked, known: Row) -> Message:
        """A repeated advice gets the answer of the first, with the day of the first."""
        day = known["settlement_date"].replace("-", "")[4:]
        return self._reply(asked, known["code"], f37=known["rrn"], f38=known["authorisation"], f15=day)

    def _next_number(self) -> str:
        row = self._books.row("SELECT count(*) AS number FROM transactions")
        return f"{(row['number'] if row else 0) + 1:012d}"


def _reply_type(message_type: str) -> str:
    """0210 for 0200, and 0230 for both 0220 and its repetition 0221."""
    return f"{int(message_type[:3]) + 1:03d}0"


def _state_of(code: str) -> str:
    return "approved" if code == APPROVED else "declined"


def _card(asked: Asked) -> str:
    return mask(asked.message.get(2))
