"""Where in the console something is mended: from a page of `jiedao.attention` to an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from jiedao.attention.matter import Page
from jiedao.notifications.listing import NOT_SENT

WAYS: Final[Mapping[Page, tuple[str, Mapping[str, Any]]]] = {
    Page.CATALOGUE: ("console.catalogue", {}),
    Page.REVIEW: ("console.reviews", {}),
    Page.OPERATIONS: ("console.reviews", {"which": "open"}),
    Page.PROPOSALS: ("console.proposed", {}),
    Page.SHIFTS: ("console.days", {}),
    Page.POST: ("console.dispatch_lists", {}),
    Page.CLAIMS: ("console.claims", {}),
    Page.MESSAGES: ("console.messages", {"state": NOT_SENT}),
    Page.SETTLEMENTS: ("console.settlements", {}),
    Page.CERTIFICATION: ("console.certification_due", {}),
    Page.LEDGER: ("console.ledger", {}),
}
"""Endpoint and query of each page; a connection has a page of its own."""


def way(page: Page, subject: str = "") -> str:
    """The address."""
    if page is Page.CONNECTION:
        return url_for("console.connection", connection=subject)
    endpoint, query = WAYS[page]
    return url_for(endpoint, **query)
