"""A street whose residents serve themselves: a kiosk, phones, a wallet that waits for a scan, SMS that can be read."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from api_desk import BASE, Desk
from flask.testing import FlaskClient
from sqlalchemy import delete

import jiedao_cash
from doubles import Acquirer, BillOffice, Bureau, Issuer, PostOffice
from houses import PASSWORD, STREET, Furnished, Setting, furnish
from jiedao import hookimpl
from jiedao.certification import periods
from jiedao.certification.delegations import Mandate
from jiedao.certification.schemes import Scheme
from jiedao.clock import Clock, system_clock
from jiedao.directory.places import Kind, add_till
from jiedao.hall import opening
from jiedao.hall.items import set_items
from jiedao.hookspecs.certification import Beneficiary, Benefit, Standing
from jiedao.hookspecs.outcomes import NotFound, Pending, Succeeded
from jiedao.hookspecs.payment import PaymentAnswer, PaymentOutcome, PaymentQuery, PaymentRequest
from jiedao.hookspecs.postal import Contents, Handling, Item, Party
from jiedao.kiosk.devices import enrol, issue_code
from jiedao.language import Text
from jiedao.post.consignments import NewConsignment
from jiedao.store import tables
from jiedao.store.unit import STREET as SCOPE
from jiedao_web.app import create_app
from jiedao_web.context import NAME
from service_doubles import Messenger
from service_hall import ADVICE, MORNING, PERMIT

OWN, OTHERS = "13800000001", "13800000002"
KIOSK, PHONE = "K1", "P1"
NUMBERS = ("150602194901010019", "150602195001010018")
HALL = Party("诃额伦街道办事处", "0477-12345", "CN", "017000", "内蒙古", "鄂尔多斯市", "康巴什区", "人民路 1 号")
HOME = Party("李秀英", OWN, "CN", "017000", "内蒙古", "鄂尔多斯市", "康巴什区", "民族路 8 号")
_SERIAL = count(1)


class Wallet(Acquirer):
    """Shows a code and waits until somebody scans it."""

    def __init__(self) -> None:
        super().__init__(name="double_wallet")
        self.waiting: dict[str, int] = {}

    def scan(self) -> None:
        """Pay whatever waits."""
        self.taken |= self.waiting
        self.waiting = {}

    @hookimpl
    def payment_start(self, request: PaymentRequest) -> PaymentOutcome:
        """Show a code."""

        def show() -> Any:
            self.waiting[request.operation] = request.amount
            return Pending(request.operation, f"https://wallet.example.cn/{request.operation}")

        outcome: PaymentOutcome = self._act("payment_start", request.operation, show)
        return outcome

    @hookimpl
    def payment_query(self, request: PaymentQuery) -> PaymentAnswer:
        """Whether it was scanned."""

        def look() -> Any:
            if request.operation in self.taken:
                return Succeeded(self._slip(request.operation))
            waits = request.operation in self.waiting
            return Pending(request.operation, f"https://wallet.example.cn/{request.operation}") if waits else NotFound()

        answer: PaymentAnswer = self._act("payment_query", request.operation, look)
        return answer


@dataclass
class PhoneStreet:
    """The application, what it talks to, and two residents with a phone each: 李秀英 and 王强."""

    made: Furnished
    wallet: Wallet
    gateway: Messenger
    bureau: Bureau
    post: PostOffice
    app: Any
    own: str = ""
    other: str = ""
    clients: list[FlaskClient] = field(default_factory=list)

    @property
    def house(self) -> Any:
        """The house behind it."""
        return self.made.house

    def client(self) -> FlaskClient:
        """A browser of its own."""
        return self.app.test_client()

    def staff(self, login: str = "operator", till: str = "T1") -> Desk:
        """A member of staff with a session."""
        client = self.app.test_client(use_cookies=False)
        body = {"street": self.made.street, "login": login, "password": PASSWORD, "till": till}
        return Desk(client, client.post(f"{BASE}sessions", json=body).json["token"])

    def ask(self, phone: str, client: FlaskClient | None = None, sender: str = "") -> Any:
        """Ask for a code."""
        address = {"REMOTE_ADDR": sender or f"10.0.{next(_SERIAL) // 250}.{next(_SERIAL) % 250}"}
        body = {"street": self.made.street, "phone": phone}
        return (client or self.client()).post(f"{BASE}my/codes", json=body, environ_base=address)

    def code(self, phone: str, seconds: float = 5.0) -> str:
        """The code that came to a phone last, once it has come."""
        end = time.monotonic() + seconds
        while True:
            bodies = [request.body for request in self.gateway.delivered.values() if request.to == phone]
            if bodies:
                found = re.search(r"\d{6}", bodies[-1])
                assert found is not None
                return found[0]
            assert time.monotonic() < end, "no SMS came"
            time.sleep(0.01)

    def enter(self, phone: str, client: FlaskClient | None = None, **more: Any) -> Any:
        """Ask for a code, wait for it, and enter it; the answer."""
        self.forget_throttles()
        self.gateway.delivered.clear()
        asked = self.ask(phone).json["asked"]
        body = {"street": self.made.street, "asked": asked, "code": self.code(phone), **more}
        device = {"X-Kiosk": self.kiosk()} if more.get("channel") == "kiosk" else {}
        client = client or self.app.test_client(use_cookies=False)
        return client.post(f"{BASE}my/sessions", json=body, headers=device)

    def sign_in(self, phone: str = OWN, **more: Any) -> Desk:
        """A resident with a session, as a program has one."""
        client = self.app.test_client(use_cookies=False)
        answer = self.enter(phone, client, **more)
        assert answer.status_code == 201, answer.text
        return Desk(client, answer.json["token"])

    def visit(self, till: str = KIOSK) -> Desk:
        """Somebody at the kiosk."""
        client = self.app.test_client(use_cookies=False)
        device = {"X-Kiosk": self.kiosk(till)}
        answer = client.post(f"{BASE}my/visits", headers=device)
        assert answer.status_code == 201, answer.text
        return Desk(client, answer.json["token"], device)

    def kiosk(self, till: str = KIOSK) -> str:
        """The token of the device that stands at a kiosk, enrolled anew."""
        code = issue_code(self.house.store, self.made.administrator, till).code
        return f"{self.made.street}.{enrol(self.house.store, self.made.street, code, till)[0]}"

    def forget_throttles(self) -> None:
        """Let tests of other things ask as often as they like."""
        with self.house.store.write(self.made.street) as tx:
            tx.change(delete(tables.throttle).where(tables.throttle.c.street == SCOPE))

    def close(self) -> None:
        """Give everything back."""
        self.app.extensions[NAME].runner.close()
        self.house.close()


def phone_street(url: str, folder: Path, *, street: str = STREET, clock: Clock = system_clock) -> PhoneStreet:
    """A street with a kiosk K1 and a till P1 for phones; 李秀英 has a points card and a benefit that is due."""
    wallet, gateway, bureau, post = Wallet(), Messenger("double_gateway", "sms"), Bureau(), PostOffice()
    acquirer, biller, issuer = Acquirer(), BillOffice(), Issuer()
    doubles = (acquirer, biller, issuer, wallet, gateway, bureau, post)
    connections = {
        "cash": Setting("jiedao_cash"),
        "card": Setting(acquirer.name),
        "wallet": Setting(wallet.name, {"tender": "qr"}),
        "bills": Setting(biller.name),
        "post": Setting(issuer.name),
        "sms": Setting(gateway.name),
        "bureau": Setting(bureau.name),
        "ems": Setting(post.name),
    }
    plugins = [("jiedao_cash", jiedao_cash.plugin), *((one.name, one) for one in doubles)]
    made = furnish(
        url,
        folder,
        street=street,
        clock=clock,
        acquirer=acquirer,
        biller=biller,
        issuer=issuer,
        plugins=plugins,
        connections=connections,
    )
    found = PhoneStreet(made, wallet, gateway, bureau, post, create_app(made.house))
    with made.house.store.write(street) as tx:
        add_till(tx, KIOSK, "h1", "自助终端 1", kind=Kind.KIOSK)
        add_till(tx, PHONE, "h1", "手机", kind=Kind.PHONE)
        found.own = made.house.residents.add(tx, "李秀英", number=NUMBERS[0], phone=OWN).id
        found.other = made.house.residents.add(tx, "王强", number=NUMBERS[1], phone=OTHERS).id
        made.house.residents.tie_card(tx, "post", "6210012345999", found.own, "M2")
    set_items(made.house.store, made.administrator, [PERMIT, ADVICE])
    opening.set_patterns(made.house.store, made.administrator, "h1", [MORNING])
    scheme = Scheme("pension", "bureau", "110", Text("养老金", "Pension"), periods.Months(12, lead=30, grace=10))
    made.house.certification.set_scheme(made.administrator, scheme)
    for number in NUMBERS:
        bureau.people[number] = Beneficiary(number, "李**", (Benefit("110", Standing.DUE),))
    return found


@dataclass(frozen=True)
class Belongings:
    """One of each thing that belongs to a resident, by the name that addresses give it."""

    order: str
    number: str
    account: str
    parcel: str
    certification: str
    delegation: str
    entitlement: str
    booking: str
    case: str


def belongings(street: PhoneStreet, resident: str, phone: str, agent: str) -> Belongings:
    """Give a resident one of everything; the order is paid in cash at the window, so that it has a receipt."""
    house, by = street.house, street.made.operator
    with house.store.read(by.street) as tx:
        if house.shifts.current(tx, "T1") is None:
            street.made.open_shift()
    bill = street.made.bill("WATER", f"{next(_SERIAL):04d}1234")
    made = replace(street.made, resident=resident)
    begun = made.visit([bill], cash=bill.bill.amount)
    made.finish(begun)
    session = street.sign_in(phone)
    body = {"connection": "bills", "biller": "WATER", "inputs": {"account": "00125678"}, "label": "家里的水费"}
    account = session.post("my/accounts", body).json["id"]
    item = Item(Contents.DOCUMENT, 30, "证照")
    new = NewConsignment("ems", "letter", HALL, HOME, item, Handling(), resident=resident)
    parcel = house.post.consignments.create(by, new)
    made.finish(parcel)
    benefits = session.post("my/benefits/look-up").json["benefits"]
    certified = session.post("my/certifications", {"entitlements": [benefits[0]["id"]]}, Prefer="wait=5")
    assert certified.status_code == 201, certified.text
    mandate = Mandate(resident, agent, "女儿", "委托书 1 号", date(2020, 1, 1))
    delegation = house.certification.delegations.add(by, mandate)
    with house.store.read(by.street) as tx:
        rows = [row.body["number"] for row in made.rows("receipt") if row.order == begun.order]
    ids = (begun.order, rows[0], account, parcel.consignment, certified.json["id"], delegation, benefits[0]["id"])
    return Belongings(*ids, booked(street, session), session.post("my/cases", {"item": "permit"}).json["id"])


def booked(street: PhoneStreet, session: Desk) -> str:
    """An appointment of the resident's, at the first time that there is in the coming days."""
    today = street.house.store.clock().date()
    span = f"from={today}&to={today + timedelta(days=7)}"
    slots = session.get(f"my/bookings/slots?item=advice&hall=h1&{span}").json["slots"]
    slot = next(one for one in slots if one["free"])
    wanted = {"item": "advice", "hall": "h1", "on": slot["on"], "begins": slot["begins"]}
    answer = session.post("my/bookings", wanted)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])
