"""The contract does not change under plugins that are out there: the lock file, and the deprecations it asks for."""

from __future__ import annotations

import copy
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from jiedao.hookspecs.deprecations import ContractDeprecation, Deprecation, announced, warn_of
from jiedao.testing.lock import broken, locked, present, write

Change = Callable[[dict[str, Any]], object]


def test_the_lock_file_says_what_the_code_says() -> None:
    agreed, now = locked(), present()
    assert broken(agreed, now) == []
    assert agreed == now, "the contract has grown: make contract"


def changed(change: Change) -> list[str]:
    after = copy.deepcopy(locked())
    change(after)
    return broken(locked(), after)


def renamed(after: dict[str, Any]) -> None:
    fields = after["classes"]["PayRequest"]
    fields["number"] = fields.pop("account")


def first(after: dict[str, Any]) -> None:
    after["classes"]["Slip"] = {"new": "str = ''", **after["classes"]["Slip"]}


BREAKING: list[tuple[Change, str]] = [
    (lambda now: now["hooks"].pop("biller_validate"), "biller_validate"),
    (lambda now: now["hooks"]["biller_pay"].update(request="OtherRequest"), "biller_pay"),
    (lambda now: now["hooks"]["biller_pay"]["returns"].remove("Pending"), "biller_pay"),
    (lambda now: now["classes"].pop("Slip"), "Slip"),
    (lambda now: now["classes"]["PayRequest"].pop("order"), "PayRequest.order"),
    (renamed, "PayRequest.account"),
    (lambda now: now["classes"]["PayRequest"].update(amount="Decimal"), "PayRequest.amount"),
    (lambda now: now["classes"]["PayRequest"].update(order="str | None"), "PayRequest.order"),
    (lambda now: now["classes"]["Slip"].update(note="str"), "Slip.note"),
    (lambda now: now["classes"]["Slip"].update(new="str"), "Slip.new"),
    (first, "Slip.new"),
    (lambda now: now["words"]["Recovery"].pop("QUERY"), "Recovery.QUERY"),
    (lambda now: now["words"]["Recovery"].update(QUERY="ask"), "Recovery.QUERY"),
]
GROWING: list[Change] = [
    lambda now: now["hooks"].update(biller_new={"request": "PayRequest", "returns": ["Declined"]}),
    lambda now: now["hooks"]["biller_fetch"]["returns"].append("Pending"),
    lambda now: now["classes"]["Slip"].update(new="str = ''"),
    lambda now: now["classes"]["PayRequest"].update(new="str"),
    lambda now: now["classes"]["ClaimLine"].update(new="str"),
    lambda now: now["classes"]["Record"].update(reference="str | None"),
    lambda now: now["words"]["Recovery"].update(NEW="new"),
]


@pytest.mark.parametrize(("change", "what"), BREAKING)
def test_what_would_break_a_plugin_says_which_deprecation_to_write(change: Change, what: str) -> None:
    [says] = changed(change)
    assert f'Deprecation("{what}", ' in says
    assert "deprecations.py" in says


@pytest.mark.parametrize("change", GROWING)
def test_what_is_only_added_breaks_nothing(change: Change) -> None:
    assert changed(change) == []


def test_what_was_announced_may_go() -> None:
    after = copy.deepcopy(locked())
    after["hooks"].pop("biller_validate")
    assert broken(locked(), after, announced({"0.3": (Deprecation("biller_validate", "say it in biller_pay"),)})) == []


def test_a_plugin_hears_of_what_will_go() -> None:
    planned = {"0.3": (Deprecation("biller_validate", "say it in biller_pay"),)}
    with pytest.warns(ContractDeprecation, match=r"plugin old: biller_validate will be removed in jiedao 0\.3; say it"):
        warn_of("old", ["biller_pay", "biller_validate"], planned)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of("new", ["biller_pay"], planned)


def test_writing_is_reproducible(tmp_path: Any) -> None:
    write(tmp_path / "lock.json")
    assert locked(tmp_path / "lock.json") == locked()


def test_it_is_a_command() -> None:
    done = subprocess.run([sys.executable, "-m", "jiedao.testing.lock"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
