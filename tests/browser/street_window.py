"""The counter as its staff have it before them: keys and words, as a person at the window uses them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examined import examine

from houses import PASSWORD, STREET, Furnished
from jiedao.worker import Runner, Worker
from jiedao_web.app import create_app, warm_up
from jiedao_web.console.wording import WORDS as CONSOLE
from jiedao_web.counter.wording import WORDS
from jiedao_web.look import in_language
from jiedao_web.look.wording import WORDS as SHARED
from served import served
from stand_ins import StandIns
from waiting import until

SIZE = {"width": 1280, "height": 720}
PICTURES = os.environ.get("JIEDAO_PICTURES", "")


@dataclass
class Window:
    """The counter as its staff have it before them."""

    page: Any
    address: str
    street: Furnished
    outside: StandIns
    language: str = "zh"
    complaints: list[str] = field(default_factory=list)

    def t(self, key: str, **values: object) -> str:
        """Words of the screen."""
        return in_language({**SHARED, **WORDS}, self.language)[key].format(**values)

    def sign_in(self, who: str = "operator") -> None:
        """Come in through the door."""
        self.page.goto(f"{self.address}/counter/sign-in")
        for name, words in (("street", STREET), ("login", who), ("password", PASSWORD), ("till", "T1")):
            self.page.fill(f"#{name}", words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/counter/")

    def enter(self, where: str, who: str = "operator") -> None:
        """Open a page as somebody who has signed in."""
        given = {"street": STREET, "login": who, "password": PASSWORD, "till": "T1"}
        assert self.page.request.post(f"{self.address}/api/v1/sessions", data=given).ok
        self.page.goto(f"{self.address}{where}")

    def begin(self, who: str = "operator", counted: str = "200") -> None:
        """Sign in and open the shift with a float."""
        self.sign_in(who)
        self.page.fill("#float", counted)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#view-desk:not([hidden])")

    def find(self, words: str) -> None:
        """Find the resident as a scanner would type it."""
        self.page.keyboard.press("F2")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#resident-card .name")

    def look_up(self, biller: str, account: str) -> None:
        """Choose a biller by its Chinese name, type the account number and look the bills up."""
        self.page.locator(".biller", has_text=biller).click()
        self.page.wait_for_selector("#bill-inputs input:focus")
        self.page.keyboard.type(account)
        self.page.keyboard.press("Enter")

    def add(self, biller: str, account: str) -> None:
        """Look a bill up and put the first one into the visit, without the mouse."""
        self.look_up(biller, account)
        self.page.wait_for_selector(".bill")
        lines = self.page.locator(".item").count()
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("n => document.querySelectorAll('.item').length > n", arg=lines)

    def press(self, key: str) -> None:
        """Press the button with these words."""
        self.page.get_by_role("button", name=self.t(key)).click()

    def pay(self) -> None:
        """Press the key that takes the payment."""
        self.page.keyboard.press("F9")

    def wait_for(self, verdict: str, seconds: float = 20.0) -> None:
        """Wait until the verdict stands above the steps."""
        self.page.wait_for_selector(f"#verdict[data-verdict={verdict}]", timeout=seconds * 1000)

    def states(self) -> list[str]:
        """The states of the steps, from above."""
        found: list[str] = self.page.locator("#steps .step").evaluate_all("all => all.map(one => one.dataset.state)")
        return found

    def picture(self, name: str) -> None:
        """Examine what is on the screen, and keep a picture where pictures are wanted."""
        examine(self.page)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")


def intercept(page: Any, address: str, handler: Callable[[Any], object]) -> None:
    """Hand what a page asks for at an address to `handler`, from now on.

    Chromium tells a page that is open already only after it has agreed; what is asked for before goes past the handler.
    """
    page.route(address, lambda route: handler(route))
    page.route(_PROBE, lambda route: route.fulfill(body=_CAUGHT))
    while page.evaluate(f"() => fetch('{_PROBED}', {{ cache: 'no-store' }}).then((one) => one.text())") != _CAUGHT:
        pass
    page.unroute(_PROBE)


_PAUSE = 20.0  # milliseconds
_PROBED, _CAUGHT = "/look/static/early.js?probe", "caught"
_PROBE = f"**{_PROBED}"


def hold(page: Any, address: str) -> Callable[[], Any]:
    """Hold what a page asks for at an address, from now on; what is returned waits for the next of it."""
    routes: list[Any] = []

    def arrived() -> bool:
        page.wait_for_timeout(_PAUSE)
        return bool(routes)

    def taken() -> Any:
        until(arrived, f"a request for {address}")
        return routes.pop(0)

    intercept(page, address, routes.append)
    return taken


def said(window: Window, key: str, **values: object) -> str:
    """Words of the console in the language of a window."""
    return CONSOLE[key].in_(window.language).format(**values)


@contextmanager
def opened(browser: Any, street: Furnished, outside: StandIns) -> Iterator[Window]:
    """The application of a street, and a browser before it."""
    warm_up()
    runner, worker = Runner(street.house), Worker(street.house, pause=0.1)
    with served(create_app(street.house, runner=runner)) as address:
        worker.start()
        context = browser.new_context(viewport=SIZE, locale="zh-CN", service_workers="block")
        made = Window(context.new_page(), address, street, outside)
        _listen(made)
        yield made
        context.close()
    worker.stop()
    runner.close()
    street.house.close()
    outside.terminal.clear()
    assert made.complaints == []


@contextmanager
def beside(browser: Any, window: Window, locale: str, language: str) -> Iterator[Window]:
    """Another person with a browser of their own before the same street."""
    context = browser.new_context(viewport=SIZE, locale=locale, service_workers="block")
    made = Window(context.new_page(), window.address, window.street, window.outside, language)
    _listen(made)
    yield made
    context.close()
    assert made.complaints == []


def _listen(window: Window) -> None:
    """Errors of the script, complaints on the console, and anything that the content security policy refused."""
    page = window.page
    page.on("pageerror", lambda error: window.complaints.append(f"script: {error}"))
    page.on("console", lambda said: _heard(window, said))
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))")


def _heard(window: Window, said: Any) -> None:
    # The browser itself reports every answer of 400 and above; refusals are ours and are looked at on the screen.
    if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource"):
        window.complaints.append(f"{said.type}: {said.text}")
