"""A street with a year of believable history, written straight into the tables, and consistent with its own books.

    year = make_year(house, Plan(orders=2_000, total=17_110_000))

The house is open, has the plugins that `Plan.plugins` names, and no street of this code. Everything is made from one
seed: the same plan makes the same year, but for what is encrypted. `jiedao.ledger.verify` finds nothing wrong with it.

The modules of this folder import only `jiedao` and each other, so that benchmarks can use them too.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from jiedao.directory.caller import Caller, Role
from jiedao.figures.fold import fold
from jiedao.house import House

from .acting import act_for_another
from .booking import book_a_year
from .bulk import Bulk
from .certifying import certify_a_year
from .deciding import decide_a_year
from .handling import handle_a_year
from .keeping import keep_accounts
from .notifying import group_residents, notify_a_year
from .paying import pay_a_year
from .places import Places, found_street
from .posting import post_a_year
from .residents import register
from .telling import tell_a_year
from .visitors import at_home, before_the_kiosk

STREET = "150602007"
PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
"""Half past three in the afternoon, in the street."""
PLUGINS = {
    "cash": "jiedao_cash",
    "card": "double_acquirer",
    "bills": "double_biller",
    "post": "double_issuer",
    "ems": "double_post",
    "bureau": "double_bureau",
}


@dataclass(frozen=True)
class Plan:
    """How large the street is. `total` is what the year collects after refunds, in fen; 0 leaves it to chance."""

    orders: int
    halls: int = 4
    tills: int = 2
    """Of each hall."""
    residents: int = 0
    """One for every four orders unless it says another number."""
    parcels: int = 0
    open: int = 0
    """How many breaks, proposals and unanswered acts of the post wait for a person."""
    total: int = 0
    seed: int = 20261126
    now: datetime = NOW
    plugins: Mapping[str, str] = field(default_factory=lambda: dict(PLUGINS))
    """The plugin of each connection."""
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """What is entered for connections, where their plugins want anything."""

    @property
    def often(self) -> int:
        """How often somebody comes who comes often: with the street, to a limit that one person has."""
        return max(1, min(40, self.orders // 50))

    def comes_now(self, serial: int) -> bool:
        """Whether it is they who bring the next order, case, booking or parcel: one of the first in every four."""
        return serial % 4 == 2 and serial < 4 * self.often


@dataclass(frozen=True)
class Year:
    """What was made, and who works there. Logins are the roles, and op-<till> for each till."""

    house: House
    street: str
    places: Places
    staff: Mapping[Role, Caller]
    residents: list[str]
    """The first comes often and has something of everything."""
    orders: list[str]
    """Ids of orders, oldest first."""

    def at(self, till: str) -> Caller:
        """The operator, at a till."""
        return replace(self.staff[Role.OPERATOR], till=till)

    def at_home(self) -> dict[str, str]:
        """Cookies of who comes often, on a phone of their own."""
        return at_home(self.house, self.street, self.residents[0])

    def before_the_kiosk(self) -> dict[str, str]:
        """Cookies of the kiosk's browser, with them before it."""
        return before_the_kiosk(self.house, self.staff[Role.ADMINISTRATOR], self.residents[0])


def make_year(house: House, plan: Plan) -> Year:
    """Furnish the street and fill it; a few minutes for 200,000 orders."""
    dice = random.Random(plan.seed)
    places = found_street(house, STREET, plan, PASSWORD)
    with Bulk(house, STREET, dice) as bulk:
        people = register(bulk, house, max(40, plan.residents or plan.orders // 4), plan.now)
        orders = pay_a_year(bulk, places, people, plan)
        certify_a_year(bulk, places, people, plan.now, plan.often)
        act_for_another(bulk, house, places, people, plan)
        post_a_year(bulk, house, places, people, plan)
        handle_a_year(bulk, places, people, plan)
        book_a_year(bulk, house, places, people, plan)
        keep_accounts(bulk, house, people, plan)
        decide_a_year(bulk, places, plan)
        tell_a_year(bulk, house, places, orders, plan)
        notify_a_year(bulk, people, plan)
        group_residents(bulk, places, people, plan)
    fold(house.store, STREET)
    return Year(house, STREET, places, places.staff, [one.id for one in people], orders)
