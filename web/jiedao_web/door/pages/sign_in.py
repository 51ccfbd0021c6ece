"""Signing in: the first step, and the second for who has one."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.directory.sessions import Stage
from jiedao.language import Text
from jiedao_web.door.frame import door, face, given, page, session_at, then
from jiedao_web.look import spoken_language


@door.get("/sign-in")
def sign_in() -> str | Reply:
    """Where staff sign in; `street`, `till` and `then` may be filled in by the address."""
    return sign_in_page(then())


def sign_in_page(to: str, *, refused: Text | None = None) -> str | Reply:
    """The door, in front of a page of ours; without one, everybody goes where they work.

    Who has the first step behind them sees the second, and who must set up a second factor is led there.
    """
    waiting = session_at(Stage.SECOND_FACTOR, Stage.ENROLMENT)
    if waiting and waiting.stage is Stage.ENROLMENT and refused is None:
        return redirect(url_for("door.second_factor", then=to or None))
    second = waiting is not None and waiting.stage is Stage.SECOND_FACTOR and refused is None
    known = {"csrf": waiting.csrf} if waiting and second else {}
    told = page(then=to, second=second, **known)
    said = refused.in_(spoken_language()) if refused else ""
    return face.render("door/sign_in.html", told, street=given("street"), till=given("till"), refused=said)
