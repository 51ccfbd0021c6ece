"""Looking at orders, and bills by file, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import jiedao_billfile
import jiedao_cash
from houses import Furnished, Setting, furnish
from jiedao.checkout import views
from jiedao.checkout.checkout import Paying, Wanted
from jiedao.problems import Invalid, NotFound
from postgres_server import Database

FILES = {
    "cash": Setting("jiedao_cash"),
    "files": Setting("jiedao_billfile", {"billers": [{"code": "HOMES", "name_zh": "物业", "name_en": "Homes"}]}),
}
PLUGINS = [("jiedao_cash", jiedao_cash.plugin), ("jiedao_billfile", jiedao_billfile.plugin)]
CSV = "户号,账单号,户名,金额\n0101,W1,欧阳淑珍,120.50\n0102,W2,王芳,80\n".encode()


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Furnished]:
    """A street whose only biller exchanges files, with its shift open."""
    made = furnish(database.url, tmp_path, plugins=PLUGINS, connections=FILES)
    made.open_shift()
    yield made
    made.house.close()


def test_an_order_is_seen_with_its_payment_and_its_refunds(furnished: Furnished) -> None:
    furnished.open_shift()
    offer = furnished.bill("ELEC", "0012")
    begun = furnished.visit([offer], cash=1000, card=offer.bill.amount - 1000)
    furnished.finish(begun)
    furnished.finish(furnished.house.checkout.refund(furnished.operator, begun.order, {1: 1500}, "moved away"))
    with furnished.house.store.read(furnished.street) as tx:
        seen = views.order(tx, begun.order)
        assert views.order_of(tx, begun.attempt) == begun.order
    assert [(one.kind, one.finished, len(one.tenders)) for one in seen.attempts] == [
        ("payment", True, 2),
        ("refund", True, 0),
    ]
    assert seen.receipts == ["T1-000001", "T1-000002"]
    assert [event.event for event in seen.attempts[0].events][-1] == "all_paid"
    assert sum(giveback.amount for giveback in seen.attempts[1].givebacks) == 1500
    assert seen.refundable == {1: offer.bill.amount - 1500}
    assert (seen.confirming, seen.review, seen.to_hand_over) == (False, False, [])


def test_pages_of_orders_begin_with_the_newest(furnished: Furnished) -> None:
    furnished.open_shift()
    made = []
    for account in ("0021", "0022", "0023"):
        offer = furnished.bill("ELEC", account)
        wanted = [Wanted(furnished.house.bills.seal(furnished.street, offer), offer.bill.amount)]
        made.append(furnished.house.checkout.place(furnished.operator, furnished.resident, wanted).order)
    made.sort(reverse=True)
    with furnished.house.store.read(furnished.street) as tx:
        first = [row.id for row in views.latest(tx, till="T1", most=2)]
        rest = [row.id for row in views.latest(tx, till="T1", before=first[-1])]
        assert [first, rest] == [made[:2], made[2:]]
        assert [row.id for row in views.latest(tx, resident=furnished.resident)] == made
        assert views.latest(tx, till="T2") == []
        with pytest.raises(NotFound):
            views.order(tx, "0" * 20)


def test_bills_by_file_are_all_or_none_and_reported_back(office: Furnished) -> None:
    files, accountant = office.house.files, office.accountant
    made = files.take_in(accountant, "files", "HOMES", "bills.csv", CSV)
    assert (made.bills, made.known, made.total) == (2, 0, 20_050)
    assert files.take_in(accountant, "files", "HOMES", "bills.csv", CSV).known == 2
    changed = CSV.replace(b"120.50", b"99") + "0103,W3,李四,5\n".encode()
    with pytest.raises(Invalid) as refused:
        files.take_in(accountant, "files", "HOMES", "bills.csv", changed)
    assert "W1" in str(refused.value.facts["errors"])
    assert [row.id for row in office.rows("bill")] == ["W1", "W2"]
    with office.house.store.read(office.street) as tx:
        assert files.delivered(tx, made.id) == made
    offer = office.bill("HOMES", "0101", "files")
    wanted = [Wanted(office.house.bills.seal(office.street, offer), 12_050)]
    office.house.checkout.visit(office.operator, "", wanted, [Paying("cash", 12_050, "cash")], surplus=False)
    whole = (date(2020, 1, 1), date(2099, 1, 1))
    exported = files.paid(office.street, "files", "HOMES", whole, "csv").content.decode("utf-8-sig")
    assert ("W1" in exported, "W2" in exported, "T1-000001" in exported) == (True, False, True)
    before = (date(2020, 1, 1), date(2020, 1, 2))
    assert "W1" not in files.paid(office.street, "files", "HOMES", before, "csv").content.decode("utf-8-sig")
