"""Files of billers that have no interface (accountants)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import quote

from flask import Response, request
from marshmallow import ValidationError

from jiedao.checkout.files import Delivered
from jiedao.directory.caller import Role
from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao_schemas.api.office import DeliveredShown, Delivery, PaidSearch
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.problems import bad_body
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("files", "Bills by file")
LARGEST: Final = 10_000_000
"""Bytes of a file."""
_ENVELOPE: Final = 20_000
_DELIVERY: Final = Delivery()
_TEXT: Final = {"type": "string"}
_BYTES: Final = {"type": "string", "format": "binary"}
_UPLOAD: Final = {
    "parameters": [{"in": "query", "name": name, "schema": _TEXT} for name in ("connection", "biller", "name")],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"connection": _TEXT, "biller": _TEXT, "file": _BYTES},
                    "required": ["connection", "biller", "file"],
                }
            },
            "application/octet-stream": {"schema": _BYTES},
        },
    },
}
_DOWNLOAD: Final = {"responses": {"200": {"description": "The file", "content": {"*/*": {"schema": _BYTES}}}}}


@routes.post("/bill-files", DeliveredShown(), status=[201], doc=_UPLOAD)
def take_in_file() -> Delivered:
    """Import a delivered file of bills, all or none.

    Either multipart/form-data with the fields connection, biller and the file as `file`, or the bytes of the file as
    the body with connection, biller and name in the query. 422 lists every error by line and column.
    """
    request.max_content_length = LARGEST + _ENVELOPE
    given, content = _upload()
    said = "\0".join(given.values()).encode() + b"\0" + content

    def again(made: str) -> Delivered:
        with house().store.read(caller().street) as tx:
            return house().files.delivered(tx, made)

    return once(lambda by: house().files.take_in(by, **given, content=content), again, body=said)


@routes.get("/bill-files/paid", None, query=PaidSearch(), doc=_DOWNLOAD)
def paid_file(query: dict[str, Any]) -> Response:
    """The file of what was paid on some days, both included, in the street's time."""
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    days: tuple[date, date] = (query["first"], query["last"])
    if days[0] > days[1]:
        raise Invalid("file.days", _DAYS, field="to")
    made = house().files.paid(caller().street, query["connection"], query["biller"], days, query["format"])
    response = Response(made.content, content_type=made.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
    return response


def _upload() -> tuple[dict[str, str], bytes]:
    """Where the file comes from, and its bytes."""
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise Invalid("file.none", _NONE, field="file")
        return _checked({**request.form, "name": file.filename or ""}), file.read()
    return _checked(request.args.to_dict()), request.get_data(cache=True)


def _checked(given: dict[str, Any]) -> dict[str, str]:
    try:
        checked: dict[str, str] = _DELIVERY.load(given)
    except ValidationError as wrong:
        raise bad_body(wrong.messages) from None
    return checked


_NONE: Final = Text(zh="请选择文件", en="Choose a file")
_DAYS: Final = Text(zh="结束日期早于开始日期", en="The last day is before the first")
