"""Messages to residents, and the small services of a hall."""

from __future__ import annotations

from marshmallow import fields

from jiedao.hookspecs.service import Channel, Reader
from jiedao.language import LANGUAGES
from jiedao.notifications.listing import KINDS, WITHDRAWN
from jiedao.operations.model import State
from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, choice, clock, counted, day, flag, words

_CHANNELS = tuple(channel.value for channel in Channel)


class Choice(Body):
    """What a resident says about messages by one channel; an empty address keeps the one that is known."""

    wanted = flag()
    language = choice(*LANGUAGES, default=LANGUAGES[0])
    address = words(254, least=0, default="")


class ContactShown(Shown):
    """One way to a resident; the address is masked."""

    channel = fields.String()
    wanted = fields.Boolean()
    language = fields.String()
    address = fields.String()


class ContactsShown(Shown):
    """Every way to a resident."""

    contacts = fields.List(fields.Nested(ContactShown))


class TestMessage(Body):
    """To whom a test message goes."""

    channel = choice(*_CHANNELS)
    to = words(254)
    language = choice(*LANGUAGES, default=LANGUAGES[0])


class MessageShown(Shown):
    """One message. `to` is masked; `says` is its state in words."""

    id = fields.String()
    subject = fields.String()
    code = fields.String()
    channel = fields.String()
    language = fields.String()
    to = fields.String()
    connection = fields.String()
    operation = fields.String()
    state = fields.String()
    says = fields.Nested(Both)
    reason = fields.Dict()
    made_at = fields.DateTime(format="iso")
    not_before = fields.DateTime(format="iso")


class MessagesShown(Shown):
    """The latest messages to a resident, newest first."""

    messages = fields.List(fields.Nested(MessageShown))


class MessageSearch(Body):
    """Which messages. `not_sent` are declined and withdrawn ones, `maybe` those that may have been sent and are not
    certain; `after` is the last of the page before.
    """

    state = choice("", *KINDS, *State, WITHDRAWN, default="")
    after = words(40, least=0, default="")
    limit = counted()


class StreetMessageShown(MessageShown):
    """One message with its title and the resident; a test, or a code for a number that nobody has, has none."""

    title = fields.Nested(Both)
    resident = fields.String(allow_none=True)
    resident_name = fields.String(allow_none=True)


class StreetMessagesShown(Shown):
    """A page of messages, newest first. `after` asks for the next page, and is empty on the last one."""

    messages = fields.List(fields.Nested(StreetMessageShown))
    after = fields.String()


class QuietHoursBody(Body):
    """When nobody is disturbed, in the street's own time; equal times mean never."""

    starts = clock()
    ends = clock()


class QuietHoursShown(Shown):
    """The same."""

    starts = fields.Time(format="%H:%M")
    ends = fields.Time(format="%H:%M")


class CardRead(Body):
    """Where the fields of an identity card come from; `typed` is what a wedge reader typed."""

    reader = choice(*(reader.value for reader in Reader))
    typed = words(2000, least=0, default="")
    with_photo = flag(default=False)


class IdentityShown(Shown):
    """The fields of an identity card, which are kept nowhere. `photo` is a base64 JPEG, empty unless asked for."""

    number = fields.String()
    name = fields.String()
    born = fields.Date(allow_none=True)
    sex = fields.String()
    address = fields.String()
    issued_by = fields.String()
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    photo = fields.String()


class Span(Body):
    """Days from one to another, both included."""

    first = day(name="from")
    last = day(name="to")


class DayShown(Shown):
    """One day. `provisional` while the year's holidays are not published: then only weekends are known."""

    on = fields.Date()
    working = fields.Boolean()
    name = fields.Nested(Both)
    provisional = fields.Boolean()


class DaysShown(Shown):
    """Days in order."""

    days = fields.List(fields.Nested(DayShown))
