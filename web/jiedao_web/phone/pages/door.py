"""Where residents sign in."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.directory import places
from jiedao.problems import NotSignedIn
from jiedao_web.context import context, house
from jiedao_web.look import spoken_language
from jiedao_web.phone.frame import show_outside
from jiedao_web.phone.parts import Pages

pages = Pages()
_STREET = "street"


@pages.get("/sign-in")
def door() -> str | Reply:
    """A phone number, the code that comes to it, and where several share the number, who it is."""
    then = request.args.get("then", "")
    then = then if then.startswith("/my/") and "//" not in then and "\\" not in then else url_for("phone.home")
    try:
        if context().visits.of_request().caller.resident:
            return redirect(then)
    except NotSignedIn:
        pass
    streets = _streets()
    wanted = request.args.get(_STREET, "")
    chosen = wanted if wanted in {one["code"] for one in streets} else ""
    page: dict[str, Any] = {"then": then, "doors": {}}
    over = request.args.get("over") == "1"
    return show_outside("phone/sign_in.html", page=page, streets=streets, chosen=chosen, over=over)


def _streets() -> list[dict[str, str]]:
    """Every street of the installation by name; most installations have one."""
    spoken = spoken_language()
    found = []
    for code in house().store.streets():
        with house().store.read(code) as tx:
            found.append({"code": code, "name": places.street(tx).name.in_(spoken)})
    return found
