"""Schemes, benefits, certifications, delegations, due lists, home visits. Photos come in and never go out."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, anything, choice, counted, day, flag, several, whole, words

_ROUTES = ("face", "relative", "counter", "activity", "visit", "other_region", "abroad")
_RESULTS = ("certified", "not_certified", "not_at_home", "in_care", "moved", "refused", "deceased")
LARGEST_PHOTO = 700_000
"""Characters of a photo in base64; the picture itself has 500,000 bytes at most."""


class NewScheme(Body):
    """A scheme with its rules. `period` is `{"every": "months" or "days", "count", "lead", "grace"}`, or
    `{"every": "windows", "windows": [["03-01", "05-31"]], "grace"}`; lead and grace are days.
    """

    connection = words(60)
    kind = words(20)
    title_zh = words(60)
    title_en = words(60)
    period = anything()
    classes = several(words(40), 20, default=[])
    routes = several(choice(*_ROUTES), len(_ROUTES), default=list(_ROUTES))
    needs_photo = flag(default=False)
    needs_delegation = flag(default=False)
    reminder_days = whole(0, 366, default=14)
    late = choice("from_certified", "from_due", default="from_certified")


class SchemeShown(Shown):
    """A scheme."""

    id = fields.String()
    connection = fields.String()
    kind = fields.String()
    title = fields.Nested(Both)
    period = fields.Dict()
    classes = fields.List(fields.String())
    routes = fields.List(fields.String())
    needs_photo = fields.Boolean()
    needs_delegation = fields.Boolean()
    reminder_days = fields.Integer()
    late = fields.String()


class SchemesShown(Shown):
    """Every scheme of the street."""

    schemes = fields.List(fields.Nested(SchemeShown))


class EntitlementShown(Shown):
    """One benefit of a resident. `attempt` is the certification that has no answer yet, empty when there is none."""

    id = fields.String()
    scheme = fields.String()
    title = fields.Nested(Both)
    state = fields.String()
    region = fields.String()
    reason = fields.String()
    ended = fields.String()
    certified_on = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)
    suspended_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    attempt = fields.String()


class BureauAnswerShown(Shown):
    """What one bureau said: whether it answered, whether it knows the person, and if not, why."""

    connection = fields.String()
    reached = fields.Boolean()
    known = fields.Boolean()
    says = fields.Nested(Both, allow_none=True)


class BeneficiaryShown(Shown):
    """Where somebody who draws benefits belongs, and whether they can come."""

    hall = fields.String()
    community = fields.String()
    immobile = fields.Boolean()
    born_year = fields.Integer(allow_none=True)


class BenefitsShown(Shown):
    """What a resident draws, as far as is known; `bureaus` are the answers of a look-up just made."""

    resident = fields.String()
    name = fields.String()
    number = fields.String()
    beneficiary = fields.Nested(BeneficiaryShown, allow_none=True)
    entitlements = fields.List(fields.Nested(EntitlementShown))
    bureaus = fields.List(fields.Nested(BureauAnswerShown))


class Belongs(Body):
    """Where somebody belongs, and whether they can come."""

    hall = words(40, least=0, default="")
    community = words(60, least=0, default="")
    immobile = flag(default=False)


class Enrolment(Body):
    """A benefit at a bureau that cannot be asked about people."""

    scheme = words(60)


class NewCertification(Body):
    """What is to be certified, how, and by whom. `agent` is the resident who acts for them, empty for themselves.

    `photo` is a JPEG in base64, of 500,000 bytes at most; it is dropped where no scheme needs it.
    """

    resident = words(40)
    entitlements = several(words(40), 20)
    route = choice(*_ROUTES)
    photo = words(LARGEST_PHOTO, least=0, default="")
    agent = words(40, least=0, default="")
    on = day(default=None)
    place = words(100, least=0, default="")
    device = words(60, least=0, default="")
    note = words(200, least=0, default="")


class CertificationItemShown(Shown):
    """What became of one entitlement. `review`: a person has to find out."""

    entitlement = fields.String()
    scheme = fields.String()
    outcome = fields.String()
    operation = fields.String()
    reference = fields.String()
    reason = fields.Nested(Both, allow_none=True)
    valid_to = fields.Date(allow_none=True)
    retryable = fields.Boolean()
    region = fields.String()
    needs = fields.List(fields.String())
    review = fields.Boolean()


class CertificationShown(Shown):
    """One attempt. `confirming`: the bureau's judgement is still out, and nothing is guessed."""

    id = fields.String()
    resident = fields.String()
    route = fields.String()
    done_on = fields.Date()
    place = fields.String()
    device = fields.String()
    note = fields.String()
    agent = fields.String()
    agent_name = fields.String()
    delegation = fields.String()
    staff = fields.String()
    staff_name = fields.String()
    photo = fields.Boolean()
    made_at = fields.DateTime(format="iso")
    confirming = fields.Boolean()
    items = fields.List(fields.Nested(CertificationItemShown))


class CertificationsShown(Shown):
    """Attempts of a resident, newest first."""

    certifications = fields.List(fields.Nested(CertificationShown))


class NewDelegation(Body):
    """Who may act, as what, on which proof, and when. `proof` is kept sealed."""

    agent = words(40)
    relation = words(40)
    proof = words(200)
    valid_from = day()
    valid_to = day(default=None)


class DelegationShown(Shown):
    """Who may act for a resident."""

    id = fields.String()
    resident = fields.String()
    agent = fields.String()
    agent_name = fields.String()
    relation = fields.String()
    proof = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    made_by = fields.String()
    made_at = fields.DateTime(format="iso")
    revoked_at = fields.DateTime(format="iso", allow_none=True)


class DelegationsShown(Shown):
    """Who may or might once act for a resident, newest first."""

    delegations = fields.List(fields.Nested(DelegationShown))


class DueSearch(Body):
    """Which part of the due list; `after` is the last entitlement of the page before."""

    until = day()
    hall = words(40, least=0, default="")
    community = words(60, least=0, default="")
    after = words(40, least=0, default="")
    limit = counted()


class DueShown(Shown):
    """Somebody who has to certify; the number is masked."""

    entitlement = fields.String()
    resident = fields.String()
    name = fields.String()
    number = fields.String()
    scheme = fields.String()
    title = fields.Nested(Both)
    state = fields.String()
    due_on = fields.Date(allow_none=True)
    hall = fields.String()
    community = fields.String()


class DuesShown(Shown):
    """A page of the due list, the most urgent first; `after` asks for the next page and is empty on the last."""

    due = fields.List(fields.Nested(DueShown))
    after = fields.String()


class OutreachSearch(Body):
    """Whose outreach list."""

    hall = words(40, least=0, default="")
    limit = counted()


class OutreachOne(DueShown):
    """Somebody to be seen at home, with the last visit."""

    immobile = fields.Boolean()
    born_year = fields.Integer(allow_none=True)
    visited_on = fields.Date(allow_none=True)
    result = fields.String(allow_none=True)
    staff_name = fields.String(allow_none=True)


class OutreachShown(Shown):
    """Whom to see at home, the most urgent first."""

    outreach = fields.List(fields.Nested(OutreachOne))


class NewHomeVisit(Body):
    """What came of a visit; `attempt` is the certification that was made there."""

    visited_on = day()
    result = choice(*_RESULTS)
    note = words(500, least=0, default="")
    attempt = words(40, least=0, default="")


class HomeVisitShown(Shown):
    """One visit."""

    id = fields.String()
    resident = fields.String()
    staff = fields.String()
    staff_name = fields.String()
    visited_on = fields.Date()
    result = fields.String()
    note = fields.String()
    attempt = fields.String()


class HomeVisitsShown(Shown):
    """Visits at somebody's home, newest first."""

    visits = fields.List(fields.Nested(HomeVisitShown))


class DeathReport(Body):
    """Who says that somebody is dead."""

    told_by = words(200)


class EntitlementEventShown(Shown):
    """One change of an entitlement: what happened, where it led, by whom or by which operation."""

    seq = fields.Integer()
    event = fields.String()
    state = fields.String()
    at = fields.DateTime(format="iso")
    staff = fields.String()
    operation = fields.String()
    source = fields.String()
    detail = fields.Dict()


class EntitlementHistoryShown(Shown):
    """Every change of an entitlement, newest first."""

    history = fields.List(fields.Nested(EntitlementEventShown))


class BureauRecordShown(Shown):
    """One certification as the bureau has it."""

    reference = fields.String()
    on = fields.Date()
    route = fields.String(allow_none=True)
    finding = fields.String()
    valid_to = fields.Date(allow_none=True)
    place = fields.String()


class BureauRecordsShown(Shown):
    """What the bureau has on record, newest first."""

    records = fields.List(fields.Nested(BureauRecordShown))
