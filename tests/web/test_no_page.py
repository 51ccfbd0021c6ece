"""What a browser gets where there is no page: words and a way out; programs get a problem as always."""

from __future__ import annotations

import pytest
from api_desk import Api

from jiedao_web.problems import MEDIA_TYPE

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "start"), [("/console/nothing", "/"), ("/my/nothing", "/my/"), ("/kiosk/nothing", "/kiosk/"), ("/x", "/")]
)
@pytest.mark.parametrize(("language", "words"), [("zh", "没有这个地址"), ("en", "There is nothing at this address")])
def test_a_page_says_so(api: Api, path: str, start: str, language: str, words: str) -> None:
    answer = api.app.test_client().get(path, headers={**BROWSER, "Accept-Language": language})
    assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")
    assert words in answer.text
    assert f'href="{start}"' in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("headers", [{}, {"Accept": "application/json"}, {"Accept": "*/*"}])
def test_a_program_gets_a_problem(api: Api, headers: dict[str, str]) -> None:
    answer = api.app.test_client().get("/console/nothing", headers=headers)
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, MEDIA_TYPE, "http.404")


def test_the_api_gives_problems_to_browsers_too(api: Api) -> None:
    answer = api.app.test_client().get("/api/v1/nothing", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (404, MEDIA_TYPE)


def test_what_nobody_foresaw_is_a_page_with_its_number(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(api.app.view_functions, "door.sign_in", broken)
    answer = api.app.test_client().get("/sign-in", headers={**BROWSER, "Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Something went wrong here and was logged as" in answer.text
