"""Reminding by message."""

from __future__ import annotations

from jiedao.certification.daily import Planned, Remind, Reminder
from jiedao.notifications.notifications import Notifications, Skip
from jiedao.store.unit import Tx


def by_message(notifications: Notifications) -> Remind:
    """Remind through the street's messages. While it sends none, nobody counts as reminded."""

    def remind(tx: Tx, about: Reminder) -> Planned | None:
        matter = f"entitlement {about.entitlement} {about.due_on}"
        sent = notifications.send(
            tx, "certification_due", about.resident, matter, scheme=about.scheme, due=about.due_on
        )
        if sent.skipped is Skip.NO_SERVICE:
            return None
        row = notifications.one(tx, sent.id) if sent.id else None
        return Planned(row.channel, row.operation) if row else Planned("", "")

    return remind
