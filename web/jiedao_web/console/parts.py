"""How the console's pages are made: one `Pages` for each subject, with its entries in the navigation.

pages = Pages("review")

@pages.get("/review", entry=Entry("money", "review.title", "ask"))
def review() -> str:
    return show("console/review.html", …)
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Final, TypeVar

from flask import Blueprint

from jiedao.directory.caller import Role
from jiedao_web.sessions import caller

View = TypeVar("View", bound=Callable[..., Any])
OFFICE: Final = frozenset({Role.ACCOUNTANT, Role.ADMINISTRATOR})
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation: its group (`nav.<group>` has the words), the key of its words, its icon."""

    group: str
    words: str
    icon: str
    endpoint: str = ""
    roles: frozenset[Role] = OFFICE


class Pages:
    """The pages of one subject."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.entries: list[Entry] = []
        self._rules: list[tuple[str, str, Callable[..., Any]]] = []

    def get(self, rule: str, *, entry: Entry | None = None, roles: Collection[Role] = OFFICE) -> Callable[[View], View]:
        """A page for some roles; the others are refused. With `entry` it stands in the navigation."""

        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(**values: Any) -> Any:
                caller().must_be(*roles)
                return view(**values)

            endpoint = view.__name__
            self._rules.append((rule, endpoint, guarded))
            if entry is not None:
                self.entries.append(replace(entry, endpoint=f"console.{endpoint}", roles=frozenset(roles)))
            return view

        return decorate

    def add_to(self, blueprint: Blueprint) -> None:
        """Serve these pages."""
        for rule, endpoint, view in self._rules:
            blueprint.add_url_rule(rule, endpoint, view, methods=["GET"])
