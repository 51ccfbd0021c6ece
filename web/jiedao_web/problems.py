"""Every refusal as RFC 9457 problem details, in the language that the client reads.

What nobody foresaw says a trace id and nothing else; the log has the rest under the same id.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from jiedao.ids import new_id
from jiedao.language import LANGUAGES, Text
from jiedao.problems import Invalid, Problem
from jiedao_schemas.api.fields import flatten, reason
from jiedao_web.look import guard, refusal

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_KEPT_HEADERS: Final = ("Allow", "Retry-After")


class Malformed(Problem):
    """The request cannot be read at all."""

    status = 400


def refuse_everything(app: Flask) -> None:
    """Answer every error of the application with a problem."""
    app.register_error_handler(Problem, of_problem)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_bug)


def of_problem(problem: Problem) -> Response:
    """A refusal of the core."""
    response = _answer(problem.status, problem.code, problem.says, problem.field, problem.facts)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if wait := problem.facts.get("retry_after"):
        response.headers["Retry-After"] = str(wait)
    return response


def of_http(error: HTTPException) -> Response:
    """An error of HTTP itself. One that brings its own response (a redirect) is left as it is."""
    if error.response is not None or error.code is None or error.code < 400:
        made: Response = error.get_response()  # type: ignore[assignment]
        return made
    code, says = error.code, _SAYS.get(error.code, _SAYS[400])
    response = _page(code, says) if _is_for_a_person() else _answer(code, f"http.{code}", says)
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def of_bug(error: Exception) -> Response:
    """What nobody foresaw: the client learns nothing but where to find it in the log."""
    trace = new_id()
    log.error("trace %s: %s %s failed", trace, request.method, request.url_rule, exc_info=error)
    says = _SAYS[500].format(trace=trace)
    if _is_for_a_person():
        return _page(500, says)
    return _answer(500, "http.500", says, facts={"trace": trace})


def bad_body(messages: Any) -> Problem:
    """What a schema finds wrong: the first complaint as the problem, all of them as `errors`."""
    found = [(path, reason(key)) for path, key in flatten(messages)]
    field, why = found[0]
    errors = [{"field": path, "detail": says} for path, says in found]
    return Invalid("body.invalid", _WRONG.format(field=field or "body", why=why), field=field, errors=errors)


def language() -> str:
    """The language of the client, Chinese where it does not say."""
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def _is_for_a_person() -> bool:
    """Whether a browser goes to an address of a screen: a script asks for JSON or anything."""
    if request.method != "GET" or request.path.startswith("/api/"):
        return False
    return request.accept_mimetypes.best_match([MEDIA_TYPE, "application/json", "text/html"]) == "text/html"


def _page(status: int, says: Text) -> Response:
    response = guard(Response(refusal(TITLES.get(status, TITLES[400]), says), status, mimetype="text/html"))
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(status: int, code: str, says: Text, field: str = "", facts: Mapping[str, Any] | None = None) -> Response:
    spoken = language()
    body = {
        "type": f"urn:jiedao:problem:{code}",
        "title": TITLES.get(status, TITLES[400]).in_(spoken),
        "status": status,
        "detail": says.in_(spoken),
        "code": code,
        "field": field,
        **_spoken(facts or {}, spoken),
    }
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = spoken
    response.headers["Cache-Control"] = "no-store"
    return response


def _spoken(value: Any, language: str) -> Any:
    """Facts as JSON, sentences in one language."""
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, Mapping):
        return {str(name): _spoken(inner, language) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_spoken(inner, language) for inner in value]
    return str(value) if isinstance(value, date) else value


TITLES: Final = {
    400: Text(zh="请求不对", en="Bad request"),
    401: Text(zh="需要登录", en="Sign in"),
    403: Text(zh="没有权限", en="Not allowed"),
    404: Text(zh="没有找到", en="Not found"),
    405: Text(zh="不支持的方法", en="Method not allowed"),
    409: Text(zh="现在不能办理", en="Conflict"),
    413: Text(zh="内容太大", en="Too large"),
    415: Text(zh="内容类型不对", en="Wrong media type"),
    422: Text(zh="内容不对", en="Not valid"),
    429: Text(zh="太频繁", en="Too many"),
    500: Text(zh="系统出错", en="Internal error"),
    503: Text(zh="服务暂停", en="Service paused"),
}
"""What a status means, in a few words."""
_SAYS: Final = {
    400: Text(zh="无法读懂这个请求", en="This request cannot be read"),
    404: Text(zh="没有这个地址", en="There is nothing at this address"),
    405: Text(zh="这个地址不支持这种方法", en="This address does not take this method"),
    413: Text(zh="内容超过了允许的大小", en="The body is larger than is allowed"),
    415: Text(zh="请以 application/json 发送", en="Send it as application/json"),
    500: Text(
        zh="系统内部出错，已记录，编号 {trace}；交易状态以查询为准",
        en="Something went wrong here and was logged as {trace}; look the transaction up to see how it stands",
    ),
}
_WRONG: Final = Text(zh="“{field}”{why}", en='"{field}" {why}')
