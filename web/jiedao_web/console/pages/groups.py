"""Groups of residents: what terms of connections may name."""

from __future__ import annotations

from jiedao.directory import groups as directory
from jiedao_web.console.frame import show
from jiedao_web.console.parts import ADMINISTRATORS, Entry, Pages
from jiedao_web.context import house
from jiedao_web.look import spoken_language
from jiedao_web.sessions import caller

pages = Pages("groups")


@pages.get("/groups", entry=Entry("people", "groups.title", "people"), roles=ADMINISTRATORS)
def groups() -> str:
    """Every group of the street."""
    with house().store.read(caller().street) as tx:
        found = directory.all(tx)
    told = [{"code": group.code, "name": group.name.in_(spoken_language())} for group in found]
    return show("console/groups.html", page={"groups": told}, groups=found)
