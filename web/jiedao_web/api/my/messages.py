"""Messages that a resident got, and whether they want them."""

from __future__ import annotations

from typing import Any, Final

from jiedao.hookspecs.service import Channel
from jiedao.language import Text
from jiedao.notifications.notifications import says
from jiedao.notifications.templates import title
from jiedao.problems import NotFound
from jiedao_schemas.api import my as schemas
from jiedao_schemas.api.services import ContactsShown
from jiedao_web.context import house
from jiedao_web.resident_sessions import resident
from jiedao_web.routes import Routes, Who

routes = Routes("my_messages", "A resident's own messages", who=Who.RESIDENT)


@routes.get("/my/messages", schemas.MyMessagesShown())
def messages() -> dict[str, Any]:
    """The latest messages to the resident, newest first; what they said is not kept."""
    by = resident()
    with house().store.read(by.street) as tx:
        return {"messages": [_shown(row) for row in house().notifications.of_resident(tx, by.resident)]}


@routes.get("/my/contacts", ContactsShown())
def contacts() -> dict[str, Any]:
    """By which channels the resident can and wants to be reached; addresses masked."""
    by = resident()
    with house().store.read(by.street) as tx:
        return {"contacts": house().contacts.of(tx, by.resident)}


@routes.change("PUT", "/my/contacts/<code:channel>", ContactsShown(), body=schemas.MyChoice())
def choose_contact(body: dict[str, Any], channel: str) -> dict[str, Any]:
    """Say whether messages by one channel are wanted; with a no, what waits there is withdrawn."""
    if channel not in list(Channel):
        raise NotFound("channel.missing", _NO_CHANNEL, field="channel")
    by = resident()
    way = Channel(channel)
    house().store.retrying(by.street, lambda tx: house().notifications.opt(tx, by, by.resident, way, **body))
    return contacts()


def _shown(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "title": title(row.code), "to": row.masked, "says": says(row.state)}


_NO_CHANNEL: Final = Text(zh="没有这种通知方式", en="There is no such channel")
