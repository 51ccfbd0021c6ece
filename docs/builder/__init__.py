"""What the documentation takes from the code: tables, pages and pictures, by the name that a page asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from builder import (
    accounts,
    api,
    attempts,
    certification,
    commands,
    examples,
    hooks,
    house,
    limits,
    plugins,
    post,
    rules,
)

BLOCKS: Final[dict[str, Callable[..., str]]] = {
    "abilities": hooks.abilities,
    "accounts": accounts.chart,
    "certification-events": certification.events,
    "certification-outcomes": certification.outcomes,
    "certification-places": certification.places,
    "commands": commands.tree,
    "edges": attempts.edges,
    "endpoints": api.endpoints,
    "errors": hooks.errors,
    "example": examples.source,
    "hooks": hooks.families,
    "imports": house.imports,
    "judge": rules.judgements,
    "limits": limits.enforced,
    "manifest": hooks.manifest,
    "mermaid": attempts.mermaid,
    "outcomes": hooks.outcomes,
    "patience": rules.patience,
    "post-moves": post.moves,
    "post-served": post.served,
    "post-standings": post.standings,
    "post-states": post.states,
    "plugins": plugins.installed,
    "picture": examples.picture,
    "places": attempts.places,
    "recoveries": hooks.recoveries,
    "rooms": house.rooms,
    "states": rules.states,
}
PICTURES: Final[dict[str, Callable[[], str]]] = {
    "house.svg": house.picture,
    "payment.svg": attempts.payment,
    "refund.svg": attempts.refund,
}
