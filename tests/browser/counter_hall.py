"""A street's window with everything that a resident can come for: bills, post, certification, services, and devices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from street_window import Window, opened

import jiedao_idreader
import jiedao_print_raw
from houses import Furnished, Setting, furnish
from jiedao.certification import periods
from jiedao.certification.schemes import Scheme
from jiedao.hall.items import Guide, Item, set_items
from jiedao.language import Text
from jiedao.operations.policy import Policy
from jiedao_sandbox.bureau.people import PENSION, UNEMPLOYMENT, Fate, name_of, number_for
from jiedao_sandbox.idbridge import TOKEN
from jiedao_sandbox.launch import Running
from postgres_server import Database
from stand_ins import REAL, StandIns

PLUGINS = (
    *REAL,
    ("jiedao_print_raw", jiedao_print_raw.plugin),
    ("jiedao_idreader", jiedao_idreader.plugin),
)
CARD = "6210012345675"
_SERIAL = count(8000)
_YEAR = periods.Months(12, lead=30, grace=10)
SCHEMES = (
    Scheme("pension", "bureau", PENSION, Text("养老金", "Pension"), _YEAR, needs_delegation=True),
    Scheme("dole", "bureau", UNEMPLOYMENT, Text("失业金", "Unemployment benefit"), _YEAR),
)
PERMIT = Item(
    "permit",
    Text("老年优待证", "Senior citizen's card"),
    "elderly",
    Guide(
        who=Text("年满 60 周岁的居民", "Residents of 60 and above"),
        bring=Text("身份证\n一寸照片", "Identity card\nPhoto"),
        fee=Text("免费", "Free"),
    ),
    workdays=5,
)
ADVICE = Item("advice", Text("法律咨询", "Legal advice"), "law")
LETTER = {
    "recipient-phone": "13800000000",
    "recipient-province": "新疆",
    "recipient-city": "乌鲁木齐市",
    "recipient-district": "天山区",
    "recipient-line": "解放北路 22 号",
    "sender-phone": "13900000000",
    "sender-province": "内蒙古",
    "sender-city": "鄂尔多斯市",
    "sender-district": "康巴什区",
    "sender-line": "康宁路 5 号",
    "post-weight": "30",
}


def somebody(street: Furnished, fate: Fate = Fate.DUE, card: str = "") -> tuple[str, str]:
    """Register somebody whom the bureau knows; their number and name."""
    number = number_for(fate, next(_SERIAL))
    name = name_of(number)
    with street.house.store.write(street.street) as tx:
        made = street.house.residents.add(tx, name, number=number)
        if card:
            street.house.residents.tie_card(tx, "post", card, made.id, "M1")
    return number, name


def write_letter(window: Window, name: str = "李小红") -> None:
    """Fill the form of the post."""
    page = window.page
    page.keyboard.press("Alt+2")
    page.wait_for_selector("#post-form:not([hidden])")
    page.wait_for_function("() => document.querySelector('#sender-name').value !== ''")
    for field, words in {**LETTER, "recipient-name": name}.items():
        page.fill(f"#{field}", words)


@contextmanager
def hall_window(
    browser: Any, database: Database, folder: Path, outside: StandIns, printer: Running, bridge: Running
) -> Iterator[Window]:
    """A till with a thermal printer and a card reader, whose shift is not open yet."""
    devices = {
        "printer": Setting("jiedao_print_raw", {"printers": {"T1": {"host": "127.0.0.1", "port": printer.port}}}),
        "reader": Setting("jiedao_idreader", {"bridges": {"T1": bridge.url}, "token": TOKEN}),
    }
    connections = {**outside.connections, **devices}
    street = furnish(database.url, folder, plugins=PLUGINS, connections=connections, policy=Policy(first=0.4))
    for scheme in SCHEMES:
        street.house.certification.set_scheme(street.administrator, scheme)
    set_items(street.house.store, street.administrator, [PERMIT, ADVICE])
    printer.clear()
    printer.call("POST", "state", {})
    outside.bureau.clear()
    outside.ems.clear()
    with opened(browser, street, outside) as made:
        yield made
