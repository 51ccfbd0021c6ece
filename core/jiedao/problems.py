"""Refusals in the user's words. Each has a stable code, both languages, and the field it is about.

A problem raised inside a transaction rolls it back: nothing is half done. Faces translate the class into an
HTTP status or an exit code; nothing else is derived from it.
"""

from __future__ import annotations

from jiedao.language import Text


class Problem(Exception):
    """Something that the caller asked for will not be done; nothing was changed."""

    status = 400

    def __init__(self, code: str, says: Text, *, field: str = "", **facts: object) -> None:
        super().__init__(f"{code}: {says.en}")
        self.code = code
        self.says = says
        self.field = field
        self.facts = facts


class Invalid(Problem):
    """The input is wrong; `field` names where."""

    status = 422


class NotAllowed(Problem):
    """The member of staff may not do this."""

    status = 403


class NotSignedIn(Problem):
    """No valid session."""

    status = 401


class NotFound(Problem):
    """There is no such thing in this street."""

    status = 404


class Conflict(Problem):
    """The thing is not in a state in which this can be done, or somebody else is doing it."""

    status = 409


class TooMany(Problem):
    """Tried too often; wait."""

    status = 429


class ServicePaused(Problem):
    """The service is off, paused or out of reach; nothing was sent."""

    status = 503
