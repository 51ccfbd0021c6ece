"""The contract is checked when a plugin is registered, and nothing that a plugin does gets past its boundary.

Runs on the oldest pluggy that is supported and on the newest. On another than the installed one:

    pip install --target /somewhere pluggy==1.6.0
    PYTHONPATH=/somewhere python -m pytest tests/core/test_registry.py
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pluggy
import pytest
from core_doubles import NO, Acquirer, Hub, Issuer, Settings, acknowledged, slip

from jiedao import hookimpl
from jiedao.hookspecs.biller import Acknowledgement, FetchRequest, PayRequest
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, OutcomeUnknown, Pending, Succeeded, Unavailable
from jiedao.hookspecs.payment import PaymentOutcome, PaymentQuery, PaymentRequest, Slip
from jiedao.hookspecs.points import Accrual, AccrualRequest
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao.registry.boundary import Circuit, Failure, Why
from jiedao.registry.check import BadPlugin
from jiedao.registry.families import HOOKS
from jiedao.registry.registry import Registry

SECRET = "hunter2-hunter2"


@pytest.fixture
def registry() -> Iterator[Registry]:
    made = Registry()
    yield made
    made.close()


def manifest(name: str = "odd", **more: Any) -> Manifest:
    given = {"families": ("payment",)} | more
    return Manifest(name=name, version="1", title=Text("怪", "odd"), configuration=Settings(), **given)


class Odd:
    """A plugin of exactly these functions."""

    def __init__(self, *functions: Callable[..., Any], said: object = None) -> None:
        self.said = said or manifest()
        for function in functions:
            setattr(self, function.__name__, function)

    @hookimpl
    def describe(self) -> Manifest:
        return self.said  # type: ignore[return-value]


def complaint(registry: Registry, plugin: object, name: str = "odd") -> str:
    with pytest.raises(BadPlugin) as refused:
        registry.register(name, plugin)
    said = str(refused.value)
    assert "\n" not in said, "one sentence"
    assert said.startswith(f"plugin {name}, ")
    assert name not in registry.plugins
    return said


# hooks that break the contract


@hookimpl
def payment_begin(request: PaymentRequest) -> PaymentOutcome:
    return slip(request)


@hookimpl(optionalhook=True)
def payment_maybe(request: PaymentRequest) -> PaymentOutcome:
    return slip(request)


@hookimpl(specname="payment_start")
def take_money(request: PaymentRequest) -> PaymentOutcome:
    return slip(request)


def starting(build: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    """An implementation of payment_start under that name."""
    function = build()
    function.__name__ = "payment_start"
    return function


def wrong_type() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: PaymentQuery) -> PaymentOutcome:
        return slip(request)

    return payment_start


def wrong_result() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: PaymentRequest) -> Slip:
        return Slip("1")

    return payment_start


def narrower_result() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: PaymentRequest) -> Succeeded[Slip]:
        return slip(request)

    return payment_start


def no_type() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request) -> PaymentOutcome:  # type: ignore[no-untyped-def]
        return slip(request)

    return payment_start


def no_result_type() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: PaymentRequest):  # type: ignore[no-untyped-def]
        return slip(request)

    return payment_start


def unreadable_type() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: NoSuchName) -> PaymentOutcome:  # type: ignore[name-defined]  # noqa: F821
        return slip(request)

    return payment_start


def default_argument() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: PaymentRequest = None) -> PaymentOutcome:  # type: ignore[assignment]
        return slip(request)

    return payment_start


def second_default() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: PaymentRequest, timeout: float = 3.0) -> PaymentOutcome:
        return slip(request)

    return payment_start


def keyword_only() -> Callable[..., Any]:
    @hookimpl
    def payment_start(*, request: PaymentRequest) -> PaymentOutcome:
        return slip(request)

    return payment_start


def positional_only() -> Callable[..., Any]:
    @hookimpl
    def payment_start(request: PaymentRequest, /) -> PaymentOutcome:
        return slip(request)

    return payment_start


def anything() -> Callable[..., Any]:
    @hookimpl
    def payment_start(*args: Any, **kwargs: Any) -> PaymentOutcome:
        return slip(args)

    return payment_start


def misspelt() -> Callable[..., Any]:
    @hookimpl
    def payment_start(req: PaymentRequest) -> PaymentOutcome:
        return slip(req)

    return payment_start


def missing_argument() -> Callable[..., Any]:
    @hookimpl
    def payment_start() -> PaymentOutcome:
        return NO

    return payment_start


def wrapper() -> Callable[..., Any]:
    @hookimpl(wrapper=True)
    def payment_start(request: PaymentRequest) -> Iterator[Any]:
        yield

    return payment_start


def hookwrapper() -> Callable[..., Any]:
    @hookimpl(hookwrapper=True)
    def payment_start(request: PaymentRequest) -> Iterator[Any]:
        yield

    return payment_start


@pytest.mark.parametrize(
    ("function", "hook", "says"),
    [
        (payment_begin, "payment_begin", "there is no such hook; the hooks are biller_cancel, "),
        (payment_maybe, "payment_maybe", "there is no such hook"),
        (take_money, "take_money", "specname is not allowed"),
        (wrong_type(), "payment_start", "argument request is PaymentQuery; the contract says PaymentRequest"),
        (wrong_result(), "payment_start", "the result is Slip; the contract says "),
        (narrower_result(), "payment_start", "the contract says "),
        (no_type(), "payment_start", "argument request has no type; the contract says PaymentRequest"),
        (no_result_type(), "payment_start", "the result has no type; the contract says "),
        (unreadable_type(), "payment_start", "the annotations cannot be read: name 'NoSuchName'"),
        (default_argument(), "payment_start", "argument request has a default value"),
        (second_default(), "payment_start", "argument timeout is not in the contract"),
        (keyword_only(), "payment_start", "argument request is keyword-only"),
        (positional_only(), "payment_start", "argument request is positional-only"),
        (anything(), "payment_start", "argument args is variadic positional"),
        (misspelt(), "payment_start", "argument req is not in the contract, which has ['request']"),
        (missing_argument(), "payment_start", "argument request is missing"),
        (wrapper(), "payment_start", "wrappers are not allowed"),
        (hookwrapper(), "payment_start", "wrappers are not allowed"),
    ],
)
def test_a_hook_that_breaks_the_contract(
    registry: Registry, function: Callable[..., Any], hook: str, says: str
) -> None:
    said = complaint(registry, Odd(function))
    assert said.startswith(f"plugin odd, hook {hook}: ")
    assert says in said


def test_a_plugin_that_does_not_describe_itself(registry: Registry) -> None:
    class Silent:
        @hookimpl
        def check_connection(self, request: CheckRequest) -> CheckResult:
            return CheckResult(True, Text("好", "good"))

    assert "every plugin must describe itself" in complaint(registry, Silent())
    assert "every plugin must describe itself" in complaint(registry, object())


@hookimpl
def payment_start(request: PaymentRequest) -> PaymentOutcome:
    return slip(request)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("yes", "hook describe: returned str, not a Manifest"),
        (manifest("other"), "hook describe: it calls itself 'other'"),
        (manifest(families=("payment", "parcels")), "manifest: there is no family 'parcels'"),
        (manifest(families=("payment", "sundry")), "manifest: there is no family 'sundry'"),
        (manifest(families=()), "hook payment_start: the manifest does not name its family payment"),
        (manifest(abilities={"void"}), "ability void needs hook payment_void, which the plugin does not implement"),
        (manifest(abilities={"fly"}), "manifest: there is no ability 'fly'"),
        (
            manifest(recovery={"payment_start": Recovery.QUERY}),
            "hook payment_start: recovery query needs payment_query, which the plugin does not implement",
        ),
        (
            manifest(recovery={"payment_start": Recovery.REVERSE}),
            "hook payment_start: recovery reverse needs payment_reverse",
        ),
        (
            manifest(recovery={"payment_void": Recovery.RESEND}),
            "recovery is declared for payment_void, which the plugin does not implement",
        ),
    ],
)
def test_a_manifest_that_claims_too_much(registry: Registry, said: object, says: str) -> None:
    assert says in complaint(registry, Odd(payment_start, said=said))


@pytest.mark.parametrize("hook", ["payment_void", "payment_refund", "payment_batch_close", "biller_cancel"])
def test_what_has_no_query_hook_cannot_be_recovered_by_asking(registry: Registry, hook: str) -> None:
    family = hook.partition("_")[0]
    plugin = (Acquirer if family == "payment" else Hub)("odd", recovery={hook: Recovery.QUERY})
    assert f"recovery query needs {hook}_query" in complaint(registry, plugin)


def test_two_plugins_of_one_name(registry: Registry) -> None:
    registry.register("pos", Acquirer("pos"))
    with pytest.raises(BadPlugin, match="plugin pos: a plugin of that name is registered already"):
        registry.register("pos", Acquirer("pos"))


def test_a_plugin_may_be_a_class_a_module_or_an_object(registry: Registry) -> None:
    class Static:
        @staticmethod
        @hookimpl
        def describe() -> Manifest:
            return manifest("static", families=())

    registry.register("static", Static)
    assert registry.register("pos", Acquirer("pos")).hooks.keys() >= {"payment_start", "describe"}
    assert registry.has("pos", "payment_start")
    assert not registry.has("pos", "biller_pay")
    assert not registry.has("nowhere", "describe")


# entry points


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("importlib.metadata.MetadataPathFinder.path", [str(tmp_path)], raising=False)
    made = Shelf(tmp_path)
    yield made
    for module in made.modules:
        sys.modules.pop(module, None)


class Shelf:
    """Installed distributions in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: list[str] = []

    def put(self, name: str, code: str) -> None:
        """A distribution with one plugin, whose entry point is a module of that name."""
        self.modules.append(f"shelf_{name}")
        (self.folder / f"shelf_{name}.py").write_text(code, "utf-8")
        info = self.folder / f"shelf_{name}-2.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: shelf-{name}\nVersion: 2.5\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[jiedao.plugins]\nshelf_{name} = shelf_{name}\n", "utf-8")


GOOD = """
from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest
from jiedao.language import Text

class Nothing:
    def load(self, given): return dict(given)
    def fields(self): return ()
    def secrets(self): return frozenset()

@hookimpl
def describe() -> Manifest:
    return Manifest(__name__, "2.5", Text("好", "good"), (), Nothing())
"""


def test_what_fails_to_load_is_quarantined_and_the_rest_work(shelf: Shelf, registry: Registry) -> None:
    shelf.put("good", GOOD)
    shelf.put("broken", "import no_such_module_anywhere\n")
    shelf.put("leaving", "raise SystemExit(3)\n")
    shelf.put("typo", GOOD.replace("def describe()", "def describe(x)"))
    shelf.put("angry", GOOD.replace("return Manifest", "raise RuntimeError('not today')\n    return Manifest"))
    registry.discover()
    assert registry.plugins["shelf_good"].origin == "shelf-good 2.5"
    assert {name for name in registry.quarantined if name.startswith("shelf")} == {
        "shelf_broken",
        "shelf_leaving",
        "shelf_typo",
        "shelf_angry",
    }
    broken = registry.quarantined["shelf_broken"]
    assert broken.why == "ModuleNotFoundError: No module named 'no_such_module_anywhere'"
    assert broken.origin == "shelf-broken 2.5"
    assert "shelf_broken.py" in broken.details
    assert broken.details.startswith("Traceback")
    assert registry.quarantined["shelf_typo"].why.startswith("plugin shelf_typo, hook describe: argument x ")


def test_the_plugins_of_the_house_all_load(registry: Registry) -> None:
    registry.discover()
    assert registry.quarantined == {}
    assert {"jiedao_cash", "jiedao_unionpay_pos", "jiedao_billhub", "jiedao_billfile", "jiedao_postcard"} <= set(
        registry.plugins
    )


def test_a_blocked_plugin_is_not_even_imported(shelf: Shelf) -> None:
    shelf.put("blocked", "raise AssertionError('imported')\n")
    blocking = Registry(blocked=["shelf_blocked"])
    blocking.discover()
    blocking.close()
    assert "shelf_blocked" not in sys.modules
    assert "shelf_blocked" not in {**blocking.plugins, **blocking.quarantined}


# the boundary


class Unruly(Exception):
    """Neither ours nor harmless: its message holds what nobody should read."""


def asking(deadline: float = 5.0, plugin: str = "pos", id_: str = "c1") -> PaymentRequest:
    connection = Connection("s", id_, plugin, 1, True, {"secret": SECRET})
    return PaymentRequest(connection, deadline, "OP1", 100, "CNY", "ORDER", "T1")


@pytest.fixture
def pos(registry: Registry) -> Acquirer:
    made = Acquirer("pos")
    registry.register("pos", made)
    return made


@pytest.mark.parametrize("outcome", [Succeeded(Slip("1")), Declined(Text("不", "no"), "51"), Pending("7")])
def test_an_outcome_of_the_contract_comes_through(registry: Registry, pos: Acquirer, outcome: object) -> None:
    pos.will("payment_start", outcome, outcome)
    assert registry.call("payment_start", asking()) == outcome
    assert registry.call_local("payment_start", asking()) == outcome


@pytest.mark.parametrize(
    ("raised", "why", "says"),
    [
        (InvalidConfig("the key is wrong", "401"), Why.CONFIG, "the key is wrong"),
        (Unavailable("no route"), Why.UNAVAILABLE, "no route"),
        (OutcomeUnknown("timeout"), Why.UNKNOWN, "timeout"),
        (Unruly(SECRET), Why.BUG, "pos raised Unruly in payment_start"),
        (KeyError(SECRET), Why.BUG, "pos raised KeyError in payment_start"),
        (TimeoutError(SECRET), Why.BUG, "pos raised TimeoutError in payment_start"),
        (SystemExit(SECRET), Why.BUG, "pos raised SystemExit in payment_start"),
        (GeneratorExit(SECRET), Why.BUG, "pos raised GeneratorExit in payment_start"),
        (NotImplementedError(), Why.BUG, "pos raised NotImplementedError in payment_start"),
    ],
)
def test_what_a_plugin_raises(
    registry: Registry, pos: Acquirer, caplog: pytest.LogCaptureFixture, raised: Exception, why: Why, says: str
) -> None:
    caplog.set_level(logging.DEBUG)
    pos.will("payment_start", raised, raised)
    for call in (registry.call, registry.call_local):
        failure = call("payment_start", asking())
        assert isinstance(failure, Failure)
        assert (failure.why, failure.says) == (why, says)
    assert SECRET not in caplog.text
    assert ("broke in payment_start" in caplog.text) is (why is Why.BUG)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "payment_start returned NoneType, which the contract does not have"),
        (True, "payment_start returned bool"),
        (Slip("1"), "payment_start returned Slip"),
        (NotFound(), "payment_start returned NotFound"),
        (Succeeded(None), "payment_start succeeded with NoneType, not Slip"),
        (Succeeded(Acknowledgement("1")), "payment_start succeeded with Acknowledgement, not Slip"),
        (Declined("no"), "payment_start returned Declined whose reason is str, not Text"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_an_outcome_is_a_bug(registry: Registry, pos: Acquirer, answer: object, says: str) -> None:
    pos.will("payment_start", answer)
    failure = registry.call("payment_start", asking())
    assert isinstance(failure, Failure)
    assert failure.why is Why.BUG
    assert failure.says.startswith(says)


def test_a_success_without_its_evidence_is_a_bug_in_every_family(registry: Registry) -> None:
    hub = Hub("hub")
    registry.register("hub", hub)
    connection = Connection("s", "c", "hub", 1, True, {})
    hub.will("biller_pay", Succeeded(Slip("1")))
    hub.will("biller_fetch", Succeeded(None), Succeeded([1]))
    paying = PayRequest(connection, 5.0, "OP", "ELEC", "1", "B", 1, "CNY", "O")
    assert registry.call("biller_pay", paying).why is Why.BUG
    for _ in range(2):
        assert registry.call("biller_fetch", FetchRequest(connection, 5.0, "ELEC", {"account": "1"})).why is Why.BUG
    hub.will("biller_catalogue", "ELEC")
    assert registry.call("biller_pay", paying) == acknowledged(paying)


def test_words_that_are_not_words_are_made_into_some(registry: Registry, pos: Acquirer) -> None:
    pos.will("payment_start", Unavailable(OSError(111), 42))  # type: ignore[arg-type]
    failure = registry.call("payment_start", asking())
    assert (failure.says, failure.code) == ("111", "42")


def test_a_plugin_that_is_not_here(registry: Registry, pos: Acquirer) -> None:
    for hook, plugin in (("payment_start", "gone"), ("biller_pay", "pos")):
        failure = registry.call(hook, asking(plugin=plugin))
        assert (failure.why, failure.says) == (Why.CONFIG, f"plugin {plugin} is not here or has no {hook}")


def test_a_plugin_that_hangs_is_left_behind(registry: Registry, pos: Acquirer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiedao.registry.boundary.GRACE", 0.05)
    released = threading.Event()
    pos.will("payment_start", lambda request: released.wait(10) and slip(request))
    before = time.monotonic()
    failure = registry.call("payment_start", asking(deadline=0.05))
    assert time.monotonic() - before < 3
    assert (failure.why, failure.says, failure.code) == (Why.UNKNOWN, "no answer within 0.05 s", "deadline")
    resting = registry.call("payment_start", asking())
    assert (resting.why, resting.code) == (Why.UNAVAILABLE, "circuit"), "a hang opens the circuit at once"
    assert registry.call("payment_start", asking(id_="c2")) == slip(asking()), "another connection is not touched"
    released.set()


def test_when_no_thread_is_free_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    from jiedao.registry.boundary import Boundary

    monkeypatch.setattr("jiedao.registry.boundary.GRACE", 0.05)
    boundary, released = Boundary(threads=1), threading.Event()
    spec = HOOKS["payment_start"]
    hanging = boundary.call(spec, lambda request: released.wait(10), asking(0.05))
    boundary._circuits.clear()
    waiting = boundary.call(spec, slip, asking(0.05))
    other = boundary.call(spec, slip, asking(0.05, id_="c2"))
    released.set()
    boundary.close()
    assert (hanging.why, waiting.why, waiting.code) == (Why.UNKNOWN, Why.UNAVAILABLE, "busy")
    assert other == slip(asking()), "each connection has threads of its own"


def test_the_circuit_opens_after_five_failures_and_lets_one_call_try() -> None:
    now = [0.0]
    circuit = Circuit(clock=lambda: now[0])
    for _ in range(5):
        assert circuit.lets_through()
        circuit.record(False)
    assert not circuit.lets_through()
    now[0] = 14.9
    assert not circuit.lets_through()
    now[0] = 15.1
    assert (circuit.lets_through(), circuit.lets_through()) == (True, False), "half open"
    circuit.record(False)
    assert not circuit.lets_through()
    now[0] = 31.0
    assert circuit.lets_through()
    circuit.record(True)
    assert all(circuit.lets_through() for _ in range(3))


def test_a_success_in_between_keeps_the_circuit_closed() -> None:
    circuit = Circuit(limit=3)
    for ok in (False, False, True, False, False):
        circuit.record(ok)
    assert circuit.lets_through()


def test_refusals_of_the_provider_never_open_the_circuit(registry: Registry, pos: Acquirer) -> None:
    pos.will("payment_start", *[NO] * 8)
    assert [registry.call("payment_start", asking()) for _ in range(8)] == [NO] * 8


def test_a_crash_in_one_broadcast_never_loses_the_others(registry: Registry) -> None:
    answers: Mapping[str, object] = {
        "raises": Unruly(SECRET),
        "leaves": SystemExit(1),
        "lies": {"electricity": Decimal(1)},
        "honest": Accrual({"water": Decimal("0.05")}, 0, 12),
    }
    requests = []
    for name, answer in answers.items():
        plugin = Issuer(name)
        plugin.will("points_accrue", answer)
        registry.register(name, plugin)
        connection = Connection("s", f"c-{name}", name, 1, True, {})
        requests.append(AccrualRequest(connection, 1.0, _DAY, frozenset({"water"})))
    heard = registry.ask_all("points_accrue", requests)
    assert heard.pop("c-honest") == answers["honest"]
    assert {name: failure.why for name, failure in heard.items()} == {
        "c-raises": Why.BUG,
        "c-leaves": Why.BUG,
        "c-lies": Why.BUG,
    }


def test_which_pluggy_this_ran_on() -> None:
    assert tuple(map(int, pluggy.__version__.split(".")[:2])) >= (1, 6)


_DAY = date(2026, 3, 2)
