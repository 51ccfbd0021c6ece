"""What comes in from outside: genuine notices are understood, in any order and however often; others are declined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from jiedao.hookspecs.service import NoticeRequest
from jiedao.testing.bench import Notices
from jiedao.testing.called import Called
from jiedao.testing.peers import nobody
from jiedao.testing.trial import Trial
from jiedao.testing.verdict import Failed, Skipped, expect

_RUBBISH: Final = (b"", b"{", b"<html>502</html>", b"\xff\xfe\x00", b"[]", b"null", b"9" * 200_000, b"[" * 100_000)


def genuine(trial: Trial) -> None:
    """Understood, with an id of the provider and something that the core can ask about; nobody is asked for it."""
    asked = _of(trial).genuine(trial.site())
    notice = _understood(trial, asked)
    expect(bool(notice.id), "the notice has no id, so it cannot be told from the next one")
    expect(bool(notice.topics), "the notice is about nothing")
    expect(all(topic.reference for topic in notice.topics), "the notice is about an empty reference")
    elsewhere = replace(asked, connection=trial.at_port(nobody()))
    expect(trial.call("parse_notice", elsewhere).end == "succeeded", "parse_notice asks somebody; it must be pure")


def duplicated(trial: Trial) -> None:
    """The same notice twice has the same id, another one another."""
    first, second = _of(trial).genuine(trial.site()), _of(trial).genuine(trial.site())
    ids = [_understood(trial, asked).id for asked in (first, first, second)]
    expect(ids[0] == ids[1], "the same notice has another id the second time")
    expect(ids[0] != ids[2], "two notices have the same id")


def reordered(trial: Trial) -> None:
    """What a notice says does not depend on which came before."""
    first, second = _of(trial).genuine(trial.site()), _of(trial).genuine(trial.site())
    forwards = [_understood(trial, asked) for asked in (first, second)]
    backwards = [_understood(trial, asked) for asked in (second, first)]
    expect(forwards == backwards[::-1], "a notice reads differently when another came first")


def forged(trial: Trial) -> None:
    """Another body under the same signature, or no signature at all, is declined."""
    asked = _of(trial).genuine(trial.site())
    changed = bytes([asked.content[-1] ^ 1]) if asked.content else b"x"
    for what, other in {
        "whose body was changed": replace(asked, content=asked.content[:-1] + changed),
        "with something added": replace(asked, content=asked.content + b" "),
        "with a digit changed": replace(asked, content=_another_digit(asked.content)),
        "of nobody": replace(asked, headers={}, content=_RUBBISH[2]),
    }.items():
        _declined(trial, other, what)


def stale(trial: Trial) -> None:
    """One with a right signature that is too old is declined: somebody plays it back."""
    make = _of(trial).stale
    if make is None:
        raise Skipped("the protocol does not say when a notice was made")
    _declined(trial, make(trial.site()), "that is stale")


def rubbish(trial: Trial) -> None:
    """Anybody can send anything to the address: it is declined, and is no bug."""
    asked = _of(trial).genuine(trial.site())
    for content in _RUBBISH:
        for headers in (asked.headers, {}):
            _declined(trial, replace(asked, content=content, headers=headers), f"that begins with {content[:10]!r}")


def _of(trial: Trial) -> Notices:
    if trial.bench.notices is None:
        raise Failed("the plugin has parse_notice, and the bench has no notices")
    return trial.bench.notices


def _understood(trial: Trial, asked: NoticeRequest) -> Any:
    called = trial.call("parse_notice", asked)
    expect(called.end == "succeeded", f"a genuine notice ended with {called.says}")
    return called.result.detail


def _declined(trial: Trial, asked: NoticeRequest, what: str) -> None:
    called: Called = trial.call("parse_notice", asked)
    expect(called.end == "declined", f"a notice {what} should be declined and ended with {called.says}")


def _another_digit(content: bytes) -> bytes:
    at = next((i for i, byte in enumerate(content) if chr(byte).isdigit()), None)
    if at is None:
        return content[1:]
    return content[:at] + str((int(chr(content[at])) + 1) % 10).encode() + content[at + 1 :]


CHECKS: Final[Mapping[str, Callable[[Trial], None]]] = {
    "genuine": genuine,
    "duplicated": duplicated,
    "reordered": reordered,
    "forged": forged,
    "stale": stale,
    "rubbish": rubbish,
}
