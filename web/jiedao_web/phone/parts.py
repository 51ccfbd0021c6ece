"""How the phone's pages are made: one `Pages` for each subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint

View = TypeVar("View", bound=Callable[..., Any])


class Pages:
    """The pages of one subject."""

    def __init__(self) -> None:
        self._rules: list[tuple[str, Callable[..., Any]]] = []

    def get(self, rule: str) -> Callable[[View], View]:
        """A page under `/my`."""

        def decorate(view: View) -> View:
            self._rules.append((rule, view))
            return view

        return decorate

    def add_to(self, blueprint: Blueprint) -> None:
        """Serve these pages."""
        for rule, view in self._rules:
            blueprint.add_url_rule(rule, view.__name__, view, methods=["GET"])
