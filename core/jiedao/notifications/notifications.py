"""Sending: one message for each matter, by the best way that the resident wants, through an operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.phones import checked_phone
from jiedao.directory.places import street
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.service import Channel
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.notifications.contacts import Contacts, Reach, checked_email, masked_address
from jiedao.notifications.listing import WITHDRAWN
from jiedao.notifications.quiet import QuietHours
from jiedao.notifications.templates import TEMPLATES
from jiedao.operations.intent import plan, plan_later, seal_fields, withdraw
from jiedao.operations.model import News, Operation, State
from jiedao.operations.policy import Policy
from jiedao.problems import Invalid, ServicePaused
from jiedao.registry.connections import Connections
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Overtaken, Store, Tx, later, param

SUBJECT: Final = "message"
_SHOWN: Final = 100


class Skip(StrEnum):
    """Why nothing is sent. The matter stays open: a later call may send it."""

    NO_SERVICE = "no_service"
    """The street has no connection in Test or Live that sends by a way which the resident has."""
    NO_WAY = "no_way"
    """No address is known, or the resident does not want messages."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What came of a wish to send: the message's id, or why there is none."""

    id: str = ""
    skipped: Skip | None = None
    again: bool = False
    """True when the message of this matter was made before; nothing is sent a second time."""


class Notifications:
    """The messages of all streets."""

    def __init__(
        self, store: Store, connections: Connections, policy: Policy, keyring: Keyring, contacts: Contacts
    ) -> None:
        self._store, self._connections, self._policy = store, connections, policy
        self._keyring, self._contacts = keyring, contacts

    def send(self, tx: Tx, code: str, resident: str, subject: str, **values: Any) -> Sending:
        """Have a worker send the message `code` about `subject` to a resident, at once or after the quiet hours.

        At most one for each resident, subject and code, however often this is called. `subject` is whatever names
        the matter, such as "entitlement 01H…"; `values` fill the template and must be nobody's number or address.
        `Overtaken` when another transaction makes the same message at this moment: begin again (`Store.retrying`).
        """
        known = tx.first(_SAME, resident=resident, subject=subject, code=code)
        if known is not None:
            return Sending(known.id, again=True)
        ways = self._contacts.reach(tx, resident)
        if not ways:
            return Sending(skipped=Skip.NO_WAY)
        for reach in ways:
            connection = self._connection(tx, reach.channel)
            if connection is not None:
                wait = self.quiet_hours(tx).wait(tx.now, street(tx).timezone)
                return Sending(self._plan(tx, connection, code, reach, (resident, subject), values, wait))
        return Sending(skipped=Skip.NO_SERVICE)

    def send_test(self, caller: Caller, channel: Channel, to: str, language: str) -> tuple[str, Sequence[Any]]:
        """Send a test message at once, to an address that an administrator gives."""
        caller.must_be(Role.ADMINISTRATOR)
        with self._store.write(caller.street) as tx:
            to = _address(tx, channel, to)
            connection = self._connection(tx, channel)
            if connection is None:
                raise ServicePaused("message.no_service", _NO_SERVICE)
            id_ = self._plan(tx, connection, "test", Reach(channel, language, to), (None, ""), {}, None)
            audit(tx, caller, "message", f"message {id_}", "", channel=channel.value, to=masked_address(to))
            claim(tx, caller, SUBJECT, id_)
        return id_, tx.planned

    def can_send(self, tx: Tx, channel: Channel) -> bool:
        """Whether the street sends anything by a channel now."""
        return self._connection(tx, channel) is not None

    def send_code(self, tx: Tx, to: str, language: str, values: dict[str, Any], *, resident: str | None) -> None:
        """Send a sign-in code by SMS at once, at any hour and whatever was opted out of: its owner asked for it now.

        Whoever commits the transaction performs it. `resident` where it is known whose it is.
        """
        connection = self._connection(tx, Channel.SMS)
        if connection is not None:
            self._plan(tx, connection, "sign_in_code", Reach(Channel.SMS, language, to), (resident, ""), values, None)

    def opt(
        self, tx: Tx, caller: Caller, resident: str, channel: Channel, *, wanted: bool, language: str, address: str
    ) -> None:
        """Note whether a resident wants messages by a channel; with a no, what waits there is withdrawn."""
        self._contacts.change(tx, caller, resident, channel, wanted=wanted, language=language, address=address)
        if not wanted:
            for row in tx.rows(_WAITING, resident=resident, channel=channel):
                if withdraw(tx, row.operation):
                    tx.change(_STATE, id_=row.id, state=WITHDRAWN, reason=_OPTED_OUT.as_json())

    def of_resident(self, tx: Tx, resident: str, most: int = _SHOWN) -> Sequence[Row]:
        """The latest messages to a resident, newest first; addresses masked."""
        return tx.rows(_OF_RESIDENT, resident=resident, most=most)

    def one(self, tx: Tx, id_: str) -> Row | None:
        """One message."""
        return tx.first(_ONE, id_=id_)

    def quiet_hours(self, tx: Tx) -> QuietHours:
        """When the street keeps quiet."""
        row = tx.first(_QUIET)
        return QuietHours(time.fromisoformat(row.starts), time.fromisoformat(row.ends)) if row else _USUAL

    def keep_quiet(self, caller: Caller, hours: QuietHours) -> None:
        """Set the street's quiet hours."""
        caller.must_be(Role.ADMINISTRATOR)
        told = {"starts": hours.starts.isoformat("minutes"), "ends": hours.ends.isoformat("minutes")}
        self._store.retrying(caller.street, lambda tx: _keep_quiet(tx, caller, told))

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """What became of a message."""
        tx.change(_STATE, id_=operation.subject, state=news.state.value, reason=news.reason or {})

    def _plan(
        self,
        tx: Tx,
        connection: Connection,
        code: str,
        reach: Reach,
        about: tuple[str | None, str],
        values: dict[str, Any],
        wait: float | None,
    ) -> str:
        """Without a `wait`, whoever commits the transaction sends it."""
        id_ = new_id()
        title, body = TEMPLATES[code].filled({"street": street(tx).name, **values}, reach.language)
        words = {"to": reach.to, "subject": title, "body": body}
        row: dict[str, Any] = {
            "id": id_,
            "resident": about[0],
            "subject": about[1] or id_,
            "code": code,
            "channel": reach.channel,
            "language": reach.language,
            "masked": masked_address(reach.to),
            "connection": connection.id,
            "operation": self._act(tx, connection.id, reach.channel, id_, words, wait),
            "state": State.SENT if wait is None else State.PLANNED,
            "reason": {},
            "made_at": tx.now,
            "not_before": later(tx.now, wait or 0.0),
        }
        try:
            tx.add(tables.message, **row)
        except AlreadyThere:
            # Another transaction made the same message meanwhile; begun again, this one finds it.
            raise Overtaken from None
        return id_

    def _act(
        self, tx: Tx, connection: str, channel: Channel, id_: str, words: dict[str, str], wait: float | None
    ) -> str:
        fields, subject = {"channel": channel.value}, (SUBJECT, id_)
        sealed = seal_fields(self._keyring, tx.street, words)
        if wait is None:
            return plan(tx, self._policy, connection, _HOOK, fields, subject=subject, sealed=sealed)
        return plan_later(tx, connection, _HOOK, fields, wait, subject=subject, sealed=sealed)

    def _connection(self, tx: Tx, channel: Channel) -> Connection | None:
        """The street's connection for a channel; where there are several, the first by its id."""
        for connection in self._connections.of_family(tx, "service"):
            if channel in self._connections.plugin(connection.plugin).manifest.abilities:
                return connection
        return None


def _keep_quiet(tx: Tx, caller: Caller, told: dict[str, str]) -> None:
    if not tx.change(_SET_QUIET, **told):
        try:
            tx.add(tables.quiet_hours, **told)
        except AlreadyThere:
            raise Overtaken from None
    audit(tx, caller, "quiet_hours", "messages", "", **told)


def says(state: str) -> Text:
    """A message's state in words. What may have been sent is never called not sent."""
    return _STATES[state]


def _address(tx: Tx, channel: Channel, to: str) -> str:
    """An address as it is kept. What is a phone or an e-mail elsewhere is `to` here: a refusal names what was given."""
    try:
        plain = checked_phone(to, street(tx).country) if channel is Channel.SMS else checked_email(to)
    except Invalid as wrong:
        raise Invalid(wrong.code, wrong.says, field="to") from None
    if not plain:
        raise Invalid("message.to", _NOBODY, field="to")
    return plain


_HOOK: Final = "notify_send"
_USUAL: Final = QuietHours(time(21), time(8))
_M, _Q = tables.message.c, tables.quiet_hours.c
_THIS: Final = (_M.street == STREET) & (_M.id == param("id"))
_ONE: Final = select(tables.message).where(_THIS)
_SAME: Final = select(_M.id).where(
    _M.street == STREET, _M.resident == param("resident"), _M.subject == param("subject"), _M.code == param("code")
)
_OF_RESIDENT: Final = (
    select(tables.message)
    .where(_M.street == STREET, _M.resident == param("resident"))
    .order_by(_M.made_at.desc(), _M.id.desc())
    .limit(param("most"))
)
_WAITING: Final = select(_M.id, _M.operation).where(
    _M.street == STREET,
    _M.resident == param("resident"),
    _M.channel == param("channel"),
    _M.state == State.PLANNED,
)
_STATE: Final = update(tables.message).where(_THIS).values(state=param("state"), reason=param("reason"))
_QUIET: Final = select(tables.quiet_hours).where(_Q.street == STREET)
_SET_QUIET: Final = (
    update(tables.quiet_hours).where(_Q.street == STREET).values(starts=param("starts"), ends=param("ends"))
)
_MAYBE: Final = Text(zh="可能已经发出，正在核实", en="May have been sent; being confirmed")
_STATES: Final = {
    State.PLANNED: Text(zh="等待发送", en="Waiting to be sent"),
    State.SENT: Text(zh="正在发送", en="Being sent"),
    State.UNKNOWN: _MAYBE,
    State.PENDING: Text(zh="已交给发送方", en="With the provider"),
    State.REVIEW: Text(zh="可能已经发出，等待人工核查", en="May have been sent; waiting for a person to look"),
    State.SUCCEEDED: Text(zh="已发出", en="Sent"),
    State.DECLINED: Text(zh="没有发出", en="Not sent"),
    WITHDRAWN: Text(zh="已撤下，没有发出", en="Withdrawn; not sent"),
}
_NOBODY: Final = Text(zh="请填写号码或邮箱", en="Give a phone number or an e-mail address")
_NO_SERVICE: Final = Text(zh="本街道没有开通这种通知", en="This street sends no messages of this kind")
_OPTED_OUT: Final = Text(zh="居民不愿接收", en="The resident does not want it")
