"""Paying a bill: whom, which account, how much, and how."""

from __future__ import annotations

from typing import Any, Final

from jiedao.checkout.slips import CATEGORY_NAMES
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao_web.api.my import accounts, bills, points
from jiedao_web.context import house
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages
from jiedao_web.resident_sessions import resident

pages = Pages()


@pages.get("/pay")
def choose_biller() -> str:
    """Accounts that are kept, and everybody who can be paid, by what it is for."""
    found = bills.billers()["billers"]
    groups = [
        (category, name, [one for one in found if one["category"] == category])
        for category, name in CATEGORY_NAMES.items()
    ]
    rest = [one for one in found if one["category"] not in CATEGORY_NAMES]
    groups.append(("other", CATEGORY_NAMES["other"], rest))
    shown = [group for group in groups if group[2]]
    return show("phone/choose.html", groups=shown, accounts=accounts.accounts()["accounts"])


@pages.get("/pay/<code:connection>/<code:biller>")
def new_bill(connection: str, biller: str) -> str:
    """Bills of an account that is typed in."""
    return _bill(_biller(connection, biller), "", "")


@pages.get("/pay/accounts/<id:account>")
def kept_bill(account: str) -> str:
    """Bills of an account that is kept."""
    by = resident()
    with house().store.read(by.street) as tx:
        kept = house().accounts.one(tx, by.resident, account)
    return _bill(_biller(kept.connection, kept.biller), kept.id, f"{kept.label} {kept.account}".strip())


def _bill(biller: dict[str, Any], account: str, called: str) -> str:
    have = points.points()
    spendable = have["balance"].active if have["cards"] and biller["category"] in have["categories"] else 0
    credit, ways = points.credit()["credit"], bills.tenders()["tenders"]
    page = {
        "bill": {
            "connection": biller["connection"],
            "biller": biller["code"],
            "account": account,
            "looked_up": biller["fetch"] != "none",
            "points": spendable,
            "credit": credit,
        }
    }
    return show(
        "phone/bill.html", page=page, biller=biller, called=called, spendable=spendable, credit=credit, ways=ways
    )


def _biller(connection: str, code: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = bills.billers()["billers"]
    for one in found:
        if (one["connection"], one["code"]) == (connection, code):
            return one
    raise NotFound("biller.missing", _NO_BILLER, field="biller")


_NO_BILLER: Final = Text(zh="现在不能缴这项费用，请稍后再试", en="This cannot be paid right now; try again later")
