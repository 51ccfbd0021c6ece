"""Every hook is documented, typed and plain; every request and outcome survives being stored; every hook is called."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedao.checkout.bills import Offer
from jiedao.hookspecs import codec
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text
from jiedao.operations.review import _EVIDENCE_OF
from jiedao.registry.check import QUERY_HOOKS
from jiedao.registry.families import HOOKS, MODULES, HookSpec, fits

TESTS = Path(__file__).parents[1]
SPECS = list(HOOKS.values())
ON = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)


def test_the_families_have_their_hooks() -> None:
    assert {spec.family for spec in SPECS} == set(MODULES)
    for spec in SPECS:
        own = spec.family == "service" or spec.name.startswith(f"{spec.family}_")
        assert own, f"{spec.name} is not named after its family"


@ON
def test_a_hook_says_when_it_is_called_and_how_it_ends(spec: HookSpec) -> None:
    said = inspect.getdoc(spec.function) or ""
    assert "Called" in said or "called" in said, "when is it called?"
    assert len(said) > 60
    assert not said.lower().startswith(spec.name.replace("_", " "))


@ON
def test_a_hook_takes_one_plain_request(spec: HookSpec) -> None:
    parameters = inspect.signature(spec.function).parameters
    assert list(parameters) == ([] if spec.request is None else ["request"])
    for parameter in parameters.values():
        assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert parameter.default is inspect.Parameter.empty
    if spec.request is not None:
        assert issubclass(spec.request, Request)
        assert plain(spec.request)


@ON
def test_a_hook_is_typed_and_returns_plain_values(spec: HookSpec) -> None:
    hints = typing.get_type_hints(spec.function)
    assert Any not in hints.values()
    for kind in reachable(hints["return"]) | reachable(hints.get("request", Connection)):
        if dataclasses.is_dataclass(kind):
            assert plain(kind), f"{kind.__name__} is not frozen with slots"
    acts = {Succeeded, Declined} & {typing.get_origin(part) or part for part in spec.outcomes}
    assert len(acts) in (0, 2), "what can succeed can be declined"


@ON
def test_a_specification_is_never_run(spec: HookSpec) -> None:
    with pytest.raises(NotImplementedError):
        spec.function(*[None] * len(inspect.signature(spec.function).parameters))


@ON
def test_every_hook_is_called_through_a_plugin_in_some_test(spec: HookSpec) -> None:
    """As a call by name, by the registry or straight at a plugin. The contract's own tests do not count."""
    call = re.compile(
        rf"""\.{spec.name}\(|\bcall(_local)?\(\s*["']{spec.name}["']|\b{spec.name}\(\w*[Rr]equest|="""
        rf"""\s*{spec.name}\(|asked\(["']{spec.name}["']|will\(["']{spec.name}["']|\["{spec.name}"\]\("""
    )
    where = [path for path in TESTS.rglob("test_*.py") if path.name != Path(__file__).name]
    assert any(call.search(path.read_text("utf-8")) for path in where), f"no test calls {spec.name}"


def test_a_hook_that_acts_carries_our_reference() -> None:
    for spec in SPECS:
        parts = {typing.get_origin(part) or part for part in spec.outcomes}
        if Pending in parts and spec.request is not None:
            assert "operation" in {field.name for field in dataclasses.fields(spec.request)}, spec.name
        if NotFound in parts:
            assert spec.name.endswith("_query"), "only a question can be answered with not found"


@pytest.mark.parametrize(("act", "question"), QUERY_HOOKS.items())
def test_a_question_asks_only_for_what_the_act_said(act: str, question: str) -> None:
    fields = [{field.name: field.type for field in dataclasses.fields(HOOKS[hook].request)} for hook in (act, question)]
    assert fields[1].items() <= fields[0].items()


def test_a_person_can_close_every_act_that_can_be_in_review() -> None:
    acting = {
        spec.name
        for spec in SPECS
        if spec.request is not None and "operation" in {field.name for field in dataclasses.fields(spec.request)}
    }
    assert set(_EVIDENCE_OF) == acting - set(QUERY_HOOKS.values())
    wanted = {"total": 1, "number": "", "items": []}
    for hook, evidence in _EVIDENCE_OF.items():
        assert fits(evidence(wanted, "REF", "seen"), HOOKS[hook].detail), hook


def test_settings_never_show_when_printed() -> None:
    connection = Connection("s", "c", "p", 1, True, {"secret": "hunter2"})
    for spec in SPECS:
        if spec.request is not None:
            assert "hunter2" not in repr(spec.request(connection, 1.0, *blanks(spec.request)))


def blanks(request: type[Any]) -> list[Any]:
    return [None for field in dataclasses.fields(request) if field.name not in ("connection", "deadline")]


def plain(kind: type[Any]) -> bool:
    options = kind.__dataclass_params__
    return options.frozen and hasattr(kind, "__slots__") and "__dict__" not in dir(kind)


def reachable(hint: Any) -> set[Any]:
    """Every class that an annotation leads to, through the fields of dataclasses."""
    found: set[Any] = set()
    waiting: list[Any] = [hint]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        waiting += typing.get_args(one)
        kind = typing.get_origin(one) or one
        if dataclasses.is_dataclass(kind):
            found.add(kind)
            waiting += typing.get_type_hints(kind).values()
    return {typing.get_origin(one) or one for one in found}


# storing

KINDS = {
    kind
    for spec in SPECS
    for hint in typing.get_type_hints(spec.function).values()
    for kind in reachable(hint)
    if dataclasses.is_dataclass(kind) and "Manifest" not in kind.__name__
}
STORED = [*sorted(KINDS - {Succeeded, Connection, Text}, key=lambda kind: kind.__name__), Offer]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation of the contract."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (tuple, frozenset):
        return st.lists(values(arguments[0]), max_size=2).map(origin)
    if type(None) in arguments:
        return st.none() | values(next(a for a in arguments if a is not type(None)))
    if origin is not None:
        return st.dictionaries(TEXT, values(arguments[1]), max_size=2)
    if dataclasses.is_dataclass(hint):
        return st.builds(hint, **{name: values(inner) for name, inner in typing.get_type_hints(hint).items()})
    return LEAVES[hint] if hint in LEAVES else st.sampled_from(hint)


LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63),
    bool: st.booleans(),
    date: st.dates(),
    bytes: st.binary(max_size=6),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)).map(lambda instant: instant.replace(fold=0)),
}


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_what_is_stored_comes_back_equal(kind: type[Any]) -> None:
    hints = typing.get_type_hints(kind)
    connection = Connection("s", "c", "p", 1, True, {})
    set_free = not any(typing.get_origin(hint) is frozenset for hint in hints.values())
    also = {"connection": connection, "deadline": 1.5} if issubclass(kind, Request) else {}
    fields = {name: values(hint) for name, hint in hints.items() if name not in also}

    @settings(max_examples=25, deadline=None, derandomize=True, database=None)
    @given(st.builds(kind, **fields, **{name: st.just(value) for name, value in also.items()}))
    def there_and_back(value: Any) -> None:
        stored = {name: codec.to_json(getattr(value, name)) for name in fields}
        read = codec.from_json(kind, json.loads(json.dumps(stored)), **also)
        assert read == value
        assert not set_free or repr(read) == repr(value), "an enumeration stays one"

    there_and_back()


def test_an_older_row_without_a_new_field_is_read() -> None:
    from jiedao.hookspecs.payment import Slip

    assert codec.from_json(Slip, {"reference": "1"}) == Slip("1")


@pytest.mark.parametrize(
    ("value", "hint", "right"),
    [
        ((1, 2), tuple[int, ...], True),
        ((1, "2"), tuple[int, ...], False),
        ([1], tuple[int, ...], False),
        ((), tuple[int, ...], True),
        (Succeeded(1), Succeeded[int], True),
        (None, type(None), True),
        (None, int, False),
    ],
)
def test_fits(value: object, hint: Any, right: bool) -> None:
    assert fits(value, hint) is right
