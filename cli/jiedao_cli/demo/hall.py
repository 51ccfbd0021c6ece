"""The hall's own services in the demo: what it offers, and when it takes appointments."""

from __future__ import annotations

from typing import Any

from jiedao.directory.caller import Role
from jiedao.hall.items import Guide, Item, set_items
from jiedao.hall.opening import Pattern, set_patterns
from jiedao.house import House
from jiedao.language import Text
from jiedao_cli.demo.facts import facts, named
from jiedao_cli.demo.furnish import colleague


def offer(house: House) -> None:
    """The administrator writes the guides, and opens every hall on working days."""
    by = colleague(house, Role.ADMINISTRATOR)
    set_items(house.store, by, [_item(one) for one in facts()["items"]])
    for hall in facts()["halls"]:
        set_patterns(house.store, by, hall["code"], [_pattern(one) for one in facts()["opening"]])


def _item(one: dict[str, Any]) -> Item:
    guide = Guide(**{part: Text(zh, en) for part, (zh, en) in one["guide"].items()})
    return Item(
        one["code"],
        named(one),
        one["category"],
        guide,
        workdays=one["workdays"],
        needs_booking=one.get("needs_booking", False),
    )


def _pattern(one: dict[str, Any]) -> Pattern:
    return Pattern(**{**one, "weekdays": frozenset(one["weekdays"])})
