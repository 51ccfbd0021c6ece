"""A street's settings: what is valid is accepted, what is wrong is refused with its field named, secrets are marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from jiedao.problems import Invalid
from jiedao.testing.bench import Bench
from jiedao.testing.trial import Trial
from jiedao.testing.verdict import Failed, Skipped, expect

_LOOKS_SECRET: Final = re.compile(r"(?:^|_)(?:key|secret|password|passwd|token|pin|credential)s?$")
_UNHEARD_OF: Final = "setting_that_nobody_has"


def checks(bench: Bench) -> Iterator[tuple[str, Callable[[Trial], None]]]:
    """The general ones, and one for each wrong value of the bench."""
    yield "valid", valid_is_accepted
    yield "missing", what_is_required_is_missed
    yield "unheard of", unheard_of_is_refused
    yield "secrets", secrets_are_marked
    yield "secrets in errors", secrets_stay_out_of_errors
    for name, value in bench.invalid.items():
        yield f"wrong {name}", _wrong(name, value)
    if not bench.invalid:
        yield "wrong value", _no_wrong_value


def valid_is_accepted(trial: Trial) -> None:
    """Twice, with the same result."""
    load = trial.manifest.configuration.load
    expect(load(trial.given()) == load(trial.given()), "the same settings load differently each time")


def what_is_required_is_missed(trial: Trial) -> None:
    """A required setting that was not entered is named."""
    for field in trial.manifest.configuration.fields():
        if field.required:
            given = trial.given()
            given.pop(field.name, None)
            _expect_refusal(trial, given, field.name, "is missing")


def unheard_of_is_refused(trial: Trial) -> None:
    """A slip of the pen in a name must not be taken for a default."""
    _expect_refusal(trial, {**trial.given(), _UNHEARD_OF: 1}, _UNHEARD_OF, "is no setting")


def secrets_are_marked(trial: Trial) -> None:
    """What looks like a secret is one, and a form knows it."""
    configuration = trial.manifest.configuration
    secrets, fields = configuration.secrets(), configuration.fields()
    open_ = [f.name for f in fields if _LOOKS_SECRET.search(f.name) and f.name not in secrets]
    expect(not open_, f"{', '.join(open_)} look like secrets and are not marked as such")
    kinds = {field.name: field.kind for field in fields}
    shown = sorted(name for name in secrets if kinds.get(name) != "secret")
    expect(not shown, f"a form would show {', '.join(shown)}")


def secrets_stay_out_of_errors(trial: Trial) -> None:
    """A form that is refused says nothing of the secrets in it."""
    given = {**trial.given(), _UNHEARD_OF: 1}
    refused = _refusal(trial, given)
    for name in trial.manifest.configuration.secrets():
        value = str(given.get(name, ""))
        expect(not value or value not in f"{refused} {refused.says} {refused.facts}", f"the refusal tells {name}")


def _wrong(name: str, value: Any) -> Callable[[Trial], None]:
    return lambda trial: _expect_refusal(trial, {**trial.given(), name: value}, name, "is wrong")


def _no_wrong_value(trial: Trial) -> None:
    if trial.manifest.configuration.fields():
        raise Skipped("the bench has no wrong value for any setting")


def _expect_refusal(trial: Trial, given: Mapping[str, Any], name: str, why: str) -> None:
    refused = _refusal(trial, given, f"{name} {why}")
    named = refused.field == name or refused.field.startswith(f"{name}.")
    expect(named, f"{name} {why}, and the refusal names {refused.field or 'nothing'}")


def _refusal(trial: Trial, given: Mapping[str, Any], why: str = "wrong settings") -> Invalid:
    try:
        trial.manifest.configuration.load(given)
    except Invalid as refused:
        return refused
    except Exception as other:
        raise Failed(f"{why}: {type(other).__name__} instead of a refusal that names the field") from other
    raise Failed(f"{why}, and the settings are accepted all the same")
