"""Settings, rates and answers of the points card: everything that needs no network."""

from __future__ import annotations

import inspect
import json
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

import pluggy
import pytest
from postcard_connections import GIVEN, connection

from jiedao.hookspecs import points, service
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.points import AccrualRequest, CardHolder, ClaimReceipt
from jiedao.problems import Invalid
from jiedao_postcard import answers, plugin
from jiedao_postcard.answers import NotUnderstood
from jiedao_postcard.settings import CATEGORIES, configuration


def _refusal(**changed: Any) -> Invalid:
    with pytest.raises(Invalid) as refused:
        configuration.load(GIVEN | changed)
    return refused.value


# The contract


@pytest.mark.parametrize("family", [points, service])
def test_hooks_have_exactly_the_signatures_of_the_contract(family: ModuleType) -> None:
    for name, spec in inspect.getmembers(family, inspect.isfunction):
        if hasattr(spec, "jiedao_spec") and (family is points or name in ("describe", "check_connection")):
            assert inspect.signature(getattr(plugin, name)) == inspect.signature(spec), name


def test_pluggy_accepts_it() -> None:
    manager = pluggy.PluginManager("jiedao")
    manager.add_hookspecs(points)
    manager.add_hookspecs(service)
    manager.register(plugin)
    manager.check_pending()


def test_manifest_says_how_an_unknown_claim_is_resolved() -> None:
    manifest = plugin.describe()
    assert (manifest.name, manifest.families, manifest.local) == ("jiedao_postcard", ("points",), False)
    assert dict(manifest.recovery) == {"points_claim": "query"}
    assert manifest.settling == 60


# Settings


def test_settings_come_out_exact() -> None:
    settings = configuration.load(json.loads(json.dumps(GIVEN)))
    assert settings["rates"][1] == {
        "category": "shopping",
        "rate": Decimal("0.035"),
        "first": date(2025, 1, 1),
        "last": date(2025, 6, 30),
    }
    assert (settings["pending_days"], settings["valid_months"], settings["settling"]) == (7, 36, 60)


def test_defaults_earn_nothing() -> None:
    settings = configuration.load({name: GIVEN[name] for name in ("url", "key_id", "secret")})
    assert (settings["rates"], settings["pending_days"], settings["valid_months"]) == ([], 0, 24)


def test_only_the_secret_is_secret_and_the_form_knows_every_setting() -> None:
    assert configuration.secrets() == frozenset({"secret"})
    kinds = {field.name: field.kind for field in configuration.fields()}
    assert kinds == {
        "url": "string",
        "key_id": "string",
        "secret": "secret",
        "settling": "integer",
        "rates": "table",
        "pending_days": "integer",
        "valid_months": "integer",
    }


def test_settings_are_never_shown() -> None:
    assert "sandbox-post-secret" not in repr(connection())


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"category": "electric", "rate": "0.01"}, "rates.1.category"),
        ({"category": "water", "rate": "-0.01"}, "rates.1.rate"),
        ({"category": "water", "rate": "101"}, "rates.1.rate"),
        ({"category": "water", "rate": "NaN"}, "rates.1.rate"),
        ({"category": "water", "rate": "Infinity"}, "rates.1.rate"),
        ({"category": "water", "rate": "one"}, "rates.1.rate"),
        ({"category": "water"}, "rates.1.rate"),
        ({"rate": "1"}, "rates.1.category"),
        ({"category": "water", "rate": "1", "from": "2025-02-30"}, "rates.1.from"),
        ({"category": "water", "rate": "1", "from": "2025-02-02", "to": "2025-02-01"}, "rates.1.to"),
        ({"category": "water", "rate": "1", "until": "2025-02-01"}, "rates.1.until"),
    ],
)
def test_a_wrong_row_is_named(row: dict[str, Any], field: str) -> None:
    refused = _refusal(rates=[{"category": "gas", "rate": "0"}, row])
    assert refused.field == field
    assert field in refused.says.zh


@pytest.mark.parametrize(
    "second",
    [
        {},
        {"from": "2025-06-30"},
        {"to": "2025-01-01"},
        {"from": "2025-02-01", "to": "2025-02-01"},
        {"from": "2024-01-01", "to": "2026-01-01"},
    ],
)
def test_overlapping_rows_are_named(second: dict[str, str]) -> None:
    first = {"category": "tv", "rate": "1", "from": "2025-01-01", "to": "2025-06-30"}
    refused = _refusal(rates=[{"category": "gas", "rate": "0"}, first, {"category": "tv", "rate": "2", **second}])
    assert refused.field == "rates.2.from"
    assert "第3行与第2行" in refused.says.zh
    assert "row 3 overlaps row 2" in refused.says.en


def test_rows_that_only_touch_do_not_overlap() -> None:
    rows = [{"category": "tv", "rate": "1", "to": "2025-06-30"}, {"category": "tv", "rate": "2", "from": "2025-07-01"}]
    assert len(configuration.load(GIVEN | {"rates": rows})["rates"]) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "ftp://post.example"}, "url"),
        ({"url": "post"}, "url"),
        ({"key_id": ""}, "key_id"),
        ({"secret": ""}, "secret"),
        ({"pending_days": -1}, "pending_days"),
        ({"pending_days": 1.5}, "pending_days"),
        ({"valid_months": 0}, "valid_months"),
        ({"settling": -1}, "settling"),
        ({"rates": "0.01"}, "rates"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_other_wrong_settings_are_named(changed: dict[str, Any], field: str) -> None:
    assert _refusal(**changed).field.split(".")[0] == field


@pytest.mark.parametrize("name", ["url", "key_id", "secret"])
def test_what_is_needed_must_be_given(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        configuration.load({key: value for key, value in GIVEN.items() if key != name})
    assert refused.value.field == name


# Rates


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), "0.035"),
        (date(2025, 6, 30), "0.035"),
        (date(2025, 7, 1), "0.05"),
        (date(2099, 1, 1), "0.05"),
    ],
)
def test_rates_hold_on_their_days(day: date, rate: str | None) -> None:
    accrual = plugin.points_accrue(AccrualRequest(connection(), 1.0, day, frozenset({"shopping"})))
    assert dict(accrual.rates) == ({"shopping": Decimal(rate)} if rate else {})
    assert (accrual.pending_days, accrual.valid_months) == (7, 36)


def test_only_what_is_asked_for_is_answered_and_nothing_is_rounded() -> None:
    rows = [{"category": "gas", "rate": "0.012345678901234567890123456789"}, {"category": "tv", "rate": 0.1}]
    asked = AccrualRequest(connection(rates=rows), 1.0, date(2025, 1, 1), frozenset(CATEGORIES) - {"phone"})
    rates = plugin.points_accrue(asked).rates
    assert rates == {"gas": Decimal("0.012345678901234567890123456789"), "tv": Decimal("0.1")}


# Answers

_ASKED = {"claim": "c1", "total": 3000}


def test_answers_in_the_words_of_the_contract() -> None:
    good = {"claim": "c1", "total": 3000, "status": "ACCEPTED", "reference": "PC1", "paid": 0}
    assert answers.claimed(good, _ASKED) == Succeeded(ClaimReceipt("PC1", 3000))
    assert answers.claimed(good | {"status": "PENDING"}, _ASKED) == Pending("PC1")
    assert answers.queried({"claim": "c1", "status": "NOT_FOUND"}, _ASKED) == NotFound()
    refused = answers.claimed({**_ASKED, "status": "REFUSED", "code": "WRONG_SUM"}, _ASKED)
    assert isinstance(refused, Declined)
    assert (refused.code, refused.reason.en) == ("WRONG_SUM", "The post office refused")
    card = {"status": "FOUND", "card": "1", "member": "M1", "holder": "𠮷田", "active": False}
    assert answers.holder(card, "1") == Succeeded(CardHolder("1", "M1", "𠮷田", False))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"claim": "c2", "total": 3000, "status": "ACCEPTED", "reference": "PC1"},
        {"claim": "c1", "total": 3001, "status": "ACCEPTED", "reference": "PC1"},
        {"claim": "c1", "total": "3000", "status": "ACCEPTED", "reference": "PC1"},
        {"claim": "c1", "total": Decimal(3000), "status": "ACCEPTED", "reference": "PC1"},
        {"claim": "c1", "status": "ACCEPTED", "reference": "PC1"},
        {"claim": "c1", "total": 3000, "status": "ACCEPTED"},
        {"claim": "c1", "total": 3000, "status": "ACCEPTED", "reference": ""},
        {"claim": "c1", "total": 3000, "status": "PAID", "reference": "PC1"},
        {"claim": "c1", "total": 3000, "status": None, "reference": "PC1"},
        {"claim": "c1", "total": 3000, "reference": "PC1"},
        {"claim": "c1", "total": 3000, "status": "REFUSED"},
        {"claim": "c2", "status": "REFUSED", "code": "WRONG_SUM"},
        {"claim": "c2", "status": "NOT_FOUND"},
    ],
)
def test_what_does_not_fit_is_not_understood(answer: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        answers.queried(answer, _ASKED)


@pytest.mark.parametrize(
    "wrong",
    [{"card": "2"}, {"active": 1}, {"active": None}, {"member": ""}, {"holder": None}, {"status": "MAYBE"}],
)
def test_a_card_that_does_not_fit_is_not_understood(wrong: dict[str, Any]) -> None:
    card = {"status": "FOUND", "card": "1", "member": "M1", "holder": "王", "active": True}
    with pytest.raises(NotUnderstood):
        answers.holder(card | wrong, "1")
