"""The social-insurance bureau: one set of files, and three wires over them.

``/tunnel`` is one-string SOAP with encrypted XML inside, ``/typed`` typed SOAP in the style of Suwinet, ``/registry/…``
JSON of the Digital Convergence Initiative. Who its people are is in `people`. Faults go by the operations lookup,
certify, query, batch, history and subscribe, whichever wire they come over.

Options besides the common ones: ``--today`` and, for the tunnel, ``--mode``, ``--charset``; for the registry
``--algorithm``. Control face (all POST): ``person {number, name, fate}``, ``decide {number, finding, send_to?, how?}``,
``death {number, on, send_to?, how?}``, ``match {number, kind}``, where `how` is right, forged, stale or twice.
"""

from __future__ import annotations

import argparse
import base64
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from jiedao_connectors.cert_tunnel import Lock
from jiedao_connectors.dci import ED25519, HMAC, Key, key_bytes
from jiedao_sandbox import process
from jiedao_sandbox.bureau.files import Files
from jiedao_sandbox.bureau.notices import RIGHT, Notices
from jiedao_sandbox.bureau.people import Fate
from jiedao_sandbox.bureau.registry import BUREAU, PATHS, STREET, Keys, Registry
from jiedao_sandbox.bureau.tunnel import KEY, USER, Tunnel
from jiedao_sandbox.bureau.typed import Typed
from jiedao_sandbox.faults import Fault
from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Sent, Service, encode_json

__all__ = ["KEY", "TUNNEL_INTERFACE", "TYPED_INTERFACE", "USER", "main"]

TUNNEL_INTERFACE: Final = Path(__file__).with_name("tunnel.wsdl")
TYPED_INTERFACE: Final = Path(__file__).with_name("typed.wsdl")
TOKEN: Final = "sandbox-registry-token"  # noqa: S105 (a stand-in's keys open nothing)
IV: Final = "0123456789abcdef"
# Private and public keys of RFC 8032, section 7.1, tests 1 and 2: known to everybody.
BUREAU_PRIVATE: Final = base64.b64encode(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
).decode()
BUREAU_PUBLIC: Final = base64.b64encode(
    bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
).decode()
STREET_PRIVATE: Final = base64.b64encode(
    bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
).decode()
STREET_PUBLIC: Final = base64.b64encode(
    bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
).decode()
SHARED: Final = base64.b64encode(b"sandbox-shared-secret-of-32-byte").decode()


def main(arguments: list[str]) -> int:
    """Run the bureau until it is stopped."""
    options = _options(arguments)
    fixed: date | None = options.today
    files = Files(options.books, lambda: fixed or (datetime.now(UTC) + timedelta(hours=8)).date())
    with closing(files), HttpServer(_service(files, options), options.port, options.host) as server:
        return process.run("bureau", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("bureau")
    parser.add_argument("--today", type=date.fromisoformat, help="fixes the bureau's date")
    parser.add_argument("--mode", choices=["ECB", "CBC"], default="ECB", help="AES mode of the tunnel")
    parser.add_argument("--charset", choices=["gbk", "utf-8"], default="gbk", help="charset of the tunnel's payload")
    parser.add_argument("--algorithm", choices=[ED25519, HMAC], default=ED25519, help="signatures of the registry")
    return parser.parse_args(arguments)


def _service(files: Files, options: argparse.Namespace) -> Service:
    keys = _keys(options.algorithm)
    registry = Registry(files, keys, time.time)
    lock = Lock(KEY.encode(), options.mode, IV.encode() if options.mode == "CBC" else b"", options.charset)
    wires: dict[str, Wire] = {"tunnel": Tunnel(files, lock), "typed": Typed(files), "dci": registry}
    controls = Controls(files, Notices(registry, keys.own, time.time))
    return Service(
        "bureau",
        routes={path: Route("", wires[name].serve) for path, name in _WIRES.items()},
        books=files.dump,
        controls={f"/_sandbox/{act.__name__}": Route(act.__name__, act) for act in controls.all()},
        decode=lambda received: wires[_WIRES[received.path]].decode(received),
        encode=lambda answer: wires[answer["wire"]].encode(answer) if "wire" in answer else encode_json(answer),
        distort=about_another,
        echoes={Fault.WRONG_NUMBER: _NUMBERS, Fault.WRONG_AMOUNT: frozenset(), Fault.WRONG_CURRENCY: frozenset()},
        operation_of=lambda received: wires[_WIRES[received.path]].operation(received),
    )


def _keys(algorithm: str) -> Keys:
    own, street = (SHARED, SHARED) if algorithm == HMAC else (BUREAU_PRIVATE, STREET_PUBLIC)
    return Keys(
        Key(BUREAU, "b1", algorithm, key_bytes(own, algorithm)),
        Key(STREET, "s1", algorithm, key_bytes(street, algorithm)),
        TOKEN,
    )


class Wire(Protocol):
    """One way to speak with the bureau."""

    def decode(self, received: Received) -> Body:
        """What a request says."""

    def operation(self, received: Received) -> str:
        """Which operation it is, as faults know it."""

    def serve(self, body: Body) -> Body:
        """Do it; the answer names its wire."""

    def encode(self, answer: Body) -> Sent:
        """The answer as it goes over the wire."""


class Controls:
    """What tests and the demo make happen at the bureau."""

    def __init__(self, files: Files, notices: Notices) -> None:
        self._files = files
        self._notices = notices

    def all(self) -> tuple[Any, ...]:
        """Every control."""
        return (self.person, self.decide, self.death, self.match)

    def person(self, body: Body) -> Body:
        """Enter a person."""
        self._files.add(_text(body, "number"), _text(body, "name"), Fate(body.get("fate", "00")))
        return {}

    def decide(self, body: Body) -> Body:
        """End a review, and tell of it where `send_to` or the submission itself says so."""
        rows = self._files.decide(_text(body, "number"), _text(body, "finding"))
        sent = []
        for row in rows:
            address = body.get("send_to") or row["callback"]
            sent += self._notices.decided(row, address, body.get("how", RIGHT)) if address else []
        return {"decided": len(rows), "sent": sent}

    def death(self, body: Body) -> Body:
        """Report a death, and tell of it at `send_to` and to every subscriber."""
        number, on = _text(body, "number"), _text(body, "on")
        self._files.die(number, on)
        addresses = [body["send_to"]] if body.get("send_to") else self._files.subscribers()
        return {"sent": [s for one in addresses for s in self._notices.died(number, on, one, body.get("how", RIGHT))]}

    def match(self, body: Body) -> Body:
        """Certify somebody by data match."""
        self._files.match(_text(body, "number"), _text(body, "kind"))
        return {}


def about_another(answer: Any) -> Any:
    """The answer with another person's number in it, wherever one stands."""
    if isinstance(answer, dict):
        return {name: "X" if name in _NUMBERS else about_another(value) for name, value in answer.items()}
    return [about_another(one) for one in answer] if isinstance(answer, list) else answer


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(400, {"error": "MALFORMED", "says": f"{name} must be a text"})
    return value


_WIRES: Final = {"/tunnel": "tunnel", "/typed": "typed"} | dict.fromkeys(PATHS, "dci")
_NUMBERS: Final = frozenset({"AAC002", "PersonNumber", "identifier_value"})
