"""Nobody sees or touches what is another's: the whole of `/my`, and the whole of what is staff's, by the map of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused
from phone_street import OTHERS, OWN, PhoneStreet, belongings, phone_street
from werkzeug.routing import IntegerConverter, Rule

from jiedao_web.api import ROUTES
from jiedao_web.routes import PREFIX, Who
from postgres_server import Database

BODIES: dict[str, Any] = {
    "my_accounts.rename_account": {"label": "我的"},
    "my_accounts.account_direct": {"amount": 100},
    "my_orders.pay_order": {"tenders": [{"kind": "qr", "amount": 6234, "connection": "wallet"}]},
    "my_certification.revoke_delegation": {"reason": "不需要了"},
}
NOBODYS = ("my_hall.my_slots",)
"""What takes a query and is nobody's."""
PARTS = {"medium": "html", "channel": "sms", "item": "permit"}


@pytest.fixture
def street(sqlite: Database, tmp_path: Path) -> Iterator[PhoneStreet]:
    made = phone_street(sqlite.url, tmp_path)
    yield made
    made.close()


def rules(street: PhoneStreet, who: Who) -> list[Rule]:
    """Every rule that is for residents, or for staff, and needs a session."""
    names = {routes.blueprint.name for routes in ROUTES if routes.who is who}
    public = frozenset().union(*(routes.public for routes in ROUTES))
    found = [rule for rule in street.app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in names]
    return [rule for rule in found if rule.endpoint not in public]


def ways(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def path(rule: Rule, parts: dict[str, Any]) -> str:
    fitting = {name: 1 if _counts(rule, name) else parts[name] for name in rule.arguments}
    built = rule.build(fitting, append_unknown=False)
    assert built is not None
    return str(built[1]).removeprefix(PREFIX).lstrip("/")


def send(desk: Desk, rule: Rule, method: str, parts: dict[str, Any]) -> Any:
    key = {"Idempotency_Key": f"{rule.endpoint}-{method}-{desk.token[-6:]}"}
    body = BODIES.get(rule.endpoint, {}) if method != "GET" else None
    return desk.send(method, path(rule, parts), body, **key)


def own(rule: Rule) -> bool:
    """Whether its address names something that belongs to somebody."""
    return bool(rule.arguments - set(PARTS))


def test_what_is_anothers_is_not_found(street: PhoneStreet) -> None:
    theirs = belongings(street, street.other, OTHERS, street.made.resident)
    me = street.sign_in(OWN)
    seen = set()
    for rule in filter(own, rules(street, Who.RESIDENT)):
        for method in ways(rule):
            answer = send(me, rule, method, {**asdict(theirs), **PARTS})
            assert answer.status_code == 404, (rule.rule, method, answer.text)
            assert answer.json["code"].endswith((".missing", "no_code")), answer.text
            seen |= rule.arguments
    assert seen >= {
        "order",
        "number",
        "account",
        "parcel",
        "certification",
        "delegation",
        "booking",
        "case",
    }


def test_nothing_that_is_anothers_is_in_a_list_or_taken_from_a_body(street: PhoneStreet) -> None:
    theirs = belongings(street, street.other, OTHERS, street.made.resident)
    me = street.sign_in(OWN)
    for rule in rules(street, Who.RESIDENT):
        if "GET" in ways(rule) and not rule.arguments and rule.endpoint not in NOBODYS:
            answer = send(me, rule, "GET", {})
            assert answer.status_code == 200, (rule.rule, answer.text)
            assert not any(value in answer.text for value in (*asdict(theirs).values(), street.other, "王强"))
    wrong = me.post("my/certifications", {"entitlements": [theirs.entitlement]})
    refused(wrong, 422, "certification.entitlements")
    agent = me.post("my/certifications", {"entitlements": [theirs.entitlement], "delegation": theirs.delegation})
    refused(agent, 404, "delegation.missing")
    refused(me.post("my/orders", {"resident": street.other, "lines": []}), 422, "body.invalid")


def test_the_owner_finds_everything(street: PhoneStreet) -> None:
    mine = belongings(street, street.own, OWN, street.other)
    me = street.sign_in(OWN)
    for rule in filter(own, rules(street, Who.RESIDENT)):
        if "GET" in ways(rule) and rule.endpoint not in ("my_orders.tender_code", _AS_AGENT):
            assert send(me, rule, "GET", {**asdict(mine), **PARTS}).status_code == 200, rule.rule


def test_without_a_session_nothing_is_shown(street: PhoneStreet) -> None:
    nobody = Desk(street.app.test_client(use_cookies=False), "")
    for rule in rules(street, Who.RESIDENT):
        for method in ways(rule):
            assert send(nobody, rule, method, _anything(rule)).status_code == 401, rule.rule


def test_a_session_of_staff_opens_nothing_that_is_a_residents(street: PhoneStreet) -> None:
    for login in ("operator", "administrator"):
        desk = street.staff(login)
        for rule in rules(street, Who.RESIDENT):
            for method in ways(rule):
                assert send(desk, rule, method, _anything(rule)).status_code == 401, rule.rule


def test_a_residents_session_opens_nothing_that_is_staffs(street: PhoneStreet) -> None:
    me = street.sign_in(OWN)
    cookies = street.client()
    street.enter(OTHERS, cookies)
    for rule in rules(street, Who.STAFF):
        for method in ways(rule):
            refused(send(me, rule, method, _anything(rule)), 403, "role.resident")
    assert refused(cookies.get(f"{BASE}orders"), 403, "role.resident")


def test_the_resident_whose_order_it_is_sees_it_from_every_till(street: PhoneStreet) -> None:
    mine = belongings(street, street.own, OWN, street.other)
    me = street.sign_in(OWN)
    orders = me.get("my/orders").json["orders"]
    assert [one["id"] for one in orders] == [mine.order]
    assert me.get(f"my/orders/{mine.order}").json["receipts"] == [mine.number]


_AS_AGENT = "my_certification.benefits_of_principal"


def _counts(rule: Rule, name: str) -> bool:
    return isinstance(rule._converters[name], IntegerConverter)


def _anything(rule: Rule) -> dict[str, Any]:
    """Parts of an address that name nothing there is."""
    kinds = {"number": "T1-000001", **PARTS}
    return {name: kinds.get(name, "0" * 20) for name in rule.arguments}
