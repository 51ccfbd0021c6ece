"""Points that were given back are taken off the next claim, and the post office takes such a claim."""

from __future__ import annotations

from pathlib import Path

from agreement import violations

from houses import furnish
from jiedao.checkout.checkout import Paying, Wanted
from jiedao_sandbox.launch import Sandbox
from postgres_server import Database
from stand_ins import REAL, start


def test_a_claim_with_an_undone_redemption_is_accepted(sqlite: Database, tmp_path: Path) -> None:
    with Sandbox(tmp_path / "sandbox") as sandbox:
        stand_ins = start(sandbox)
        made = furnish(sqlite.url, tmp_path, plugins=REAL, connections=stand_ins.connections)
        made.give_points(10_000)
        made.open_shift()
        for account in ("000001034", "000001134"):
            bill = made.bill("WATER", account, meter=account)
            wanted = [Wanted(made.house.bills.seal(made.street, bill), bill.bill.amount)]
            tenders = [Paying("points", 1000), Paying("cash", bill.bill.amount - 1000, "cash")]
            begun = made.house.checkout.visit(made.operator, made.resident, wanted, tenders, surplus=False)
            made.finish(begun)
        # Money goes back before points do: all but three yuan of the points' part.
        made.finish(made.house.checkout.refund(made.operator, begun.order, {1: bill.bill.amount - 300}, "moved"))
        _, planned = made.house.claims.make(made.accountant)
        made.house.operations.drive(planned)
        made.resolve()
        assert [(row.total, row.state) for row in made.rows("claim")] == [(1000 + 300, "succeeded")]
        assert stand_ins.postoffice.books()["claims"][0]["total"] == 1300
        assert violations(made, stand_ins) == []
        made.house.close()
