"""The door: who is led where, and signing in from the street's identity provider with everything that can be wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from api_desk import Api, Desk, refused
from flask.testing import FlaskClient
from second_step import desk_of, enrol, enter
from werkzeug.test import TestResponse

from houses import PASSWORD, STREET
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.oidc import CLIENT, SECRET
from jiedao_web.door.devices import described
from jiedao_web.door.frame import onward
from jiedao_web.door.pages.identity import COOKIE

_NUMBER = count(1)
_PROVIDER = "settings/identity-provider"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An identity provider that asks nobody."""
    with Sandbox(tmp_path_factory.mktemp("identity")) as sandbox:
        yield sandbox.start("oidc", prompt=True)


@pytest.fixture(scope="module")
def settings(administrator: Desk, provider: Running) -> dict[str, Any]:
    """The street's settings for it, in use."""
    body = {"name_zh": "统一身份", "name_en": "City account", "issuer": provider.url, "client": CLIENT}
    answer = administrator.send("PUT", _PROVIDER, {**body, "secret": SECRET})
    assert answer.status_code == 200, answer.text
    return body


@pytest.fixture
def colleague(administrator: Desk, settings: dict[str, Any]) -> dict[str, Any]:
    """An accountant whom the provider knows as their login."""
    body = {"login": f"one{next(_NUMBER)}", "name": "李静", "role": "accountant", "password": PASSWORD}
    made: dict[str, Any] = administrator.post("staff", body).json
    identity = {"kind": "subject", "value": made["login"]}
    assert administrator.send("PUT", f"staff/{made['id']}/identity", identity).json["identity"] == identity
    return made


def set_out(client: FlaskClient, **more: str) -> TestResponse:
    query = {"street": STREET, **more}
    return client.get("/sign-in/provider", query_string=query)


def back_from(client: FlaskClient, there: TestResponse) -> TestResponse:
    """Let the provider send its person back."""
    assert there.status_code == 302, there.text
    answer = requests.get(there.headers["Location"], allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    address = urlsplit(answer.headers["Location"])
    return client.get(address.path, query_string=address.query)


def come_in(api: Api, provider: Running, subject: str, *, spoil: str = "", **more: Any) -> tuple[FlaskClient, Any]:
    """The whole way; the browser, and what it sees at the end."""
    provider.call("POST", "person", {"subject": subject, **more})
    client = api.app.test_client()
    there = set_out(client, till="T1")
    if spoil:
        provider.call("POST", "spoil", {"how": spoil})
    return client, back_from(client, there)


def is_out(client: FlaskClient, answer: TestResponse, words: str) -> None:
    """Nobody came in, and the door says why, in the language of the browser."""
    assert answer.status_code == 401, answer.text
    assert words in answer.text
    assert client.get_cookie("jiedao_session") is None
    assert client.get_cookie(COOKIE, path="/sign-in/provider") is None


def test_the_root_leads_where_one_works(api: Api) -> None:
    client = api.app.test_client()
    assert client.get("/").headers["Location"] == "/sign-in"
    for login, there in (("operator", "/counter/"), ("accountant", "/console/"), ("administrator", "/console/")):
        client.post("/api/v1/sessions", json={"street": STREET, "login": login, "password": PASSWORD})
        assert client.get("/").headers["Location"] == there


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/console/staff?after=x", "/console/staff?after=x"),
        ("https://evil.example/", ""),
        ("//evil.example/", ""),
        ("/\\evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("/a b", ""),
        ("", ""),
    ],
)
def test_nobody_is_led_elsewhere(given: str, kept: str) -> None:
    assert onward(given) == kept


def test_pages_for_who_is_signed_in_lead_to_the_door_and_back(api: Api) -> None:
    client = api.app.test_client()
    assert client.get("/account").headers["Location"] == "/sign-in?then=/account"
    assert client.get("/account/second-factor").headers["Location"] == "/sign-in?then=/account/second-factor"
    assert client.get("/console/").headers["Location"] == "/sign-in?then=/console/"
    page = client.get("/sign-in?then=/account&street=150602007&till=T1").text
    assert '"then": "/account"' in page
    assert 'value="150602007"' in page


def test_who_is_tied_comes_in_where_they_work(
    api: Api, provider: Running, colleague: dict[str, Any], administrator: Desk
) -> None:
    client, answer = come_in(api, provider, colleague["login"])
    assert answer.status_code == 200, answer.text
    assert 'content="0; url=/console/"' in answer.text
    session = client.get("/api/v1/sessions/current").json
    assert (session["staff"], session["till"], session["stage"]) == (colleague["id"], "T1", "open")
    cookies = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("jiedao_session=")]
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Strict" in cookies[0]
    begun = provider.books()["codes"][-1]
    assert (begun["used"], len(begun["challenge"])) == (1, 43)


def test_the_way_there_says_what_it_must(api: Api, provider: Running, settings: dict[str, Any]) -> None:
    client = api.app.test_client()
    there = set_out(client, then="/console/")
    said = parse_qs(urlsplit(there.headers["Location"]).query)
    assert said["redirect_uri"] == ["http://localhost/sign-in/provider/back"]
    assert (said["code_challenge_method"], said["scope"]) == (["S256"], ["openid email"])
    assert min(len(said[name][0]) for name in ("state", "nonce", "code_challenge")) >= 32
    (kept,) = there.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Path=/sign-in/provider"} <= set(kept.split("; "))
    assert said["nonce"][0] not in kept
    other = parse_qs(urlsplit(set_out(client).headers["Location"]).query)
    assert all(other[name] != said[name] for name in ("state", "nonce", "code_challenge"))


def test_who_is_not_tied_stays_outside_and_nobody_is_made(
    api: Api, provider: Running, colleague: dict[str, Any]
) -> None:
    before = len(api.own.rows("staff"))
    client, answer = come_in(api, provider, "a-stranger", email="stranger@example.cn")
    is_out(client, answer, "您的统一身份还没有对应到本街道的工作人员")
    assert len(api.own.rows("staff")) == before


def test_an_address_ties_the_subject_at_the_first_sign_in(
    api: Api, provider: Running, colleague: dict[str, Any], administrator: Desk
) -> None:
    email = f"{colleague['login']}@example.cn"
    administrator.send("PUT", f"staff/{colleague['id']}/identity", {"kind": "email", "value": email.upper()})
    client, answer = come_in(api, provider, "subject-77", email=email, verified=False)
    is_out(client, answer, "您的统一身份还没有对应到本街道的工作人员")
    _, answer = come_in(api, provider, f"subject-{colleague['login']}", email=email)
    assert answer.status_code == 200
    shown = administrator.get(f"staff/{colleague['id']}").json["identity"]
    assert shown == {"kind": "subject", "value": f"subject-{colleague['login']}"}
    client, answer = come_in(api, provider, "subject-78", email=email)
    is_out(client, answer, "您的统一身份还没有对应到本街道的工作人员")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("nonce", "身份凭证属于另一次登录"),
        ("no_nonce", "身份凭证属于另一次登录"),
        ("audience", "身份凭证是发给另一个系统的"),
        ("party", "身份凭证是发给另一个系统的"),
        ("issuer", "身份凭证不是街道的统一身份服务签发的"),
        ("expired", "身份凭证已经过期"),
        ("signature", "身份凭证的签名不对"),
        ("unsigned", "身份凭证的签名不对"),
        ("secret", "身份凭证的签名不对"),
        ("subject", "身份凭证的内容不完整"),
        ("garbage", "统一身份服务没有给出身份凭证"),
        ("missing", "统一身份服务没有给出身份凭证"),
    ],
)
def test_a_token_with_something_wrong_opens_nothing(
    api: Api, provider: Running, colleague: dict[str, Any], spoil: str, words: str
) -> None:
    client, answer = come_in(api, provider, colleague["login"], spoil=spoil)
    is_out(client, answer, words)


@pytest.mark.parametrize("operation", ["discovery", "keys", "token"])
@pytest.mark.parametrize("fault", ["lose_answer", "html", "error_after_effect"])
def test_a_provider_that_gives_no_answer_lets_nobody_in(
    api: Api, provider: Running, colleague: dict[str, Any], operation: str, fault: str
) -> None:
    provider.call("POST", "person", {"subject": colleague["login"]})
    client = api.app.test_client()
    there = set_out(client)
    provider.faults(fault, operation)
    is_out(client, back_from(client, there), "统一身份服务没有给出可以理解的回答")


def test_a_code_serves_once(api: Api, provider: Running, colleague: dict[str, Any]) -> None:
    provider.call("POST", "person", {"subject": colleague["login"]})
    client = api.app.test_client()
    there = set_out(client)
    kept = client.get_cookie(COOKIE, path="/sign-in/provider")
    address = urlsplit(requests.get(there.headers["Location"], allow_redirects=False, timeout=10).headers["Location"])
    assert client.get(address.path, query_string=address.query).status_code == 200
    client.delete_cookie("jiedao_session")
    again = client.get(address.path, query_string=address.query)
    is_out(client, again, "这次统一身份登录已经过期")
    assert kept is not None
    client.set_cookie(COOKIE, kept.value, path="/sign-in/provider")
    is_out(client, client.get(address.path, query_string=address.query), "统一身份服务不接受这次登录")


def test_what_did_not_begin_in_this_browser_is_refused(
    api: Api, provider: Running, colleague: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.call("POST", "person", {"subject": colleague["login"]})
    mine, other = api.app.test_client(), api.app.test_client()
    there = set_out(mine)
    is_out(other, back_from(other, there), "这次统一身份登录已经过期")
    is_out(mine, mine.get("/sign-in/provider/back?code=x&state=y"), "这次统一身份登录已经过期")

    there = set_out(mine)
    state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]
    elsewhere = {"code": "x", "state": state, "iss": "https://id.elsewhere.example"}
    is_out(mine, mine.get("/sign-in/provider/back", query_string=elsewhere), "身份凭证不是街道的")

    there = set_out(mine)
    state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]
    gave_up = {"error": "access_denied", "state": state}
    is_out(mine, mine.get("/sign-in/provider/back", query_string=gave_up), "统一身份服务没有确认您的身份")

    there = set_out(mine)
    clock = api.house.store.clock
    monkeypatch.setattr(api.house.store, "clock", lambda: clock().fromtimestamp(time.time() + 601, clock().tzinfo))
    is_out(mine, back_from(mine, there), "这次统一身份登录已经过期")


def test_a_second_factor_is_asked_for_all_the_same(api: Api, provider: Running, colleague: dict[str, Any]) -> None:
    _, codes, _ = enrol(api, desk_of(api, enter(api, colleague["login"])))
    client, answer = come_in(api, provider, colleague["login"])
    assert 'content="0; url=/sign-in"' in answer.text
    refused(client.get("/api/v1/orders"), 401, "second_factor.awaited")
    page = client.get("/sign-in").text
    assert '"second": true' in page
    csrf = client.get("/api/v1/sessions/current").json["csrf"]
    headers = {"X-CSRF-Token": csrf, "Idempotency-Key": "second"}
    client.post("/api/v1/sessions/current/second-factor", json={"code": codes[0]}, headers=headers)
    assert client.get("/api/v1/sessions/current").json["stage"] == "open"


def test_the_settings_hold_the_secret_back(administrator: Desk, settings: dict[str, Any], provider: Running) -> None:
    shown = administrator.get(_PROVIDER)
    assert SECRET not in shown.text
    assert (shown.json["has_secret"], shown.json["issuer"]) == (True, provider.url)
    assert shown.json["redirect"] == "http://localhost/sign-in/provider/back"
    assert administrator.post(f"{_PROVIDER}/check").json["passed"] is True
    provider.faults("html", "keys")
    answer = administrator.post(f"{_PROVIDER}/check").json
    assert (answer["passed"], "可以理解" in answer["says"]["zh"]) == (False, True)
    wrong = {**settings, "issuer": "http://id.example.cn"}
    refused(administrator.send("PUT", _PROVIDER, wrong), 422, "identity_provider.issuer", "issuer")


def test_which_ways_in_there_are(api: Api, administrator: Desk, accountant: Desk, settings: dict[str, Any]) -> None:
    client = api.app.test_client()
    ways = client.get(f"/api/v1/sign-in/ways?street={STREET}").json
    assert ways == {"provider_zh": "统一身份", "provider_en": "City account"}
    for street in ("150602008", "000000000"):
        assert client.get(f"/api/v1/sign-in/ways?street={street}").json == {"provider_zh": "", "provider_en": ""}
        assert set_out(client, street=street).status_code == 404
    administrator.send("PUT", _PROVIDER, {**settings, "active": False})
    assert client.get(f"/api/v1/sign-in/ways?street={STREET}").json["provider_zh"] == ""
    assert set_out(client).status_code == 404
    administrator.send("PUT", _PROVIDER, settings)
    for method, path in (("GET", _PROVIDER), ("PUT", _PROVIDER), ("DELETE", _PROVIDER)):
        refused(accountant.send(method, path, settings if method == "PUT" else None), 403, "role.missing")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"),
        ("curl/8.5", ""),
    ],
)
def test_browsers_are_told_by_their_names(agent: str, words: str) -> None:
    assert described(agent) == words
