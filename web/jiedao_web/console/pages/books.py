"""The money pages: settlements and their breaks, claims on the post office, bill files, the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from flask import request

from jiedao.directory.rules import rules
from jiedao.figures.balances import balances
from jiedao.ledger import verify
from jiedao.ledger.journal import CNY
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind
from jiedao.reconcile import breaks
from jiedao.store.unit import Tx
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.saying import both, display, named
from jiedao_web.context import house
from jiedao_web.sessions import caller

pages = Pages("books")
_MOST: Final = 50


@pages.get("/settlements", entry=Entry("money", "settle.title", "scales"))
def settlements() -> str:
    """Breaks, and taking a provider's settlement; with `connection` and `on`, what was taken of a day."""
    state = "closed" if request.args.get("state") == "closed" else "open"
    connection, on = request.args.get("connection", "")[:60], _day(request.args.get("on", ""))
    with house().store.read(caller().street) as tx:
        found = breaks.all_of(tx, state, request.args.get("after", "")[:40], _MOST)
        shown: dict[str, Any] = {
            "rows": [(row, breaks.left_in_the_books(row)) for row in found],
            "waiting": {one.subject for one in proposals.all_open(tx, Kind.BREAK)},
            "able": _able(tx, "settlement"),
            "taken": house().reconciliation.day(tx, connection, on) if connection and on else None,
        }
    after = found[-1].id if len(found) == _MOST else ""
    return display("console/settlements.html", **shown, state=state, after=after, connection=connection, on=on)


@pages.get("/settlements/<id:break_>")
def settlement_break(break_: str) -> str:
    """One break, and closing it."""
    by = caller()
    with house().store.read(by.street) as tx:
        row, known = breaks.look(tx, break_), rules(tx)
        proposal = proposals.open_of(tx, Kind.BREAK, break_) if row.state == "open" else None
        why_not = house().proposals.barred(tx, by, proposal) if proposal else None
    left = breaks.left_in_the_books(row)
    shown: dict[str, Any] = {
        "row": row,
        "left": left,
        "takes_two": known.takes_two(abs(left)),
        "limit": known.four_eyes,
    }
    mine = proposal is not None and proposal.proposed_by == by.staff
    return display("console/break.html", **shown, proposal=proposal, why_not=why_not, mine=mine)


@pages.get("/claims", entry=Entry("money", "claims.title", "star"))
def claims() -> str:
    """What the issuer of the points is asked to pay, and recording what came in."""
    with house().store.read(caller().street) as tx:
        found = house().claims.all(tx)
    return display("console/claims.html", claims=found)


@pages.get("/bill-files", entry=Entry("money", "files.title", "upload"))
def bill_files() -> str:
    """Taking a biller's file in, and downloading what was paid."""
    with house().store.read(caller().street) as tx:
        able = dict(_able(tx, "import"))
    known = house().bills.billers(caller().street)
    billers = [(id_, able[id_], one.code, both(one.name)) for id_, one in known if id_ in able]
    return display("console/bill_files.html", billers=billers)


@pages.get("/ledger", entry=Entry("money", "ledger.title", "book"))
def ledger() -> str:
    """Balances by account in words; with `verify`, everything that can be recomputed is."""
    with house().store.read(caller().street) as tx:
        found = balances(tx)
        checked = verify.verify(tx) if request.args.get("verify") else None
    money = [(name, account, total) for name, account, unit, total in _named(found) if unit == CNY]
    points = [(name, account, total) for name, account, unit, total in _named(found) if unit != CNY]
    return display("console/ledger.html", money_accounts=money, points_accounts=points, checked=checked)


def _named(found: list[tuple[str, str, int]]) -> Iterator[tuple[str, str, str, int]]:
    """Accounts with their names; those of single residents and orders are added up, which are no office's business."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for account, unit, total in found:
        sums.setdefault((*_group(account), unit), []).append(total)
    for (key, shown, unit), totals in sums.items():
        name = named(f"ledger_account.{key}", key)
        yield (f"{name} · {shown}" if shown else name), key, unit, sum(totals)


def _group(account: str) -> tuple[str, str]:
    """The key of an account's words, and what tells it from others of its kind."""
    first, _, rest = account.partition(":")
    if first == "pts":
        return rest.rpartition(":")[2], ""
    return first, "" if first in ("2102", "2103") else rest


def _able(tx: Tx, ability: str) -> list[tuple[str, str]]:
    """Connections whose plugin can do something, with their titles."""
    found = []
    for one in house().connections.all(tx):
        plugin = house().registry.plugins.get(one.plugin)
        if plugin is not None and ability in plugin.manifest.abilities:
            found.append((one.id, both(one.title)))
    return found


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
