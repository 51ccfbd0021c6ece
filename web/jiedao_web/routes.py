"""Endpoints of the REST API: one typed decorator that reads the body, shows the answer and documents both.

flask-smorest does the work; it has no types, and is kept to this module and `jiedao_web.document`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar

from marshmallow import Schema

from jiedao.directory.sessions import Stage
from jiedao_web.bodies import Bodies
from jiedao_web.document import Endpoints
from jiedao_web.idempotency import HEADER
from jiedao_web.scopes import NO_KEYS, scope_of

PREFIX: Final = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])
Answer: TypeAlias = tuple[Any, int] | tuple[Any, int, dict[str, str]]
"""What a view returns where the status depends: value, status, headers."""


class Who(StrEnum):
    """Who may call the endpoints of a subject."""

    STAFF = "staff"
    RESIDENT = "resident"
    """A resident in a session of their own; what they see is theirs."""
    KIOSK = "kiosk"
    """The device of a kiosk, whoever stands before it."""


class Routes:
    """The endpoints of one subject."""

    def __init__(self, name: str, about: str, *, who: Who = Who.STAFF) -> None:
        self.who = who
        self.blueprint = Endpoints(name, name, url_prefix=PREFIX, description=about)
        self.blueprint.ARGUMENTS_PARSER = _PARSER
        self.public: set[str] = set()
        """Endpoints that need no session."""
        self.stages: dict[str, frozenset[Stage]] = {}
        """Endpoints that sessions get to which are not open yet."""

    def get(
        self, rule: str, answer: Schema | None, *, query: Schema | None = None, doc: dict[str, Any] | None = None
    ) -> Callable[[View], View]:
        """Read something; `doc` documents what schemas cannot say."""
        return self._route("GET", rule, answer, (200,), query=query, doc=doc)

    def post(
        self,
        rule: str,
        answer: Schema | None,
        *,
        body: Schema | None = None,
        status: Sequence[int] = (200,),
        keyed: bool = True,
        doc: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Do something; `status` lists what may come of it, the usual first."""
        return self._route("POST", rule, answer, status, body=body, keyed=keyed, doc=doc)

    def change(
        self, method: str, rule: str, answer: Schema | None, *, body: Schema | None = None, status: int = 200
    ) -> Callable[[View], View]:
        """PUT, PATCH or DELETE: safe to repeat by themselves."""
        return self._route(method, rule, answer, (status,), body=body)

    def open_to_all(self, view: View) -> View:
        """Mark a view as needing no session."""
        self.public.add(self._endpoint(view))
        return view

    def at(self, *stages: Stage) -> Callable[[View], View]:
        """Let sessions at these stages of signing in get to a view, and no others."""

        def decorate(view: View) -> View:
            self.stages[self._endpoint(view)] = frozenset(stages)
            return view

        return decorate

    def _endpoint(self, view: Callable[..., Any]) -> str:
        return f"{self.blueprint.name}.{view.__name__}"

    def _route(
        self,
        method: str,
        rule: str,
        answer: Schema | None,
        status: Sequence[int],
        *,
        body: Schema | None = None,
        query: Schema | None = None,
        keyed: bool = False,
        doc: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            more = dict(doc or {})
            if keyed:
                more["parameters"] = [_KEY, *more.get("parameters", ())]
            if self._endpoint(view) in self.public:
                more["security"] = []
            elif self.who is Who.STAFF and self.blueprint.name not in NO_KEYS:
                more["x-scope"] = scope_of(self.blueprint.name, method)
            made = self._documented(view, answer, status, more)
            if body is not None:
                made = self.blueprint.arguments(body, location="json")(made)
            if query is not None:
                made = self.blueprint.arguments(query, location="query")(made)
            self.blueprint.route(rule, methods=[method])(made)
            return view

        return decorate

    def _documented(self, view: Any, answer: Schema | None, status: Sequence[int], more: dict[str, Any]) -> Any:
        made = self.blueprint.response(status[0], answer)(view)
        for other in status[1:]:
            made = self.blueprint.alt_response(other, schema=answer, success=True)(made)
        return self.blueprint.doc(**more)(made) if more else made


_PARSER: Final = Bodies()
_KEY: Final = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "A new value for every new act; the same value and body again answer with what the first made.",
}
