"""All checks as a list of cases, made from what the plugin declares and what its bench has, before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jiedao.registry.check import QUERY_HOOKS, implementations
from jiedao.testing.bench import DONE, ECHOED, Act, Ask, Bench, Call
from jiedao.testing.checks import answers, configuration, faults, manifest, notices, privacy, silence
from jiedao.testing.trial import Trial


class Level(StrEnum):
    """Quality levels; a check belongs to the lowest level that needs it."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


LEVELS: Final = {
    "manifest": Level.BRONZE,
    "configuration": Level.BRONZE,
    "check_connection": Level.BRONZE,
    "answers": Level.BRONZE,
    "privacy": Level.BRONZE,
    "refused": Level.SILVER,
    "deadline": Level.SILVER,
    "fault": Level.SILVER,
    "echo": Level.SILVER,
    "question": Level.SILVER,
    "never_sent": Level.SILVER,
    "repeat": Level.SILVER,
    "credentials": Level.SILVER,
    "declined": Level.SILVER,
    "notice": Level.SILVER,
    "pending": Level.GOLD,
}
"""Checks by name, and what each is needed for."""


@dataclass(frozen=True)
class Case:
    """One check of one thing. `id` is for people: the check and what it is about."""

    check: str
    about: str
    run: Callable[[Trial], None]

    @property
    def id(self) -> str:
        """Such as ``fault-biller_pay-lose_answer``."""
        return f"{self.check}-{self.about}" if self.about else self.check

    @property
    def level(self) -> Level:
        """What it is needed for."""
        return LEVELS[self.check]


def cases_of(plugin: object, bench: Bench) -> list[Case]:
    """Every case of a plugin on its bench."""
    hooks = frozenset(implementations(plugin))
    return [
        *(Case("manifest", name, run) for name, run in manifest.CHECKS.items()),
        *(Case("configuration", name, run) for name, run in configuration.checks(bench)),
        *_connection(bench),
        *(case for act in bench.acts for case in _act(act, hooks)),
        *(case for ask in bench.asks for case in _ask(ask)),
        *_notices(bench, hooks),
    ]


def _connection(bench: Bench) -> Iterator[Case]:
    yield Case("check_connection", "good", answers.good_connection)
    if bench.start is not None:
        yield Case("check_connection", "bad peers", silence.check_of_bad_peers)
        yield Case("credentials", "", answers.credentials)


def _act(act: Act, hooks: frozenset[str]) -> Iterator[Case]:
    yield Case("answers", act.hook, _with(answers.act_answers, act))
    yield Case("privacy", act.hook, _with(privacy.act_is_discreet, act))
    if act.wire:
        yield from _act_over_a_wire(act)
    if act.wire and QUERY_HOOKS.get(act.hook) in hooks:
        yield from _query(act)


def _act_over_a_wire(act: Act) -> Iterator[Case]:
    yield Case("declined", act.hook, _with(answers.act_declines, act))
    yield Case("refused", act.hook, _with(silence.refused_port, act))
    yield Case("deadline", act.hook, _with(silence.act_in_a_black_hole, act))
    yield Case("fault", f"{act.hook}-lose_request", _with(faults.act_loses_its_request, act))
    for fault in DONE:
        yield Case("fault", f"{act.hook}-{fault}", _with(faults.act_meets, act, fault))
    for fault in _echoes(act):
        yield Case("echo", f"{act.hook}-{fault}", _with(faults.act_meets, act, fault))
    yield Case("repeat", act.hook, _with(faults.act_is_sent_twice, act))


def _query(act: Act) -> Iterator[Case]:
    query = QUERY_HOOKS[act.hook]
    yield Case("pending", act.hook, _with(answers.act_waits, act))
    yield Case("never_sent", query, _with(faults.query_of_nothing, act))
    yield Case("question", query, _with(faults.query_changes_nothing, act))
    yield Case("refused", query, _with(silence.refused_query, act))
    yield Case("deadline", query, _with(silence.query_in_a_black_hole, act))
    for fault in ("lose_request", *DONE):
        yield Case("fault", f"{query}-{fault}", _with(faults.query_meets, act, fault))
    for fault in _echoes(act):
        yield Case("echo", f"{query}-{fault}", _with(faults.query_meets, act, fault))


def _ask(ask: Ask) -> Iterator[Case]:
    yield Case("answers", ask.hook, _with(answers.ask_answers, ask))
    yield Case("privacy", ask.hook, _with(privacy.ask_is_discreet, ask))
    if ask.declined is not None:
        yield Case("declined", ask.hook, _with(answers.ask_declines, ask))
    if not ask.wire:
        return
    yield Case("refused", ask.hook, _with(silence.refused_port, ask))
    yield Case("deadline", ask.hook, _with(silence.ask_in_a_black_hole, ask))
    for fault in ("lose_request", *DONE, *_echoes(ask)):
        check = "echo" if fault in ECHOED.values() else "fault"
        yield Case(check, f"{ask.hook}-{fault}", _with(faults.ask_meets, ask, fault))


def _with(check: Callable[..., None], *about: object) -> Callable[[Trial], None]:
    return lambda trial: check(trial, *about)


def _echoes(call: Call) -> list[str]:
    return [fault for what, fault in ECHOED.items() if what in call.echoes]


def _notices(bench: Bench, hooks: frozenset[str]) -> Iterator[Case]:
    if "parse_notice" in hooks:
        yield from (Case("notice", name, run) for name, run in notices.CHECKS.items())
