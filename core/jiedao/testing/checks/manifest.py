"""What a plugin says of itself: it can be registered, says all that it must, and claims what it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from jiedao.registry.check import ABILITY_HOOKS, QUERY_HOOKS, BadPlugin
from jiedao.registry.registry import Registry
from jiedao.testing.trial import Trial
from jiedao.testing.verdict import Failed, expect

ACTS: Final = frozenset(
    {
        *QUERY_HOOKS,
        *("payment_reverse", "payment_void", "payment_refund", "payment_batch_close", "payment_capture"),
        *("biller_cancel", "postal_cancel", "postal_complain"),
    }
)
"""Hooks that act on the outside world and whose unknown must be resolved somehow."""
_OF_EVERYONE: Final = frozenset({"describe", "check_connection", "parse_notice"})
_MANNERS: Final = frozenset({"own_numbers"})
"""Abilities that say how a hook is called, not whether: it is called without them too."""


def registers(trial: Trial) -> None:
    """The registry takes it in."""
    try:
        Registry().register(trial.manifest.name, trial.plugin)
    except BadPlugin as refused:
        raise Failed(str(refused)) from refused


def speaks_both_languages(trial: Trial) -> None:
    """Title, labels and help are there in Chinese and English."""
    words = {"title": trial.manifest.title}
    words |= {f"label of {field.name}": field.label for field in trial.manifest.configuration.fields()}
    missing = [name for name, text in words.items() if not (text.zh.strip() and text.en.strip())]
    expect(not missing, f"no words in one of the languages: {', '.join(missing)}")
    expect(bool(trial.manifest.version), "the manifest has no version")


def says_how_unknowns_end(trial: Trial) -> None:
    """Every act names its recovery, NONE too: silence is no declaration."""
    manifest = trial.manifest
    silent = sorted((ACTS & trial.hooks.keys()) - manifest.recovery.keys())
    expect(manifest.local or not silent, f"no recovery is declared for {', '.join(silent)}")
    expect(not (manifest.local and manifest.recovery), "a local plugin has no unknown, so it declares no recovery")


def declares_its_abilities(trial: Trial) -> None:
    """A hook that is called only with an ability is there exactly when the ability is declared."""
    declared = trial.manifest.abilities
    for hook in trial.hooks:
        needed = {ability for ability, through in ABILITY_HOOKS.items() if through == hook} - _MANNERS
        expect(not needed or bool(needed & declared), f"{hook} is there, but none of {sorted(needed)} is declared")


def can_be_checked(trial: Trial) -> None:
    """Everybody can ask whether the connection works."""
    expect("check_connection" in trial.hooks, "the plugin has no check_connection")


def has_samples(trial: Trial) -> None:
    """The bench has a sample for each hook; a hook that nobody calls here is not checked at all."""
    bench = trial.bench
    sampled = {call.hook for call in bench.calls}
    sampled |= {QUERY_HOOKS[act.hook] for act in bench.acts if act.hook in QUERY_HOOKS}
    missing = sorted(trial.hooks.keys() - sampled - _OF_EVERYONE)
    expect(not missing, f"the bench has no sample for {', '.join(missing)}")
    expect("parse_notice" not in trial.hooks or bench.notices is not None, "the bench has no notices")


CHECKS: Final[Mapping[str, Callable[[Trial], None]]] = {
    "registers": registers,
    "languages": speaks_both_languages,
    "recovery": says_how_unknowns_end,
    "abilities": declares_its_abilities,
    "can be checked": can_be_checked,
    "samples": has_samples,
}
