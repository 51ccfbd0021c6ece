"""Residents as the office sees them, and who has to certify. Numbers are masked; seeing one whole takes a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from flask import request

from jiedao.certification import entitlements, people
from jiedao.certification.bureau import today
from jiedao.certification.schemes import schemes
from jiedao.checkout import views
from jiedao.checkout.credit import credit_of
from jiedao.directory import auditing, groups
from jiedao.directory.auditing import Noted
from jiedao.directory.caller import Role
from jiedao.hookspecs.service import Channel
from jiedao.notifications.notifications import says
from jiedao.notifications.templates import title
from jiedao.points import lots
from jiedao.post import records
from jiedao.store.unit import Tx
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.saying import display
from jiedao_web.context import house
from jiedao_web.sessions import caller

pages = Pages("residents")
_MOST: Final = 50
_FEW: Final = 5
_AHEAD: Final = timedelta(days=30)


@pages.get("/residents", entry=Entry("people", "residents.title", "people"))
def residents() -> str:
    """Look for a resident. The search is a request of its own, so that no number stands in an address."""
    return display("console/residents.html")


@pages.get("/residents/<id:resident>")
def resident(resident: str) -> str:
    """One resident: points, credit, cards, visits, benefits, post, messages, groups."""
    with house().store.read(caller().street) as tx:
        found = _whole(tx, resident)
    phone = next((one.address for one in found["contacts"] if one.channel is Channel.SMS), "")
    may_edit = caller().role is Role.ADMINISTRATOR
    return display("console/resident.html", **found, phone=phone, title_of=title, says_of=says, may_edit=may_edit)


@pages.get("/certification", entry=Entry("services", "due.title", "shield"))
def certification_due() -> str:
    """Who has to certify, and who is to be visited at home."""
    home = request.args.get("list") == "home"
    with house().store.read(caller().street) as tx:
        on = today(tx)
        until, community = _day(request.args.get("until", "")) or on + _AHEAD, request.args.get("community", "")[:60]
        wanted = {"until": until, "hall": "", "community": community}
        rows = people.to_visit(tx, on, "", _MOST) if home else people.due(tx, wanted, _after(tx), _MOST)
    after = rows[-1].id if len(rows) == _MOST and not home else ""
    return display("console/due.html", rows=rows, home=home, until=until, community=community, after=after)


def _whole(tx: Tx, id_: str) -> dict[str, Any]:
    titles = {one.id: one.title for one in schemes(tx)}
    return {
        "person": house().residents.get(tx, id_),
        "points": lots.balance(tx, id_),
        "credit": credit_of(tx, id_),
        "cards": house().residents.cards(tx, id_),
        "visits": views.latest(tx, resident=id_, most=10),
        "benefits": [(one, titles[one.scheme]) for one in entitlements.of_resident(tx, id_)],
        "parcels": records.listed(tx, resident=id_, most=10),
        "contacts": house().contacts.of(tx, id_),
        "messages": house().notifications.of_resident(tx, id_, _FEW),
        "groups": groups.named(tx),
        "member_of": {one.code for one in groups.of(tx, id_)},
        "noted": _noted(tx, id_),
    }


def _noted(tx: Tx, id_: str) -> list[Noted]:
    """Who saw the number whole, and who corrected what; newest first."""
    acts = ("reveal", "resident.correct")
    wanted = (auditing.Wanted(action=act, subject=f"resident {id_}", most=_FEW) for act in acts)
    found = [row for one in wanted for row in auditing.search(tx, one)]
    return sorted(found, key=lambda row: row.at, reverse=True)[:_FEW]


def _after(tx: Tx) -> tuple[date, str] | None:
    id_ = request.args.get("after", "")
    return (entitlements.entitlement(tx, id_).dates.due_on or date(9999, 12, 31), id_) if id_ else None


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
