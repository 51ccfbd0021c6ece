"""Which addresses a street's messages may go to: never into the networks around the installation.

Whoever may enter an address could otherwise have this machine knock at doors that only it can reach (server-side
request forgery). The name is looked at here; what it resolves to is looked at when a message is sent.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from jiedao.language import Text
from jiedao.problems import Invalid

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be reached: the public internet, and networks that the installation names (JIEDAO_WEBHOOK_NETWORKS)."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, words: str) -> Reach:
        """From a list such as "10.20.0.0/16 127.0.0.0/8"; ValueError for what is no network."""
        return cls(tuple(ipaddress.ip_network(word) for word in words.replace(",", " ").split()))

    def allows(self, address: str) -> bool:
        """Whether a message may be sent to an address, given in digits."""
        found = _innermost(ipaddress.ip_address(address.partition("%")[0]))
        if any(found in network for network in self.networks):
            return True
        return found.is_global and not found.is_multicast and not found.is_reserved

    def check(self, url: str) -> str:
        """A URL that messages may be sent to, without spaces around it; `Invalid` says what is wrong with it.

        https, except to this machine itself where the installation allows that.
        """
        wanted = url.strip()
        host, scheme = _parts(wanted)
        literal = _literal(host)
        if literal is not None and not self.allows(str(literal)):
            raise Invalid("webhook.private", _PRIVATE, field="url")
        if scheme != "https" and not (literal is not None and literal.is_loopback):
            raise Invalid("webhook.scheme", _HTTPS, field="url")
        if literal is None and host.rpartition(".")[2] in _LOCAL:
            raise Invalid("webhook.private", _PRIVATE, field="url")
        return wanted


def _parts(url: str) -> tuple[str, str]:
    try:
        found = urlsplit(url)
        host, port = found.hostname or "", found.port
    except ValueError:
        raise Invalid("webhook.url", _URL, field="url") from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    usual = port is None or port > 0
    if not (plain and usual and host and found.scheme in ("http", "https")):
        raise Invalid("webhook.url", _URL, field="url")
    if found.username is not None or found.password is not None or found.fragment:
        raise Invalid("webhook.url", _URL, field="url")
    return host, found.scheme


def _literal(host: str) -> Address | None:
    """An address in digits. Other spellings of one (0x7f.1, 2130706433) are names here, and looked up as such."""
    try:
        return _innermost(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return None


def _innermost(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where a gateway would unpack it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL: Final = frozenset({"localhost", "local", "internal", "localdomain", ""})
_URL: Final = Text(
    zh="请填写完整的网址，例如 https://example.cn/hooks，不带用户名和 # 部分",
    en="Give a whole address such as https://example.cn/hooks, without a user name or a part after #",
)
_HTTPS: Final = Text(zh="网址必须以 https:// 开头", en="The address must begin with https://")
_PRIVATE: Final = Text(zh="不能发往内部网络的地址", en="Messages are not sent to addresses inside a private network")
