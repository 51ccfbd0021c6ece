"""The outside world of the demo: stand-ins as real processes, and the street's connections to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from jiedao.house import House
from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao.registry.connections import Setup, State
from jiedao_cli.demo.facts import BUREAU, CARD, CASH, EMS, FILE, HUB, POST, SMS, WALLET, facts, street_code
from jiedao_sandbox import billhub, bureau, ems, postoffice, sms
from jiedao_sandbox.launch import Running, Sandbox

_LINK_SECRET: Final = "sandbox-register-secret"  # noqa: S105 (of a stand-in on loopback; it opens nothing)
_WALLET_KEYS: Final = {"secret_key": "sk_test_sandbox", "webhook_secret": "whsec_sandbox"}
_SETTLING: Final = 2
"""Seconds; the stand-ins book at once, so that a lost answer is cleared up while one looks on."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The stand-ins that run."""

    hub: Running
    acquirer: Running
    terminals: Mapping[str, Running]
    """By till."""
    post: Running
    ems: Running
    bureau: Running
    sms: Running
    stripe: Running

    def all(self) -> Iterator[Running]:
        """Every process."""
        yield from (self.hub, self.acquirer, *self.terminals.values(), self.post, self.ems, self.bureau)
        yield from (self.sms, self.stripe)


def start(sandbox: Sandbox) -> Outside:
    """Start them, on the books of the last time where there are any."""
    with ThreadPoolExecutor() as at_once:
        names = ("billhub", "acquirer", "postoffice", "ems", "bureau", "sms", "stripe")
        hub, acquirer, post, mail, bureau, phones, wallet = at_once.map(sandbox.start, names)
        address = f"{acquirer.host}:{acquirer.port}"
        tills = [hall["till"] for hall in facts()["halls"]][:_TERMINALS]
        started = at_once.map(lambda number: _terminal(sandbox, tills[number], number + 1, address), range(len(tills)))
        introduce(bureau)
        return Outside(hub, acquirer, dict(zip(tills, started, strict=True)), post, mail, bureau, phones, wallet)


def introduce(office: Running) -> None:
    """Let the bureau know the residents of the demo: each draws a pension whose certification is due."""
    for one in facts()["residents"]:
        if one["number"]:
            office.call("POST", "person", {"number": one["number"], "name": one["name"]})


def connect(house: House, outside: Outside) -> None:
    """Set the street's connections up, or to where the stand-ins are this time; check each and switch it on."""
    with house.store.read(street_code()) as tx:
        known = {setup.id: setup for setup in house.connections.all(tx)}
    for id_, plugin, title, given in (*_wanted(outside), *_post_and_bureau(outside), *_phones(outside)):
        _set_up(house, known.get(id_), id_, plugin, title, given)


def _terminal(sandbox: Sandbox, till: str, number: int, acquirer: str) -> Running:
    return sandbox.start(
        "terminal",
        label=f"terminal-{till}",
        acquirer=acquirer,
        terminal_id=f"0001{number:04d}",
        link_secret=_LINK_SECRET,
    )


def _wanted(outside: Outside) -> Iterator[tuple[str, str, Text, dict[str, Any]]]:
    property_company = {name: value for name, value in facts()["property"].items() if name != "rooms"}
    terminals = {till: terminal.url for till, terminal in outside.terminals.items()}
    yield CASH, "jiedao_cash", Text(zh="现金", en="Cash"), {}
    yield (
        CARD,
        "jiedao_unionpay_pos",
        Text(zh="银联刷卡", en="Bank card (UnionPay)"),
        {
            "terminals": terminals,
            "default_terminal": next(iter(terminals.values())),
            "link_secret": _LINK_SECRET,
        },
    )
    yield (
        HUB,
        "jiedao_billhub",
        Text(zh="缴费平台", en="Bill hub"),
        {
            "url": outside.hub.url,
            "agent": billhub.AGENT,
            "key_id": billhub.KEY_ID,
            "secret": billhub.SECRET,
            "settling": _SETTLING,
        },
    )
    yield FILE, "jiedao_billfile", Text(zh="物业账单文件", en="Property bills by file"), {"billers": [property_company]}
    yield (
        POST,
        "jiedao_postcard",
        Text(zh="邮局积分卡", en="Post office points card"),
        {
            "url": outside.post.url,
            "key_id": postoffice.KEY_ID,
            "secret": postoffice.SECRET,
            "settling": _SETTLING,
            **facts()["points"],
        },
    )


def _post_and_bureau(outside: Outside) -> Iterator[tuple[str, str, Text, dict[str, Any]]]:
    about, place = facts()["ems"], facts()["ems"]["sender"]
    yield (
        EMS,
        "jiedao_ems",
        Text(zh="邮政速递", en="EMS"),
        {
            "interface": "current",
            "url": outside.ems.url + ems.CURRENT_PATH,
            "sender_number": ems.SENDER,
            "authorization": ems.AUTHORIZATION,
            "key": ems.KEY,
            "ecommerce_user_id": street_code(),
            "own_address": f"{place['postcode']} {place['province']}{place['city']}{place['district']}{place['line']}",
            "products": [{name: about[name] for name in ("product", "estimate", "services")}],
            "settling": _SETTLING,
        },
    )
    yield (
        BUREAU,
        "jiedao_cert_tunnel",
        Text(zh="社保认证", en="Social insurance"),
        {
            "url": f"{outside.bureau.url}/tunnel",
            "interface": str(bureau.TUNNEL_INTERFACE),
            "user": bureau.USER,
            "key": bureau.KEY,
            "settling": _SETTLING,
        },
    )


def _phones(outside: Outside) -> Iterator[tuple[str, str, Text, dict[str, Any]]]:
    """What reaches residents at home: messages, and money by a code on their screen."""
    yield (
        SMS,
        "jiedao_notify_http",
        Text(zh="短信", en="SMS"),
        {
            "url": outside.sms.url,
            "key_id": sms.KEY_ID,
            "secret": sms.SECRET,
            "sender": sms.SENDER,
            "settling": _SETTLING,
        },
    )
    yield (
        WALLET,
        "jiedao_stripe",
        Text(zh="微信支付", en="WeChat Pay"),
        {"url": outside.stripe.url, "method": "wechat_pay", "settling": _SETTLING, **_WALLET_KEYS},
    )


def _set_up(house: House, known: Setup | None, id_: str, plugin: str, title: Text, given: dict[str, Any]) -> None:
    with house.store.write(street_code()) as tx:
        if known is None:
            house.connections.create(tx, id_, plugin, title, given)
        elif any(known.settings.get(name) != value for name, value in given.items() if name not in known.secrets):
            house.connections.configure(tx, id_, given)
    checked = house.connections.check(street_code(), id_)
    if not checked.passed:
        raise Conflict("demo.connection", _FAILED.format(title=title, says=checked.says))
    with house.store.write(street_code()) as tx:
        house.connections.switch(tx, id_, State.LIVE)


_TERMINALS: Final = 2
"""Tills with a terminal of their own; the others share the first."""
_FAILED: Final = Text(zh="“{title}”接入检查没有通过：{says}", en='The check of "{title}" failed: {says}')
