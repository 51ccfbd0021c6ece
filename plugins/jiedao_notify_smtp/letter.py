"""One e-mail as bytes. Pure but for the date.

Its Message-ID is made of our reference, so that a message which came twice can be seen to be one.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from jiedao.hookspecs.service import NotifyRequest

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


class BadHeader(Exception):
    """Recipient or subject cannot stand in a header; a line break in one would begin a header of its own."""


def message_id(operation: str, sender: str) -> str:
    """The Message-ID of a reference."""
    return f"<{operation.lower()}@{sender.partition('@')[2]}>"


def written(request: NotifyRequest) -> bytes:
    """The message; `BadHeader` when recipient or subject could be something else than they seem."""
    settings = request.connection.settings
    if not _ADDRESS.fullmatch(request.to) or any(map(_breaks, request.subject)):
        raise BadHeader
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(settings["sender_name"], addr_spec=settings["sender"])
    letter["To"] = Address(addr_spec=request.to)
    letter["Subject"] = request.subject
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = message_id(request.operation, settings["sender"])
    # RFC 3834: nobody's absence notice is to answer it.
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(request.body, cte="base64")
    return letter.as_bytes()


def _breaks(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs")
