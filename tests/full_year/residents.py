"""Residents with numbers, phones and points cards, as the directory would have registered them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jiedao.directory.residents import folded, masked
from jiedao.house import House
from jiedao.store import tables

from .bulk import Bulk

_FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "秀英桂兰玉珍凤霞建国建华志强伟芳娜敏静丽强磊军洋艳勇杰娟涛明超霞平刚桂英文辉鑫宇"
_MONGOL = ("巴特尔", "其其格", "乌云", "苏和", "娜仁", "呼和", "额尔敦", "萨仁")
_OLD = 81
"""Years, from which every scheme pays."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Person:
    """Somebody who lives there; a card for points is the rule and not without exception."""

    id: str
    name: str
    born: int
    masked: str
    card: bool


def register(bulk: Bulk, house: House, many: int, now: datetime) -> list[Person]:
    """So many residents, registered over the years before. The first has a card, is old, and comes often."""
    people = [_register(bulk, house, serial, now) for serial in range(many)]
    first = next((one for one in people if one.card and now.year - one.born >= _OLD), people[0])
    return [first, *(one for one in people if one is not first)]


def _register(bulk: Bulk, house: House, serial: int, now: datetime) -> Person:
    dice, street, keyring = bulk.dice, bulk.street, house.keyring
    at = now - timedelta(days=dice.randrange(340, 900), seconds=dice.randrange(30_000))
    born = dice.choice((*range(1934, 1966), *range(1930, 2006)))
    number, phone = _number(born, serial), f"139{serial:08d}"
    id_, name = bulk.id(at), _name(bulk)
    bulk.put(
        tables.resident,
        id=id_,
        name=name,
        folded=folded(name),
        id_sealed=keyring.seal(number, "resident_number", f"{street}/{id_}"),
        id_index=keyring.blind(number, "resident_number", street),
        id_masked=masked(number),
        phone_sealed=keyring.seal(phone, "resident_phone", f"{street}/{id_}"),
        phone_index=keyring.blind(phone, "resident_phone", street),
        created_at=at,
    )
    card = dice.random() < 0.8
    if card:
        bulk.put(tables.card, card=f"62100{serial:08d}", connection="post", resident=id_, member=f"M{serial:08d}")
    bulk.put(tables.credit, resident=id_, balance=0)
    return Person(id_, name, born, masked(number), card)


def _name(bulk: Bulk) -> str:
    dice = bulk.dice
    if dice.random() < 0.15:
        return dice.choice(_MONGOL)
    return dice.choice(_FAMILIES) + "".join(dice.sample(_GIVEN, dice.choice((1, 2, 2))))


def _number(born: int, serial: int) -> str:
    """A number with its check digit (GB 11643); day and order number come from the serial."""
    month, day, order = serial % 12 + 1, serial // 12 % 28 + 1, serial // 336 % 1000
    digits = f"15060{serial // 336_000 % 10}{born:04d}{month:02d}{day:02d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]
