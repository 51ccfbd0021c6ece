"""The audit with its search, and the lists on which the halls hand post over."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import request, url_for

from jiedao.directory import auditing
from jiedao.post import dispatches
from jiedao_web.console.frame import face
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.saying import display, named
from jiedao_web.context import house
from jiedao_web.sessions import caller

pages = Pages("audit")
_MOST: Final = 50
_TEXTS: Final = ("staff", "action", "subject", "words", "before")


@pages.get("/audit", entry=Entry("system", "audit.title", "eye"))
def audit() -> str:
    """Who did what, and why: by person, action, subject, words and days."""
    texts: dict[str, Any] = {name: request.args.get(name, "").strip()[:100] for name in _TEXTS}
    days: dict[str, Any] = {"first": _day(request.args.get("from", "")), "last": _day(request.args.get("to", ""))}
    with house().store.read(caller().street) as tx:
        notes = auditing.search(tx, auditing.Wanted(**texts, **days, most=_MOST))
        people = auditing.people(tx)
    prefix = "audit_action."
    actions = sorted((named(key, key), key.removeprefix(prefix)) for key in face.words if key.startswith(prefix))
    asked: dict[str, Any] = {
        name: value for name, value in {**texts, "from": days["first"], "to": days["last"]}.items() if value
    }
    more = url_for("console.audit", **{**asked, "before": notes[-1].id}) if len(notes) == _MOST else ""
    return display("console/audit.html", notes=notes, people=people, actions=actions, asked=asked, more=more)


@pages.get("/dispatches", entry=Entry("services", "dispatch.title", "parcel"))
def dispatch_lists() -> str:
    """What the halls have handed over to the post, newest first."""
    with house().store.read(caller().street) as tx:
        found = dispatches.everywhere(tx, request.args.get("before", "")[:40], _MOST)
    before = found[-1].id if len(found) == _MOST else ""
    return display("console/dispatches.html", lists=found, before=before)


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
