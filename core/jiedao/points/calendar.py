"""What time does to points: waiting ones become active, debts are paid, old ones lapse.

Run every day by a worker; safe to repeat.
"""

from __future__ import annotations

from datetime import date

from jiedao.clock import local_date
from jiedao.directory.places import street
from jiedao.ledger.journal import OFFICE, Book
from jiedao.points import lots
from jiedao.points.programme import programme
from jiedao.store.unit import Store


def turn_the_page(store: Store, street_code: str) -> int:
    """Mature and expire what is due in a street; one transaction for each resident. Returns how many residents."""
    with store.read(street_code) as tx:
        today = local_date(tx.now, street(tx).timezone)
        residents = lots.with_work(tx, today)
    for resident in residents:
        _turn_one(store, street_code, resident, today)
    return len(residents)


def _turn_one(store: Store, street_code: str, resident: str, today: date) -> None:
    with store.write(street_code) as tx:
        book = Book(OFFICE)
        book.enter("points mature", resident, lots.mature(tx, resident, today))
        book.enter("points debt paid", resident, lots.repay(tx, resident, today))
        postings, lapsed = lots.expire(tx, resident, today)
        known = programme(tx)
        book.enter("points lapse", resident, [*postings, *(known.on_accrue(-lapsed) if known and lapsed else ())])
        book.write(tx)
