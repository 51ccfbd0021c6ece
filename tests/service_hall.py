"""A hall with service items, opening hours and a real calendar, on a day that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import jiedao_calendar_cn
import jiedao_cash
from doubles import Issuer
from houses import STREET, Furnished, Setting, furnish
from jiedao.certification.delegations import Mandate
from jiedao.hall import bookings, cases, opening
from jiedao.hall.bookings import Appointment
from jiedao.hall.cases import Matter
from jiedao.hall.items import Form, Guide, Item, set_items
from jiedao.hall.opening import Pattern
from jiedao.language import Text
from jiedao.store.direct import Row
from watches import Watch

MONDAY = date(2026, 3, 2)
HOLIDAY = date(2026, 5, 1)
PERMIT = Item(
    "permit",
    Text("老年优待证", "Senior citizen's card"),
    "elderly",
    Guide(bring=Text("身份证\n一寸照片", "Identity card\nPhoto"), fee=Text("免费", "Free")),
    (Form("apply", Text("申请表", "Application"), Text("姓名：\n住址：", "Name:\nAddress:")),),
    workdays=5,
)

ADVICE = Item("advice", Text("法律咨询", "Legal advice"), "law", needs_booking=True)
MORNING = Pattern(frozenset({1, 2, 3, 4, 5}), "09:00", "11:00", 30, 2)


class ServiceHall:
    """The hall of `houses` with two items and a morning for appointments."""

    def __init__(self, url: str, folder: Path, *, street: str = STREET) -> None:
        self.watch, issuer = Watch(), Issuer()
        plugins: list[tuple[str, object]] = [
            ("jiedao_cash", jiedao_cash.plugin),
            ("jiedao_calendar_cn", jiedao_calendar_cn.plugin),
            (issuer.name, issuer),
        ]
        wanted = {
            "cash": Setting("jiedao_cash"),
            "post": Setting(issuer.name),
            "days": Setting("jiedao_calendar_cn", {"own_days": []}),
        }
        self.made: Furnished = furnish(
            url, folder, street=street, clock=self.watch, plugins=plugins, connections=wanted
        )
        self.house, self.room, self.street = self.made.house, self.made.house.hall, self.made.street
        self.operator, self.administrator = self.made.operator, self.made.administrator
        self.resident = self.made.resident
        set_items(self.house.store, self.administrator, [PERMIT, ADVICE])
        self.open_hall(MORNING)

    def open_hall(self, *patterns: Pattern) -> None:
        """When the hall takes appointments."""
        opening.set_patterns(self.house.store, self.administrator, "h1", patterns)

    def another(self, name: str = "王秀兰") -> str:
        """Register somebody."""
        with self.house.store.write(self.street) as tx:
            return self.house.residents.add(tx, name).id

    def delegate(self, resident: str, agent: str, **more: Any) -> str:
        """Let one act for another."""
        mandate = Mandate(resident, agent, "女儿", "委托书 7 号", more.pop("valid_from", MONDAY), **more)
        return self.house.certification.delegations.add(self.operator, mandate)

    def open(self, **matter: Any) -> str:
        """A case."""
        return self.room.cases.open(self.operator, Matter(**{"item": "permit", "resident": self.resident, **matter}))

    def case(self, id_: str) -> Row:
        """A case as it stands."""
        with self.house.store.read(self.street) as tx:
            return cases.case(tx, id_)

    def events(self, id_: str) -> list[tuple[str, str, str]]:
        """What happened to it: event, state, note."""
        with self.house.store.read(self.street) as tx:
            return [(row.event, row.state, row.note) for row in cases.events(tx, id_)]

    def book(self, resident: str = "", **wanted: Any) -> str:
        """An appointment at nine thirty."""
        given = {"item": "advice", "hall": "h1", "on": MONDAY, "begins": "09:30", **wanted}
        return self.room.bookings.book(self.operator, Appointment(resident=resident or self.resident, **given))

    def booking(self, id_: str) -> Row:
        """A booking as it stands."""
        with self.house.store.read(self.street) as tx:
            return bookings.booking(tx, id_)

    def free(
        self, on: date = MONDAY, item: str = "advice", place: opening.Where = opening.Where.HALL
    ) -> dict[str, int]:
        """How many places are left at which time of a day."""
        with self.house.store.read(self.street) as tx:
            slots: Iterable[opening.Slot] = self.room.bookings.slots(tx, item, "h1", place, on, on)
        return {slot.begins: slot.free for slot in slots}
