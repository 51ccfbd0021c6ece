"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, words
from jiedao_schemas.api.people import SessionShown


class NewPassword(Body):
    """A new password, with the present one."""

    old = words(1024)
    password = words(1024)


class PasswordProof(Body):
    """The present password, except in a session that was just opened to set the second factor up."""

    password = words(1024, least=0, default="")


class FactorShown(Shown):
    """How somebody stands with the second factor."""

    since = fields.AwareDateTime(allow_none=True)
    recovery_left = fields.Integer()
    required = fields.Boolean()


class OwnAccountShown(Shown):
    """One's own account."""

    staff = fields.String()
    login = fields.String()
    name = fields.String()
    role = fields.String()
    skills = fields.List(fields.String())
    second_factor = fields.Nested(FactorShown)


class EnrolmentShown(Shown):
    """What an authenticator has to be told; shown until a code has confirmed it."""

    secret = fields.String()
    uri = fields.String()


class CodesShown(Shown):
    """Recovery codes, shown once. Each opens once."""

    recovery_codes = fields.List(fields.String())


class EnrolledShown(SessionShown):
    """The session with its new token, and the recovery codes, both shown once."""

    recovery_codes = fields.List(fields.String())


class OwnSessionShown(Shown):
    """One of one's own sessions."""

    id = fields.String()
    device = fields.String()
    till = fields.String()
    opened_at = fields.AwareDateTime()
    seen_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    current = fields.Boolean()


class OwnSessionsShown(Shown):
    """One's own sessions, the newest first."""

    sessions = fields.List(fields.Nested(OwnSessionShown))


class EndedShown(Shown):
    """How many sessions were ended."""

    ended = fields.Integer()
