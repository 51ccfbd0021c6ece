"""The bureau behind a typed interface in the style of Suwinet; the interface file is ``typed.wsdl``.

A finding stands in a Certification; FWI with a Fout says why a request was not taken (F01 a field is wrong, F02 the
reference was used for something else, F09 the bureau's own trouble); NietsGevonden that there is nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from jiedao_sandbox.books import Row
from jiedao_sandbox.bureau import soap
from jiedao_sandbox.bureau.files import PENDING, WAITING, Conflict, Files, Submission
from jiedao_sandbox.bureau.people import ELSEWHERE, Fate
from jiedao_sandbox.httpd import Body, Received, Refused, Sent

NAMESPACE: Final = "urn:jiedao:sandbox:typed"
LOGIN: Final = "street01"
PASSWORD: Final = "sandbox-typed-password"  # noqa: S105 (a stand-in's password opens nothing)


class Typed:
    """What the bureau does over the typed interface."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def decode(self, received: Received) -> Body:
        """Operation and fields of a request from somebody who is admitted (HTTP Basic); 401 for anybody else."""
        if received.headers.get("Authorization") != _ADMITTED:
            raise Refused(401, {"error": "NOT_ADMITTED", "says": "login or password are wrong"})
        element = soap.body_of(received.raw)
        return {"wire": "typed", "operation": soap.name_of(element), "fields": soap.texts(element)}

    def operation(self, received: Received) -> str:
        """The operation of a request, as faults know it; empty when it cannot be read."""
        try:
            return _OPERATIONS.get(str(self.decode(received)["operation"]), "")
        except Exception:
            return ""

    def serve(self, body: Body) -> Body:
        """Do the operation; what is wrong with a request is a fault."""
        operation, fields = body["operation"], body["fields"]
        try:
            values = self._acts()[operation](fields)
        except (KeyError, ValueError):
            return {"wire": "typed", "fault": "the message is not of the interface"}
        return {"wire": "typed", "name": f"{operation}Response", "values": values}

    def encode(self, answer: Body) -> Sent:
        """The envelope of an answer."""
        if "fault" in answer:
            return soap.fault("Client", answer["fault"])
        return soap.answer(answer["name"], NAMESPACE, answer["values"])

    def _acts(self) -> dict[str, Callable[[dict[str, str]], soap.Values]]:
        return {
            "PersonInfo": self._person,
            "Certify": self._certify,
            "CertificationInfo": self._query,
            "HistoryInfo": self._history,
        }

    def _person(self, asked: dict[str, str]) -> soap.Values:
        number = asked["PersonNumber"]
        person = self._files.person(number)
        if person is None or person["name"] != asked["Name"]:
            return {"PersonNumber": number, "NietsGevonden": _NOTHING}
        region = ELSEWHERE if person["fate"] == Fate.ELSEWHERE else ""
        drawn = [_benefit(one, region) for one in person["benefits"]]
        classes = sorted({_CLASSES.get(one["kind"], "") for one in person["benefits"]} - {""})
        death = _compact(person["died_on"])
        known = {"Name": person["name"], "Class": classes, "DateOfDeath": death, "Benefit": drawn}
        return {"PersonNumber": number, "Person": known}

    def _certify(self, asked: dict[str, str]) -> soap.Values:
        echo = _echo(asked)
        try:
            row = self._files.certify(_submission(asked))
        except Conflict:
            return {**echo, "FWI": _error("F02", "de referentie is al gebruikt")}
        except ValueError:
            return {**echo, "FWI": _error("F01", "de datum is onjuist")}
        if row["finding"] == "not_found":
            return {**echo, "NietsGevonden": _NOTHING}
        return {**echo, "Certification": _judged(row)}

    def _query(self, asked: dict[str, str]) -> soap.Values:
        echo = _echo(asked)
        row = self._files.find(asked["Reference"])
        if row is None:
            return {**echo, "NietsGevonden": _NOTHING}
        about = {"PersonNumber": row["number"], "Kind": row["kind"], "Date": _compact(row["day"])}
        if row["finding"] == "not_found":
            return {**echo, **about, "Certification": {**_judged(row), "Finding": "NOT_FOUND"}}
        return {**echo, **about, "Certification": _judged(row)}

    def _history(self, asked: dict[str, str]) -> soap.Values:
        number, kind = asked["PersonNumber"], asked["Kind"]
        echo = {"PersonNumber": number, "Kind": kind}
        rows = [row for row in self._files.history(number, kind) if row["finding"] != PENDING]
        if not rows:
            return {**echo, "NietsGevonden": _NOTHING}
        return {**echo, "History": {"Entry": [_entry(row) for row in rows]}}


def _submission(asked: dict[str, str]) -> Submission:
    return Submission(
        "typed",
        asked["PersonNumber"],
        asked["Name"],
        asked["Kind"],
        _iso(asked["Date"]),
        asked["Route"].lower(),
        bool(asked.get("Photo")),
        reference=asked["Reference"],
        note=asked.get("Note", ""),
        place=asked.get("Place", ""),
    )


def _echo(asked: dict[str, str]) -> dict[str, str]:
    return {name: asked[name] for name in ("Reference", "PersonNumber", "Kind", "Date")}


def _judged(row: Row) -> dict[str, Any]:
    waiting = row["finding"] in (PENDING, WAITING)
    found: dict[str, Any] = {"BureauReference": f"TB{row['id']:08d}", "Status": "RECEIVED" if waiting else "DECIDED"}
    if waiting:
        return found
    return {
        **found,
        "Finding": _FINDINGS[row["finding"]],
        "ValidTo": _compact(row["valid_to"]),
        "Reason": _REASONS.get(row["finding"], ""),
        "Retry": "true" if row["finding"] in ("mismatch", "rejected") else "",
        "Region": ELSEWHERE if row["finding"] == "wrong_region" else "",
        "Needs": ["PHOTO"] if row["finding"] == "needs_counter" else [],
        "AlsoKind": row["also"].split(),
    }


def _benefit(row: Row, region: str) -> dict[str, str]:
    return {
        "Kind": row["kind"],
        "Standing": row["standing"].upper(),
        "CertifiedOn": _compact(row["certified_on"]),
        "ValidTo": _compact(row["valid_to"]),
        "Route": row["route"].upper() if row["certified_on"] else "",
        "Region": region,
        "Reason": row["reason"],
    }


def _entry(row: Row) -> dict[str, str]:
    return {
        "BureauReference": f"TB{row['id']:08d}",
        "Date": _compact(row["day"]),
        "Route": row["route"].upper(),
        "Finding": _FINDINGS[row["finding"]],
        "ValidTo": _compact(row["valid_to"]),
        "Place": row["place"],
    }


def _error(code: str, text: str) -> dict[str, Any]:
    return {"Fout": [{"Code": code, "Text": text}]}


def _compact(day: str) -> str:
    return day.replace("-", "")


def _iso(day: str) -> str:
    return date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}").isoformat()


_ADMITTED: Final = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
_OPERATIONS: Final = {
    "PersonInfo": "lookup",
    "Certify": "certify",
    "CertificationInfo": "query",
    "HistoryInfo": "history",
}
_NOTHING: Final = {"Text": "niets gevonden"}
_CLASSES: Final = {"110": "RETIRED", "210": "UNEMPLOYED"}
_FINDINGS: Final = {
    "certified": "CERTIFIED",
    "restored": "RESTORED",
    "not_due": "NOT_DUE",
    "rejected": "REJECTED",
    "mismatch": "REJECTED",
    "not_found": "NOT_FOUND",
    "not_eligible": "NOT_ELIGIBLE",
    "wrong_region": "WRONG_REGION",
    "needs_counter": "NEEDS_COUNTER",
    "deceased": "DECEASED",
}
_REASONS: Final = {"mismatch": "照片与本人不符", "rejected": "复核未通过", "deceased": "死亡"}
