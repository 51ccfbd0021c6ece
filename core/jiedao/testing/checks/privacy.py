"""Secrets, card numbers and residents' numbers stay where they belong, whatever goes wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from jiedao.cardnumbers import card_numbers
from jiedao.hookspecs.service import CheckRequest
from jiedao.registry.families import HOOKS
from jiedao.testing.bench import PRIVATE, Act, Ask, Call
from jiedao.testing.called import Called
from jiedao.testing.peers import black_hole, nobody
from jiedao.testing.trial import Trial
from jiedao.testing.verdict import Failed, Skipped, expect

_SHORTEST_CARD, _ISSUERS = 15, "3456"
"""Of the networks in use (ISO/IEC 7812-1); numbers of parcels are shorter or begin otherwise."""
_SHORTEST: Final = 4
"""Texts that are shorter are found everywhere by accident."""
_FAULTS: Final = ("lose_answer", "html", "malformed", "error_after_effect", "wrong_echo")


def act_is_discreet(trial: Trial, act: Act) -> None:
    """Neither what gets out nor the outcome, which is stored in clear, tells anything."""
    for called in _calls(trial, act):
        _tells_nothing(trial, called, f"{called.told}\n{called.result!r}")
        _no_card(called)


def ask_is_discreet(trial: Trial, ask: Ask) -> None:
    """What gets out tells nothing; the answer itself may be about a person, but holds no secret of ours."""
    for called in _calls(trial, ask):
        _tells_nothing(trial, called, called.told)
        _no_secret(trial, called, repr(called.result))


def _calls(trial: Trial, call: Call) -> Iterator[Called]:
    """The call when all is well, and when something is wrong."""
    yield trial.call(call.hook, call.request(trial.site()))
    if not call.wire:
        return
    for fault in _FAULTS:
        with suppress(Skipped), trial.meeting(fault, call.wire):
            yield trial.call(call.hook, call.request(trial.site()))
    with black_hole() as port:
        for connection in (trial.at_port(nobody()), trial.at_port(port), *_refused(trial)):
            request = dataclasses.replace(call.request(trial.site()), connection=connection)
            yield trial.call(call.hook, trial.hurried(request))
    for connection in _refused(trial):
        yield trial.call("check_connection", CheckRequest(connection, trial.bench.deadline))


def _refused(trial: Trial) -> list[Any]:
    return [trial.connect({**trial.given(), **trial.bench.refused})] if trial.bench.refused else []


def _tells_nothing(trial: Trial, called: Called, text: str) -> None:
    _no_secret(trial, called, text)
    named = PRIVATE[HOOKS[called.hook].family] | trial.bench.private
    for name, value in _private(called.request, named):
        if value in text:
            raise Failed(f"{called.hook} ({called.end}) tells the {name} of its request: {_around(text, value)}")


def _no_secret(trial: Trial, called: Called, text: str) -> None:
    settings = called.request.connection.settings
    for name in trial.manifest.configuration.secrets():
        value = str(settings.get(name) or "")
        expect(len(value) < _SHORTEST or value not in text, f"{called.hook} ({called.end}) tells the secret {name}")


def _no_card(called: Called) -> None:
    whole = [n for n in card_numbers(repr(called.result)) if len(n) >= _SHORTEST_CARD and n[0] in _ISSUERS]
    expect(not whole, f"{called.hook} brings what reads as a whole card number")


def _private(value: Any, named: frozenset[str], name: str = "") -> Iterator[tuple[str, str]]:
    """Texts below the fields of these names, however deep."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in ("connection", "deadline"):
                yield from _private(getattr(value, field.name), named, name or _if(field.name, named))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _private(inner, named, name)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _private(inner, named, name)
    elif name and isinstance(value, str) and len(value) >= _SHORTEST:
        yield name, value


def _if(name: str, named: frozenset[str]) -> str:
    return name if name in named else ""


def _around(text: str, value: str) -> str:
    """The words before it, so that it can be found without being told once more."""
    at = text.index(value)
    return f"…{text[max(0, at - 60) : at]}***"
