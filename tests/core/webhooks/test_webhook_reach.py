"""Where messages may go: not into the networks around the installation, however an address is spelled."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from jiedao.problems import Invalid
from jiedao.webhooks.reach import Reach
from jiedao_connectors import webhook

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 (nothing listens)
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_refused(address: str) -> None:
    assert not Reach().allows(address)
    shown = f"[{address}]" if ":" in address else address
    with pytest.raises(Invalid) as refused:
        Reach().check(f"https://{shown}/hook")
    assert refused.value.field == "url"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_the_internet_is_reached(address: str) -> None:
    assert Reach().allows(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.cn/hook",
        "ftp://example.cn/",
        "https://user:secret@example.cn/",
        "https://example.cn/#part",
        "https:///hook",
        "https://example.cn:99999/",
        "https://example.cn:0/",
        "https://localhost/",
        "https://printer.local/",
        "https://db.internal/",
        "https://db/ hook",
        "https://exa\nmple.cn/",
        "https://[::1/",
        "https://例子.cn/",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_is_no_address_for_a_message(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        Reach().check(url)
    assert refused.value.field == "url"


def test_networks_that_the_installation_names_are_reached() -> None:
    reach = Reach.of("10.20.0.0/16, 127.0.0.0/8")
    assert reach.allows("10.20.3.4")
    assert not reach.allows("10.21.0.1")
    assert reach.check("https://10.20.3.4/hook") == "https://10.20.3.4/hook"
    assert reach.check(" http://127.0.0.1:8080/hook ") == "http://127.0.0.1:8080/hook"
    with pytest.raises(Invalid):
        reach.check("http://10.20.3.4/hook")


def test_a_wrong_setting_is_no_setting() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        Reach.of("everywhere")


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:192.168.0.1"]])
def test_a_name_that_leads_inside_is_not_called(answers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers]

    monkeypatch.setattr("jiedao_connectors.webhook.socket.getaddrinfo", resolve)
    status, says = webhook.post("https://example.cn/hook", {}, b"{}", 1.0, Reach().allows)
    assert (status, says) == (0, "the name leads to an address inside a private network")


@pytest.mark.parametrize("spelled", ["http://2130706433/", "http://0x7f.1/", "http://127.1/"])
def test_odd_spellings_of_loopback_lead_inside(spelled: str) -> None:
    assert webhook.post(spelled, {}, b"{}", 1.0, Reach().allows)[0] == 0
    with pytest.raises(Invalid):
        Reach().check(spelled)
