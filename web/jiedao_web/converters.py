"""Parts of addresses: what could never be one of ours is not found, and never reaches the database."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from werkzeug.routing import BaseConverter


class Id(BaseConverter):
    """An id that we made (`jiedao.ids`)."""

    regex = "[0-9A-HJKMNP-TV-Z]{20}"
    described: ClassVar[dict[str, Any]] = {"type": "string", "pattern": f"^{regex}$"}


class Code(BaseConverter):
    """A name that a street gave, such as a connection's or a card's number."""

    regex = "[0-9A-Za-z][0-9A-Za-z_.-]{0,59}"
    described: ClassVar[dict[str, Any]] = {"type": "string", "pattern": f"^{regex}$"}


class ReceiptNumber(BaseConverter):
    """The book of a till and six digits or more, such as T1-000123."""

    regex = r"[^/\x00-\x1f]{1,60}-[0-9]{6,9}"
    described: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^.{1,60}-[0-9]{6,9}$"}


CONVERTERS: Final[dict[str, type[Any]]] = {"id": Id, "code": Code, "number": ReceiptNumber}
