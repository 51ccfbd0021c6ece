"""One's own account: who one is here, the second factor, the password, where one is signed in."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.clock import stamp
from jiedao.directory import places, sessions, sign_in_rules, skills
from jiedao.directory.sessions import Stage
from jiedao.directory.staff import colleague
from jiedao.language import Text
from jiedao_web.context import house
from jiedao_web.door.devices import described
from jiedao_web.door.frame import door, face, home, page, session_at, then
from jiedao_web.look import spoken_language
from jiedao_web.sessions import Session


@door.get("/account")
def account() -> str | Reply:
    """One's own account."""
    session = session_at()
    if session is None:
        return redirect(url_for("door.sign_in", then=request.path))
    by = session.caller
    with house().store.read(by.street) as tx:
        street, who = places.street(tx), colleague(tx, by.staff)
        factor = house().second_factors.of(tx, by.staff)
        known = {one.code: one.name for one in skills.skills(tx)}
        open_ones = sessions.of_staff(tx, by.staff)
        required = sign_in_rules.is_required(tx) and sign_in_rules.needs_second_factor(by.role)
    return _render(
        "door/account.html",
        session,
        street=street,
        who=who,
        skills=[known[code].in_(spoken_language()) for code in who.skills],
        factor=factor,
        required=required,
        since=stamp(factor.since, street.timezone) if factor.since else "",
        listed=[
            (one, described(one.device), stamp(one.opened_at, street.timezone), stamp(one.seen_at, street.timezone))
            for one in open_ones
        ],
        session_id=session.id,
    )


@door.get("/account/second-factor")
def second_factor() -> str | Reply:
    """Setting the second factor up, or replacing it; also for who may do nothing else before that."""
    session = session_at(Stage.OPEN, Stage.ENROLMENT)
    if session is None:
        return redirect(url_for("door.sign_in", then=request.full_path.rstrip("?")))
    by = session.caller
    with house().store.read(by.street) as tx:
        street, factor = places.street(tx), house().second_factors.of(tx, by.staff)
    asked = session.stage is Stage.OPEN
    to = then() or (url_for("door.account") if asked else home(by.role))
    return _render(
        "door/second_factor.html", session, street=street, asked=asked, replacing=factor.since is not None, to=to
    )


def _render(template: str, session: Session, *, street: places.Street, **values: object) -> str:
    by, spoken = session.caller, spoken_language()
    told = page(
        csrf=session.csrf,
        place={"street": street.name.in_(spoken), "timezone": street.timezone},
        staff={"id": by.staff, "name": by.name, "role": by.role.value},
    )
    return face.render(template, told, street_name=_name(street.name), home=home(by.role), **values)


def _name(name: Text) -> str:
    return name.in_(spoken_language())
