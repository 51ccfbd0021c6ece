"""The kiosk as a resident has it before them: touches, large type, a terminal beside it, and nobody who helps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from examined import examine, examine_resident
from street_window import Window, hold, opened

import jiedao_calendar_cn
from houses import STREET, Setting, furnish
from jiedao.certification import periods
from jiedao.certification.schemes import Scheme
from jiedao.directory.places import Kind, add_till
from jiedao.hall import opening
from jiedao.hall.cases import Matter
from jiedao.hall.graph import At
from jiedao.hall.items import set_items
from jiedao.kiosk.devices import Condition, issue_code, report
from jiedao.language import Text
from jiedao.operations.policy import Policy
from jiedao_sandbox.bureau.people import PENSION, Fate, name_of, number_for
from jiedao_sandbox.launch import Running
from jiedao_web.kiosk.wording import WORDS
from jiedao_web.look import in_language
from jiedao_web.look.wording import WORDS as SHARED
from postgres_server import Database
from service_hall import ADVICE, MORNING, PERMIT
from stand_ins import REAL, StandIns

pytestmark = pytest.mark.browser
STANDING = {"width": 1080, "height": 1400}
CARD = "6210012345675"
_PEOPLE = count(700)
_METERS = count(1)


class Kiosk(Window):
    """The kiosk K1, enrolled."""

    def t(self, key: str, **values: object) -> str:
        """Words of the screen."""
        return in_language({**SHARED, **WORDS}, self.language)[key].format(**values)

    @property
    def house(self) -> Any:
        """The house behind it."""
        return self.street.house

    def enrol(self) -> None:
        """Enter the code of an administrator, as who sets the kiosk up does."""
        code = issue_code(self.house.store, self.street.administrator, "K1").code
        self.page.goto(f"{self.address}/kiosk/")
        self.page.fill("#street", STREET)
        self.page.fill("#code", code)
        self.page.get_by_role("button", name=self.t("enrol.do")).click()
        self.page.wait_for_selector(".bigs")

    def choose(self, words: str) -> None:
        """Touch a big choice."""
        self.page.locator(".big", has_text=words).first.click()

    def show_card(self) -> None:
        """Hold the points card to the scanner, which types and presses Enter."""
        self.page.wait_for_selector("#card:focus")
        self.page.keyboard.type(CARD)
        self.page.keyboard.press("Enter")

    def pay_water(self) -> str:
        """Look a bill of the water company up, and go on to how it is paid."""
        self.choose("自来水")
        number = f"{next(_METERS) * 7 + 3000:09d}"
        self.page.wait_for_selector("#in-meter:focus")
        for digit in number:
            self.page.locator(".key", has_text=digit).first.click()
        assert self.page.input_value("#in-meter") == number
        self.press("script.look_up")
        self.page.wait_for_selector(".choose")
        return number

    def result(self, kind: str, seconds: float = 20.0) -> None:
        """Wait for a result."""
        self.page.wait_for_selector(f"[data-result={kind}]", timeout=seconds * 1000)


@pytest.fixture
def kiosk(browser: Any, sqlite: Database, outside: StandIns, tmp_path: Path) -> Iterator[Kiosk]:
    """A street with a kiosk that has a card terminal, service items, hours, and a pension scheme."""
    card = outside.connections["card"]
    terminals = {"terminals": {"T1": outside.terminal.url, "K1": outside.terminal.url}}
    connections = {
        **outside.connections,
        "card": replace(card, given={**card.given, **terminals}),
        "days": Setting("jiedao_calendar_cn", {"own_days": []}),
    }
    plugins = [*REAL, ("jiedao_calendar_cn", jiedao_calendar_cn.plugin)]
    street = furnish(sqlite.url, tmp_path, plugins=plugins, connections=connections, policy=Policy(first=0.4))
    store, admin = street.house.store, street.administrator
    with store.write(STREET) as tx:
        add_till(tx, "K1", "h1", "自助机 1", kind=Kind.KIOSK)
    set_items(store, admin, [PERMIT, ADVICE])
    opening.set_patterns(store, admin, "h1", [replace(MORNING, weekdays=frozenset(range(1, 8)), ends="20:00")])
    pension = Scheme("pension", "bureau", PENSION, Text("养老金", "Pension"), periods.Months(12, lead=30, grace=10))
    street.house.certification.set_scheme(admin, pension)
    with opened(browser, street, outside) as window:
        window.page.set_viewport_size(STANDING)
        made = Kiosk(window.page, window.address, street, outside, complaints=window.complaints)
        made.enrol()
        yield made


def pensioner(kiosk: Kiosk, bureau: Running) -> str:
    """Somebody whom the bureau knows, with a points card."""
    number = number_for(Fate.DUE, next(_PEOPLE))
    with kiosk.house.store.write(STREET) as tx:
        made: str = kiosk.house.residents.add(tx, name_of(number), number=number).id
        kiosk.house.residents.tie_card(tx, "post", "6210019999999", made, "M2")
    return made


def test_a_pensioner_certifies_in_large_type(kiosk: Kiosk, outside: StandIns) -> None:
    page = kiosk.page
    pensioner(kiosk, outside.bureau)
    page.locator(".size-large").click()
    examine_resident(page, "large")
    kiosk.picture("kiosk-start-large")
    kiosk.choose(kiosk.t("start.certify"))
    page.wait_for_selector("#card:focus")
    examine_resident(page, "large")
    kiosk.picture("kiosk-sign-in-large")
    page.keyboard.type("6210019999999")
    page.keyboard.press("Enter")
    page.wait_for_selector("#consent")
    examine_resident(page, "large")
    kiosk.press("cert.do")
    assert page.locator("#consent-error").inner_text().endswith(kiosk.t("cert.consent_missing"))
    page.locator(".consent label").click()
    kiosk.picture("kiosk-certify-large")
    kiosk.press("cert.do")
    kiosk.result("good")
    assert kiosk.t("cert.certified") in page.inner_text("#work")
    examine_resident(page, "large")
    kiosk.picture("kiosk-certified-large")
    page.get_by_role("button", name=kiosk.t("rate.5"), exact=True).click()
    page.wait_for_selector("[data-done]:not([hidden])")
    rows = kiosk.street.rows("rating")
    assert [(row.kind, row.stars, row.channel) for row in rows] == [("certification", 5, "kiosk")]
    assert kiosk.street.rows("cert_attempt")[0].till == "K1"


def test_without_paper_nothing_is_taken_and_then_a_bill_is_paid(kiosk: Kiosk) -> None:
    page = kiosk.page
    kiosk.choose(kiosk.t("start.bills"))
    kiosk.pay_water()
    report(kiosk.house.store, STREET, "K1", Condition.PAPER_LOW)
    kiosk.press("script.next")
    examine_resident(page)
    kiosk.picture("kiosk-how")
    kiosk.choose(kiosk.t("script.card"))
    kiosk.result("bad")
    assert "打印纸快用完" in page.inner_text("#work")
    assert kiosk.street.rows("orders") == []
    page.goto(f"{kiosk.address}/kiosk/bills")
    assert kiosk.t("bills.paper") in page.inner_text("main")
    examine_resident(page)
    kiosk.picture("kiosk-paper-low")
    report(kiosk.house.store, STREET, "K1", Condition.ONLINE)
    page.goto(f"{kiosk.address}/kiosk/bills")
    kiosk.pay_water()
    examine_resident(page)
    kiosk.press("script.next")
    assert not page.locator(".rating").is_visible()
    kiosk.choose(kiosk.t("script.card"))
    kiosk.result("good", 30)
    examine_resident(page)
    kiosk.picture("kiosk-paid")
    order = kiosk.street.rows("orders")[0]
    assert (order.state, order.till, order.resident) == ("paid", "K1", None)
    page.get_by_role("button", name=kiosk.t("rate.4"), exact=True).click()
    page.wait_for_selector("[data-done]:not([hidden])")
    assert [(row.kind, row.stars) for row in kiosk.street.rows("rating")] == [("order", 4)]


def test_when_nobody_touches_it_everything_is_wiped(kiosk: Kiosk) -> None:
    page = kiosk.page
    page.clock.install()
    page.goto(f"{kiosk.address}/kiosk/sign-in?then=points")
    kiosk.show_card()
    page.wait_for_url("**/kiosk/points")
    page.goto(f"{kiosk.address}/kiosk/track")
    page.fill("#number", "1150602199")
    page.clock.fast_forward(50_000)
    page.wait_for_selector("#idle[open]")
    examine(page)
    kiosk.picture("kiosk-idle")
    page.locator("#idle-stay").click()
    assert page.input_value("#number") == "1150602199"
    page.clock.fast_forward(50_000)
    page.wait_for_selector("#idle[open]")
    page.clock.fast_forward(40_000)
    page.wait_for_url(f"{kiosk.address}/kiosk/")
    assert kiosk.street.rows("resident_session") == []
    assert "古丽" not in page.content()
    page.go_back()
    page.wait_for_load_state()
    assert "1150602199" not in page.content()
    assert page.locator("#number").count() == 0 or page.input_value("#number") == ""
    assert page.request.get(f"{kiosk.address}/api/v1/my/profile").status == 401


def test_guides_and_forms_in_english(kiosk: Kiosk) -> None:
    page, kiosk.language = kiosk.page, "en"
    page.get_by_role("link", name="English").click()
    page.wait_for_selector("html[lang=en]")
    examine_resident(page)
    kiosk.picture("kiosk-start-en")
    kiosk.choose(kiosk.t("start.guide"))
    examine_resident(page)
    kiosk.choose("Senior citizen")
    examine_resident(page)
    kiosk.picture("kiosk-guide-en")
    kiosk.choose("Application")
    examine_resident(page)
    kiosk.picture("kiosk-form-en")


def test_an_appointment_is_made_and_given_up(kiosk: Kiosk) -> None:
    page = kiosk.page
    page.goto(f"{kiosk.address}/kiosk/book")
    kiosk.show_card()
    page.wait_for_url("**/kiosk/book")
    examine_resident(page)
    kiosk.choose("法律咨询")
    page.wait_for_selector("#work .big")
    examine_resident(page)
    page.locator("#work .big").nth(1).click()
    page.locator("#work .big").first.click()
    kiosk.press("script.book_do")
    kiosk.result("good")
    kiosk.picture("kiosk-booked")
    examine_resident(page)
    page.goto(f"{kiosk.address}/kiosk/mine")
    examine_resident(page)
    kiosk.press("mine.cancel")
    page.get_by_text(kiosk.t("mine.no_bookings")).wait_for()
    assert [row.state for row in kiosk.street.rows("booking")] == ["cancelled"]


def test_what_is_touched_twice_is_done_once(kiosk: Kiosk) -> None:
    page, sent = kiosk.page, []
    page.goto(f"{kiosk.address}/kiosk/book")
    kiosk.show_card()
    page.wait_for_url("**/kiosk/book")
    kiosk.choose("法律咨询")
    page.locator("#work .big").nth(1).click()
    page.locator("#work .big").first.click()
    held = hold(page, "**/api/v1/my/bookings")
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    place = page.get_by_role("button", name=kiosk.t("script.book_do")).bounding_box()
    for _ in range(2):
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    assert page.locator("#work[inert]").count() == 1
    held().continue_()
    kiosk.result("good")
    assert page.locator("#work[inert]").count() == 0
    assert len(sent) == 1


def test_points_and_what_is_one_s_own(kiosk: Kiosk) -> None:
    page, house = kiosk.page, kiosk.house
    kiosk.street.give_points(12_50)
    made = house.hall.cases.open(kiosk.street.operator, Matter("permit", kiosk.street.resident))
    kiosk.choose(kiosk.t("start.points"))
    kiosk.show_card()
    page.wait_for_url("**/kiosk/points")
    assert "12.50" in page.inner_text("main")
    examine_resident(page)
    kiosk.picture("kiosk-points")
    page.goto(f"{kiosk.address}/kiosk/mine")
    assert page.locator(".rating").count() == 0, "it is not finished"
    house.hall.cases.step(kiosk.street.operator, made, At.FINISHED)
    page.reload()
    examine_resident(page)
    kiosk.picture("kiosk-mine")
    page.get_by_role("button", name=kiosk.t("rate.5"), exact=True).click()
    page.wait_for_selector("[data-done]:not([hidden])")
    assert [(row.kind, row.subject) for row in kiosk.street.rows("rating")] == [("case", made)]


def test_out_of_service_and_revoked(kiosk: Kiosk) -> None:
    page = kiosk.page
    report(kiosk.house.store, STREET, "K1", Condition.OUT_OF_SERVICE)
    page.goto(f"{kiosk.address}/kiosk/bills")
    assert kiosk.t("out.says") in page.inner_text("main")
    examine_resident(page)
    kiosk.enter("/console/kiosks", "administrator")
    examine(page)
    kiosk.picture("console-kiosks")
    page.get_by_role("button", name="停用设备").click()
    page.fill("#reason-K1", "设备被盗")
    examine(page)
    page.locator("dialog[open] .button-danger").click()
    page.get_by_text("未登记").wait_for()
    page.wait_for_load_state()
    page.get_by_role("button", name="生成登记码").click()
    page.wait_for_selector("#code[open]")
    assert len(page.inner_text("#code-words")) == 8
    examine(page)
    kiosk.picture("console-kiosk-code")
    page.goto(f"{kiosk.address}/kiosk/")
    page.wait_for_url("**/kiosk/enrol")


def test_an_answer_that_never_came_is_being_confirmed_and_not_failed(kiosk: Kiosk) -> None:
    page = kiosk.page
    kiosk.outside.terminal.faults("lose_answer", "sale")
    kiosk.outside.terminal.faults("lose_answer", "reverse", times=2)
    kiosk.choose(kiosk.t("start.bills"))
    kiosk.pay_water()
    kiosk.press("script.next")
    kiosk.choose(kiosk.t("script.card"))
    kiosk.result("wait", 30)
    order = kiosk.street.rows("orders")[0]
    assert kiosk.t("order.number", number=order.id) in page.inner_text("#work")
    assert kiosk.t("order.refused") not in page.inner_text("main")
    assert not page.locator(".rating").is_visible()
    examine_resident(page)
    kiosk.picture("kiosk-confirming")
