"""Every page that the application serves, taken from its own map, in two languages and at two sizes of window.

Each is examined with axe, and nothing in the browser may complain: no script, no refused style, no missing file. A new
page with an object in its address fails here until `page_costs` knows which object that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from examined import examine, examine_resident
from flask import Flask
from street_window import PICTURES

from doubles import Acquirer
from full_year import PASSWORD, STREET, Plan, Year
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.worker import Runner
from jiedao_web.app import create_app
from page_costs import Costs
from served import served
from year_house import leave_open, open_year

pytestmark = pytest.mark.browser
OFFICE, PHONE, STANDING = ((1280, 720), (1920, 1080)), ((390, 844), (1280, 800)), ((1080, 1920), (1280, 800))
ROOMS: Final = {
    "console": OFFICE,
    "counter": OFFICE,
    "door": OFFICE,
    "reference": OFFICE,
    "phone": PHONE,
    "kiosk": STANDING,
}
"""Rooms of screens, with the windows that people have before them."""
NO_PAGE: Final = {"door.provider", "door.come_back", "phone.to_home", "kiosk.over", "counter.door"}
"""Addresses of rooms that only lead elsewhere."""


@dataclass
class Rooms:
    """A street with something of everything, and the browsers of those who look at it."""

    address: str
    paths: dict[str, str]
    contexts: dict[str, Any]
    unknown: list[str]
    """Pages for which nobody has said which object stands in the address."""
    complaints: list[str]

    def open(self, name: str, language: str, size: tuple[int, int], type_size: str = "normal") -> Any:
        """A page as somebody has it before them who may see it."""
        context = self.contexts[name.partition(".")[0]]
        chosen = {"jiedao_language": language, "jiedao_type": type_size}
        context.add_cookies([{"name": key, "value": value, "url": self.address} for key, value in chosen.items()])
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.on("pageerror", lambda error: self.complaints.append(f"{name} script: {error}"))
        page.on("console", lambda said: self._heard(name, said))
        answer = page.goto(self.address + self.paths[name])
        assert answer.status == 200, (name, answer.status)
        page.wait_for_load_state("networkidle")
        return page

    def _heard(self, name: str, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(f"{name} {said.type}: {said.text}")


@pytest.fixture(scope="module")
def rooms(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    folder = tmp_path_factory.mktemp("rooms")
    url = f"sqlite:///{folder / 'jiedao.db'}"
    engine = open_engine(url)
    create_schema(engine)
    engine.dispose()
    acquirer = Acquirer()
    year = open_year(url, folder, Plan(orders=120, halls=3, residents=60, parcels=40, open=1), acquirer=acquirer)
    leave_open(year, acquirer)
    runner = Runner(year.house, threads=2)
    app = create_app(year.house, runner=runner)
    paths = Costs(year, app, PASSWORD).paths()
    with served(app) as address:
        contexts = _contexts(browser, address, year)
        yield Rooms(address, paths, contexts, _unknown(app, paths), [])
        for context in contexts.values():
            context.close()
    runner.close()
    year.house.close()


def _unknown(app: Flask, paths: Mapping[str, str]) -> list[str]:
    pages = [rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    ours = [name for name in pages if name.partition(".")[0] in ROOMS and not name.endswith(".static")]
    return sorted(set(ours) - paths.keys() - NO_PAGE)


def _contexts(browser: Any, address: str, year: Year) -> dict[str, Any]:
    """Who looks at which room: an administrator, an operator, a resident at home and one before the kiosk."""
    contexts = {room: browser.new_context(locale="zh-CN", service_workers="block") for room in ROOMS}
    for room, login, till in (
        ("console", "administrator", ""),
        ("counter", "op-T1", "T1"),
        ("door", "administrator", ""),
    ):
        given = {"street": STREET, "login": login, "password": PASSWORD, "till": till}
        assert contexts[room].request.post(f"{address}/api/v1/sessions", data=given).ok
    for room, cookies in (("phone", year.at_home()), ("kiosk", year.before_the_kiosk())):
        contexts[room].add_cookies([{"name": key, "value": value, "url": address} for key, value in cookies.items()])
    return contexts


def _pages(rooms: Rooms, room: str) -> list[str]:
    return [name for name in rooms.paths if name.partition(".")[0] == room and name not in NO_PAGE]


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_of_a_room_is_fit_to_be_looked_at(rooms: Rooms, room: str) -> None:
    rooms.complaints.clear()
    pages = _pages(rooms, room)
    assert pages
    for name in pages:
        for language, size in zip(("zh", "en"), ROOMS[room], strict=True):
            page = rooms.open(name, language, size)
            examine(page)
            _keep(page, f"{name.replace('.', '-')}-{language}")
            page.close()
    assert rooms.complaints == []


@pytest.mark.parametrize("room", ["phone", "kiosk"])
@pytest.mark.parametrize("type_size", ["normal", "large", "largest"])
def test_every_page_for_residents_keeps_its_sizes(rooms: Rooms, room: str, type_size: str) -> None:
    rooms.complaints.clear()
    for name in _pages(rooms, room):
        page = rooms.open(name, "zh", ROOMS[room][0], type_size)
        examine_resident(page, type_size)
        page.close()
    assert rooms.complaints == []


def test_every_address_of_a_room_is_known_here(rooms: Rooms) -> None:
    assert rooms.unknown == []


def _keep(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled", full_page=True)
