"""Who is let in to the REST API: a session, or an API key that was made for the subject of the request.

A key comes in the Authorization header and nowhere else, so no browser sends it by itself and it needs no CSRF token.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import request

from jiedao.integrators import keys
from jiedao.integrators.keys import PREFIX, READ, WRITE, Bearer
from jiedao.language import Text
from jiedao.problems import NotAllowed
from jiedao.store.believed import Believed
from jiedao.store.unit import Store
from jiedao_web.pace import Pace
from jiedao_web.scopes import NO_KEYS, scope_of
from jiedao_web.sessions import Session, bearer


class Keys:
    """API keys of all streets, believed for a second; one that is revoked here is refused at once."""

    def __init__(self, store: Store, subjects: Iterable[str], pace: Pace | None = None) -> None:
        self._store, self._pace = store, pace or Pace()
        self.subjects: Final = frozenset(subjects) - NO_KEYS
        """What a scope may name."""
        self._known: Believed[tuple[str, str], Bearer] = Believed(seconds=1.0)

    @property
    def scopes(self) -> list[str]:
        """Every scope that there is."""
        return [f"{subject}:{act}" for subject in sorted(self.subjects) for act in (READ, WRITE)]

    def of_request(self, subject: str) -> Session | None:
        """The key's session, where the request brings a key; refuses one in a hurry, or without the scope needed."""
        token = bearer()
        if not token.startswith(PREFIX):
            return None
        found = self._find(token)
        self._pace.spend(found.id)  # after the proof: nobody else can use up what a key has
        if subject in NO_KEYS:
            raise NotAllowed("scope.never", _NEVER)
        found.must_have(scope_of(subject, request.method))
        return Session("", found.caller, "")

    def forget(self, street: str, id_: str) -> None:
        """Believe nothing of a key any more."""
        self._known.drop((street, id_))

    def _find(self, token: str) -> Bearer:
        street, id_, secret = keys.parse(token)
        known = self._known.get((street, id_))
        if known is not None and known.proves(secret, self._store.clock()):
            return known
        return self._known.put((street, id_), keys.bearer(self._store, street, id_, secret))


_NEVER: Final = Text(zh="密钥不能用于这里，请由工作人员登录后办理", en="No key opens this; it needs a member of staff")
