"""A street whose residents draw benefits at a scripted bureau, on a day that stands still until it is moved."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jiedao_cash
from doubles import Bureau, Issuer
from houses import STREET, Furnished, Setting, furnish
from jiedao.certification import attempts, entitlements, periods
from jiedao.certification.certification import Wanted
from jiedao.certification.entitlements import Entitlement
from jiedao.certification.outcomes import Outcome
from jiedao.certification.schemes import Scheme
from jiedao.directory.residents import _check_digit
from jiedao.hookspecs.certification import Beneficiary, Benefit, Route, Standing
from jiedao.language import Text
from jiedao.store.direct import Row
from watches import Watch

TODAY = date(2026, 3, 2)
PENSION, DOLE = "110", "210"
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(1000) + b"\xff\xd9").decode()
SEEN = "看过经办系统的记录，流水号 R1"
YEARLY = Scheme("pension", "bureau", PENSION, Text("养老金", "Pension"), periods.Months(12, lead=30, grace=10))
MONTHLY = Scheme("dole", "bureau", DOLE, Text("失业金", "Unemployment"), periods.Days(30, lead=5))


def number(born: int, serial: int = 1) -> str:
    """A proper identity number."""
    digits = f"150602{born:04d}0101{serial:03d}"
    return digits + _check_digit(digits)


class Hall:
    """The hall of `houses` with a bureau, two schemes, and Ms. Wang (born 1949), who draws both benefits."""

    def __init__(self, url: str, folder: Path, bureau: Bureau | None = None, *, street: str = STREET) -> None:
        self.bureau, self.watch = bureau or Bureau(), Watch()
        issuer = Issuer()
        plugins: list[tuple[str, object]] = [
            ("jiedao_cash", jiedao_cash.plugin),
            (issuer.name, issuer),
            (self.bureau.name, self.bureau),
        ]
        wanted = {
            "cash": Setting("jiedao_cash"),
            "post": Setting(issuer.name),
            "bureau": Setting(self.bureau.name),
        }
        self.made: Furnished = furnish(
            url, folder, street=street, clock=self.watch, plugins=plugins, connections=wanted
        )
        self.house, self.room, self.street = self.made.house, self.made.house.certification, self.made.street
        self.schemes = {one.id: one for one in (YEARLY, MONTHLY)}
        for one in self.schemes.values():
            self.room.set_scheme(self.made.administrator, one)
        self.number = number(1949)
        self.wang = self.resident("王秀兰", self.number)
        self.knows(self.number, self.due(PENSION), self.due(DOLE))

    def change(self, scheme: str, **rules: Any) -> None:
        """Other rules of a scheme."""
        self.schemes[scheme] = replace(self.schemes[scheme], **rules)
        self.room.set_scheme(self.made.administrator, self.schemes[scheme])

    def resident(self, name: str, number: str = "") -> str:
        """Register somebody."""
        with self.house.store.write(self.street) as tx:
            return self.house.residents.add(tx, name, number=number).id

    def knows(self, number: str, *benefits: Benefit, **more: Any) -> None:
        """Let the bureau know a person."""
        self.bureau.people[number] = Beneficiary(number, "王**", benefits, **more)

    @staticmethod
    def due(kind: str, standing: Standing = Standing.DUE, **more: Any) -> Benefit:
        """A benefit as the bureau has it."""
        return Benefit(kind, standing, **more)

    def look_up(self, resident: str = "") -> Any:
        """Ask the bureau."""
        return self.room.look_up(self.made.operator, resident or self.wang)

    def held(self, scheme: str = "pension", resident: str = "") -> Entitlement:
        """An entitlement as it stands."""
        with self.house.store.read(self.street) as tx:
            return next(one for one in entitlements.of_resident(tx, resident or self.wang) if one.scheme == scheme)

    def log(self, scheme: str = "pension") -> list[Row]:
        """What happened to it, oldest first."""
        with self.house.store.read(self.street) as tx:
            return list(reversed(entitlements.log(tx, self.held(scheme).id)))

    def wanted(self, *schemes: str, resident: str = "", **more: Any) -> Wanted:
        """A certification; the person must have been looked up."""
        ids = tuple(self.held(scheme, resident).id for scheme in schemes or ("pension",))
        return Wanted(resident or self.wang, ids, more.pop("route", Route.COUNTER), **more)

    def certify(self, *schemes: str, **more: Any) -> str:
        """Look up, certify and perform."""
        self.look_up(more.get("resident", ""))
        begun = self.room.certify(self.made.operator, self.wanted(*schemes, **more))
        self.house.operations.drive(begun.planned)
        return begun.attempt

    def items(self, attempt: str) -> dict[str, Row]:
        """Items of an attempt by scheme."""
        with self.house.store.read(self.street) as tx:
            return {row.scheme: row for row in attempts.items(tx, attempt)}

    def outcome(self, attempt: str, scheme: str = "pension") -> Outcome:
        """What became of one."""
        return Outcome(self.items(attempt)[scheme].outcome)

    def resolve(self, times: int = 12, **by: float) -> None:
        """Let time pass and the resolver work."""
        for _ in range(times):
            self.watch.forward(**(by or {"seconds": 5.0}))
            while self.house.operations.resolve_due(self.street):
                pass
