"""What every GET of the application costs on a street with a year of history: statements, and milliseconds.

Pages come from the application's own map, so a new one is measured by itself: as the administrator, else an operator,
else a resident at home or before the kiosk, whoever may see it. What needs an object gets the one in the middle of the
year; what is a resident's own gets that of the one who comes often.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from jiedao.store import tables
from jiedao.store.unit import STREET as SCOPE

if TYPE_CHECKING:
    from full_year import Year

EXCLUDED: Final = {
    "ledger.verify_books": "recomputes the whole journal, as it says",
    "ledger.balances": "recomputes every balance, as it says",
    "exports.export": "writes every row of its span",
    "api-docs.openapi_json": "no street's",
    "look.language": "a redirect",
    "look.type_size": "a redirect",
    "root": "a redirect",
    "phone.to_home": "a redirect",
    "kiosk.over": "a redirect, which ends the visit",
    "door.provider": "a redirect to the street's own sign-in, which this street has not",
    "door.come_back": "a redirect from there, good once",
    "identity.identity_provider": "one row, which this street has not",
    "account.second_factor_code": "there only while somebody sets a second factor up",
    "orders.tender_code": "there only while a payment by QR code is under way",
    "my_orders.tender_code": "there only while a payment by QR code is under way",
    "receipts.order_slip": "there only while a payment is being confirmed",
    "post.post_proof": "the post's own answer, which has none of what the tables say",
    "files.paid_file": "writes every row of its days",
    "health.readiness": "no street's, and without a worker not ready",
}
"""GETs that are not measured, and why."""
_SLOTS: Final = {"item": "advice", "hall": "h1", "from": "2026-11-26", "to": "2026-12-24"}
QUERIES: Final[Mapping[str, Mapping[str, str]]] = {
    "figures.figures": {"span": "year"},
    "figures.shifts_of_span": {"span": "year"},
    "certification.due_list": {"until": "2026-12-31"},
    "orders.list_orders": {"till": "T1"},
    "settlements.settlement": {"connection": "card", "on": "2026-11-20"},
    "services.days": {"from": "2026-11-01", "to": "2026-11-30"},
    "hall.list_slots": _SLOTS,
    "my_hall.my_slots": _SLOTS,
    "dispatches.open_dispatch": {"connection": "ems"},
    "post.offices": {"connection": "ems"},
    "identity.ways_in": {"street": "150602007"},
}
"""Queries of GETs that need one."""
_RUNS: Final = 5


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one page, and the statements of one request."""

    p50: float
    p95: float
    statements: int


class Costs:
    """The application of one street, and who asks."""

    def __init__(self, year: Year, app: Flask, password: str) -> None:
        self.year, self.app = year, app
        self.resident = year.residents[0]
        self.order = self.one("orders", resident=self.resident)
        self._clients = [
            self._staff("administrator", "", password),
            self._staff("op-T1", "T1", password),
            self._with(year.at_home()),
            self._with(year.before_the_kiosk()),
        ]
        self._known = dict(self._rules())
        self._chosen: dict[str, FlaskClient] = {}

    def names(self) -> list[str]:
        """Every GET that somebody may see, by its endpoint."""
        return [name for name in self._known if self._client(name) is not None]

    def paths(self) -> dict[str, str]:
        """Addresses by endpoint, seen by somebody here or not."""
        return dict(self._known)

    def unseen(self) -> dict[str, int]:
        """GETs that nobody here could see, with the best answer that somebody got."""
        hidden = [name for name in self._known if self._client(name) is None]
        return {name: min(self._ask(one, name).status_code for one in self._clients) for name in hidden}

    def without_address(self) -> list[str]:
        """GETs with something in their address of which nobody has said what it is here."""
        return sorted({rule.endpoint for rule in self._gets()} - self._known.keys())

    def seen(self, name: str) -> bool:
        """Whether somebody may see it here."""
        return name in self._known and self._client(name) is not None

    def answer(self, name: str) -> TestResponse:
        """The answer to whoever may see it."""
        client = self._client(name)
        assert client is not None, name
        return self._ask(client, name)

    def statements(self, name: str) -> int:
        """How many statements one request sends, apart from those that are believed for a while and need not be sent.

        The least of some: a pause between two of them is enough to make what was believed be read again.
        """
        return min(self._counted(name) for _ in range(_RUNS))

    def timed(self, name: str, times: int) -> Timed:
        """Ask so often, one after the other."""
        statements = self.statements(name)
        spent = []
        for _ in range(times):
            began = time.perf_counter()
            self.answer(name)
            spent.append(1000 * (time.perf_counter() - began))
        return Timed(statistics.median(spent), sorted(spent)[int(0.95 * (len(spent) - 1))], statements)

    def _counted(self, name: str) -> int:
        sent: list[str] = []
        self.year.house.store.watch = lambda sql, _values: sent.append(sql)
        try:
            self.answer(name)
        finally:
            self.year.house.store.watch = None
        return len(sent)

    # who asks

    def _staff(self, login: str, till: str, password: str) -> FlaskClient:
        client = self.app.test_client()
        who = {"street": self.year.street, "login": login, "password": password, "till": till}
        answer = client.post("/api/v1/sessions", json=who)
        assert answer.status_code == 201, answer.text
        return client

    def _with(self, cookies: Mapping[str, str]) -> FlaskClient:
        client = self.app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        return client

    def _client(self, name: str) -> FlaskClient | None:
        if name not in self._chosen:
            found = next((one for one in self._clients if self._ask(one, name).status_code == 200), None)
            if found is None:
                return None
            self._chosen[name] = found
        return self._chosen[name]

    # what is asked

    def _ask(self, client: FlaskClient, name: str) -> TestResponse:
        return client.get(self._known[name], query_string=dict(QUERIES.get(name, {})))

    def _rules(self) -> Iterator[tuple[str, str]]:
        """Endpoints with an address in which every part is filled."""
        adapter = self.app.url_map.bind("localhost")
        for rule in self._gets():
            values = {name: self._value(name) for name in rule.arguments}
            if all(value is not None for value in values.values()):
                with suppress(ValueError):  # a number that is of another kind here
                    yield rule.endpoint, adapter.build(rule.endpoint, values)

    def _gets(self) -> list[Rule]:
        """What is to be measured."""
        rules = sorted(self.app.url_map.iter_rules(), key=lambda one: str(one.rule))
        gets = [rule for rule in rules if "GET" in (rule.methods or ()) and "static" not in rule.endpoint]
        return [rule for rule in gets if rule.endpoint not in EXCLUDED]

    def _value(self, name: str) -> Any:
        return _VALUES[name](self) if name in _VALUES else None

    def one(self, table: str, column: str = "id", **like: Any) -> str | None:
        """The object in the middle of the year that has these values."""
        source = tables.metadata.tables[table]
        wanted = [source.c.street == SCOPE, *(source.c[name] == value for name, value in like.items())]
        with self.year.house.store.read(self.year.street) as tx:
            rows = tx.rows(select(source.c[column]).where(*wanted).order_by(source.c[column]))
        return str(rows[len(rows) // 2][0]) if rows else None

    @property
    def payment(self) -> str | None:
        """The attempt that paid the order."""
        return self.one("attempt", order=self.order, kind="payment")

    @property
    def receipt(self) -> str | None:
        """The receipt of the order."""
        book = self.one("receipt", "book", order=self.order)
        return f"{book}-{int(self.one('receipt', 'no', order=self.order) or 0):06d}"


_VALUES: Final[Mapping[str, Callable[[Costs], Any]]] = {
    "order": lambda costs: costs.order,
    "resident": lambda costs: costs.resident,
    "consignment": lambda costs: costs.one("consignment"),
    "parcel": lambda costs: costs.one("consignment", resident=costs.resident),
    "shift": lambda costs: costs.one("shift"),
    "certification": lambda costs: costs.one("cert_attempt", resident=costs.resident),
    "entitlement": lambda costs: costs.one("entitlement"),
    "operation": lambda costs: costs.one("operation", hook="biller_pay", subject=costs.payment),
    "break_": lambda costs: costs.one("settlement_break", state="open"),
    "case": lambda costs: costs.one("service_case", resident=costs.resident),
    "item": lambda costs: "permit",
    "booking": lambda costs: costs.one("booking", place="home") or costs.one("booking"),
    "card": lambda costs: costs.one("card", "card", resident=costs.resident),
    "account": lambda costs: costs.one("saved_account", resident=costs.resident),
    "dispatch": lambda costs: costs.one("dispatch"),
    "proposal": lambda costs: costs.one("proposal", state="open"),
    "key": lambda costs: costs.one("api_key"),
    "webhook": lambda costs: costs.one("webhook_endpoint"),
    "delivery": lambda costs: costs.one("webhook_delivery", state="delivered"),
    "scheme": lambda costs: costs.one("scheme"),
    "claim": lambda costs: costs.one("claim"),
    "connection": lambda costs: "bills",
    "hall": lambda costs: "h1",
    "till": lambda costs: "T1",
    "staff": lambda costs: costs.one("staff"),
    "member": lambda costs: costs.one("staff"),
    "delegation": lambda costs: costs.one("delegation", agent=costs.resident),
    "form": lambda costs: "apply",
    "biller": lambda costs: "WATER",
    "number": lambda costs: costs.receipt,
    "medium": lambda costs: "html",
    "plugin": lambda costs: "jiedao_cash",
}
"""What stands in an address, by its name there."""
