"""Service items with their guides, cases, ratings, opening patterns, bookings."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, choice, clock, counted, day, flag, many, one, several, whole, words

_CHANNELS = ("window", "kiosk", "phone")
_STATES = ("received", "in_work", "waiting", "finished", "withdrawn", "refused")
_PLACES = ("hall", "home")


class Said(Body):
    """Words in both languages; either may be empty where nothing is said."""

    zh = words(2000, least=0, default="")
    en = words(2000, least=0, default="")


class Named(Body):
    """A title in both languages."""

    zh = words(100)
    en = words(100)


def _said() -> fields.Nested:
    return one(Said, default=lambda: {"zh": "", "en": ""})


class GuideGiven(Body):
    """What a resident has to know; `bring` is one thing a line."""

    who = _said()
    bring = _said()
    takes = _said()
    fee = _said()
    basis = _said()
    where = _said()


class FormGiven(Body):
    """A paper that can be printed and filled in."""

    code = words(40)
    title = one(Named)
    text = _said()


class ServiceItemGiven(Body):
    """A service item. `workdays` is how long it takes until it is finished at most, 0 for at once."""

    title = one(Named)
    category = words(60)
    guide = one(GuideGiven, default=dict)
    forms = many(FormGiven, 20, default=[])
    skills = several(words(40), 20, default=[])
    channels = several(choice(*_CHANNELS), 3, default=list(_CHANNELS))
    workdays = whole(0, 250, default=0)
    needs_booking = flag(default=False)
    active = flag(default=True)


class ServiceItemNamed(ServiceItemGiven):
    """A service item with its code, which stays."""

    code = words(40)


class ServiceItemsGiven(Body):
    """Service items to add or change; others stay as they are."""

    items = many(ServiceItemNamed, 300)


class ServiceItemSearch(Body):
    """Which items; empty is all."""

    category = words(60, least=0, default="")
    show = choice("all", "active", default="all")


class GuideShown(Shown):
    """What a resident has to know."""

    who = fields.Nested(Both)
    bring = fields.Nested(Both)
    takes = fields.Nested(Both)
    fee = fields.Nested(Both)
    basis = fields.Nested(Both)
    where = fields.Nested(Both)


class FormShown(Shown):
    """A paper that can be printed and filled in."""

    code = fields.String()
    title = fields.Nested(Both)
    text = fields.Nested(Both)


class ServiceItemShown(Shown):
    """A service item with its guide."""

    code = fields.String()
    title = fields.Nested(Both)
    category = fields.String()
    guide = fields.Nested(GuideShown)
    forms = fields.List(fields.Nested(FormShown))
    skills = fields.List(fields.String())
    channels = fields.List(fields.String())
    workdays = fields.Integer()
    needs_booking = fields.Boolean()
    active = fields.Boolean()


class ServiceItemsShown(Shown):
    """Service items by category and code."""

    items = fields.List(fields.Nested(ServiceItemShown))


class NewCase(Body):
    """What somebody comes with. `delegation` is the one under which another resident acts for them."""

    item = words(60)
    resident = words(40, least=0, default="")
    delegation = words(40, least=0, default="")
    note = words(2000, least=0, default="")


class CaseStep(Body):
    """Where the case goes; why, or what is missing, for `waiting` and `refused`."""

    to = choice(*_STATES)
    note = words(2000, least=0, default="")


class CaseNote(Body):
    """Something to write down."""

    note = words(2000)


class CasePosting(Body):
    """With which consignment the finished paper went."""

    consignment = words(40)


class NewRating(Body):
    """One to five stars, and words if there are any."""

    stars = whole(1, 5)
    comment = words(500, least=0, default="")


class CaseSearch(Body):
    """Which cases. `q` is a number, or how a resident's name begins; `after` is the last of the page before."""

    q = words(100, least=0, default="")
    item = words(60, least=0, default="")
    hall = words(40, least=0, default="")
    state = choice("", "open", "late", *_STATES, default="")
    after = words(40, least=0, default="")
    limit = counted()


class CaseShown(Shown):
    """One matter in work; the resident's number is masked. `next` are the states into which it may go."""

    id = fields.String()
    number = fields.String()
    item = fields.String()
    title = fields.Nested(Both)
    resident = fields.String(allow_none=True)
    resident_name = fields.String(allow_none=True)
    resident_number = fields.String(allow_none=True)
    agent = fields.String()
    agent_name = fields.String()
    delegation = fields.String()
    channel = fields.String()
    hall = fields.String()
    state = fields.String()
    note = fields.String()
    due_on = fields.Date()
    opened_at = fields.DateTime(format="iso")
    opened_name = fields.String()
    closed_at = fields.DateTime(format="iso", allow_none=True)
    consignment = fields.String()
    stars = fields.Integer(allow_none=True)
    comment = fields.String(allow_none=True)
    next = fields.List(fields.String())


class CaseEventShown(Shown):
    """Something that happened to a case, and how it stood then. Kinds: opened, step, note, posted, rated."""

    seq = fields.Integer()
    event = fields.String()
    state = fields.String()
    at = fields.DateTime(format="iso")
    staff_name = fields.String()
    note = fields.String()


class CaseWhole(CaseShown):
    """A case with everything that happened to it, oldest first."""

    events = fields.List(fields.Nested(CaseEventShown))


class CasesShown(Shown):
    """A page of cases, newest first; `after` asks for the next page and is empty on the last."""

    cases = fields.List(fields.Nested(CaseShown))
    after = fields.String()


class PatternGiven(Body):
    """When appointments can be had; times are the street's own, such as 09:30. `item` is empty for all items."""

    place = choice(*_PLACES, default="hall")
    item = words(60, least=0, default="")
    weekdays = fields.List(whole(1, 7), required=True, error_messages={"required": "required", "invalid": "list"})
    begins = clock()
    ends = clock()
    minutes = whole(5, 480)
    capacity = whole(1, 500)


class PatternsGiven(Body):
    """All patterns of a hall; what it had before is replaced."""

    patterns = many(PatternGiven, 50, default=[])


class PatternShown(Shown):
    """When appointments can be had."""

    place = fields.String()
    item = fields.String()
    weekdays = fields.List(fields.Integer())
    begins = fields.String()
    ends = fields.String()
    minutes = fields.Integer()
    capacity = fields.Integer()


class PatternsShown(Shown):
    """All patterns of a hall."""

    hall = fields.String()
    patterns = fields.List(fields.Nested(PatternShown))


class SlotSearch(Body):
    """Which slots: for an item, at a hall or from it, between two days (31 at most)."""

    item = words(60)
    hall = words(40)
    place = choice(*_PLACES, default="hall")
    first = day(name="from")
    last = day(name="to")


class SlotShown(Shown):
    """A time that can be booked; `free` is how many places are left."""

    on = fields.Date()
    begins = fields.String()
    ends = fields.String()
    free = fields.Integer()


class SlotsShown(Shown):
    """Slots that have not begun, full ones too."""

    slots = fields.List(fields.Nested(SlotShown))


class NewBooking(Body):
    """An appointment. One at home needs an address, which is kept sealed, and a reason."""

    item = words(60)
    hall = words(40)
    resident = words(40)
    place = choice(*_PLACES, default="hall")
    on = day(name="on")
    begins = clock()
    address = words(200, least=0, default="")
    reason = words(500, least=0, default="")


class ArrivalGiven(Body):
    """Whether they came; the case that was begun, or the certification's visit that was made."""

    came = flag()
    case = words(40, least=0, default="")
    visit = words(40, least=0, default="")


class BookingSearch(Body):
    """The bookings of a day, or those of a resident."""

    on = day(default=None)
    hall = words(40, least=0, default="")
    resident = words(40, least=0, default="")


class BookingShown(Shown):
    """One appointment; the resident's number is masked. States: booked, cancelled, came, missed."""

    id = fields.String()
    place = fields.String()
    item = fields.String()
    title = fields.Nested(Both)
    hall = fields.String()
    on = fields.Date()
    begins = fields.String()
    ends = fields.String()
    resident = fields.String()
    resident_name = fields.String()
    resident_number = fields.String(allow_none=True)
    address = fields.String()
    reason = fields.String()
    channel = fields.String()
    state = fields.String()
    case = fields.String()
    visit = fields.String()


class BookingsShown(Shown):
    """Bookings in their order."""

    bookings = fields.List(fields.Nested(BookingShown))
