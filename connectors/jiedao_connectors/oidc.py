"""OpenID Connect as a client: where to send a person, and whom the provider vouches for when they come back.

Authorization code flow of OpenID Connect Core 1.0 with PKCE (RFC 7636, S256), addresses by Discovery 1.0. Of the answer
nothing is believed before the signature of the ID token, its issuer, audience, nonce and times were found right.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import ClaimError, DecodeError, ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from jiedao_connectors.http import HttpClient, HttpProblem


class Why(StrEnum):
    """What was wrong with a sign-in."""

    UNREACHABLE = "unreachable"
    """The provider gave no answer that can be understood."""
    DISCOVERY = "discovery"
    """What the provider says of itself does not fit: another issuer, an address without TLS."""
    REFUSED = "refused"
    """The provider did not let the person in, or the person gave up."""
    CODE = "code"
    """The provider does not take the code: used already, too old, another client, a wrong secret."""
    TOKEN = "token"  # noqa: S105 (what is wrong, not a secret)
    """There is no ID token, or one that cannot be read."""
    SIGNATURE = "signature"
    """The ID token is not signed by the provider."""
    ISSUER = "issuer"
    AUDIENCE = "audience"
    """The ID token was made for another client."""
    NONCE = "nonce"
    """The ID token belongs to another sign-in."""
    EXPIRED = "expired"
    CLAIMS = "claims"
    """Something else in the ID token is missing or wrong."""


class NotProven(Exception):
    """Nobody is vouched for; `why` says what was wrong. Never carries what the provider sent."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun; everything but the address must be there again when the person comes back."""

    url: str
    """Where to send the person."""
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for."""

    subject: str
    """Unique and never given to anybody else at this provider."""
    email: str = ""
    """Only where the provider says that it has verified it."""


class Client:
    """One registration at one provider. Keeps nothing between calls; threads may share it."""

    def __init__(self, issuer: str, client: str, secret: str, *, now: Callable[[], float] = time.time) -> None:
        """`issuer` exactly as it stands in the tokens; without a secret, PKCE alone ties code and client."""
        self._issuer, self._client, self._secret, self._now = issuer, client, secret, now
        self._http = HttpClient("")

    def check(self, deadline: float) -> None:
        """Whether the provider says of itself what is needed; `NotProven` when not."""
        end = time.monotonic() + deadline
        self._keys(self._discovered(end), end)

    def begin(self, back: str, deadline: float) -> Begun:
        """Where to send a person who is to come back to `back`. `NotProven` when the provider cannot be reached."""
        about = self._discovered(time.monotonic() + deadline)
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (24, 24, 48))
        url = prepare_grant_uri(
            about["authorization_endpoint"],
            client_id=self._client,
            response_type="code",
            redirect_uri=back,
            scope="openid email",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Begun(url, state, nonce, verifier)

    def finish(self, begun: Begun, code: str, back: str, deadline: float) -> Person:
        """Whom a code stands for, after everything was checked. `NotProven` says what was wrong."""
        end = time.monotonic() + deadline
        about = self._discovered(end)
        answer = self._exchanged(about, code, begun.verifier, back, end)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProven(Why.TOKEN)
        return _person(self._checked(token, self._keys(about, end), begun.nonce, answer.get("access_token")))

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()

    def _discovered(self, end: float) -> dict[str, Any]:
        address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        about = self._json("GET", address, b"", end, {})
        if about.get("issuer") != self._issuer:
            raise NotProven(Why.DISCOVERY)
        for name in _ADDRESSES:
            if not _SAFE.match(str(about.get(name, ""))):
                raise NotProven(Why.DISCOVERY)
        return about

    def _exchanged(self, about: Mapping[str, Any], code: str, verifier: str, back: str, end: float) -> dict[str, Any]:
        body = prepare_token_request("authorization_code", "", code=code, redirect_uri=back, code_verifier=verifier)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        method = _way_to_authenticate(about) if self._secret else "none"
        auth = ClientAuth(self._client, self._secret, method)
        address, headers, body = auth.prepare("POST", about["token_endpoint"], headers, body)
        return self._json("POST", address, body.encode(), end, headers, refused=Why.CODE)

    def _keys(self, about: Mapping[str, Any], end: float) -> KeySet:
        given = self._json("GET", about["jwks_uri"], b"", end, {})
        try:
            return KeySet.import_key_set(given)  # type: ignore[arg-type]  # it checks by itself what it was given
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotProven(Why.DISCOVERY) from None

    def _checked(self, token: str, keys: KeySet, nonce: str, access: object) -> dict[str, Any]:
        """The claims of an ID token of which everything is right."""
        try:
            found = jwt.decode(token, keys, algorithms=_ALGORITHMS)
        except DecodeError:
            raise NotProven(Why.TOKEN) from None
        except (JoseError, ValueError):
            raise NotProven(Why.SIGNATURE) from None
        wanted = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client},
            "nonce": {"essential": True, "value": nonce},
            "sub": {"essential": True},
        }
        told = {"nonce": nonce, "client_id": self._client, "access_token": access if isinstance(access, str) else None}
        claims = CodeIDToken(found.claims, found.header, wanted, told)
        try:
            claims.validate(now=int(self._now()), leeway=_LEEWAY)
        except ExpiredTokenError:
            raise NotProven(Why.EXPIRED) from None
        except ClaimError as wrong:
            raise NotProven(_BY_CLAIM.get(wrong.claim, Why.CLAIMS)) from None
        return dict(claims)

    def _json(
        self,
        method: str,
        address: str,
        content: bytes,
        end: float,
        headers: Mapping[str, str],
        *,
        refused: Why = Why.UNREACHABLE,
    ) -> dict[str, Any]:
        try:
            answer = self._http.send(method, address, content, end - time.monotonic(), headers)
            value = json.loads(answer.content)
        except (HttpProblem, ValueError, RecursionError):
            raise NotProven(Why.UNREACHABLE) from None
        if answer.status >= 400:
            raise NotProven(refused)
        if not isinstance(value, dict):
            raise NotProven(Why.UNREACHABLE)
        return value


def _person(claims: Mapping[str, Any]) -> Person:
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST:
        raise NotProven(Why.CLAIMS)
    verified = claims.get("email_verified") is True and isinstance(email, str)
    return Person(subject, str(email) if verified else "")


def _way_to_authenticate(about: Mapping[str, Any]) -> str:
    """As the provider takes the client's secret: in the header (the default of Discovery 1.0), else in the body."""
    offered = about.get("token_endpoint_auth_methods_supported")
    if isinstance(offered, list) and "client_secret_basic" not in offered and "client_secret_post" in offered:
        return "client_secret_post"
    return "client_secret_basic"


_ADDRESSES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_SAFE: Final = re.compile(r"https://[^\s]+|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", re.ASCII)
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures by key pairs only: neither `none`, nor one made with a secret that we hold ourselves."""
_LEEWAY: Final = 60
"""Seconds by which the clocks may differ."""
_LONGEST: Final = 255
"""Characters of a subject (OpenID Connect Core 1.0, section 2)."""
_BY_CLAIM: Final = {
    "iss": Why.ISSUER,
    "aud": Why.AUDIENCE,
    "azp": Why.AUDIENCE,
    "nonce": Why.NONCE,
    "exp": Why.EXPIRED,
    "iat": Why.EXPIRED,
    "nbf": Why.EXPIRED,
}
