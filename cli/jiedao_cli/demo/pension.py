"""The pension that a resident certifies in the same visit."""

from __future__ import annotations

import time
from typing import Final

from jiedao.certification import attempts
from jiedao.certification.certification import Wanted
from jiedao.certification.entitlements import of_resident
from jiedao.certification.outcomes import OPEN, Outcome
from jiedao.certification.periods import Months
from jiedao.certification.schemes import Scheme
from jiedao.directory.caller import Caller, Role
from jiedao.directory.residents import Resident
from jiedao.hookspecs.certification import Route
from jiedao.house import House
from jiedao.language import Text
from jiedao_cli.demo.facts import BUREAU, facts, named, street_code
from jiedao_cli.demo.furnish import colleague
from jiedao_cli.speech import say


def set_scheme(house: House) -> None:
    """The administrator says how often a pension is certified."""
    about = facts()["pension"]
    period = Months(about["months"])
    house.certification.set_scheme(
        colleague(house, Role.ADMINISTRATOR), Scheme(about["scheme"], BUREAU, about["kind"], named(about), period)
    )


def certify(house: House, caller: Caller, resident: Resident) -> None:
    """Ask the bureau how the resident stands, certify what is due, and tell what came of it."""
    if not resident.number:
        say(_NO_NUMBER, name=resident.name)
        return
    house.certification.look_up(caller, resident.id)
    with house.store.read(street_code()) as tx:
        theirs = tuple(one.id for one in of_resident(tx, resident.id))
    begun = house.certification.certify(caller, Wanted(resident.id, theirs, Route.COUNTER))
    house.operations.drive(begun.planned)
    told, end = _told(house, begun.attempt), time.monotonic() + _PATIENCE
    if told in OPEN:
        say(_OPEN)
    while told in OPEN and time.monotonic() < end:
        time.sleep(0.1)
        told = _told(house, begun.attempt)
    with house.store.read(street_code()) as tx:
        valid_to = max((one.dates.valid_to for one in of_resident(tx, resident.id) if one.dates.valid_to), default="")
    say(_SAYS.get(told, _OTHER), outcome=told.value, valid_to=valid_to)


def _told(house: House, attempt: str) -> Outcome:
    """What became of it so far; the worker asks the bureau meanwhile."""
    with house.store.read(street_code()) as tx:
        (item,) = attempts.items(tx, attempt)
    return Outcome(item.outcome)


_PATIENCE: Final = 60.0
_NO_NUMBER: Final = Text(
    zh="  {name}没有登记证件号码，不办养老金认证", en="  {name} has no number here: no pension is certified"
)
_OPEN: Final = Text(
    zh="  养老金认证：已提交，正在核实，还不算认证", en="  pension: submitted and being found out; not certified yet"
)
_OTHER: Final = Text(zh="  养老金认证：{outcome}", en="  pension: {outcome}")
_SAYS: Final = {
    Outcome.CERTIFIED: Text(zh="  养老金认证：已认证，有效期至 {valid_to}", en="  pension: certified until {valid_to}"),
    Outcome.NOT_DUE: Text(
        zh="  养老金认证：今年已经认证，不用再办，什么都没有提交",
        en="  pension: certified already; nothing is needed and nothing was submitted",
    ),
}
