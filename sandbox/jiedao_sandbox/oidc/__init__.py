"""An identity provider (OpenID Connect): discovery, keys, a page to sign in on, and tokens.

Options besides the common ones: ``--client``, ``--secret``, and ``--prompt``: nobody is asked, the person whom
``POST /_sandbox/person {"subject", "email", "verified"}`` named last is sent back at once. Otherwise the page asks for
the subject.

Faults of tokens, for the next one: ``POST /_sandbox/spoil {"how": ...}`` with one of `tokens.Spoilt`.
"""

from __future__ import annotations

import argparse
from typing import Final

from jiedao_sandbox import process
from jiedao_sandbox.books import Books
from jiedao_sandbox.httpd import Body, HttpServer, Received, Route, Sent, Service, decode_json, encode_json
from jiedao_sandbox.oidc.provider import SCHEMA, Provider

CLIENT: Final = "jiedao-street"
SECRET: Final = "sandbox-oidc-secret"  # noqa: S105 (a stand-in's key opens nothing)


def main(arguments: list[str]) -> int:
    """Run the provider until it is stopped."""
    options = _options(arguments)
    with Books(options.books, "oidc", SCHEMA) as books:
        provider = Provider(books, options.client, options.secret, prompt=options.prompt)
        service = Service(
            "oidc",
            routes={
                "/.well-known/openid-configuration": Route("discovery", provider.discovery, "GET"),
                "/keys": Route("keys", provider.keys, "GET"),
                "/authorize": Route("authorize", provider.authorize, "GET"),
                "/token": Route("token", provider.token),
            },
            books=books.dump,
            controls={
                "/_sandbox/person": Route("person", provider.person),
                "/_sandbox/spoil": Route("spoil", provider.spoil),
            },
            decode=_decode,
            encode=_encode,
        )
        with HttpServer(service, options.port, options.host) as server:
            provider.issuer = server.url
            return process.run("oidc", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("oidc")
    parser.add_argument("--client", default=CLIENT)
    parser.add_argument("--secret", default=SECRET)
    parser.add_argument("--prompt", action="store_true")
    return parser.parse_args(arguments)


def _decode(received: Received) -> Body:
    """Parameters of the address, or of a form, with the client's credentials beside them."""
    given: Body = dict(received.query) if received.method == "GET" else _form(received)
    return {"given": given, "authorization": received.headers.get("Authorization", "")}


def _form(received: Received) -> Body:
    from urllib.parse import parse_qsl

    if received.headers.get_content_type() == "application/json":
        return decode_json(received)
    return dict(parse_qsl(received.raw.decode("utf-8")))


def _encode(answer: Body) -> Sent:
    if "location" in answer:
        return Sent(b"", "text/plain", {"Location": answer["location"]}, 302)
    if "page" in answer:
        return Sent(answer["page"].encode(), "text/html; charset=utf-8")
    return encode_json(answer)
