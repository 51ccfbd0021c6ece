"""Life certificates: how each benefit stands, how to certify, for oneself and for those for whom one may act."""

from __future__ import annotations

from typing import Any, Final

from jiedao.certification.schemes import schemes
from jiedao_web.api.my import certification as my
from jiedao_web.context import house
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages
from jiedao_web.resident_sessions import resident

pages = Pages()
_DUE: Final = ("due", "overdue", "suspended", "unknown")


@pages.get("/certification")
def my_certification() -> str:
    """Benefits of the resident, those of others for whom they may act, and what was certified before."""
    mandates = my.mandates()
    return show(
        "phone/certification.html",
        benefits=my.benefits()["benefits"],
        due=_DUE,
        mandates=mandates,
        certifications=my.certifications()["certifications"][:_SHOWN],
        titles=_titles(),
    )


@pages.get("/certification/certify")
def certify() -> str:
    """Certify what is due, by a photo of one's own face."""
    found = my.benefits()
    return _certify(found, "")


@pages.get("/certification/for/<id:delegation>")
def certify_for(delegation: str) -> str:
    """Certify for another, who is there with the resident."""
    return _certify(my.benefits_of_principal(delegation), delegation)


@pages.get("/certifications/<id:certification>")
def certified(certification: str) -> str:
    """What became of a certification."""
    shown = my.show_certification(certification)
    page = {"certification": {"id": certification, "follow": shown["confirming"]}}
    return show("phone/certified.html", page=page, certification=shown, titles=_titles())


def _certify(found: dict[str, Any], delegation: str) -> str:
    able = [one for one in found["benefits"] if one["routes"] and one["state"] in _DUE]
    page = {"certify": {"delegation": delegation}}
    return show("phone/certify.html", page=page, name=found["name"], benefits=able, delegation=delegation)


def _titles() -> dict[str, Any]:
    with house().store.read(resident().street) as tx:
        return {one.id: one.title for one in schemes(tx)}


_SHOWN: Final = 10
