"""Staff: who works here, what they may do, the skills they have, and how they sign in."""

from __future__ import annotations

from typing import Final

from flask import request

from jiedao.directory import sign_in_rules, skills
from jiedao.directory.caller import STAFF, Role
from jiedao.directory.staff import colleague, colleagues
from jiedao_web.console.frame import show
from jiedao_web.console.parts import ADMINISTRATORS, Entry, Pages
from jiedao_web.context import house
from jiedao_web.identity import way_back
from jiedao_web.sessions import caller

pages = Pages("staff")
_PAGE: Final = 50


@pages.get("/staff", entry=Entry("people", "staff.list", "person"), roles=ADMINISTRATORS)
def staff_list() -> str:
    """Everybody who works or worked here, by login."""
    with house().store.read(caller().street) as tx:
        found = colleagues(tx, after=request.args.get("after", "")[:64], limit=_PAGE)
        known = skills.skills(tx)
        required = sign_in_rules.is_required(tx)
    return show(
        "console/staff.html",
        people=found,
        skills=known,
        names={one.code: one.name for one in known},
        roles=STAFF,
        lacking=[one for one in found if required and _lacks(one.role, one.second_factor, one.active)],
        after=found[-1].login if len(found) == _PAGE else "",
    )


@pages.get("/staff/<id:member>", roles=ADMINISTRATORS)
def staff_member(member: str) -> str:
    """One member of staff."""
    with house().store.read(caller().street) as tx:
        who, known = colleague(tx, member), skills.skills(tx)
        provider, tie = house().providers.of(tx), house().providers.tie_of(tx, member)
    own = member == caller().staff
    return show("console/staff_member.html", who=who, skills=known, roles=STAFF, own=own, provider=provider, tie=tie)


@pages.get("/skills", entry=Entry("people", "skill.list", "star"), roles=ADMINISTRATORS)
def skill_list() -> str:
    """The street's list of skills, and how many have each."""
    with house().store.read(caller().street) as tx:
        known, people, counters = skills.skills(tx), skills.of_staff(tx), skills.of_tills(tx)
    counted = [
        (
            one,
            sum(one.code in codes for codes in people.values()),
            sum(one.code in codes for codes in counters.values()),
        )
        for one in known
    ]
    return show("console/skills.html", skills=counted)


@pages.get("/sign-in", entry=Entry("people", "signing.list", "key"), roles=ADMINISTRATORS)
def sign_in_settings() -> str:
    """What the street asks of its staff at the door, and its identity provider."""
    with house().store.read(caller().street) as tx:
        required, provider = sign_in_rules.is_required(tx), house().providers.of(tx)
        mine = house().second_factors.of(tx, caller().staff)
    return show(
        "console/sign_in_settings.html",
        required=required,
        provider=provider,
        enrolled=mine.since is not None,
        redirect=way_back(),
    )


def _lacks(role: Role, second_factor: bool, active: bool) -> bool:
    """Whether somebody will be led to set it up at their next sign-in."""
    return active and not second_factor and sign_in_rules.needs_second_factor(role)
