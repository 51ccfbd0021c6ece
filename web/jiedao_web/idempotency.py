"""The key that makes a request safe to repeat: the same key and body answer with what the first one made.

The act is simply tried; only when it is refused is the key looked up, so that the ordinary case costs nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from flask import Response, g, request

from jiedao.directory.caller import Caller, Claim, Replayed, replayed
from jiedao.language import Text
from jiedao.problems import Problem
from jiedao.store.direct import AlreadyThere
from jiedao_web.context import house
from jiedao_web.problems import Malformed
from jiedao_web.sessions import caller

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
Made = TypeVar("Made")


def check_key() -> None:
    """Refuse a POST without a key."""
    if not _KEY.fullmatch(request.headers.get(HEADER, "")):
        raise Malformed("request_key.missing", _MISSING, field=HEADER)


def claiming(by: Caller, body: bytes | None = None) -> Caller:
    """The caller with the present request's key, tied to what exactly is asked for."""
    body = request.get_data(cache=True) if body is None else body
    said = b"\0".join((request.method.encode(), request.path.encode(), body))
    return replace(by, claim=Claim(request.headers[HEADER], hashlib.sha256(said).hexdigest()))


def once(act: Callable[[Caller], Made], again: Callable[[str], Made], *, body: bytes | None = None) -> Made:
    """Do something that ties the request's key to what it makes, or find what an earlier request made of it.

    `again` gets the id of that. A repeated act is refused somewhere on its way, if only by the key itself; what it
    was refused for does not matter then. `body` is what was said, where the bytes sent are not the same each time.
    """
    claimed = claiming(caller(), body)
    try:
        return act(claimed)
    except (AlreadyThere, Problem):
        before: Replayed | None = replayed(house().store, claimed)
        if before is None:
            raise
        g.replayed = True
        return again(before.resource)


def mark(response: Response) -> Response:
    """Say on the answer that it is a replay."""
    if g.get("replayed"):
        response.headers[REPLAYED] = "true"
    return response


_MISSING: Final = Text(
    zh="缺少请求头 Idempotency-Key（1 到 200 个可见字符，每次新的办理用新的值）",
    en="The header Idempotency-Key is missing (1 to 200 visible characters, a new one for every new request)",
)
