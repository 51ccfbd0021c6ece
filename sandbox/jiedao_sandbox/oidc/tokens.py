"""ID tokens as the provider signs them, and what can be wrong with one."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

LASTS: Final = 300


class Spoilt(StrEnum):
    """One thing that is wrong with the next ID token; everything else about it is right."""

    NONCE = "nonce"
    NO_NONCE = "no_nonce"
    AUDIENCE = "audience"
    PARTY = "party"
    """Made for us and another client, and handed out to the other."""
    ISSUER = "issuer"
    EXPIRED = "expired"
    SIGNATURE = "signature"
    """Signed with a key that is not among the published ones, under the name of one that is."""
    UNSIGNED = "unsigned"
    """The algorithm `none`."""
    SECRET = "secret"  # noqa: S105 (what is wrong, not a secret)
    """Signed with the client's secret instead of the provider's key."""
    SUBJECT = "subject"
    """Without one."""
    GARBAGE = "garbage"
    MISSING = "missing"


class Signer:
    """The provider's key, and a stranger's."""

    def __init__(self, stored: str = "") -> None:
        made = RSAKey.import_key(stored) if stored else RSAKey.generate_key(2048, {"kid": "street-1", "use": "sig"})
        self._key = made
        self._stranger: RSAKey | None = None

    def stored(self) -> str:
        """The private key as PEM, for the books."""
        return self._key.as_pem(private=True).decode()

    def published(self) -> dict[str, Any]:
        """What everybody may know."""
        return {"keys": [{**self._key.as_dict(private=False), "kid": "street-1", "use": "sig", "alg": "RS256"}]}

    def sign(self, claims: dict[str, Any], spoilt: Spoilt | None, secret: str) -> str | None:
        """A token, with what is wrong about it; None when there is to be none."""
        claims = _altered({**claims, "iat": int(time.time()), "exp": int(time.time()) + LASTS}, spoilt)
        if spoilt is Spoilt.MISSING:
            return None
        if spoilt is Spoilt.GARBAGE:
            return "not-a-token"
        if spoilt is Spoilt.UNSIGNED:
            return _unsigned(claims)
        if spoilt is Spoilt.SECRET:
            from joserfc.jwk import OctKey

            return jwt.encode({"alg": "HS256", "kid": "street-1"}, claims, OctKey.import_key(secret.ljust(32, "-")))
        return jwt.encode({"alg": "RS256", "kid": "street-1"}, claims, self._signing(spoilt))

    def _signing(self, spoilt: Spoilt | None) -> RSAKey:
        if spoilt is not Spoilt.SIGNATURE:
            return self._key
        if self._stranger is None:
            self._stranger = RSAKey.generate_key(2048)
        return self._stranger


def _altered(claims: dict[str, Any], spoilt: Spoilt | None) -> dict[str, Any]:
    match spoilt:
        case Spoilt.NONCE:
            return {**claims, "nonce": "of-another-sign-in"}
        case Spoilt.NO_NONCE:
            return {name: value for name, value in claims.items() if name != "nonce"}
        case Spoilt.AUDIENCE:
            return {**claims, "aud": "another-client"}
        case Spoilt.PARTY:
            return {**claims, "aud": [claims["aud"], "another-client"], "azp": "another-client"}
        case Spoilt.ISSUER:
            return {**claims, "iss": "https://id.elsewhere.example"}
        case Spoilt.EXPIRED:
            return {**claims, "iat": claims["iat"] - 7200, "exp": claims["iat"] - 3600}
        case Spoilt.SUBJECT:
            return {name: value for name, value in claims.items() if name != "sub"}
        case _:
            return claims


def _unsigned(claims: dict[str, Any]) -> str:
    import base64
    import json

    parts = ({"alg": "none", "kid": "street-1"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
