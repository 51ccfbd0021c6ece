"""What the provider does: lets a person choose who they are, hands out a code once, and a token for it."""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import time
from typing import Any, Final
from urllib.parse import urlencode

from jiedao_sandbox.books import Books, Row
from jiedao_sandbox.httpd import Body, Refused
from jiedao_sandbox.oidc.tokens import Signer, Spoilt

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS keys (pem TEXT);
CREATE TABLE IF NOT EXISTS person (subject TEXT, email TEXT, verified INTEGER);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, redirect TEXT, nonce TEXT, challenge TEXT, subject TEXT, email TEXT, verified INTEGER,
    at REAL, used INTEGER DEFAULT 0
);
"""
_CODE_LASTS: Final = 60.0


class Provider:
    """One provider with one client."""

    def __init__(self, books: Books, client: str, secret: str, *, prompt: bool) -> None:
        self._books, self._client, self._secret, self._prompt = books, client, secret, prompt
        known = books.row("SELECT pem FROM keys")
        self._signer = Signer(known["pem"] if known else "")
        if known is None:
            with books.writing() as connection:
                connection.execute("INSERT INTO keys VALUES (?)", (self._signer.stored(),))
        self._spoilt: Spoilt | None = None
        self.issuer = ""

    # its own protocol

    def discovery(self, _: Body) -> Body:
        """Where everything is."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self, _: Body) -> Body:
        """The public key."""
        return self._signer.published()

    def authorize(self, body: Body) -> Body:
        """Ask who it is, or send them back with a code."""
        given: dict[str, str] = body["given"]
        wrong = [name for name, value in self._expected().items() if given.get(name) != value]
        missing = [name for name in ("redirect_uri", "state", "nonce", "code_challenge") if not given.get(name)]
        if wrong or missing or "openid" not in given.get("scope", "").split():
            raise Refused(400, {"error": "invalid_request", "wrong": [*wrong, *missing]})
        if given.get("refuse"):
            return _back(given, error="access_denied")
        if self._prompt:
            return _back(given, code=self._code(given, self._person()))
        if "subject" not in given:
            return {"page": _page(given)}
        who = {"subject": given["subject"], "email": given.get("email", ""), "verified": 1}
        return _back(given, code=self._code(given, who))

    def token(self, body: Body) -> Body:
        """A token for a code, once, for who began it."""
        self._check_client(body["authorization"])
        given: dict[str, str] = body["given"]
        row = self._used(given.get("code", ""))
        fits = (
            row["redirect"] == given.get("redirect_uri")
            and row["challenge"] == _challenge(given.get("code_verifier", ""))
            and given.get("grant_type") == "authorization_code"
        )
        if not fits:
            raise Refused(400, {"error": "invalid_grant"})
        spoilt, self._spoilt = self._spoilt, None
        token = self._signer.sign(self._claims(row), spoilt, self._secret)
        answer: Body = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300}
        return answer if token is None else {**answer, "id_token": token}

    # control face

    def person(self, body: Body) -> Body:
        """Who signs in next, where nobody is asked."""
        with self._books.writing() as connection:
            connection.execute("DELETE FROM person")
            values = (str(body["subject"]), str(body.get("email", "")), int(bool(body.get("verified", True))))
            connection.execute("INSERT INTO person VALUES (?, ?, ?)", values)
        return {"subject": body["subject"]}

    def spoil(self, body: Body) -> Body:
        """Let something be wrong with the next token."""
        self._spoilt = Spoilt(body["how"])
        return {"how": self._spoilt}

    def _expected(self) -> dict[str, str]:
        return {"client_id": self._client, "response_type": "code", "code_challenge_method": "S256"}

    def _person(self) -> Row:
        known = self._books.row("SELECT * FROM person")
        if known is None:
            raise Refused(409, {"error": "NOBODY", "says": "say who signs in: POST /_sandbox/person"})
        return known

    def _code(self, given: dict[str, str], who: Row) -> str:
        code = secrets.token_urlsafe(16)
        values = (code, given["redirect_uri"], given["nonce"], given["code_challenge"])
        with self._books.writing() as connection:
            connection.execute(
                "INSERT INTO codes (code, redirect, nonce, challenge, subject, email, verified, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, who["subject"], who["email"], who["verified"], time.time()),
            )
        return code

    def _used(self, code: str) -> Row:
        with self._books.writing() as connection:
            row = self._books.row("SELECT * FROM codes WHERE code = ?", code)
            if row is None or row["used"] or time.time() - row["at"] > _CODE_LASTS:
                raise Refused(400, {"error": "invalid_grant"})
            connection.execute("UPDATE codes SET used = 1 WHERE code = ?", (code,))
        return row

    def _check_client(self, authorization: str) -> None:
        expected = base64.b64encode(f"{self._client}:{self._secret}".encode()).decode()
        if authorization != f"Basic {expected}":
            raise Refused(401, {"error": "invalid_client"})

    def _claims(self, row: Row) -> dict[str, Any]:
        claims = {"iss": self.issuer, "aud": self._client, "sub": row["subject"], "nonce": row["nonce"]}
        if row["email"]:
            claims |= {"email": row["email"], "email_verified": bool(row["verified"])}
        return claims


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _back(given: dict[str, str], **more: str) -> Body:
    return {"location": f"{given['redirect_uri']}?{urlencode({**more, 'state': given['state']})}"}


def _page(given: dict[str, str]) -> str:
    """Whoever opens it says who they are; a real provider asks for proof."""
    hidden = "".join(f'<input type="hidden" name="{_safe(n)}" value="{_safe(v)}">' for n, v in given.items())
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>统一身份 Identity</title>'
        f'<h1>统一身份 Identity</h1><form action="/authorize">{hidden}'
        '<p><label>身份标识 Subject <input name="subject" required></label></p>'
        '<p><label>邮箱 E-mail <input name="email" type="email"></label></p>'
        '<p><button>登录 Sign in</button> <button name="refuse" value="1" formnovalidate>取消 Cancel</button></p>'
        "</form></html>"
    )


def _safe(words: str) -> str:
    return html.escape(words, quote=True)
