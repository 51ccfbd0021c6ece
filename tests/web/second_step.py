"""People who sign in over the API in one step or two, and set up their second factor."""

from __future__ import annotations

import pyotp
from api_desk import BASE, Api, Desk
from werkzeug.test import TestResponse

from houses import PASSWORD, STREET


def enter(api: Api, login: str, **more: str) -> TestResponse:
    body = {"street": STREET, "login": login, "password": PASSWORD, **more}
    return api.app.test_client(use_cookies=False).post(f"{BASE}sessions", json=body)


def desk_of(api: Api, answer: TestResponse) -> Desk:
    return Desk(api.app.test_client(use_cookies=False), answer.json["token"])


def enrol(api: Api, desk: Desk) -> tuple[str, list[str], Desk]:
    """Secret, recovery codes, and the desk with its new token."""
    secret = desk.post("account/second-factor", {"password": PASSWORD}).json["secret"]
    # The step before this one is good too, and leaves the present one for signing in.
    code = pyotp.TOTP(secret).at(api.house.store.clock(), counter_offset=-1)
    answer = desk.post("account/second-factor/confirmation", {"code": code})
    assert answer.status_code == 200, answer.text
    return secret, answer.json["recovery_codes"], desk_of(api, answer)


def remove_factor(api: Api, desk: Desk, secret: str) -> None:
    """Without one again; the code of the step after this one, as that of this one may be used up."""
    code = pyotp.TOTP(secret).at(api.house.store.clock(), counter_offset=1)
    assert desk.post("account/second-factor/removal", {"code": code}).status_code == 200
