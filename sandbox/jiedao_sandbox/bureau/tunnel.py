"""The bureau behind the tunnel: one operation, five transactions (see `jiedao_connectors.cert_tunnel`).

ERROR of the stand-in: 01 unknown user, 02 the payload cannot be decrypted, 03 no such transaction or a field is
missing. It knows no sender's reference: who sent what, it knows from AAE013 only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from jiedao_connectors import cert_tunnel as wire
from jiedao_connectors.cert_tunnel import Lock, Message, NotReadable, Transaction
from jiedao_sandbox.books import Row
from jiedao_sandbox.bureau import soap
from jiedao_sandbox.bureau.files import Files, Submission
from jiedao_sandbox.bureau.people import Fate
from jiedao_sandbox.httpd import Body, Received, Sent

NAMESPACE: Final = "urn:jiedao:sandbox:tunnel"
USER: Final = "STREET01"
KEY: Final = "sandbox-tunnel-1"
"""Sixteen characters, as text."""

Fields = Mapping[str, str]


class Tunnel:
    """What the bureau does for one user of the tunnel."""

    def __init__(self, files: Files, lock: Lock, user: str = USER) -> None:
        self._files = files
        self._lock = lock
        self._user = user

    def decode(self, received: Received) -> Body:
        """The argument of the operation."""
        argument = soap.texts(soap.body_of(received.raw)).get("arg", "")
        return {"wire": "tunnel", "argument": argument}

    def operation(self, received: Received) -> str:
        """The transaction of a request, as faults know it; empty when it cannot be read."""
        try:
            argument = str(self.decode(received)["argument"])
            return _OPERATIONS[Transaction(wire.read_request(argument, self._lock)[1].transaction)]
        except Exception:
            return ""

    def serve(self, body: Body) -> Body:
        """Do what the argument asks for."""
        try:
            user, asked = wire.read_request(str(body["argument"]), self._lock)
        except NotReadable:
            return {"wire": "tunnel", "error": "02"}
        if user != self._user:
            return {"wire": "tunnel", "error": "01"}
        try:
            done = self._transactions()[asked.transaction](asked)
        except (KeyError, ValueError):
            return {"wire": "tunnel", "error": "03"}
        return {"wire": "tunnel", "error": wire.NO_ERROR, "transaction": asked.transaction, **done}

    def encode(self, answer: Body) -> Sent:
        """The result of the operation."""
        result = wire.refusal(answer["error"])
        if answer["error"] == wire.NO_ERROR:
            message = Message(answer["transaction"], answer["fields"], tuple(answer["rows"]))
            result = wire.answer(message, self._lock)
        return soap.rpc_answer("invokeResponse", NAMESPACE, "invokeReturn", result)

    def _transactions(self) -> dict[str, Callable[[Message], Body]]:
        return {
            Transaction.PERSON: self._person,
            Transaction.CERTIFY: self._certify,
            Transaction.QUERY: self._query,
            Transaction.BATCH: self._batch,
            Transaction.HISTORY: self._history,
        }

    def _person(self, asked: Message) -> Body:
        number = asked.fields["AAC002"]
        person = self._files.person(number)
        code = _known(person, asked.fields.get("AAC003", ""))
        if person is None or code != "200":
            return _answer(code, {"AAC002": number})
        today = self._files.today().strftime("%Y%m%d")
        fields = {"AAC001": f"P{number[2:12]}", "AAC002": number, "AAC003": person["name"], "AAE036": today}
        return _answer("200", fields, [_benefit(b) for b in person["benefits"]])

    def _certify(self, asked: Message) -> Body:
        fields = asked.fields
        day = _iso(fields["AAE036"])
        row = self._files.certify(
            Submission(
                "tunnel",
                fields["AAC002"],
                fields["AAC003"],
                fields["AAE140"],
                day,
                wire.METHODS[fields["AAE279"]],
                bool(fields.get("AUTHEN")),
                note=fields.get("AAE013", ""),
                place=fields.get("CBDID", ""),
            )
        )
        echo = {name: fields[name] for name in ("AAC002", "AAE140", "AAE036")}
        uploaded = row["finding"] == "pending" and row["number"][15:17] == Fate.UPLOADED
        return _answer("200" if uploaded else _code(row), {**echo, **_dates(row)})

    def _query(self, asked: Message) -> Body:
        number, kind, day = (asked.fields[name] for name in ("AAC002", "AAE140", "AAE036"))
        echo = {"AAC002": number, "AAE140": kind, "AAE036": day}
        if self._files.person(number) is None:
            return _answer("303", echo)
        return _answer("200", echo, [_certification(row) for row in self._files.history(number, kind, _iso(day))])

    def _history(self, asked: Message) -> Body:
        number, kind = asked.fields["AAC002"], asked.fields["AAE140"]
        if self._files.person(number) is None:
            return _answer("303", {"AAC002": number, "AAE140": kind})
        rows = [_certification(row) for row in self._files.history(number, kind)]
        return _answer("200", {"AAC002": number, "AAE140": kind}, rows)

    def _batch(self, asked: Message) -> Body:
        kind = asked.fields["AAE140"]
        rows = [self._standing(row["AAC002"], kind) for row in asked.rows]
        return _answer("200", {"AAE140": kind, "AAE036": self._files.today().strftime("%Y%m%d")}, rows)

    def _standing(self, number: str, kind: str) -> Fields:
        person = self._files.person(number)
        if person is None:
            return {"AAC002": number, "CODE": "303"}
        drawn = next((_benefit(b) for b in person["benefits"] if b["kind"] == kind), {})
        code = "200" if drawn else "304"
        return {"AAC002": number, "AAC003": person["name"], "CODE": code, **drawn}


def _known(person: Row | None, name: str) -> str:
    if person is None:
        return "303"
    if person["fate"] == Fate.ELSEWHERE:
        return "302"
    return "200" if person["name"] == name else "301"


def _answer(code: str, fields: Fields, rows: list[Fields] | None = None) -> Body:
    return {"fields": {wire.CODE: code, wire.MESSAGE: _SAID[code], **fields}, "rows": rows or []}


def _benefit(row: Row) -> Fields:
    return {
        "AAE140": row["kind"],
        "AAE116": _PAID[row["standing"]],
        "AAE047": _compact(row["certified_on"]),
        "AAE278": _compact(row["valid_to"]),
        "AAE279": _METHOD_CODES.get(row["route"], "") if row["certified_on"] else "",
        "AAE013": row["reason"],
    }


def _certification(row: Row) -> Fields:
    return {
        wire.CODE: _code(row),
        "AAC002": row["number"],
        "AAE140": row["kind"],
        "AAE036": _compact(row["day"]),
        "AAE279": _METHOD_CODES.get(row["route"], ""),
        "AAE013": row["note"],
        "CBDID": row["place"],
        **_dates(row),
    }


def _dates(row: Row) -> Fields:
    return {"AAE047": _compact(row["certified_on"]), "AAE278": _compact(row["valid_to"])}


def _code(row: Row) -> str:
    return _CODES.get(row["finding"], "301")


def _compact(day: str) -> str:
    return day.replace("-", "")


def _iso(day: str) -> str:
    return date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}").isoformat()


_OPERATIONS: Final = {
    Transaction.PERSON: "lookup",
    Transaction.CERTIFY: "certify",
    Transaction.QUERY: "query",
    Transaction.BATCH: "batch",
    Transaction.HISTORY: "history",
}
_CODES: Final = {
    "certified": "200",
    "restored": "200",
    "pending": "201",
    "waiting": "201",
    "not_due": "201",
    "wrong_region": "302",
    "not_found": "303",
    "not_eligible": "304",
    "deceased": "304",
    "needs_counter": "306",
}
_SAID: Final = {
    "200": "成功",
    "201": "审核中或已认证",
    "301": "信息不一致",
    "302": "未登记",
    "303": "查无此人",
    "304": "不属于认证对象",
    "306": "需到服务点拍照",
}
_PAID: Final = {"due": "1", "overdue": "1", "not_due": "1", "suspended": "2", "ended": "3"}
_METHOD_CODES: Final = {route: code for code, route in wire.METHODS.items()}
