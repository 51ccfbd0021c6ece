"""Every endpoint that there is, found in the map of addresses: with another street's objects, and with nobody's rights.

A new endpoint is tested by being there. One whose address names a new kind of object fails here until `OBJECTS` says
which row that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk
from sqlalchemy import select
from werkzeug.routing import Rule

from houses import PASSWORD, STREET, Furnished, furnish
from jiedao.directory import resident_sessions
from jiedao.directory.caller import Role
from jiedao.directory.places import add_hall, add_till
from jiedao.directory.resident_sessions import Channel
from jiedao.integrators import keys
from jiedao.integrators.keys import NewKey
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.store.unit import STREET as OF_STREET
from jiedao.worker import Runner
from jiedao_web.api import ROUTES
from jiedao_web.app import create_app
from jiedao_web.context import NAME
from jiedao_web.routes import Who
from jiedao_web.scopes import NO_KEYS
from planted import Garden, body

OTHER = "150602008"
OBJECTS = {
    "account": ("saved_account", "id"),
    "booking": ("booking", "id"),
    "case": ("service_case", "id"),
    "code": ("skill", "code"),
    "group": ("resident_group", "code"),
    "item": ("service_item", "code"),
    "member": ("staff", "id"),
    "parcel": ("consignment", "id"),
    "proposal": ("proposal", "id"),
    "session": ("session", "id"),
    "attempt": ("attempt", "id"),
    "break_": ("settlement_break", "id"),
    "card": ("card", "card"),
    "certification": ("cert_attempt", "id"),
    "claim": ("claim", "id"),
    "connection": ("connection", "id"),
    "consignment": ("consignment", "id"),
    "delegation": ("delegation", "id"),
    "delivery": ("webhook_delivery", "id"),
    "dispatch": ("dispatch", "id"),
    "entitlement": ("entitlement", "id"),
    "key": ("api_key", "id"),
    "operation": ("operation", "id"),
    "order": ("orders", "id"),
    "resident": ("resident", "id"),
    "scheme": ("scheme", "id"),
    "shift": ("shift", "id"),
    "webhook": ("webhook_endpoint", "id"),
}
"""Which row a part of an address names: its table, and the column that the address has."""
WORDS = {"number": "T8-000001", "medium": "html", "channel": "sms", "file": "orders.csv", "till": "T8", "hall": "h8"}
"""Parts of addresses that are words of ours and name nothing that a street has, or places that only the other has."""
WHO = {routes.blueprint.name: routes.who for routes in ROUTES}
PUBLIC = {endpoint for routes in ROUTES for endpoint in routes.public}
NOT_OURS_TO_FIND = {
    "certification.set_scheme": "a new name makes a new scheme in one's own street",
    "hall.set_item": "a new code makes a new item in one's own street",
    "my_messages.choose_contact": "a channel is a word, and the contact one's own",
    "residents.show_card": "a card that nobody here has is asked of one's own issuer",
}
"""Addresses that may name what a street does not have, and why."""
DOORS = ("/sessions: 401", "/my/visits: 401")
"""Public endpoints that ask for something else than a session, such as a password or an enrolled device."""
BODIES: dict[str, Any] = {
    "shifts.hand_over_till": {"counted": 1, "login": "operator", "password": PASSWORD},
    "review.propose_closing": {"verdict": "succeeded", "reference": "R1", "evidence": "看过经办系统的记录"},
    "review.close_operation": {"verdict": "succeeded", "reference": "R1", "evidence": "看过经办系统的记录"},
    "webhooks.change_webhook": {"title": "x", "url": "https://example.cn/", "types": ["order.paid"]},
}
"""Bodies of which a document cannot say what is in them."""


class Office:
    """Two streets behind one application: ours, and another one that has something of every kind."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'jiedao.db'}"
        engine = open_engine(url)
        create_schema(engine)
        engine.dispose()
        self.other = furnish(url, folder, street=OTHER)
        self.planted = self._plant()
        self.other.house.close()
        self.own: Furnished = furnish(url, folder)
        self.own.open_shift()
        self.runner = Runner(self.own.house)
        self.app = create_app(self.own.house, runner=self.runner)
        self.client = self.app.test_client(use_cookies=False)
        self.document: Any = self.client.get(f"{BASE}openapi.json").json

    def _plant(self) -> dict[str, dict[str, Any]]:
        known = {"resident": {"id": self.other.resident}, "till": {"id": "T1"}, "hall": {"id": "h1"}}
        both = {"zh": "别处", "en": "elsewhere"}
        with self.other.house.store.write(OTHER) as tx:
            garden = Garden(tx, known)
            add_hall(tx, "h8", Text.same("h8"))
            add_till(tx, "T8", "h8", "T8")
            garden.plant("connection", id="elsewhere", plugin="jiedao_cash", title=both, state="off")
            garden.plant("receipt", book="T8", no=1)
            garden.plant("card", card="9900000000001")
            for name, _ in OBJECTS.values():
                garden.plant(name)
            return garden.rows

    def desk(self, street: str = STREET) -> Desk:
        """The administrator of a street, at a till with an open shift."""
        who = {"street": street, "login": "administrator", "password": PASSWORD, "till": "T1"}
        return Desk(self.client, self.client.post(f"{BASE}sessions", json=who).json["token"])

    def resident(self) -> Desk:
        """A resident of our street on their phone."""
        with self.own.house.store.write(STREET) as tx:
            opened = resident_sessions.begin(tx, Channel.PHONE, "", [self.own.resident])
        return Desk(self.client, f"{STREET}.{opened.token}")

    def key(self, *scopes: str) -> Desk:
        """A key of our street."""
        new = NewKey("矩阵", Role.ADMINISTRATOR, scopes, "T1")
        _, token = keys.issue(
            self.own.house.store, self.own.administrator, new, self.app.extensions[NAME].keys.subjects
        )
        return Desk(self.client, token)

    def rows_of_the_other(self) -> dict[str, list[Any]]:
        """Everything that the other street has."""
        with self.own.house.store.read(OTHER) as tx:
            return {table.name: list(tx.rows(_everything(table))) for table in tables.TENANT_TABLES}

    def close(self) -> None:
        """Give everything back."""
        self.runner.close()
        self.own.house.close()


def _everything(table: Any) -> Any:
    return select(table).where(table.c.street == OF_STREET).order_by(*table.primary_key.columns)


def _endpoints(made: Any) -> list[tuple[str, Rule, str]]:
    """Method, rule and endpoint of everything that the REST API has."""
    subjects = {routes.blueprint.name for routes in ROUTES}
    found = [
        (method, rule, rule.endpoint)
        for rule in made.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in subjects
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda one: (one[1].rule, one[0]))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office; no test here changes anything in it."""
    with closing(Office(tmp_path_factory.mktemp("matrix"))) as office:
        yield office


def test_other_streets_objects_are_nowhere(office: Office) -> None:
    """And the same request of the street that has them finds them: the refusal is for the street, not for the body."""
    before, theirs = office.rows_of_the_other(), office.desk(OTHER)
    who = {Who.STAFF: office.desk(), Who.RESIDENT: office.resident(), Who.KIOSK: Desk(office.client, "")}
    wrong: list[str] = []
    sent: list[tuple[str, str, Any]] = []
    for method, rule, endpoint in _endpoints(office.app):
        if not rule.arguments or endpoint in NOT_OURS_TO_FIND:
            continue
        sent.append((method, _address(office, rule, endpoint), _body(office, method, rule, endpoint)))
        answer = who[WHO[endpoint.partition(".")[0]]].send(*sent[-1], Idempotency_Key=f"ours-{len(sent)}")
        if answer.status_code != 404:
            wrong.append(f"{method} {rule.rule}: {answer.status_code} {answer.text[:200]}")
    assert wrong == [], "\n".join(wrong)
    assert len(sent) > 50
    after = office.rows_of_the_other()
    after["session"] = before["session"] = []
    assert {name for name in after if after[name] != before[name]} == set()
    found = sum(
        theirs.send(*one, Idempotency_Key=f"theirs-{number}").status_code != 404 for number, one in enumerate(sent)
    )
    assert found > 0.8 * len(sent), "the refusals were for something else"


def test_nobody_is_let_in_without_a_session(office: Office) -> None:
    nobody = Desk(office.client, "", headers={"Authorization": ""})
    wrong = []
    for method, rule, endpoint in _endpoints(office.app):
        answer = nobody.send(method, _address(office, rule, endpoint), {}, Idempotency_Key="nobody")
        if (answer.status_code == 401) is (endpoint in PUBLIC):
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert [one for one in wrong if not one.endswith(DOORS)] == []


def test_a_resident_is_nobody_where_staff_work(office: Office) -> None:
    resident = office.resident()
    assert resident.get("my/due").status_code == 200
    wrong = []
    for method, rule, endpoint in _endpoints(office.app):
        if endpoint in PUBLIC or WHO[endpoint.partition(".")[0]] is not Who.STAFF:
            continue
        answer = resident.send(method, _address(office, rule, endpoint), {}, Idempotency_Key="resident")
        if (answer.status_code, answer.json["code"]) != (403, "role.resident"):
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert wrong == [], "\n".join(wrong)


def test_staff_are_nobody_where_residents_are(office: Office) -> None:
    staff = office.desk()
    wrong = []
    for method, rule, endpoint in _endpoints(office.app):
        if endpoint in PUBLIC or WHO[endpoint.partition(".")[0]] is Who.STAFF:
            continue
        answer = staff.send(method, _address(office, rule, endpoint), {}, Idempotency_Key="staff")
        if answer.status_code != 401:
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert wrong == [], "\n".join(wrong)


def test_a_key_without_the_scope_is_refused_everywhere(office: Office) -> None:
    everything = office.app.extensions[NAME].keys.scopes
    wrong = []
    for method, rule, endpoint in _endpoints(office.app):
        subject = endpoint.partition(".")[0]
        if endpoint in PUBLIC or WHO[subject] is not Who.STAFF:
            continue
        scope = f"{subject}:{'read' if method == 'GET' else 'write'}"
        without = _holder(office, tuple(one for one in everything if one != scope))
        answer = without.send(method, _address(office, rule, endpoint), {}, Idempotency_Key="scope")
        wanted = (403, "scope.never") if subject in NO_KEYS else (403, "scope.missing")
        if (answer.status_code, answer.json["code"]) != wanted:
            wrong.append(f"{method} {rule.rule}: {answer.status_code} {answer.json['code']}")
    assert wrong == [], "\n".join(wrong)


def test_the_document_names_the_scope_of_every_endpoint(office: Office) -> None:
    for method, rule, endpoint in _endpoints(office.app):
        subject = endpoint.partition(".")[0]
        said = _operation(office, method, rule).get("x-scope")
        open_to_keys = WHO[subject] is Who.STAFF and subject not in NO_KEYS and endpoint not in PUBLIC
        assert said == (f"{subject}:{'read' if method == 'GET' else 'write'}" if open_to_keys else None), rule.rule


_HOLDERS: dict[tuple[str, ...], Desk] = {}


def _holder(office: Office, scopes: tuple[str, ...]) -> Desk:
    if scopes not in _HOLDERS:
        _HOLDERS[scopes] = office.key(*scopes)
    return _HOLDERS[scopes]


def _address(office: Office, rule: Rule, endpoint: str) -> str:
    """The address of the other street's object, as our own clients write it."""
    values = {name: _named(office, rule, name, endpoint) for name in rule.arguments}
    return office.app.url_map.bind("localhost").build(endpoint, values).removeprefix(BASE)


def _named(office: Office, rule: Rule, name: str, endpoint: str) -> Any:
    if f"int(max=1000):{name}" in rule.rule:
        return 1
    if name in WORDS:
        return WORDS[name]
    assert name in OBJECTS, f"say in OBJECTS what <{name}> of {endpoint} is"
    table, column = OBJECTS[name]
    return office.planted[table][column]


def _operation(office: Office, method: str, rule: Rule) -> Any:
    path = re.sub(r"<(?:[^:<>]+:)?([a-z_]+)>", r"{\1}", rule.rule)
    return office.document["paths"][path][method.lower()]


def _body(office: Office, method: str, rule: Rule, endpoint: str) -> Any:
    if method == "GET" or endpoint in BODIES:
        return BODIES.get(endpoint)
    wanted = _operation(office, method, rule).get("requestBody")
    if wanted is None:
        return {}
    return body(office.document, wanted["content"]["application/json"]["schema"])
