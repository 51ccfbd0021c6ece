"""A client that signs every request; what is signed and where the signature stands is each wire's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jiedao_connectors.http import Answer, JsonClient, encode


@dataclass(frozen=True, slots=True)
class Wire:
    """How one interface is addressed and signed."""

    key_header: str
    time_header: str
    signature_header: str
    path_of: Callable[[str], str]
    sign: Callable[[str, str, str, bytes], str]
    """From the secret, the moment in Unix seconds, the path and the body."""


class SignedClient:
    """Signs and sends; knows no meaning. Threads may share it."""

    def __init__(self, wire: Wire, url: str, key_id: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._wire = wire
        self._http = JsonClient(url)
        self._key_id = key_id
        self._secret = secret
        self._clock = clock

    def call(self, action: str, body: Mapping[str, Any], deadline: float) -> Answer:
        """Do one action within `deadline` seconds; errors as in `jiedao_connectors.http`."""
        path, content, moment = self._wire.path_of(action), encode(body), str(int(self._clock()))
        headers = {
            self._wire.key_header: self._key_id,
            self._wire.time_header: moment,
            self._wire.signature_header: self._wire.sign(self._secret, moment, path, content),
        }
        return self._http.post(path, content, deadline, headers)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()
