"""Who did what, and why (accountants)."""

from __future__ import annotations

from typing import Any

from jiedao.directory import auditing
from jiedao.directory.caller import Role
from jiedao_schemas.api.audit import AuditSearch, AuditShown
from jiedao_web.context import house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("audit", "Who did what, and why")


@routes.get("/audit", AuditShown(), query=AuditSearch())
def search_audit(query: dict[str, Any]) -> dict[str, Any]:
    """The audit by staff, action, subject, words of the reason and days, newest first."""
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    wanted = auditing.Wanted(**{name: value for name, value in query.items() if name != "limit"}, most=query["limit"])
    with house().store.read(caller().street) as tx:
        found = auditing.search(tx, wanted)
    return {"notes": found, "before": found[-1].id if len(found) == query["limit"] else ""}
