"""The wire of a bridge: a program beside a card reader that reads one card when it is asked to.

``POST /v1/read {"photo": false}`` with a bearer token answers ``{"status": "OK"}`` with the card's fields, or NO_CARD
or UNREADABLE. Dates are ``YYYYMMDD``, and ``valid_to`` is 长期 on a card that does not expire, as on
the card (GA 450). A photo is a base64 JPEG, and comes only when it is asked for.
"""

from __future__ import annotations

from typing import Final

from jiedao_connectors.http import Answer, JsonClient, encode

PATH: Final = "/v1/read"
FOR_EVER: Final = "长期"
FIELDS: Final = ("number", "name", "sex", "nation", "born", "address", "issued_by", "valid_from", "valid_to")
_LARGEST: Final = 200_000
"""Bytes of an answer: a card's photo has less than 40 KB."""


class BridgeClient:
    """Speaks to one bridge."""

    def __init__(self, url: str, token: str) -> None:
        self._http = JsonClient(url, maximum_answer=_LARGEST)
        self._headers = {"Authorization": f"Bearer {token}"}

    def read(self, photo: bool, deadline: float) -> Answer:
        """The card on the reader; errors as in `jiedao_connectors.http`."""
        return self._http.post(PATH, encode({"photo": photo}), deadline, self._headers)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()
