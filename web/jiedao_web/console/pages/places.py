"""Halls with their counters."""

from __future__ import annotations

from jiedao.directory import places, skills
from jiedao_web.console.frame import show
from jiedao_web.console.parts import ADMINISTRATORS, Entry, Pages
from jiedao_web.context import house
from jiedao_web.sessions import caller

pages = Pages("places")


@pages.get("/halls", entry=Entry("street", "hall.list", "grid"), roles=ADMINISTRATORS)
def halls() -> str:
    """Every hall with its counters."""
    with house().store.read(caller().street) as tx:
        found, counters, known = places.halls(tx), places.counters(tx), skills.skills(tx)
    listed = [(hall, [one for one in counters if one.hall == hall.id]) for hall in found]
    names = {one.code: one.name for one in known}
    return show("console/halls.html", halls=listed, kinds=list(places.Kind), skills=known, names=names)
