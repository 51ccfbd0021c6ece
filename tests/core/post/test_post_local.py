"""A post without anything outside (its book lies on the counter): every act ends in the transaction that wants it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from doubles import Step
from jiedao.checkout.graph import At
from jiedao.hookspecs.outcomes import Declined, Unavailable
from jiedao.language import Text
from post_desk import post_desk
from postgres_server import Database

NO = Step(effect=False, answer=Declined(Text("不收", "not taken"), "NO"))


def test_a_local_post_from_range_to_refund(database: Database, tmp_path: Path) -> None:
    desk = post_desk(database.url, tmp_path, local=True)
    with closing(desk.made.house):
        desk.range()
        own = desk.post("book")
        assert (desk.get(own).state, desk.get(own).number) == ("created", "RA000000014CN")
        desk.made.finish(desk.room.consignments.cancel(desk.made.operator, own, "写错地址"))
        assert (desk.get(own).state, desk.made.balance("5104")) == ("cancelled", 0)
        id_, line = desk.offer("book")
        begun = desk.pay(line)
        assert (desk.get(id_).state, desk.made.attempt(begun.attempt).state) == ("created", At.PAID)
        refund = desk.refund(begun, {1: 1200})
        assert (desk.get(id_).state, desk.made.attempt(refund.attempt).state) == ("cancelled", At.REFUNDED)
        assert "postal_create" not in {row.hook for row in desk.made.operations()}
        assert desk.made.faults() == []


def test_what_a_local_post_refuses_or_cannot_do_was_not_done(database: Database, tmp_path: Path) -> None:
    desk = post_desk(database.url, tmp_path, local=True)
    with closing(desk.made.house):
        desk.range()
        desk.book.will("postal_create", NO, Step(effect=False, answer=Unavailable("the book is missing")))
        refused, broken = desk.post("book"), desk.post("book")
        assert [desk.get(one).state for one in (refused, broken)] == ["refused", "refused"]
        own = desk.post("book")
        desk.book.will("postal_cancel", NO)
        desk.made.finish(desk.room.consignments.cancel(desk.made.operator, own, "写错地址"))
        assert (desk.get(own).state, desk.get(own).withdrawal) == ("created", "refused")
        assert desk.made.balance("5104") == 1200
        assert desk.made.faults() == []
