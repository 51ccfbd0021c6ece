"""Points and credit, with where they came from and went."""

from __future__ import annotations

from typing import Final

from flask import request

from jiedao.checkout.slips import CATEGORY_NAMES
from jiedao_web.api.my import points as my
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages

pages = Pages()
_PAGE: Final = 15


@pages.get("/points")
def my_points() -> str:
    """What there is, what lapses soon, what was earned and what was spent."""
    before, spent_before = (request.args.get(name, "")[:40] for name in ("before", "spent"))
    earned = my.earned({"before": before, "limit": _PAGE})
    spent = my.spent({"before": spent_before, "limit": _PAGE})
    have = my.points()
    pays_for = [CATEGORY_NAMES[one] for one in have["categories"] if one in CATEGORY_NAMES]
    return show(
        "phone/points.html",
        have=have,
        credit=my.credit()["credit"],
        pays_for=pays_for,
        earned=earned,
        spent=spent,
        categories=CATEGORY_NAMES,
    )
