"""Which terminal a request goes to, and what the errors of the register link mean to the core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown, Unavailable
from jiedao_connectors.unionpay.terminal_link import LinkRefused, NothingSent, OutcomeInDoubt, TerminalLink


class Terminals:
    """The terminals of one connection as it is set up at one version. Holds the secret; never printed."""

    def __init__(self, connection: Connection) -> None:
        secret = str(connection.settings["link_secret"])
        named: Mapping[str, str] = connection.settings["terminals"]
        default = connection.settings["default_terminal"]
        self._links = {till: TerminalLink(url, secret) for till, url in named.items()}
        self._default = TerminalLink(default, secret) if default else None

    def at(self, till: str) -> TerminalLink:
        """The terminal of a till; `InvalidConfig` where it has none."""
        link = self._links.get(till, self._default)
        if link is None:
            raise InvalidConfig(f'till "{till}" has no terminal, and there is no default one')
        return link

    def all(self) -> dict[str, TerminalLink]:
        """Every terminal by till; the default one under the name "*"."""
        return {**self._links, **({"*": self._default} if self._default else {})}


_terminals: Final = PerConnection(Terminals, lambda terminals: None)


def terminals_of(connection: Connection) -> Terminals:
    """The terminals of a connection. The register link opens a connection for each call, so there is none to close."""
    return _terminals.of(connection)


@contextmanager
def link_errors() -> Iterator[None]:
    """Errors of the register link as errors of the contract."""
    try:
        yield
    except NothingSent as why:
        raise Unavailable(str(why)) from None
    except LinkRefused as why:
        raise InvalidConfig(str(why)) from None
    except OutcomeInDoubt as why:
        raise OutcomeUnknown(str(why)) from None
