"""A street with two posts, and the short words in which tests of the post room speak to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiedao_cash
from doubles import Acquirer, BillOffice, Counterbook, Issuer, PostOffice
from houses import Furnished, Setting, furnish
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.postal import Contents, Handling, Item, Party
from jiedao.post.consignments import NewConsignment
from jiedao.post.office import PostRoom
from jiedao.post.ranges import NewRange
from jiedao.post.records import Consignment, find
from jiedao.post.tracking import Story

HALL = Party("诃额伦街道办事处", "0477-12345", "CN", "017000", "内蒙古", "鄂尔多斯市", "康巴什区", "人民路 1 号")
HER = Party(
    "古丽巴哈尔·买买提", "13800000000", "CN", "830000", "新疆", "乌鲁木齐市", "天山区", "解放北路 22 号 4 栋 501"
)
LETTER = Item(Contents.DOCUMENT, 30, "证照")


@dataclass
class PostDesk:
    """The installation, its two posts, and their connections `ems` (tells everything) and `book` (tells nothing)."""

    made: Furnished
    ems: PostOffice
    book: Counterbook

    @property
    def room(self) -> PostRoom:
        """The room under test."""
        return self.made.house.post

    def new(self, connection: str = "ems", **more: Any) -> NewConsignment:
        """Something to post."""
        given = {"product": "letter", "sender": HALL, "recipient": HER, "item": LETTER, "handling": Handling(), **more}
        return NewConsignment(connection, **given)

    def post(self, connection: str = "ems", **more: Any) -> str:
        """Post something at the street's expense, carried as far as the answers go."""
        begun = self.room.consignments.create(self.made.operator, self.new(connection, **more))
        self.made.finish(begun)
        return begun.consignment

    def offer(self, connection: str = "ems", **more: Any) -> tuple[str, Wanted]:
        """A consignment that a resident will pay for, and the line for it."""
        id_ = self.room.postage.offer(self.made.operator, self.new(connection, **more))
        with self.made.house.store.read(self.made.street) as tx:
            offered = self.room.postage.offered(tx, id_)
        sealed = self.made.house.bills.seal(self.made.street, offered.offer)
        return id_, Wanted(sealed, offered.offer.bill.amount)

    def pay(self, *wanted: Wanted, kind: str = "card", **more: Any) -> Begun:
        """A visit that pays these lines in one way, carried as far as the answers go."""
        paying = Paying(kind, sum(one.amount for one in wanted), "" if kind == "points" else kind)
        checkout = self.made.house.checkout
        begun = checkout.visit(self.made.operator, self.made.resident, wanted, [paying], surplus=False, **more)
        self.made.finish(begun)
        return begun

    def refund(self, begun: Begun, amounts: dict[int, int], **more: Any) -> Begun:
        """Give lines back, carried as far as the answers go."""
        who = self.made.accountant if more else self.made.operator
        refund = self.made.house.checkout.refund(who, begun.order, amounts, "不寄了", **more)
        self.made.finish(refund)
        return refund

    def range(self, first: int = 1, last: int = 20, connection: str = "book", **more: Any) -> str:
        """A range of numbers."""
        given = {"kind": "s10", "prefix": "RA", "country": "CN", **more}
        return self.room.ranges.add(self.made.administrator, NewRange(connection, first=first, last=last, **given))

    def get(self, id_: str) -> Consignment:
        """A consignment as the database has it."""
        with self.made.house.store.read(self.made.street) as tx:
            return find(tx, id_)

    def story(self, id_: str) -> Story:
        """A consignment with what happened to it."""
        with self.made.house.store.read(self.made.street) as tx:
            return self.room.tracking.story(tx, id_)


def post_desk(url: str, folder: Path, *, recovery: Recovery = Recovery.QUERY, **more: Any) -> PostDesk:
    """A street with both posts and an open shift at T1."""
    acquirer, biller, issuer = Acquirer(), BillOffice(), Issuer()
    ems, book = PostOffice(recovery), Counterbook()
    doubles = [("jiedao_cash", jiedao_cash.plugin), *((d.name, d) for d in (acquirer, biller, issuer, ems, book))]
    connections = {
        "cash": Setting("jiedao_cash"),
        "card": Setting(acquirer.name),
        "bills": Setting(biller.name),
        "post": Setting(issuer.name),
        "ems": Setting(ems.name),
        "book": Setting(book.name),
    }
    made = furnish(
        url, folder, acquirer=acquirer, biller=biller, issuer=issuer, plugins=doubles, connections=connections, **more
    )
    made.open_shift()
    return PostDesk(made, ems, book)
