"""Run in a process of its own, with freshly rendered plugins on its path: an act of each on a street, and a visit.

The answer to the act is lost on purpose, in the visit as well; the worker asks and finds it, and the books have it
once.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeAlias

from houses import Furnished, furnish
from jiedao.certification.certification import Wanted as Certified
from jiedao.certification.entitlements import of_resident
from jiedao.certification.periods import Months
from jiedao.certification.schemes import Scheme
from jiedao.checkout.bills import Offer
from jiedao.checkout.checkout import Paying, Wanted
from jiedao.directory.residents import checked_number
from jiedao.hookspecs.certification import Route
from jiedao.hookspecs.codec import to_json
from jiedao.language import Text
from jiedao.operations.intent import plan
from jiedao.operations.model import News, Operation
from jiedao.post.consignments import NewConsignment
from jiedao.problems import Invalid
from jiedao.registry.connections import State
from jiedao.registry.registry import Registry
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.store.unit import Tx
from jiedao.testing.trial import opened

Sample: TypeAlias = Callable[[], Any]
"""Makes a request of the plugin's own bench, each time about somebody else."""


class Noted:
    """Takes note of how operations end."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """One more piece of news."""
        self.states.append(news.state.value)


def act_on_a_street(name: str, folder: Path) -> None:
    """Set the plugin up, act through operations, lose the answer, and let the worker find it."""
    module = importlib.import_module(name)
    bench = importlib.import_module(f"{name}.bench").BENCH
    act = bench.acts[0]
    with opened(module.plugin, bench, folder) as trial:
        given = {**trial.given(), "settling": 0}
        made = furnished(folder, name, module.plugin, given)
        request = act.request(trial.site())
        stored = {field.name for field in fields(request)} - {"connection", "deadline", "operation"}
        asked = {name: to_json(getattr(request, name)) for name in stored}
        noted = Noted()
        made.house.operations.serve("try", noted)
        trial.needs_stand_in().faults("lose_answer", act.wire)
        with made.house.store.write(made.street) as tx:
            operation = plan(tx, made.house.operations.policy, "new", act.hook, asked, subject=("try", "1"))
            planned = list(tx.planned)
        made.house.operations.drive(planned)
        made.resolve()
        rows = trial.books()["rows"]
        assert [row["reference"] for row in rows] == [operation], rows
        assert noted.states == ["unknown", "succeeded"], noted.states
        if visit := VISITS.get(module.plugin.describe().families[0]):
            trial.needs_stand_in().faults("lose_answer", act.wire)
            visit(made, lambda: act.request(trial.site()))
            assert len(trial.books()["rows"]) == 2, trial.books()["rows"]
            assert made.faults() == []
        made.house.close()


def pay(made: Furnished, offer: Offer, paying: Paying) -> None:
    """A resident's visit, from the order to the receipt."""
    made.open_shift()
    wanted = [Wanted(made.house.bills.seal(made.street, offer), offer.bill.amount)]
    made.finish(made.house.checkout.visit(made.operator, made.resident, wanted, [paying], surplus=False))
    assert [row.state for row in made.rows("orders")] == ["paid"]
    assert len(made.rows("receipt")) == 1


def pays_a_bill(made: Furnished, sample: Sample) -> None:
    """The bill is the new biller's."""
    asked = sample()
    (offer,) = made.house.bills.fetch(made.street, "new", asked.biller, {"account": asked.account})
    pay(made, offer, Paying("cash", offer.bill.amount, "cash"))


def pays_with_it(made: Furnished, sample: Sample) -> None:
    """The money is taken by the new provider."""
    offer = made.bill("ELEC", "0012")
    pay(made, offer, Paying("card", offer.bill.amount, "new"))


def posts_a_letter(made: Furnished, sample: Sample) -> None:
    """The postage is the new post's, and a line of the order."""
    asked = sample()
    posted = NewConsignment("new", asked.product, asked.sender, asked.recipient, asked.item, asked.handling)
    id_ = made.house.post.postage.offer(made.operator, posted)
    with made.house.store.read(made.street) as tx:
        offer = made.house.post.postage.offered(tx, id_).offer
    pay(made, offer, Paying("cash", offer.bill.amount, "cash"))


def certifies(made: Furnished, sample: Sample) -> None:
    """The benefit is the new bureau's."""
    house = made.house
    asked = next(one for one in (sample() for _ in range(200)) if _is_a_number(one.number))
    house.certification.set_scheme(made.administrator, Scheme("new", "new", asked.kind, Text.same("new"), Months(12)))
    with house.store.write(made.street) as tx:
        person = house.residents.add(tx, asked.name, number=asked.number)
    house.certification.look_up(made.operator, person.id)
    with house.store.read(made.street) as tx:
        theirs = tuple(one.id for one in of_resident(tx, person.id))
    begun = house.certification.certify(made.operator, Certified(person.id, theirs, Route.COUNTER))
    made.finish(begun)
    assert [row.outcome for row in made.rows("cert_item")] == ["certified"]


def _is_a_number(number: str) -> bool:
    """Whether the platform takes it: the bench makes numbers up, and one in eleven has the right check digit."""
    try:
        return bool(checked_number(number))
    except Invalid:
        return False


VISITS: dict[str, Callable[[Furnished, Sample], None]] = {
    "biller": pays_a_bill,
    "payment": pays_with_it,
    "postal": posts_a_letter,
    "certification": certifies,
}
"""What a resident does with a plugin of each family; points are claimed and messages sent by the act itself."""


def furnished(folder: Path, name: str, plugin: object, given: dict[str, Any]) -> Any:
    """A street with the new plugin beside the usual doubles."""
    url = f"sqlite:///{folder / 'jiedao.db'}"
    engine = open_engine(url)
    create_schema(engine)
    engine.dispose()
    made = furnish(url, folder)
    made.house.registry.register(name, plugin)
    with made.house.store.write(made.street) as tx:
        made.house.connections.create(tx, "new", name, Text.same(name), given)
    result = made.house.connections.check(made.street, "new")
    assert result.passed, result
    with made.house.store.write(made.street) as tx:
        made.house.connections.switch(tx, "new", State.LIVE)
    return made


def discovered(names: list[str]) -> None:
    """The entry points are found, and nothing is in quarantine."""
    found = Registry().discover()
    missing = [name for name in names if name not in found.plugins]
    assert missing == [], [found.quarantined.get(name) for name in missing]


def main(folder: Path, names: list[str]) -> None:
    """All of them."""
    discovered(names)
    for name in names:
        own = folder / name
        own.mkdir()
        act_on_a_street(name, own)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
