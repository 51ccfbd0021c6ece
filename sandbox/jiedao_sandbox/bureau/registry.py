"""The bureau as a registry of the Digital Convergence Initiative (see `jiedao_connectors.dci`).

Looking up is the standard's synchronous search, by record type ``Beneficiary`` or ``Certification``. The standard has
no act of certifying: action ``certify`` is this stand-in's, built as the standard builds a search that takes time
(acknowledged, asked for with txn/status, answered by the callback ``on-certify``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from jiedao_connectors import dci
from jiedao_connectors.dci import Key, NotGenuine
from jiedao_sandbox.books import Row
from jiedao_sandbox.bureau.files import PENDING, WAITING, Conflict, Files, Submission
from jiedao_sandbox.bureau.people import ELSEWHERE, Fate
from jiedao_sandbox.httpd import Body, Received, Refused, Sent, decode_json

BUREAU: Final = "bureau.example.org"
STREET: Final = "street01.example.org"
PATHS: Final = {
    "/registry/sync/search": "search",
    "/registry/certify": "certify",
    "/registry/sync/txn/status": "txn-status",
    "/registry/subscribe": "subscribe",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """`own` signs what the bureau sends, `street` checks what it gets; `token` is what requests must bear."""

    own: Key
    street: Key
    token: str


class Registry:
    """What the bureau does for one street."""

    def __init__(self, files: Files, keys: Keys, clock: Callable[[], float]) -> None:
        self._files = files
        self._keys = keys
        self._clock = clock

    def decode(self, received: Received) -> Body:
        """The message of a request that is signed by the street; an ERR otherwise."""
        body = decode_json(received)
        if received.headers.get("Authorization") != f"Bearer {self._keys.token}":
            raise Refused(401, {"errors": [{"code": "err.request.unauthorized", "message": "no token, or another"}]})
        if not (isinstance(body.get("header"), dict) and isinstance(body.get("message"), dict)):
            raise Refused(400, self._err("err.request.bad"))
        try:
            dci.check(body, self._keys.street, self._clock())
        except NotGenuine:
            raise Refused(400, self._err("err.signature.invalid")) from None
        if body["header"].get("action") != PATHS[received.path]:
            raise Refused(400, self._err("err.request.bad"))
        return {"wire": "dci", **body}

    def operation(self, received: Received) -> str:
        """The act of a request, as faults know it; empty when it cannot be read."""
        action = PATHS[received.path]
        if action != "search":
            return {"txn-status": "query"}.get(action, action)
        try:
            asked = json.loads(received.raw)["message"]["search_request"]
            many = len(asked) > 1
            return "batch" if many else _SEARCHES[asked[0]["search_criteria"]["reg_record_type"]]
        except Exception:
            return ""

    def serve(self, body: Body) -> Body:
        """Do the action of a request."""
        action, message = body["header"]["action"], body["message"]
        try:
            done = self._actions()[action](body["header"], message)
        except (KeyError, TypeError, ValueError, IndexError):
            raise Refused(400, self._err("err.request.bad")) from None
        return {"wire": "dci", **done}

    def encode(self, answer: Body) -> Sent:
        """An acknowledgement as it is; everything else signed."""
        said = {name: value for name, value in answer.items() if name != "wire"}
        if "header" in said:
            said = dci.envelope(said["header"], said["message"], self._keys.own, self._clock())
        return Sent(json.dumps(said, ensure_ascii=False).encode())

    def result(self, row: Row) -> Body:
        """What became of one certification, as status and callback tell it."""
        about = {
            "identifier_type": "UIN",
            "identifier_value": row["number"],
            "kind": row["kind"],
            "on": row["day"],
        }
        if row["finding"] in (PENDING, WAITING):
            told: Body = {"status": "pdng", "data": {"reg_record_type": "Certification", **about}}
        else:
            told = {"status": "succ", "data": {"reg_record_type": "Certification", **about, **_verdict(row)}}
        return {"reference_id": row["reference"], "timestamp": self._now(), **told}

    def header(self, action: str, message_id: str) -> Body:
        """The header of an answer or a callback."""
        return {
            "version": dci.VERSION,
            "message_id": message_id,
            "message_ts": self._now(),
            "action": action,
            "status": "succ",
            "sender_id": self._keys.own.owner,
            "receiver_id": self._keys.street.owner,
            "total_count": 1,
            "is_msg_encrypted": False,
        }

    def _actions(self) -> dict[str, Callable[[Body, Body], Body]]:
        return {
            "search": self._search,
            "certify": self._certify,
            "txn-status": self._status,
            "subscribe": self._subscribe,
        }

    def _search(self, header: Body, message: Body) -> Body:
        found = [self._found(one) for one in message["search_request"]]
        said = {
            "transaction_id": message["transaction_id"],
            "correlation_id": f"C{message['transaction_id']}",
            "search_response": found,
        }
        return {"header": self.header("on-search", f"A{header['message_id']}"), "message": said}

    def _found(self, asked: Body) -> Body:
        criteria = asked["search_criteria"]
        number, wanted = criteria["query"]["value"], criteria["reg_record_type"]
        person = self._files.person(number)
        records: list[Body] = []
        if person is not None and wanted == "Beneficiary":
            records = [_beneficiary(person)]
        elif person is not None:
            rows = self._files.history(number, criteria["kind"])
            records = [_record(row) for row in rows if row["finding"] != PENDING]
        data = {"version": dci.VERSION, "reg_record_type": wanted, "reg_records": records}
        return {"reference_id": asked["reference_id"], "timestamp": self._now(), "status": "succ", "data": data}

    def _certify(self, header: Body, message: Body) -> Body:
        (asked,) = message["certify_request"]
        given = asked["certificate"]
        try:
            row = self._files.certify(
                Submission(
                    "dci",
                    given["identifier_value"],
                    given["name"],
                    given["kind"],
                    given["on"],
                    given["route"],
                    bool(given.get("photo")),
                    reference=asked["reference_id"],
                    note=given.get("note", ""),
                    place=given.get("place", ""),
                    callback=header.get("sender_uri", ""),
                )
            )
        except Conflict:
            raise Refused(400, self._err("rjct.reference_id.duplicate")) from None
        return self._ack(f"R{row['id']:08d}")

    def _status(self, header: Body, message: Body) -> Body:
        wanted = message["txnstatus_request"]
        if (wanted["txn_type"], wanted["attribute_type"]) != ("certify", "transaction_id"):
            raise ValueError("the stand-in tells the status of certifications, by transaction")
        transaction = wanted["attribute_value"]
        row = self._files.find(transaction)
        status = {
            "transaction_id": transaction,
            "correlation_id": f"R{row['id']:08d}" if row else "",
            "certify_response": [self.result(row)] if row else [],
        }
        said = {
            "transaction_id": message["transaction_id"],
            "correlation_id": status["correlation_id"],
            "txnstatus_response": {"txn_type": "on-certify", "txn_status": status},
        }
        return {"header": self.header("txn-on-status", f"A{header['message_id']}"), "message": said}

    def _subscribe(self, header: Body, message: Body) -> Body:
        for one in message["subscribe_request"]:
            if one["subscribe_criteria"]["reg_event_type"] != "death":
                raise Refused(400, self._err("err.request.bad"))
            self._files.subscribe(one["reference_id"], header["sender_uri"])
        return self._ack(f"S{message['transaction_id']}")

    def _ack(self, correlation: str) -> Body:
        return {"message": {"ack_status": "ACK", "timestamp": self._now(), "correlation_id": correlation}}

    def _err(self, code: str) -> Body:
        error = {"code": code, "message": ""}
        return {"message": {"ack_status": "ERR", "timestamp": self._now(), "correlation_id": "", "error": error}}

    def _now(self) -> str:
        return dci.timestamp(self._clock())


def _beneficiary(person: Row) -> Body:
    return {
        "@type": "Beneficiary",
        "identifier": [{"identifier_type": "UIN", "identifier_value": person["number"]}],
        "name": person["name"],
        "death_date": person["died_on"],
        "region": ELSEWHERE if person["fate"] == Fate.ELSEWHERE else "",
        "classes": sorted({_CLASSES[b["kind"]] for b in person["benefits"] if b["kind"] in _CLASSES}),
        "benefits": [
            {name: b[name] for name in ("kind", "standing", "certified_on", "valid_to", "route", "reason")}
            for b in person["benefits"]
        ],
    }


def _record(row: Row) -> Body:
    return {
        "@type": "Certification",
        "identifier": [{"identifier_type": "UIN", "identifier_value": row["number"]}],
        "kind": row["kind"],
        "reference": f"R{row['id']:08d}",
        "on": row["day"],
        "route": row["route"],
        "place": row["place"],
        "finding": row["finding"],
        "valid_to": row["valid_to"],
    }


def _verdict(row: Row) -> Body:
    finding = "rejected" if row["finding"] == "mismatch" else row["finding"]
    return {
        "finding": finding,
        "reference": f"R{row['id']:08d}",
        "valid_to": row["valid_to"],
        "reason": _REASONS.get(row["finding"], ""),
        "retryable": finding == "rejected",
        "region": ELSEWHERE if finding == "wrong_region" else "",
        "needs": ["photo"] if finding == "needs_counter" else [],
        "also": row["also"].split(),
    }


_SEARCHES: Final = {"Beneficiary": "lookup", "Certification": "history"}
_CLASSES: Final = {"110": "retired", "210": "unemployed"}
_REASONS: Final = {"mismatch": "照片与本人不符", "rejected": "复核未通过", "deceased": "死亡"}
