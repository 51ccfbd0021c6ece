"""A street's identity provider as the web speaks to it: the way there, the way back, and what may be wrong on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import url_for

from jiedao.directory.providers import Access
from jiedao.language import Text

if TYPE_CHECKING:
    from jiedao_connectors.oidc import Client

DEADLINE: Final = 10.0
"""Seconds for everything that is asked of the provider in one request of ours."""


def client_of(access: Access) -> Client:
    """Who speaks the protocol."""
    from jiedao_connectors.oidc import Client  # when it is wanted, and not whenever the application starts

    return Client(access.issuer, access.client, access.secret)


def way_back() -> str:
    """Where people come back to; to be registered at the provider."""
    return url_for("door.come_back", _external=True)


def says(why: str) -> Text:
    """What was wrong (`jiedao_connectors.oidc.Why`), for whoever stands at the door."""
    return _SAYS[why]


STALE: Final = Text(
    zh="这次统一身份登录已经过期，或者不是从本页开始的，请重新登录",
    en="This sign-in has expired, or did not begin on this page; sign in again",
)
_SAYS: Final = {
    "unreachable": Text(
        zh="统一身份服务没有给出可以理解的回答，请稍后再试，或用密码登录",
        en="The identity provider gave no answer that we understand; try again later, or use your password",
    ),
    "discovery": Text(
        zh="统一身份服务的说明与街道的设置不符，请管理员检查签发者地址",
        en="What the identity provider says of itself does not fit the street's settings; ask an administrator to "
        "check the issuer",
    ),
    "refused": Text(zh="统一身份服务没有确认您的身份", en="The identity provider did not confirm who you are"),
    "code": Text(
        zh="统一身份服务不接受这次登录（可能已经用过或过期，或街道的客户端设置不对）",
        en="The identity provider does not take this sign-in: used already, too old, or the street's client is set up "
        "wrongly",
    ),
    "token": Text(zh="统一身份服务没有给出身份凭证", en="The identity provider gave no identity token"),
    "signature": Text(
        zh="身份凭证的签名不对，没有登录", en="The identity token is not signed by the provider; you are not signed in"
    ),
    "issuer": Text(
        zh="身份凭证不是街道的统一身份服务签发的，没有登录",
        en="The identity token comes from another provider; you are not signed in",
    ),
    "audience": Text(
        zh="身份凭证是发给另一个系统的，没有登录",
        en="The identity token was made for another system; you are not signed in",
    ),
    "nonce": Text(
        zh="身份凭证属于另一次登录，没有登录", en="The identity token belongs to another sign-in; you are not signed in"
    ),
    "expired": Text(
        zh="身份凭证已经过期，没有登录；请检查两边的时钟",
        en="The identity token has expired; you are not signed in. Check the clocks on both sides",
    ),
    "claims": Text(zh="身份凭证的内容不完整，没有登录", en="The identity token is incomplete; you are not signed in"),
}
