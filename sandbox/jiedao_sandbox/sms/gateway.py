"""What the gateway does with a message: books it once for each reference, and decides by the number."""

from __future__ import annotations

from typing import Final

from jiedao_sandbox.books import Books, Row
from jiedao_sandbox.httpd import Body, Refused

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS messages (
    message_id INTEGER PRIMARY KEY, reference TEXT UNIQUE, "to" TEXT, text TEXT, sender TEXT, status TEXT, code TEXT
);
CREATE TABLE IF NOT EXISTS repeats (reference TEXT);
"""
_FATES: Final = {"9": ("REJECTED", "INVALID_NUMBER"), "8": ("REJECTED", "BLACKLISTED"), "7": ("PENDING", "")}
_FIELDS: Final = ("reference", "to", "text", "sender")


class Gateway:
    """The messages of one gateway."""

    def __init__(self, books: Books, sender: str) -> None:
        self._books, self._sender = books, sender

    def send(self, body: Body) -> Body:
        """Book a message; a reference that is known is answered with its first message and books nothing."""
        wanted = _checked(body)
        if wanted["sender"] != self._sender:
            raise Refused(403, {"error": "UNKNOWN_SENDER", "says": "the sender's name is not registered"})
        with self._books.writing() as connection:
            known = self._find(wanted["reference"])
            if known is not None:
                connection.execute("INSERT INTO repeats VALUES (?)", (wanted["reference"],))
                return _answer(known) if _same(known, wanted) else _used()
            status, code = _FATES.get(wanted["to"][-1], ("ACCEPTED", ""))
            values = (*(wanted[name] for name in _FIELDS), status, code)
            connection.execute(
                'INSERT INTO messages (reference, "to", text, sender, status, code) VALUES (?, ?, ?, ?, ?, ?)', values
            )
            return _answer(self._known(wanted["reference"]))

    def query(self, body: Body) -> Body:
        """The message of a reference."""
        reference = str(body.get("reference", ""))
        found = self._find(reference)
        return {"reference": reference, "status": "NOT_FOUND"} if found is None else _answer(found)

    def decide(self, body: Body) -> Body:
        """Control face: a pending message is accepted."""
        with self._books.writing() as connection:
            connection.execute("UPDATE messages SET status = 'ACCEPTED' WHERE reference = ?", (body["reference"],))
        return _answer(self._known(body["reference"]))

    def _find(self, reference: str) -> Row | None:
        return self._books.row("SELECT * FROM messages WHERE reference = ?", reference)

    def _known(self, reference: str) -> Row:
        found = self._find(reference)
        if found is None:
            raise Refused(404, {"error": "UNKNOWN_REFERENCE"})
        return found


def _checked(body: Body) -> dict[str, str]:
    if any(not isinstance(body.get(name), str) or not body[name] for name in _FIELDS) or len(body) != len(_FIELDS):
        raise Refused(400, {"error": "MALFORMED", "says": f"the fields are {', '.join(_FIELDS)}"})
    return {name: body[name] for name in _FIELDS}


def _same(known: Row, wanted: dict[str, str]) -> bool:
    return all(known[name] == wanted[name] for name in _FIELDS)


def _used() -> Body:
    raise Refused(409, {"error": "REFERENCE_USED", "says": "the reference belongs to another message"})


def _answer(row: Row) -> Body:
    said = {"reference": row["reference"], "to": row["to"], "status": row["status"]}
    return {**said, "message_id": f"SM{row['message_id']:08d}", **({"code": row["code"]} if row["code"] else {})}
