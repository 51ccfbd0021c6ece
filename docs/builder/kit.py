"""The conformance kit's checks, and each family's hooks, from the code."""

from __future__ import annotations

import inspect
from typing import Final

from builder.source import attribute_docs, doc, one_line, table
from jiedao.registry.check import ABILITY_HOOKS, QUERY_HOOKS
from jiedao.registry.families import HOOKS, name_of
from jiedao.testing.bench import Act, Ask, Bench, Call, Notices
from jiedao.testing.cases import LEVELS

_SAYS: Final = {
    "manifest": "It can be registered; both languages; every act names its recovery; abilities are exactly its hooks",
    "configuration": "Valid settings are accepted, wrong, missing and unheard-of ones refused with the field named; "
    "secrets are marked and stay out of refusals",
    "check_connection": "A good connection passes without an effect; a peer that is absent or silent does not",
    "answers": "Each hook works as declared, has one effect, and its outcome survives being stored",
    "privacy": "No secret, card number or resident's number in a log, a print, an error or the outcome of an act",
    "refused": "Where nobody listens nothing was sent: `Unavailable`",
    "deadline": "A peer that never answers: `OutcomeUnknown` for an act, `Unavailable` for a question, in time",
    "fault": "Lost request, lost answer, silence, delays past the deadline, 500, HTML, empty, malformed, truncated, "
    "huge, wrongly encoded: never success, never declined, never sent twice; then the recovery finds the truth",
    "echo": "An answer about another amount, number or currency is no answer",
    "question": "A query leaves the provider's books as they are",
    "never_sent": "A reference that was never sent is `NotFound`",
    "repeat": "The same reference twice has one effect, or is asked for instead of sent, by declaration",
    "credentials": "A key that the provider refuses is `InvalidConfig` everywhere, without an effect",
    "declined": "A refusal is `Declined` with a reason in both languages, and without an effect",
    "notice": "Genuine notices are understood in any order, twice have one id; forged, stale and rubbish are declined",
    "pending": "What the provider decides later is `Pending`, and stays so when it is asked for",
}


def checks() -> str:
    """Every check with the level that needs it."""
    rows = [(f"`{name}`", level.value, _SAYS[name]) for name, level in LEVELS.items()]
    return table(("check", "level", "what must hold"), rows)


def bench() -> str:
    """What a bench says."""
    parts = []
    for kind in (Bench, Call, Act, Ask, Notices):
        said = attribute_docs(kind)
        rows = [(f"`{name}`", said[name]) for name in said]
        parts.append(
            f"**`{kind.__name__}`**: {one_line(doc(kind))}\n\n{table(('field', 'meaning'), rows) if rows else ''}"
        )
    return "\n\n".join(part.strip() for part in parts)


def family(name: str) -> str:
    """The hooks of a family in short: what, when needed, and how it may end."""
    own = [hook for hook in HOOKS.values() if hook.family == name and hook.name not in ("describe", "check_connection")]
    rows = []
    for hook in own:
        needs = ", ".join(f"`{ability}`" for ability, through in ABILITY_HOOKS.items() if through == hook.name)
        first = one_line((inspect.getdoc(hook.function) or "").split("\n\n")[0])
        ends = ", ".join(f"`{_short(name_of(outcome))}`" for outcome in hook.outcomes)
        asked = QUERY_HOOKS.get(hook.name, "")
        rows.append((f"`{hook.name}`", first, needs, ends, f"`{asked}`" if asked else ""))
    return table(("hook", "what it does", "abilities", "may return", "asked for by"), rows)


def _short(outcome: str) -> str:
    head, _, inner = outcome.partition("[")
    names = ", ".join(part.rpartition(".")[2] for part in inner.rstrip("]").split(","))
    return f"{head.rpartition('.')[2]}[{names}]" if inner else head.rpartition(".")[2]
