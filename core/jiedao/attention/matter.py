"""One thing that needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from jiedao.language import Text


class Severity(StrEnum):
    """How soon somebody has to look."""

    URGENT = "urgent"
    """Residents are turned away, or money is not where the books say."""
    SOON = "soon"
    """Today: it grows worse by itself."""
    NOTE = "note"
    """Good to know; nothing is wrong yet."""


class Page(StrEnum):
    """Where something is mended; a face knows how to get there."""

    CONNECTION = "connection"
    CATALOGUE = "catalogue"
    REVIEW = "review"
    OPERATIONS = "operations"
    PROPOSALS = "proposals"
    SHIFTS = "shifts"
    POST = "post"
    CLAIMS = "claims"
    MESSAGES = "messages"
    SETTLEMENTS = "settlements"
    CERTIFICATION = "certification"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs a person. `subject` is the thing on the page, where it is one."""

    kind: str
    severity: Severity
    says: Text
    """What is the matter, in a sentence."""
    mend: Text
    """What to do about it, as words on a link."""
    page: Page
    subject: str = ""
    count: int = 1
    since: datetime | None = None


ORDER: Final = tuple(Severity)
"""The most urgent first."""
