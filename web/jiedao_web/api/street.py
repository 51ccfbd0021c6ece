"""What a street sets for itself."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.rules import Rules, rules, set_rules
from jiedao_schemas.api.street import RulesShown, RulesWanted
from jiedao_web.context import house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("street", "Rules of the street")
_SHOWN: Final = RulesShown()


@routes.get("/street/rules", _SHOWN)
def show_rules() -> Rules:
    """Above which amount an act takes two people."""
    with house().store.read(caller().street) as tx:
        return rules(tx)


@routes.change("PUT", "/street/rules", _SHOWN, body=RulesWanted())
def change_rules(body: dict[str, Any]) -> Rules:
    """Set them (administrators); what they were before stays in the audit."""
    set_rules(house().store, caller(), Rules(**body))
    return show_rules()
