"""The catalogue: what can be switched on, who else uses it, and what happened to a connection."""

from __future__ import annotations

from core_counter import STREET, Counter

from jiedao.catalogue.catalogue import Entry
from jiedao.catalogue.history import history
from jiedao.directory.caller import Caller, Role, audit
from jiedao.language import Text
from jiedao.registry.connections import State
from jiedao.registry.registry import Quarantined

OTHER = "150602008"
ADMINISTRATOR = Caller(STREET, "adm", Role.ADMINISTRATOR, "", "赵敏")


def entries(counter: Counter) -> dict[str, Entry]:
    with counter.read() as tx:
        return {entry.plugin.name: entry for entry in counter.house.catalogue.entries(tx)}


def test_other_streets_are_counted_and_not_named_and_what_is_off_is_not_in_use(counter: Counter) -> None:
    with counter.house.store.write(OTHER) as tx:
        counter._found(tx, "postpaid")
        counter.house.connections.switch(tx, "mute", State.OFF)
    found = entries(counter)
    assert (found["pos"].elsewhere, found["mute"].elsewhere) == (1, 0)
    assert [one.id for one in found["pos"].own] == ["pos"]


def test_words_are_looked_for_in_titles_families_and_abilities(counter: Counter) -> None:
    found = entries(counter)
    names = {name for name, entry in found.items() if entry.speaks_of("Biller FETCH")}
    assert names == {"hub", "stubborn", "silent"}
    assert found["pos"].speaks_of("")


def test_what_is_kept_apart_is_listed_with_the_reason(counter: Counter) -> None:
    counter.house.registry.quarantined["bad"] = Quarantined("bad", "no such hook", "traceback", "dist 1")
    assert [(one.name, one.why) for one in counter.house.catalogue.quarantined()] == [("bad", "no such hook")]


def test_history_is_told_in_words_newest_first(counter: Counter) -> None:
    with counter.write() as tx:
        audit(tx, ADMINISTRATOR, "connection.configure", "connection pos", names=["url", "other"])
    counter.watch.forward(seconds=1)
    with counter.write() as tx:
        audit(tx, ADMINISTRATOR, "connection.switch", "connection pos", to="live")
        audit(tx, ADMINISTRATOR, "connection.switch", "connection hub", to="off")
    with counter.read() as tx:
        told = history(tx, "pos", {"url": Text("地址", "Address")})
    assert [one.says.en for one in told] == ["took it Live", "changed settings: Address, other"]
    assert told[1].says.zh == "修改设置：地址、other"
