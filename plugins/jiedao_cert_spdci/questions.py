"""Requests of the contract as messages of the registry. Pure, but for the moment that they bear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from jiedao.hookspecs.certification import SubmitQuery, SubmitRequest

BENEFICIARY: Final = "Beneficiary"
CERTIFICATION: Final = "Certification"
_REGISTRY: Final = "ns:org:RegistryType:Social"


def search(
    transaction: str, numbers: Sequence[str], identifier: str, record: str, now: str, kind: str = ""
) -> dict[str, Any]:
    """Look people up, one request for each number; their references are numbered within the transaction."""
    asked = [
        {
            "reference_id": reference(transaction, place),
            "timestamp": now,
            "search_criteria": {
                "version": "1.0.0",
                "reg_type": _REGISTRY,
                "reg_record_type": record,
                "query_type": "idtype-value",
                "query": {"type": identifier, "value": number},
                **({"kind": kind} if kind else {}),
            },
        }
        for place, number in enumerate(numbers)
    ]
    return {"transaction_id": transaction, "search_request": asked}


def reference(transaction: str, place: int) -> str:
    """The reference of the n-th request of a look-up."""
    return f"{transaction}-{place}"


def certify(asked: SubmitRequest, identifier: str, now: str) -> dict[str, Any]:
    """Certify, with our operation as transaction and as reference."""
    certificate = {
        "identifier_type": identifier,
        "identifier_value": asked.number,
        "name": asked.name,
        "kind": asked.kind,
        "on": asked.on.isoformat(),
        "route": asked.route.value,
        "photo": asked.photo,
        "agent": asked.agent,
        "operator": asked.operator,
        "place": asked.place,
        "device": asked.device,
        "note": asked.note,
    }
    one = {"reference_id": asked.operation, "timestamp": now, "certificate": certificate}
    return {"transaction_id": asked.operation, "certify_request": [one]}


def status(asked: SubmitQuery, question: str) -> dict[str, Any]:
    """What became of our operation? `question` names the asking itself."""
    wanted = {
        "reference_id": question,
        "txn_type": "certify",
        "attribute_type": "transaction_id",
        "attribute_value": asked.operation,
    }
    return {"transaction_id": question, "txnstatus_request": wanted}
