"""What a child does before it is killed: one resident's visit, a refund, or a worker's round, over the real plugins.

The probes that count and kill are put in here; the product has none. A point is just before or just after a commit
that writes, or a call of a plugin.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from houses import FAST, open_house, open_operations
from jiedao.certification.certification import Wanted as Certified
from jiedao.certification.entitlements import of_resident
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.directory.caller import Caller, Role
from jiedao.hookspecs.certification import Route
from jiedao.hookspecs.postal import Contents, Handling, Item, Party
from jiedao.house import House
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import balance
from jiedao.post.consignments import NewConsignment
from jiedao.problems import Conflict, Problem
from jiedao.store.unit import Tx
from jiedao_sandbox.bureau.people import Fate, name_of, number_for
from stand_ins import REAL

CARD_SECONDS: Final = 2.0
HUB_SECONDS: Final = 1.0
_SECONDS: Final = {"payment": CARD_SECONDS, "postal": CARD_SECONDS, "certification": CARD_SECONDS}
QUICK: Final = replace(
    FAST,
    asks=60,
    lease_margin=0.6,
    by_hook={
        name: replace(patience, deadline=_SECONDS.get(name.partition("_")[0], HUB_SECONDS))
        for name, patience in FAST.by_hook.items()
    },
)


@dataclass(frozen=True)
class Fault:
    """What goes wrong in a stand-in, at which operation, and for how many seconds where it is a delay."""

    stand_in: str
    fault: str
    operation: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """A visit: bills by biller and the last digits of the account, which decide what the biller does (see `customers`).

    `faults` are armed just before it.
    """

    name: str
    bills: tuple[tuple[str, str], ...]
    ends: frozenset[str]
    """States that the order may have in the end; a card that was in doubt is reversed and leaves it open."""
    points: int = 0
    refund: str = ""
    """"whole" or "part": the visit is not killed, but a refund of it."""
    then: str = ""
    """"close" or "claim": the visit is not killed, but the shift's change after it, or the claim on the issuer."""
    letter: bool = False
    """Whether the resident also posts a letter; its postage is a line of the order."""
    act: str = "visit"
    """"certify": there is no visit, but a pension is certified."""
    faults: tuple[Fault, ...] = ()


_WATER: Final = (("WATER", "34"),)
_BUREAU_LOST: Final = Fault("bureau", "lose_answer", "certify")
_TWO: Final = (("ELEC", "34"), ("WATER", "34"))
SCENARIOS: Final = (
    Scenario("paid", _TWO, frozenset({"paid", "open"}), points=500),
    Scenario("biller refuses", (("ELEC", "55"),), frozenset({"refused", "open"})),
    Scenario("one biller refuses", (("WATER", "34"), ("ELEC", "55")), frozenset({"part_paid", "open"}), points=500),
    Scenario(
        "card answer lost",
        _TWO,
        frozenset({"paid", "open"}),
        points=500,
        faults=(Fault("terminal", "lose_answer", "sale"),),
    ),
    Scenario("biller answer lost", _TWO, frozenset({"paid", "open"}), faults=(Fault("hub", "lose_answer", "pay"),)),
    # It books after our patience is over: asked too early, it says that it never got anything.
    Scenario(
        "biller books late",
        (("ELEC", "34"),),
        frozenset({"paid", "open"}),
        faults=(Fault("hub", "delay_request", "pay", HUB_SECONDS + 0.4),),
    ),
    Scenario("biller decides later", (("ELEC", "77"), ("WATER", "66")), frozenset({"part_paid", "open"}), points=500),
    Scenario("whole refund", _TWO, frozenset({"paid"}), points=500, refund="whole"),
    Scenario("part refund", _TWO, frozenset({"paid"}), points=500, refund="part"),
    Scenario("shift closed", _TWO, frozenset({"paid"}), points=500, then="close"),
    Scenario("points claimed", _TWO, frozenset({"paid"}), points=500, then="claim"),
    Scenario("letter posted", _WATER, frozenset({"paid", "open"}), letter=True),
    Scenario(
        "answer of the post lost",
        _WATER,
        frozenset({"paid", "open"}),
        letter=True,
        faults=(Fault("ems", "lose_answer", "create"),),
    ),
    Scenario("letter refunded", _WATER, frozenset({"paid"}), letter=True, refund="whole"),
    Scenario("pension certified", (), frozenset(), act="certify"),
    Scenario("answer of the bureau lost", (), frozenset(), act="certify", faults=(_BUREAU_LOST,)),
)
BY_NAME: Final = {scenario.name: scenario for scenario in SCENARIOS}
_LENGTHS: Final = {"ELEC": 10, "WATER": 9}
_PARAMETERS: Final = {"ELEC": "meter", "WATER": "meter"}


class Probe:
    """Counts points, and kills its own process at one of them (0: at none)."""

    def __init__(self, kill_at: int, say: Callable[[str], None]) -> None:
        self._left, self._say = kill_at, say
        self._writing = threading.local()

    def reached(self, point: str) -> None:
        """A point; perhaps the last one."""
        self._say(point)
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self, house: House) -> None:
        """Stand around every commit that writes and every named call of a plugin."""
        dialect, registry = house.store.engine.dialect, house.registry
        commit, call, write = dialect.do_commit, registry.call, house.store.write

        def do_commit(connection: Any) -> None:
            writing = getattr(self._writing, "now", False)
            if writing:
                self.reached("before commit")
            commit(connection)
            if writing:
                self.reached("after commit")

        def probed_call(hook: str, request: Any) -> Any:
            self.reached(f"before {hook}")
            answer = call(hook, request)
            self.reached(f"after {hook}")
            return answer

        @contextmanager
        def probed_write(street: str) -> Iterator[Tx]:
            with write(street) as tx:
                self._writing.now = True
                try:
                    yield tx
                except BaseException:
                    self._writing.now = False
                    raise
            self._writing.now = False

        probes = (
            (dialect, "do_commit", do_commit),
            (registry, "call", probed_call),
            (house.store, "write", probed_write),
        )
        for owner, name, probed in probes:
            setattr(owner, name, probed)


def perform(job: dict[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Do a job in this process; `say` is told of every point. Jobs: visit, refund, close, claim, certify, resolve.

    A refusal that the counter would show (nothing happened, try again later) is a result like any other.
    """
    house = open_house(job["url"], Path(job["folder"]), policy=QUICK, plugins=REAL)
    if job.get("dies_after"):
        _die_after(job["dies_after"])
    probe = Probe(job.get("kill_at", 0), say)
    acts = {
        "visit": _visit,
        "refund": _refund,
        "close": _close,
        "claim": _claim,
        "certify": _certify,
        "resolve": _resolve,
    }
    try:
        return acts[job["act"]](house, job, probe)
    except Problem as told:
        return {"refused": told.code}


def _die_after(seconds: float) -> None:
    """Be killed at a moment of its own choosing, in the middle of anything."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
    timer.daemon = True
    timer.start()


def _visit(house: House, job: dict[str, Any], probe: Probe) -> dict[str, Any]:
    scenario, caller = BY_NAME[job["scenario"]], _caller(job)
    wanted = [_wanted(house, caller.street, *bill, job["number"]) for bill in scenario.bills]
    if scenario.letter:
        wanted.append(_letter(house, caller))
    probe.install(house)
    begun = house.checkout.visit(
        caller, job["resident"], wanted, paying(sum(w.amount for w in wanted), scenario.points), surplus=False
    )
    return _drive(house, begun)


def paying(total: int, points: int) -> list[Paying]:
    """Points first, cash for what makes the card's part whole yuan, and the card for the rest."""
    cash = 1000 + (total - points) % 100
    tenders = [Paying("points", points), Paying("cash", cash, "cash"), Paying("card", total - points - cash, "card")]
    return [tender for tender in tenders if tender.amount]


def _wanted(house: House, street: str, biller: str, fate: str, number: int) -> Wanted:
    account = f"{number:0{_LENGTHS[biller] - 2}d}{fate}"
    offers = house.bills.fetch(street, "bills", biller, {_PARAMETERS[biller]: account})
    if not offers:
        raise Conflict("bill.none", Text.same("nothing is owed any more"))
    return Wanted(house.bills.seal(street, offers[0]), offers[0].bill.amount)


def _letter(house: House, caller: Caller) -> Wanted:
    """Postage for a letter to another province."""
    sender = Party("第一社区", "04778581234", "CN", "017000", "内蒙古自治区", "鄂尔多斯市", "康巴什区", "康宁路 5 号")
    recipient = Party("王建国", "13800001234", "CN", "150001", "黑龙江省", "哈尔滨市", "南岗区", "中山路 88 号")
    item = Item(Contents.DOCUMENT, 120, "居住证明")
    offered = house.post.postage.offer(caller, NewConsignment("ems", "1", sender, recipient, item, Handling()))
    with house.store.read(caller.street) as tx:
        offer = house.post.postage.offered(tx, offered).offer
    return Wanted(house.bills.seal(caller.street, offer), offer.bill.amount)


def _certify(house: House, job: dict[str, Any], probe: Probe) -> dict[str, Any]:
    """A pensioner whom nobody here has seen before certifies at the window."""
    caller, number = _caller(job), number_for(Fate.DUE, job["number"])
    with house.store.write(caller.street) as tx:
        person = house.residents.add(tx, name_of(number), number=number)
    house.certification.look_up(caller, person.id)
    with house.store.read(caller.street) as tx:
        theirs = tuple(one.id for one in of_resident(tx, person.id))
    probe.install(house)
    begun = house.certification.certify(caller, Certified(person.id, theirs, Route.COUNTER))
    house.operations.drive(begun.planned)
    return {"attempt": begun.attempt}


def _refund(house: House, job: dict[str, Any], probe: Probe) -> dict[str, Any]:
    caller, amounts = _caller(job), {int(line): amount for line, amount in job["amounts"].items()}
    probe.install(house)
    return _drive(house, house.checkout.refund(caller, job["order"], amounts, "changed their mind"))


def _close(house: House, job: dict[str, Any], probe: Probe) -> dict[str, Any]:
    """Close the till's shift with what should be in the drawer, settle the card batch, and open the next shift."""
    caller = _caller(job)
    with house.store.read(caller.street) as tx:
        shift = house.shifts.current(tx, caller.till)
        counted = max(0, balance(tx, accounts.cash("h1", caller.till)))
    probe.install(house)
    if shift is not None:
        house.operations.drive(house.shifts.close(caller, shift.id, counted).planned)
    house.shifts.open(caller, counted)
    return {}


def _claim(house: House, job: dict[str, Any], probe: Probe) -> dict[str, Any]:
    """Claim the redeemed points from their issuer."""
    probe.install(house)
    id_, planned = house.claims.make(replace(_caller(job), role=Role.ACCOUNTANT))
    house.operations.drive(planned)
    return {"claim": id_}


def _drive(house: House, begun: Begun) -> dict[str, Any]:
    house.operations.drive(begun.planned)
    return {"order": begun.order, "attempt": begun.attempt}


def _resolve(house: House, job: dict[str, Any], probe: Probe) -> dict[str, Any]:
    """A worker's rounds until nothing is open (with `stay` even then), or its time is over."""
    probe.install(house)
    end = time.monotonic() + job["seconds"]
    while ((still := open_operations(house, job["street"])) or job.get("stay")) and time.monotonic() < end:
        if not house.operations.resolve_due(job["street"], job.get("limit", 20)):
            time.sleep(0.02)
    return {"open": still}


def _caller(job: dict[str, Any]) -> Caller:
    return Caller(job["street"], job["staff"], Role.OPERATOR, "T1", "王芳")
