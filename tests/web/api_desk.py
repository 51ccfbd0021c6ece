"""A client of the REST API as a test wants one: signed in, with a new key for each POST unless it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from houses import PASSWORD, STREET, Furnished
from jiedao_web.context import NAME
from stand_ins import StandIns

BASE = "/api/v1/"
_SERIAL = count(1)
_METERS = (number for number in count(1000) if number % 100 not in (0, 55, 66, 77, 88, 99))


@dataclass
class Api:
    """The application and everything behind it."""

    app: Flask
    own: Furnished
    other: Furnished
    stand_ins: StandIns

    @property
    def house(self) -> Any:
        """The house behind it."""
        return self.own.house

    def sign_in(self, login: str, *, till: str = "", street: str = STREET) -> Desk:
        """A member of staff with a session."""
        client = self.app.test_client(use_cookies=False)
        answer = client.post(
            f"{BASE}sessions", json={"street": street, "login": login, "password": PASSWORD, "till": till}
        )
        assert answer.status_code == 201, answer.text
        return Desk(client, answer.json["token"])

    def close(self) -> None:
        """Give everything back."""
        self.app.extensions[NAME].runner.close()
        self.house.close()


@dataclass
class Desk:
    """One member of staff with a session."""

    client: FlaskClient
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read."""
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> TestResponse:
        """Do, under a key."""
        named = {"Idempotency_Key": key or f"key-{next(_SERIAL)}", **headers}
        return self.send("POST", path, {} if body is None else body, **named)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Any request; underscores in the names of headers stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.token}", **self.headers, **named}
        return self.client.open(BASE + path, method=method, headers=given, **({} if body is None else {"json": body}))

    def fetch(self, ending: str = "", biller: str = "WATER") -> dict[str, Any]:
        """An offer for the bill of a customer whom no other test knows."""
        width = {"WATER": 9, "ELEC": 10}[biller]
        number = f"{next(_METERS):0{width - len(ending)}d}{ending}"
        answer = self.post("bills/fetch", {"connection": "bills", "biller": biller, "inputs": {"meter": number}})
        assert answer.status_code == 200, answer.text
        offer: dict[str, Any] = answer.json["offers"][0]
        return offer

    def order_body(self, *offers: dict[str, Any], **more: Any) -> dict[str, Any]:
        """An order of these bills in full."""
        lines = [{"offer": offer["offer"], "amount": offer["bill"]["amount"]} for offer in offers]
        return {"lines": lines, **more}

    def in_cash(self, *offers: dict[str, Any], **more: Any) -> dict[str, Any]:
        """An order paid in cash."""
        return self._paid("cash", offers, more)

    def by_card(self, *offers: dict[str, Any], **more: Any) -> dict[str, Any]:
        """An order paid by card."""
        return self._paid("card", offers, more)

    def _paid(self, kind: str, offers: tuple[dict[str, Any], ...], more: dict[str, Any]) -> dict[str, Any]:
        total = sum(offer["bill"]["amount"] for offer in offers)
        tender = {"kind": kind, "amount": total, "connection": kind}
        return self.order_body(*offers, tenders=[tender], **more)

    def paid_order(self, **more: Any) -> dict[str, Any]:
        """An order that is paid in cash and confirmed by its biller."""
        answer = self.post("orders", self.in_cash(self.fetch(), **more), Prefer="wait=10")
        assert answer.status_code == 201, answer.text
        order: dict[str, Any] = answer.json
        assert order["state"] == "paid"
        return order


def steps(order: dict[str, Any]) -> Iterator[str]:
    """What a client may do next."""
    return (step["action"] for step in order["next"])


def refused(answer: TestResponse, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """A problem of this kind, in the form of RFC 9457; fails for anything else."""
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert answer.content_type == "application/problem+json"
    problem: dict[str, Any] = answer.json
    assert problem["status"] == status
    assert problem["type"] == f"urn:jiedao:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    if field is not None:
        assert problem["field"] == field
    return problem
