"""Staff, what they can serve, and how they sign in."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, choice, counted, flag, several, words

_ROLES = ("operator", "accountant", "administrator")


class NewStaff(Body):
    """A member of staff to add."""

    login = words(64)
    name = words(100)
    role = choice(*_ROLES)
    password = words(1024)
    skills = several(words(40), 100, default=[])


class StaffChange(Body):
    """What is to be different; what is not named stays."""

    name = words(100, default=None)
    role = choice(*_ROLES, default=None)
    active = flag(default=None)
    skills = several(words(40), 100, default=None)


class StaffPage(Body):
    """A page of the list, by login."""

    after = words(64, least=0, default="")
    limit = counted()


class PasswordReset(Body):
    """A new password for a colleague, and why."""

    password = words(1024)
    reason = words(500, least=4)


class FactorReset(Body):
    """Why a colleague is to set up the second factor anew."""

    reason = words(500, least=4)


class StaffIdentity(Body):
    """Who a member of staff is at the identity provider."""

    kind = choice("subject", "email")
    value = words(255)


class StaffIdentityShown(Shown):
    """Who a member of staff is at the identity provider; by e-mail until they have signed in from there once."""

    kind = fields.String()
    value = fields.String()


class StaffShown(Shown):
    """A member of staff."""

    id = fields.String()
    login = fields.String()
    name = fields.String()
    role = fields.String()
    active = fields.Boolean()
    second_factor = fields.Boolean()
    skills = fields.List(fields.String())


class StaffWhole(StaffShown):
    """A member of staff with who they are at the identity provider."""

    identity = fields.Nested(StaffIdentityShown, allow_none=True)


class StaffListShown(Shown):
    """Staff by login; `after` asks for the next page, empty on the last."""

    staff = fields.List(fields.Nested(StaffShown))
    after = fields.String()


class SignInRules(Body):
    """What the street asks of its staff at the door."""

    second_factor = flag()


class SignInRulesShown(Shown):
    """What the street asks of its staff at the door."""

    second_factor = fields.Boolean()


class IdentityProvider(Body):
    """An identity provider (OpenID Connect); without a secret the present one stays."""

    name_zh = words(60)
    name_en = words(60)
    issuer = words(200)
    client = words(200)
    secret = words(1024, least=0, default="")
    active = flag(default=True)


class IdentityProviderShown(Shown):
    """The street's identity provider. The secret never comes out; `redirect` is to be registered there."""

    name_zh = fields.String()
    name_en = fields.String()
    issuer = fields.String()
    client = fields.String()
    has_secret = fields.Boolean()
    active = fields.Boolean()
    redirect = fields.String()


class StreetAsked(Body):
    """Which street somebody wants to sign in to."""

    street = words(32)


class WaysInShown(Shown):
    """How one may sign in to a street, besides with a password; empty where in no other way."""

    provider_zh = fields.String()
    provider_en = fields.String()
