"""Signing in from the street's identity provider: there, and back.

What was begun waits in a cookie of its own, sealed, for ten minutes. It is `Lax`, because the way back comes from the
provider's site; the session's cookie is `Strict`, so the last step is a page of ours that goes on by itself.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from flask import Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.directory.sessions import Stage
from jiedao.directory.sign_in import sign_in_proven
from jiedao.language import Text
from jiedao.problems import Problem
from jiedao.store.carried import Carried, Expired
from jiedao.store.keyring import CannotOpen
from jiedao_web.context import house
from jiedao_web.door.frame import door, face, given, home, onward, page, then
from jiedao_web.door.pages.sign_in import sign_in_page
from jiedao_web.identity import DEADLINE, STALE, client_of, says, way_back
from jiedao_web.sessions import device, keep_cookie, token_of

if TYPE_CHECKING:
    from jiedao.directory.providers import Access, Proven
    from jiedao.directory.sessions import SignedIn

log = logging.getLogger(__name__)

COOKIE: Final = "jiedao_identity"
_SECONDS: Final = 600
_PURPOSE: Final = "sign_in_begun"


@door.get("/sign-in/provider")
def provider() -> Reply:
    """Send somebody to the identity provider of the street that the address names."""
    from jiedao_connectors.oidc import NotProven

    street = given("street")
    try:
        with house().store.read(street) as tx:
            access = house().providers.access(tx)
        begun = client_of(access).begin(way_back(), DEADLINE)
    except NotProven as wrong:
        return _refused(street, wrong.why)
    except Problem as problem:
        return _door(problem.says, problem.status)
    kept = asdict(begun) | {"street": street, "till": given("till"), "then": then()}
    answer = redirect(begun.url)
    answer.set_cookie(
        COOKIE,
        _carried().seal(COOKIE, kept, _SECONDS),
        max_age=_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
        path=url_for("door.provider"),
    )
    return answer


@door.get("/sign-in/provider/back")
def come_back() -> Reply:
    """Somebody comes back from the identity provider: let them in, if an administrator has tied them to somebody."""
    from jiedao_connectors.oidc import NotProven, Why

    kept = _opened(request.cookies.get(COOKIE, ""))
    if kept is None or kept["state"] != request.args.get("state", ""):
        return _door(STALE, 401)
    street = kept["street"]
    try:
        with house().store.read(street) as tx:
            access = house().providers.access(tx)
        if request.args.get("iss", access.issuer) != access.issuer:  # RFC 9207: another provider's answer
            return _refused(street, Why.ISSUER)
        if "code" not in request.args:
            return _refused(street, Why.REFUSED)
        who = _proven(access, kept, request.args["code"])
        with house().store.write(street) as tx:
            staff = house().providers.staff_of(tx, who)
        signed = sign_in_proven(house().store, street, staff, kept["till"], device=device())
    except NotProven as wrong:
        return _refused(street, wrong.why)
    except Problem as problem:
        return _door(problem.says, problem.status)
    return _in(signed, onward(kept["then"]))


def _proven(access: Access, kept: dict[str, Any], code: str) -> Proven:
    from jiedao.directory.providers import Proven
    from jiedao_connectors.oidc import Begun

    begun = Begun(kept["url"], kept["state"], kept["nonce"], kept["verifier"])
    person = client_of(access).finish(begun, code, way_back(), DEADLINE)
    return Proven(person.subject, person.email)


def _in(signed: SignedIn, to: str) -> Reply:
    """Where somebody goes who is in, or half in."""
    ways = {
        Stage.OPEN: to or home(signed.caller.role),
        Stage.SECOND_FACTOR: url_for("door.sign_in", then=to or None),
        Stage.ENROLMENT: url_for("door.second_factor", then=to or None),
    }
    answer = make_response(face.render("door/onward.html", page(), to=ways[signed.stage]))
    return _forget(keep_cookie(answer, token_of(signed)))


def _refused(street: str, why: str) -> Reply:
    log.warning("street %s: a sign-in from its identity provider was refused: %s", street, why)
    return _door(says(why), 401)


def _door(words: Text, status: int) -> Reply:
    answer = make_response(sign_in_page("", refused=words))
    answer.status_code = status
    return _forget(answer)


def _forget(answer: Response) -> Response:
    answer.delete_cookie(COOKIE, path=url_for("door.provider"), httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


def _carried() -> Carried:
    return Carried(house().store, house().keyring, _PURPOSE)


def _opened(cookie: str) -> dict[str, Any] | None:
    """What was begun in this browser; None when nothing was, or too long ago."""
    try:
        kept: dict[str, Any] = _carried().open(COOKIE, cookie)
    except (CannotOpen, Expired):
        return None
    return kept
