"""One connection: its state, check, settings, terms, what is open, its history; and the page that switches it off."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from flask import url_for

from jiedao.attention.matter import Page
from jiedao.catalogue.history import history
from jiedao.clock import stamp
from jiedao.daynames import WEEKDAYS
from jiedao.directory import groups, places
from jiedao.money import format_amount
from jiedao.operations.model import State as Standing
from jiedao.registry.connections import State
from jiedao.registry.open_work import total
from jiedao_web.console.frame import show
from jiedao_web.console.parts import ADMINISTRATORS, Pages
from jiedao_web.console.settings_form import inputs
from jiedao_web.console.ways import way
from jiedao_web.context import house
from jiedao_web.look import spoken_language
from jiedao_web.sessions import caller

pages = Pages("connections")
STEPS: Final = (State.OFF, State.TEST, State.LIVE)


@pages.get("/connections/<code:connection>", roles=ADMINISTRATORS)
def connection(connection: str) -> str:
    """Everything about one connection."""
    spoken = spoken_language()
    with house().store.read(caller().street) as tx:
        one = house().connections.one(tx, connection)
        plugin = house().registry.plugins.get(one.plugin)
        labels = {field.name: field.label for field in plugin.manifest.configuration.fields()} if plugin else {}
        values: dict[str, Any] = {
            "open": house().connections.still_open(tx, connection),
            "history": history(tx, connection, labels),
            "groups": groups.all(tx),
            "moment": partial(stamp, timezone=places.street(tx).timezone),
        }
    fields = inputs(plugin.manifest.configuration, spoken, one.settings, one.secrets) if plugin else []
    return show(
        "console/connection.html",
        one=one,
        plugin=plugin,
        fields=fields,
        steps=[state.value for state in STEPS],
        reached=STEPS.index(one.state) if one.state in STEPS else -1,
        hours=json.dumps([asdict(hours) for hours in one.terms.hours]),
        weekdays=json.dumps([day.in_(spoken) for day in WEEKDAYS], ensure_ascii=False),
        money=_typed,
        **values,
    )


@pages.get("/connections/<code:connection>/off", roles=ADMINISTRATORS)
def connection_off(connection: str) -> str:
    """What is still open before it is switched off; while anything is, pausing is offered instead."""
    with house().store.read(caller().street) as tx:
        one = house().connections.one(tx, connection)
        still = house().connections.still_open(tx, connection)
        moment = partial(stamp, timezone=places.street(tx).timezone)
    return show("console/connection_off.html", one=one, open=still, total=total(still), moment=moment, ways=_ways())


def _typed(fen: int | None) -> str:
    """An amount as it is typed into a field."""
    return "" if fen is None else format_amount(fen)


def _ways() -> dict[str, str]:
    """Where open work of a kind is looked at."""
    waiting = url_for("console.messages", state=Standing.PLANNED.value)
    return {kind: way(page) for kind, page in _PAGES.items()} | {"message": waiting}


_PAGES: Final = {
    "attempt": Page.OPERATIONS,
    "shift": Page.SHIFTS,
    "certification": Page.CERTIFICATION,
    "consignment": Page.POST,
    "parcel": Page.POST,
    "dispatch": Page.POST,
    "claim": Page.CLAIMS,
    "act": Page.OPERATIONS,
}
