"""HTTP with errors that say exactly what is known about an act: not sent, refused, or sent and unknown.

Never retries, never follows a redirect, keeps no cookies and takes nothing from the surroundings (proxy variables,
.netrc): what reaches a provider is what the caller wrote, once.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, NoReturn, TypeAlias

import requests
import urllib3
from requests.adapters import HTTPAdapter

Answer: TypeAlias = dict[str, Any]

MAXIMUM_ANSWER: Final = 4_000_000
"""Bytes of an answer that are read; an answer that is longer is not an answer of the protocol."""

_CHUNK: Final = 65_536
_LONGEST_CODE: Final = 40
_REQUEST_TIMEOUT: Final = 408


class HttpProblem(Exception):
    """Base of what can go wrong with one exchange."""


class NotSent(HttpProblem):
    """Not one byte of the request left: name not found, refused, no connection in time, certificate not trusted."""


class Unanswered(HttpProblem):
    """The request may have been read and acted upon, and there is no trustworthy answer.

    Also a keep-alive connection that was reset: the provider may have closed it before or after reading.
    """


class ClientError(HttpProblem):
    """The provider refused the request itself: a 4xx status with a JSON object, which is in `body`."""

    def __init__(self, status: int, body: Answer) -> None:
        super().__init__(status)
        self.status = status
        self.body = body

    @property
    def code(self) -> str:
        """The provider's code in the field `error`, where it has one."""
        code = self.body.get("error")
        return code if isinstance(code, str) and len(code) <= _LONGEST_CODE else ""

    def __str__(self) -> str:
        """Only status and code: the provider's free text could repeat what we sent."""
        return f"the provider refused the request with HTTP {self.status} {self.code}".rstrip()


def encode(body: Mapping[str, Any]) -> bytes:
    """The body as compact JSON in UTF-8; made once, so that a signature covers the bytes that are sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """A complete answer that is no redirection, not understood yet; below 500, or as the client was told."""

    status: int
    content_type: str
    content: bytes


class HttpClient:
    """Speaks to one provider over kept-alive connections, in bytes; threads may share it."""

    def __init__(
        self,
        base: str,
        *,
        maximum_answer: int = MAXIMUM_ANSWER,
        verify: bool | str = True,
        answering: frozenset[int] = frozenset(),
        named: str = "",
    ) -> None:
        """`base` is the address before every path; `verify` may name a file of certificate authorities.

        `named` is whom the certificate must name where `base` gives the address in digits.

        `answering` are statuses of 500 and more that carry answers of the protocol, as 500 does in SOAP.
        """
        self._base = base.rstrip("/")
        self._maximum = maximum_answer
        self._answering = answering
        self._session = _session(verify, named)

    def send(
        self, method: str, path: str, content: bytes, deadline: float, headers: Mapping[str, str] | None = None
    ) -> RawAnswer:
        """Send bytes once and return the whole answer within `deadline` seconds.

        The deadline covers connecting, sending and the whole answer (finding the address by name is the system's
        and not covered). Raises `NotSent` or `Unanswered`, the latter also for 408, redirections and 5xx that are not
        among those that answer.
        """
        end = time.monotonic() + deadline
        response = self._send(method, path, content, deadline, headers or {})
        try:
            body = self._read(response.raw, end)
        except urllib3.exceptions.HTTPError as broken:
            raise Unanswered(f"the answer broke off: {type(broken).__name__}") from broken
        finally:
            response.close()
        status = response.status_code
        if self._is_no_answer(status):
            raise Unanswered(f"HTTP {status}")
        return RawAnswer(status, response.headers.get("Content-Type", ""), body)

    def status(self, method: str, path: str, content: bytes, deadline: float, headers: Mapping[str, str]) -> int:
        """Send bytes once and return the status, whatever it is; nothing of the answer's body is read.

        Raises `NotSent` or `Unanswered`.
        """
        response = self._send(method, path, content, deadline, headers)
        response.close()
        return response.status_code

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()

    def _is_no_answer(self, status: int) -> bool:
        broken = status >= 500 and status not in self._answering
        return broken or status == _REQUEST_TIMEOUT or 300 <= status < 400

    def _send(
        self, method: str, path: str, content: bytes, deadline: float, headers: Mapping[str, str]
    ) -> requests.Response:
        if deadline <= 0:
            raise NotSent("no time was left to send anything")
        # One limit for connecting and waiting together; two separate ones could add up to twice the deadline.
        limit: Any = urllib3.Timeout(total=deadline)
        try:
            return self._session.request(
                method,
                self._base + path,
                data=content,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError) as failed:
            _sort(failed)

    def _read(self, raw: urllib3.HTTPResponse, end: float) -> bytes:
        """The whole body, giving up at `end` and beyond the maximum.

        Each wait is bounded by the read timeout, and urllib3 complains of an answer shorter than announced.
        """
        body = bytearray()
        while part := raw.read1(_CHUNK):
            body += part
            if len(body) > self._maximum:
                raise Unanswered(f"the answer is longer than {self._maximum} bytes")
            if time.monotonic() > end:
                raise Unanswered("the answer was not complete in time")
        return bytes(body)


class JsonClient:
    """Speaks JSON to one provider; threads may share it."""

    def __init__(self, base: str, *, maximum_answer: int = MAXIMUM_ANSWER, verify: bool | str = True) -> None:
        """As of `HttpClient`."""
        self._http = HttpClient(base, maximum_answer=maximum_answer, verify=verify)

    def post(self, path: str, content: bytes, deadline: float, headers: Mapping[str, str] | None = None) -> Answer:
        """Send JSON bytes and return the JSON object of a 2xx answer within `deadline` seconds.

        Raises `NotSent`, `Unanswered` or `ClientError`.
        """
        told = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
        answer = self._http.send("POST", path, content, deadline, told)
        body = _parse(answer.content_type, answer.content)
        if answer.status >= 400:
            raise ClientError(answer.status, body)
        return body

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()


class _Named(HTTPAdapter):
    """TLS with a server that is addressed in digits and must prove to be the one of a name."""

    def __init__(self, name: str) -> None:
        self._name = name
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Ask for the name, and compare the certificate with it."""
        super().init_poolmanager(*arguments, **options, server_hostname=self._name, assert_hostname=self._name)


def _session(verify: bool | str, named: str = "") -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = verify
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # A compressed answer could be a thousand times longer than what was read.
    session.headers.update({"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "jiedao"})
    adapter = HTTPAdapter(pool_maxsize=64, max_retries=0)
    session.mount("https://", _Named(named) if named else adapter)
    session.mount("http://", adapter)
    return session


def _sort(failed: Exception) -> NoReturn:
    """Certain that nothing was sent, or not."""
    if _nothing_sent(failed):
        raise NotSent(f"not sent: {_root(failed)}") from failed
    raise Unanswered(f"no answer: {_root(failed)}") from failed


def _nothing_sent(failed: Exception) -> bool:
    if isinstance(failed, _BEFORE_SENDING):
        return True
    root = _root(failed)
    # NameResolutionError is a NewConnectionError. Every other broken connection may have carried the request.
    return isinstance(root, urllib3.exceptions.NewConnectionError | ssl.SSLCertVerificationError)


_BEFORE_SENDING: Final = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


def _root(failed: BaseException) -> BaseException:
    """The innermost reason that requests and urllib3 wrapped."""
    inner = getattr(failed, "reason", None) or (failed.args[0] if failed.args else None)
    known = urllib3.exceptions.NewConnectionError | ssl.SSLCertVerificationError
    if isinstance(failed, known) or not isinstance(inner, BaseException):
        return failed
    return _root(inner)


def _parse(content_type: str, body: bytes) -> Answer:
    kind, _, rest = content_type.partition(";")
    if not kind.strip().lower().endswith("json"):
        raise Unanswered(f"the answer is {kind or 'of no type'}, not JSON")
    charset = rest.partition("charset=")[2].strip(' "').lower()
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Unanswered(f"the answer is in {charset}, not UTF-8")
    try:
        answer = json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Unanswered("the answer is empty" if not body else "the answer is not JSON in UTF-8") from None
    if not isinstance(answer, dict):
        raise Unanswered("the answer is not a JSON object")
    return answer


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
