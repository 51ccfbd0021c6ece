"""The catalogue of what a street can switch on, and the form that switches one of them on."""

from __future__ import annotations

from typing import Any, Final

from flask import request

from jiedao.catalogue.catalogue import Entry as Known
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.registry.families import MODULES
from jiedao.store.unit import Tx
from jiedao_web.console.frame import show
from jiedao_web.console.parts import ADMINISTRATORS, Entry, Pages
from jiedao_web.console.settings_form import inputs
from jiedao_web.context import house
from jiedao_web.look import spoken_language
from jiedao_web.sessions import caller

pages = Pages("catalogue")
ICONS: Final = {
    "payment": "scales",
    "biller": "other",
    "postal": "parcel",
    "points": "star",
    "certification": "shield",
    "service": "bell",
}


@pages.get("/catalogue", entry=Entry("services", "catalogue.title", "grid"), roles=ADMINISTRATORS)
def catalogue() -> str:
    """Everything that can be switched on, by family; `q` looks for words."""
    words = request.args.get("q", "").strip()[:60]
    with house().store.read(caller().street) as tx:
        entries = house().catalogue.entries(tx)
        own = house().connections.all(tx)
    found = [entry for entry in entries if entry.speaks_of(words)]
    families = [(family, [one for one in found if _family(one) == family]) for family in MODULES]
    return show(
        "console/catalogue.html",
        q=words,
        own=[] if words else own,
        families=[(family, ones) for family, ones in families if ones],
        quarantined=[] if words else house().catalogue.quarantined(),
        icons=ICONS,
    )


@pages.get("/catalogue/<code:plugin>", roles=ADMINISTRATORS)
def switch_on(plugin: str) -> str:
    """The form that sets a plugin up."""
    with house().store.read(caller().street) as tx:
        entry = _entry(tx, plugin)
        taken = {one.id for one in house().connections.all(tx)}
    fields = inputs(entry.plugin.manifest.configuration, spoken_language())
    return show(
        "console/switch_on.html",
        entry=entry,
        fields=fields,
        secrets=[field for field in fields if field.kind == "secret"],
        suggested=_free(plugin.removeprefix("jiedao_").replace("_", "-"), taken),
        icons=ICONS,
    )


def _entry(tx: Tx, plugin: str) -> Known:
    for entry in house().catalogue.entries(tx):
        if entry.plugin.name == plugin:
            return entry
    raise NotFound("plugin.missing", _MISSING.format(name=plugin), field="plugin")


def _family(entry: Known) -> str:
    """The first of its families: an entry stands once."""
    return next(iter(entry.plugin.manifest.families), "service")


def _free(wanted: str, taken: Any) -> str:
    names = (wanted if no == 1 else f"{wanted}-{no}" for no in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


_MISSING: Final = Text(zh="没有可用的插件“{name}”", en='There is no usable plugin "{name}"')
