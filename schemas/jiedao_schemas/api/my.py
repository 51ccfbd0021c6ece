"""What residents see and do themselves. Whose it is, the session says; no body names a resident."""

from __future__ import annotations

from marshmallow import fields

from jiedao.language import LANGUAGES
from jiedao_schemas.api.bills import BillersShown, BillShown, Both, OfferShown
from jiedao_schemas.api.certification import LARGEST_PHOTO, EntitlementShown
from jiedao_schemas.api.fields import (
    Body,
    Shown,
    choice,
    clock,
    counted,
    day,
    fen,
    flag,
    many,
    several,
    texts,
    whole,
    words,
)
from jiedao_schemas.api.hall import ServiceItemsShown
from jiedao_schemas.api.orders import MOST_LINES, MOST_TENDERS, StepShown, WantedLine
from jiedao_schemas.api.people import BalanceShown, LotShown
from jiedao_schemas.api.post import FoldShown

# signing in


class CodeWanted(Body):
    """Whose phone number it is; the code comes in this language."""

    street = words(32)
    phone = words(24)
    language = choice(*LANGUAGES, default=LANGUAGES[0])


class CodeAsked(Shown):
    """The name under which the code is entered; the same for a number that nobody has."""

    asked = fields.String()
    seconds = fields.Integer(metadata={"description": "How long the code is good"})
    again = fields.Integer(metadata={"description": "Seconds until another one may be asked for"})


class CodeEntered(Body):
    """The code, and what it was asked for under. `channel` is kiosk where the device of one asks."""

    street = words(32)
    asked = words(40)
    code = words(12)
    channel = choice("phone", "kiosk", default="phone")


class ResidentChosen(Body):
    """One of the residents behind the phone number, by its number in the list."""

    number = whole(1, 100)


class MyChoiceShown(Shown):
    """One of several residents behind a phone number; `hint` tells two of the same masked name apart."""

    number = fields.Integer()
    name = fields.String()
    hint = fields.String()


class MySessionShown(Shown):
    """A resident's session. `resident` is null at a kiosk before anybody signed in, and while `choices` are open.

    The token is given once, whenever it is a new one.
    """

    token = fields.String()
    csrf = fields.String()
    street = fields.String()
    channel = fields.String()
    till = fields.String()
    visit = fields.String()
    resident = fields.String(allow_none=True)
    name = fields.String()
    choices = fields.List(fields.Nested(MyChoiceShown))
    idle_seconds = fields.Integer()


class MyProfileShown(Shown):
    """Who it is, with numbers masked, and what they have: points in hundredths, credit in fen."""

    id = fields.String()
    name = fields.String()
    number = fields.String()
    phone = fields.String()
    points = fields.Nested(BalanceShown)
    credit = fields.Integer()
    cards = fields.List(fields.String())


# bills


class MyBillersShown(BillersShown):
    """Everybody who can be paid now."""


class MyBill(BillShown):
    """What a customer owes; the customer's name is masked."""


class MyOffer(OfferShown):
    """A bill that may be paid."""

    bill = fields.Nested(MyBill)


class MyOffersShown(Shown):
    """A customer's open bills; empty when nothing is owed."""

    offers = fields.List(fields.Nested(MyOffer))


class MyNewAccount(Body):
    """An account to keep under a name of one's own; `inputs` by the biller's rules."""

    connection = words(60)
    biller = words(60)
    inputs = texts(10)
    label = words(60, least=0, default="")


class AccountLabel(Body):
    """Another name for it."""

    label = words(60, least=0)


class AccountAmount(Body):
    """How much, in fen."""

    amount = fen()


class MyAccountShown(Shown):
    """A kept account. `account` is masked where it is somebody's own number."""

    id = fields.String()
    connection = fields.String()
    biller = fields.String()
    biller_name = fields.Nested(Both)
    category = fields.String()
    label = fields.String()
    account = fields.String()


class MyAccountsShown(Shown):
    """What a resident keeps, the oldest first."""

    accounts = fields.List(fields.Nested(MyAccountShown))


# orders


class MyTender(Body):
    """A way of paying, one of those of `/my/tenders`."""

    kind = choice("points", "credit", "card", "qr", "online")
    amount = fen()
    connection = words(60, least=0, default="")


class MyPay(Body):
    """How an order is paid."""

    tenders = many(MyTender, MOST_TENDERS)


class MyNewOrder(Body):
    """Bills to pay; with tenders they are paid at once."""

    lines = many(WantedLine, MOST_LINES)
    tenders = many(MyTender, MOST_TENDERS, default=())


class MyPaging(Body):
    """A page of a list, newest first: what comes before an id."""

    before = words(40, least=0, default="")
    limit = counted()


class MyLineShown(Shown):
    """One bill of an order. States: planned, asking, doubt, review, paid, refused."""

    no = fields.Integer()
    biller_name = fields.Nested(Both)
    category = fields.String()
    account = fields.String()
    period = fields.String()
    amount = fields.Integer()
    refunded = fields.Integer()
    state = fields.String()
    reference = fields.String()
    printed = fields.Dict()
    reason = fields.Dict()


class MyTenderShown(Shown):
    """One way of paying. States: planned, asking, doubt, giving_up, review, taken, capturing, refused.

    `show` is what a wallet has to scan or open now; the tender's `qr.svg` is a picture of it.
    """

    no = fields.Integer()
    kind = fields.String()
    connection = fields.String()
    amount = fields.Integer()
    returned = fields.Integer()
    state = fields.String()
    show = fields.String()


class MyOrderShown(Shown):
    """An order as it stands. `confirming`: something outside has not answered yet, and nothing is guessed.

    States: open, paying, paid, part_paid, failed, cancelled, refunded. `tenders` are those of the last try.
    """

    id = fields.String()
    state = fields.String()
    total = fields.Integer()
    currency = fields.String()
    placed_at = fields.DateTime(format="iso")
    confirming = fields.Boolean()
    review = fields.Boolean()
    lines = fields.List(fields.Nested(MyLineShown))
    tenders = fields.List(fields.Nested(MyTenderShown))
    receipts = fields.List(fields.String())
    next = fields.List(fields.Nested(StepShown))


class MyOrderBrief(Shown):
    """One order of a list; `what` are the billers of its lines."""

    id = fields.String()
    state = fields.String()
    total = fields.Integer()
    currency = fields.String()
    placed_at = fields.DateTime(format="iso")
    what = fields.List(fields.Nested(Both))


class MyOrdersShown(Shown):
    """A page of orders, newest first; `before` asks for the next page and is empty on the last."""

    orders = fields.List(fields.Nested(MyOrderBrief))
    before = fields.String()


class MyReceiptShown(Shown):
    """A receipt as it was written, and where its pictures are."""

    number = fields.String()
    receipt = fields.Dict()
    pictures = fields.Dict(keys=fields.String(), values=fields.String())


class MyRendering(Body):
    """The language of a receipt; `auto` is that of Accept-Language."""

    language = choice("auto", *LANGUAGES, default="auto")


# points


class MyLapsingShown(Shown):
    """Points that lapse soon, in hundredths, and when the first of them do."""

    amount = fields.Integer()
    first = fields.Date()


class MyPointsShown(Shown):
    """Points in hundredths; null where the street has no programme. `categories` may be paid with them."""

    balance = fields.Nested(BalanceShown)
    categories = fields.List(fields.String())
    cards = fields.List(fields.String())
    lapsing = fields.Nested(MyLapsingShown, allow_none=True)


class MyLotsShown(Shown):
    """A page of what was earned, newest first."""

    lots = fields.List(fields.Nested(LotShown))
    before = fields.String()


class MySpentShown(Shown):
    """Points spent on one line of an order, in hundredths; negative where they came back."""

    order = fields.String()
    category = fields.String()
    amount = fields.Integer()
    redeemed_on = fields.Date()


class MySpendingShown(Shown):
    """A page of what was spent, newest first."""

    spent = fields.List(fields.Nested(MySpentShown))
    before = fields.String()


class MyCreditShown(Shown):
    """What the street owes the resident, in fen."""

    credit = fields.Integer()


# parcels


class MyParcelBrief(Shown):
    """One consignment; the recipient masked."""

    id = fields.String()
    state = fields.String()
    standing = fields.String()
    number = fields.String()
    title = fields.Nested(Both)
    recipient = fields.String()
    created_at = fields.DateTime(format="iso")


class MyParcelsShown(Shown):
    """A page of consignments, newest first."""

    parcels = fields.List(fields.Nested(MyParcelBrief))
    before = fields.String()


class MyStopShown(Shown):
    """One thing that happened to a consignment; `voided` was taken back later."""

    kind = fields.String()
    at = fields.DateTime(format="iso")
    says = fields.String()
    place = fields.String()
    reason = fields.String()
    voided = fields.Boolean()


class MyParcelShown(MyParcelBrief):
    """A consignment with its way so far. `confirming`: the post has not answered yet."""

    postage = fields.Integer()
    confirming = fields.Boolean()
    fold = fields.Nested(FoldShown)
    events = fields.List(fields.Nested(MyStopShown))


# certification


class MyBenefit(EntitlementShown):
    """One benefit; `routes` are those by which one can certify here, and `needs_photo` says what they take."""

    routes = fields.List(fields.String())
    needs_photo = fields.Boolean()


class MyBenefitsShown(Shown):
    """What somebody draws, as far as is known; `unreached` bureaus did not answer when they were asked."""

    name = fields.String()
    benefits = fields.List(fields.Nested(MyBenefit))
    unreached = fields.List(fields.String())


class MyNewCertification(Body):
    """What is to be certified, by face; `delegation` where it is for another, on one's own phone."""

    entitlements = several(words(40), 20)
    photo = words(LARGEST_PHOTO, least=0, default="")
    delegation = words(40, least=0, default="")


class MyCertificationItem(Shown):
    """What became of one entitlement. `review`: a person has to find out."""

    entitlement = fields.String()
    scheme = fields.String()
    outcome = fields.String()
    reason = fields.Nested(Both, allow_none=True)
    valid_to = fields.Date(allow_none=True)
    retryable = fields.Boolean()
    region = fields.String()
    needs = fields.List(fields.String())
    review = fields.Boolean()


class MyCertificationShown(Shown):
    """One attempt. `confirming`: the bureau's judgement is still out, and nothing is guessed."""

    id = fields.String()
    route = fields.String()
    done_on = fields.Date()
    agent_name = fields.String()
    confirming = fields.Boolean()
    made_at = fields.DateTime(format="iso")
    items = fields.List(fields.Nested(MyCertificationItem))


class MyCertificationsShown(Shown):
    """The last hundred attempts, newest first."""

    certifications = fields.List(fields.Nested(MyCertificationShown))


class MyMandateShown(Shown):
    """A delegation: `name` is whoever acts for me, or for whom I act."""

    id = fields.String()
    name = fields.String()
    relation = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    revoked_at = fields.DateTime(format="iso", allow_none=True)


class MyMandatesShown(Shown):
    """Who may or might once act for me, and for whom I may act today; newest first."""

    agents = fields.List(fields.Nested(MyMandateShown))
    principals = fields.List(fields.Nested(MyMandateShown))


# messages


class MyMessageShown(Shown):
    """One message; `title` is what it is about, `says` its state in words."""

    id = fields.String()
    title = fields.Nested(Both)
    channel = fields.String()
    to = fields.String()
    state = fields.String()
    says = fields.Nested(Both)
    made_at = fields.DateTime(format="iso")


class MyMessagesShown(Shown):
    """The latest messages, newest first."""

    messages = fields.List(fields.Nested(MyMessageShown))


class MyChoice(Body):
    """Whether and how messages by one channel are wanted; an empty address keeps the one that is known."""

    wanted = flag()
    language = choice(*LANGUAGES, default=LANGUAGES[0])
    address = words(254, least=0, default="")


# the hall


class MyItemsShown(ServiceItemsShown):
    """Service items that can be had in this way."""


class MyHallShown(Shown):
    """A hall."""

    id = fields.String()
    name = fields.Nested(Both)


class MyHallsShown(Shown):
    """Halls where one can go."""

    halls = fields.List(fields.Nested(MyHallShown))


class MyNewBooking(Body):
    """An appointment for oneself. One at home needs an address and a reason."""

    item = words(60)
    hall = words(40)
    place = choice("hall", "home", default="hall")
    on = day(name="on")
    begins = clock()
    address = words(200, least=0, default="")
    reason = words(500, least=0, default="")


class MyBookingShown(Shown):
    """One's own appointment. States: booked, cancelled, came, missed."""

    id = fields.String()
    place = fields.String()
    item = fields.String()
    title = fields.Nested(Both)
    hall = fields.String()
    on = fields.Date()
    begins = fields.String()
    ends = fields.String()
    address = fields.String()
    reason = fields.String()
    state = fields.String()


class MyBookingsShown(Shown):
    """Appointments, the latest day first."""

    bookings = fields.List(fields.Nested(MyBookingShown))


class MyNewCase(Body):
    """What one comes with."""

    item = words(60)
    note = words(2000, least=0, default="")


class MyCaseEvent(Shown):
    """Something that happened to it, and how it stood then. Kinds: opened, step, note, posted, rated."""

    event = fields.String()
    state = fields.String()
    at = fields.DateTime(format="iso")
    note = fields.String()


class MyCaseBrief(Shown):
    """One's own matter. States: received, in_work, waiting, finished, withdrawn, refused."""

    id = fields.String()
    number = fields.String()
    item = fields.String()
    title = fields.Nested(Both)
    state = fields.String()
    agent_name = fields.String()
    due_on = fields.Date()
    opened_at = fields.DateTime(format="iso")
    closed_at = fields.DateTime(format="iso", allow_none=True)
    stars = fields.Integer(allow_none=True)
    may_withdraw = fields.Boolean()
    may_rate = fields.Boolean()


class MyCaseShown(MyCaseBrief):
    """One's own matter with everything that happened to it, oldest first."""

    events = fields.List(fields.Nested(MyCaseEvent))


class MyCasesShown(Shown):
    """A page of matters, newest first; `before` asks for the next page and is empty on the last."""

    cases = fields.List(fields.Nested(MyCaseBrief))
    before = fields.String()


class MyNewRating(Body):
    """One to five stars, and words if there are any."""

    kind = choice("case", "order", "certification")
    subject = words(40)
    stars = whole(1, 5)
    comment = words(500, least=0, default="")


class MyRatingShown(Shown):
    """What was said."""

    kind = fields.String()
    subject = fields.String()
    stars = fields.Integer()


class MyNewPrint(Body):
    """A receipt by its number, or the slip of an order that is still being confirmed."""

    receipt = words(80, least=0, default="")
    order = words(40, least=0, default="")


class MyPrintShown(Shown):
    """The printer took it; what came out is for whoever stands there to see."""

    printed = fields.Boolean()


# all together


class MyDueBooking(Shown):
    """An appointment that is still to come."""

    id = fields.String()
    title = fields.Nested(Both)
    place = fields.String()
    hall = fields.String()
    on = fields.Date()
    begins = fields.String()
    ends = fields.String()


class MyDueCase(Shown):
    """A matter that waits for the resident."""

    id = fields.String()
    number = fields.String()
    title = fields.Nested(Both)
    state = fields.String()


class MyDueShown(Shown):
    """What concerns a resident now; empty lists where nothing does."""

    benefits = fields.List(fields.Nested(EntitlementShown))
    parcels = fields.List(fields.Nested(MyParcelBrief))
    orders = fields.List(fields.Nested(MyOrderBrief))
    bookings = fields.List(fields.Nested(MyDueBooking))
    cases = fields.List(fields.Nested(MyDueCase))
    lapsing = fields.Nested(MyLapsingShown, allow_none=True)
