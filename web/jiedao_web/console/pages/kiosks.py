"""The kiosks of the street: how each is, enrolling a device, and letting one be known no more."""

from __future__ import annotations

from jiedao.clock import stamp
from jiedao.directory import places
from jiedao.directory.caller import Role
from jiedao.hall import opening
from jiedao.kiosk import devices
from jiedao.kiosk.devices import CONDITIONS
from jiedao_web.console.frame import show
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.context import house
from jiedao_web.look import spoken_language, spoken_words
from jiedao_web.sessions import caller

pages = Pages("kiosks")


@pages.get("/kiosks", entry=Entry("services", "kiosk.list", "grid"))
def kiosk_list() -> str:
    """Every kiosk with its device."""
    with house().store.read(caller().street) as tx:
        found = devices.kiosks(tx)
        halls = {one.id: one.name.in_(spoken_language()) for one in opening.halls(tx)}
        timezone = places.street(tx).timezone
    seen = {one.till: stamp(one.seen_at, timezone) if one.seen_at else "" for one in found}
    conditions = spoken_words(CONDITIONS)
    return show(
        "console/kiosks.html",
        kiosks=found,
        halls=halls,
        seen=seen,
        conditions=conditions,
        may_edit=caller().role is Role.ADMINISTRATOR,
    )
