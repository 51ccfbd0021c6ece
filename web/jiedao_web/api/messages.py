"""Messages to residents: what was sent, whether they want it, a test, and when nobody is disturbed."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.caller import Caller, Role
from jiedao.hookspecs.service import Channel
from jiedao.language import Text
from jiedao.notifications import listing
from jiedao.notifications.notifications import says
from jiedao.notifications.quiet import QuietHours
from jiedao.notifications.templates import title
from jiedao.problems import NotFound
from jiedao_schemas.api.services import (
    Choice,
    ContactsShown,
    MessageSearch,
    MessageShown,
    MessagesShown,
    QuietHoursBody,
    QuietHoursShown,
    StreetMessagesShown,
    TestMessage,
)
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import carry_out
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("messages", "Messages to residents")


@routes.get("/messages", StreetMessagesShown(), query=MessageSearch())
def street_messages(query: dict[str, Any]) -> dict[str, Any]:
    """The street's messages, newest first (accountants); what they say is not shown, nor the whole address."""
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    with house().store.read(caller().street) as tx:
        found = listing.messages(tx, query["state"], query["after"], query["limit"])
    return {
        "messages": [{**_shown(row), "title": title(row.code)} for row in found],
        "after": found[-1].id if len(found) == query["limit"] else "",
    }


@routes.get("/residents/<id:resident>/messages", MessagesShown())
def messages(resident: str) -> dict[str, Any]:
    """The latest messages to a resident, newest first; what they say is not shown, nor the whole address."""
    with house().store.read(caller().street) as tx:
        house().residents.get(tx, resident)
        return {"messages": [_shown(row) for row in house().notifications.of_resident(tx, resident)]}


@routes.get("/residents/<id:resident>/contacts", ContactsShown())
def contacts(resident: str) -> dict[str, Any]:
    """By which channels a resident can and wants to be reached."""
    with house().store.read(caller().street) as tx:
        return {"contacts": house().contacts.of(tx, resident)}


@routes.change("PUT", "/residents/<id:resident>/contacts/<code:channel>", ContactsShown(), body=Choice())
def choose(body: dict[str, Any], resident: str, channel: str) -> dict[str, Any]:
    """Note what a resident says about messages by one channel; with a no, what waits there is withdrawn."""
    if channel not in list(Channel):
        raise NotFound("channel.missing", _NO_CHANNEL, field="channel")
    by = caller()
    house().store.retrying(by.street, lambda tx: house().notifications.opt(tx, by, resident, Channel(channel), **body))
    return contacts(resident)


@routes.post("/messages/test", MessageShown(), body=TestMessage(), status=[201])
def send_test(body: dict[str, Any]) -> dict[str, Any]:
    """Send a test message at once (administrators; `Prefer: wait=N` waits for what becomes of it)."""

    def act(by: Caller) -> str:
        id_, planned = house().notifications.send_test(by, Channel(body["channel"]), body["to"], body["language"])
        carry_out(planned)
        return id_

    return _message(once(act, str))


@routes.get("/messages/quiet-hours", QuietHoursShown())
def quiet_hours() -> QuietHours:
    """When nobody is disturbed."""
    with house().store.read(caller().street) as tx:
        return house().notifications.quiet_hours(tx)


@routes.change("PUT", "/messages/quiet-hours", QuietHoursShown(), body=QuietHoursBody())
def keep_quiet(body: dict[str, Any]) -> QuietHours:
    """Set when nobody is disturbed (administrators); messages wait until it is over."""
    house().notifications.keep_quiet(caller(), QuietHours(**body))
    return quiet_hours()


def _message(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        row = house().notifications.one(tx, id_)
    if row is None:
        raise NotFound("message.missing", listing.NO_MESSAGE)
    return _shown(row)


def _shown(row: Any) -> dict[str, Any]:
    return {**dict(zip(row.columns, row, strict=True)), "to": row.masked, "says": says(row.state)}


_NO_CHANNEL: Final = Text(zh="没有这种通知方式", en="There is no such channel")
