"""Errors as Stripe words them."""

from __future__ import annotations

from typing import Any

from jiedao_sandbox.httpd import Refused


def error(status: int, kind: str, code: str = "", **more: Any) -> Refused:
    """An error of a type; `more` are param, decline_code and the like."""
    said = {"type": kind, "message": f"{kind} {code}".strip(), **({"code": code} if code else {}), **more}
    return Refused(status, {"error": said})


def invalid(code: str = "", *, field: str = "", **more: Any) -> Refused:
    """The request asks for what cannot be."""
    return error(400, "invalid_request_error", code, **({"param": field} if field else {}), **more)


def missing(id_: str, field: str = "id") -> Refused:
    """There is no such object."""
    return error(404, "invalid_request_error", "resource_missing", param=field, message=f"No such object: '{id_}'")
