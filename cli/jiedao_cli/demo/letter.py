"""The letter that a resident posts in the same visit: its postage is one more line of the order."""

from __future__ import annotations

from jiedao.checkout.bills import Offer
from jiedao.directory.caller import Caller
from jiedao.directory.residents import Resident
from jiedao.hookspecs.codec import from_json
from jiedao.hookspecs.postal import Handling, Item, Party
from jiedao.house import House
from jiedao.post.consignments import NewConsignment
from jiedao_cli.demo.facts import EMS, facts, street_code


def offered(house: House, caller: Caller, resident: Resident) -> Offer:
    """A registered letter with a return receipt, quoted by the post."""
    about = facts()["ems"]
    letter = NewConsignment(
        EMS,
        about["product"],
        from_json(Party, {"name": resident.name, **about["sender"]}),
        from_json(Party, about["recipient"]),
        from_json(Item, about["item"]),
        Handling(registered=True, return_receipt=True),
        resident=resident.id,
    )
    id_ = house.post.postage.offer(caller, letter)
    with house.store.read(street_code()) as tx:
        return house.post.postage.offered(tx, id_).offer
