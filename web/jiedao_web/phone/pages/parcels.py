"""Letters and parcels with their way."""

from __future__ import annotations

from typing import Final

from flask import request

from jiedao_web.api.my import parcels as my
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages

pages = Pages()
_PAGE: Final = 15
_ARRIVED: Final = ("served", "delivered_to_third_party")
_WRONG: Final = ("refused", "returning", "returned", "lost", "cancelled")


@pages.get("/parcels")
def my_parcels() -> str:
    """Items of the resident, newest first."""
    found = my.parcels({"before": request.args.get("before", "")[:40], "limit": _PAGE})
    return show("phone/parcels.html", parcels=found["parcels"], before=found["before"])


@pages.get("/parcels/<id:parcel>")
def my_parcel(parcel: str) -> str:
    """One item, and everything that happened to it, the latest first."""
    shown = my.show_parcel(parcel)
    standing = shown["fold"]["standing"]
    look = "good" if standing in _ARRIVED else "bad" if standing in _WRONG else "busy"
    return show("phone/parcel.html", parcel=shown, look=look)
