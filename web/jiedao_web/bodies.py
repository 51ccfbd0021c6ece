"""Reading what a client sends: strictly JSON in UTF-8, checked by a schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from flask import Request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from jiedao.language import Text
from jiedao_web.problems import Malformed, bad_body


class Bodies(FlaskParser):
    """Reads bodies and queries for the API; refuses with problems."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": None}  # noqa: RUF012 (a name of webargs): the schema says

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body; 415 unless it is JSON, 400 when it cannot be read."""
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        return read_json(req.get_data(cache=True))

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Refuse, naming the field."""
        messages = error.messages_dict
        raise bad_body(messages.get("json", messages.get("query", messages)))


def read_json(content: bytes) -> Any:
    """A JSON value; `Malformed` for anything that is not, or that no honest client sends."""
    try:
        value = json.loads(content.decode(), parse_constant=_no_number, object_pairs_hook=_once_each)
        if b"\\u" in content:
            _check_characters(value)
        return value
    except (ValueError, RecursionError):
        raise Malformed("body.malformed", _MALFORMED, field="body") from None


def _check_characters(value: Any) -> None:
    """Escapes can spell half characters, which cannot be stored, and NUL, which PostgreSQL refuses."""
    said = json.dumps(value, ensure_ascii=False)
    said.encode()
    if "\\u0000" in said:
        raise ValueError("NUL")


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


_MALFORMED: Final = Text(zh="内容不是正确的 JSON", en="The body is not proper JSON")
