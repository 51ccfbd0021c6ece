"""Requests of the contract as payloads of the tunnel. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from jiedao.hookspecs.certification import BatchRequest, SubmitQuery, SubmitRequest
from jiedao_connectors.cert_tunnel import METHODS, Message, Transaction


def person(number: str, name: str) -> Message:
    """人员查询: who is it, and what do they draw?"""
    return Message(Transaction.PERSON, {"AAC002": number, "AAC003": name})


def certify(asked: SubmitRequest) -> Message:
    """认证. Our reference stands in the note, as the protocol has no other place for one."""
    return Message(
        Transaction.CERTIFY,
        {
            **_about(asked.number, asked.kind),
            "AAC003": asked.name,
            "AAE001": str(asked.on.year),
            "AAE036": compact(asked.on),
            "AAE279": _METHODS[asked.route],
            "AAE011": asked.operator,
            "AAE013": note(asked),
            "DEVICEID": asked.device,
            "CBDID": asked.place,
            "AUTHEN": asked.photo,
        },
    )


def query(asked: SubmitQuery) -> Message:
    """认证查询: what was recorded for the person, kind and day?"""
    return Message(Transaction.QUERY, {**_about(asked.number, asked.kind), "AAE036": compact(asked.on)})


def batch(asked: BatchRequest) -> Message:
    """批量查询: how do these people stand?"""
    people = tuple({"AAC002": one.number, "AAC003": one.name} for one in asked.people)
    return Message(Transaction.BATCH, {"AAE140": asked.kind}, people)


def history(number: str, kind: str) -> Message:
    """认证流水: everything recorded for the person and kind."""
    return Message(Transaction.HISTORY, _about(number, kind))


def note(asked: SubmitRequest) -> str:
    """AAE013: our reference first, so that it is found again, then who acted for the person and what was noted."""
    agent = f"代办 {asked.agent}" if asked.agent else ""
    return " ".join(part for part in (asked.operation, agent, asked.note) if part)


def compact(day: date) -> str:
    """A day as the tunnel writes it."""
    return f"{day:%Y%m%d}"


def _about(number: str, kind: str) -> Mapping[str, str]:
    return {"AAC002": number, "AAE140": kind}


_METHODS: Final = {route: code for code, route in METHODS.items()}
