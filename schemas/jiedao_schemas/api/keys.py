"""API keys (administrators)."""

from __future__ import annotations

from marshmallow import fields

from jiedao_schemas.api.fields import Body, Shown, choice, moment, several, words


class NewApiKey(Body):
    """A key to issue: what it acts as, and what it may do. Without `expires_at` it never lapses."""

    title = words(100)
    role = choice("operator", "accountant", "administrator")
    till = words(40, least=0, default="")
    scopes = several(words(80), 100)
    expires_at = moment()


class ApiKeyShown(Shown):
    """A key; `state` is active, expired or revoked. `used_at` is to the minute."""

    id = fields.String()
    title = fields.String()
    role = fields.String()
    till = fields.String()
    scopes = fields.List(fields.String())
    state = fields.String()
    created_by = fields.String()
    created_at = fields.DateTime(format="iso")
    expires_at = fields.DateTime(format="iso", allow_none=True)
    used_at = fields.DateTime(format="iso", allow_none=True)
    revoked_at = fields.DateTime(format="iso", allow_none=True)


class ApiKeyIssued(ApiKeyShown):
    """A new key. The token is given once; a repeated request gets null in its place."""

    token = fields.String(allow_none=True)


class ApiKeysShown(Shown):
    """Keys, newest first, and what the scopes of a new one may be."""

    keys = fields.List(fields.Nested(ApiKeyShown))
    scopes = fields.List(fields.String())
