"""All tables. Every row carries its street, and every key begins with it.

Amounts are integer fen or integer hundredths of a point. Moments are UTC. States are the words of the room that
owns the table. Rows of the journal are never updated or deleted (`jiedao.store.schema` makes the triggers).
"""

from __future__ import annotations

from sqlalchemy import Integer, Table

from jiedao.store.tables.certification import (
    beneficiary,
    cert_attempt,
    cert_item,
    delegation,
    entitlement,
    entitlement_event,
    home_visit,
    reminder,
    scheme,
)
from jiedao.store.tables.checkout import (
    attempt,
    attempt_event,
    bill,
    bill_lock,
    giveback,
    order,
    order_line,
    receipt,
    refund_line,
    share,
    tender,
)
from jiedao.store.tables.columns import key, metadata
from jiedao.store.tables.directory import (
    audit,
    card,
    guess,
    hall,
    identity_provider,
    membership,
    recovery_code,
    resident,
    resident_group,
    second_factor,
    session,
    skill,
    staff,
    staff_identity,
    staff_skill,
    street,
    street_rule,
    till,
    till_skill,
)
from jiedao.store.tables.figures import account_sum, figure, figure_biller, figure_mark
from jiedao.store.tables.integrators import api_key, webhook_delivery, webhook_endpoint, webhook_event
from jiedao.store.tables.kiosk import kiosk_device
from jiedao.store.tables.ledger import book, entry, posting, verification
from jiedao.store.tables.matters import (
    booking,
    case_count,
    case_event,
    opening,
    rating,
    service_case,
    service_item,
    slot,
)
from jiedao.store.tables.notices import notice, notice_count, notice_seen
from jiedao.store.tables.notifications import contact, message, quiet_hours
from jiedao.store.tables.operations import connection, operation, operation_event, proposal, request_key
from jiedao.store.tables.personal import resident_session, saved_account, sign_in_code, throttle
from jiedao.store.tables.points import claim, credit, held_lot, lot, points_account, programme, redemption
from jiedao.store.tables.post import consignment, dispatch, number_range, post_event
from jiedao.store.tables.pulse import pulse
from jiedao.store.tables.settlement import settlement_break, settlement_row
from jiedao.store.tables.shifts import movement, open_till, shift

schema_version = Table("schema_version", metadata, key("version", Integer))

TENANT_TABLES = tuple(t for t in metadata.sorted_tables if t.name not in ("street", "schema_version"))
APPEND_ONLY = (
    entry,
    posting,
    attempt_event,
    audit,
    post_event,
    entitlement_event,
    case_event,
    operation_event,
)

__all__ = [
    "APPEND_ONLY",
    "TENANT_TABLES",
    "account_sum",
    "api_key",
    "attempt",
    "attempt_event",
    "audit",
    "beneficiary",
    "bill",
    "bill_lock",
    "book",
    "booking",
    "card",
    "case_count",
    "case_event",
    "cert_attempt",
    "cert_item",
    "claim",
    "connection",
    "consignment",
    "contact",
    "credit",
    "delegation",
    "dispatch",
    "entitlement",
    "entitlement_event",
    "entry",
    "figure",
    "figure_biller",
    "figure_mark",
    "giveback",
    "guess",
    "hall",
    "held_lot",
    "home_visit",
    "identity_provider",
    "kiosk_device",
    "lot",
    "membership",
    "message",
    "metadata",
    "movement",
    "notice",
    "notice_count",
    "notice_seen",
    "number_range",
    "open_till",
    "opening",
    "operation",
    "operation_event",
    "order",
    "order_line",
    "points_account",
    "post_event",
    "posting",
    "programme",
    "proposal",
    "pulse",
    "quiet_hours",
    "rating",
    "receipt",
    "recovery_code",
    "redemption",
    "refund_line",
    "reminder",
    "request_key",
    "resident",
    "resident_group",
    "resident_session",
    "saved_account",
    "schema_version",
    "scheme",
    "second_factor",
    "service_case",
    "service_item",
    "session",
    "settlement_break",
    "settlement_row",
    "share",
    "shift",
    "sign_in_code",
    "skill",
    "slot",
    "staff",
    "staff_identity",
    "staff_skill",
    "street",
    "street_rule",
    "tender",
    "throttle",
    "till",
    "till_skill",
    "verification",
    "webhook_delivery",
    "webhook_endpoint",
    "webhook_event",
]
