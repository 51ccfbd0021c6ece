"""Over the whole platform, with everything that can go wrong: what must stay secret is found nowhere.

Real plugins talk to real stand-ins while everything is logged at DEBUG, statements of the database with their values
too. Then logs, database, journal, operations, receipts, audit and what the stand-ins keep and print are searched, as
text and as the wire would carry it (packed decimal, base64).
"""

from __future__ import annotations

import base64
import contextlib
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from houses import PASSWORD, Furnished, furnish
from jiedao.checkout.checkout import Wanted
from jiedao.directory.sign_in import sign_in
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.problems import Problem
from jiedao.registry.connections import State
from jiedao_sandbox.faults import Fault
from jiedao_sandbox.launch import Sandbox
from jiedao_sandbox.terminal.card import card_for
from postgres_server import Database
from stand_ins import REAL, StandIns, start

NUMBER, PHONE = "11010519491231002X", "13912345678"
POINTS_CARD = "6210012345675"
"""Not a payment card: the points card of the street, which is printed on it and may be stored."""
SECRETS = ("sandbox-register-secret", "sandbox-hub-secret", "sandbox-post-secret")


_DIGITS = re.compile(r"(?<![0-9A-Za-z.])[3-6][0-9]{12,18}(?![0-9A-Za-z])")


class Searched:
    """Places in which nothing secret may stand, by name."""

    def __init__(self, places: dict[str, bytes]) -> None:
        self.places = places

    def holding(self, secret: str) -> list[str]:
        """Where a secret stands, in any of the forms in which it could travel."""
        plain = secret.encode()
        forms = [plain, base64.b64encode(plain).rstrip(b"=")[:-1], plain.hex().encode()]
        if secret.isdecimal():
            even = len(secret) // 2 * 2
            forms += [bytes.fromhex(secret[:even]), bytes.fromhex(secret[-even:])]
        return [place for place, content in self.places.items() if any(form in content for form in forms)]

    def card_numbers(self) -> set[tuple[str, str]]:
        """Whatever could be a payment card's number: 13 to 19 digits of a card scheme, with a right check digit."""
        return {
            (place, number)
            for place, content in self.places.items()
            for number in _DIGITS.findall(content.decode("utf-8", "replace"))
            if luhn(number) and number != POINTS_CARD
        }


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [sum(divmod(int(digit) * 2, 10)) for digit in number[-2::-2]]
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All loggers at DEBUG, with the traceback of every error."""
    written, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def test_card_numbers_are_recognised_where_they_are() -> None:
    """The search itself can fail: it finds what is put there."""
    number = card_for("X")
    places = {
        "text": f"card {number}.".encode(),
        "packed": b"\x02" + bytes.fromhex(number + "0"),
        "coded": base64.b64encode(number.encode()),
        "clean": number[:6].encode() + b"******" + number[-4:].encode(),
    }
    assert set(Searched(places).holding(number)) == {"text", "packed", "coded"}
    assert Searched(places).card_numbers() == {("text", number)}
    assert not luhn(number[:-1] + str((int(number[-1]) + 1) % 10))


def visits(made: Furnished, stands: StandIns) -> None:
    """One visit with each fault at the terminal and one at the hub, a refund, a claim, and the end of the day."""
    account = 1000
    shift = made.open_shift()
    for fault in Fault:
        for stand, operation in ((stands.terminal, "sale"), (stands.hub, "pay")):
            account += 1
            stand.faults(fault, operation, seconds=0.3 if fault in (Fault.DELAY, Fault.DELAY_REQUEST) else 0)
            offer = made.house.bills.fetch(made.street, "bills", "ELEC", {"meter": f"00000{account}0"[:9] + "1"})[0]
            begun = made.visit([offer], card=offer.bill.amount)
            with contextlib.suppress(AssertionError):
                made.finish(begun, seconds=3)
            stand.clear()
    paid = [row.id for row in made.rows("orders") if row.state == "paid"]
    assert len(paid) >= len(Fault), "most visits end well"
    stands.terminal.faults(Fault.LOSE_ANSWER, "void")
    refund = made.house.checkout.refund(made.operator, paid[0], {1: 1}, "多收了")
    made.house.operations.drive(refund.planned)
    water = made.house.bills.fetch(made.street, "bills", "WATER", {"meter": "000001234"})[0]
    made.give_points(500)
    made.finish(made.visit([water], points=500, card=water.bill.amount - 500))
    _, planned = made.house.claims.make(made.accountant)
    made.house.operations.drive(planned)
    made.house.operations.drive(made.house.shifts.close(made.operator, shift, 20_000).planned)


def trouble(made: Furnished) -> list[str]:
    """What people and logs read when things are refused."""
    said: list[str] = []
    log = logging.getLogger("face")
    for act in (
        lambda: sign_in(made.house.store, made.street, "operator", PASSWORD + "x", "T1"),
        lambda: made.house.checkout.place(made.operator, "", [Wanted("00", 1)]),
        lambda: made.house.checkout.place(replace(made.operator, till="T2"), made.resident, []),
        lambda: add_again(made),
        lambda: configure(made, "bills", {"secret": SECRETS[1], "url": 7}),
        lambda: configure(made, "card", {"link_secret": SECRETS[0] * 9, "terminals": "?"}),
    ):
        try:
            act()
        except Problem as problem:
            log.exception("refused")
            said += [repr(problem), problem.says.zh, problem.says.en, repr(problem.facts)]
    said.append(repr(OutcomeUnknown("x")))
    assert len(said) > 20, "each of them is refused"
    return said


def add_again(made: Furnished) -> None:
    with made.house.store.write(made.street) as tx:
        made.house.residents.add(tx, "张三", number=NUMBER)


def configure(made: Furnished, connection: str, given: dict[str, object]) -> None:
    with made.house.store.write(made.street) as tx:
        made.house.connections.configure(tx, connection, given)


def files(folder: Path, names: str) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob(names)) if path.is_file())


def test_nothing_secret_is_found_anywhere(
    sqlite: Database, tmp_path: Path, everything_logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(tmp_path / "sandbox") as sandbox:
        stands = start(sandbox)
        made = furnish(sqlite.url, tmp_path, plugins=REAL, connections=stands.connections)
        with made.house.store.write(made.street) as tx:
            known = made.house.residents.add(tx, "张三", number=NUMBER, phone=PHONE)
        signed = sign_in(made.house.store, made.street, "operator", PASSWORD, "T1")
        for connection in ("card", "bills", "post"):
            made.house.connections.check(made.street, connection)
            with made.house.store.write(made.street) as tx:
                made.house.connections.switch(tx, connection, State.LIVE)
        visits(made, stands)
        with made.house.store.write(made.street) as tx:
            made.house.residents.reveal(tx, made.operator, known.id, "核对身份证原件")
            made.house.residents.find(tx, NUMBER)
            made.house.residents.find(tx, PHONE)
        said = trouble(made)
        with made.house.store.read(made.street) as tx:
            setups = made.house.connections.all(tx)
        operations = made.operations()
        searched = Searched(
            {
                "logs": everything_logged.getvalue().encode(),
                "database": files(tmp_path, "jiedao.db*"),
                "operations": repr(operations).encode(),
                "books": repr([made.rows(t) for t in ("entry", "posting", "attempt_event", "audit")]).encode(),
                "receipts": repr(made.rows("receipt")).encode(),
                "refusals": "\n".join(said).encode(),
                "connections": repr([setups, made.house.connections.for_finishing(made.street, "card")]).encode(),
                "stand-ins": repr([stand.books() for stand in stands.all]).encode() + files(sandbox.directory, "*"),
            }
        )
        made.house.close()
    searched.places["printed"] = "".join(capfd.readouterr()).encode()
    assert b"jiedao" in searched.places["logs"], "something was logged"
    cards = [card_for(row.id) for row in operations if row.hook == "payment_start"]
    assert len(cards) > 2 * len(Fault)
    shown = [re.compile(f"{card[:6]}\\*+{card[-4:]}".encode()) for card in cards]
    assert any(one.search(searched.places["database"]) for one in shown), "these were the cards that paid"
    assert searched.card_numbers() == set()
    ours = Searched({name: content for name, content in searched.places.items() if name != "stand-ins"})
    for card in cards:
        assert searched.holding(card) == []
    for secret in (*SECRETS, signed.token, PASSWORD, NUMBER, PHONE):
        assert ours.holding(secret) == [], f"{secret} is in the open"
    for secret in (signed.token, PASSWORD, NUMBER, PHONE):
        assert searched.holding(secret) == [], f"{secret} left the house"
