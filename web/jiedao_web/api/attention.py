"""What needs a person (accountants and administrators)."""

from __future__ import annotations

from typing import Any

from jiedao.directory.caller import Role
from jiedao_schemas.api.attention import AttentionShown
from jiedao_web.context import house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("attention", "What needs a person")


@routes.get("/attention", AttentionShown())
def matters() -> dict[str, Any]:
    """Everything in the street that needs a person, the most urgent first."""
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    with house().store.read(caller().street) as tx:
        return {"matters": house().attention.matters(tx)}
